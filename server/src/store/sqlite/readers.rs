//! A few connections that read. SQLite's readers never wait for the writer.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use rusqlite::Connection;

use crate::store::StoreError;

pub(super) struct Readers {
    connections: Vec<Mutex<Connection>>,
    next: AtomicUsize,
}

impl Readers {
    pub(super) fn new(connections: Vec<Connection>) -> Self {
        Self {
            connections: connections.into_iter().map(Mutex::new).collect(),
            next: AtomicUsize::new(0),
        }
    }

    /// Runs a read that sees one state of the database.
    pub(super) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let connection = self.free();
        let snapshot = Snapshot::begin(&connection)?;
        read(snapshot.connection)
    }

    fn free(&self) -> MutexGuard<'_, Connection> {
        let first = self.next.fetch_add(1, Ordering::Relaxed) % self.connections.len();
        let (tail, head) = self.connections.split_at(first);
        for connection in head.iter().chain(tail) {
            match connection.try_lock() {
                Ok(free) => return free,
                // A read that panicked has ended its transaction; the connection is sound.
                Err(TryLockError::Poisoned(free)) => return free.into_inner(),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        self.connections[first]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A read transaction, ended on drop.
struct Snapshot<'a> {
    connection: &'a Connection,
}

impl<'a> Snapshot<'a> {
    fn begin(connection: &'a Connection) -> rusqlite::Result<Self> {
        connection.prepare_cached("begin")?.execute([])?;
        Ok(Self { connection })
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        let ended = self
            .connection
            .prepare_cached("rollback")
            .and_then(|mut statement| statement.execute([]));
        if let Err(error) = ended {
            tracing::error!(%error, "a read transaction could not be ended");
        }
    }
}
