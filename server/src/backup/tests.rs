//! A backup is whole or none, and a target is restored or untouched.

use std::sync::Arc;

use tempfile::TempDir;

use super::*;
use crate::running::{DataLock, LOCK};
use crate::store::conformance::world::{Pen, check_in, city, found, journal, plan, ten};

/// A folder with a city and a journal, and the backup of it.
async fn backed_up() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let sqlite = Arc::new(SqliteStore::open(&data).unwrap());
    let store: Arc<dyn Store> = sqlite.clone();
    found(&store).await;
    let mut pen = Pen::new(journal(2), 2);
    pen.store(&store, &[check_in(1, 2, 1)]).await;
    let file = folder.path().join("city.backup");
    let manifest = write(&*sqlite, &file, ten()).await.unwrap();
    assert_eq!(manifest.city, city().code);
    assert_eq!(check(&file).unwrap(), manifest);
    assert_eq!(store.audit_log(1).await.unwrap()[0].event, "backed_up");
    // What comes after it is not in it.
    pen.store(&store, &[check_in(2, 2, 2)]).await;
    (folder, file)
}

fn entries(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn epoch(data: &Path) -> i64 {
    let connection = rusqlite::Connection::open(data.join(DATABASE)).unwrap();
    let query = "select epoch from meta";
    connection.query_one(query, [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn a_backup_comes_back_under_another_epoch() {
    let (folder, file) = backed_up().await;
    assert_eq!(entries(folder.path()), ["city.backup", "data"]);
    let target = folder.path().join("restored");
    let restored = restore(
        &file,
        Some(&target.as_path().into()),
        Verify::Everything,
        ten(),
    )
    .await;
    let report = restored.unwrap().1.unwrap();
    assert_eq!((report.documents, report.changes), (1, 1));
    assert_eq!(entries(&target), [LOCK, DATABASE]);
    let store = SqliteStore::open(&target).unwrap();
    assert_eq!(store.city().await.unwrap(), Some(city()));
    assert_eq!(store.audit_log(1).await.unwrap()[0].event, "restored");
    let before = folder.path().join("data");
    assert_ne!(epoch(&target), epoch(&before));
    let before = SqliteStore::open(&before).unwrap();
    assert_eq!(store.heads(None, 9).await.unwrap()[0].version, 1);
    assert_eq!(before.heads(None, 9).await.unwrap()[0].version, 2);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_a_backup() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, file) = backed_up().await;
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
}

#[tokio::test]
async fn a_newer_backup_takes_the_place_of_an_older_one_and_a_failed_one_does_not() {
    let (folder, file) = backed_up().await;
    let store = SqliteStore::open(&folder.path().join("data")).unwrap();
    let old = fs::read(&file).unwrap();
    // Another backup into the same file is under way.
    let part = Part::beside(&file).unwrap();
    let failed = write(&store, &file, ten()).await;
    assert!(matches!(failed, Err(BackupError::File { .. })));
    assert_eq!(fs::read(&file).unwrap(), old);
    drop(part);
    write(&store, &file, ten()).await.unwrap();
    assert_ne!(fs::read(&file).unwrap(), old);
    assert_eq!(entries(folder.path()), ["city.backup", "data"]);
}

/// Damages a backup and checks that nothing comes of it.
async fn refused(damage: impl FnOnce(&mut Vec<u8>)) -> BackupError {
    let (folder, file) = backed_up().await;
    let mut bytes = fs::read(&file).unwrap();
    damage(&mut bytes);
    fs::write(&file, bytes).unwrap();
    let target = folder.path().join("restored");
    let error = restore(
        &file,
        Some(&target.as_path().into()),
        Verify::Checksum,
        ten(),
    )
    .await;
    assert!(!target.exists(), "the target is untouched");
    error.unwrap_err()
}

/// Writes another manifest behind the same image.
fn with_manifest(bytes: &mut Vec<u8>, change: impl FnOnce(&mut Manifest)) {
    let length = bytes.len();
    let end: [u8; 4] = bytes[length - 12..length - 8].try_into().unwrap();
    let json = usize::try_from(u32::from_be_bytes(end)).unwrap();
    let image = length - 12 - json;
    let mut manifest = serde_json::from_slice(&bytes[image..length - 12]).unwrap();
    change(&mut manifest);
    let json = serde_json::to_vec(&manifest).unwrap();
    bytes.truncate(image);
    bytes.extend_from_slice(&json);
    bytes.extend_from_slice(&u32::try_from(json.len()).unwrap().to_be_bytes());
    bytes.extend_from_slice(SIGNATURE);
}

#[tokio::test]
async fn what_is_wrong_with_a_backup_is_said() {
    for cut in [1, 12, 100, 5000] {
        let error = refused(|bytes| bytes.truncate(bytes.len() - cut)).await;
        assert!(matches!(error, BackupError::Truncated), "{cut}: {error}");
    }
    for at in [20, 4096 + 7, 3 * 4096] {
        let error = refused(|bytes| bytes[at] ^= 1).await;
        assert!(matches!(error, BackupError::Damaged), "{at}: {error}");
    }
    let error = refused(|bytes| bytes[0] ^= 1).await;
    assert!(matches!(error, BackupError::Damaged), "{error}");
    for words in [&b""[..], b"PK\x03\x04 is something else"] {
        let error = refused(|bytes| *bytes = words.to_vec()).await;
        assert!(matches!(error, BackupError::Foreign), "{error}");
    }
    let later = SqliteStore::newest_schema() + 1;
    let error = refused(|bytes| with_manifest(bytes, |m| m.schema = later)).await;
    assert!(matches!(error, BackupError::Newer { .. }), "{error}");
    let error = refused(|bytes| with_manifest(bytes, |m| m.format = FORMAT + 1)).await;
    assert!(matches!(error, BackupError::Newer { .. }), "{error}");
    let error =
        refused(|bytes| with_manifest(bytes, |m| "postgres".clone_into(&mut m.store))).await;
    assert!(matches!(error, BackupError::OtherStore { .. }), "{error}");
}

#[tokio::test]
async fn a_folder_that_holds_something_is_left_as_it_is() {
    let (folder, file) = backed_up().await;
    let data = folder.path().join("data");
    let before = entries(&data);
    let error = restore(&file, Some(&data.as_path().into()), Verify::Checksum, ten()).await;
    assert!(matches!(error, Err(BackupError::Occupied { .. })));
    assert_eq!(entries(&data), before);
    let empty = tempfile::tempdir().unwrap();
    let _lock = DataLock::take(empty.path()).unwrap();
    let error = restore(&file, Some(&empty.path().into()), Verify::Checksum, ten()).await;
    assert!(matches!(error, Err(BackupError::Target(StartError::InUse))));
}

#[tokio::test]
async fn a_backup_of_damaged_data_is_found_out_before_it_takes_a_place() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&data).unwrap());
    found(&store).await;
    let mut pen = Pen::new(journal(2), 2);
    pen.store(&store, &[check_in(1, 2, 1), plan(9, 1)]).await;
    drop(store);
    let connection = rusqlite::Connection::open(data.join(DATABASE)).unwrap();
    connection
        .execute("update change set hash = zeroblob(32)", [])
        .unwrap();
    let store = SqliteStore::open(&data).unwrap();
    let file = folder.path().join("city.backup");
    write(&store, &file, ten()).await.unwrap();
    let target = folder.path().join("restored");
    for target in [None, Some(target.as_path())] {
        let place = target.map(Place::from);
        let error = restore(&file, place.as_ref(), Verify::Everything, ten()).await;
        let Err(BackupError::Unsound(report)) = error else {
            panic!("{error:?}");
        };
        assert!(!report.findings.is_empty());
    }
    assert_eq!(entries(&target), [LOCK]);
}
