//! The three papers. Turns a [`Paper`] into tables that a printer sets; asks nobody anything.

use leptos::prelude::*;
use shared::reconcile::{Outcome, Source};
use shared::records::Standing;

use super::Paper;
use crate::locale::{format_clock, format_date, format_minutes};
use crate::pages::activity::{Person, counts};
use crate::pages::words;
use crate::t;

/// Empty lines at the end of a sign-in sheet, for those who are on no list.
const SPARE_LINES: usize = 5;

/// 签到表 before: a line for everybody expected, to be signed.
#[component]
pub(super) fn SignInSheet(paper: Paper) -> impl IntoView {
    let expected: Vec<Person> = paper
        .people
        .iter()
        .filter(|person| person.is_expected())
        .cloned()
        .collect();
    let spare = expected.len() + 1..=expected.len() + SPARE_LINES;
    let line = |number: usize, name: String, branch: String| {
        view! {
            <tr class="paper-line">
                <td class="paper-number">{number}</td>
                <td>{name}</td>
                <td>{branch}</td>
                <td></td>
                <td></td>
            </tr>
        }
    };
    let named = expected
        .into_iter()
        .zip(1..)
        .map(|(person, number)| line(number, person.name, person.branch))
        .collect_view();
    let empty = spare
        .map(|number| line(number, String::new(), String::new()))
        .collect_view();
    view! {
        <Head paper title=t!(paper.sign_in_title) />
        <table class="paper-table paper-signing">
            <thead>
                <tr>
                    <th scope="col" class="paper-number">{t!(paper.number)}</th>
                    <th scope="col" class="paper-name">{t!(member.name)}</th>
                    <th scope="col">{t!(member.branch)}</th>
                    <th scope="col" class="paper-signature">{t!(paper.signature)}</th>
                    <th scope="col" class="paper-note">{t!(activity.note)}</th>
                </tr>
            </thead>
            <tbody>{named} {empty}</tbody>
        </table>
    }
}

/// 签到表 after: what became of everybody, on what evidence, and why.
#[component]
pub(super) fn AttendanceSheet(paper: Paper) -> impl IntoView {
    let cells = |number: usize, cells: [String; 6]| {
        let cells = cells.map(|text| view! { <td>{text}</td> });
        view! {
            <tr>
                <td class="paper-number">{number}</td>
                {cells.into_iter().collect_view()}
            </tr>
        }
    };
    let people = paper.people.iter().map(person_cells);
    let guests = paper.visitors.iter().map(|visitor| {
        let (kind, none) = (words::mark_name(visitor.kind), String::new());
        let (name, from) = (visitor.name.clone(), visitor.from.clone());
        [name, from, kind, none.clone(), none, t!(paper.guest)]
    });
    let lines = people
        .chain(guests)
        .zip(1..)
        .map(|(line, number)| cells(number, line))
        .collect_view();
    let told = counts_words(&paper);
    view! {
        <Head paper title=t!(paper.attendance_title) />
        <p class="paper-counts">{told}</p>
        <table class="paper-table">
            <thead>
                <tr>
                    <th scope="col" class="paper-number">{t!(paper.number)}</th>
                    <th scope="col" class="paper-name">{t!(member.name)}</th>
                    <th scope="col">{t!(member.branch)}</th>
                    <th scope="col" class="paper-short">{t!(paper.outcome)}</th>
                    <th scope="col" class="paper-short">{t!(paper.checked_in)}</th>
                    <th scope="col" class="paper-short">{t!(paper.grade)}</th>
                    <th scope="col" class="paper-note">{t!(activity.note)}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </table>
        <p class="paper-signed">
            <span>{t!(paper.signed_by_host)}</span>
            <span>{t!(paper.signed_by_coordinator)}</span>
        </p>
    }
}

