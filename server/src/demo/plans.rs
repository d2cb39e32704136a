//! The calendars: what every committee and every branch with members holds in the week before, on
//! the day and in the week after.

use shared::ids::{ActivityId, EntryId, MemberId, OrganisationId};
use shared::records::{Audience, Details, Entry, Mark, MarkEntry, Plan, Record, Standing};
use shared::time::{Day, HOUR_MS, MINUTE_MS, Timestamp};
use shared::words::{ActivityKind, MarkKind};

use super::dice::{Dice, Part};
use super::people::Population;
use super::texts::Texts;
use super::tree::{Node, Rank, Tree};
use super::{DemoMark, DemoPlan};

/// Days around the day that hold activities.
const DAYS_BEFORE: i32 = 7;
const DAYS_AFTER: i32 = 6;
/// When the calendars were entered, before the first activity in them.
const ENTERED_DAYS_BEFORE: i32 = 10;

/// Starts in minutes of the day: morning, afternoon, evening.
pub(super) const STARTS: [[i64; 3]; 3] = [[510, 540, 600], [870, 900, 960], [1140, 1170, 1200]];

/// How many are invited to what is by invitation, and when on its day it begins.
const INVITED: usize = 8;
const INVITED_AT_MS: i64 = 15 * HOUR_MS;

const BRANCH_KINDS: [ActivityKind; 10] = [
    ActivityKind::Lecture,
    ActivityKind::Lecture,
    ActivityKind::Lecture,
    ActivityKind::PartyLecture,
    ActivityKind::ThemeDay,
    ActivityKind::Meeting,
    ActivityKind::Meeting,
    ActivityKind::OutreachTalk,
    ActivityKind::Oath,
    ActivityKind::ServiceAction,
];

const COMMITTEE_KINDS: [ActivityKind; 6] = [
    ActivityKind::Lecture,
    ActivityKind::Lecture,
    ActivityKind::PartyLecture,
    ActivityKind::OutreachTalk,
    ActivityKind::Training,
    ActivityKind::ServiceAction,
];

/// The calendars, and the roll call of what is by invitation.
pub(super) struct Calendars {
    pub plans: Vec<DemoPlan>,
    pub marks: Vec<DemoMark>,
}

/// Makes the calendars around a day.
pub(super) fn generate(
    seed: u64,
    today: Day,
    texts: &Texts,
    tree: &Tree,
    population: &Population,
) -> Calendars {
    let mut planner = Planner {
        dice: Dice::new(seed, Part::Plans),
        details: Dice::new(seed, Part::Details),
        today,
        texts,
        plans: Vec::new(),
        marks: Vec::new(),
    };
    let plans = |node: &&Node| !matches!(node.rank, Rank::Team | Rank::Unit);
    for node in tree.nodes.iter().filter(plans) {
        let organisation = node.organisation.id;
        let Some(by) = population.coordinators.get(&organisation) else {
            continue;
        };
        if population.persona_branch == Some(organisation) {
            planner.theme_days(node, *by);
        }
        planner.week(node, *by);
    }
    // Last, so that the times of all others do not move with it.
    planner.by_invitation(tree, population);
    Calendars {
        plans: planner.plans,
        marks: planner.marks,
    }
}

/// How many activities an organisation holds.
struct Load {
    today: usize,
    before: usize,
    after: usize,
}

struct Planner<'c> {
    dice: Dice,
    /// What not every activity has, in a stream of its own.
    details: Dice,
    today: Day,
    texts: &'c Texts,
    plans: Vec<DemoPlan>,
    marks: Vec<DemoMark>,
}

/// What an activity is, before it has ids.
pub(super) struct Draft {
    pub kind: ActivityKind,
    pub topic: String,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

impl Planner<'_> {
    /// Days on which something is open at every hour: whoever tries the demo can check in.
    fn theme_days(&mut self, node: &Node, by: MemberId) {
        for day in 0..=DAYS_AFTER {
            let starts_at = self.today.plus(day).start();
            let draft = Draft {
                kind: ActivityKind::ThemeDay,
                topic: self.dice.pick(&self.texts.activities.all_day).clone(),
                starts_at,
                ends_at: starts_at.plus(24 * HOUR_MS - MINUTE_MS),
            };
            self.enter(node, by, draft);
        }
    }

