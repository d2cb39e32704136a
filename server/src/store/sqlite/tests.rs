//! What the conformance suite cannot see from outside.

use std::fs;

use super::*;
use crate::audit::AuditEvent;

#[tokio::test]
async fn the_audit_log_can_neither_be_changed_nor_cut() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path()).unwrap();
    let record = AuditRecord::of(Timestamp(1), AuditEvent::Rebuilt, "");
    store.record(vec![record.clone()]).await.unwrap();
    for sql in ["update audit set result = 'x'", "delete from audit"] {
        let changed = store
            .writer
            .write(move |connection| Ok(connection.execute(sql, [])?))
            .await;
        assert!(changed.is_err(), "{sql}");
    }
    assert_eq!(store.audit_log(9).await.unwrap(), [record]);
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_the_store_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let record = AuditRecord::of(Timestamp(1), AuditEvent::Rebuilt, "");
    let store = SqliteStore::open(folder.path()).unwrap();
    store.record(vec![record.clone()]).await.unwrap();
    drop(store);
    let store = SqliteStore::open(folder.path()).unwrap();
    assert_eq!(store.audit_log(9).await.unwrap(), [record]);
}

#[tokio::test]
async fn a_group_that_never_commits_leaves_nothing_and_is_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path()).unwrap();
    let record = AuditRecord::of(Timestamp(1), AuditEvent::Rebuilt, "");
    // A process killed between its work and its commit: the connection goes without a word.
    let dying = connect(&folder.path().join(DATABASE)).unwrap();
    dying.execute_batch("begin immediate").unwrap();
    log::record(&dying, std::slice::from_ref(&record)).unwrap();
    drop(dying);
    assert_eq!(store.audit_log(9).await.unwrap(), []);
    store.record(vec![record.clone()]).await.unwrap();
    assert_eq!(store.audit_log(9).await.unwrap(), [record]);
}

#[test]
fn a_database_of_a_newer_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(folder.path()).unwrap());
    let connection = connect(&folder.path().join(DATABASE)).unwrap();
    connection
        .execute("insert into migration values (999)", [])
        .unwrap();
    drop(connection);
    let opened = SqliteStore::open(folder.path());
    assert!(matches!(opened, Err(StoreError::Newer)));
}

#[test]
fn a_file_that_is_no_database_is_refused_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(DATABASE);
    let words = "this is not a database ".repeat(100);
    fs::write(&path, &words).unwrap();
    assert!(SqliteStore::open(folder.path()).is_err());
    assert_eq!(fs::read_to_string(&path).unwrap(), words);
}
