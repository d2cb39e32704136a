//! Requests and what is said to them come in any order and become the same.

use std::collections::BTreeMap;

use shared::documents::DocumentName;
use shared::ids::DocumentId;
use shared::reconcile::MatterFlag;
use shared::records::{Correction, Entry, Record, ReplyWord};
use shared::server::Append;
use shared::time::MINUTE_MS;
use shared::wire::MatterRow;
use shared::words::{RequestState, ServiceCategory};

use super::{Dice, batch, store};
use crate::projector::{project_all, rebuild};
use crate::store::Store;
use crate::store::conformance::statements::{
    COMMUNITY, TEAM, accepted, board, everything, ledger, need, pledge, rating, registration,
    reply, service, team_service, unit_registration, withdrawal,
};
use crate::store::conformance::world::{Pen, device_id, journal, member_id, path};

/// A random life of a community, its members and a team.
struct Life {
    dice: Dice,
    next_id: u128,
    asked: Vec<Entry>,
    journals: Vec<Pen>,
    community: Pen,
    team: Pen,
    board: Pen,
}

impl Life {
    fn new(seed: u64) -> Self {
        Self {
            dice: Dice(seed),
            next_id: 100,
            asked: Vec::new(),
            journals: [1, 2, 3].map(|n| Pen::new(journal(n), n)).into(),
            community: Pen::new(ledger(COMMUNITY), 1),
            team: Pen::new(ledger(TEAM), 3),
            board: Pen::new(board(), 1),
        }
    }

    fn step(&mut self) -> Append {
        self.next_id += 1;
        let id = self.next_id;
        let minutes = i64::try_from(self.dice.roll(400)).unwrap();
        let at = |mut entry: Entry| {
            entry.recorded_at = entry.recorded_at.plus(minutes * MINUTE_MS);
            entry
        };
        if self.dice.roll(2) == 0 && !self.asked.is_empty() {
            return self.answer(id, at);
        }
        let by = u128::from(self.dice.roll(3)) + 1;
        let number = u128::from(self.dice.roll(2));
        let days = i64::try_from(self.dice.roll(40)).unwrap();
        let places = 1 + u32::try_from(self.dice.roll(2)).unwrap();
        let asked = at(match self.dice.roll(7) {
            0 => return self.board.append(&[at(need(id, number, places))]),
            1 => registration(id, by),
            2 => unit_registration(id),
            3 => team_service(id, &[1, 2, 3], minutes),
            4 => service(id, by, days),
            5 => service(id, by, 0),
            _ => pledge(id, by, number),
        });
        self.asked.push(asked.clone());
        self.pen_of(&asked).append(&[asked])
    }

    /// A word to one of the requests, by whoever may say it.
    fn answer(&mut self, id: u128, at: impl Fn(Entry) -> Entry) -> Append {
        let place = self.dice.roll(u64::try_from(self.asked.len()).unwrap());
        let asked = self.asked[usize::try_from(place).unwrap()].clone();
        let reason = "看过记录".to_owned();
        let word = match self.dice.roll(5) {
            0 => {
                let back = at(withdrawal(id, &asked));
                return self.pen_of(&asked).append(&[back]);
            }
            1 => return self.community.append(&[at(rating(id, &asked))]),
            2 => ReplyWord::Returned { reason },
            3 => ReplyWord::Corrected(Correction {
                minutes: 30,
                beneficiaries: 1,
                category: ServiceCategory::Health,
                reason,
            }),
            _ => accepted(),
        };
        self.community.append(&[at(reply(id, &asked, word))])
    }

    /// The document in which a request stands, or its withdrawal.
    fn pen_of(&mut self, asked: &Entry) -> &mut Pen {
        let Record::Request(request) = &asked.record else {
            panic!("only requests are kept");
        };
        match request.asker {
            Some(_) => &mut self.team,
            None => {
                let number = asked.by.0.as_u128() - 1;
                &mut self.journals[usize::try_from(number).unwrap()]
            }
        }
    }
}

async fn listed(store: &dyn Store) -> Vec<MatterRow> {
    store.matters(everything("001")).await.unwrap()
}

async fn check_seed(seed: u64) {
    let (_folder, store) = store().await;
    let mut life = Life::new(seed);
    let mut appends: BTreeMap<DocumentId, Vec<Append>> = BTreeMap::new();
    for _ in 0..60 {
        let append = life.step();
        let document = append.name.id();
        appends.entry(document).or_default().push(append.clone());
        store.append(device_id(1), vec![append]).await.unwrap();
        if life.dice.roll(3) == 0 {
            let limit = usize::try_from(life.dice.roll(4)).unwrap() + 1;
            batch::project_batch(&*store, limit).await.unwrap();
        }
    }
    project_all(&*store).await.unwrap();
    let step_by_step = listed(&*store).await;
    assert!(step_by_step.len() > 9, "seed {seed}");
    let incremental = store.digest().await.unwrap();
    let sums = std::sync::Arc::default();
    super::recount::check(&*store, &sums, seed).await;
    rebuild(&*store).await.unwrap();
    assert_eq!(store.digest().await.unwrap(), incremental, "seed {seed}");
    super::check_moves(&store, &sums, &["001009", "001001001"], seed).await;
    assert_eq!(store.digest().await.unwrap(), incremental, "seed {seed}");

    // Document by document, and one a batch.
    let (_folder, other) = super::store().await;
    for append in appends.into_values().flatten() {
        other.append(device_id(1), vec![append]).await.unwrap();
    }
    while batch::project_batch(&*other, 1).await.unwrap().is_some() {}
    assert_eq!(listed(&*other).await, step_by_step, "seed {seed}");
}

