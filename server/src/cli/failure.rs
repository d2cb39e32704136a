//! What a command says when it cannot do its work.

use std::fmt;
use std::io;
use std::path::PathBuf;

use uuid::Uuid;

use crate::backup::BackupError;
use crate::inspection::Report;
use crate::projector::chain;
use crate::running::StartError;
use crate::services::ServiceError;
use crate::store::StoreError;

const CHECK_THE_DISK: &str =
    "Check the folder or the database, its rights and the space on the disk, then try again.";

/// Why a command failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The runtime did not start.
    Runtime(io::Error),
    /// The server did not start.
    Start(StartError),
    /// The store.
    Store(StoreError),
    /// A service.
    Service(ServiceError),
    /// A file cannot be read.
    File { path: PathBuf, source: io::Error },
    /// Nothing says where the city is.
    StoreUnnamed,
    /// The address of the database cannot be read.
    DatabaseUnreadable,
    /// The data folder holds a city that is not the demo.
    NotDemo,
    /// The demo city was made with another seed.
    OtherSeed,
    /// No member has the code.
    MemberUnknown { code: String },
    /// There is no such device.
    DeviceUnknown { id: String },
    /// There is no such organisation.
    OrganisationUnknown { id: String },
    /// There is no such token.
    TokenUnknown { id: Uuid },
    /// The check found something.
    Differs { report: Report },
    /// A backup was not made or not restored.
    Backup(BackupError),
}

impl Failure {
    fn code(&self) -> &'static str {
        match self {
            Self::Runtime(_) => "runtime_failed",
            Self::Start(error) => start_code(error),
            Self::Store(error) => store_code(error),
            Self::Service(error) => error.code().as_str(),
            Self::File { .. } => "file_unreadable",
            Self::StoreUnnamed => "store_unnamed",
            Self::DatabaseUnreadable => "database_address_unreadable",
            Self::NotDemo => "city_exists",
            Self::OtherSeed => "demo_differs",
            Self::MemberUnknown { .. } => "member_unknown",
            Self::DeviceUnknown { .. } => "device_unknown",
            Self::OrganisationUnknown { .. } => "organisation_unknown",
            Self::TokenUnknown { .. } => "token_unknown",
            Self::Differs { .. } => "verify_failed",
            Self::Backup(error) => backup_code(error),
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Runtime(error) => chain(error),
            Self::Start(error) => chain(error),
            Self::Store(error) => chain(error),
            Self::Service(error) => chain(error),
            Self::File { path, source } => format!("cannot read {}: {source}", path.display()),
            Self::StoreUnnamed => "nothing says where the city is".to_owned(),
            Self::DatabaseUnreadable => "the address of the database cannot be read".to_owned(),
            Self::NotDemo => "the store holds a city that is not the demo".to_owned(),
            Self::OtherSeed => "the demo city was made with another seed".to_owned(),
            Self::MemberUnknown { code } => format!("no member has the code {code}"),
            Self::DeviceUnknown { id } => format!("there is no device {id}"),
            Self::OrganisationUnknown { id } => format!("there is no organisation {id}"),
            Self::TokenUnknown { id } => format!("there is no token {id}"),
            Self::Differs { report } => findings(report),
            Self::Backup(BackupError::Unsound(report)) => findings(report),
            Self::Backup(error) => chain(error),
        }
    }

    fn next(&self) -> &'static str {
        match self {
            Self::Start(error) => start_next(error),
            Self::Store(error) => store_next(error),
            Self::File { .. } => "Check the path.",
            Self::StoreUnnamed => {
                "Name a folder with --data, or a PostgreSQL database with --database or BAODAO_DATABASE."
            }
            Self::DatabaseUnreadable => {
                "Write it as postgres://user:password@host:port/name; letters such as @ and / in the password as %40 and %2F."
            }
            Self::NotDemo => "Give the demo a folder of its own with --data.",
            Self::OtherSeed => "Name the same --seed as the first time, or another folder.",
            Self::MemberUnknown { .. } => "Check the code in the roster.",
            Self::DeviceUnknown { .. } => {
                "Name the member with --member to revoke all their phones."
            }
            Self::OrganisationUnknown { .. } => {
                "Check the id, or the path in the list of organisations."
            }
            Self::TokenUnknown { .. } => "`baodao token list` shows their ids.",
            Self::Differs { .. } => "Run `baodao rebuild`; if it stays, restore a backup.",
            Self::Backup(error) => backup_next(error),
            Self::Runtime(_) | Self::Service(_) => CHECK_THE_DISK,
        }
    }
}

