//! Documents and their changes.

use std::sync::Arc;

use shared::limits;
use shared::server::{Append, Appended, Load, Read};
use shared::time::Day;
use shared::volume::{Allowance, Volume};

use super::identity::authority;
use super::world::{
    Pen, calendar, check_in, day, device_id, feedback, found, journal, organisation_id, path, plan,
};
use crate::projector::project_all;
use crate::store::Store;

pub(super) async fn changes_are_appended_at_their_base_only(store: Arc<dyn Store>) {
    found(&store).await;
    let mut pen = Pen::new(journal(2), 2);
    let first = pen.append(&[check_in(1, 2, 1)]);
    let second = pen.append(&[check_in(2, 2, 2)]);
    let append = async |append: &Append| {
        let result = store.append(device_id(2), vec![append.clone()]).await;
        result.expect("appends")
    };
    assert_eq!(append(&second).await, [Appended::Moved]);
    assert_eq!(append(&first).await, [Appended::Stored]);
    assert_eq!(append(&first).await, [Appended::Moved]);
    assert_eq!(append(&second).await, [Appended::Stored]);
    let load = Load {
        documents: vec![journal(2).id(), journal(3).id()],
        organisations: vec![organisation_id("001001"), organisation_id("009")],
        ..Load::default()
    };
    let loaded = store.load(load).await.expect("loads");
    let bytes = [&first.changes[0].bytes[..], &second.changes[0].bytes].concat();
    let document = &loaded.documents[&journal(2).id()];
    assert_eq!(loaded.documents.len(), 1);
    assert_eq!((document.version, &document.changes), (2, &bytes));
    assert_eq!(document.name, journal(2));
    assert_eq!(
        loaded.paths.get(&organisation_id("001001")),
        Some(&path("001001"))
    );
    assert_eq!(loaded.paths.len(), 1);

    // One document of a request that moved on does not hold back the others.
    let mut other = Pen::new(calendar("001001001"), 2);
    let results = store
        .append(device_id(2), vec![first, other.append(&[plan(9, 1)])])
        .await;
    assert_eq!(
        results.expect("appends"),
        [Appended::Moved, Appended::Stored]
    );
}

pub(super) async fn what_a_device_brings_is_counted_by_day_and_bounded(store: Arc<dyn Store>) {
    found(&store).await;
    let mut pen = Pen::new(journal(2), 2);
    let size = pen.write(&[feedback(1, 2)]).bytes.len() as u64;
    let mut pen = Pen::new(journal(2), 2);
    let allowance = |day, changes| {
        Some(Allowance {
            day,
            limit: Volume {
                changes,
                bytes: 10 * size,
            },
        })
    };
    let brought = async |day| {
        let load = Load {
            brought: Some((device_id(2), day)),
            ..Load::default()
        };
        store.load(load).await.expect("loads").brought.changes
    };
    let append = async |append: &Append| {
        let result = store.append(device_id(2), vec![append.clone()]).await;
        result.expect("appends")
    };
    let next = Day(day().0 + 1);
    let mut first = pen.append(&[feedback(1, 2)]);
    first.allowance = allowance(day(), 0);
    assert_eq!(append(&first).await, [Appended::Moved]);
    let load = Load {
        documents: vec![journal(2).id()],
        ..Load::default()
    };
    let loaded = store.load(load).await.expect("loads");
    assert!(
        loaded.documents.is_empty(),
        "a full day leaves nothing behind"
    );
    first.allowance = allowance(day(), 2);
    assert_eq!(append(&first).await, [Appended::Stored]);
    assert_eq!(append(&first).await, [Appended::Moved]);
    assert_eq!(brought(day()).await, 1, "what moved on is not counted");
    let refused = Volume {
        changes: 1,
        bytes: 3,
    };
    let charged = store.charge(device_id(2), day(), refused).await;
    charged.expect("charges");
    assert_eq!((brought(day()).await, brought(next).await), (2, 0));
    let mut second = pen.append(&[feedback(2, 2)]);
    second.allowance = allowance(day(), 2);
    assert_eq!(append(&second).await, [Appended::Moved]);
    second.allowance = allowance(next, 2);
    assert_eq!(append(&second).await, [Appended::Stored]);
    // Another server, whose clock is behind, goes on counting the day that has begun.
    assert_eq!((brought(day()).await, brought(next).await), (1, 1));
    let mut third = pen.append(&[feedback(3, 2)]);
    third.allowance = allowance(day(), 1);
    assert_eq!(append(&third).await, [Appended::Moved]);
    // A device of the server's own is not counted.
    third.allowance = None;
    assert_eq!(append(&third).await, [Appended::Stored]);
    assert_eq!(brought(next).await, 1);
    let mut bytes = pen.append(&[feedback(4, 2)]);
    bytes.allowance = Some(Allowance {
        day: next,
        limit: Volume {
            changes: 9,
            bytes: 2 * size - 1,
        },
    });
    assert_eq!(append(&bytes).await, [Appended::Moved]);
}

