//! Rows that several servers work on, and copies of all of them.

use std::sync::Arc;
use std::time::Duration;

use shared::documents::snapshot_of;
use shared::ids::DocumentId;
use shared::server::{Load, StoredSnapshot};
use uuid::Uuid;

use super::statements::registration;
use super::world::{
    Pen, calendar, check_in, device_id, feedback, found, journal, member_id, path, plan, ten,
};
use crate::audit::{AuditEvent, AuditRecord};
use crate::projector::project_all;
use crate::scratch::Scratch;
use crate::store::derived::{Applied, Delta, POKES_KEPT};
use crate::store::sqlite::{DATABASE, SqliteStore};
use crate::store::{Store, derived::Feed};

pub(super) async fn what_projections_change_is_told_once_and_in_order(store: Arc<dyn Store>) {
    found(&store).await;
    let feed = async |after| -> Feed { store.feed(after).await.expect("reads") };
    let begin = feed(u64::MAX).await;
    assert_eq!((begin.pokes, begin.waiting), (Some(Vec::new()), false));
    Pen::new(calendar("001001001"), 1)
        .store(&store, &[plan(1, 1)])
        .await;
    let stored = feed(begin.position).await;
    assert_eq!((stored.pokes, stored.waiting), (Some(Vec::new()), true));
    project_all(&*store).await.expect("projects");
    Pen::new(journal(2), 2)
        .store(&store, &[check_in(2, 2, 1)])
        .await;
    project_all(&*store).await.expect("projects");
    let told = feed(begin.position).await;
    let pokes = told.pokes.expect("it is not long ago");
    assert!(!told.waiting);
    assert_eq!(pokes.len(), 2);
    assert_eq!(pokes[0].calendars, [path("001001001")].into());
    assert_eq!(pokes[1].members, [member_id(2)].into());
    assert_eq!(
        feed(told.position - 1).await.pokes,
        Some(vec![pokes[1].clone()])
    );
    assert_eq!(feed(told.position).await.pokes, Some(Vec::new()));

    // A projection of old rows changes nothing, and tells nothing.
    let stale = Delta {
        base: begin.position,
        ..Delta::default()
    };
    assert_eq!(store.apply(stale).await.expect("answers"), Applied::Moved);
    assert_eq!(feed(u64::MAX).await.position, told.position);

    // Whoever was away for long is told that something happened, not what.
    for step in 0..=POKES_KEPT {
        let nothing = Delta {
            base: told.position + step,
            ..Delta::default()
        };
        assert_eq!(store.apply(nothing).await.expect("applies"), Applied::Done);
    }
    let last = feed(told.position).await;
    assert_eq!(
        (last.position, last.pokes),
        (told.position + POKES_KEPT + 1, None)
    );
    let kept = feed(told.position + 1).await.pokes.expect("is kept");
    assert_eq!(kept.len() as u64, POKES_KEPT);
}

pub(super) async fn one_process_projects_until_its_time_is_up(store: Arc<dyn Store>) {
    found(&store).await;
    let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let lead = async |process, lease| store.lead(process, lease).await.expect("answers");
    let (long, over) = (Duration::from_secs(600), Duration::ZERO);
    assert!(lead(first, long).await);
    assert!(!lead(second, long).await);
    assert!(lead(first, over).await, "it leads on, and its time is up");
    assert!(lead(second, long).await);
    assert!(!lead(first, long).await);
}

/// Puts a snapshot in the place of a journal's changes.
async fn compact(store: &Arc<dyn Store>, id: DocumentId) {
    let load = Load {
        documents: vec![id],
        organisations: Vec::new(),
        brought: None,
    };
    let loaded = store.load(load).await.expect("loads");
    let document = &loaded.documents[&id];
    let snapshot = StoredSnapshot {
        version: document.version,
        bytes: snapshot_of(document.name.kind(), &document.changes, 1).expect("is whole"),
    };
    store.compact(id, snapshot, ten()).await.expect("compacts");
}

pub(super) async fn a_copy_holds_everything(store: Arc<dyn Store>) {
    found(&store).await;
    let mut calendar = Pen::new(calendar("001001001"), 1);
    calendar.store(&store, &[plan(1, 1)]).await;
    let mut pen = Pen::new(journal(2), 2);
    pen.store(&store, &[check_in(11, 2, 1), feedback(12, 2)])
        .await;
    pen.store(&store, &[check_in(13, 2, 2), registration(15, 2)])
        .await;
    compact(&store, journal(2).id()).await;
    project_all(&*store).await.expect("projects");
    // What waits is copied as well.
    Pen::new(journal(3), 3)
        .store(&store, &[check_in(14, 3, 1)])
        .await;
    let record = AuditRecord::of(ten(), AuditEvent::Rebuilt, "");
    store.record(vec![record]).await.expect("records");
    store
        .revoke_device(device_id(9), ten())
        .await
        .expect("revokes");

    let folder = Scratch::new(&std::env::temp_dir(), "copy").expect("a folder");
    let file = folder.path().join(DATABASE);
    store.copy_to(&file).await.expect("copies");
    let copy = SqliteStore::open(folder.path()).expect("is a store");
    assert_eq!(copy.unsound().expect("reads"), Vec::<String>::new());
    let copy: Arc<dyn Store> = Arc::new(copy);
    macro_rules! same {
        ($read:expr) => {{
            let read = $read;
            let copied = read(copy.clone()).await.expect("reads");
            assert_eq!(read(store.clone()).await.expect("reads"), copied);
        }};
    }
    same!(|s: Arc<dyn Store>| async move { s.digest().await });
    same!(|s: Arc<dyn Store>| async move { s.city().await });
    same!(|s: Arc<dyn Store>| async move { s.directory().await });
    same!(|s: Arc<dyn Store>| async move { s.member(member_id(1)).await });
    same!(|s: Arc<dyn Store>| async move { s.devices(member_id(9)).await });
    same!(|s: Arc<dyn Store>| async move { s.audit_log(9).await });
    same!(|s: Arc<dyn Store>| async move { s.heads(None, 9).await });
    same!(|s: Arc<dyn Store>| async move { s.kept(journal(2).id()).await });
    assert_eq!(copy.queued(9).await.expect("reads").documents.len(), 1);
    // The copy lives on as any other store, and says the same of what it was given.
    for store in [&store, &copy] {
        project_all(&**store).await.expect("projects");
    }
    same!(|s: Arc<dyn Store>| async move { s.digest().await });
}
