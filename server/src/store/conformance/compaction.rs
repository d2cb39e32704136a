//! Snapshots in the place of changes.

use std::sync::Arc;

use shared::documents::{Document, SealedChange, snapshot_of};
use shared::server::{Append, Load, Read, StoredDocument, StoredNews, StoredSnapshot};

use super::identity::authority;
use super::world::{Pen, calendar, check_in, day, found, journal, plan, ten};
use crate::projector::project_all;
use crate::store::Store;
use crate::store::kept::Compacted;

async fn load(store: &Arc<dyn Store>) -> StoredDocument {
    let load = Load {
        documents: vec![journal(2).id()],
        organisations: Vec::new(),
        brought: None,
    };
    let mut loaded = store.load(load).await.expect("loads");
    let document = loaded.documents.remove(&journal(2).id());
    document.expect("is there")
}

/// Stores changes of one journal.
async fn written(store: &Arc<dyn Store>, pen: &mut Pen, ids: std::ops::Range<u128>) -> Vec<Append> {
    let mut appends = Vec::new();
    for id in ids {
        let append = pen.append(&[check_in(id, 2, id)]);
        let stored = store.append(super::world::device_id(2), vec![append.clone()]);
        stored.await.expect("appends");
        appends.push(append);
    }
    appends
}

async fn compact(store: &Arc<dyn Store>) -> StoredSnapshot {
    let document = load(store).await;
    let bytes = snapshot_of(document.name.kind(), &document.changes, 1).expect("is whole");
    let snapshot = StoredSnapshot {
        version: document.version,
        bytes,
    };
    let done = store
        .compact(journal(2).id(), snapshot.clone(), ten())
        .await;
    assert_eq!(done.expect("compacts"), Compacted::Done);
    snapshot
}

pub(super) async fn a_snapshot_takes_the_place_of_changes_and_loses_none(store: Arc<dyn Store>) {
    found(&store).await;
    let mut pen = Pen::new(journal(2), 2);
    let appends = written(&store, &mut pen, 1..4).await;
    let snapshot = compact(&store).await;
    let id = journal(2).id();
    let again = store.compact(id, snapshot.clone(), ten()).await;
    assert_eq!(again.expect("answers"), Compacted::Stale);
    let ahead = StoredSnapshot {
        version: 9,
        ..snapshot.clone()
    };
    let ahead = store.compact(id, ahead, ten()).await;
    assert_eq!(ahead.expect("answers"), Compacted::Stale);

    // The next change follows the ones in the snapshot, and an old one is known as before.
    let later = written(&store, &mut pen, 4..5).await;
    let document = load(&store).await;
    assert_eq!(document.version, 4);
    let bytes = [&snapshot.bytes[..], &later[0].changes[0].bytes].concat();
    assert_eq!(document.changes, bytes);
    let loaded = Document::load(document.name.kind(), &document.changes).expect("loads");
    assert_eq!(loaded.entries().0.len(), 4);
    assert!(loaded.has_change(appends[0].changes[0].hash));

    let kept = store.kept(id).await.expect("reads").expect("is there");
    assert_eq!((kept.head.version, kept.head.compacted), (4, 3));
    assert_eq!(kept.head.name, journal(2));
    assert_eq!(kept.snapshot, Some(snapshot));
    let versions: Vec<u64> = kept.changes.iter().map(|change| change.version).collect();
    assert_eq!(versions, [1, 2, 3, 4]);
    assert_eq!(kept.changes[0].hash, appends[0].changes[0].hash);
    assert_eq!(kept.changes[0].bytes, appends[0].changes[0].bytes);

    project_all(&*store).await.expect("projects");
    assert_eq!(store.digest().await.expect("reads")["claim"].0, 4);
}

pub(super) async fn a_phone_gets_what_it_lacks_whatever_was_replaced(store: Arc<dyn Store>) {
    found(&store).await;
    let mut pen = Pen::new(journal(2), 2);
    written(&store, &mut pen, 1..4).await;
    let snapshot = compact(&store).await;
    written(&store, &mut pen, 4..5).await;
    let owner = authority(&store, 2).await;
    let read = async |after| {
        let read = Read {
            follows: vec![(journal(2).id(), after)],
            directory: 0,
            outcomes: 0,
            matters: None,
            today: day(),
        };
        let mut read = store.read(read, &owner).await.expect("reads");
        read.documents.remove(0)
    };
    let expect = |news: &StoredNews, snapshot: Option<&StoredSnapshot>, changes: usize| {
        assert_eq!(news.snapshot.as_ref(), snapshot);
        assert_eq!((news.version, news.changes.len()), (4, changes));
    };
    expect(&read(0).await, Some(&snapshot), 1);
    expect(&read(1).await, None, 3);
    expect(&read(3).await, None, 1);
    expect(&read(4).await, None, 0);

    // Nothing goes before its time, and then the oldest goes first.
    assert_eq!(store.drop_replaced(ten(), 9).await.expect("drops"), 0);
    let later = ten().plus(1);
    assert_eq!(store.drop_replaced(later, 1).await.expect("drops"), 1);
    expect(&read(1).await, None, 3);
    assert_eq!(store.drop_replaced(later, 9).await.expect("drops"), 2);
    assert_eq!(store.drop_replaced(later, 9).await.expect("drops"), 0);
    expect(&read(0).await, Some(&snapshot), 1);
    expect(&read(2).await, Some(&snapshot), 1);
    expect(&read(3).await, None, 1);
    let kept = store.kept(journal(2).id()).await.expect("reads");
    assert_eq!(kept.expect("is there").changes.len(), 1);

    // A part and the whole together are the document.
    let part: Vec<SealedChange> = Document::load(pen.name.kind(), &snapshot.bytes)
        .expect("loads")
        .changes();
    let bytes = [&part[0].bytes[..], &snapshot.bytes].concat();
    let whole = Document::load(pen.name.kind(), &bytes).expect("loads");
    assert_eq!(whole.entries().0.len(), 3);
}

pub(super) async fn heads_come_in_pages(store: Arc<dyn Store>) {
    found(&store).await;
    for number in 1..=3 {
        let mut pen = Pen::new(journal(number), number);
        pen.store(&store, &[check_in(number, number, 1)]).await;
    }
    let mut pen = Pen::new(calendar("001001001"), 1);
    pen.store(&store, &[plan(9, 1)]).await;
    let first = store.heads(None, 3).await.expect("reads");
    assert_eq!(first.len(), 3);
    let rest = store.heads(Some(first[2].id), 3).await.expect("reads");
    assert_eq!(rest.len(), 1);
    let none = store.heads(Some(rest[0].id), 3).await.expect("reads");
    assert!(none.is_empty());
    let all: Vec<_> = first.iter().chain(&rest).collect();
    assert!(all.is_sorted_by_key(|head| head.id));
    assert!(all.iter().all(|head| head.id == head.name.id()));
    assert!(
        all.iter()
            .all(|head| (head.version, head.compacted) == (1, 0))
    );
    let unknown = store.kept(journal(9).id()).await.expect("reads");
    assert_eq!(unknown, None);
}
