//! What is typed into the form of a service, the record that comes of it, and what about it is odd.

use serde::{Deserialize, Serialize};
use shared::ids::{ActivityId, ListingId, OrganisationId};
use shared::records::{Photo, Service};
use shared::time::{DAY_MS, MINUTE_MS, Timestamp};
use shared::words::ServiceCategory;

use super::super::form::{Draft, Fault, Faults, needed, text};
use crate::pages::typed::{clock, parse_clock, parse_day};

/// What is typed into the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::pages::service) struct ServiceDraft {
    pub(super) to: Option<OrganisationId>,
    /// As a date input has it.
    pub(super) day: String,
    /// Empty where it is the same day.
    pub(super) last_day: String,
    /// As a time input has it.
    pub(super) starts: String,
    pub(super) ends: String,
    /// Empty for all the time between.
    pub(super) minutes: String,
    pub(super) category: Option<ServiceCategory>,
    pub(super) beneficiaries: String,
    pub(super) place: String,
    pub(super) note: String,
    pub(super) listing: Option<ListingId>,
    pub(super) activity: Option<ActivityId>,
    pub(super) photo: Option<Photo>,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::pages::service) enum Place {
    To,
    Day,
    LastDay,
    Starts,
    Ends,
    Minutes,
    Category,
    Beneficiaries,
    Where,
    Note,
}

/// What a community will look at twice; it forbids nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// It took longer than 12 hours.
    Overlong,
    /// It ends in the future.
    InFuture,
    /// It ended over 30 days ago.
    BackDated,
}

const PLACE_CHARACTERS: usize = 100;
pub(super) const NOTE_CHARACTERS: usize = 500;
/// Minutes and people that the record takes.
const MINUTES: u32 = 7 * 24 * 60;
const PEOPLE: u32 = 100_000;
const OVERLONG_MS: i64 = 12 * 60 * MINUTE_MS;
const BACK_DATED_MS: i64 = 30 * DAY_MS;

impl Draft for ServiceDraft {
    type Place = Place;

    fn faults(&self) -> Faults<Place> {
        self.read().err().unwrap_or_default()
    }
}

impl ServiceDraft {
    /// The name under which the draft of a new service is kept.
    pub(in crate::pages::service) const NEW: &str = "service";

    /// Returns an empty form for a day.
    pub(in crate::pages::service) fn on(now: Timestamp, to: Option<OrganisationId>) -> Self {
        Self {
            to,
            day: now.day().to_string(),
            ..Self::default()
        }
    }

