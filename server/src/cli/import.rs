//! `baodao import`: the owner's lists into the directory.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use super::failure::Failure;
use super::{Data, say};
use crate::audit::{AuditEvent, AuditRecord};
use crate::clock::{Clock, SystemClock};
use crate::import::{ImportKind, Report, read};
use crate::store::StoreError;

#[derive(clap::Args)]
pub(super) struct Options {
    /// What the file lists.
    #[arg(value_enum)]
    kind: Kind,
    /// A CSV file (UTF-8 or GB18030) or an XLSX file.
    file: PathBuf,
    #[command(flatten)]
    data: Data,
    /// Says what would change, and changes nothing.
    #[arg(long)]
    dry_run: bool,
    /// Takes the good rows of a file that also holds bad ones.
    #[arg(long)]
    good_rows: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Kind {
    /// Divisions of the area tree.
    Areas,
    /// Party organisations.
    Organisations,
    /// People, their branches and their rights.
    Roster,
    /// Who is in which team.
    Memberships,
}

impl From<Kind> for ImportKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Areas => Self::Areas,
            Kind::Organisations => Self::Organisations,
            Kind::Roster => Self::Roster,
            Kind::Memberships => Self::Memberships,
        }
    }
}

pub(super) async fn import(options: Options) -> Result<ExitCode, Failure> {
    let bytes = fs::read(&options.file).map_err(|source| Failure::File {
        path: options.file.clone(),
        source,
    })?;
    let store = options.data.open().await?;
    let city = store.city().await?.ok_or(StoreError::Unfounded)?;
    let known = store.directory().await?;
    let report = read(options.kind.into(), &bytes, &known, &city);
    let bad = !report.errors.is_empty();
    if bad {
        drop(write!(io::stderr(), "{}", report.error_report()));
    }
    let applies = !options.dry_run && (!bad || options.good_rows);
    summarise(&report, applies);
    if applies && !report.changes.is_empty() {
        let kind = ImportKind::from(options.kind).as_str();
        let record = AuditRecord::of(SystemClock.now(), AuditEvent::DirectoryChanged, kind);
        store.change_directory(report.changes).await?;
        store.record(vec![record]).await?;
    }
    Ok(if bad {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn summarise(report: &Report, applies: bool) {
    let Report {
        rows_read,
        new,
        changed,
        unchanged,
        errors,
        ..
    } = report;
    say(format_args!(
        "{rows_read} rows: {new} new, {changed} changed, {unchanged} unchanged, {} errors",
        errors.len()
    ));
    if !applies {
        say("Nothing was changed.");
    }
}
