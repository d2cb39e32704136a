//! Which compiler makes WebAssembly here.

use std::path::Path;
use std::process::Command;

use super::install;
use super::{Missing, Source};
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

/// Returns what is missing to build the bundle, after asking rustup for the target.
pub(super) fn missing() -> Vec<Missing> {
    let has_compiler = has_target()
        || install::has_packages(DEBIAN_COMPILER)
        || install::rustup(&["target", "add", TARGET]);
    if has_compiler {
        Vec::new()
    } else {
        vec![no_compiler()]
    }
}

fn no_compiler() -> Missing {
    Missing {
        what: "a Rust compiler for WebAssembly",
        from: Source::Debian(DEBIAN_COMPILER),
        by_hand: format!(
            "rustup target add {TARGET}; where that cannot be fetched, on Debian: apt-get install {}",
            DEBIAN_COMPILER.join(" ")
        ),
    }
}

/// Tells whether the ordinary compiler has a standard library for the target.
fn has_target() -> bool {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", TARGET]);
    command::answer(rustc.current_dir(workspace::root()))
        .is_some_and(|folder| Path::new(folder.trim()).is_dir())
}
