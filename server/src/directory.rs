//! The directory as the server keeps it, and changes to it. Imports and the demo city make changes;
//! the store applies them in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use shared::directory::{Area, Organisation, Venue};
use shared::ids::{AreaCode, MemberId, OrganisationId, OrganisationPath, VenueId};
use shared::words::Role;
use uuid::Uuid;

/// A person with what phones never see in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The id, made of the code.
    pub id: MemberId,
    /// The code by which the owner's roster knows the person, unique in the city.
    pub code: String,
    /// The name.
    pub name: String,
    /// The home branch.
    pub branch: OrganisationId,
    /// The telephone number in full, digits only.
    pub phone: Option<String>,
}

/// A right given to a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Appointment {
    /// The person.
    pub member: MemberId,
    /// The role.
    pub role: Role,
    /// The organisation; the right covers all beneath it.
    pub organisation: OrganisationId,
}

/// A place of a person in a team, beside the home branch: in a vanguard team, a task force or a
/// provisional branch. A person may be in several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Membership {
    /// The person.
    pub member: MemberId,
    /// The team.
    pub organisation: OrganisationId,
}

/// What became of an organisation: it went into another, or stands by itself. Whoever has a right
/// for the successor has it for the one that went into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Merger {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The one that it went into.
    pub successor: Option<OrganisationId>,
}

/// Everything in the directory that an import is checked against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirectorySnapshot {
    /// The areas.
    pub areas: BTreeMap<AreaCode, Area>,
    /// The organisations, by path.
    pub organisations: BTreeMap<OrganisationPath, Organisation>,
    /// The venues.
    pub venues: BTreeMap<VenueId, Venue>,
    /// The people, by code.
    pub people: BTreeMap<String, Person>,
    /// Who is in which team.
    pub memberships: BTreeSet<Membership>,
    /// The organisations that went into another, and into which.
    pub successors: BTreeMap<OrganisationId, OrganisationId>,
}

/// Rows to insert or to replace by their id. Nothing is ever deleted by an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirectoryChanges {
    /// Areas, each after its parent.
    pub areas: Vec<Area>,
    /// Organisations, each after the one above it.
    pub organisations: Vec<Organisation>,
    /// Venues.
    pub venues: Vec<Venue>,
    /// People.
    pub people: Vec<Person>,
    /// Rights to add.
    pub appointments: Vec<Appointment>,
    /// Places in teams to add.
    pub memberships: Vec<Membership>,
    /// What became of organisations that are there, or among those above.
    pub mergers: Vec<Merger>,
}

impl DirectoryChanges {
    /// Tells whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The namespace of ids made from the owner's own codes, so that importing twice changes nothing.
const NAMESPACE: Uuid = Uuid::from_u128(0x8f2a_51d4_60b7_5e0c_8c1d_27f3_9be4_04a6);

/// Returns the id of a person of the roster.
pub fn member_id(city: &AreaCode, code: &str) -> MemberId {
    MemberId(Uuid::new_v5(
        &NAMESPACE,
        format!("member/{city}/{code}").as_bytes(),
    ))
}

/// Returns the id of an organisation, made of the path it was first imported under.
pub fn organisation_id(city: &AreaCode, path: &OrganisationPath) -> OrganisationId {
    OrganisationId(Uuid::new_v5(
        &NAMESPACE,
        format!("organisation/{city}/{path}").as_bytes(),
    ))
}

/// Returns the id of a venue of an organisation, by its number there.
pub fn venue_id(city: &AreaCode, organisation: OrganisationId, number: u32) -> VenueId {
    VenueId(Uuid::new_v5(
        &NAMESPACE,
        format!("venue/{city}/{organisation}/{number}").as_bytes(),
    ))
}
