//! How a request stands, as chips and in sentences: what was decided, by whom, and what is odd.

use leptos::prelude::*;
use shared::client::{MatterView, RecordState};
use shared::reconcile::{Matter, MatterFlag};
use shared::records::{Correction, ReplyWord, Service, Subject};
use shared::words::RequestState;

use super::facts::facts;
use super::own;
use crate::components::{Chip, Icon, Notice, StatusChip, Tone};
use crate::locale::format_day_time;
use crate::pages::progress::status;
use crate::pages::service_words::{category_name, flag_name, hours, satisfaction_name, state_name};
use crate::pages::words;
use crate::t;

/// How the request stands and, while something of it is on its way, how far that has come.
#[component]
pub(super) fn Standing(#[prop(into)] view: Signal<MatterView>) -> impl IntoView {
    let read = move |read: fn(&MatterView) -> String| move || view.with(read);
    let sending = Memo::new(move |_| view.with(|view| view.sending));
    view! {
        <span
            class="cluster matter-state"
            data-matter=read(|view| view.row.matter.request.to_string())
            data-kind=read(|view| view.row.matter.kind().as_str().to_owned())
            data-state=read(|view| view.row.matter.state.as_str().to_owned())
        >
            <Chip
                text=move || view.with(|view| state_name(&view.row.matter))
                tone=move || view.with(|view| tone(view.row.matter.state))
                icon=move || view.with(|view| icon(view.row.matter.state))
            />
            {move || {
                sending.get().map(|state| view! { <StatusChip status=status(state) /> })
            }}
        </span>
    }
}

fn tone(state: RequestState) -> Tone {
    match state {
        RequestState::Waiting | RequestState::Contested => Tone::Info,
        RequestState::Taken | RequestState::Accepted | RequestState::Corrected => Tone::Good,
        RequestState::Returned | RequestState::Disputed => Tone::Notice,
        RequestState::Withdrawn | RequestState::Replaced | RequestState::Joined => Tone::Neutral,
    }
}

fn icon(state: RequestState) -> Icon {
    match state {
        RequestState::Waiting | RequestState::Contested => Icon::Clock,
        RequestState::Taken | RequestState::Accepted | RequestState::Corrected => Icon::CheckCircle,
        RequestState::Returned | RequestState::Disputed => Icon::Warning,
        RequestState::Withdrawn | RequestState::Replaced | RequestState::Joined => Icon::Info,
    }
}

/// What the state means for the owner and what to do, where there is more to say than its name.
pub(super) fn explanation(view: &MatterView) -> Option<String> {
    let matter = &view.row.matter;
    match view.sending {
        Some(RecordState::Saved | RecordState::Sending) => return Some(t!(service.explain.saved)),
        Some(RecordState::Uploaded | RecordState::Refused(_)) | None => {}
    }
    match (matter.state, &matter.subject) {
        (RequestState::Waiting, Subject::MemberRegistration(_)) => Some(t!(register.waiting)),
        (RequestState::Waiting, Subject::Pledge(_)) => Some(t!(lists.waiting)),
        (RequestState::Waiting, _) => Some(t!(service.explain.waiting)),
        (RequestState::Returned, Subject::Pledge(_)) => Some(t!(lists.returned)),
        (RequestState::Returned, _) => Some(t!(service.explain.returned)),
        (RequestState::Taken, _) => Some(t!(lists.taken)),
        (RequestState::Contested, _) => Some(t!(lists.contested)),
        (RequestState::Joined, Subject::Service(_)) => Some(t!(service.explain.joined)),
        (RequestState::Joined, _) => Some(t!(service.explain.joined_twice)),
        (RequestState::Disputed, _) => Some(disputed(matter)),
        (RequestState::Replaced, _) => Some(t!(service.explain.replaced)),
        (RequestState::Accepted | RequestState::Corrected | RequestState::Withdrawn, _) => None,
    }
}

/// Who decided differently, when and what.
fn disputed(matter: &Matter) -> String {
    let said = matter.contradicting.iter().map(|reply| {
        let (by, time) = (&reply.signed_by, format_day_time(reply.at.0));
        match &reply.word {
            ReplyWord::Accepted { .. } => t!(service.explain.accepted_by, by = by, time = time),
            ReplyWord::Returned { .. } => t!(service.explain.returned_by, by = by, time = time),
            ReplyWord::Corrected(_) => t!(service.explain.corrected_by, by = by, time = time),
        }
    });
    let said: Vec<String> = said.collect();
    t!(
        service.explain.disputed,
        said = said.join(&t!(service.explain.between))
    )
}

/// Everything that was said to a request: the answer with who signed it, the numbers before and
/// after, the withdrawal, the rating, and what is odd with what to do about it.
#[component]
pub(super) fn Answers(#[prop(into)] view: Signal<MatterView>) -> impl IntoView {
    let lines = move || view.with(|view| facts(answers(&view.row.matter)));
    let flags = Memo::new(move |_| view.with(|view| told_flags(&view.row.matter)));
    view! {
        {move || view.with(explanation).map(|words| view! { <p>{words}</p> })}
        {lines}
        {move || flags.get().into_iter().map(|flag| view! { <Flag flag /> }).collect_view()}
    }
}