pub(super) async fn one_day_is_shared_by_all_that_a_device_sends_at_once(store: Arc<dyn Store>) {
    found(&store).await;
    let mut pens: Vec<Pen> = (1..=8).map(|n| Pen::new(journal(n), 2)).collect();
    let limit = Volume {
        changes: 5,
        bytes: u64::from(u32::MAX),
    };
    let jobs = (1..).zip(&mut pens).map(|(number, pen)| {
        let mut append = pen.append(&[feedback(number, 2)]);
        append.allowance = Some(Allowance { day: day(), limit });
        let store = store.clone();
        async move { store.append(device_id(2), vec![append]).await }
    });
    let results = futures::future::join_all(jobs).await;
    let stored = results
        .into_iter()
        .flat_map(|result| result.expect("appends"));
    let stored = stored.filter(|result| *result == Appended::Stored).count();
    assert_eq!(stored, 5);
}

pub(super) async fn a_phone_reads_what_it_has_not_seen(store: Arc<dyn Store>) {
    found(&store).await;
    let mut pen = Pen::new(journal(2), 2);
    pen.store(&store, &[check_in(1, 2, 1)]).await;
    pen.store(&store, &[check_in(2, 2, 2)]).await;
    project_all(&*store).await.expect("projects");
    let owner = authority(&store, 2).await;
    let read = async |after, outcomes, directory| {
        let read = Read {
            follows: vec![(journal(2).id(), after), (journal(3).id(), 0)],
            directory,
            outcomes,
            matters: None,
            today: day(),
        };
        store.read(read, &owner).await.expect("reads")
    };
    let all = read(0, 0, 0).await;
    assert_eq!(all.documents.len(), 1);
    assert_eq!(all.documents[0].version, 2);
    assert_eq!(all.documents[0].changes.len(), 2);
    assert_eq!(all.outcomes.len(), 2);
    let (version, slice) = all.directory.expect("a phone without a slice gets one");
    assert_eq!(slice.owner.id, owner.member);

    let rest = read(1, all.outcomes_revision, version).await;
    assert_eq!(rest.documents[0].changes[..], all.documents[0].changes[1..]);
    assert!(rest.outcomes.is_empty() && rest.directory.is_none());
    assert_eq!(rest.outcomes_revision, all.outcomes_revision);
    let ahead = read(5, u64::MAX, version + 1).await;
    assert!(ahead.documents[0].changes.is_empty());
    assert!(
        ahead.directory.is_some(),
        "a slice of another life is replaced"
    );
}

pub(super) async fn an_answer_that_is_full_leaves_the_rest_for_the_next(store: Arc<dyn Store>) {
    found(&store).await;
    let mut pen = Pen::new(journal(2), 2);
    let mut id = 0;
    let mut stored = 0;
    while stored < limits::RESPONSE_DOCUMENT_BYTES + limits::CHANGE_BYTES {
        let entries: Vec<_> = (0..500)
            .map(|_| {
                id += 1;
                feedback(id, 2)
            })
            .collect();
        let append = pen.append(&entries);
        stored += append.changes[0].bytes.len();
        let appended = store.append(device_id(2), vec![append]).await;
        assert_eq!(appended.expect("appends"), [Appended::Stored]);
    }
    let owner = authority(&store, 2).await;
    let mut after = 0;
    let mut answers = 0;
    loop {
        let read = Read {
            follows: vec![(journal(2).id(), after)],
            directory: 0,
            outcomes: 0,
            matters: None,
            today: day(),
        };
        let news = store.read(read, &owner).await.expect("reads").documents;
        let changes = &news[0].changes;
        if changes.is_empty() {
            break;
        }
        answers += 1;
        after += changes.len() as u64;
        assert_eq!(
            news[0].version, after,
            "the version is that of the last change"
        );
    }
    assert_eq!(answers, 2);
}

pub(super) async fn appends_of_many_at_once_lose_nothing(store: Arc<dyn Store>) {
    found(&store).await;
    let mut pens: Vec<Pen> = [1, 2, 3].map(|n| Pen::new(journal(n), n)).into();
    let mut waiting = Vec::new();
    for round in 0..50 {
        for (place, pen) in (0_u128..).zip(&mut pens) {
            let append = pen.append(&[check_in(round * 3 + place, place + 1, round)]);
            waiting.push((device_id(place + 1), append));
        }
    }
    // One that overtook those before it is told so, and comes again.
    while !waiting.is_empty() {
        let jobs = waiting
            .iter()
            .map(|(device, append)| store.append(*device, vec![append.clone()]));
        let results = futures::future::join_all(jobs).await;
        let mut stored = results
            .into_iter()
            .map(|result| result.expect("appends") == [Appended::Stored]);
        let before = waiting.len();
        waiting.retain(|_| stored.next() == Some(false));
        assert!(waiting.len() < before, "somebody always comes through");
    }
    let documents = [1, 2, 3].map(|n| journal(n).id()).to_vec();
    let load = Load {
        documents,
        ..Load::default()
    };
    let loaded = store.load(load).await.expect("loads");
    assert!(
        loaded
            .documents
            .values()
            .all(|document| document.version == 50)
    );
}
