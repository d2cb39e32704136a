//! What is due is compacted, nothing else, and nothing is lost by it.

use shared::server::Append;
use shared::time::{HOUR_MS, Quarter};

use super::*;
use crate::projector::{project_all, rebuild};
use crate::store::conformance::world::{
    Pen, calendar, check_in, device_id, found, journal, member_id, plan, ten,
};
use crate::store::sqlite::SqliteStore;

async fn store() -> (tempfile::TempDir, Arc<dyn Store>) {
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path()).unwrap());
    found(&store).await;
    (folder, store)
}

async fn write(store: &Arc<dyn Store>, pen: &mut Pen, count: u128) -> Vec<Append> {
    let mut appends = Vec::new();
    for id in 0..count {
        let append = pen.append(&[check_in(id, 2, id % 7)]);
        let stored = store.append(device_id(2), vec![append.clone()]);
        stored.await.unwrap();
        appends.push(append);
    }
    appends
}

async fn compacted(store: &Arc<dyn Store>, now: Timestamp) -> Compaction {
    compact(&**store, now, Duration::ZERO).await.unwrap()
}

fn past() -> DocumentName {
    let quarter = Quarter {
        year: 2026,
        number: 2,
    };
    DocumentName::Journal {
        member: member_id(2),
        quarter,
    }
}

#[tokio::test]
async fn what_has_grown_or_is_sealed_is_compacted_once() {
    let (_folder, store) = store().await;
    let mut grown = Pen::new(journal(2), 2);
    write(&store, &mut grown, 63).await;
    let mut sealed = Pen::new(past(), 2);
    write(&store, &mut sealed, 2).await;
    let mut calendar = Pen::new(calendar("001001001"), 1);
    calendar.store(&store, &[plan(900, 1)]).await;
    project_all(&*store).await.unwrap();
    let rows = store.digest().await.unwrap();
    let documents = async |now| compacted(&store, now).await.documents;
    assert_eq!(documents(ten()).await, 1, "the sealed one");
    let one_more = grown.append(&[check_in(63, 2, 1)]);
    store.append(device_id(2), vec![one_more]).await.unwrap();
    assert_eq!(documents(ten()).await, 1, "the grown one");
    assert_eq!(documents(ten()).await, 0);
    // A phone that comes late writes into a sealed quarter all the same.
    let late = sealed.append(&[check_in(64, 2, 1)]);
    store.append(device_id(2), vec![late]).await.unwrap();
    assert_eq!(documents(ten()).await, 1);
    let heads = store.heads(None, 9).await.unwrap();
    assert!(
        heads
            .iter()
            .all(|head| head.compacted == head.version || head.version == 1)
    );
    project_all(&*store).await.unwrap();
    assert_eq!(
        store.digest().await.unwrap()["claim"].0,
        rows["claim"].0 + 2
    );
    let before = store.digest().await.unwrap();
    rebuild(&*store).await.unwrap();
    assert_eq!(store.digest().await.unwrap(), before);
}

#[tokio::test]
async fn replaced_changes_stay_for_their_time() {
    let (_folder, store) = store().await;
    write(&store, &mut Pen::new(past(), 2), 3).await;
    assert_eq!(compacted(&store, ten()).await.documents, 1);
    let early = compacted(&store, ten().plus(REPLACED_STAY_MS)).await;
    assert_eq!(early, Compaction::default());
    let late = compacted(&store, ten().plus(REPLACED_STAY_MS + HOUR_MS)).await;
    assert_eq!(
        late,
        Compaction {
            documents: 0,
            removed: 3
        }
    );
}

#[tokio::test]
async fn a_document_that_does_not_load_stays_as_it_is() {
    let (folder, store) = store().await;
    write(&store, &mut Pen::new(past(), 2), 3).await;
    let path = folder.path().join(crate::store::sqlite::DATABASE);
    let connection = rusqlite::Connection::open(path).unwrap();
    let damage = "update change set bytes = zeroblob(50) where version = 2";
    assert_eq!(connection.execute(damage, []).unwrap(), 1);
    assert_eq!(compacted(&store, ten()).await.documents, 0);
    let kept = store.kept(past().id()).await.unwrap().unwrap();
    assert_eq!((kept.snapshot, kept.changes.len()), (None, 3));
}
