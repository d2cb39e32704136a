//! `baodao backup` and `baodao restore`.

use std::path::PathBuf;
use std::process::ExitCode;

use super::failure::Failure;
use super::repair::say_report;
use super::{Data, say};
use crate::backup::{self, Verify};
use crate::clock::{Clock, SystemClock};
use crate::store::Place;

#[derive(clap::Args)]
pub(super) struct BackupOptions {
    /// The file to write; one that is there is replaced when the new one is whole.
    file: PathBuf,
    #[command(flatten)]
    data: Data,
}

#[derive(clap::Args)]
pub(super) struct RestoreOptions {
    /// The backup.
    file: PathBuf,
    /// The place that gets it holds nothing yet.
    #[command(flatten)]
    data: Data,
    /// Inspects everything in it before it takes its place; where no place is named it is only tried.
    #[arg(long)]
    verify: bool,
}

pub(super) async fn backup(options: BackupOptions) -> Result<ExitCode, Failure> {
    let store = options.data.open().await?;
    let manifest = backup::write(&*store, &options.file, SystemClock.now()).await?;
    say(format_args!(
        "{}: {} bytes, SHA-256 {}",
        options.file.display(),
        manifest.bytes,
        manifest.sha256
    ));
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn restore(options: RestoreOptions) -> Result<ExitCode, Failure> {
    let verify = if options.verify {
        Verify::Everything
    } else {
        Verify::Checksum
    };
    let place = match (options.data.named()?, verify) {
        (None, Verify::Everything) => None,
        (None, Verify::Checksum) => Some(options.data.place()?),
        (named, _) => named,
    };
    let now = SystemClock.now();
    let (_, report) = backup::restore(&options.file, place.as_ref(), verify, now).await?;
    if let Some(report) = report {
        say_report(&report);
    }
    match place {
        Some(Place::Folder(folder)) => say(format_args!(
            "{} holds the city of the backup. Phones offer again what it missed.",
            folder.display()
        )),
        Some(Place::Postgres(_)) => {
            say("The database holds the city of the backup. Phones offer again what it missed.");
        }
        None => say("The backup can be restored."),
    }
    Ok(ExitCode::SUCCESS)
}
