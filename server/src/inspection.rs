//! Checks what is stored: that documents are whole and chained by their hashes, that derived rows are
//! what a rebuild makes, and that nothing is without its owner. Works on a copy, which it changes.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use shared::documents::{Document, hash_of};
use shared::ids::DocumentId;

use crate::projector;
use crate::store::kept::Kept;
use crate::store::sqlite::SqliteStore;
use crate::store::{Store, StoreError};

/// Documents read at a time.
const PAGE: usize = 500;

/// What an inspection saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows of each derived table, as a rebuild makes them.
    pub tables: BTreeMap<&'static str, u64>,
    /// Documents.
    pub documents: u64,
    /// Changes, those inside snapshots among them.
    pub changes: u64,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The database itself or a row without its owner, in its own words.
    Database(String),
    /// A document stands under another id than its name's.
    Misnamed(DocumentId),
    /// A document's changes or its snapshot do not load.
    Unreadable(DocumentId),
    /// A change is missing, or there is one too many.
    Gap {
        /// The document.
        document: DocumentId,
        /// The version that is not there, or should not be.
        version: u64,
    },
    /// A change stands under another hash than its bytes have.
    HashDiffers {
        /// The document.
        document: DocumentId,
        /// The change.
        version: u64,
    },
    /// A change builds on one that is not there, or its document does not hold it.
    Unchained {
        /// The document.
        document: DocumentId,
        /// The change.
        version: u64,
    },
    /// Derived rows are not what a rebuild makes.
    Derived {
        /// The table.
        table: &'static str,
        /// Its rows.
        rows: u64,
        /// The rows that a rebuild makes.
        rebuilt: u64,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(words) => write!(f, "database: {words}"),
            Self::Misnamed(id) => write!(f, "document {id}: it stands under another's id"),
            Self::Unreadable(id) => write!(f, "document {id}: it does not load"),
            Self::Gap { document, version } => {
                write!(
                    f,
                    "document {document}: its numbers break at change {version}"
                )
            }
            Self::HashDiffers { document, version } => {
                write!(f, "document {document}: change {version} has another hash")
            }
            Self::Unchained { document, version } => {
                write!(
                    f,
                    "document {document}: change {version} is not part of its chain"
                )
            }
            Self::Derived {
                table,
                rows,
                rebuilt,
            } => {
                write!(
                    f,
                    "{table}: {rows} rows differ from the {rebuilt} that a rebuild makes"
                )
            }
        }
    }
}

/// Inspects a copy of a database. What waited for projection when the copy was taken is projected
/// first.
///
/// # Errors
/// What the store says.
pub async fn inspect(copy: &SqliteStore) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let unsound = copy.unsound()?.into_iter().map(Finding::Database);
    report.findings.extend(unsound);
    inspect_documents(copy, &mut report).await?;
    projector::project_all(copy).await?;
    let found = copy.digest().await?;
    projector::rebuild(copy).await?;
    for (table, (rebuilt, digest)) in copy.digest().await? {
        report.tables.insert(table, rebuilt);
        let (rows, before) = found.get(table).cloned().unwrap_or_default();
        if before != digest {
            report.findings.push(Finding::Derived {
                table,
                rows,
                rebuilt,
            });
        }
    }
    Ok(report)
}

async fn inspect_documents(store: &dyn Store, report: &mut Report) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let heads = store.heads(after, PAGE).await?;
        let Some(last) = heads.last() else {
            return Ok(());
        };
        after = Some(last.id);
        for head in heads {
            if let Some(kept) = store.kept(head.id).await? {
                report.documents += 1;
                report.changes += head.version;
                report.findings.extend(inspect_document(&kept));
            }
        }
    }
}

/// Returns what is wrong with one document.
fn inspect_document(kept: &Kept) -> Vec<Finding> {
    let document = kept.head.id;
    let mut findings = Vec::new();
    if kept.head.name.id() != document {
        findings.push(Finding::Misnamed(document));
    }
    let covered = kept
        .snapshot
        .as_ref()
        .map_or(0, |snapshot| snapshot.version);
    if covered != kept.head.compacted {
        let version = kept.head.compacted;
        findings.push(Finding::Gap { document, version });
    }
    // What a snapshot replaces may be gone, from the oldest on.
    let first = kept
        .changes
        .first()
        .map_or(covered + 1, |change| change.version);
    let mut expected = first.clamp(1, covered + 1);
    for change in &kept.changes {
        if change.version != expected {
            let version = expected;
            findings.push(Finding::Gap { document, version });
        }
        expected = change.version + 1;
        if hash_of(&change.bytes) != Some(change.hash) {
            let version = change.version;
            findings.push(Finding::HashDiffers { document, version });
        }
    }
    if expected != kept.head.version + 1 {
        let version = expected.min(kept.head.version + 1);
        findings.push(Finding::Gap { document, version });
    }
    match catch_unwind(AssertUnwindSafe(|| unchained(kept, covered))) {
        Ok(Some(versions)) => findings.extend(
            versions
                .into_iter()
                .map(|version| Finding::Unchained { document, version }),
        ),
        // Automerge panics on some damaged bytes.
        Ok(None) | Err(_) => findings.push(Finding::Unreadable(document)),
    }
    findings
}

/// Returns the changes that the document, loaded as a phone gets it, does not hold. `None` when it
/// does not load.
fn unchained(kept: &Kept, covered: u64) -> Option<Vec<u64>> {
    let snapshot = kept.snapshot.as_ref();
    let mut bytes = snapshot.map_or(Vec::new(), |snapshot| snapshot.bytes.clone());
    let later = kept
        .changes
        .iter()
        .filter(|change| change.version > covered);
    later.for_each(|change| bytes.extend_from_slice(&change.bytes));
    let loaded = Document::load(kept.head.name.kind(), &bytes).ok()?;
    let held = |hash| loaded.has_change(hash);
    Some(
        kept.changes
            .iter()
            .filter(|change| !held(change.hash))
            .map(|change| change.version)
            .collect(),
    )
}

#[cfg(test)]
mod tests;
