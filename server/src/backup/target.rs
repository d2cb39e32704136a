//! The place that gets a backup: it holds nothing before, and all of it or nothing after.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{BackupError, at, sync};
use crate::running::{DataLock, LOCK};
use crate::store::postgres::PostgresStore;
use crate::store::sqlite::DATABASE;
use crate::store::{Place, Store, StoreError};

/// What gets a backup.
pub(super) enum Target<'a> {
    /// Nothing: it is only tried.
    None,
    Folder(&'a Path, DataLock),
    Database(PostgresStore),
}

impl<'a> Target<'a> {
    /// Takes a place that holds nothing.
    pub(super) async fn take(place: Option<&'a Place>) -> Result<Self, BackupError> {
        match place {
            None => Ok(Self::None),
            Some(Place::Folder(folder)) => {
                expect_empty(folder)?;
                Ok(Self::Folder(folder, DataLock::take(folder)?))
            }
            Some(Place::Postgres(url)) => {
                let store = PostgresStore::open(url).await?;
                match store.city().await? {
                    None => Ok(Self::Database(store)),
                    Some(_) => Err(StoreError::Founded.into()),
                }
            }
        }
    }

    /// Returns the folder to unpack the image in.
    pub(super) fn scratch(&self) -> PathBuf {
        match self {
            Self::None | Self::Database(_) => std::env::temp_dir(),
            Self::Folder(folder, _) => PathBuf::from(folder),
        }
    }

    /// Takes the image, whole or not at all.
    pub(super) async fn receive(self, image: &Path) -> Result<(), BackupError> {
        match self {
            Self::None => Ok(()),
            Self::Folder(folder, _lock) => {
                sync(image)?;
                let target = folder.join(DATABASE);
                fs::rename(image, &target).map_err(at(&target))?;
                sync(folder)
            }
            Self::Database(store) => Ok(store.take(image).await?),
        }
    }
}

fn expect_empty(folder: &Path) -> Result<(), BackupError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(at(folder)(error)),
    };
    for entry in entries {
        if entry.map_err(at(folder))?.file_name() != LOCK {
            let folder = folder.to_owned();
            return Err(BackupError::Occupied { folder });
        }
    }
    Ok(())
}