    /// Returns the form filled with what was entered before.
    pub(super) fn of(to: OrganisationId, service: &Service) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let whole = i64::from(service.minutes) == service.span_minutes();
        Self {
            to: Some(to),
            minutes: if whole {
                String::new()
            } else {
                service.minutes.to_string()
            },
            category: Some(service.category),
            beneficiaries: service.beneficiaries.to_string(),
            place: text(&service.place),
            note: text(&service.note),
            listing: service.listing,
            activity: service.activity,
            photo: service.photo,
            ..Self::default().timed(service.starts_at, service.ends_at)
        }
    }

    /// Returns the form with the times filled in, to the minute, and at least one between them.
    pub(in crate::pages::service) fn timed(self, from: Timestamp, to: Timestamp) -> Self {
        let to = to.max(from.plus(MINUTE_MS));
        let (first, last) = (from.day(), to.day());
        Self {
            day: first.to_string(),
            last_day: if first == last {
                String::new()
            } else {
                last.to_string()
            },
            starts: clock(from),
            ends: clock(to),
            minutes: String::new(),
            ..self
        }
    }

    /// Returns the form of a service for something on the lists of a community.
    pub(in crate::pages::service) fn for_listing(
        self,
        to: OrganisationId,
        listing: ListingId,
        category: ServiceCategory,
    ) -> Self {
        Self {
            to: Some(to),
            listing: Some(listing),
            category: Some(self.category.unwrap_or(category)),
            ..self
        }
    }

    /// Returns who is asked to approve, and the record.
    ///
    /// # Errors
    /// What is wrong in which field.
    pub(super) fn read(&self) -> Result<(OrganisationId, Service), Faults<Place>> {
        let mut faults = Faults::new();
        if self.to.is_none() {
            faults.insert(Place::To, Fault::Missing);
        }
        if self.category.is_none() {
            faults.insert(Place::Category, Fault::Missing);
        }
        let times = self.read_times(&mut faults);
        let minutes = self.read_minutes(times, &mut faults);
        let people = needed(&mut faults, Place::Beneficiaries, &self.beneficiaries, 6);
        let people = number(&people, 0..=PEOPLE);
        if people.is_none() && !self.beneficiaries.trim().is_empty() {
            faults.insert(Place::Beneficiaries, Fault::NoNumber(0, PEOPLE));
        }
        let place = text(&mut faults, Place::Where, &self.place, PLACE_CHARACTERS);
        let note = text(&mut faults, Place::Note, &self.note, NOTE_CHARACTERS);
        match (self.to, self.category, times, minutes, people) {
            (Some(to), Some(category), Some((starts_at, ends_at)), Some(minutes), Some(people))
                if faults.is_empty() =>
            {
                let service = Service {
                    starts_at,
                    ends_at,
                    minutes,
                    category,
                    beneficiaries: people,
                    place,
                    note,
                    listing: self.listing,
                    activity: self.activity,
                    photo: self.photo,
                    people: Vec::new(),
                };
                Ok((to, service))
            }
            _ => Err(faults),
        }
    }

    /// Returns start and end, as soon as both are typed.
    pub(super) fn times(&self) -> Option<(Timestamp, Timestamp)> {
        let day = parse_day(&self.day)?;
        let last = if self.last_day.is_empty() {
            day
        } else {
            parse_day(&self.last_day)?
        };
        let (starts, ends) = (parse_clock(&self.starts)?, parse_clock(&self.ends)?);
        Some((day.start().plus(starts), last.start().plus(ends)))
    }

    /// Returns the minutes that will be counted, where they can be.
    pub(super) fn minutes_counted(&self) -> Option<u64> {
        let mut faults = Faults::new();
        let times = self.read_times(&mut faults);
        let minutes = self.read_minutes(times, &mut faults)?;
        let told = [Place::Ends, Place::LastDay, Place::Minutes];
        let wrong = told.iter().any(|place| faults.contains_key(place));
        (!wrong).then(|| u64::from(minutes))
    }

    /// Returns what is odd about the times.
    pub(super) fn doubts(&self, now: Timestamp) -> Vec<Doubt> {
        let Some((starts_at, ends_at)) = self.times() else {
            return Vec::new();
        };
        let after_ms = now.since(ends_at);
        [
            (Doubt::Overlong, OVERLONG_MS < ends_at.since(starts_at)),
            (Doubt::InFuture, after_ms < 0),
            (Doubt::BackDated, BACK_DATED_MS < after_ms),
        ]
        .into_iter()
        .filter_map(|(doubt, applies)| applies.then_some(doubt))
        .collect()
    }

    fn read_times(&self, faults: &mut Faults<Place>) -> Option<(Timestamp, Timestamp)> {
        for (place, missing) in [
            (Place::Day, parse_day(&self.day).is_none()),
            (
                Place::LastDay,
                !self.last_day.is_empty() && parse_day(&self.last_day).is_none(),
            ),
            (Place::Starts, parse_clock(&self.starts).is_none()),
            (Place::Ends, parse_clock(&self.ends).is_none()),
        ] {
            if missing {
                faults.insert(place, Fault::Missing);
            }
        }
        let (starts_at, ends_at) = self.times()?;
        let span_ms = ends_at.since(starts_at);
        if span_ms <= 0 {
            faults.insert(Place::Ends, Fault::NotAfter);
        } else if 7 * DAY_MS < span_ms {
            faults.insert(Place::LastDay, Fault::OverAWeek);
        }
        (0 < span_ms).then_some((starts_at, ends_at))
    }

    fn read_minutes(
        &self,
        times: Option<(Timestamp, Timestamp)>,
        faults: &mut Faults<Place>,
    ) -> Option<u32> {
        let span = times.map(|(starts_at, ends_at)| ends_at.since(starts_at) / MINUTE_MS);
        if self.minutes.trim().is_empty() {
            return u32::try_from(span?).ok();
        }
        let minutes = number(&self.minutes, 1..=MINUTES);
        match (minutes, span) {
            (None, _) => {
                faults.insert(Place::Minutes, Fault::NoNumber(1, MINUTES));
            }
            (Some(minutes), Some(span)) if span < i64::from(minutes) => {
                faults.insert(Place::Minutes, Fault::OverSpan(span));
            }
            (Some(_), _) => {}
        }
        minutes
    }
}

fn number(typed: &str, range: std::ops::RangeInclusive<u32>) -> Option<u32> {
    let number = typed.trim().parse().ok();
    number.filter(|number| range.contains(number))
}

#[cfg(test)]
mod tests;
