//! Documents and their changes.

use std::sync::Arc;

use shared::limits;
use shared::server::{Append, Appended, Load, Read};

use super::identity::authority;
use super::world::{
    Pen, calendar, check_in, device_id, feedback, found, journal, organisation_id, path, plan,
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
    let mut jobs = Vec::new();
    for round in 0..50 {
        for (place, pen) in (0_u128..).zip(&mut pens) {
            let append = pen.append(&[check_in(round * 3 + place, place + 1, round)]);
            let store = store.clone();
            let device = device_id(place + 1);
            jobs.push(async move { store.append(device, vec![append]).await });
        }
    }
    for result in futures::future::join_all(jobs).await {
        assert_eq!(result.expect("appends"), [Appended::Stored]);
    }
    let documents = [1, 2, 3].map(|n| journal(n).id()).to_vec();
    let load = Load {
        documents,
        organisations: Vec::new(),
    };
    let loaded = store.load(load).await.expect("loads");
    assert!(
        loaded
            .documents
            .values()
            .all(|document| document.version == 50)
    );
}
