//! What was planned and held: the calendars of a quarter.

use shared::documents::DocumentName;
use shared::ids::{ActivityId, EntryId, VenueId};
use shared::records::{Audience, Details, Entry, Held, Plan, Record, Standing};
use shared::time::{DAY_MS, Day, HOUR_MS, MINUTE_MS, Timestamp};
use shared::words::{ActivityKind, VenueKind};

use super::archive::Archive;
use super::houses::{House, Houses};
use super::seasons::Days;
use super::wording::Words;
use crate::demo::dice::{Dice, Part};
use crate::demo::plans::{Draft, STARTS, details, has_speaker, kinds, minutes, speaker};
use crate::demo::texts::Texts;
use crate::demo::tree::Tree;

/// Since so many days activities are planned on phones; before, they were entered when they were over.
pub(super) const MODERN_DAYS: i32 = 365;
/// Of a hundred activities so many are called off beside those that are held.
const CANCELLED: usize = 2;
/// Of a hundred so many have a campaign, go to another place than the usual one, are by invitation,
/// and have minutes.
const WITH_CAMPAIGN: usize = 40;
const ELSEWHERE: usize = 20;
const BY_INVITATION: usize = 6;
const WITH_MINUTES: usize = 60;

/// An activity that was held.
pub(super) struct Lecture {
    pub activity: ActivityId,
    pub kind: ActivityKind,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub is_by_invitation: bool,
}

pub(super) struct Lectures<'c> {
    dice: Dice,
    texts: &'c Texts,
    words: &'c Words,
    edu_bases: Vec<VenueId>,
    /// The last day of the history.
    last: Day,
}

impl<'c> Lectures<'c> {
    pub(super) fn new(
        seed: u64,
        texts: &'c Texts,
        words: &'c Words,
        tree: &Tree,
        last: Day,
    ) -> Self {
        let bases = tree.venues.iter();
        let bases = bases.filter(|venue| venue.kind == VenueKind::EduBase);
        Self {
            dice: Dice::new(seed, Part::Lectures),
            texts,
            words,
            edu_bases: bases.map(|venue| venue.id).collect(),
            last,
        }
    }

    /// Tells how many of the quarter's lectures each house held. All houses share all lectures, so
    /// that a part of the city is as busy as it is in the whole.
    pub(super) fn shares(&mut self, houses: &Houses, days: &Days, lectures: usize) -> Vec<usize> {
        let is_late = self.is_modern(days.last);
        let weigh = |house: &House| {
            if is_late {
                house.weight_lately
            } else {
                house.weight
            }
        };
        let whole: usize = houses.houses.iter().map(weigh).sum();
        // Not always the same ones go without.
        let mut at = self.dice.below(whole);
        let share = |house: &House| {
            let before = at / whole.max(1);
            at += weigh(house) * lectures;
            at / whole.max(1) - before
        };
        houses.houses.iter().map(share).collect()
    }

    /// Enters the lectures of a house in a quarter, and returns them.
    pub(super) fn hold(
        &mut self,
        archive: &mut Archive,
        house: &House,
        days: &Days,
        count: usize,
    ) -> Vec<Lecture> {
        let mut held = Vec::with_capacity(count);
        for _ in 0..count {
            let day = days.pick(&mut self.dice);
            held.push(self.enter(archive, house, day, Standing::Planned));
            if self.dice.chance(CANCELLED) {
                let day = days.pick(&mut self.dice);
                let reason = self.dice.pick(&self.words.cancelled).clone();
                self.enter(archive, house, day, Standing::Cancelled { reason });
            }
        }
        held
    }

    pub(super) fn is_modern(&self, day: Day) -> bool {
        day > self.last.plus(-MODERN_DAYS)
    }

    /// Returns when something that came after an activity reached the server: not after the history.
    pub(super) fn until_last(&self, at: Timestamp) -> Timestamp {
        at.min(self.last.start().plus(22 * HOUR_MS))
    }

