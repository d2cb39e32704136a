//! Finds what a command needs beyond cargo, and installs it where that is possible.
//! Everything that is missing is dealt with at once, before the first minute is spent on building.

mod browser;
mod install;
mod postgres;
mod wasm;

use crate::failure::Failure;

pub(crate) use browser::{axe_core, chromium};
pub(crate) use postgres::postgres;
pub(crate) use wasm::{Compiler, TARGET, compiler};

/// What a command works with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// rustfmt and clippy.
    Lints,
    /// A compiler for WebAssembly.
    Web,
    /// Chromium, Chinese letters for it, and axe-core.
    Browser,
    /// PostgreSQL's programs.
    Postgres,
}

/// A tool that is not there, and who can bring it.
struct Missing {
    /// What the tool is for, in a few words.
    what: &'static str,
    /// Where it comes from.
    from: Source,
    /// What a person does who installs it by hand.
    by_hand: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// Debian packages.
    Debian(&'static [&'static str]),
    /// A package of npm's registry, with its version.
    Npm(&'static str),
    /// Only a person can bring it.
    Hand,
}

/// Makes sure that everything in `needs` is there.
///
/// # Errors
/// One message that lists all that is missing and how to install it, where xtask cannot do so.
pub(crate) fn ensure(needs: &[Need]) -> Result<(), Failure> {
    let missing = missing(needs);
    if missing.is_empty() {
        return Ok(());
    }
    install::install(&missing)?;
    let lines: Vec<_> = self::missing(needs)
        .iter()
        .map(|tool| format!("  - {}: {}", tool.what, tool.by_hand))
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    Err(Failure::ToolsMissing(format!(
        "these tools are missing and could not be installed from here:\n{}",
        lines.join("\n")
    )))
}

fn missing(needs: &[Need]) -> Vec<Missing> {
    let mut missing = Vec::new();
    if needs.contains(&Need::Lints) {
        missing.extend(install::missing_lints());
    }
    if needs.contains(&Need::Web) {
        missing.extend(wasm::missing());
    }
    if needs.contains(&Need::Browser) {
        missing.extend(browser::missing());
    }
    if needs.contains(&Need::Postgres) {
        missing.extend(postgres::missing());
    }
    missing
}
