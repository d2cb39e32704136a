//! Rows derived from documents.

use std::sync::Arc;

use shared::ids::DocumentId;
use shared::reconcile::Attendance;

use super::world::{
    Pen, activity_id, calendar, check_in, feedback, found, journal, member_id, organisation_id,
    path, plan,
};
use crate::projector::{project_all, rebuild};
use crate::store::Store;
use crate::store::derived::{Applied, Delta, DocumentDelta, FactsWanted, RowDelta};

/// A lecture of the first branch, members 1 and 2 checked in, member 3 at one that nobody planned.
async fn lecture(store: &Arc<dyn Store>) {
    found(store).await;
    let mut calendar = Pen::new(calendar("001001001"), 1);
    calendar.store(store, &[plan(1, 1)]).await;
    let mut first = Pen::new(journal(1), 1);
    first.store(store, &[check_in(11, 1, 1)]).await;
    let mut second = Pen::new(journal(2), 2);
    second
        .store(store, &[check_in(12, 2, 1), feedback(13, 2)])
        .await;
    let mut third = Pen::new(journal(3), 3);
    third.store(store, &[check_in(14, 3, 404)]).await;
}

pub(super) fn nothing(id: DocumentId, version: u64) -> DocumentDelta {
    fn none<T>() -> RowDelta<T> {
        RowDelta {
            put: Vec::new(),
            removed: Vec::new(),
        }
    }
    DocumentDelta {
        id,
        version,
        claims: none(),
        plans: none(),
        marks: none(),
        rulings: none(),
        visitors: none(),
        host_keys: none(),
        statements: none(),
        feedback: none(),
        anomalies: Vec::new(),
    }
}

pub(super) async fn a_projection_is_applied_whole_or_not_at_all(store: Arc<dyn Store>) {
    lecture(&store).await;
    let queue = store.queued(10).await.expect("reads");
    assert_eq!(queue.documents.len(), 4);
    assert_eq!(store.queued(2).await.expect("reads").documents.len(), 2);
    let empty = Delta {
        base: queue.derived,
        ..Delta::default()
    };
    let apply = async |delta: Delta| store.apply(delta).await.expect("applies");
    assert_eq!(apply(empty.clone()).await, Applied::Done);
    assert_eq!(apply(empty).await, Applied::Moved);
    let mut broken = Delta {
        base: queue.derived + 1,
        ..Delta::default()
    };
    broken.documents.push(nothing(journal(1).id(), 1));
    broken.documents.push(nothing(journal(99).id(), 1));
    assert!(store.apply(broken).await.is_err(), "no such document");
    let left = store.queued(10).await.expect("reads").documents.len();
    assert_eq!(left, 4, "nothing of a broken projection stands");

    project_all(&*store).await.expect("projects");
    let projections = store
        .projections(vec![journal(2).id(), journal(99).id()])
        .await
        .expect("reads");
    assert_eq!(projections.len(), 1);
    let projection = &projections[&journal(2).id()];
    assert_eq!((projection.claims.len(), projection.feedback.len()), (1, 1));

    let wanted = FactsWanted {
        activities: [activity_id(1)].into(),
        facts: [(activity_id(404), member_id(3))].into(),
        ..FactsWanted::default()
    };
    let facts = store.facts(wanted).await.expect("reads");
    assert_eq!(facts.plans.len(), 1);
    assert_eq!(facts.claims.len(), 3);
    assert_eq!(facts.outcomes.len(), 3);
    assert!(facts.marks.is_empty());
    assert_eq!(facts.activities.len(), 1);
}

pub(super) async fn a_document_that_moved_on_stays_in_the_queue(store: Arc<dyn Store>) {
    found(&store).await;
    let mut pen = Pen::new(journal(2), 2);
    pen.store(&store, &[check_in(1, 2, 1)]).await;
    let queue = store.queued(10).await.expect("reads");
    pen.store(&store, &[check_in(2, 2, 2)]).await;
    let delta = Delta {
        base: queue.derived,
        documents: vec![nothing(journal(2).id(), 1)],
        ..Delta::default()
    };
    assert_eq!(store.apply(delta).await.expect("applies"), Applied::Done);
    let queue = store.queued(10).await.expect("reads");
    assert_eq!(queue.documents.len(), 1);
    assert_eq!(queue.documents[0].document.version, 2);
}

pub(super) async fn a_rebuild_reproduces_every_row_and_revision(store: Arc<dyn Store>) {
    lecture(&store).await;
    project_all(&*store).await.expect("projects");
    let before = store.digest().await.expect("reads");
    assert_eq!(before["outcome"].0, 3);
    store.begin_rebuild().await.expect("begins");
    assert!(store.is_rebuilding().await.expect("reads"));
    let emptied = store.digest().await.expect("reads");
    assert_eq!(emptied["outcome"].0, 0);
    // A rebuild that was cut off is begun again.
    rebuild(&*store).await.expect("rebuilds");
    assert!(!store.is_rebuilding().await.expect("reads"));
    assert_eq!(store.digest().await.expect("reads"), before);
    store.end_rebuild().await.expect("ends");
}

pub(super) async fn attendance_and_feedback_name_people(store: Arc<dyn Store>) {
    lecture(&store).await;
    project_all(&*store).await.expect("projects");
    let attendance = store.attendance(activity_id(1)).await.expect("reads");
    let attendance = attendance.expect("is there");
    assert_eq!(attendance.path, Some(path("001001001")));
    assert_eq!(attendance.organisation, organisation_id("001001001"));
    let rows = attendance.rows.iter();
    let rows: Vec<_> = rows
        .map(|row| (row.name.as_str(), row.outcome.attendance))
        .collect();
    let present = Attendance::Present;
    assert_eq!(rows, [("党员1", present), ("党员2", present)]);
    let unknown = store.attendance(activity_id(404)).await.expect("reads");
    assert_eq!(unknown, None, "an activity that nobody planned");

    let items = store.feedback(path("001001"), 10).await.expect("reads");
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].name, "党员2");
    assert_eq!(items[0].branch, "组织 001001001");
    let none = store.feedback(path("001001002"), 10).await.expect("reads");
    assert!(none.is_empty());
}
