//! Builds the server binary, `baodao`.

use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;

use crate::command;
use crate::failure::Failure;
use crate::workspace;

/// How a binary is built: quickly, or for use.
#[derive(Clone, Copy)]
pub(crate) enum Profile {
    Dev,
    Release,
}

/// Where the server finds the bundle: in a folder it is told, or inside its own file.
#[derive(Clone, Copy)]
pub(crate) enum Bundle {
    Folder,
    Embedded,
}

/// Builds `baodao` and returns its path.
pub(crate) fn build(profile: Profile, bundle: Bundle) -> Result<PathBuf, Failure> {
    let mut cargo = command::cargo();
    cargo.args(["build", "--package", "server", "--bin", "baodao"]);
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => {
            cargo.arg("--release");
            "release"
        }
    };
    match bundle {
        Bundle::Folder => {}
        Bundle::Embedded => {
            cargo.args(["--features", "embed-app"]);
        }
    }
    command::run(&mut cargo)?;
    Ok(workspace::target()
        .join(folder)
        .join(format!("baodao{EXE_SUFFIX}")))
}
