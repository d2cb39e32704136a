//! A store's file as a whole: copied, or filled with another store's rows.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::connection::connect;
use super::migrations;
use crate::store::StoreError;

/// Copies a database, while others read and write, into a file that is not there or empty.
pub(super) async fn copy(path: PathBuf, file: &Path) -> Result<(), StoreError> {
    let file = file.to_string_lossy().into_owned();
    let copy = move || {
        connect(&path)?.execute("vacuum into ?1", [file])?;
        Ok(())
    };
    tokio::task::spawn_blocking(copy)
        .await
        .map_err(|error| StoreError::Database(Box::new(error)))?
}

/// Makes a store's file without rows, to be filled by whoever has them, and begins to.
pub(in crate::store) fn blank(file: &Path) -> Result<Connection, StoreError> {
    let connection = connect(file)?;
    connection.pragma_update(None, "journal_mode", "delete")?;
    migrations::migrate(&connection)?;
    // Rows are found fit for each other when the file is verified.
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.execute_batch("begin immediate")?;
    Ok(connection)
}

/// Ends the filling of a file.
pub(in crate::store) fn finish(connection: Connection) -> Result<(), StoreError> {
    connection.execute_batch("commit")?;
    connection.close().map_err(|(_, error)| error.into())
}
