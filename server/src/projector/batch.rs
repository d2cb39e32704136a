//! One batch: queued documents in, one delta out.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use shared::documents::{ChangeHash, Document, DocumentName};
use shared::ids::{DeviceId, DocumentId, EntryId, OrganisationId};
use shared::project::{Anomaly, Projection, project};
use shared::server::Load;
use shared::time::Timestamp;

use super::settle::{Others, Settlement, requests, settle, touched};
use crate::auth::is_signed;
use crate::rollup::{CellChange, CellKey, Paths};
use crate::store::derived::{Applied, Delta, DocumentDelta, Fact, Poke, Queued, RowDelta};
use crate::store::figures::CountedWanted;
use crate::store::{Store, StoreError, unique};

/// When the changes of a document arrived.
type Arrivals = BTreeMap<ChangeHash, Timestamp>;

/// A document as it was before the batch and as it is now.
pub(super) struct Projected {
    pub(super) id: DocumentId,
    pub(super) name: DocumentName,
    version: u64,
    pub(super) before: Projection,
    pub(super) after: Projection,
}

/// Projects what waits, up to `limit` documents. Returns how many, `None` when nothing
/// waits.
pub(super) async fn project_batch(
    store: &dyn Store,
    limit: usize,
) -> Result<Option<usize>, StoreError> {
    loop {
        let queue = store.queued(limit).await?;
        if queue.documents.is_empty() {
            return Ok(None);
        }
        let ids = queue.documents.iter().map(|queued| queued.id);
        let mut before = store.projections(ids.collect()).await?;
        let projected = project_documents(queue.documents, queue.received, &mut before).await?;
        let projected = attest(store, projected).await?;
        let facts = store.facts(touched(&projected)).await?;
        let mut settlement = settle(&projected, facts);
        let paths = paths(store, &settlement, &projected).await?;
        let delta = Delta {
            base: queue.derived,
            rollups: rollups(store, &mut settlement, &paths).await?,
            poke: poke(&settlement, &projected, &paths),
            outcomes: settlement
                .outcomes
                .into_iter()
                .map(|(fact, (_, after))| (fact, after))
                .collect(),
            activities: settlement
                .activities
                .into_iter()
                .map(|(activity, (_, after))| (activity, after))
                .collect(),
            matters: settlement
                .matters
                .into_iter()
                .map(|(key, (_, after))| (key, after))
                .collect(),
            documents: projected.into_iter().map(difference).collect(),
        };
        let count = delta.documents.len();
        match store.apply(delta).await? {
            Applied::Done => {
                tracing::debug!(document.count = count, "projected {count} documents");
                return Ok(Some(count));
            }
            // A rebuild or a directory change came between: look again.
            Applied::Moved => {}
        }
    }
}

/// Loading documents is the work of a processor: it goes to a thread that may be busy.
async fn project_documents(
    documents: Vec<Queued>,
    mut received: BTreeMap<DocumentId, Arrivals>,
    before: &mut BTreeMap<DocumentId, Projection>,
) -> Result<Vec<Projected>, StoreError> {
    let with_before: Vec<(Queued, Arrivals, Projection)> = documents
        .into_iter()
        .map(|queued| {
            let received = received.remove(&queued.id).unwrap_or_default();
            let before = before.remove(&queued.id).unwrap_or_default();
            (queued, received, before)
        })
        .collect();
    busy(move || {
        with_before
            .into_iter()
            .map(|(queued, received, before)| project_document(queued, &received, before))
            .collect()
    })
    .await
}

/// Checks every signature that the rows rest on.
async fn attest(
    store: &dyn Store,
    mut projected: Vec<Projected>,
) -> Result<Vec<Projected>, StoreError> {
    let devices: BTreeSet<DeviceId> = projected
        .iter()
        .flat_map(|document| document.after.devices())
        .collect();
    if devices.is_empty() {
        return Ok(projected);
    }
    let facts = store.device_facts(devices).await?;
    busy(move || {
        for document in &mut projected {
            document.after.attest(&facts, is_signed);
        }
        projected
    })
    .await
}

async fn busy<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| StoreError::Database(Box::new(error)))
}

