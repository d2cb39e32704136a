//! What the server does, without HTTP and without SQL.

mod attendance_workbook;
pub mod dashboard;
pub mod devices;
pub mod exports;
pub mod identity;
pub mod matters;
pub mod news;
pub mod oversight;
mod pace;
pub mod photos;
pub mod reader;
mod service_workbook;
pub mod sync;
pub mod tokens;
mod turnstile;
mod workbook;
mod written;

use std::sync::Arc;

use shared::codes::Code;
use shared::directory::City;
use shared::time::Timestamp;

use crate::audit::AuditRecord;
use crate::auth::{Lockout, NoRandomness};
use crate::clock::Clock;
use crate::metrics::Metrics;
use crate::projector::{Projector, chain};
use crate::store::{Store, StoreError};
pub use exports::Exports;
pub use tokens::TokenDesk;
pub use turnstile::Turnstile;

/// What every service works with.
pub struct Office {
    /// The rows.
    pub store: Arc<dyn Store>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The city that is served.
    pub city: City,
    /// The lock after wrong codes.
    pub lockout: Lockout,
    /// The projector.
    pub projector: Projector,
    /// The way into a sync.
    pub turnstile: Turnstile,
    /// The exports that are under way.
    pub exports: Exports,
    /// What is remembered of those who come with a token.
    pub tokens: TokenDesk,
    /// Sums of dashboards that were made before.
    pub sums: Arc<dashboard::Sums>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
}

/// Why a service did not do something.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// It is refused, with a code.
    #[error("refused: {}", code.as_str())]
    Refused {
        /// The code.
        code: Code,
        /// The pause to make before another try.
        retry_after_ms: Option<i64>,
    },
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// The system gives out no random numbers.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// A part of the work panicked.
    #[error("a part of the work was lost")]
    Lost(#[source] tokio::task::JoinError),
    /// A workbook could not be written.
    #[error("a workbook could not be written")]
    Workbook(#[source] rust_xlsxwriter::XlsxError),
    /// A table could not be written.
    #[error("a table could not be written")]
    Table(#[source] csv::Error),
    /// An export took longer than any may.
    #[error("an export took too long")]
    TooLong,
}

impl From<Code> for ServiceError {
    fn from(code: Code) -> Self {
        Self::Refused {
            code,
            retry_after_ms: None,
        }
    }
}

impl ServiceError {
    /// Returns the code that answers it.
    pub fn code(&self) -> Code {
        match self {
            Self::Refused { code, .. } => *code,
            Self::Store(_)
            | Self::Randomness(_)
            | Self::Lost(_)
            | Self::Workbook(_)
            | Self::Table(_)
            | Self::TooLong => Code::ServerError,
        }
    }
}

impl Office {
    /// Returns the instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns every figure as text; those of a store that does not answer stay as they were.
    pub async fn figures(&self) -> String {
        let vitals = self.store.vitals().await;
        let vitals = vitals
            .inspect_err(
                |error| tracing::warn!(error = %chain(error), "the store tells no figures"),
            )
            .ok();
        let lag = self.projector.lag();
        self.metrics.text(vitals, lag, self.turnstile.waiting())
    }

    /// Appends to the audit log.
    ///
    /// # Errors
    /// What the store says.
    pub async fn record(&self, record: AuditRecord) -> Result<(), StoreError> {
        self.store.record(vec![record]).await
    }
}
