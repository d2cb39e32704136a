//! 设置: how the owner reads, what the phone holds, and the way out.

mod data;
mod display;
mod sync;

use leptos::prelude::*;
use shared::directory::Grant;

use self::data::DataSection;
use self::display::DisplaySection;
use self::sync::SyncSection;
use super::words::{self, said};
use crate::components::{Button, Icon, List, ListRow, Screen, Section};
use crate::state::use_app_state;
use crate::t;

/// Everything that can be set, and what the phone says of itself.
#[component]
pub fn SettingsPage() -> impl IntoView {
    view! {
        <Screen>
            <Me />
            <DisplaySection />
            <SyncSection />
            <DataSection />
            <About />
        </Screen>
    }
}

#[component]
fn Me() -> impl IntoView {
    let directory = use_app_state().directory();
    let line = move |label: fn() -> String, text: Memo<Option<String>>| {
        move || {
            text.get()
                .map(|text| view! { <ListRow lead=said(label) title=text /> })
        }
    };
    let owner =
        Memo::new(move |_| directory.with(|slice| Some(slice.as_ref()?.owner.name.clone())));
    let branch = Memo::new(move |_| {
        directory.with(|slice| {
            let slice = slice.as_ref()?;
            let branch = slice.organisation(slice.owner.branch)?;
            Some(words::organisation_title(slice, branch))
        })
    });
    let phone =
        Memo::new(move |_| directory.with(|slice| slice.as_ref()?.owner.phone_masked.clone()));
    let roles = Memo::new(move |_| {
        directory.with(|slice| {
            let slice = slice.as_ref()?;
            let role = |grant: &Grant| {
                let organisation = slice.organisation(grant.organisation)?;
                let name = words::role_name(grant.role);
                Some(t!(role.of, role = name, organisation = organisation.name))
            };
            Some(slice.grants.iter().filter_map(role).collect::<Vec<_>>())
        })
    });
    let role = |text: String| view! { <ListRow lead=said(|| t!(member.role)) title=text /> };
    let roles = move || {
        roles
            .get()
            .unwrap_or_default()
            .into_iter()
            .map(role)
            .collect_view()
    };
    view! {
        <Show when=move || owner.with(Option::is_some)>
            <Section title=move || t!(settings.me)>
                <List>
                    {line(|| t!(member.name), owner)} {line(|| t!(member.branch), branch)}
                    {line(|| t!(member.telephone), phone)} {roles}
                </List>
            </Section>
        </Show>
    }
}

#[component]
fn About() -> impl IntoView {
    let state = use_app_state();
    view! {
        <Section title=move || t!(settings.about)>
            <p>{move || t!(enrol.privacy)}</p>
            <p class="version">{move || t!(settings.version, version = env!("CARGO_PKG_VERSION"))}</p>
            <Button
                label=move || t!(feedback.title)
                icon=Icon::Chat
                on_press=move || state.open_feedback()
            />
        </Section>
    }
}
