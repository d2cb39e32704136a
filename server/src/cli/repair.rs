//! `baodao rebuild` and `baodao verify`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::failure::Failure;
use super::{Data, say};
use crate::audit::{AuditEvent, AuditRecord};
use crate::auth;
use crate::clock::{Clock, SystemClock};
use crate::projector;
use crate::running::DataLock;
use crate::services::ServiceError;
use crate::store::sqlite::SqliteStore;
use crate::store::{Store, StoreError};

#[derive(clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
}

pub(super) async fn rebuild(options: Options) -> Result<ExitCode, Failure> {
    let _lock = DataLock::take(&options.data.folder)?;
    let store = SqliteStore::open(&options.data.folder)?;
    store.city().await?.ok_or(StoreError::Unfounded)?;
    projector::rebuild(&store).await?;
    let record = AuditRecord::of(SystemClock.now(), AuditEvent::Rebuilt, "");
    store.record(vec![record]).await?;
    for (table, (rows, _)) in store.digest().await? {
        say(format_args!("{table}: {rows} rows"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Compares the derived rows of one copy of the database as they are and as a rebuild makes them.
/// What waited for projection when the copy was taken is projected first.
pub(super) async fn verify(options: Options) -> Result<ExitCode, Failure> {
    let store = SqliteStore::open(&options.data.folder)?;
    store.city().await?.ok_or(StoreError::Unfounded)?;
    let scratch = Scratch::new(&options.data.folder)?;
    store.copy_to(&scratch.folder)?;
    let copy = SqliteStore::open(&scratch.folder)?;
    projector::project_all(&copy).await?;
    let found = copy.digest().await?;
    projector::rebuild(&copy).await?;
    let rebuilt = copy.digest().await?;
    let mut findings = Vec::new();
    for (table, (rows, digest)) in &rebuilt {
        match found.get(table) {
            Some((_, same)) if same == digest => say(format_args!(
                "{table}: {rows} rows, as a rebuild makes them"
            )),
            Some((before, _)) => findings.push(format!(
                "{table}: {before} rows differ from the {rows} that a rebuild makes"
            )),
            None => findings.push(format!("{table}: missing")),
        }
    }
    let anomalies = rebuilt.get("anomaly").map_or(0, |(rows, _)| *rows);
    if anomalies > 0 {
        say(format_args!(
            "{anomalies} records or documents cannot be read; they are kept"
        ));
    }
    if findings.is_empty() {
        Ok(ExitCode::SUCCESS)
    } else {
        Err(Failure::Differs { findings })
    }
}

/// A folder inside the data folder, removed on drop: the same disk, the same rights.
struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    fn new(data: &Path) -> Result<Self, Failure> {
        let number = u32::from_be_bytes(auth::random().map_err(ServiceError::from)?);
        let folder = data.join(format!("verify-{number:08x}"));
        fs::create_dir(&folder).map_err(|source| Failure::File {
            path: folder.clone(),
            source,
        })?;
        Ok(Self { folder })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            tracing::warn!(%error, "a scratch folder could not be removed");
        }
    }
}
