//! The calendars: what every committee and every branch with members holds in the week before, on
//! the day and in the week after.

use shared::ids::{ActivityId, EntryId, MemberId, OrganisationId};
use shared::records::{Details, Entry, Plan, Record, Standing};
use shared::time::{Day, HOUR_MS, MINUTE_MS, Timestamp};
use shared::words::ActivityKind;
use uuid::{Builder, Uuid};

use super::DemoPlan;
use super::dice::{Dice, Part};
use super::people::Population;
use super::texts::Texts;
use super::tree::{Node, Rank, Tree};

/// Days around the day that hold activities.
const DAYS_BEFORE: i32 = 7;
const DAYS_AFTER: i32 = 6;
/// When the calendars were entered, before the first activity in them.
const ENTERED_DAYS_BEFORE: i32 = 10;

/// Starts in minutes of the day: morning, afternoon, evening.
const STARTS: [[i64; 3]; 3] = [[510, 540, 600], [870, 900, 960], [1140, 1170, 1200]];

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

/// Makes the calendars around a day.
pub(super) fn generate(
    seed: u64,
    today: Day,
    texts: &Texts,
    tree: &Tree,
    population: &Population,
) -> Vec<DemoPlan> {
    let mut planner = Planner {
        dice: Dice::new(seed, Part::Plans),
        today,
        texts,
        plans: Vec::new(),
    };
    for node in &tree.nodes {
        let organisation = node.organisation.id;
        let Some(by) = population.coordinators.get(&organisation) else {
            continue;
        };
        if population.persona_branch == Some(organisation) {
            planner.theme_days(node, *by);
        }
        planner.week(node, *by);
    }
    planner.plans
}

/// How many activities an organisation holds.
struct Load {
    today: usize,
    before: usize,
    after: usize,
}

struct Planner<'c> {
    dice: Dice,
    today: Day,
    texts: &'c Texts,
    plans: Vec<DemoPlan>,
}

/// What an activity is, before it has ids.
struct Draft {
    kind: ActivityKind,
    topic: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
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
            Rank::Village | Rank::Organs => Load {
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
        let kind = match node.rank {
            Rank::Village | Rank::Organs => *self.dice.pick(&BRANCH_KINDS),
            Rank::City | Rank::CityOrgans | Rank::County | Rank::Town => {
                *self.dice.pick(&COMMITTEE_KINDS)
            }
        };
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

    fn enter(&mut self, node: &Node, by: MemberId, draft: Draft) {
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
        let seed = self.id(recorded_at);
        let plan = Plan {
            activity: ActivityId::of(node.organisation.id, seed),
            seed,
            revises: None,
            kind: draft.kind,
            topic: draft.topic,
            speaker: has_speaker(draft.kind).then(|| self.speaker()),
            venue: Some(venue.unwrap_or(node.hall)),
            starts_at: draft.starts_at,
            ends_at: draft.ends_at,
            campaign,
            standing: Standing::Planned,
            details: Details::default(),
        };
        let id = EntryId(self.id(recorded_at));
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
    }

    fn speaker(&mut self) -> String {
        let name = self.texts.person(&mut self.dice);
        let role = self.dice.pick(&self.texts.activities.speaker_roles);
        self.texts.named("speaker", &name).replace("{role}", role)
    }

    fn id(&mut self, at: Timestamp) -> Uuid {
        let millis = u64::try_from(at.0).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &self.dice.bytes()).into_uuid()
    }
}

const fn minutes(kind: ActivityKind) -> i64 {
    match kind {
        ActivityKind::Oath => 30,
        ActivityKind::Lecture | ActivityKind::OutreachTalk | ActivityKind::Meeting => 60,
        ActivityKind::PartyLecture | ActivityKind::ThemeDay => 90,
        ActivityKind::ServiceAction => 120,
        ActivityKind::Training => 180,
    }
}

const fn has_speaker(kind: ActivityKind) -> bool {
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
