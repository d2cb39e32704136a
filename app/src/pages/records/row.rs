//! One record in the list: what, where, and how it stands.

use leptos::prelude::*;
use shared::client::{ActivityView, RecordView, SealedRecord};
use shared::ids::{ActivityId, MemberId};
use shared::reconcile::Outcome;
use shared::records::{Claim, Record, ReplyWord, Subject};

use crate::components::ListRow;
use crate::locale::format_clock;
use crate::pages::progress::{Progress, ProgressChip};
use crate::pages::words::said;
use crate::pages::{facts, words};
use crate::state::AppState;
use crate::state::use_app_state;
use crate::t;

#[component]
pub(super) fn RecordRow(
    record: RecordView,
    #[prop(into)] on_press: Callback<RecordView>,
) -> impl IntoView {
    let state = use_app_state();
    let at = record.entry.recorded_at;
    let record = StoredValue::new(record);
    let progress = Memo::new(move |_| record.with_value(|record| record_progress(state, record)));
    let subtitle = move || record.with_value(|record| record_subtitle(state, record));
    view! {
        <ListRow
            lead=said(move || format_clock(at.0))
            title=move || record.with_value(|record| record_title(state, record))
            subtitle=MaybeProp::derive(subtitle)
            trailing=move || view! { <ProgressChip progress /> }
            on_press=Callback::new(move |()| on_press.run(record.get_value()))
        />
    }
}

/// How a record stands; of a check-in also what the server made of it.
pub(super) fn record_progress(state: AppState, record: &RecordView) -> Progress {
    let outcome = record_outcome(state, record);
    Progress::of(record.state, outcome.as_ref())
}

/// What the server made of a check-in.
pub(super) fn record_outcome(state: AppState, record: &RecordView) -> Option<Outcome> {
    match &record.entry.record {
        Record::Claim(Claim::CheckIn(presence)) => {
            of_activity(state, presence.activity, |view| view.outcome.clone()).flatten()
        }
        Record::Claim(Claim::Leave(petition) | Claim::Objection(petition)) => {
            of_activity(state, petition.activity, |view| view.outcome.clone()).flatten()
        }
        Record::Claim(Claim::CheckOut(_) | Claim::Feedback { .. })
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
    }
}

/// What a record is about, as in 签到：学习二十大精神.
pub(super) fn record_title(state: AppState, record: &RecordView) -> String {
    let topic = record
        .entry
        .record
        .activity()
        .and_then(|id| of_activity(state, id, |view| view.activity.current.plan.topic.clone()));
    title(state, &record.entry.record, topic)
}

/// What a record of a quarter that is over was about.
pub(super) fn sealed_title(state: AppState, record: &SealedRecord) -> String {
    title(state, &record.view.entry.record, record.topic.clone())
}

fn title(state: AppState, record: &Record, topic: Option<String>) -> String {
    let topic = topic.unwrap_or_else(|| t!(record.activity_unknown));
    match record {
        Record::Claim(Claim::CheckIn(_)) => t!(record.check_in_to, topic = topic),
        Record::Claim(Claim::CheckOut(_)) => t!(record.check_out_of, topic = topic),
        Record::Claim(Claim::Leave(_)) => t!(record.leave_from, topic = topic),
        Record::Claim(Claim::Objection(_)) => t!(record.objection_to, topic = topic),
        Record::Claim(Claim::Feedback { .. }) => t!(feedback.title),
        Record::HostKey(_) => t!(record.host_key),
        Record::Visitor(visitor) => t!(
            record.mark_of,
            name = visitor.name.clone(),
            kind = words::mark_name(visitor.kind)
        ),
        Record::Ruling(ruling) => t!(
            record.ruling_of,
            name = member_name(state, ruling.member),
            kind = words::mark_name(ruling.decision)
        ),
        Record::Request(request) => match &request.subject {
            Subject::MemberRegistration(_) => t!(record.member_registration),
            Subject::OrganisationRegistration(_) => t!(record.org_registration),
            Subject::Service(_) => t!(record.service),
            Subject::Pledge(_) => t!(record.pledge),
        },
        Record::Withdrawal(_) => t!(record.withdrawal),
        Record::Reply(reply) => match &reply.word {
            ReplyWord::Accepted { .. } => t!(record.accepted),
            ReplyWord::Returned { .. } => t!(record.returned),
            ReplyWord::Corrected(_) => t!(record.corrected),
        },
        Record::Rating(_) => t!(record.rating),
        Record::Listing(listing) => t!(record.listing_of, title = listing.title.clone()),
        Record::Plan(plan) => t!(record.plan_of, topic = plan.topic),
        Record::Mark(mark) => t!(
            record.mark_of,
            name = member_name(state, mark.member),
            kind = words::mark_name(mark.kind)
        ),
    }
}

/// Where it was, or the words themselves.
pub(super) fn record_subtitle(state: AppState, record: &RecordView) -> Option<String> {
    let hall = |id| {
        let directory = state.directory();
        of_activity(state, id, |view| {
            directory.with(|slice| {
                let slice = slice.as_ref()?;
                facts::hall(view, slice).or_else(|| facts::organiser(view, slice))
            })
        })
        .flatten()
    };
    match &record.entry.record {
        Record::Claim(Claim::CheckIn(presence) | Claim::CheckOut(presence)) => {
            hall(presence.activity)
        }
        Record::Claim(Claim::Leave(petition) | Claim::Objection(petition)) => {
            Some(first_words(&petition.reason))
        }
        Record::Claim(Claim::Feedback { text }) => Some(first_words(text)),
        Record::HostKey(_) | Record::Listing(_) => None,
        Record::Request(request) => match &request.subject {
            Subject::MemberRegistration(form) => form.grid.clone(),
            Subject::OrganisationRegistration(form) => Some(form.name.clone()),
            Subject::Service(service) => Some(words::span(service.starts_at, service.ends_at)),
            Subject::Pledge(pledge) => pledge.note.as_deref().map(first_words),
        },
        Record::Withdrawal(withdrawal) => Some(first_words(&withdrawal.reason)),
        Record::Reply(reply) => match &reply.word {
            ReplyWord::Accepted { opinion } => Some(first_words(opinion)),
            ReplyWord::Returned { reason } => Some(first_words(reason)),
            ReplyWord::Corrected(correction) => Some(first_words(&correction.reason)),
        },
        Record::Rating(rating) => Some(first_words(&rating.words)),
        Record::Visitor(visitor) => Some(visitor.from.clone()),
        Record::Ruling(ruling) => Some(first_words(&ruling.reason)),
        Record::Plan(plan) => Some(words::span(plan.starts_at, plan.ends_at)),
        Record::Mark(mark) => of_activity(state, mark.activity, |view| {
            view.activity.current.plan.topic.clone()
        }),
    }
}

fn of_activity<T>(
    state: AppState,
    id: ActivityId,
    read: impl FnOnce(&ActivityView) -> T,
) -> Option<T> {
    state.activities().with(|views| {
        let is_it = |view: &&ActivityView| view.activity.current.plan.activity == id;
        views.iter().find(is_it).map(read)
    })
}

fn member_name(state: AppState, id: MemberId) -> String {
    let found = state.directory().with(|slice| {
        let slice = slice.as_ref()?;
        let mut people = slice.members.iter().chain([&slice.owner]);
        Some(people.find(|member| member.id == id)?.name.clone())
    });
    found.unwrap_or_else(|| t!(state.unknown))
}

/// The beginning of a longer text, for one line.
fn first_words(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut words: String = text.chars().take(LONGEST).collect();
    if text.chars().count() > LONGEST {
        words.push('\u{2026}');
    }
    words
}
