//! Each kind of damage is found, and by its name.

use std::fs;
use std::sync::Arc;

use rusqlite::Connection;
use shared::documents::{DocumentName, snapshot_of};
use shared::ids::EntryId;
use shared::records::{Entry, Mark, MarkEntry, Record};
use shared::server::{Load, StoredSnapshot};
use shared::words::MarkKind;
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::store::conformance::world::{
    Pen, activity_id, calendar, check_in, feedback, found, journal, member_id, organisation_id,
    plan, ten,
};
use crate::store::sqlite::DATABASE;

fn mark(id: u128) -> Entry {
    Entry {
        id: EntryId(Uuid::from_u128(id)),
        by: member_id(1),
        recorded_at: ten(),
        record: Record::Mark(Mark {
            activity: activity_id(1),
            member: member_id(2),
            kind: MarkKind::Present,
            corrects: None,
            entered: MarkEntry::Seen,
            witness: None,
        }),
    }
}

/// A folder with a plan, a mark, and a journal of three changes; another journal is compacted.
async fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = Arc::new(SqliteStore::open(folder.path()).unwrap());
    let store: Arc<dyn Store> = sqlite.clone();
    found(&store).await;
    let rollcall = DocumentName::Rollcall {
        organisation: organisation_id("001001001"),
        activity: activity_id(1),
    };
    let mut branch = Pen::new(calendar("001001001"), 1);
    branch.store(&store, &[plan(9, 1)]).await;
    Pen::new(rollcall, 1).store(&store, &[mark(8)]).await;
    let (mut plain, mut compacted) = (Pen::new(journal(2), 2), Pen::new(journal(3), 3));
    for id in 1..4 {
        plain.store(&store, &[check_in(id, 2, 1)]).await;
        compacted.store(&store, &[feedback(10 + id, 3)]).await;
    }
    let id = journal(3).id();
    let load = Load {
        documents: vec![id],
        organisations: Vec::new(),
        brought: None,
    };
    let loaded = store.load(load).await.unwrap();
    let stored = &loaded.documents[&id];
    let snapshot = StoredSnapshot {
        version: 3,
        bytes: snapshot_of(stored.name.kind(), &stored.changes, 1).unwrap(),
    };
    store.compact(id, snapshot, ten()).await.unwrap();
    projector::project_all(&*store).await.unwrap();
    drop(store);
    let sqlite = Arc::try_unwrap(sqlite).ok().expect("nobody else holds it");
    sqlite.close().unwrap();
    folder
}

/// Damages a database and checks that the inspection finds it.
async fn check(damage: &str, finds: impl Fn(&Finding) -> bool) {
    let folder = folder().await;
    let connection = Connection::open(folder.path().join(DATABASE)).unwrap();
    connection
        .pragma_update(None, "foreign_keys", false)
        .unwrap();
    connection.execute_batch(damage).unwrap();
    assert!(connection.changes() > 0, "{damage} damages nothing");
    drop(connection);
    let store = SqliteStore::open(folder.path()).unwrap();
    let findings = inspect(&store).await.unwrap().findings;
    assert!(findings.iter().any(finds), "{damage}: {findings:?}");
}

#[tokio::test]
async fn a_sound_database_has_no_finding() {
    let folder = folder().await;
    let store = SqliteStore::open(folder.path()).unwrap();
    let report = inspect(&store).await.unwrap();
    assert_eq!(report.findings, []);
    assert_eq!((report.documents, report.changes), (4, 8));
    assert_eq!(report.tables["claim"], 3);
    assert_eq!(report.tables["outcome"], 1);
}

#[tokio::test]
async fn a_document_under_anothers_id_leaves_the_queue_with_an_anomaly() {
    let folder = folder().await;
    let connection = Connection::open(folder.path().join(DATABASE)).unwrap();
    connection
        .execute_batch(
            "update document set name = (select name from document where kind = 'calendar')
                 where kind = 'rollcall';
             insert into projection_queue (document, version)
                 select number, version from document where kind = 'rollcall'",
        )
        .unwrap();
    drop(connection);
    let store = SqliteStore::open(folder.path()).unwrap();
    let before = store.digest().await.unwrap();
    projector::project_all(&store).await.unwrap();
    let after = store.digest().await.unwrap();
    assert_eq!((before["anomaly"].0, before["mark"].0), (0, 1));
    assert_eq!((after["anomaly"].0, after["mark"].0), (1, 0));
    assert_eq!(after["plan"], before["plan"], "the calendar is as it was");
    assert!(store.queued(1).await.unwrap().documents.is_empty());
    // It is still found, and what is derived is what a rebuild makes.
    let findings = inspect(&store).await.unwrap().findings;
    let is_misnamed = |finding: &Finding| matches!(finding, Finding::Misnamed(_));
    let is_derived = |finding: &Finding| matches!(finding, Finding::Derived { .. });
    assert!(findings.iter().any(is_misnamed), "{findings:?}");
    assert!(!findings.iter().any(is_derived), "{findings:?}");
}

