//! The database's shape, its handle, and transactions with their faults.

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{Either, select};
use gloo::events::EventListener;
use indexed_db_futures::database::{Database, VersionChangeEvent};
use indexed_db_futures::error::{DomException, Error, OpenDbError};
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{
    Transaction, TransactionDurability, TransactionMode, TransactionOptions,
};
use shared::client::{StorageFault, Table};
use wasm_bindgen_futures::spawn_local;
use web_sys::IdbTransaction;

use super::Fault;

const NAME: &str = "baodao";
const VERSION: u32 = 2;

/// The store of who this phone is and who claimed the storage last.
pub(super) const IDENTITY: &str = "identity";
/// The store of the device's key.
pub(super) const KEYS: &str = "keys";
/// The store of photos that wait for the server.
pub(super) const PHOTOS: &str = "photos";
/// Every store: one for each of the engine's tables, and three of the driver's own.
pub(super) const STORES: [&str; 9] = [
    Table::ALL[0].as_str(),
    Table::ALL[1].as_str(),
    Table::ALL[2].as_str(),
    Table::ALL[3].as_str(),
    Table::ALL[4].as_str(),
    Table::ALL[5].as_str(),
    IDENTITY,
    KEYS,
    PHOTOS,
];

/// An open database; closed when dropped.
pub(super) struct Handle {
    database: Database,
    is_closed: Rc<Cell<bool>>,
    _listeners: [EventListener; 2],
}

impl Handle {
    /// Opens the database, bringing it to this version.
    ///
    /// # Errors
    /// [`StorageFault::Unavailable`] at once when a tab of an older version does not let go of it:
    /// its owner has to close that tab, and whoever waits would wait for ever.
    pub(super) async fn open() -> Result<Self, Fault> {
        let (tell, blocked) = oneshot::channel();
        let opening = Database::open(NAME)
            .with_version(VERSION)
            .with_on_blocked(move |_| {
                // Nobody listens once it is open.
                let _ = tell.send(());
                Ok(())
            })
            .with_on_upgrade_needed(upgrade);
        let opening = Box::pin(async move { opening.await.map_err(open_fault) });
        let blocked = Box::pin(async move {
            match blocked.await {
                Ok(()) => (),
                Err(_) => pending().await,
            }
        });
        let database = match select(opening, blocked).await {
            Either::Left((opened, _)) => opened?,
            Either::Right(((), opening)) => {
                // The upgrade comes to its end when that tab is closed, and must find its stores.
                spawn_local(async move {
                    if let Ok(database) = opening.await {
                        database.close();
                    }
                });
                return Err(Fault::Storage(StorageFault::Unavailable));
            }
        };
        let is_closed = Rc::new(Cell::new(false));
        // A newer version in another tab waits until this handle is closed.
        let (closing, closed) = (database.clone(), Rc::clone(&is_closed));
        let version_change = EventListener::new(database.as_sys(), "versionchange", move |_| {
            closed.set(true);
            closing.clone().close();
        });
        let closed = Rc::clone(&is_closed);
        let close = EventListener::new(database.as_sys(), "close", move |_| closed.set(true));
        Ok(Self {
            database,
            is_closed,
            _listeners: [version_change, close],
        })
    }

    /// Returns the database unless the browser closed it.
    pub(super) fn database(&self) -> Option<Database> {
        (!self.is_closed.get()).then(|| self.database.clone())
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.database.clone().close();
    }
}

/// Brings the database from its old version to this one, step by step.
fn upgrade(event: VersionChangeEvent, database: Database) -> Result<(), Error> {
    let second = [Table::Matters.as_str(), PHOTOS];
    if event.old_version() < 1.0 {
        for store in STORES.into_iter().filter(|store| !second.contains(store)) {
            database.create_object_store(store).build()?;
        }
    }
    if event.old_version() < 2.0 {
        for store in second {
            database.create_object_store(store).build()?;
        }
    }
    Ok(())
}

