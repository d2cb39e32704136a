//! `baodao rebuild`, `baodao verify` and `baodao compact`.

use std::process::ExitCode;
use std::time::Duration;

use super::failure::Failure;
use super::{Data, say};
use crate::audit::{AuditEvent, AuditRecord};
use crate::clock::{Clock, SystemClock};
use crate::compaction::{self, Compaction};
use crate::inspection::{self, Finding, Report};
use crate::projector;
use crate::running::DataLock;
use crate::scratch::Scratch;
use crate::store::StoreError;
use crate::store::sqlite::{DATABASE, SqliteStore};

#[derive(clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
}

pub(super) async fn rebuild(options: Options) -> Result<ExitCode, Failure> {
    let _lock = DataLock::of(&options.data.place()?)?;
    let store = options.data.open().await?;
    store.city().await?.ok_or(StoreError::Unfounded)?;
    projector::rebuild(&*store).await?;
    let record = AuditRecord::of(SystemClock.now(), AuditEvent::Rebuilt, "");
    store.record(vec![record]).await?;
    for (table, (rows, _)) in store.digest().await? {
        say(format_args!("{table}: {rows} rows"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Inspects a copy, while the server may run.
pub(super) async fn verify(options: Options) -> Result<ExitCode, Failure> {
    let store = options.data.open().await?;
    store.city().await?.ok_or(StoreError::Unfounded)?;
    let parent = options.data.place()?.scratch();
    let scratch = Scratch::new(&parent, "verify").map_err(|source| Failure::File {
        path: parent.clone(),
        source,
    })?;
    store.copy_to(&scratch.path().join(DATABASE)).await?;
    let copy = SqliteStore::open(scratch.path())?;
    let report = inspection::inspect(&copy).await?;
    say_report(&report);
    if report.findings.is_empty() {
        Ok(ExitCode::SUCCESS)
    } else {
        Err(Failure::Differs { report })
    }
}

/// Compacts what has grown or is sealed, while the server may run.
pub(super) async fn compact(options: Options) -> Result<ExitCode, Failure> {
    let store = options.data.open().await?;
    store.city().await?.ok_or(StoreError::Unfounded)?;
    let now = SystemClock.now();
    let Compaction { documents, removed } =
        compaction::compact(&*store, now, Duration::ZERO).await?;
    say(format_args!("{documents} documents have a new snapshot"));
    say(format_args!("{removed} replaced changes were removed"));
    Ok(ExitCode::SUCCESS)
}

/// Prints what an inspection saw; its findings are an error's words.
pub(super) fn say_report(report: &Report) {
    let Report {
        documents, changes, ..
    } = report;
    say(format_args!("{documents} documents with {changes} changes"));
    let differs = |table| {
        let mut findings = report.findings.iter();
        findings.any(
            |finding| matches!(finding, Finding::Derived { table: other, .. } if *other == table),
        )
    };
    for (table, rows) in &report.tables {
        if !differs(*table) {
            say(format_args!(
                "{table}: {rows} rows, as a rebuild makes them"
            ));
        }
    }
    let anomalies = report.tables.get("anomaly").copied().unwrap_or_default();
    if anomalies > 0 {
        say(format_args!(
            "{anomalies} records or documents cannot be read; they are kept"
        ));
    }
}