    fn week(&mut self, node: &Node, by: MemberId) {
        let load = match node.rank {
            Rank::Village if node.full => Load {
                today: 3,
                before: 3,
                after: 2,
            },
            Rank::Village | Rank::Organs | Rank::Unit | Rank::Team => Load {
                today: 1 + usize::from(self.dice.chance(30)),
                before: 1,
                after: 1,
            },
            Rank::City | Rank::CityOrgans | Rank::County | Rank::Town => Load {
                today: 2,
                before: 3,
                after: 3,
            },
        };
        // Today's spread over the day, from a part of it that differs between organisations.
        let first = self.dice.below(STARTS.len());
        for index in 0..load.today {
            self.activity(node, by, 0, &STARTS[(first + index) % STARTS.len()]);
        }
        for (count, from, days) in [
            (load.before, -DAYS_BEFORE, DAYS_BEFORE),
            (load.after, 1, DAYS_AFTER),
        ] {
            for index in 0..count {
                // One in each equal share of the days, so that no two fall on the same hour.
                let share = usize::try_from(days).unwrap_or(1) / count.max(1);
                let offset = share * index + self.dice.below(share);
                let day = from + i32::try_from(offset).unwrap_or(0);
                let part = *self.dice.pick(&STARTS);
                self.activity(node, by, day, &part);
            }
        }
    }

    fn activity(&mut self, node: &Node, by: MemberId, day: i32, starts: &[i64]) {
        let kind = *self.dice.pick(kinds(node.rank));
        let starts_at = self
            .today
            .plus(day)
            .start()
            .plus(self.dice.pick(starts) * MINUTE_MS);
        let draft = Draft {
            kind,
            topic: self.dice.pick(self.texts.topics(kind)).clone(),
            starts_at,
            ends_at: starts_at.plus(minutes(kind) * MINUTE_MS),
        };
        self.enter(node, by, draft);
    }

    /// A class tomorrow for some of the persona branch: of the two members the first is invited.
    fn by_invitation(&mut self, tree: &Tree, population: &Population) {
        let is_home = |node: &&Node| population.persona_branch == Some(node.organisation.id);
        let Some(node) = tree.nodes.iter().find(is_home) else {
            return;
        };
        let organisation = node.organisation.id;
        let Some(by) = population.coordinators.get(&organisation).copied() else {
            return;
        };
        let starts_at = self.today.plus(1).start().plus(INVITED_AT_MS);
        let kind = ActivityKind::Training;
        let draft = Draft {
            kind,
            topic: self.texts.activities.by_invitation.clone(),
            starts_at,
            ends_at: starts_at.plus(minutes(kind) * MINUTE_MS),
        };
        let invited = population.invited(organisation, INVITED);
        let (activity, recorded_at) = self.enter_for(node, by, draft, Audience::Invitation);
        for member in invited {
            let id = EntryId(self.dice.id(recorded_at));
            let record = Record::Mark(Mark {
                activity,
                member,
                kind: MarkKind::Expected,
                corrects: None,
                entered: MarkEntry::Seen,
                witness: None,
            });
            let entry = Entry {
                id,
                by,
                recorded_at,
                record,
            };
            self.marks.push(DemoMark {
                organisation,
                activity,
                entry,
            });
        }
    }

    fn enter(&mut self, node: &Node, by: MemberId, draft: Draft) {
        self.enter_for(node, by, draft, Audience::Everybody);
    }

