//! A made-up city for trying things out: the real counties and towns of Zhaoqing with invented
//! villages, organisations, people, activities, registrations, lists and service. The same seed and day make the same city; the
//! directory depends on the seed alone. Never reads a clock or a disk.

mod census;
mod community;
mod dice;
mod gazetteer;
mod people;
mod places;
mod plans;
mod share;
mod texts;
mod tree;

use shared::directory::City;
use shared::documents::DocumentName;
use shared::ids::{ActivityId, MemberId, OrganisationId};
use shared::records::Entry;
use shared::time::Day;

use crate::directory::DirectoryChanges;
pub use census::Census;
use gazetteer::Gazetteer;
use people::Population;
use places::Places;
use texts::Texts;
use tree::Tree;

/// The made-up city.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoCity {
    /// The city, marked as generated.
    pub city: City,
    /// Its whole directory.
    pub changes: DirectoryChanges,
    /// What its organisations planned, by organisation.
    pub plans: Vec<DemoPlan>,
    /// Who is invited to what is by invitation.
    pub marks: Vec<DemoMark>,
    /// What people and units ask of communities and teams, what those answer, and what stands on
    /// their lists.
    pub statements: Vec<DemoStatement>,
    /// People to log in as.
    pub personas: Vec<Persona>,
}

/// A plan of one organisation's calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoPlan {
    /// The organisation; the quarter of the plan's start tells which of its calendars.
    pub organisation: OrganisationId,
    /// The record, entered by a coordinator of the organisation.
    pub entry: Entry,
}

/// A mark of one activity's roll call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoMark {
    /// The organisation that holds the activity.
    pub organisation: OrganisationId,
    /// The activity.
    pub activity: ActivityId,
    /// The record, entered by a coordinator of the organisation.
    pub entry: Entry,
}

/// A record about registrations, service or the lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoStatement {
    /// The document that it stands in.
    pub document: DocumentName,
    /// The record.
    pub entry: Entry,
}

/// A person to log in as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Persona {
    /// What the person shows, such as `town_coordinator`.
    pub key: &'static str,
    /// The person.
    pub member: MemberId,
    /// The organisation that the person acts for; of a member the home branch.
    pub organisation: OrganisationId,
}

/// Makes the city of a seed as it is in the week around `today`.
pub fn generate(seed: u64, today: Day) -> DemoCity {
    let texts = Texts::embedded();
    let gazetteer = Gazetteer::embedded();
    let city = City {
        code: gazetteer.city.clone(),
        name: gazetteer.name.clone(),
        demo: true,
    };
    let places = Places::generate(seed, &texts, &gazetteer);
    let tree = Tree::generate(seed, &texts, &city, &places);
    let population = Population::generate(seed, &texts, &city, &tree);
    let calendars = plans::generate(seed, today, &texts, &tree, &population);
    let statements = community::generate(seed, today, &texts, &tree, &population);
    let changes = DirectoryChanges {
        areas: places.into_areas(),
        organisations: tree
            .nodes
            .into_iter()
            .map(|node| node.organisation)
            .collect(),
        venues: tree.venues,
        people: population.people,
        appointments: population.appointments,
        memberships: population.memberships,
        mergers: Vec::new(),
    };
    DemoCity {
        city,
        changes,
        plans: calendars.plans,
        marks: calendars.marks,
        statements,
        personas: population.personas,
    }
}
