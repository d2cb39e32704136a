//! Puts the made-up city into a store on the way that every other change takes: appended under the
//! devices that wrote it, and projected.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::{TryFutureExt, try_join, try_join_all};
use shared::documents::{Document, DocumentName, Writer};
use shared::ids::{DeviceId, MemberId};
use shared::limits::ENTRIES_PER_CHANGE;
use shared::records::{Entry, Record};
use shared::rollup::{Figures, cover};
use shared::server::{Append, Appended, Load, StoredDocument};
use shared::time::{DAY_MS, Day, Timestamp};
use tokio::sync::mpsc;

use super::{Chapter, Delivery, DemoCity, DemoMark, DemoPlan, DemoStatement, Founding, NewPhone};
use crate::auth;
use crate::projector::{BULK, project_all_by};
use crate::rollup::Sum;
use crate::services::ServiceError;
use crate::store::figures::{ActivitiesWanted, CellsWanted, DashboardWanted, Depth, NoMemory};
use crate::store::identity::{Enrolling, Enrolment, NewDevice};
use crate::store::{Store, StoreError};

/// Documents or phones stored at a time.
const AT_A_TIME: usize = 500;
/// Chapters that are told ahead of what is stored.
const AHEAD: usize = 1;
/// What a phone is called.
const LABEL: &str = "demo";

/// Stores what was before the day, and then what is planned and asked around it, in a city whose
/// directory stands; everything is projected afterwards.
///
/// # Errors
/// What the store says.
pub async fn store_city(
    store: &dyn Store,
    founding: Arc<Founding>,
    demo: &DemoCity,
    now: Timestamp,
) -> Result<(), ServiceError> {
    let device = founding.device();
    let Some(member) = demo.plans.first().map(|plan| plan.entry.by) else {
        return Ok(());
    };
    add_device(store, device, member, now).await?;
    let (told, mut chapters) = mpsc::channel(AHEAD);
    let teller = tokio::task::spawn_blocking(move || {
        for chapter in founding.history() {
            if told.blocking_send(chapter).is_err() {
                break;
            }
        }
    });
    while let Some(chapter) = chapters.recv().await {
        // What was stored before is projected while the next is written.
        let projected = project_all_by(store, BULK).map_err(ServiceError::from);
        try_join(projected, store_chapter(store, chapter)).await?;
    }
    teller.await.map_err(ServiceError::Lost)?;
    store_records(store, demo, Writer { device, run: 2 }, now).await?;
    project_all_by(store, BULK).await?;
    Ok(())
}

/// Returns what the roll-ups of the whole city say of a period.
///
/// # Errors
/// What the store says.
pub async fn counted(store: &dyn Store, from: Day, to: Day) -> Result<Figures, StoreError> {
    let directory = store.directory().await?;
    let Some(path) = directory.organisations.into_keys().next() else {
        return Ok(Figures::default());
    };
    let cells = |ranges, depth| CellsWanted { ranges, depth };
    let wanted = DashboardWanted {
        path,
        own: vec![cells(cover(from, to), Depth::Sets)],
        beneath: cells(Vec::new(), Depth::Figures),
        activities: ActivitiesWanted {
            from,
            to,
            facet: None,
            limit: 0,
        },
        memory: Arc::new(NoMemory),
    };
    let rows = store.dashboard(wanted).await?;
    let mut sum = Sum::default();
    let runs = rows.into_iter().flat_map(|rows| rows.own).flatten();
    for (_, cell) in runs.flat_map(|run| run.rows).flatten() {
        sum.add(&cell, None)?;
    }
    Ok(sum.figures())
}

async fn add_device(
    store: &dyn Store,
    id: DeviceId,
    member: MemberId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let label = LABEL.to_owned();
    let device = NewDevice {
        id,
        member,
        label,
        at,
    };
    store.add_device(device).await
}

async fn store_chapter(store: &dyn Store, chapter: Chapter) -> Result<(), ServiceError> {
    for phones in chapter.phones.chunks(AT_A_TIME) {
        let enrolments: Vec<(Enrolment, Enrolling)> =
            phones.iter().map(enrolment).collect::<Result<_, _>>()?;
        let (codes, uses): (Vec<Enrolment>, Vec<Enrolling>) = enrolments.into_iter().unzip();
        try_join_all(codes.into_iter().map(|code| store.issue_enrolment(code))).await?;
        try_join_all(uses.into_iter().map(|code| store.enrol(code))).await?;
    }
    for round in rounds(chapter.deliveries) {
        for some in round.chunks(AT_A_TIME) {
            let by_device = some.chunk_by(|one, other| one.device == other.device);
            let appends = by_device.map(|brought| {
                let appends = brought.iter().map(|delivery| delivery.append.clone());
                store.append(brought[0].device, appends.collect())
            });
            stored(try_join_all(appends).await?.concat())?;
        }
    }
    Ok(())
}

