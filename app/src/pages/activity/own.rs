//! What was decided about the phone's owner, by whom and why, and the one objection to it.

use leptos::prelude::*;
use shared::client::{ActivityView, RecordState};
use shared::reconcile::{Outcome, Piece, Source};
use shared::records::{Claim, Record};
use shared::words::MarkKind;

use super::judged::{Judged, may_be_objected_to};
use crate::components::{Button, ButtonKind, Icon, StatusChip};
use crate::locale::format_day_time;
use crate::pages::progress::status;
use crate::pages::reason_sheet::{ReasonSheet, ReasonWords, Sent};
use crate::pages::words;
use crate::state::use_app_state;
use crate::t;

/// Characters of an objection; the same as the record may have.
const LONGEST: u32 = 500;

#[component]
pub(super) fn OwnOutcome(#[prop(into)] view: Signal<ActivityView>) -> impl IntoView {
    let outcome = Memo::new(move |_| view.with(|view| view.outcome.clone()));
    // What the owner has just said, before the server has made something of it.
    let objection = Memo::new(move |_| view.with(own_objection));
    let open = RwSignal::new(false);
    let state = use_app_state();
    let object = move |reason: String| -> Sent {
        let activity = view.get_untracked();
        Box::pin(async move { state.object(&activity, reason).await.map(drop) })
    };
    let may_object = Memo::new(move |_| {
        let said = matches!(objection.get(), Some((_, state)) if !matches!(state, RecordState::Refused(_)));
        !said && outcome.with(|outcome| outcome.as_ref().is_some_and(may_be_objected_to))
    });
    let unanswered = move || {
        let (reason, state) = objection.get()?;
        let known = outcome.with(|outcome| outcome.as_ref()?.objection.clone());
        known.is_none().then_some((reason, state))
    };
    view! {
        <div class="own-outcome">
            {move || {
                let lines = outcome.with(|outcome| outcome.as_ref().map(mark_lines));
                lines
                    .unwrap_or_default()
                    .into_iter()
                    .map(|line| view! { <p class="own-word">{line}</p> })
                    .collect_view()
            }}
            {move || {
                outcome.get().map(|outcome| view! { <Judged outcome=Signal::stored(outcome) /> })
            }}
            {move || {
                unanswered()
                    .map(|(reason, state)| {
                        view! {
                            <p class="judged-objection">
                                {t!(judged.objection_said, reason = reason)}
                                <StatusChip status=status(state) />
                            </p>
                        }
                    })
            }}
            <Show when=move || may_object.get()>
                <Button
                    label=move || t!(judged.object)
                    icon=Icon::Pencil
                    on_press=move || open.set(true)
                />
            </Show>
            <ReasonSheet
                open
                words=ReasonWords {
                    title: || t!(judged.object),
                    lead: || t!(judged.object_lead),
                    label: || t!(judged.object_reason),
                    hint: Some(|| t!(judged.object_reason_hint)),
                    missing: || t!(judged.object_missing),
                    send: || t!(judged.object_send),
                }
                kind=ButtonKind::Primary
                longest=LONGEST
                on_send=object
            />
        </div>
    }
}

/// The owner's objection as this phone holds it: why, and how far it has come.
fn own_objection(view: &ActivityView) -> Option<(String, RecordState)> {
    let mut claims = view.claims.iter();
    claims.find_map(|record| match &record.entry.record {
        Record::Claim(Claim::Objection(petition)) => Some((petition.reason.clone(), record.state)),
        Record::Claim(
            Claim::CheckIn(_) | Claim::CheckOut(_) | Claim::Leave(_) | Claim::Feedback { .. },
        )
        | Record::Plan(_)
        | Record::HostKey(_)
        | Record::Mark(_)
        | Record::Visitor(_)
        | Record::Ruling(_)
        | Record::Request(_)
        | Record::Withdrawal(_)
        | Record::Reply(_)
        | Record::Rating(_)
        | Record::Listing(_) => None,
    })
}

/// What hosts marked of the owner, each with when and why.
fn mark_lines(outcome: &Outcome) -> Vec<String> {
    outcome.evidence.iter().filter_map(mark_line).collect()
}

fn mark_line(piece: &Piece) -> Option<String> {
    let (Source::Mark { kind, .. }
    | Source::LateEntry { kind, .. }
    | Source::ProxyEntry { kind, .. }
    | Source::Witness { kind, .. }) = piece.source
    else {
        return None;
    };
    // An invitation says who is expected and not who came.
    if kind == MarkKind::Expected {
        return None;
    }
    let (time, kind) = (format_day_time(piece.recorded_at.0), words::mark_name(kind));
    Some(match &piece.note {
        Some(reason) => t!(
            judged.marked_because,
            time = time,
            kind = kind,
            reason = reason
        ),
        None => t!(judged.marked, time = time, kind = kind),
    })
}
