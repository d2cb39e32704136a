//! A folder for work that nobody else may see, removed on drop.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::auth;

/// A folder inside another: the same disk, the same rights.
#[derive(Debug)]
pub struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    /// Makes a folder whose name begins with `purpose`.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(parent: &Path, purpose: &str) -> io::Result<Self> {
        let number = auth::random().map_err(io::Error::other)?;
        let folder = parent.join(format!("{purpose}-{:08x}", u32::from_be_bytes(number)));
        fs::create_dir(&folder)?;
        Ok(Self { folder })
    }

    /// Returns the folder.
    pub fn path(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            tracing::warn!(%error, "a scratch folder could not be removed");
        }
    }
}
