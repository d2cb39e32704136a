//! What the city did in the years before, up to yesterday: lectures with their roll calls and
//! check-ins, registrations, lists and service. Told quarter by quarter, so that no more than a
//! quarter is ever held in memory; the same seed and day tell the same, byte for byte. Never reads a
//! clock or a store.

mod archive;
mod houses;
mod lectures;
mod phones;
mod seasons;
mod turnout;
mod wording;

use shared::ids::{DeviceId, MemberId};
use shared::server::Append;
use shared::time::{Day, Timestamp};

use super::community::past::Past;
use super::dice::{Dice, Part};
use super::{Founding, Scale};
use archive::Archive;
use houses::Houses;
use lectures::Lectures;
use seasons::{Days, Seasons};
use turnout::Turnout;
pub(super) use wording::Words;

/// How much of it the demo city tells.
const DEMO_DAYS: i32 = 13 * 7;

/// How much of everything the ten years of a city hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Members of the roster.
    pub people: usize,
    /// Lectures, meetings and all else that was held.
    pub lectures: usize,
    /// People who were there, lecture by lecture.
    pub attendances: usize,
    /// Members who registered where they live.
    pub member_registrations: usize,
    /// Units that registered where they sit.
    pub organisation_registrations: usize,
    /// Services, one a person.
    pub services: usize,
    /// What stood on the lists.
    pub listings: usize,
}

impl Totals {
    /// The reference city. Source: domain.md for people, lectures and attendances.
    pub const CITY: Self = Self {
        people: 185_500,
        lectures: 350_000,
        attendances: 2_400_000,
        member_registrations: 60_000,
        organisation_registrations: 3_000,
        services: 250_000,
        listings: 6_500,
    };

    /// The least members of a part: in every branch there are some who come.
    const PEOPLE_LEAST: usize = 60_000;

    /// Returns one of so many equal parts, with a roster that all of it needs.
    #[must_use]
    pub const fn part(self, parts: usize) -> Self {
        let people = self.people / parts;
        Self {
            people: if people > Self::PEOPLE_LEAST {
                people
            } else {
                Self::PEOPLE_LEAST
            },
            lectures: self.lectures / parts,
            attendances: self.attendances / parts,
            member_registrations: self.member_registrations / parts,
            organisation_registrations: self.organisation_registrations / parts,
            services: self.services / parts,
            listings: self.listings / parts,
        }
    }
}

/// What was written in one quarter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chapter {
    /// The phones that were enrolled.
    pub phones: Vec<NewPhone>,
    /// The changes of documents, each after those that it builds on.
    pub deliveries: Vec<Delivery>,
}

/// A phone that is enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPhone {
    /// The device.
    pub device: DeviceId,
    /// Its owner.
    pub member: MemberId,
    /// The 65-byte uncompressed point.
    pub public_key: Vec<u8>,
    /// When.
    pub at: Timestamp,
}

/// Changes of one document, as a device brings them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The device.
    pub device: DeviceId,
    /// The changes.
    pub append: Append,
}

/// The chapters of a history, the oldest first.
pub struct History<'c> {
    houses: Houses,
    lectures: Lectures<'c>,
    turnout: Turnout<'c>,
    past: Past<'c>,
    archive: Archive,
    totals: Totals,
    /// The weight of all days of the ten years.
    whole: usize,
    quarters: std::vec::IntoIter<Days>,
}

impl<'c> History<'c> {
    pub(super) fn of(founding: &'c Founding) -> Self {
        let (seed, last) = (founding.seed, founding.today.plus(-1));
        let first = founding.first_day();
        let (tree, population) = (&founding.tree, &founding.population);
        let told = founding.told();
        let from = match founding.scale {
            Scale::Demo => founding.today.plus(-DEMO_DAYS),
            Scale::City { .. } => first,
        };
        let totals = founding.totals();
        let seasons = Seasons::new(first, last);
        let device = founding.device();
        let mean_milli = 1_000 * totals.attendances / totals.lectures.max(1);
        let mean_milli = i64::try_from(mean_milli).unwrap_or(0);
        let (city, words) = (&founding.city.code, &founding.words);
        Self {
            houses: Houses::of(seed, tree, population, &told),
            lectures: Lectures::new(seed, &founding.texts, words, tree, last),
            turnout: Turnout::new(seed, words, city, (device, last), mean_milli),
            past: Past::new(founding, &told),
            archive: Archive::new(device, last),
            totals,
            whole: seasons.whole(),
            quarters: seasons.quarters(from).into_iter(),
        }
    }

    fn tell(&mut self, days: &Days) -> Chapter {
        let mut deliveries = Vec::new();
        let lectures = days.share(self.totals.lectures, self.whole);
        let shares = self.lectures.shares(&self.houses, days, lectures);
        for (house, count) in self.houses.houses.iter().zip(shares) {
            if !house.is_told {
                continue;
            }
            let held = self.lectures.hold(&mut self.archive, house, days, count);
            for lecture in held {
                deliveries.extend(self.turnout.of_lecture(
                    &mut self.archive,
                    &self.houses,
                    house,
                    &lecture,
                ));
            }
        }
        let share = |whole| days.share(whole, self.whole);
        let wanted = Totals {
            member_registrations: share(self.totals.member_registrations),
            organisation_registrations: share(self.totals.organisation_registrations),
            services: share(self.totals.services),
            listings: share(self.totals.listings),
            ..self.totals
        };
        for said in self.past.of_days(days.first, days.last, &wanted) {
            self.archive.put_paper(said.document, said.entry);
        }
        let mut closed = self.archive.close(days.last.quarter());
        let later = closed.partition_point(|delivery| archive::is_looked_at(&delivery.append.name));
        // What others are looked at on comes first, so that nothing is looked at twice.
        let rest = closed.split_off(later);
        closed.append(&mut deliveries);
        closed.extend(rest);
        Chapter {
            phones: self.turnout.phones.take_new(),
            deliveries: closed,
        }
    }
}

impl Iterator for History<'_> {
    type Item = Chapter;

    fn next(&mut self) -> Option<Chapter> {
        let days = self.quarters.next()?;
        Some(self.tell(&days))
    }
}

/// The device of the server's own under which everything is entered that no phone wrote.
pub(super) fn own_device(seed: u64, first: Day) -> DeviceId {
    DeviceId(Dice::new(seed, Part::History).id(first.start()))
}
