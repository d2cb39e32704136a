//! 待确认名单: those who checked in by themselves, confirmed together by one who saw them.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::codes::Code;
use shared::ids::{ActivityId, MemberId};
use shared::reconcile::Attendance;
use shared::words::MarkKind;

use super::Attended;
use super::roster::Expected;
use crate::components::{Button, ButtonKind, Icon, Notice, Tone};
use crate::pages::words;
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

#[component]
pub(super) fn ConfirmNotice(
    activity: ActivityId,
    people: Memo<Vec<Expected>>,
    failure: RwSignal<Option<Code>>,
    attended: Option<Attended>,
) -> impl IntoView {
    let state = use_app_state();
    let waiting = Memo::new(move |_| {
        people.with(|people| {
            let wait = |person: &Expected| Some((person.member.id, person.to_confirm()?));
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
            names
                .map(|person| person.member.name.clone())
                .collect::<Vec<_>>()
        })
    });
    let busy = RwSignal::new(false);
    let confirm = Callback::new(move |()| {
        failure.set(None);
        busy.set(true);
        let waiting = waiting.get_untracked();
        spawn_local(async move {
            for (member, kind) in waiting {
                if let Err(code) = state.mark(activity, member, kind).await {
                    failure.try_set(Some(code));
                    break;
                }
            }
            busy.try_set(false);
            if let Some(attended) = attended {
                attended.read_again();
            }
        });
    });
    let names = move || disputed.with(|names| names.join(&t!(roll_call.name_separator)));
    view! {
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
