//! Which compiler makes WebAssembly here, and which optimiser shrinks it.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::install::{self, find, from_environment};
use super::{Missing, Source, Weight};
use crate::failure::Failure;
use crate::{command, workspace};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's compiler, which builds the standard library from its source.
const DEBIAN_COMPILER: &[&str] = &[
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "lld-22",
];

/// The package of npm's registry that brings wasm-opt.
const BINARYEN: &str = "binaryen@132.0.0";

/// The oldest wasm-opt whose result is known to start. Debian 12's, 108, silently mixes up the tables
/// of a file that uses reference types, and the app it makes stops at its first line.
const OLDEST_OPTIMISER: u32 = 132;

/// The compiler that makes WebAssembly.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compiler {
    /// The cargo that runs xtask: its standard library for the target is there.
    Ordinary,
    /// Debian's cargo and rustc, for machines whose rustup cannot fetch the target.
    Debian,
}

/// Returns the compiler to use.
///
/// # Errors
/// Fails where there is none; [`super::ensure`] brings one.
pub(crate) fn compiler() -> Result<Compiler, Failure> {
    if has_target() {
        Ok(Compiler::Ordinary)
    } else if install::has_packages(DEBIAN_COMPILER) {
        Ok(Compiler::Debian)
    } else {
        Err(Failure::ToolsMissing(no_compiler().by_hand))
    }
}

/// Returns the path of a wasm-opt that is new enough, if there is one.
pub(crate) fn optimiser() -> Option<PathBuf> {
    let installed = [workspace::root(), workspace::npm()]
        .map(|folder| folder.join("node_modules/.bin/wasm-opt"));
    from_environment("WASM_OPT")
        .into_iter()
        .chain(find("wasm-opt"))
        .chain(installed)
        .find(|path| is_new_enough(path))
}

fn is_new_enough(optimiser: &Path) -> bool {
    let version = command::answer(Command::new(optimiser).arg("--version"));
    version.as_deref().and_then(version_number) >= Some(OLDEST_OPTIMISER)
}

/// Returns the number in `wasm-opt version 132 (version_132)`.
fn version_number(version: &str) -> Option<u32> {
    version.split_whitespace().nth(2)?.parse().ok()
}

/// Returns what is missing to build the bundle, after asking rustup for the target.
pub(super) fn missing() -> Vec<Missing> {
    let mut missing = Vec::new();
    let has_compiler = has_target()
        || install::has_packages(DEBIAN_COMPILER)
        || install::rustup(&["target", "add", TARGET]);
    if !has_compiler {
        missing.push(no_compiler());
    }
    if optimiser().is_none() {
        missing.push(Missing {
            what: "wasm-opt, which makes the download smaller",
            from: Source::Npm(BINARYEN),
            by_hand: format!(
                "npm install {BINARYEN}, or name a wasm-opt of version {OLDEST_OPTIMISER} or later in WASM_OPT"
            ),
            weight: Weight::Optional,
        });
    }
    missing
}

fn no_compiler() -> Missing {
    Missing {
        what: "a Rust compiler for WebAssembly",
        from: Source::Debian(DEBIAN_COMPILER),
        by_hand: format!(
            "rustup target add {TARGET}; where that cannot be fetched, on Debian: apt-get install {}",
            DEBIAN_COMPILER.join(" ")
        ),
        weight: Weight::Required,
    }
}

/// Tells whether the ordinary compiler has a standard library for the target.
fn has_target() -> bool {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", TARGET]);
    command::answer(rustc.current_dir(workspace::root()))
        .is_some_and(|folder| Path::new(folder.trim()).is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_wasm_opt_is_the_number_after_the_word() {
        assert_eq!(
            version_number("wasm-opt version 132 (version_132)\n"),
            Some(132)
        );
        assert_eq!(version_number("wasm-opt version 108"), Some(108));
        assert_eq!(version_number("something else"), None);
    }
}
