//! One record in full: when, how it stands, what stands behind it.

use leptos::prelude::*;
use shared::client::RecordView;
use shared::documents::DocumentKind;
use shared::reconcile::Outcome;
use shared::records::{Claim, Record, Subject, Topic};

use super::row::{record_outcome, record_progress, record_subtitle, record_title};
use crate::components::{Button, ButtonLink, Icon, Sheet};
use crate::locale::format_day_time;
use crate::pages::export::{ExportSheet, export_one};
use crate::pages::progress::ProgressChip;
use crate::pages::words;
use crate::state::use_app_state;
use crate::t;

#[component]
pub(super) fn RecordSheet(opened: RwSignal<Option<RecordView>>) -> impl IntoView {
    let state = use_app_state();
    let records = state.records();
    // The record as it now stands, not as it was when the sheet was opened.
    let current = Memo::new(move |_| {
        let opened = opened.get()?;
        let id = opened.entry.id;
        let found = records.with(|views| views.iter().find(|view| view.entry.id == id).cloned());
        Some(found.unwrap_or(opened))
    });
    let title = move || {
        current.with(|record| {
            record
                .as_ref()
                .map(|record| record_title(state, record))
                .unwrap_or_default()
        })
    };
    view! {
        <Sheet
            open=move || opened.with(Option::is_some)
            on_close=move || opened.set(None)
            title=title
        >
            {move || current.get().map(|record| view! { <Detail record /> })}
        </Sheet>
    }
}

#[component]
fn Detail(record: RecordView) -> impl IntoView {
    let state = use_app_state();
    let id = record.entry.id;
    let at = record.entry.recorded_at;
    let words = match &record.entry.record {
        Record::Claim(Claim::Feedback { text }) => Some(text.clone()),
        Record::Claim(Claim::Leave(petition) | Claim::Objection(petition)) => {
            Some(petition.reason.clone())
        }
        Record::Ruling(ruling) => Some(ruling.reason.clone()),
        Record::Withdrawal(withdrawal) => Some(withdrawal.reason.clone()),
        Record::Rating(rating) => Some(rating.words.clone()).filter(|words| !words.is_empty()),
        Record::Claim(Claim::CheckIn(_) | Claim::CheckOut(_))
        | Record::Plan(_)
        | Record::HostKey(_)
        | Record::Mark(_)
        | Record::Visitor(_)
        | Record::Request(_)
        | Record::Reply(_)
        | Record::Listing(_) => None,
    };
    let page = page_of(&record);
    let record = StoredValue::new(record);
    let copied_by_hand = RwSignal::new(None::<String>);
    let progress = Memo::new(move |_| record.with_value(|record| record_progress(state, record)));
    let outcome = Memo::new(move |_| record.with_value(|record| record_outcome(state, record)));
    let place = move || record.with_value(|record| record_subtitle(state, record));
    view! {
        <p class="record-progress">
            <ProgressChip progress />
        </p>
        <p>{move || progress.get().explanation()}</p>
        {match words {
            Some(text) => view! { <p class="record-words">{text}</p> }.into_any(),
            None => view! { <p class="record-place">{place}</p> }.into_any(),
        }}
        <p class="record-time">
            {move || t!(record.recorded_at_time, time = format_day_time(at.0))}
        </p>
        {move || outcome.get().map(|outcome| view! { <Evidence outcome /> })}
        {page
            .map(|href| {
                view! { <ButtonLink label=move || t!(service.see) href=href icon=Icon::Chevron /> }
            })}
        <Button
            label=move || t!(action.export)
            icon=Icon::Download
            on_press=move || export_one(state, id, copied_by_hand)
        />
        <ExportSheet text=copied_by_hand />
    }
}

/// Returns the page that tells what became of one of the owner's own requests.
fn page_of(record: &RecordView) -> Option<String> {
    let is_own = record.document.kind() == DocumentKind::Journal;
    let page = match &record.entry.record {
        Record::Request(request) => match &request.subject {
            Subject::MemberRegistration(_) => Some("/service/register".to_owned()),
            Subject::Service(_) => Some(format!("/service/records/{}", record.entry.id)),
            Subject::Pledge(pledge) => Some(format!("/service/lists/{}", pledge.listing)),
            Subject::OrganisationRegistration(_) => None,
        },
        Record::Withdrawal(withdrawal) => withdrawal.topics.first().map(|topic| match topic {
            Topic::Listing(listing) => format!("/service/lists/{listing}"),
            Topic::Member(_) | Topic::Organisation(_) => "/service".to_owned(),
        }),
        Record::Claim(_)
        | Record::Plan(_)
        | Record::HostKey(_)
        | Record::Mark(_)
        | Record::Visitor(_)
        | Record::Ruling(_)
        | Record::Reply(_)
        | Record::Rating(_)
        | Record::Listing(_) => None,
    };
    page.filter(|_| is_own)
}

/// The grade in plain words, and how many pieces of evidence make this one attendance.
#[component]
fn Evidence(outcome: Outcome) -> impl IntoView {
    let pieces = outcome.evidence.len();
    let grade = outcome.grade.map(|grade| {
        view! {
            <p class="record-grade">{move || words::grade_title(grade)}</p>
            <p class="record-grade-explain">
                {move || words::grade_explanation(grade)} {move || t!(grade.explain)}
            </p>
        }
    });
    view! {
        <div class="record-evidence" data-pieces=pieces.to_string()>
            <h3 class="record-evidence-title">{move || t!(record.evidence)}</h3>
            {grade}
            <p>{move || t!(record.pieces, n = words::count(pieces))}</p>
        </div>
    }
}
