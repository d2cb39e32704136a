//! Registrations, service and claims as rows: what is asked for, and what stands beside a body so that
//! it is found and counted.

use std::collections::BTreeMap;

use shared::api::{OrganisationSummary, ServiceGroup, ServiceTotals, Side};
use shared::ids::{EntryId, MemberId, OrganisationId, OrganisationPath, PhotoHash};
use shared::permission::Authority;
use shared::project::Party;
use shared::reconcile::Matter;
use shared::records::{Subject, Topic};
use shared::time::Day;
use shared::wire::MatterRow;
use shared::words::{RequestKind, RequestState, Role, ServiceCategory};

use super::oversight::RosterRow;
use super::unique;

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
    /// Where it stands.
    pub side: Side,
    /// Of this kind alone.
    pub kind: Option<RequestKind>,
    /// In this state alone.
    pub state: Option<RequestState>,
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

impl MatterPlace {
    /// Returns where a matter stands.
    pub fn of(matter: &Matter) -> Self {
        Self {
            day: matter.day,
            key: (matter.request, matter.topic),
        }
    }
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

/// Matters on which an organisation of `line` decides.
const ASKED: &str = "select request, topic, day, kind, state from matter
     where to_organisation in (select id from line)";

/// Matters for which an organisation of `line` asks, or a member of one; each once.
const ASKING: &str = "select request, topic, day, kind, state from matter
     where asker_organisation in (select id from line)
     union all
     select x.request, x.topic, x.day, x.kind, x.state from member p
     join matter x on x.member = p.id
     where p.branch in (select id from line) and (
         x.asker_organisation is null or x.asker_organisation not in (select id from line)
     )";

/// Services that count, `x`, of the days `between` two, in which an organisation of `line` has a part;
/// `m` is the member.
pub(super) fn counted_services(between: &str) -> String {
    format!(
        "matter x left join member m on m.id = x.member
         where x.kind = 'service_record' and x.minutes > 0 and x.day between {between} and (
             x.to_organisation in (select id from line)
             or x.asker_organisation in (select id from line)
             or m.branch in (select id from line)
         )"
    )
}

impl MattersWanted {
    /// Returns the query of the matters in which the organisations of `line` stand on the side.
    pub(super) const fn found(&self) -> &'static str {
        match self.side {
            Side::Asked => ASKED,
            Side::Asking => ASKING,
        }
    }

    /// Returns the condition on kind and state. The words are those of closed lists.
    pub(super) fn condition(&self) -> String {
        let kind = self
            .kind
            .map(|kind| format!(" and kind = '{}'", kind.as_str()));
        let state = self
            .state
            .map(|state| format!(" and state = '{}'", state.as_str()));
        kind.into_iter().chain(state).collect()
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
    pub(super) photo: Option<PhotoHash>,
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
        let photo = match &matter.subject {
            Subject::Service(service) => service.photo.map(|photo| photo.hash),
            Subject::MemberRegistration(_)
            | Subject::OrganisationRegistration(_)
            | Subject::Pledge(_) => None,
        };
        Self {
            asker_organisation,
            member: person(matter),
            day: matter.day,
            minutes: matter.minutes().into(),
            beneficiaries: served.map_or(0, |(people, _)| people.into()),
            category: served.map(|(_, category)| category.as_str()),
            places: places.into(),
            photo,
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

/// Returns the organisations for which the owner of a phone decides and asks, by rights of their own.
pub(super) fn coordinated(authority: &Authority) -> Vec<OrganisationId> {
    let grants = authority.grants.iter().filter(|grant| match grant.role {
        Role::Coordinator | Role::Administrator => true,
        Role::Host => false,
    });
    unique(grants.map(|grant| grant.organisation))
}

/// Returns what a phone gets of the rows found for it, by their revisions: the first of them, and
/// whether there are more. What neither the owner nor one of those organisations asked is masked.
pub(super) fn told(
    mut found: BTreeMap<u64, MatterRow>,
    owner: MemberId,
    coordinated: &[OrganisationId],
) -> (BTreeMap<u64, MatterRow>, bool) {
    let beyond = found.keys().nth(TOLD_AT_MOST).copied();
    if let Some(beyond) = beyond {
        found.split_off(&beyond);
    }
    for row in found.values_mut() {
        let is_own = match row.matter.asker {
            Party::Member(asker) => asker == owner,
            Party::Organisation(asker) => coordinated.contains(&asker),
        };
        if !is_own {
            row.matter = row.matter.clone().masked();
        }
    }
    (found, beyond.is_some())
}
