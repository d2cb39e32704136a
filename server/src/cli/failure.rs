//! What a command says when it cannot do its work.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::projector::chain;
use crate::running::StartError;
use crate::services::ServiceError;
use crate::store::StoreError;

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
    /// The data folder holds a city that is not the demo.
    NotDemo,
    /// The demo city was made with another seed.
    OtherSeed,
    /// No member has the code.
    MemberUnknown { code: String },
    /// There is no such device.
    DeviceUnknown { id: String },
    /// The check found something.
    Differs { findings: Vec<String> },
}

impl Failure {
    fn code(&self) -> &'static str {
        match self {
            Self::Runtime(_) => "runtime_failed",
            Self::Start(StartError::InUse) => "data_in_use",
            Self::Start(StartError::Data(_)) => "data_unusable",
            Self::Start(StartError::Listen { .. }) => "address_unusable",
            Self::Start(StartError::Store(error)) | Self::Store(error) => store_code(error),
            Self::Service(error) => error.code().as_str(),
            Self::File { .. } => "file_unreadable",
            Self::NotDemo => "city_exists",
            Self::OtherSeed => "demo_differs",
            Self::MemberUnknown { .. } => "member_unknown",
            Self::DeviceUnknown { .. } => "device_unknown",
            Self::Differs { .. } => "verify_failed",
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Runtime(error) => chain(error),
            Self::Start(error) => chain(error),
            Self::Store(error) => chain(error),
            Self::Service(error) => chain(error),
            Self::File { path, source } => format!("cannot read {}: {source}", path.display()),
            Self::NotDemo => "the data folder holds a city that is not the demo".to_owned(),
            Self::OtherSeed => "the demo city was made with another seed".to_owned(),
            Self::MemberUnknown { code } => format!("no member has the code {code}"),
            Self::DeviceUnknown { id } => format!("there is no device {id}"),
            Self::Differs { findings } => findings.join("\n"),
        }
    }

    fn next(&self) -> &'static str {
        match self {
            Self::Start(StartError::InUse) => "Stop the server that runs on it first.",
            Self::Start(StartError::Listen { .. }) => "Choose another --port or --host.",
            Self::Start(StartError::Store(error)) | Self::Store(error) => store_next(error),
            Self::File { .. } => "Check the path.",
            Self::NotDemo => "Give the demo a folder of its own with --data.",
            Self::OtherSeed => "Name the same --seed as the first time, or another folder.",
            Self::MemberUnknown { .. } => "Check the code in the roster.",
            Self::DeviceUnknown { .. } => {
                "Name the member with --member to revoke all their phones."
            }
            Self::Differs { .. } => "Run `baodao rebuild`; if it stays, restore a backup.",
            Self::Runtime(_) | Self::Start(StartError::Data(_)) | Self::Service(_) => {
                "Check the folder, its rights and the space on the disk, then try again."
            }
        }
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
        StoreError::Founded => "Name another folder with --data; nothing was changed.",
        StoreError::Unfounded => "Make a city with `baodao init` or `baodao demo`.",
        StoreError::Newer => "Use the newer program.",
        StoreError::Contradiction(_) => "Nothing was changed. Correct the file and try again.",
        StoreError::Damaged { .. } => "Run `baodao verify`, or restore a backup.",
        StoreError::Database(_) | StoreError::Unopened(_) | StoreError::Closed => {
            "Check the folder, its rights and the space on the disk, then try again."
        }
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

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Store(error) => Self::Store(error),
            other => Self::Service(other),
        }
    }
}
