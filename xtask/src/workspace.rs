//! Where things are: the repository, cargo's target folder and what xtask keeps beneath it.

use std::env;
use std::path::{Path, PathBuf};

/// Returns the root of the repository.
pub(crate) fn root() -> PathBuf {
    // Asked at run time: two clones that share a target folder share this binary too.
    let package =
        env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&package)
        .parent()
        .expect("the xtask package is a folder of the workspace")
        .to_owned()
}

/// Returns cargo's target folder, which `CARGO_TARGET_DIR` may move.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// Returns the target folder of the WebAssembly build, apart because another compiler may fill it.
pub(crate) fn web_target() -> PathBuf {
    target().join("web")
}

/// Returns the folder of the finished bundle.
pub(crate) fn web_dist() -> PathBuf {
    web_target().join("dist")
}

/// Returns the folder of what comes from npm.
pub(crate) fn npm() -> PathBuf {
    target().join("npm")
}
