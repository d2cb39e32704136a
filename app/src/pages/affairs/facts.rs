//! What a request says and what somebody should look at in it, in words.

use shared::ids::ListingId;
use shared::project::Party;
use shared::reconcile::{BoardItem, Matter, MatterFlag};
use shared::records::{
    Correction, MemberRegistration, OrganisationRegistration, Pledge, Service, Subject,
};
use shared::words::{FreeTime, OrganisationKind, ServiceCategory};

use super::desk::Case;
use crate::components::Choice;
use crate::locale::{format_date, format_day_time, format_number};
use crate::pages::facts::activity_topic;
use crate::pages::service_words::{category_name, free_time_name, hours};
use crate::pages::words;
use crate::t;

/// A field's label and what it says.
pub(super) type Fact = (String, String);

/// Names of a team's people that a row tells before it counts.
const NAMES_IN_A_ROW: usize = 2;

/// Whom a case is about, as in 陈明、李芳等 5 人.
pub(super) fn who(case: &Case) -> String {
    let names: Vec<&str> = case.rows().map(|row| row.name.as_str()).collect();
    let told = names.len().min(NAMES_IN_A_ROW);
    let first = names[..told].join(&t!(roll_call.name_separator));
    if names.len() <= NAMES_IN_A_ROW {
        first
    } else {
        t!(
            affairs.and_others,
            names = first,
            n = words::count(names.len())
        )
    }
}

/// What is asked, on one line.
pub(super) fn what(case: &Case, boards: &[BoardItem]) -> String {
    let matter = case.matter();
    let from = Some(case.row.from.clone()).filter(|from| !from.is_empty());
    let (told, from) = match &matter.subject {
        Subject::MemberRegistration(form) => (Some(form.workplace.clone()), from),
        Subject::OrganisationRegistration(form) => (Some(form.address.clone()), None),
        Subject::Service(service) => (words::joined(service_words(service, matter)), from),
        Subject::Pledge(pledge) => (Some(listing_title(pledge.listing, boards)), from),
    };
    let told = told.filter(|told| !told.is_empty());
    words::joined(told.into_iter().chain(from)).unwrap_or_default()
}

fn service_words(service: &Service, matter: &Matter) -> [String; 3] {
    [
        category_name(service.category),
        hours(service.minutes.into()),
        words::day_name(matter.day),
    ]
}

/// What a listing is called, as far as this phone knows.
pub(super) fn listing_title(listing: ListingId, boards: &[BoardItem]) -> String {
    let item = boards.iter().find(|item| item.listing.listing == listing);
    item.map_or_else(
        || t!(affairs.listing_unknown),
        |item| item.listing.title.clone(),
    )
}

/// Every field of the form but the telephone number, which is shown apart; those that say nothing are
/// left out.
pub(super) fn facts(case: &Case, boards: &[BoardItem]) -> Vec<Fact> {
    let matter = case.matter();
    let facts = match &matter.subject {
        Subject::MemberRegistration(form) => of_member(form),
        Subject::OrganisationRegistration(form) => of_organisation(form),
        Subject::Service(service) => of_service(service, case, boards),
        Subject::Pledge(pledge) => of_pledge(pledge, case, boards),
    };
    let entered = (
        t!(affairs.field.entered_at),
        format_day_time(matter.recorded_at.0),
    );
    let told = facts.into_iter().filter(|(_, text)| !text.is_empty());
    told.chain([entered]).collect()
}

/// The telephone number as this phone has it: others than the asker see it masked.
pub(super) fn phone(matter: &Matter) -> Option<&str> {
    match &matter.subject {
        Subject::MemberRegistration(form) => Some(&form.phone),
        Subject::OrganisationRegistration(form) => Some(&form.phone),
        Subject::Service(_) | Subject::Pledge(_) => None,
    }
}

fn of_member(form: &MemberRegistration) -> Vec<Fact> {
    let until = form.until.map(|day| format_date(day.start().0));
    vec![
        (t!(affairs.field.name), form.name.clone()),
        (t!(affairs.field.workplace), form.workplace.clone()),
        (t!(affairs.field.branch), form.branch.clone()),
        (t!(affairs.field.party_post), told(form.party_post.as_ref())),
        (t!(affairs.field.grid), told(form.grid.as_ref())),
        (
            t!(affairs.field.skills),
            listed(form.skills.iter().cloned()),
        ),
        (
            t!(affairs.field.interests),
            listed(form.interests.iter().copied().map(category_name)),
        ),
        (t!(affairs.field.times), times(&form.times)),
        (t!(affairs.field.until), until.unwrap_or_default()),
        (t!(affairs.field.note), told(form.note.as_ref())),
    ]
}

fn of_organisation(form: &OrganisationRegistration) -> Vec<Fact> {
    let members = form.members.map(|members| format_number(members.into()));
    vec![
        (t!(affairs.field.unit), form.name.clone()),
        (t!(affairs.field.kind), organisation_kind_name(form.kind)),
        (t!(affairs.field.contact), form.contact.clone()),
        (t!(affairs.field.address), form.address.clone()),
        (t!(affairs.field.services), form.services.clone()),
        (t!(affairs.field.members), members.unwrap_or_default()),
        (t!(affairs.field.note), told(form.note.as_ref())),
    ]
}

