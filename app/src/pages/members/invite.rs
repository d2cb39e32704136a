//! 绑定码: a one-use code for one person, as a QR code and in large letters.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::Issued;
use shared::codes::Code;
use shared::directory::Member;

use crate::components::{Button, ButtonKind, ButtonSize, CodeCard, Icon, Notice, Sheet, Tone};
use crate::locale::format_near;
use crate::pages::trouble::TroublePlace;
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// Who is shown while the sheet is open.
#[component]
pub(super) fn InviteSheet(opened: RwSignal<Option<Member>>) -> impl IntoView {
    let title = move || {
        opened.with(|member| {
            member
                .as_ref()
                .map(|member| member.name.clone())
                .unwrap_or_default()
        })
    };
    view! {
        <Sheet
            open=move || opened.with(Option::is_some)
            on_close=move || opened.set(None)
            title=title
        >
            {move || opened.get().map(|member| view! { <Invite member /> })}
        </Sheet>
    }
}

#[component]
fn Invite(member: Member) -> impl IntoView {
    let state = use_app_state();
    let online = state.online();
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let issued = RwSignal::new(None::<Issued>);
    let id = member.id;
    let issue = Callback::new(move |()| {
        failure.set(None);
        busy.set(true);
        spawn_local(async move {
            let result = state.issue_enrolment(id).await;
            busy.try_set(false);
            match result {
                Ok(code) => {
                    issued.try_set(Some(code));
                }
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
        });
    });
    let allowed = Memo::new(move |_| state.may_coordinate(member.branch));
    let name = StoredValue::new(member.name);
    view! {
        {member.phone_masked.map(|phone| view! { <p class="member-phone">{phone}</p> })}
        <div class="invite" aria-live="polite">
            {move || issued.get().map(|issued| view! { <IssuedCode issued name /> })}
        </div>
        <TroublePlace code=failure />
        <Show
            when=move || allowed.get()
            fallback=|| view! { <Notice text=move || t!(invite.not_allowed) /> }
        >
            <Show when=move || !online.get()>
                <Notice text=move || t!(invite.needs_network) tone=Tone::Notice icon=Icon::CloudOff />
            </Show>
            <Show
                when=move || issued.with(Option::is_none)
                fallback=move || {
                    view! {
                        <Button
                            label=move || t!(invite.new_code)
                            size=ButtonSize::Wide
                            icon=Icon::Refresh
                            busy=busy
                            disabled=move || !online.get()
                            on_press=issue
                        />
                    }
                }
            >
                <p>{move || t!(invite.explain)}</p>
                <Button
                    label=move || t!(invite.make)
                    kind=ButtonKind::Primary
                    size=ButtonSize::Wide
                    icon=Icon::Qr
                    busy=busy
                    disabled=move || !online.get()
                    on_press=issue
                />
            </Show>
        </Show>
    }
}

#[component]
fn IssuedCode(issued: Issued, name: StoredValue<String>) -> impl IntoView {
    let state = use_app_state();
    let now = state.now();
    let link = state.enrolment_link(&issued.code);
    let expires_at = issued.expires_at;
    let footer = move || {
        Some(t!(
            invite.footer,
            time = format_near(expires_at.0, now.get().0)
        ))
    };
    view! {
        <CodeCard
            content=link
            title=move || t!(invite.for_member, name = name.get_value())
            subtitle=said(move || t!(invite.lead))
            typed=MaybeProp::derive(move || Some(issued.code.clone()))
            footer=MaybeProp::derive(footer)
        />
    }
}