/// 讲坛记录: everything that the plan says, the counts, and what came of it.
#[component]
pub(super) fn SessionRecord(paper: Paper) -> impl IntoView {
    let (plan, details) = (&paper.plan, &paper.plan.details);
    let held = details.held.as_ref();
    let cancelled = match &plan.standing {
        Standing::Planned => None,
        Standing::Cancelled { reason } => Some(reason.clone()),
    };
    let actual = held.map(|held| {
        let span = words::span(held.started_at, held.ended_at);
        format!("{} {span}", format_date(held.started_at.0))
    });
    let study = details
        .study_minutes
        .map(|minutes| format_minutes(minutes.into()));
    let fields = [
        (t!(paper.kind), Some(words::kind_name(plan.kind))),
        (t!(paper.speaker_role), details.speaker_role.clone()),
        (t!(activity.chair), details.chair.clone()),
        (t!(activity.recorder), details.recorder.clone()),
        (t!(activity.campaign), plan.campaign.clone()),
        (t!(paper.study), study),
        (t!(paper.cancelled), cancelled),
        (t!(paper.actual), actual),
        (t!(paper.counts), Some(counts_words(&paper))),
    ];
    let lines = fields
        .into_iter()
        .filter_map(|(label, text)| Some((label, text.filter(|text| !text.is_empty())?)))
        .map(|(label, text)| {
            view! {
                <tr>
                    <th scope="row">{label}</th>
                    <td>{text}</td>
                </tr>
            }
        })
        .collect_view();
    let minutes = held.map(|held| held.minutes.clone()).unwrap_or_default();
    view! {
        <Head paper title=t!(paper.session_title) />
        <table class="paper-table paper-fields">
            <tbody>{lines}</tbody>
        </table>
        <h3 class="paper-minutes-title">{t!(paper.minutes)}</h3>
        <p class="paper-minutes">{minutes}</p>
        <p class="paper-signed">
            <span>{t!(paper.signed_by_host)}</span>
            <span>{t!(paper.signed_by_coordinator)}</span>
        </p>
    }
}

/// Title, organisation, topic, time, place and speaker, as every paper begins.
#[component]
fn Head(paper: Paper, title: String) -> impl IntoView {
    let plan = paper.plan;
    let time = format!(
        "{} {}",
        format_date(plan.starts_at.0),
        words::span(plan.starts_at, plan.ends_at)
    );
    let fields = [
        (t!(activity.organiser), paper.organisation),
        (t!(activity.topic), plan.topic),
        (t!(activity.time), time),
        (t!(activity.hall), paper.venue.unwrap_or_default()),
        (t!(activity.speaker), plan.speaker.unwrap_or_default()),
    ];
    let lines = fields
        .into_iter()
        .map(|(label, text)| {
            view! {
                <div class="paper-field">
                    <dt>{label}</dt>
                    <dd>{text}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <h2 class="paper-title">{title}</h2>
        <dl class="paper-head">{lines}</dl>
    }
}

fn counts_words(paper: &Paper) -> String {
    let counts = counts(&paper.people);
    t!(
        paper.counted,
        expected = words::count(counts.expected),
        present = words::count(counts.present),
        excused = words::count(counts.excused),
        absent = words::count(counts.absent),
        guests = words::count(counts.guests + paper.visitors.len())
    )
}

/// Name, branch, outcome, time, grade and note of one person.
fn person_cells(person: &Person) -> [String; 6] {
    let outcome = person.attendance().map(words::attendance_name);
    let grade = person.outcome().and_then(|outcome| outcome.grade);
    [
        person.name.clone(),
        person.branch.clone(),
        outcome.unwrap_or_else(|| t!(paper.nothing_said)),
        person
            .claimed_at()
            .map(|at| format_clock(at.0))
            .unwrap_or_default(),
        grade
            .map(|grade| grade.as_str().to_uppercase())
            .unwrap_or_default(),
        note(person),
    ]
}

/// Why it is so, in the words of those who said it.
fn note(person: &Person) -> String {
    let guest = (!person.is_expected()).then(|| t!(paper.guest));
    let said = person.outcome().map(reasons).unwrap_or_default();
    let parts: Vec<String> = guest.into_iter().chain(said).collect();
    parts.join(&t!(paper.note_separator))
}

fn reasons(outcome: &Outcome) -> Vec<String> {
    let pieces = outcome.evidence.iter().filter_map(|piece| {
        let reason = piece.note.clone()?;
        match piece.source {
            Source::Leave => Some(t!(paper.note_leave, reason = reason)),
            Source::Objection => Some(t!(paper.note_objection, reason = reason)),
            Source::LateEntry { .. } => Some(t!(paper.note_late, reason = reason)),
            Source::ProxyEntry { .. } => Some(t!(paper.note_proxy, reason = reason)),
            Source::Claim(_)
            | Source::Left
            | Source::Mark { .. }
            | Source::Witness { .. }
            | Source::Ruling { .. } => None,
        }
    });
    let decision = outcome.decision.iter().map(|decision| {
        t!(
            paper.note_decided,
            by = decision.signed_by,
            reason = decision.reason
        )
    });
    pieces.chain(decision).collect()
}