fn findings(report: &Report) -> String {
    let lines: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

fn start_code(error: &StartError) -> &'static str {
    match error {
        StartError::InUse => "data_in_use",
        StartError::Data(_) => "data_unusable",
        StartError::Listen { .. } => "address_unusable",
        StartError::Store(error) => store_code(error),
    }
}

fn start_next(error: &StartError) -> &'static str {
    match error {
        StartError::InUse => "Stop the server that runs on it first.",
        StartError::Data(_) => CHECK_THE_DISK,
        StartError::Listen { .. } => "Choose another --port, --host or --metrics.",
        StartError::Store(error) => store_next(error),
    }
}

fn backup_code(error: &BackupError) -> &'static str {
    match error {
        BackupError::Foreign => "backup_foreign",
        BackupError::Truncated => "backup_truncated",
        BackupError::Damaged => "backup_damaged",
        BackupError::Newer { .. } => "backup_newer",
        BackupError::OtherStore { .. } => "backup_other_store",
        BackupError::Occupied { .. } => "folder_not_empty",
        BackupError::Unsound(_) => "verify_failed",
        BackupError::Target(error) => start_code(error),
        BackupError::File { .. } => "file_unusable",
        BackupError::Store(error) => store_code(error),
    }
}

fn backup_next(error: &BackupError) -> &'static str {
    match error {
        BackupError::Foreign => "Name a file that `baodao backup` wrote; nothing was changed.",
        BackupError::Truncated | BackupError::Damaged | BackupError::Unsound(_) => {
            "Copy the file anew from where it was kept, or take an older one; nothing was changed."
        }
        BackupError::Newer { .. } => "Use the newer program; nothing was changed.",
        BackupError::OtherStore { .. } => {
            "Restore it with that store's tools; nothing was changed."
        }
        BackupError::Occupied { .. } => {
            "Name another folder with --data, or move what is in it away; nothing was changed."
        }
        BackupError::Target(error) => start_next(error),
        BackupError::File { .. } => CHECK_THE_DISK,
        BackupError::Store(error) => store_next(error),
    }
}

fn store_code(error: &StoreError) -> &'static str {
    match error {
        StoreError::Founded => "city_exists",
        StoreError::Unfounded => "city_missing",
        StoreError::Newer => "database_newer",
        StoreError::Contradiction(_) => "row_conflict",
        StoreError::Damaged { .. } => "database_damaged",
        StoreError::Database(_) | StoreError::Unopened(_) | StoreError::Closed => "database_failed",
    }
}

fn store_next(error: &StoreError) -> &'static str {
    match error {
        StoreError::Founded => {
            "Name another folder with --data, or another database; nothing was changed."
        }
        StoreError::Unfounded => "Make a city with `baodao init` or `baodao demo`.",
        StoreError::Newer => "Use the newer program.",
        StoreError::Contradiction(_) => "Nothing was changed. Correct the file and try again.",
        StoreError::Damaged { .. } => "Run `baodao verify`, or restore a backup.",
        StoreError::Database(_) | StoreError::Unopened(_) | StoreError::Closed => CHECK_THE_DISK,
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "error[{}]: {}\n{}",
            self.code(),
            self.message(),
            self.next()
        )
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self::Start(error)
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        Self::Backup(error)
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Store(error) => Self::Store(error),
            other => Self::Service(other),
        }
    }
}
