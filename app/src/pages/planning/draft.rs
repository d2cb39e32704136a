//! What is typed into the form of an activity, and the plan that comes of it. Never reads a clock.

use std::collections::{BTreeMap, BTreeSet};

use shared::ids::{ActivityId, OrganisationId, VenueId};
use shared::records::{Audience, Details, Plan, Standing};
use shared::time::{DAY_MS, Day, Timestamp};
use shared::words::{ActivityKind, MeetingKind, OutreachSector};
use uuid::Uuid;

use super::series::Repeat;
use crate::pages::typed::{clock, parse_clock, parse_day};

/// What is typed into the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) organisation: OrganisationId,
    pub(super) kind: ActivityKind,
    pub(super) topic: String,
    pub(super) speaker: String,
    pub(super) speaker_role: String,
    pub(super) chair: String,
    pub(super) recorder: String,
    pub(super) outreach: Option<OutreachSector>,
    pub(super) meeting: Option<MeetingKind>,
    /// Minutes.
    pub(super) study: String,
    pub(super) venue: Option<VenueId>,
    /// As a date input has it, 2026-11-22.
    pub(super) day: String,
    /// Empty where it is the same day.
    pub(super) last_day: String,
    /// As a time input has it, 19:30.
    pub(super) starts: String,
    pub(super) ends: String,
    pub(super) campaign: String,
    /// Minutes; empty for half an hour.
    pub(super) early: String,
    pub(super) audience: Invited,
    pub(super) organisations: BTreeSet<OrganisationId>,
    pub(super) repeat: Repeat,
    pub(super) times: String,
}

/// For whom an activity is, before it is said which organisations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Invited {
    Everybody,
    Organisations,
    Invitation,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Topic,
    Speaker,
    SpeakerRole,
    Chair,
    Recorder,
    Sector,
    Meeting,
    Study,
    Day,
    LastDay,
    Starts,
    Ends,
    Campaign,
    Early,
    Audience,
    Times,
}

/// What is wrong in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nothing is typed or chosen.
    Missing,
    /// More characters than the record takes.
    TooLong(usize),
    /// No number from 0 to this.
    NoNumber(u32),
    /// The end is not after the start.
    NotAfter,
    /// Longer than a week.
    OverAWeek,
}

/// What is wrong in the form.
pub(super) type Faults = BTreeMap<Place, Fault>;

/// Characters that a topic, and that a name, may have; the same as the record may.
const TOPIC_CHARACTERS: usize = 200;
const NAME_CHARACTERS: usize = 100;
/// The most minutes of study, and of the early window, that the record takes.
const STUDY_MINUTES: u32 = 60 * 200;
const EARLY_MINUTES: u32 = 24 * 60;
/// Times that a series may have.
const TIMES: std::ops::RangeInclusive<u32> = 2..=26;

impl Draft {
    /// Returns an empty form for a day.
    pub(super) fn new(organisation: OrganisationId, venue: Option<VenueId>, day: Day) -> Self {
        Self {
            organisation,
            kind: ActivityKind::Lecture,
            topic: String::new(),
            speaker: String::new(),
            speaker_role: String::new(),
            chair: String::new(),
            recorder: String::new(),
            outreach: None,
            meeting: None,
            study: String::new(),
            venue,
            day: day.to_string(),
            last_day: String::new(),
            starts: String::new(),
            ends: String::new(),
            campaign: String::new(),
            early: String::new(),
            audience: Invited::Everybody,
            organisations: BTreeSet::new(),
            repeat: Repeat::Once,
            times: String::new(),
        }
    }

    /// Returns the form filled with what a plan says.
    pub(super) fn of(organisation: OrganisationId, plan: &Plan) -> Self {
        let (first, last) = (plan.starts_at.day(), plan.ends_at.day());
        let details = &plan.details;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let number =
            |number: Option<u32>| number.map_or_else(String::new, |number| number.to_string());
        let (audience, organisations) = match &details.audience {
            Audience::Everybody => (Invited::Everybody, BTreeSet::new()),
            Audience::Invitation => (Invited::Invitation, BTreeSet::new()),
            Audience::Organisations(named) => {
                (Invited::Organisations, named.iter().copied().collect())
            }
        };
        Self {
            kind: plan.kind,
            topic: plan.topic.clone(),
            speaker: text(&plan.speaker),
            speaker_role: text(&details.speaker_role),
            chair: text(&details.chair),
            recorder: text(&details.recorder),
            outreach: details.outreach,
            meeting: details.meeting,
            study: number(details.study_minutes),
            last_day: if first == last {
                String::new()
            } else {
                last.to_string()
            },
            starts: clock(plan.starts_at),
            ends: clock(plan.ends_at),
            campaign: text(&plan.campaign),
            early: number(details.early_minutes),
            audience,
            organisations,
            ..Self::new(organisation, plan.venue, first)
        }
    }

    /// Tells whether somebody speaks at an activity of the kind.
    pub(super) fn has_speaker(&self) -> bool {
        // What is written is shown, or nobody could take it out.
        let written = !self.speaker.is_empty() || !self.speaker_role.is_empty();
        written
            || match self.kind {
                ActivityKind::Lecture
                | ActivityKind::PartyLecture
                | ActivityKind::OutreachTalk
                | ActivityKind::ThemeDay
                | ActivityKind::Training => true,
                ActivityKind::Meeting | ActivityKind::Oath | ActivityKind::ServiceAction => false,
            }
    }

