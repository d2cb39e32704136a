//! 裁定: a coordinator settles a dispute or answers an objection, with a reason that everyone
//! concerned reads.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::AttendanceRow;
use shared::codes::Code;
use shared::words::MarkKind;

use super::Attended;
use super::judged::Judged;
use crate::components::{Button, ButtonKind, Choice, Segmented, Sheet, TextArea};
use crate::pages::trouble::TroublePlace;
use crate::pages::words;
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// Characters of a reason; the same as the record may have.
const LONGEST: usize = 500;
const DECISIONS: [MarkKind; 5] = [
    MarkKind::Present,
    MarkKind::Late,
    MarkKind::Excused,
    MarkKind::Absent,
    MarkKind::MadeUp,
];

/// The sheet of one row; shown while one is being settled.
#[component]
pub(super) fn SettleSheet(
    settling: RwSignal<Option<AttendanceRow>>,
    attended: Option<Attended>,
) -> impl IntoView {
    let state = use_app_state();
    let decision = RwSignal::new(None::<MarkKind>);
    let reason = RwSignal::new(String::new());
    let (asked, busy) = (RwSignal::new(false), RwSignal::new(false));
    let failure = RwSignal::new(None::<Code>);
    let close = Callback::new(move |()| {
        settling.set(None);
        decision.set(None);
        reason.set(String::new());
        asked.set(false);
        failure.set(None);
    });
    let missing =
        move || decision.get().is_none() || reason.with(|reason| reason.trim().is_empty());
    let settle = Callback::new(move |()| {
        asked.set(true);
        let (Some(row), Some(kind)) = (settling.get_untracked(), decision.get_untracked()) else {
            return;
        };
        if untrack(missing) {
            return;
        }
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let settled = state
                .settle(&row.outcome, kind, reason.get_untracked())
                .await;
            busy.try_set(false);
            match settled {
                Ok(_) => {
                    close.run(());
                    if let Some(attended) = attended {
                        attended.read_again();
                    }
                }
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
        });
    });
    let title = move || {
        let name = settling.with(|row| row.as_ref().map(|row| row.name.clone()));
        t!(judged.settle_for, name = name.unwrap_or_default())
    };
    let error = move || (asked.get() && missing()).then(|| t!(judged.settle_missing));
    view! {
        <Sheet
            open=Signal::derive(move || settling.with(Option::is_some))
            on_close=close
            title=title
            actions=move || {
                view! {
                    <Button
                        label=move || t!(judged.settle_save)
                        kind=ButtonKind::Primary
                        busy=busy
                        on_press=settle
                    />
                }
            }
        >
            <p>{move || t!(judged.settle_lead)}</p>
            {move || {
                settling
                    .get()
                    .map(|row| view! { <Judged outcome=Signal::stored(row.outcome) /> })
            }}
            <Segmented
                label=move || t!(judged.settle_kind)
                choices=Signal::stored(
                    DECISIONS
                        .map(|kind| Choice::new(kind.as_str(), move || words::mark_name(kind)))
                        .to_vec(),
                )
                value=Signal::derive(move || {
                    decision.get().map(|kind| kind.as_str().to_owned()).unwrap_or_default()
                })
                on_change=move |word: String| decision.set(MarkKind::parse(&word))
            />
            <TextArea
                label=move || t!(judged.settle_reason)
                hint=said(move || t!(judged.settle_reason_hint))
                value=reason
                on_input=move |typed: String| reason.set(typed.chars().take(LONGEST).collect())
                max_length=u32::try_from(LONGEST).unwrap_or(u32::MAX)
                error=MaybeProp::derive(error)
            />
            <TroublePlace code=failure />
        </Sheet>
    }
}
