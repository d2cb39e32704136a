//! Whatever comes in whatever order and batches, the rows are those of a rebuild.

mod matters;
mod recount;

use shared::documents::{ChangeHash, DocumentName, SealedChange};
use shared::ids::{EntryId, VenueId};
use shared::records::{Entry, Mark, MarkEntry, Record, Standing};
use shared::server::Append;
use shared::time::{DAY_MS, HOUR_MS};
use shared::words::{ActivityKind, MarkKind, Measure, OutreachSector};
use uuid::Uuid;

use super::*;
use crate::directory::DirectoryChanges;
use crate::services::dashboard::Sums;
use crate::store::conformance::world::{
    Pen, activity_id, calendar, check_in, device_id, feedback, found, journal, member_id,
    organisation, organisation_id, path, plan, ten,
};
use crate::store::sqlite::SqliteStore;

/// Steele and Vigna's splitmix64: a test's dice.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }
}

/// A random life of the first branch.
struct Life {
    dice: Dice,
    next_id: u128,
    plans: Vec<(u128, EntryId)>,
    marks: Vec<EntryId>,
    calendar: Pen,
    journals: Vec<Pen>,
    rollcalls: Vec<Pen>,
}

impl Life {
    fn new(seed: u64) -> Self {
        let rollcall = |activity| DocumentName::Rollcall {
            organisation: organisation_id("001001001"),
            activity: activity_id(activity),
        };
        Self {
            dice: Dice(seed),
            next_id: 1,
            plans: Vec::new(),
            marks: Vec::new(),
            calendar: Pen::new(calendar("001001001"), 1),
            journals: [1, 2, 3].map(|n| Pen::new(journal(n), n)).into(),
            rollcalls: [0, 1, 2].map(|n| Pen::new(rollcall(n), 1)).into(),
        }
    }

    fn id(&mut self) -> u128 {
        self.next_id += 1;
        self.next_id
    }

    fn pick<T: Clone>(&mut self, items: &[T]) -> Option<T> {
        let sides = u64::try_from(items.len()).unwrap();
        (sides > 0).then(|| items[usize::try_from(self.dice.roll(sides)).unwrap()].clone())
    }

    fn step(&mut self) -> Append {
        let id = self.id();
        let activity = u128::from(self.dice.roll(3));
        match self.dice.roll(8) {
            0 | 1 => self.plan(id, activity),
            2 => {
                let place = usize::try_from(self.dice.roll(3)).unwrap();
                let entry = feedback(id, place as u128 + 1);
                self.journals[place].append(&[entry])
            }
            3 | 4 => self.mark(id, activity),
            _ => {
                let place = usize::try_from(self.dice.roll(3)).unwrap();
                let mut entry = check_in(id, place as u128 + 1, activity);
                let hours = i64::try_from(self.dice.roll(60)).unwrap() - 30;
                entry.recorded_at = entry.recorded_at.plus(hours * HOUR_MS / 4);
                self.journals[place].append(&[entry])
            }
        }
    }

    /// A new plan, or one that revises another: at another hour, on another day, called off.
    fn plan(&mut self, id: u128, activity: u128) -> Append {
        let mut entry = plan(id, activity);
        entry.recorded_at = entry.recorded_at.plus(i64::try_from(id).unwrap());
        let known: Vec<EntryId> = self
            .plans
            .iter()
            .filter(|(of, _)| *of == activity)
            .map(|(_, plan)| *plan)
            .collect();
        let revises = self.pick(&known);
        let days = self.pick(&[0, 1, 2, 9, 40]).unwrap();
        let cancelled = self.dice.roll(4) == 0;
        let sectors = [
            None,
            Some(OutreachSector::Schools),
            Some(OutreachSector::Online),
        ];
        let outreach = self.pick(&sectors).unwrap();
        let campaign = self
            .pick(&[None, Some("主题教育"), Some("西江党旗红")])
            .unwrap();
        let venue = self
            .pick(&[None, Some(VenueId(Uuid::from_u128(7)))])
            .unwrap();
        if let Record::Plan(plan) = &mut entry.record {
            plan.revises = revises;
            plan.campaign = campaign.map(str::to_owned);
            plan.venue = venue;
            if outreach.is_some() {
                plan.kind = ActivityKind::OutreachTalk;
                plan.details.outreach = outreach;
            }
            plan.starts_at = plan.starts_at.plus(days * DAY_MS);
            plan.ends_at = plan.ends_at.plus(days * DAY_MS);
            if cancelled {
                let reason = "台风".to_owned();
                plan.standing = Standing::Cancelled { reason };
            }
        }
        self.plans.push((activity, entry.id));
        self.calendar.append(&[entry])
    }

    fn mark(&mut self, id: u128, activity: u128) -> Append {
        let kinds = [
            MarkKind::Present,
            MarkKind::Late,
            MarkKind::Absent,
            MarkKind::Expected,
            MarkKind::Withdrawn,
        ];
        let kind = self.pick(&kinds).unwrap();
        let marks = self.marks.clone();
        let corrects = self.pick(&marks).filter(|_| id.is_multiple_of(2));
        let entry = Entry {
            id: EntryId(Uuid::from_u128(id)),
            by: member_id(1),
            recorded_at: ten(),
            record: Record::Mark(Mark {
                activity: activity_id(activity),
                member: member_id(u128::from(self.dice.roll(3)) + 1),
                kind,
                corrects,
                entered: MarkEntry::Seen,
                witness: None,
            }),
        };
        self.marks.push(entry.id);
        self.rollcalls[usize::try_from(activity).unwrap()].append(&[entry])
    }
}