/// Begins a strictly durable transaction.
pub(super) fn begin<'a>(
    database: &'a Database,
    stores: &[&str],
    mode: TransactionMode,
) -> Result<Transaction<'a>, Error> {
    let mut options = TransactionOptions::new();
    options.set_durability(TransactionDurability::Strict);
    database
        .transaction(stores)
        .with_mode(mode)
        .with_options(options)
        .build()
}

/// Does `work` in the transaction and commits it; rolls it back when the work fails.
pub(super) async fn run<T>(
    transaction: Transaction<'_>,
    work: &impl AsyncFn(&Transaction<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    // A failure such as a full disk shows only as an aborted transaction, with its reason there.
    let reason: IdbTransaction = transaction.as_sys().clone().into();
    let aborted = |fault: Fault| match reason.error() {
        Some(error) => Fault::Storage(storage_fault(&error.name(), &error.message())),
        None => fault,
    };
    let done = work(&transaction).await.map_err(aborted)?;
    transaction
        .commit()
        .await
        .map_err(|error| aborted(fault(error)))?;
    Ok(done)
}

/// Returns the fault behind an error of the database.
pub(super) fn fault(error: Error) -> Fault {
    Fault::Storage(match error {
        Error::DomException(error) => fault_of(error),
        Error::Serialisation(_) | Error::MissingData(_) | Error::Unknown(_) => {
            StorageFault::Unavailable
        }
    })
}

/// Returns the fault behind a database that does not open. In private browsing some browsers call
/// the state invalid.
fn open_fault(error: OpenDbError) -> Fault {
    Fault::Storage(match error {
        OpenDbError::Base(Error::DomException(DomException::InvalidStateError(_))) => {
            StorageFault::Denied
        }
        OpenDbError::Base(Error::DomException(error)) => fault_of(error),
        // The version is never nought: this crate says so of whatever is thrown by the request to
        // open, and browsers throw there what they do not allow.
        OpenDbError::VersionZero
        | OpenDbError::NullFactory
        | OpenDbError::UnsupportedEnvironment => StorageFault::Denied,
        OpenDbError::Base(_) => StorageFault::Unavailable,
    })
}

fn fault_of(error: DomException) -> StorageFault {
    let error = web_sys::DomException::from(error);
    storage_fault(&error.name(), &error.message())
}

/// Returns the fault of an exception. In Chromium a disk that is really full and a person who allows
/// no storage have no name of their own: they are unknown errors that say so.
fn storage_fault(name: &str, message: &str) -> StorageFault {
    match name {
        "QuotaExceededError" => StorageFault::Full,
        "UnknownError" if message.contains("NO_SPACE") => StorageFault::Full,
        "UnknownError" if message.contains("denied permission") => StorageFault::Denied,
        // A browser that cannot keep a key without showing it refuses to copy it.
        "SecurityError" | "NotAllowedError" | "DataCloneError" => StorageFault::Denied,
        _ => StorageFault::Unavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_of_the_engine_has_a_store() {
        for table in Table::ALL {
            assert!(STORES.contains(&table.as_str()));
        }
        assert_eq!(STORES.len(), Table::ALL.len() + 3);
    }

    #[test]
    fn a_full_disk_and_a_forbidden_storage_are_told_from_a_broken_one() {
        let full = "IO error: 000003.log: FILE_ERROR_NO_SPACE (ChromeMethodBFE: 3)";
        let denied = "The user denied permission to access the database.";
        for (name, message, expected) in [
            ("QuotaExceededError", "", StorageFault::Full),
            ("UnknownError", full, StorageFault::Full),
            ("UnknownError", "Internal error.", StorageFault::Unavailable),
            ("UnknownError", denied, StorageFault::Denied),
            ("SecurityError", "", StorageFault::Denied),
        ] {
            assert_eq!(storage_fault(name, message), expected, "{name}");
        }
    }
}
