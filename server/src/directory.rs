//! The directory as the server keeps it, and changes to it. Imports and the demo city make changes;
//! the store applies them in one transaction.

use std::collections::BTreeMap;

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