    /// Returns the first plan of a new activity.
    ///
    /// # Errors
    /// What is wrong in which field.
    pub(super) fn plan(&self, seed: Uuid) -> Result<Plan, Faults> {
        let mut faults = Faults::new();
        let times = self.read_times(&mut faults);
        let details = self.read_details(&mut faults);
        let topic = needed(&mut faults, Place::Topic, &self.topic, TOPIC_CHARACTERS);
        let speaker = text(&mut faults, Place::Speaker, &self.speaker, NAME_CHARACTERS);
        let campaign = text(
            &mut faults,
            Place::Campaign,
            &self.campaign,
            NAME_CHARACTERS,
        );
        if self.repeat != Repeat::Once && self.count().is_none() {
            faults.insert(Place::Times, Fault::NoNumber(*TIMES.end()));
        }
        match (topic, times) {
            (Some(topic), Some((starts_at, ends_at))) if faults.is_empty() => Ok(Plan {
                activity: ActivityId::of(self.organisation, seed),
                seed,
                revises: None,
                kind: self.kind,
                topic,
                speaker,
                venue: self.venue,
                starts_at,
                ends_at,
                campaign,
                standing: Standing::Planned,
                details,
            }),
            (_, _) => Err(faults),
        }
    }

    /// Returns the plan that takes the place of another; what the form does not show stays.
    ///
    /// # Errors
    /// As [`Draft::plan`].
    pub(super) fn revision(&self, of: &Plan) -> Result<Plan, Faults> {
        let plan = self.plan(of.seed)?;
        let details = Details {
            held: of.details.held.clone(),
            ..plan.details
        };
        Ok(Plan {
            activity: of.activity,
            standing: of.standing.clone(),
            details,
            ..plan
        })
    }

    /// Returns how often the activity is to be held; once without a series.
    pub(super) fn count(&self) -> Option<u32> {
        match self.repeat {
            Repeat::Once => Some(1),
            Repeat::Weekly | Repeat::Monthly => {
                let times = self.times.trim().parse().ok();
                times.filter(|times| TIMES.contains(times))
            }
        }
    }

    fn read_times(&self, faults: &mut Faults) -> Option<(Timestamp, Timestamp)> {
        let day = parse_day(&self.day);
        let last = if self.last_day.is_empty() {
            day
        } else {
            parse_day(&self.last_day)
        };
        let (starts, ends) = (parse_clock(&self.starts), parse_clock(&self.ends));
        for (place, missing) in [
            (Place::Day, day.is_none()),
            (Place::LastDay, day.is_some() && last.is_none()),
            (Place::Starts, starts.is_none()),
            (Place::Ends, ends.is_none()),
        ] {
            if missing {
                faults.insert(place, Fault::Missing);
            }
        }
        let starts_at = day?.start().plus(starts?);
        let ends_at = last?.start().plus(ends?);
        let span_ms = ends_at.since(starts_at);
        if span_ms <= 0 {
            faults.insert(Place::Ends, Fault::NotAfter);
        } else if 7 * DAY_MS < span_ms {
            faults.insert(Place::LastDay, Fault::OverAWeek);
        }
        Some((starts_at, ends_at))
    }

    fn read_details(&self, faults: &mut Faults) -> Details {
        let outreach = (self.kind == ActivityKind::OutreachTalk).then_some(self.outreach);
        if outreach == Some(None) {
            faults.insert(Place::Sector, Fault::Missing);
        }
        let meeting = (self.kind == ActivityKind::Meeting).then_some(self.meeting);
        if meeting == Some(None) {
            faults.insert(Place::Meeting, Fault::Missing);
        }
        let study_minutes = match self.kind {
            ActivityKind::Training => number(faults, Place::Study, &self.study, STUDY_MINUTES),
            ActivityKind::Lecture
            | ActivityKind::PartyLecture
            | ActivityKind::OutreachTalk
            | ActivityKind::ThemeDay
            | ActivityKind::Meeting
            | ActivityKind::Oath
            | ActivityKind::ServiceAction => None,
        };
        let audience = match self.audience {
            Invited::Everybody => Audience::Everybody,
            Invited::Invitation => Audience::Invitation,
            Invited::Organisations => {
                if self.organisations.is_empty() {
                    faults.insert(Place::Audience, Fault::Missing);
                }
                Audience::Organisations(self.organisations.iter().copied().collect())
            }
        };
        let mut name = |place, typed: &str| text(faults, place, typed, NAME_CHARACTERS);
        let speaker_role = name(Place::SpeakerRole, &self.speaker_role);
        let chair = name(Place::Chair, &self.chair);
        let recorder = name(Place::Recorder, &self.recorder);
        Details {
            speaker_role,
            chair,
            recorder,
            outreach: outreach.flatten(),
            meeting: meeting.flatten(),
            study_minutes,
            audience,
            early_minutes: number(faults, Place::Early, &self.early, EARLY_MINUTES),
            held: None,
        }
    }
}

/// Returns a text that may be left out, without the space around it.
fn text(faults: &mut Faults, place: Place, typed: &str, most: usize) -> Option<String> {
    let typed = typed.trim();
    if most < typed.chars().count() {
        faults.insert(place, Fault::TooLong(most));
    }
    (!typed.is_empty()).then(|| typed.to_owned())
}

fn needed(faults: &mut Faults, place: Place, typed: &str, most: usize) -> Option<String> {
    let text = text(faults, place, typed, most);
    if text.is_none() {
        faults.insert(place, Fault::Missing);
    }
    text
}

fn number(faults: &mut Faults, place: Place, typed: &str, most: u32) -> Option<u32> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let number = typed.parse().ok().filter(|number| *number <= most);
    if number.is_none() {
        faults.insert(place, Fault::NoNumber(most));
    }
    number
}

#[cfg(test)]
mod tests;