fn of_service(service: &Service, case: &Case, boards: &[BoardItem]) -> Vec<Fact> {
    let matter = case.matter();
    let by_team = match matter.asker {
        Party::Organisation(_) => t!(affairs.by_team, team = case.row.from),
        Party::Member(_) => String::new(),
    };
    let listing = service
        .listing
        .map(|listing| listing_title(listing, boards));
    let span = words::span(service.starts_at, service.ends_at);
    let time = t!(
        date.day_span,
        day = words::day_name(matter.day),
        span = span
    );
    vec![
        (t!(affairs.field.people), people(case)),
        (t!(affairs.field.how_entered), by_team),
        (t!(affairs.field.time), time),
        (t!(affairs.field.minutes), minutes_words(service.minutes)),
        (t!(affairs.field.category), category_name(service.category)),
        (
            t!(affairs.field.beneficiaries),
            format_number(service.beneficiaries.into()),
        ),
        (t!(affairs.field.place), told(service.place.as_ref())),
        (t!(affairs.field.done), told(service.note.as_ref())),
        (t!(affairs.field.listing), listing.unwrap_or_default()),
        (
            t!(service.activity),
            service
                .activity
                .and_then(activity_topic)
                .unwrap_or_default(),
        ),
    ]
}

fn of_pledge(pledge: &Pledge, case: &Case, boards: &[BoardItem]) -> Vec<Fact> {
    vec![
        (t!(affairs.field.claimant), who(case)),
        (
            t!(affairs.field.listing),
            listing_title(pledge.listing, boards),
        ),
        (
            t!(affairs.field.places),
            format_number(pledge.places.into()),
        ),
        (t!(affairs.field.note), told(pledge.note.as_ref())),
    ]
}

fn people(case: &Case) -> String {
    listed(case.rows().map(|row| row.name.clone()))
}

fn told(text: Option<&String>) -> String {
    text.cloned().unwrap_or_default()
}

pub(super) fn times(times: &[FreeTime]) -> String {
    listed(times.iter().copied().map(free_time_name))
}

fn listed(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    words.join(&t!(roll_call.name_separator))
}

pub(super) fn minutes_words(minutes: u32) -> String {
    t!(
        affairs.minutes,
        n = format_number(minutes.into()),
        hours = hours(minutes.into())
    )
}

/// Why somebody should look at it, in a sentence.
pub(super) fn flag_explanation(flag: MatterFlag) -> String {
    match flag {
        MatterFlag::Overlong => t!(affairs.flag.overlong),
        MatterFlag::Overlapping => t!(affairs.flag.overlapping),
        MatterFlag::BackDated => t!(affairs.flag.back_dated),
        MatterFlag::InFuture => t!(affairs.flag.in_future),
        MatterFlag::ListingClosed => t!(affairs.flag.listing_closed),
        MatterFlag::ListingUnknown => t!(affairs.flag.listing_unknown),
        MatterFlag::Crossed => t!(affairs.flag.crossed),
        MatterFlag::AcceptedTwice => t!(affairs.flag.accepted_twice),
        MatterFlag::SelfDecided => t!(affairs.flag.self_decided),
    }
}

/// The flags of all whom a case concerns, each once.
pub(super) fn flags(case: &Case) -> Vec<MatterFlag> {
    let mut flags: Vec<MatterFlag> = case
        .rows()
        .flat_map(|row| row.matter.flags.iter().copied())
        .collect();
    flags.sort_unstable();
    flags.dedup();
    flags
}

/// What a correction changes, each as before → after.
pub(super) fn changes(service: &Service, correction: &Correction) -> Vec<String> {
    let change = |label: String, before: String, after: String| {
        (before != after).then(|| {
            t!(
                affairs.changed,
                label = label,
                before = before,
                after = after
            )
        })
    };
    [
        change(
            t!(affairs.field.minutes),
            minutes_words(service.minutes),
            minutes_words(correction.minutes),
        ),
        change(
            t!(affairs.field.beneficiaries),
            format_number(service.beneficiaries.into()),
            format_number(correction.beneficiaries.into()),
        ),
        change(
            t!(affairs.field.category),
            category_name(service.category),
            category_name(correction.category),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(super) fn organisation_kind_name(kind: OrganisationKind) -> String {
    match kind {
        OrganisationKind::Committee => t!(organisation.kind.committee),
        OrganisationKind::WorkCommittee => t!(organisation.kind.work_committee),
        OrganisationKind::GeneralBranch => t!(organisation.kind.general_branch),
        OrganisationKind::Branch => t!(organisation.kind.branch),
        OrganisationKind::ProvisionalBranch => t!(organisation.kind.provisional_branch),
        OrganisationKind::VanguardTeam => t!(organisation.kind.vanguard_team),
        OrganisationKind::TaskForce => t!(organisation.kind.task_force),
        OrganisationKind::Unit => t!(organisation.kind.unit),
    }
}

/// The categories as choices.
pub(super) fn categories() -> Vec<Choice> {
    let categories = ServiceCategory::ALL.iter();
    categories
        .map(|category| Choice::new(category.as_str(), move || category_name(*category)))
        .collect()
}
