//! What was said about a request, in words: by the other side, by those who decided, by those who rated.

use std::collections::BTreeSet;

use shared::client::MatterView;
use shared::project::Party;
use shared::reconcile::{Matter, Replied};
use shared::records::{ReplyWord, Subject};
use shared::time::Timestamp;

use super::desk::Case;
use super::facts::{changes, minutes_words};
use crate::locale::format_day_time;
use crate::pages::service_words::satisfaction_name;
use crate::pages::words;
use crate::t;

/// The other records of the same thing, as the other side tells it.
pub(super) fn other_sides(case: &Case, views: &[MatterView]) -> Vec<String> {
    let same = |view: &&MatterView| {
        let other = &view.row.matter;
        case.rows().any(|row| {
            row.matter.topic == other.topic && row.matter.same_as.contains(&other.request)
        })
    };
    views.iter().filter(same).map(other_side).collect()
}

fn other_side(view: &MatterView) -> String {
    let matter = &view.row.matter;
    let by = match matter.asker {
        Party::Organisation(_) => t!(affairs.by_team, team = view.row.from),
        Party::Member(_) => t!(affairs.by_self, name = view.row.name),
    };
    let told = match &matter.subject {
        Subject::Service(service) => {
            let span = words::span(service.starts_at, service.ends_at);
            let day = words::day_name(matter.day);
            let time = t!(date.day_span, day = day, span = span);
            words::joined([time, minutes_words(service.minutes)])
        }
        Subject::MemberRegistration(_)
        | Subject::OrganisationRegistration(_)
        | Subject::Pledge(_) => Some(format_day_time(matter.recorded_at.0)),
    };
    words::joined([by].into_iter().chain(told)).unwrap_or_default()
}

/// What was said about a request since it was entered, in the order of the clock.
pub(super) fn history(case: &Case, views: &[MatterView]) -> Vec<String> {
    let matter = case.matter();
    let mut said: Vec<(Timestamp, String)> = Vec::new();
    if let Some(reply) = &matter.reply {
        said.push((reply.at, reply_words(matter, reply)));
    }
    if let Some(withdrawal) = &matter.withdrawal {
        let time = format_day_time(withdrawal.at.0);
        let words = t!(
            affairs.said.withdrawn,
            time = time,
            reason = withdrawal.reason
        );
        said.push((withdrawal.at, words));
    }
    if let Some(rated) = &matter.rating {
        let found = satisfaction_name(rated.rating.satisfaction);
        let words = t!(
            affairs.said.rated,
            by = rated.rating.signed_by,
            time = format_day_time(rated.at.0),
            words = words::joined(
                [found, rated.rating.words.clone()]
                    .into_iter()
                    .filter(|part| !part.is_empty())
            )
            .unwrap_or_default()
        );
        said.push((rated.at, words));
    }
    let by = matter.replaced_by;
    let later = by.and_then(|by| views.iter().find(|view| view.row.matter.request == by));
    if let Some(view) = later {
        let at = view.row.matter.recorded_at;
        let words = t!(
            affairs.said.replaced,
            time = format_day_time(at.0),
            to = view.row.to
        );
        said.push((at, words));
    }
    said.sort_by_key(|(at, _)| *at);
    said.into_iter().map(|(_, words)| words).collect()
}

/// The replies that contradict each other, the oldest first. One that was given for a whole team stands
/// once.
pub(super) fn contradicting(case: &Case) -> Vec<String> {
    let mut told = BTreeSet::new();
    let mut replies: Vec<(&Matter, &Replied)> = case
        .rows()
        .flat_map(|row| {
            row.matter
                .contradicting
                .iter()
                .map(|one| (&row.matter, one))
        })
        .filter(|(_, reply)| told.insert(reply.entry))
        .collect();
    replies.sort_by_key(|(_, reply)| reply.at);
    let replies = replies.into_iter();
    replies
        .map(|(matter, reply)| reply_words(matter, reply))
        .collect()
}

fn reply_words(matter: &Matter, reply: &Replied) -> String {
    let (by, time) = (&reply.signed_by, format_day_time(reply.at.0));
    match &reply.word {
        ReplyWord::Accepted { opinion } if opinion.is_empty() => {
            t!(affairs.said.accepted, by = by, time = time)
        }
        ReplyWord::Accepted { opinion } => {
            t!(
                affairs.said.accepted_with,
                by = by,
                time = time,
                opinion = opinion
            )
        }
        ReplyWord::Returned { reason } => {
            t!(affairs.said.returned, by = by, time = time, reason = reason)
        }
        ReplyWord::Corrected(correction) => {
            let changes = match &matter.subject {
                Subject::Service(service) => changes(service, correction),
                Subject::MemberRegistration(_)
                | Subject::OrganisationRegistration(_)
                | Subject::Pledge(_) => Vec::new(),
            };
            t!(
                affairs.said.corrected,
                by = by,
                time = time,
                changes = changes.join(&t!(paper.note_separator)),
                reason = correction.reason
            )
        }
    }
}