    fn enter(
        &mut self,
        archive: &mut Archive,
        house: &House,
        day: Day,
        standing: Standing,
    ) -> Lecture {
        let kind = *self.dice.pick(kinds(house.rank));
        let part = self.dice.pick(&STARTS);
        let starts_at = day.start().plus(self.dice.pick(part) * MINUTE_MS);
        let draft = Draft {
            kind,
            topic: self.dice.pick(self.texts.topics(kind)).clone(),
            starts_at,
            ends_at: starts_at.plus(minutes(kind) * MINUTE_MS),
        };
        let is_by_invitation = self.dice.chance(BY_INVITATION);
        let is_modern = self.is_modern(day);
        let before_ms =
            self.dice.between(1, 10) * DAY_MS + self.dice.between(0, 8 * 60) * MINUTE_MS;
        let after_ms = self.dice.between(20, 40 * 60) * MINUTE_MS;
        let after = self
            .until_last(draft.ends_at.plus(after_ms))
            .max(draft.ends_at);
        let planned_at = if is_modern {
            starts_at.plus(-before_ms)
        } else {
            after
        };
        let held = self.dice.chance(WITH_MINUTES) && standing == Standing::Planned;
        let held = held.then(|| self.minutes(&draft));
        let mut plan = self.plan(house, draft, is_by_invitation, planned_at);
        let lecture = Lecture {
            activity: plan.activity,
            kind,
            starts_at,
            ends_at: plan.ends_at,
            is_by_invitation,
        };
        if !is_modern {
            plan.standing = standing;
            plan.details.held = held;
            self.put(archive, house, plan, planned_at);
            return lecture;
        }
        let first = self.put(archive, house, plan.clone(), planned_at);
        if held.is_some() || standing != Standing::Planned {
            let revised_at = if held.is_some() {
                after
            } else {
                starts_at.plus(-HOUR_MS)
            };
            plan.revises = Some(first);
            plan.standing = standing;
            plan.details.held = held;
            self.put(archive, house, plan, revised_at);
        }
        lecture
    }

    fn plan(
        &mut self,
        house: &House,
        draft: Draft,
        is_by_invitation: bool,
        planned_at: Timestamp,
    ) -> Plan {
        let dice = &mut self.dice;
        let campaign = dice.chance(WITH_CAMPAIGN);
        let campaign = campaign.then(|| dice.pick(&self.texts.activities.campaigns).clone());
        let (speaker, speaker_role) = has_speaker(draft.kind)
            .then(|| speaker(dice, self.texts))
            .unzip();
        let audience = if is_by_invitation {
            Audience::Invitation
        } else {
            Audience::Everybody
        };
        let details = Details {
            speaker_role,
            audience,
            ..details(dice, self.texts, &draft)
        };
        let is_elsewhere = dice.chance(ELSEWHERE);
        let venue = match draft.kind {
            ActivityKind::ThemeDay if is_elsewhere => *dice.pick(&self.edu_bases),
            ActivityKind::Training => house.venues[house.venues.len() - 1],
            _ if is_elsewhere => *dice.pick(&house.venues),
            _ => house.venues[0],
        };
        let seed = dice.id(planned_at);
        Plan {
            activity: ActivityId::of(house.organisation, seed),
            seed,
            revises: None,
            kind: draft.kind,
            topic: draft.topic,
            speaker,
            venue: Some(venue),
            starts_at: draft.starts_at,
            ends_at: draft.ends_at,
            campaign,
            standing: Standing::Planned,
            details,
        }
    }

    fn minutes(&mut self, draft: &Draft) -> Held {
        let late_ms = self.dice.between(0, 10) * MINUTE_MS;
        Held {
            started_at: draft.starts_at.plus(late_ms),
            ended_at: draft.ends_at.plus(self.dice.between(-10, 15) * MINUTE_MS),
            minutes: self.dice.pick(&self.words.minutes).clone(),
        }
    }

    fn put(&mut self, archive: &mut Archive, house: &House, plan: Plan, at: Timestamp) -> EntryId {
        let id = EntryId(self.dice.id(at));
        let quarter = plan.starts_at.day().quarter();
        let name = DocumentName::Calendar {
            organisation: house.organisation,
            quarter,
        };
        let entry = Entry {
            id,
            by: house.by,
            recorded_at: at,
            record: Record::Plan(plan),
        };
        archive.put_paper(name, entry);
        id
    }
}