    fn enter_for(
        &mut self,
        node: &Node,
        by: MemberId,
        draft: Draft,
        audience: Audience,
    ) -> (ActivityId, Timestamp) {
        let index = i64::try_from(self.plans.len()).unwrap_or(0);
        let recorded_at = self
            .today
            .plus(-ENTERED_DAYS_BEFORE)
            .start()
            .plus(9 * HOUR_MS + index * 1_000);
        let venue = if draft.kind == ActivityKind::Training {
            node.school
        } else {
            None
        };
        let campaigns = &self.texts.activities.campaigns;
        let campaign = if self.dice.chance(40) {
            Some(self.dice.pick(campaigns).clone())
        } else {
            None
        };
        let speaker = has_speaker(draft.kind).then(|| speaker(&mut self.dice, self.texts));
        let (speaker, speaker_role) = speaker.unzip();
        let details = Details {
            speaker_role,
            audience,
            ..details(&mut self.details, self.texts, &draft)
        };
        let seed = self.dice.id(recorded_at);
        let plan = Plan {
            activity: ActivityId::of(node.organisation.id, seed),
            seed,
            revises: None,
            kind: draft.kind,
            topic: draft.topic,
            speaker,
            venue: Some(venue.unwrap_or(node.hall)),
            starts_at: draft.starts_at,
            ends_at: draft.ends_at,
            campaign,
            standing: Standing::Planned,
            details,
        };
        let activity = plan.activity;
        let id = EntryId(self.dice.id(recorded_at));
        let entry = Entry {
            id,
            by,
            recorded_at,
            record: Record::Plan(plan),
        };
        let organisation: OrganisationId = node.organisation.id;
        self.plans.push(DemoPlan {
            organisation,
            entry,
        });
        (activity, recorded_at)
    }
}

/// Returns a speaker's name and role.
pub(super) fn speaker(dice: &mut Dice, texts: &Texts) -> (String, String) {
    let name = texts.person(dice);
    let role = dice.pick(&texts.activities.speaker_roles);
    (name, role.clone())
}

/// Returns what the kind has of its own, who chairs and who writes the minutes.
pub(super) fn details(dice: &mut Dice, texts: &Texts, draft: &Draft) -> Details {
    let (chair, recorder) = (texts.person(dice), texts.person(dice));
    let mut details = Details::default();
    match draft.kind {
        ActivityKind::OutreachTalk => details.outreach = texts.sector(&draft.topic),
        ActivityKind::Meeting => {
            details.meeting = Some(texts.meeting(&draft.topic));
            details.recorder = Some(recorder);
        }
        ActivityKind::Training => {
            let length = draft.ends_at.since(draft.starts_at) / MINUTE_MS;
            details.study_minutes = u32::try_from(length).ok();
        }
        ActivityKind::Lecture
        | ActivityKind::PartyLecture
        | ActivityKind::ThemeDay
        | ActivityKind::Oath
        | ActivityKind::ServiceAction => {}
    }
    details.chair = has_chair(draft.kind).then_some(chair);
    details
}

/// Returns what kinds of activity an organisation holds, the usual ones several times.
pub(super) const fn kinds(rank: Rank) -> &'static [ActivityKind] {
    match rank {
        Rank::Village | Rank::Organs | Rank::Unit | Rank::Team => &BRANCH_KINDS,
        Rank::City | Rank::CityOrgans | Rank::County | Rank::Town => &COMMITTEE_KINDS,
    }
}

/// Returns how long an activity takes.
pub(super) const fn minutes(kind: ActivityKind) -> i64 {
    match kind {
        ActivityKind::Oath => 30,
        ActivityKind::Lecture | ActivityKind::OutreachTalk | ActivityKind::Meeting => 60,
        ActivityKind::PartyLecture | ActivityKind::ThemeDay => 90,
        ActivityKind::ServiceAction => 120,
        ActivityKind::Training => 180,
    }
}

const fn has_chair(kind: ActivityKind) -> bool {
    match kind {
        ActivityKind::Lecture
        | ActivityKind::PartyLecture
        | ActivityKind::Meeting
        | ActivityKind::Oath => true,
        ActivityKind::OutreachTalk
        | ActivityKind::ThemeDay
        | ActivityKind::Training
        | ActivityKind::ServiceAction => false,
    }
}

/// Tells whether somebody speaks.
pub(super) const fn has_speaker(kind: ActivityKind) -> bool {
    match kind {
        ActivityKind::Lecture
        | ActivityKind::PartyLecture
        | ActivityKind::OutreachTalk
        | ActivityKind::Training => true,
        ActivityKind::ThemeDay
        | ActivityKind::Meeting
        | ActivityKind::Oath
        | ActivityKind::ServiceAction => false,
    }
}
