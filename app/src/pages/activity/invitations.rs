//! 邀请名单: whom an activity by invitation is for, picked from the members on this phone.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::directory::Member;
use shared::ids::MemberId;

use super::desk::Desk;
use crate::components::{Button, Icon, InputKind, Sheet, Switch, TextInput};
use crate::pages::name_search::finds;
use crate::pages::trouble::TroublePlace;
use crate::pages::words;
use crate::pages::words::said;
use crate::state::{AppState, standing_invitations, use_app_state};
use crate::t;

/// Names shown at a time; the search finds the others.
const SHOWN: usize = 100;

#[component]
pub(super) fn Invitations(desk: Desk) -> impl IntoView {
    let state = use_app_state();
    let (directory, marks) = (state.directory(), state.marks(desk.activity));
    let invited = Memo::new(move |_| marks.with(|marks| standing_invitations(marks)));
    let (open, wanted) = (RwSignal::new(false), RwSignal::new(String::new()));
    let found = Memo::new(move |_| {
        let wanted = wanted.get();
        directory.with(|slice| {
            let members = slice.iter().flat_map(|slice| &slice.members);
            members
                .filter(|member| finds(&member.name, &wanted))
                .take(SHOWN)
                .cloned()
                .collect::<Vec<Member>>()
        })
    });
    let row = move |member: Member| {
        let (id, name) = (member.id, member.name);
        let is_invited = Signal::derive(move || invited.with(|invited| invited.contains_key(&id)));
        view! {
            <Switch
                label=name
                on=is_invited
                on_change=move |wanted| change(state, desk, id, wanted)
            />
        }
    };
    view! {
        <div class="invitations">
            <p>{move || t!(sitting.invited, n = words::count(invited.with(|invited| invited.len())))}</p>
            <Button
                label=move || t!(sitting.invite)
                icon=Icon::Users
                on_press=move || open.set(true)
            />
            <Sheet
                open=open
                on_close=move || open.set(false)
                title=move || t!(sitting.invite)
                actions=move || {
                    view! { <Button label=move || t!(action.done) on_press=move || open.set(false) /> }
                }
            >
                <TextInput
                    label=move || t!(sitting.search)
                    kind=InputKind::Search
                    hint=said(move || t!(sitting.invite_hint))
                    value=wanted
                    on_input=move |typed| wanted.set(typed)
                />
                <TroublePlace code=desk.failure />
                <div class="invitation-names">
                    <For each=move || found.get() key=|member| member.id children=row />
                </div>
            </Sheet>
        </div>
    }
}

fn change(state: AppState, desk: Desk, member: MemberId, wanted: bool) {
    desk.failure.set(None);
    spawn_local(async move {
        let changed = if wanted {
            state.invite(desk.activity, member).await
        } else {
            state.take_back_invitation(desk.activity, member).await
        };
        if let Err(code) = changed {
            desk.failure.try_set(Some(code));
        }
    });
}