async fn store() -> (tempfile::TempDir, Arc<dyn Store>) {
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path()).unwrap());
    found(&store).await;
    (folder, store)
}

async fn check_seed(seed: u64) {
    let (_folder, store) = store().await;
    let mut life = Life::new(seed);
    // What is remembered of an earlier look is never shown for what is.
    let sums = Arc::default();
    for _ in 0..60 {
        let append = life.step();
        store.append(device_id(1), vec![append]).await.unwrap();
        if life.dice.roll(3) == 0 {
            let limit = usize::try_from(life.dice.roll(4)).unwrap() + 1;
            batch::project_batch(&*store, limit).await.unwrap();
            recount::shown(&*store, &sums, "001", (ten().day(), ten().day()), None).await;
        }
    }
    project_all(&*store).await.unwrap();
    let incremental = store.digest().await.unwrap();
    assert!(incremental["outcome"].0 > 0, "seed {seed}");
    recount::check(&*store, &sums, seed).await;
    rebuild(&*store).await.unwrap();
    assert_eq!(store.digest().await.unwrap(), incremental, "seed {seed}");
    check_moves(&store, &sums, &["001009", "001001001"], seed).await;
    assert_eq!(store.digest().await.unwrap(), incremental, "seed {seed}");
}

/// Moves the first branch from place to place, which sums roll-ups anew by other code.
async fn check_moves(store: &Arc<dyn Store>, sums: &Arc<Sums>, places: &[&str], seed: u64) {
    for place in places {
        let mut moved = organisation("001001001");
        moved.path = path(place);
        let changes = DirectoryChanges {
            organisations: vec![moved],
            ..DirectoryChanges::default()
        };
        store.change_directory(changes).await.unwrap();
        recount::check(&**store, sums, seed).await;
    }
}

#[tokio::test]
async fn rows_made_step_by_step_are_those_of_a_rebuild() {
    for seed in 0..12 {
        check_seed(seed).await;
    }
}

#[tokio::test]
async fn a_damaged_document_becomes_an_anomaly_and_stops_nothing() {
    let (_folder, store) = store().await;
    let damaged = Append {
        name: journal(2),
        base: 0,
        changes: vec![SealedChange {
            hash: ChangeHash([7; 32]),
            bytes: vec![0x85, 0x6f, 0x4a, 0x83, 1, 2, 3],
        }],
        received_at: ten(),
        allowance: None,
    };
    store.append(device_id(2), vec![damaged]).await.unwrap();
    let mut sound = Pen::new(journal(3), 3);
    sound.store(&store, &[check_in(1, 3, 1)]).await;
    project_all(&*store).await.unwrap();
    let digest = store.digest().await.unwrap();
    assert_eq!((digest["anomaly"].0, digest["outcome"].0), (1, 1));
}

#[tokio::test]
async fn a_retimed_activity_takes_its_numbers_to_the_other_day() {
    let (_folder, store) = store().await;
    let mut calendar = Pen::new(calendar("001001001"), 1);
    calendar.store(&store, &[plan(1, 1)]).await;
    let mut journal = Pen::new(journal(2), 2);
    journal.store(&store, &[check_in(2, 2, 1)]).await;
    project_all(&*store).await.unwrap();
    let mut later = plan(3, 1);
    if let Record::Plan(plan) = &mut later.record {
        plan.revises = Some(EntryId(Uuid::from_u128(1)));
        plan.starts_at = plan.starts_at.plus(DAY_MS);
        plan.ends_at = plan.ends_at.plus(DAY_MS);
    }
    later.recorded_at = later.recorded_at.plus(1);
    calendar.store(&store, &[later]).await;
    project_all(&*store).await.unwrap();
    let today = ten().day();
    let sums = Arc::default();
    let figures = async |day| recount::shown(&*store, &sums, "001", (day, day), None).await;
    assert!(figures(today).await.is_empty());
    let moved = figures(today.plus(1)).await;
    let numbers = [Measure::Activities, Measure::Unconfirmed].map(|measure| moved.get(measure));
    assert_eq!(numbers, [1, 1]);
}

#[tokio::test]
async fn a_batch_pokes_the_member_and_those_who_oversee_the_activity() {
    let (_folder, store) = store().await;
    let mut calendar = Pen::new(calendar("001001001"), 1);
    calendar.store(&store, &[plan(1, 1)]).await;
    let project = async || {
        let before = store.feed(u64::MAX).await.unwrap().position;
        let documents = batch::project_batch(&*store, 10).await.unwrap();
        assert_eq!(documents, Some(1));
        let feed = store.feed(before).await.unwrap();
        feed.pokes.unwrap().remove(0)
    };
    let poke = project().await;
    assert_eq!(poke.calendars, [path("001001001")].into());
    let mut journal = Pen::new(journal(2), 2);
    journal.store(&store, &[check_in(2, 2, 1)]).await;
    let poke = project().await;
    assert_eq!(poke.members, [member_id(2)].into());
    assert_eq!(poke.overseen, [path("001001001")].into());
    assert!(poke.calendars.is_empty());
    let none = batch::project_batch(&*store, 10).await.unwrap();
    assert_eq!(none, None);
}

#[tokio::test]
async fn the_projector_settles_what_was_stored_before() {
    let (_folder, store) = store().await;
    let projector = Projector::default();
    let running = tokio::spawn(projector.clone().run(store.clone()));
    let mut journal = Pen::new(journal(2), 2);
    for number in 0..5 {
        journal
            .store(&store, &[check_in(10 + number, 2, number)])
            .await;
        projector.wake();
        projector.settled().await;
        let digest = store.digest().await.unwrap();
        assert_eq!(u128::from(digest["outcome"].0), number + 1);
    }
    running.abort();
}