#[tokio::test]
async fn matters_made_step_by_step_are_those_of_a_rebuild_and_of_another_order() {
    for seed in 0..12 {
        check_seed(seed).await;
    }
}

/// Stores entries document by document, projecting after each or only at the end, in this order or the
/// other way round, and returns what became of each request by id.
async fn settled(
    written: &[(DocumentName, u128, Vec<Entry>)],
) -> Vec<(u128, RequestState, Vec<MatterFlag>)> {
    let mut found = Vec::new();
    for (backwards, at_once) in [(false, false), (false, true), (true, false), (true, true)] {
        let (_folder, store) = store().await;
        let mut written = written.to_vec();
        if backwards {
            written.reverse();
        }
        for (name, device, entries) in written {
            Pen::new(name, device).store(&store, &entries).await;
            if !at_once {
                project_all(&*store).await.unwrap();
            }
        }
        project_all(&*store).await.unwrap();
        let mut states: Vec<_> = listed(&*store)
            .await
            .into_iter()
            .map(|row| row.matter)
            .map(|matter| (matter.request.0.as_u128(), matter.state, matter.flags))
            .collect();
        states.sort();
        found.push(states);
    }
    found.dedup();
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[tokio::test]
async fn a_registration_taken_back_while_it_was_accepted_has_crossed() {
    let asked = registration(10, 3);
    let mut back = withdrawal(11, &asked);
    back.recorded_at = back.recorded_at.plus(MINUTE_MS);
    let mut word = reply(20, &asked, accepted());
    word.recorded_at = word.recorded_at.plus(2 * MINUTE_MS);
    let only = [
        (journal(3), 3, vec![asked.clone()]),
        (ledger(COMMUNITY), 1, vec![word.clone()]),
    ];
    assert_eq!(settled(&only).await, [(10, RequestState::Accepted, vec![])]);
    let crossing = [
        (journal(3), 3, vec![asked, back]),
        (ledger(COMMUNITY), 1, vec![word]),
    ];
    let crossed = (10, RequestState::Withdrawn, vec![MatterFlag::Crossed]);
    assert_eq!(settled(&crossing).await, [crossed]);
}

#[tokio::test]
async fn claims_beyond_the_places_wait_for_the_community() {
    let claims = [pledge(10, 1, 1), pledge(11, 2, 1), pledge(12, 3, 1)];
    let mut written = vec![
        (journal(1), 1, vec![claims[0].clone()]),
        (journal(2), 2, vec![claims[1].clone()]),
        (board(), 1, vec![need(19, 1, 2)]),
    ];
    let taken = RequestState::Taken;
    assert_eq!(
        settled(&written).await,
        [(10, taken, vec![]), (11, taken, vec![])]
    );
    written.push((journal(3), 3, vec![claims[2].clone()]));
    let contested = RequestState::Contested;
    let states: Vec<_> = settled(&written)
        .await
        .into_iter()
        .map(|found| found.1)
        .collect();
    assert_eq!(states, [contested; 3]);
    let chosen = [
        reply(20, &claims[2], accepted()),
        reply(21, &claims[1], accepted()),
    ];
    written.push((ledger(COMMUNITY), 1, chosen.into()));
    let states: Vec<_> = settled(&written)
        .await
        .into_iter()
        .map(|found| found.1)
        .collect();
    let accepted = RequestState::Accepted;
    assert_eq!(states, [contested, accepted, accepted]);
}

#[tokio::test]
async fn a_service_told_by_the_member_and_the_team_counts_once() {
    let written = [
        (journal(3), 3, vec![service(10, 3, 0)]),
        (ledger(TEAM), 3, vec![team_service(11, &[2, 3], 15)]),
    ];
    let waiting = (11, RequestState::Waiting, vec![]);
    let joined = (10, RequestState::Joined, vec![]);
    assert_eq!(settled(&written).await, [joined, waiting.clone(), waiting]);
}

#[tokio::test]
async fn a_request_pokes_its_member_and_both_organisations_and_a_list_those_who_follow_it() {
    let (_folder, store) = store().await;
    let project = async || {
        let before = store.feed(u64::MAX).await.unwrap().position;
        project_all(&*store).await.unwrap();
        let feed = store.feed(before).await.unwrap();
        feed.pokes.unwrap().remove(0)
    };
    let mut team = Pen::new(ledger(TEAM), 3);
    team.store(&store, &[team_service(10, &[2], 0)]).await;
    let poke = project().await;
    assert_eq!(poke.members, [member_id(2)].into());
    assert_eq!(poke.overseen, [path(COMMUNITY), path(TEAM)].into());
    assert!(poke.calendars.is_empty());
    let mut board = Pen::new(board(), 1);
    board.store(&store, &[need(11, 1, 2)]).await;
    let poke = project().await;
    assert_eq!(poke.calendars, [path(COMMUNITY)].into());
    assert!(poke.members.is_empty() && poke.overseen.is_empty());
    let mut own = Pen::new(journal(3), 3);
    own.store(&store, &[pledge(12, 3, 1)]).await;
    let poke = project().await;
    assert_eq!(poke.members, [member_id(3)].into());
    assert_eq!(poke.overseen, [path(COMMUNITY)].into());
}
