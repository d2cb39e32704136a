//! 成员: the people of the branches that the owner coordinates, and the codes that bind their phones.

mod invite;

use leptos::prelude::*;
use shared::directory::Member;

use self::invite::InviteSheet;
use super::name_search::finds;
use super::words;
use crate::components::{
    Button, EmptyState, Icon, InputKind, List, ListRow, LoadingState, Screen, Section, TextInput,
};
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// People shown at first, and with every press on 更多.
const PAGE: usize = 100;

/// The people, sorted by name, with a search.
#[component]
pub fn MembersPage() -> impl IntoView {
    let state = use_app_state();
    let directory = state.directory();
    let arrived = Memo::new(move |_| directory.with(Option::is_some));
    view! {
        <Screen>
            <Show when=move || arrived.get() fallback=|| view! { <LoadingState rows=6 /> }>
                <People />
            </Show>
        </Screen>
    }
}

#[component]
fn People() -> impl IntoView {
    let state = use_app_state();
    let directory = state.directory();
    let (wanted, limit) = (RwSignal::new(String::new()), RwSignal::new(PAGE));
    let opened = RwSignal::new(None::<Member>);
    let total = Memo::new(move |_| {
        directory.with(|slice| slice.as_ref().map_or(0, |slice| slice.members.len()))
    });
    let found = Memo::new(move |_| {
        let wanted = wanted.get();
        directory.with(|slice| {
            let members = slice.iter().flat_map(|slice| &slice.members);
            members
                .filter(|member| finds(&member.name, &wanted))
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let shown =
        move || found.with(|found| found.iter().take(limit.get()).cloned().collect::<Vec<_>>());
    view! {
        <Section
            title=move || t!(member.people)
            lead=said(move || t!(member.count, n = words::count(total.get())))
        >
            <Show when=move || total.get() != 0 fallback=NoMembers>
                <TextInput
                    label=move || t!(member.search)
                    kind=InputKind::Search
                    value=wanted
                    on_input=move |typed| wanted.set(typed)
                />
                <Show when=move || !found.with(Vec::is_empty) fallback=NoMatch>
                    <List>
                        <For each=shown key=|member| member.id let:member>
                            <MemberRow member opened />
                        </For>
                    </List>
                </Show>
                <Show when=move || limit.get() < found.with(Vec::len)>
                    <Button
                        label=move || t!(action.more)
                        on_press=move || limit.update(|limit| *limit += PAGE)
                    />
                </Show>
            </Show>
        </Section>
        <InviteSheet opened />
    }
}

#[component]
fn NoMembers() -> impl IntoView {
    view! {
        <EmptyState
            title=move || t!(member.empty)
            text=said(move || t!(member.empty_here))
            icon=Icon::Users
        />
    }
}

#[component]
fn NoMatch() -> impl IntoView {
    view! {
        <EmptyState
            title=move || t!(member.no_match)
            text=said(move || t!(member.no_match_hint))
            icon=Icon::Search
        />
    }
}

#[component]
fn MemberRow(member: Member, opened: RwSignal<Option<Member>>) -> impl IntoView {
    let directory = use_app_state().directory();
    let (name, phone, branch) = (
        member.name.clone(),
        member.phone_masked.clone(),
        member.branch,
    );
    // Of one branch there is no need to say which.
    let subtitle = move || {
        let branch = directory.with(|slice| {
            let slice = slice.as_ref()?;
            let one = slice.members.iter().all(|member| member.branch == branch);
            let branch = slice.organisation(branch)?;
            (!one).then(|| words::organisation_title(slice, branch))
        });
        words::joined([phone.clone(), branch].into_iter().flatten())
    };
    view! {
        <ListRow
            title=name
            subtitle=MaybeProp::derive(subtitle)
            icon=Icon::Person
            on_press=Callback::new(move |()| opened.set(Some(member.clone())))
        />
    }
}
