//! 待确认名单: those who checked in by themselves, confirmed together by one who saw them, and those
//! who asked for leave, each answered.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ids::MemberId;
use shared::reconcile::Attendance;
use shared::records::MarkEntry;
use shared::words::MarkKind;

use super::desk::Desk;
use super::roster::Person;
use crate::components::{Button, ButtonKind, Icon, List, ListRow, Notice, Tone};
use crate::pages::words;
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

#[component]
pub(super) fn ConfirmNotice(desk: Desk) -> impl IntoView {
    let state = use_app_state();
    let people = desk.people;
    let waiting = Memo::new(move |_| {
        people.with(|people| {
            let wait = |person: &Person| Some((person.id, person.to_confirm()?));
            people
                .iter()
                .filter_map(wait)
                .collect::<Vec<(MemberId, MarkKind)>>()
        })
    });
    let disputed = Memo::new(move |_| {
        people.with(|people| {
            let names = people
                .iter()
                .filter(|person| person.attendance() == Some(Attendance::Disputed));
            names.map(|person| person.name.clone()).collect::<Vec<_>>()
        })
    });
    let busy = RwSignal::new(false);
    let confirm = Callback::new(move |()| {
        let Some(entered) = desk.entered(MarkEntry::Seen) else {
            return;
        };
        desk.failure.set(None);
        busy.set(true);
        let waiting = waiting.get_untracked();
        spawn_local(async move {
            for (member, kind) in waiting {
                let marked = state.mark(desk.activity, member, kind, entered.clone());
                if let Err(code) = marked.await {
                    desk.failure.try_set(Some(code));
                    break;
                }
            }
            busy.try_set(false);
            desk.read_again();
        });
    });
    let names = move || disputed.with(|names| names.join(&t!(roll_call.name_separator)));
    let leaves = Memo::new(move |_| {
        people.with(|people| {
            let asks =
                |person: &Person| Some((person.id, person.name.clone(), person.leave_asked()?));
            people.iter().filter_map(asks).collect::<Vec<Leave>>()
        })
    });
    view! {
        <Show when=move || !leaves.with(Vec::is_empty)>
            <Notice
                title=said(move || t!(sitting.leave_title))
                text=move || t!(sitting.leave_text, n = words::count(leaves.with(Vec::len)))
                tone=Tone::Info
                icon=Icon::Clock
            >
                <List>
                    <For each=move || leaves.get() key=|(id, ..)| *id let:leave>
                        <LeaveRow desk leave />
                    </For>
                </List>
            </Notice>
        </Show>
        <Show when=move || !waiting.with(Vec::is_empty)>
            <Notice
                title=said(move || t!(roll_call.to_confirm))
                text=move || t!(roll_call.to_confirm_text, n = words::count(waiting.with(Vec::len)))
                tone=Tone::Info
                icon=Icon::Users
            >
                <Button
                    label=move || t!(roll_call.confirm_all_seen)
                    kind=ButtonKind::Primary
                    busy=busy
                    on_press=confirm
                />
            </Notice>
        </Show>
        <Show when=move || !disputed.with(Vec::is_empty)>
            <Notice
                title=said(move || t!(roll_call.dispute))
                text=move || t!(roll_call.dispute_text, names = names())
                tone=Tone::Notice
                icon=Icon::Warning
            />
        </Show>
    }
}

/// Somebody who asks for leave, the name, and why.
type Leave = (MemberId, String, String);

#[component]
fn LeaveRow(desk: Desk, leave: Leave) -> impl IntoView {
    let state = use_app_state();
    let (member, name, reason) = leave;
    let busy = RwSignal::new(false);
    let answer = move |kind: MarkKind| {
        // The answer is the host's own, whenever it is given.
        busy.set(true);
        desk.failure.set(None);
        spawn_local(async move {
            let marked = state.mark(desk.activity, member, kind, MarkEntry::Seen);
            if let Err(code) = marked.await {
                desk.failure.try_set(Some(code));
            }
            busy.try_set(false);
            desk.read_again();
        });
    };
    view! {
        <ListRow title=name subtitle=reason>
            <div class="leave-answers">
                <Button
                    label=move || t!(sitting.leave_grant)
                    kind=ButtonKind::Primary
                    busy=busy
                    on_press=move || answer(MarkKind::Excused)
                />
                <Button
                    label=move || t!(sitting.leave_refuse)
                    busy=busy
                    on_press=move || answer(MarkKind::Absent)
                />
            </div>
        </ListRow>
    }
}