/// The number of the document whose changes are not compacted.
const PLAIN: &str = "(select document from change group by 1 having count(*) = 3
    and max(replaced_at) is null)";

#[tokio::test]
async fn damaged_documents_are_found() {
    let (plain, compacted) = (journal(2).id(), journal(3).id());
    check(
        &format!("update change set bytes = zeroblob(9) where version = 2 and document = {PLAIN}"),
        |finding| {
            *finding
                == Finding::HashDiffers {
                    document: plain,
                    version: 2,
                }
        },
    )
    .await;
    check(
        &format!("update change set bytes = zeroblob(9) where version = 2 and document = {PLAIN}"),
        |finding| *finding == Finding::Unreadable(plain),
    )
    .await;
    check(
        &format!("update change set hash = zeroblob(32) where version = 2 and document = {PLAIN}"),
        |finding| {
            *finding
                == Finding::Unchained {
                    document: plain,
                    version: 2,
                }
        },
    )
    .await;
    check(
        &format!("delete from change where version = 2 and document = {PLAIN}"),
        |finding| {
            *finding
                == Finding::Gap {
                    document: plain,
                    version: 2,
                }
        },
    )
    .await;
    check(
        &format!("delete from change where version = 3 and document = {PLAIN}"),
        |finding| {
            *finding
                == Finding::Gap {
                    document: plain,
                    version: 3,
                }
        },
    )
    .await;
    check(
        "update document set name = (select name from document where kind = 'calendar')
         where kind = 'rollcall'",
        |finding| matches!(finding, Finding::Misnamed(_)),
    )
    .await;
    check("update snapshot set bytes = zeroblob(99)", |finding| {
        *finding == Finding::Unreadable(compacted)
    })
    .await;
    check("update snapshot set version = 2", |finding| {
        *finding
            == Finding::Gap {
                document: compacted,
                version: 3,
            }
    })
    .await;
    check(
        "delete from snapshot",
        |finding| matches!(finding, Finding::Gap { document, .. } if *document == compacted),
    )
    .await;
    // A replaced change that the snapshot does not hold would be lost with it.
    check(
        &format!(
            "update change set (hash, bytes) =
                 (select hash, bytes from change where version = 1 and document = {PLAIN})
             where version = 1 and replaced_at is not null"
        ),
        |finding| {
            *finding
                == Finding::Unchained {
                    document: compacted,
                    version: 1,
                }
        },
    )
    .await;
}

#[tokio::test]
async fn damaged_derived_rows_are_found() {
    for (name, damage) in [
        (
            "claim",
            "delete from claim where id = (select min(id) from claim)",
        ),
        ("plan", "delete from plan"),
        ("mark", "update mark set member = activity"),
        (
            "feedback",
            "update feedback set recorded_at = recorded_at + 1",
        ),
        ("activity", "update activity set starts_at = starts_at + 1"),
        ("outcome", "update outcome set grade_a = grade_a + 1"),
        ("rollup", "update rollup set held = held + 1"),
        (
            "anomaly",
            "insert into anomaly select number, 0, name from document limit 1",
        ),
    ] {
        let derived =
            |finding: &Finding| matches!(finding, Finding::Derived { table, .. } if *table == name);
        check(damage, derived).await;
    }
}

#[tokio::test]
async fn rows_without_their_owner_and_broken_indices_are_found() {
    for orphan in [
        "insert into change (document, version, hash, bytes, device, received_at)
         select 999, version, hash, bytes, device, received_at from change limit 1",
        "insert into projection_queue values (999, 1)",
        "insert into claim (document, id, activity, member, body)
         select 999, id, activity, member, body from claim limit 1",
        "update device set member = id",
    ] {
        check(orphan, |finding| matches!(finding, Finding::Database(_))).await;
    }
    check(
        "pragma writable_schema = on;
         update sqlite_schema set sql = replace(sql, '(parent)', '(path)')
         where name = 'organisation_by_parent'",
        |finding| matches!(finding, Finding::Database(_)),
    )
    .await;
}

#[tokio::test]
async fn pages_written_over_are_found() {
    let folder = folder().await;
    let path = folder.path().join(DATABASE);
    let mut bytes = fs::read(&path).unwrap();
    // A page of the middle loses its head.
    let page = 4096 * (bytes.len() / 4096 / 2);
    bytes[page..page + 100].fill(0xff);
    fs::write(&path, bytes).unwrap();
    let inspected = match SqliteStore::open(folder.path()) {
        Ok(store) => inspect(&store).await,
        Err(error) => Err(error),
    };
    assert!(inspected.is_err() || !inspected.unwrap().findings.is_empty());
}
