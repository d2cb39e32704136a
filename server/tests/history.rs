//! The history of the made-up city: as much as there should be, the same every time, and projected as
//! real records are.

use std::sync::Arc;

use server::demo::{Founding, History, Scale, Totals, counted, store_city};
use server::projector::rebuild;
use server::store::Store;
use server::store::sqlite::SqliteStore;
use shared::documents::Document;
use shared::time::{Day, HOUR_MS};
use shared::words::Measure;
use tempfile::TempDir;

const PARTS: usize = 500;

fn today() -> Day {
    Day::of(2026, 11, 22)
}

fn founding() -> Arc<Founding> {
    Arc::new(Founding::new(7, today(), Scale::City { parts: PARTS }))
}

async fn made(founding: &Arc<Founding>) -> (TempDir, SqliteStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path()).unwrap();
    let mut demo = founding.city();
    let changes = std::mem::take(&mut demo.changes);
    store.found(demo.city.clone(), 1, changes).await.unwrap();
    let now = today().start().plus(10 * HOUR_MS);
    store_city(&store, founding.clone(), &demo, now)
        .await
        .unwrap();
    (folder, store)
}

#[tokio::test]
async fn a_part_of_the_city_has_its_share_and_a_rebuild_makes_the_same() {
    let founding = founding();
    let (_folder, store) = made(&founding).await;
    let figures = counted(&store, founding.first_day(), today())
        .await
        .unwrap();
    let wanted = Totals::CITY.part(PARTS);
    let found = |measure| usize::try_from(figures.get(measure)).unwrap();
    let apart = found(Measure::Attendances).abs_diff(wanted.attendances);
    assert!(apart * 100 <= wanted.attendances, "{figures:?}");
    // What is planned and asked around the day stands beside what was before.
    for (measure, wanted) in [
        (Measure::Activities, wanted.lectures),
        (Measure::Services, wanted.services * 8 / 10),
        (
            Measure::MemberRegistrations,
            wanted.member_registrations * 8 / 10,
        ),
    ] {
        assert!(found(measure) >= wanted, "{measure:?} in {figures:?}");
    }
    for measure in [
        Measure::Cancelled,
        Measure::GradeA,
        Measure::GradeB,
        Measure::GradeC,
        Measure::GradeD,
        Measure::Late,
        Measure::Excused,
        Measure::Absent,
        Measure::MadeUp,
        Measure::Unconfirmed,
        Measure::ServicesWaiting,
        Measure::TeamServices,
        Measure::OrganisationRegistrations,
        Measure::Claims,
    ] {
        assert!(figures.get(measure) > 0, "{measure:?}");
    }
    let before = store.digest().await.unwrap();
    rebuild(&store).await.unwrap();
    assert_eq!(store.digest().await.unwrap(), before);
}

#[test]
fn the_same_seed_and_day_tell_the_same_history() {
    let (one, other) = (founding(), founding());
    assert!(one.history().eq(other.history()));
    let later = Founding::new(8, today(), Scale::City { parts: PARTS });
    assert!(one.history().ne(later.history()));
}

/// Every change of a history, applied to the document that it belongs to.
fn entries(history: History<'_>) -> usize {
    let mut documents = std::collections::BTreeMap::new();
    for delivery in history.flat_map(|chapter| chapter.deliveries) {
        let name = delivery.append.name;
        let (document, version): &mut (Document, u64) = documents
            .entry(name)
            .or_insert_with(|| (Document::new(name.kind()), 0));
        assert_eq!(delivery.append.base, *version, "{name:?}");
        for change in &delivery.append.changes {
            document.apply(&change.bytes).unwrap();
            *version += 1;
        }
    }
    let mut count = 0;
    for (document, _) in documents.values() {
        let (entries, anomalies) = document.entries();
        assert_eq!(anomalies, []);
        for held in entries.values() {
            assert!(held.entry.record.is_well_formed(), "{:?}", held.entry);
            assert!(held.entry.recorded_at < today().start(), "{:?}", held.entry);
        }
        count += entries.len();
    }
    count
}

#[test]
fn every_record_is_well_formed_and_of_the_time_before() {
    assert!(entries(founding().history()) > 5_000);
    let demo = Founding::new(7, today(), Scale::Demo);
    assert!(entries(demo.history()) > 5_000);
}
