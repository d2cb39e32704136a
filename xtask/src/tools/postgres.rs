//! PostgreSQL's programs, for the tests that start a database of their own.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::install::find;
use super::{Missing, Source};
use crate::command;
use crate::failure::Failure;

/// Where Debian keeps each version's programs.
const DEBIAN: &str = "/usr/lib/postgresql";

/// Returns the folder of PostgreSQL's programs.
///
/// # Errors
/// Fails where there is none; [`super::ensure`] brings one.
pub(crate) fn postgres() -> Result<PathBuf, Failure> {
    find_postgres().ok_or_else(|| Failure::ToolsMissing(no_postgres().by_hand))
}

/// Returns PostgreSQL if it is missing.
pub(super) fn missing() -> Option<Missing> {
    find_postgres().is_none().then(no_postgres)
}

/// The folder that the environment names, that of a program on the `PATH`, Debian's newest, or what
/// PostgreSQL says of itself.
fn find_postgres() -> Option<PathBuf> {
    let named = env::var_os("POSTGRES_BIN").map(PathBuf::from);
    let on_path = || Some(find("initdb")?.parent()?.to_owned());
    let told = || {
        let folder = command::answer(Command::new("pg_config").arg("--bindir"))?;
        Some(PathBuf::from(folder.trim()))
    };
    let is_whole = |folder: &PathBuf| has_programs(folder);
    named
        .filter(is_whole)
        .or_else(|| on_path().filter(is_whole))
        .or_else(|| newest_of_debian().filter(is_whole))
        .or_else(|| told().filter(is_whole))
}

fn has_programs(folder: &Path) -> bool {
    let suffix = env::consts::EXE_SUFFIX;
    let mut programs = ["initdb", "postgres"].into_iter();
    programs.all(|program| folder.join(format!("{program}{suffix}")).is_file())
}

fn newest_of_debian() -> Option<PathBuf> {
    let versions = fs::read_dir(DEBIAN).ok()?;
    let versions = versions.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let newest = versions.filter_map(|name| name.parse::<u32>().ok()).max()?;
    Some(Path::new(DEBIAN).join(newest.to_string()).join("bin"))
}

fn no_postgres() -> Missing {
    Missing {
        what: "PostgreSQL",
        from: Source::Debian(&["postgresql"]),
        by_hand:
            "apt-get install postgresql, or name the folder of initdb and postgres in POSTGRES_BIN"
                .to_owned(),
    }
}