fn project_document(queued: Queued, received: &Arrivals, before: Projection) -> Projected {
    let Queued {
        id,
        document: stored,
    } = queued;
    let read = || {
        // What stands under another's id is nobody's: two documents would write the same records.
        (stored.name.id() == id).then_some(())?;
        let document = Document::load(stored.name.kind(), &stored.changes).ok()?;
        Some(project(&stored.name, &document, received))
    };
    let after = match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Some(projection)) => projection,
        Ok(None) | Err(_) => {
            tracing::warn!(document.id = %id, "a stored document cannot be read");
            Projection {
                anomalies: vec![Anomaly::EntryUnreadable { key: String::new() }],
                ..Projection::default()
            }
        }
    };
    Projected {
        id,
        name: stored.name,
        version: stored.version,
        before,
        after,
    }
}

/// Returns what changes in the roll-ups.
async fn rollups(
    store: &dyn Store,
    settlement: &mut Settlement,
    paths: &Paths,
) -> Result<BTreeMap<CellKey, CellChange>, StoreError> {
    let mut recount = std::mem::take(&mut settlement.recount);
    let requests = requests(settlement);
    if !requests.is_empty() {
        let wanted = CountedWanted {
            requests,
            ..CountedWanted::default()
        };
        recount.requests(settlement, &store.counted(wanted).await?);
    }
    let (mut changes, wanted) = recount.changes(paths);
    if wanted != CountedWanted::default() {
        let others = Others::of(store.counted(wanted).await?, settlement);
        let paths = load_paths(store, unique(others.organisations())).await?;
        others.restore(&mut changes, &paths);
    }
    Ok(changes)
}

/// Returns the paths of every organisation that the settlement adds to or takes from.
async fn paths(
    store: &dyn Store,
    settlement: &Settlement,
    projected: &[Projected],
) -> Result<Paths, StoreError> {
    let named = projected
        .iter()
        .filter_map(|document| document.name.organisation());
    let counted = settlement.recount.organisations();
    let organisations = settlement.organisations().chain(counted).chain(named);
    load_paths(store, unique(organisations)).await
}

async fn load_paths(
    store: &dyn Store,
    organisations: Vec<OrganisationId>,
) -> Result<Paths, StoreError> {
    let loaded = store
        .load(Load {
            documents: Vec::new(),
            organisations,
            ..Load::default()
        })
        .await?;
    Ok(loaded.paths)
}

fn poke(settlement: &Settlement, projected: &[Projected], paths: &Paths) -> Poke {
    let mut poke = Poke {
        documents: projected.len(),
        ..Poke::default()
    };
    for document in projected {
        match document.name {
            DocumentName::Journal { member, .. } => {
                poke.members.insert(member);
            }
            DocumentName::Calendar { organisation, .. } | DocumentName::Board { organisation } => {
                poke.calendars.extend(paths.get(&organisation).cloned());
            }
            DocumentName::Rollcall { organisation, .. }
            | DocumentName::Ledger { organisation, .. } => {
                poke.overseen.extend(paths.get(&organisation).cloned());
            }
        }
    }
    let members = settlement.outcomes.keys().map(|(_, member): &Fact| *member);
    poke.members.extend(members);
    poke.members.extend(settlement.people());
    let overseen = settlement
        .organisations()
        .filter_map(|organisation| paths.get(&organisation).cloned());
    poke.overseen.extend(overseen);
    poke
}

fn difference(document: Projected) -> DocumentDelta {
    let Projected {
        id,
        version,
        before,
        after,
        ..
    } = document;
    DocumentDelta {
        id,
        version,
        claims: rows(before.claims, after.claims, |row| row.id),
        plans: rows(before.plans, after.plans, |row| row.id),
        marks: rows(before.marks, after.marks, |row| row.id),
        rulings: rows(before.rulings, after.rulings, |row| row.id),
        visitors: rows(before.visitors, after.visitors, |row| row.id),
        host_keys: rows(before.host_keys, after.host_keys, |row| row.id),
        statements: rows(before.statements, after.statements, |row| row.id),
        feedback: rows(before.feedback, after.feedback, |row| row.id),
        anomalies: after.anomalies,
    }
}

fn rows<T: PartialEq>(before: Vec<T>, after: Vec<T>, id: impl Fn(&T) -> EntryId) -> RowDelta<T> {
    let mut before: BTreeMap<EntryId, T> = before.into_iter().map(|row| (id(&row), row)).collect();
    let put = after
        .into_iter()
        .filter(|row| before.remove(&id(row)).as_ref() != Some(row))
        .collect::<Vec<_>>();
    let kept: std::collections::BTreeSet<EntryId> = put.iter().map(&id).collect();
    let removed = before.into_keys().filter(|id| !kept.contains(id)).collect();
    RowDelta { put, removed }
}
