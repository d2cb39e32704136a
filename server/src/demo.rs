//! A made-up city for trying things out: the real counties and towns of Zhaoqing with invented
//! villages, organisations, people, activities, registrations, lists and service. The same seed and day make the same city; the
//! directory depends on the seed alone. Never reads a clock; [`store_city`] alone knows a store.

mod census;
mod community;
mod dice;
mod gazetteer;
mod history;
mod people;
mod places;
mod plans;
mod share;
mod storing;
mod texts;
mod tree;

use shared::directory::{Area, City};
use shared::documents::DocumentName;
use shared::ids::{ActivityId, DeviceId, MemberId, OrganisationId, OrganisationPath};
use shared::records::{Entry, Record};
use shared::time::Day;

use crate::directory::DirectoryChanges;
pub use census::Census;
use community::wording::Wording;
use gazetteer::Gazetteer;
use history::Words;
pub use history::{Chapter, Delivery, History, NewPhone, Totals};
use people::Population;
use places::Places;
use plans::Calendars;
pub use storing::{counted, store_city};
use texts::Texts;
use tree::Tree;

/// How long a history is: ten years.
const YEARS: i32 = 10;

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

/// How much of the city there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// What is fit to try: a roster in a few towns, and the last 13 weeks of the personas' county.
    Demo,
    /// The reference city with its ten years, or one of so many equal parts of them.
    City {
        /// How many parts there are; 1 for the whole city.
        parts: usize,
    },
}

/// What the city of a seed, a day and a scale is made of.
pub struct Founding {
    seed: u64,
    today: Day,
    scale: Scale,
    city: City,
    texts: Texts,
    wording: Wording,
    words: Words,
    areas: Vec<Area>,
    tree: Tree,
    population: Population,
    calendars: Calendars,
}

impl Founding {
    /// Makes the places, organisations and people of a city as it is in the week around `today`.
    pub fn new(seed: u64, today: Day, scale: Scale) -> Self {
        let texts = Texts::embedded();
        let gazetteer = Gazetteer::embedded();
        let city = City {
            code: gazetteer.city.clone(),
            name: gazetteer.name.clone(),
            demo: true,
        };
        let places = Places::generate(seed, &texts, &gazetteer);
        let mut tree = Tree::generate(seed, &texts, &city, &places);
        let mut population = Population::generate(seed, &texts, &city, &tree);
        if let Scale::City { parts } = scale {
            let people = Totals::CITY.part(parts).people;
            tree = tree.with_units(&texts, &city, &places);
            population = population.grown(seed, &texts, &city, &tree, people);
        }
        let calendars = plans::generate(seed, today, &texts, &tree, &population);
        Self {
            seed,
            today,
            scale,
            city,
            texts,
            wording: Wording::embedded(),
            words: Words::embedded(),
            areas: places.into_areas(),
            tree,
            population,
            calendars,
        }
    }

    /// Returns the city with what is planned and asked around the day.
    pub fn city(&self) -> DemoCity {
        let (seed, tree, population) = (self.seed, &self.tree, &self.population);
        let words = (&self.texts, &self.wording);
        let nodes = tree.nodes.iter();
        DemoCity {
            city: self.city.clone(),
            changes: DirectoryChanges {
                areas: self.areas.clone(),
                organisations: nodes.map(|node| node.organisation.clone()).collect(),
                venues: tree.venues.clone(),
                people: population.people.clone(),
                appointments: population.appointments.clone(),
                memberships: population.memberships.clone(),
                mergers: Vec::new(),
            },
            plans: self.calendars.plans.clone(),
            marks: self.calendars.marks.clone(),
            statements: community::generate(seed, self.today, words, tree, population),
            personas: population.personas.clone(),
        }
    }

    /// Returns the device of the server's own under which everything is entered that no phone wrote.
    pub fn device(&self) -> DeviceId {
        history::own_device(self.seed, self.first_day())
    }

    /// Returns the day around which the city is.
    pub const fn today(&self) -> Day {
        self.today
    }

    /// Returns the first of the ten years' days.
    pub fn first_day(&self) -> Day {
        let (year, month, day) = self.today.date();
        Day::of(year - YEARS, month, day)
    }

    /// Returns what was before the day.
    pub fn history(&self) -> History<'_> {
        History::of(self)
    }

    /// Returns how much the history holds, beside what is planned for these days.
    fn totals(&self) -> Totals {
        let planned = self.calendars.plans.iter();
        let is_held = |plan: &&DemoPlan| match &plan.entry.record {
            Record::Plan(plan) => plan.starts_at.day() <= self.today,
            _ => false,
        };
        let held = planned.filter(is_held).count();
        match self.scale {
            Scale::Demo => Totals::CITY,
            Scale::City { parts } => Totals {
                lectures: Totals::CITY.lectures.saturating_sub(held),
                ..Totals::CITY
            }
            .part(parts),
        }
    }

    /// Returns at and beneath what the history is told: everything, or the county of the personas.
    fn told(&self) -> OrganisationPath {
        let home = self.population.persona_branch;
        let nodes = self.tree.nodes.iter();
        let depth = match self.scale {
            Scale::Demo => 1,
            Scale::City { .. } => 0,
        };
        let mut held = nodes.map(|node| &node.organisation);
        let branch = held.find(|held| Some(held.id) == home);
        branch
            .and_then(|branch| branch.path.line().nth(depth))
            .expect("the personas' branch stands beneath a county; the demo's tests read it")
    }
}

/// Makes the demo city of a seed as it is in the week around `today`.
pub fn generate(seed: u64, today: Day) -> DemoCity {
    Founding::new(seed, today, Scale::Demo).city()
}
