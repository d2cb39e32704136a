//! What the bundle is made of, as one digest: if it is the same, so is the bundle.

use std::fs;
use std::path::{Path, PathBuf};

use super::digest::digest_of;
use crate::failure::Failure;
use crate::workspace;

const INPUTS: [&str; 7] = [
    "Cargo.lock",
    "Cargo.toml",
    "app",
    "public",
    "shared",
    "xtask/src/web",
    "xtask/src/web.rs",
];

/// Returns the digest of every input's path and content.
pub(super) fn digest() -> Result<String, Failure> {
    let root = workspace::root();
    let mut paths = Vec::new();
    for input in INPUTS {
        gather(&root.join(input), &mut paths)?;
    }
    let mut parts = Vec::new();
    for path in paths {
        let content = fs::read(&path).map_err(Failure::at(&path))?;
        parts.push(
            path.strip_prefix(&root)
                .unwrap_or(&path)
                .as_os_str()
                .as_encoded_bytes()
                .to_owned(),
        );
        parts.push(content);
    }
    Ok(digest_of(parts.iter().map(Vec::as_slice)))
}

/// Adds a file, or all files beneath a folder in the order of their names.
pub(super) fn gather(path: &Path, paths: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if !path.is_dir() {
        paths.push(path.to_owned());
        return Ok(());
    }
    let entries: Result<Vec<_>, _> = fs::read_dir(path)
        .and_then(Iterator::collect)
        .map_err(Failure::at(path));
    let mut beneath: Vec<PathBuf> = entries?.iter().map(fs::DirEntry::path).collect();
    beneath.sort();
    for path in beneath {
        gather(&path, paths)?;
    }
    Ok(())
}