/// What somebody should look at: nothing about a request that is over, and what the community looks at
/// only until it has.
fn told_flags(matter: &Matter) -> Vec<MatterFlag> {
    let is_told = |flag: &MatterFlag| match flag {
        MatterFlag::AcceptedTwice | MatterFlag::Overlapping => matter.is_live(),
        MatterFlag::Crossed | MatterFlag::SelfDecided => true,
        MatterFlag::Overlong
        | MatterFlag::BackDated
        | MatterFlag::InFuture
        | MatterFlag::ListingClosed
        | MatterFlag::ListingUnknown => matter.is_open(),
    };
    matter.flags.iter().copied().filter(is_told).collect()
}

/// What was said to a request, each with what it is called.
pub(super) fn answers(matter: &Matter) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    if let Some(reply) = &matter.reply {
        match &reply.word {
            ReplyWord::Accepted { opinion } => {
                let label = match &matter.subject {
                    Subject::MemberRegistration(_) | Subject::OrganisationRegistration(_) => {
                        t!(register.opinion)
                    }
                    Subject::Service(_) | Subject::Pledge(_) => t!(service.opinion),
                };
                lines.push((label, opinion.clone()));
            }
            ReplyWord::Returned { reason } => {
                lines.push((t!(service.returned_because), reason.clone()));
            }
            ReplyWord::Corrected(correction) => {
                if let Some(service) = own::service(matter) {
                    lines.extend(corrections(service, correction));
                }
                lines.push((t!(service.corrected_because), correction.reason.clone()));
            }
        }
        let time = format_day_time(reply.at.0);
        let signed = t!(service.signed_at, name = reply.signed_by, time = time);
        lines.push((t!(service.signed), signed));
    }
    if let Some(withdrawal) = &matter.withdrawal {
        let time = format_day_time(withdrawal.at.0);
        lines.push((t!(service.withdrawn_at), time));
        lines.push((t!(service.withdrawn_because), withdrawal.reason.clone()));
    }
    if let Some(rated) = &matter.rating {
        let words = satisfaction_name(rated.rating.satisfaction);
        let parts = [
            words,
            rated.rating.words.clone(),
            rated.rating.signed_by.clone(),
        ];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        lines.extend(words::joined(parts).map(|words| (t!(service.rating), words)));
    }
    lines.retain(|(_, text)| !text.is_empty());
    lines
}

/// The numbers that a community has put right, before and after; those that stayed are left out.
fn corrections(before: &Service, after: &Correction) -> Vec<(String, String)> {
    let hours = |minutes: u32| hours(minutes.into());
    let people = |count: u32| t!(service.people, n = count);
    let changes = [
        (
            before.minutes != after.minutes,
            t!(service.duration),
            hours(before.minutes),
            hours(after.minutes),
        ),
        (
            before.beneficiaries != after.beneficiaries,
            t!(service.beneficiaries),
            people(before.beneficiaries),
            people(after.beneficiaries),
        ),
        (
            before.category != after.category,
            t!(service.category_label),
            category_name(before.category),
            category_name(after.category),
        ),
    ];
    let changed = changes.into_iter().filter(|(changed, ..)| *changed);
    changed
        .map(|(_, label, before, after)| {
            (
                label,
                t!(service.before_after, before = before, after = after),
            )
        })
        .collect()
}

/// Something odd, with what to do about it where the owner can do something.
#[component]
fn Flag(flag: MatterFlag) -> impl IntoView {
    let advice = move || match flag {
        MatterFlag::AcceptedTwice => t!(register.accepted_twice),
        MatterFlag::Crossed => t!(service.advice.crossed),
        MatterFlag::SelfDecided => t!(service.advice.self_decided),
        MatterFlag::Overlapping => t!(service.advice.overlapping),
        MatterFlag::ListingClosed | MatterFlag::ListingUnknown => t!(lists.advice),
        MatterFlag::Overlong | MatterFlag::BackDated | MatterFlag::InFuture => {
            t!(service.advice.looked_at)
        }
    };
    view! {
        <Notice
            title=words::said(move || flag_name(flag))
            text=advice
            tone=Tone::Notice
        />
    }
}

#[cfg(test)]
mod tests {
    use shared::time::Timestamp;
    use shared::words::ServiceCategory;

    use super::*;
    use crate::locale::{Locale, provide_locale};

    #[test]
    fn only_the_numbers_that_were_put_right_are_told_before_and_after() {
        let owner = Owner::new();
        owner.set();
        provide_locale(Locale::En);
        let service = Service {
            starts_at: Timestamp(0),
            ends_at: Timestamp(7_200_000),
            minutes: 120,
            category: ServiceCategory::Health,
            beneficiaries: 4,
            place: None,
            note: None,
            listing: None,
            activity: None,
            photo: None,
            people: Vec::new(),
        };
        let correction = Correction {
            minutes: 90,
            beneficiaries: 4,
            category: ServiceCategory::Health,
            reason: "the rest".to_owned(),
        };
        let lines = corrections(&service, &correction);
        let texts: Vec<&str> = lines.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["2 h → 1.5 h"]);
    }
}
