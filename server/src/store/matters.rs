//! Registrations, service and claims as rows: what is asked for, and what stands beside a body so that
//! it is found and counted.

use std::collections::BTreeMap;

use shared::api::{OrganisationSummary, ServiceGroup, ServiceTotals, Side};
use shared::ids::{EntryId, MemberId, OrganisationId, OrganisationPath};
use shared::project::Party;
use shared::reconcile::Matter;
use shared::records::{Subject, Topic};
use shared::time::Day;
use shared::wire::MatterRow;
use shared::words::{RequestKind, RequestState, ServiceCategory};

use super::oversight::RosterRow;

/// One request, for one of those whom it concerns.
pub type MatterKey = (EntryId, Topic);

/// How long a phone is told of service and claims on which nothing is left to decide: a quarter.
pub(super) const TOLD_DAYS: i32 = 92;
/// Matters of one answer to a phone.
pub(super) const TOLD_AT_MOST: usize = 500;

/// One state of the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edition {
    /// The city's life: a restored backup counts its versions anew.
    pub epoch: u64,
    /// The version.
    pub version: u64,
}

/// Where one can register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Communities {
    /// The directory that they stand in.
    pub edition: Edition,
    /// The topmost organisation of every village, by path; `None` when that edition is known.
    pub organisations: Option<Vec<OrganisationSummary>>,
}

/// Which matters are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MattersWanted {
    /// The organisation, with all beneath it.
    pub path: OrganisationPath,
    /// Where it stands; on either side without.
    pub side: Option<Side>,
    /// Of this kind alone.
    pub kind: Option<RequestKind>,
    /// In one of these states; in any when there are none.
    pub states: Vec<RequestState>,
    /// First day, included.
    pub from: Day,
    /// Last day, included.
    pub to: Day,
    /// What comes after this one.
    pub after: Option<MatterPlace>,
    /// How many at most.
    pub limit: usize,
}

/// The place of a matter in a list: the newest day first, then the newest request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatterPlace {
    /// The day.
    pub day: Day,
    /// The matter.
    pub key: MatterKey,
}

/// A matter with the organisations whose coordinators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatterRecord {
    /// The matter, with its telephone number.
    pub matter: Matter,
    /// The paths of the organisation that decides, of the one that asks, and of the member's home
    /// branch, as far as they are known.
    pub paths: Vec<OrganisationPath>,
}

/// Who of an organisation's members has registered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistrationRows {
    /// Members at and beneath the organisation.
    pub members: i64,
    /// Of these, members whose registration a community has accepted.
    pub registered: i64,
    /// Members without a registration in force or waiting, by name, then id.
    pub missing: Vec<RosterRow>,
    /// The registrations in force or waiting, by name, then id.
    pub rows: Vec<MatterRow>,
}

/// The service for an organisation, by it, or by its members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceRows {
    /// What counts.
    pub totals: ServiceTotals,
    /// Different people.
    pub people: i64,
    /// By category; those with nothing are left out.
    pub categories: Vec<(ServiceCategory, ServiceTotals)>,
    /// By the team that entered it or the member's home branch, by name, then id.
    pub groups: Vec<ServiceGroup>,
}

/// Matters at whose decision an organisation of `line` stands.
const ASKED: &str = "select request, topic from matter
     where to_organisation in (select id from line)";

/// Matters that an organisation of `line` asks for, or a member of one.
const ASKING: &str = "select request, topic from matter
     where asker_organisation in (select id from line)
     union
     select x.request, x.topic from line
     join member p on p.branch = line.id join matter x on x.member = p.id";

/// Returns the query of the matters in which the organisations of `line` stand on a side, or on either.
pub(super) fn found_on(side: Option<Side>) -> String {
    match side {
        Some(Side::Asked) => ASKED.to_owned(),
        Some(Side::Asking) => ASKING.to_owned(),
        None => format!("{ASKED} union {ASKING}"),
    }
}

impl MattersWanted {
    /// Returns the condition on kind and state. The words are those of closed lists.
    pub(super) fn condition(&self) -> String {
        let kind = self
            .kind
            .map(|kind| format!(" and x.kind = '{}'", kind.as_str()));
        let states: Vec<String> = self
            .states
            .iter()
            .map(|state| format!("'{}'", state.as_str()))
            .collect();
        let states =
            (!states.is_empty()).then(|| format!(" and x.state in ({})", states.join(", ")));
        kind.into_iter().chain(states).collect()
    }
}

/// What stands beside a matter's body.
pub(super) struct MatterColumns {
    pub(super) asker_organisation: Option<OrganisationId>,
    pub(super) member: Option<MemberId>,
    pub(super) day: Day,
    pub(super) minutes: i64,
    pub(super) beneficiaries: i64,
    pub(super) category: Option<&'static str>,
    pub(super) places: i64,
}

impl MatterColumns {
    pub(super) fn of(matter: &Matter) -> Self {
        let asker_organisation = match matter.asker {
            Party::Member(_) => None,
            Party::Organisation(organisation) => Some(organisation),
        };
        let served = matter.served();
        let places = match &matter.subject {
            Subject::Pledge(pledge) => pledge.places,
            Subject::MemberRegistration(_)
            | Subject::OrganisationRegistration(_)
            | Subject::Service(_) => 0,
        };
        Self {
            asker_organisation,
            member: person(matter),
            day: matter.day,
            minutes: matter.minutes().into(),
            beneficiaries: served.map_or(0, |(people, _)| people.into()),
            category: served.map(|(_, category)| category.as_str()),
            places: places.into(),
        }
    }
}

/// Returns the person concerned: whose registration or service it is, or who claims.
pub(crate) fn person(matter: &Matter) -> Option<MemberId> {
    match (matter.topic, matter.asker) {
        (Topic::Member(member), _)
        | (Topic::Organisation(_) | Topic::Listing(_), Party::Member(member)) => Some(member),
        (Topic::Organisation(_) | Topic::Listing(_), Party::Organisation(_)) => None,
    }
}

/// Returns what a phone gets of the rows found for it, by their revisions: the first of them, and
/// whether there are more. What is not the owner's own is masked.
pub(super) fn told(
    mut found: BTreeMap<u64, MatterRow>,
    owner: MemberId,
) -> (BTreeMap<u64, MatterRow>, bool) {
    let beyond = found.keys().nth(TOLD_AT_MOST).copied();
    if let Some(beyond) = beyond {
        found.split_off(&beyond);
    }
    for row in found.values_mut() {
        if person(&row.matter) != Some(owner) {
            row.matter = row.matter.clone().masked();
        }
    }
    (found, beyond.is_some())
}
