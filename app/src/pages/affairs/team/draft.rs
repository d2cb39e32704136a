//! What is typed when a team's service is logged, and the request that comes of it. Never reads a
//! clock.

use std::collections::BTreeSet;

use shared::ids::{ListingId, MemberId, OrganisationId};
use shared::records::{Service, Subject};
use shared::time::{DAY_MS, Day, MINUTE_MS, Timestamp};
use shared::words::ServiceCategory;

use crate::pages::affairs::form::{Fault, Faults, Fields};
use crate::pages::typed::{parse_clock, parse_day};

/// People of one record.
const PEOPLE: usize = 100;
const WEEK_MINUTES: u32 = 7 * 24 * 60;

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    People,
    To,
    Day,
    Starts,
    Ends,
    Minutes,
    Category,
    Beneficiaries,
    Where,
    Note,
    Listing,
}

/// What is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) people: BTreeSet<MemberId>,
    /// Who approves.
    pub(super) to: OrganisationId,
    /// As a date input has it.
    pub(super) day: String,
    /// As a time input has it.
    pub(super) starts: String,
    pub(super) ends: String,
    /// Empty for the whole time between.
    pub(super) minutes: String,
    pub(super) category: ServiceCategory,
    pub(super) beneficiaries: String,
    pub(super) place: String,
    pub(super) note: String,
    pub(super) listing: Option<ListingId>,
}

impl Draft {
    /// Returns an empty form for a day.
    pub(super) fn new(to: OrganisationId, day: Day) -> Self {
        Self {
            people: BTreeSet::new(),
            to,
            day: day.to_string(),
            starts: String::new(),
            ends: String::new(),
            minutes: String::new(),
            category: ServiceCategory::CommunityGovernance,
            beneficiaries: String::new(),
            place: String::new(),
            note: String::new(),
            listing: None,
        }
    }

    /// Returns what is asked.
    ///
    /// # Errors
    /// What is wrong in which field.
    pub(super) fn subject(&self) -> Result<Subject, Faults<Place>> {
        let mut fields = Fields::new();
        if !(1..=PEOPLE).contains(&self.people.len()) {
            fields.wrong(Place::People, Fault::Missing);
        }
        let (starts_at, ends_at) = self.times(&mut fields);
        let mut service = Service {
            starts_at,
            ends_at,
            minutes: 0,
            category: self.category,
            beneficiaries: fields
                .number(Place::Beneficiaries, &self.beneficiaries, 0..=100_000)
                .unwrap_or_default(),
            place: fields.text(Place::Where, &self.place, 100),
            note: fields.text(Place::Note, &self.note, 500),
            listing: self.listing,
            activity: None,
            photo: None,
            people: self.people.iter().copied().collect(),
        };
        let span = service.span_minutes();
        let typed = fields.number(Place::Minutes, &self.minutes, 1..=WEEK_MINUTES);
        service.minutes = typed.unwrap_or_else(|| u32::try_from(span).unwrap_or(WEEK_MINUTES));
        if 0 < span && span < i64::from(service.minutes) {
            fields.wrong(Place::Minutes, Fault::OverTheSpan(span));
        }
        fields.read(Subject::Service(service))
    }

    /// A service that ends earlier in the day than it begins ends on the next.
    fn times(&self, fields: &mut Fields<Place>) -> (Timestamp, Timestamp) {
        let (day, starts, ends) = (
            parse_day(&self.day),
            parse_clock(&self.starts),
            parse_clock(&self.ends),
        );
        for (place, missing) in [
            (Place::Day, day.is_none()),
            (Place::Starts, starts.is_none()),
            (Place::Ends, ends.is_none()),
        ] {
            if missing {
                fields.wrong(place, Fault::Missing);
            }
        }
        let (Some(day), Some(starts), Some(ends)) = (day, starts, ends) else {
            return (Timestamp(0), Timestamp(MINUTE_MS));
        };
        if starts == ends {
            fields.wrong(Place::Ends, Fault::NotAfter);
        }
        let next_day_ms = if ends < starts { DAY_MS } else { 0 };
        let midnight = day.start();
        (midnight.plus(starts), midnight.plus(ends + next_day_ms))
    }
}

#[cfg(test)]
mod tests {
    use shared::records::{Record, Request};
    use uuid::Uuid;

    use super::*;

    const TEAM: OrganisationId = OrganisationId(Uuid::from_u128(1));

    fn draft() -> Draft {
        Draft {
            people: [2, 1]
                .map(|id| MemberId(Uuid::from_u128(id)))
                .into_iter()
                .collect(),
            starts: "09:00".to_owned(),
            ends: "11:00".to_owned(),
            ..Draft::new(TEAM, Day::of(2026, 11, 22))
        }
    }

    fn service(draft: &Draft) -> Service {
        let Subject::Service(service) = draft.subject().unwrap() else {
            panic!("a team's service is a service");
        };
        service
    }

    #[test]
    fn a_teams_service_is_one_request_that_names_its_people() {
        let subject = draft().subject().unwrap();
        let request = Request {
            to: TEAM,
            asker: Some(TEAM),
            replaces: None,
            subject,
        };
        assert_eq!(request.topics(MemberId(Uuid::nil())).len(), 2);
        assert!(Record::Request(request).is_well_formed());
        assert_eq!(service(&draft()).minutes, 120);
    }

    #[test]
    fn a_night_patrol_ends_on_the_next_day() {
        let patrol = Draft {
            starts: "22:30".to_owned(),
            ends: "00:30".to_owned(),
            minutes: "100".to_owned(),
            ..draft()
        };
        let patrol = service(&patrol);
        assert_eq!((patrol.span_minutes(), patrol.minutes), (120, 100));
    }

    #[test]
    fn nobody_serves_longer_than_the_time_between_and_nobody_is_no_team() {
        let wrong = Draft {
            people: BTreeSet::new(),
            minutes: "121".to_owned(),
            ..draft()
        };
        let expected = [
            (Place::People, Fault::Missing),
            (Place::Minutes, Fault::OverTheSpan(120)),
        ];
        assert_eq!(wrong.subject().unwrap_err(), Faults::from(expected));
        let never = Draft {
            ends: "09:00".to_owned(),
            ..draft()
        };
        let faults = never.subject().unwrap_err();
        assert_eq!(faults[&Place::Ends], Fault::NotAfter);
    }
}