/// What can be stored at once: of each document what one device brings. The next device's changes
/// build on it.
fn rounds(deliveries: Vec<Delivery>) -> Vec<Vec<Delivery>> {
    let mut last: BTreeMap<DocumentName, (DeviceId, usize)> = BTreeMap::new();
    let mut rounds: Vec<Vec<Delivery>> = Vec::new();
    for delivery in deliveries {
        let first = (delivery.device, 0);
        let (device, round) = last.entry(delivery.append.name).or_insert(first);
        if *device != delivery.device {
            (*device, *round) = (delivery.device, *round + 1);
        }
        if rounds.len() == *round {
            rounds.push(Vec::new());
        }
        rounds[*round].push(delivery);
    }
    rounds
}

/// Nobody else writes in these documents, so every change stands on what was there.
fn stored(appended: Vec<Appended>) -> Result<(), StoreError> {
    let is_stored = appended.iter().all(|one| *one == Appended::Stored);
    is_stored
        .then_some(())
        .ok_or(StoreError::Damaged { table: "document" })
}

/// Somebody's code and its use: neither is good for anything afterwards, and the session is over.
fn enrolment(phone: &NewPhone) -> Result<(Enrolment, Enrolling), ServiceError> {
    let code_hash = auth::random()?;
    let code = Enrolment {
        code_hash,
        member: phone.member,
        created_by: None,
        created_at: phone.at,
        expires_at: phone.at.plus(DAY_MS),
    };
    let used = Enrolling {
        code_hash,
        device: phone.device,
        public_key: phone.public_key.clone(),
        label: LABEL.to_owned(),
        token_hash: auth::random()?,
        session_expires_at: phone.at,
        now: phone.at,
    };
    Ok((code, used))
}

/// Writes the plans into calendars, the marks into roll calls and what is said about registrations,
/// lists and service into journals, ledgers and boards, after what stands there.
async fn store_records(
    store: &dyn Store,
    demo: &DemoCity,
    writer: Writer,
    now: Timestamp,
) -> Result<(), ServiceError> {
    let documents: Vec<(DocumentName, Vec<Entry>)> = by_document(demo).into_iter().collect();
    for some in documents.chunks(AT_A_TIME) {
        let load = Load {
            documents: some.iter().map(|(name, _)| name.id()).collect(),
            ..Load::default()
        };
        let mut held = store.load(load).await?.documents;
        let appends: Vec<Append> = some
            .iter()
            .map(|(name, entries)| written(*name, held.remove(&name.id()), entries, writer, now))
            .collect::<Result<_, _>>()?;
        stored(store.append(writer.device, appends).await?)?;
    }
    Ok(())
}

fn by_document(demo: &DemoCity) -> BTreeMap<DocumentName, Vec<Entry>> {
    let mut documents: BTreeMap<DocumentName, Vec<Entry>> = BTreeMap::new();
    for DemoPlan {
        organisation,
        entry,
    } in &demo.plans
    {
        if let Record::Plan(plan) = &entry.record {
            let name = DocumentName::Calendar {
                organisation: *organisation,
                quarter: plan.starts_at.day().quarter(),
            };
            documents.entry(name).or_default().push(entry.clone());
        }
    }
    for DemoMark {
        organisation,
        activity,
        entry,
    } in &demo.marks
    {
        let name = DocumentName::Rollcall {
            organisation: *organisation,
            activity: *activity,
        };
        documents.entry(name).or_default().push(entry.clone());
    }
    for DemoStatement { document, entry } in &demo.statements {
        documents.entry(*document).or_default().push(entry.clone());
    }
    documents
}

fn written(
    name: DocumentName,
    stored: Option<StoredDocument>,
    entries: &[Entry],
    writer: Writer,
    now: Timestamp,
) -> Result<Append, StoreError> {
    let damaged = |_| StoreError::Damaged { table: "change" };
    let (mut document, base) = match stored {
        Some(stored) => {
            let document = Document::load(name.kind(), &stored.changes).map_err(damaged)?;
            (document, stored.version)
        }
        None => (Document::new(name.kind()), 0),
    };
    Ok(Append {
        name,
        base,
        allowance: None,
        changes: entries
            .chunks(ENTRIES_PER_CHANGE)
            .map(|entries| document.write(writer, now, entries))
            .collect(),
        received_at: now,
    })
}
