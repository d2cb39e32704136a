//! What a run in a real Chromium stands on: the bundle, the server binary, the browser, axe-core.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::server::{self, Bundle, Profile};
use crate::tools::{self, Need};
use crate::{command, web};

/// Paths that the tests in Chromium take from their environment.
pub(crate) struct Stage {
    web: PathBuf,
    server: PathBuf,
    chromium: PathBuf,
    axe_core: PathBuf,
}

impl Stage {
    /// Builds the bundle and the server, and finds the browser and axe-core.
    pub(crate) fn set(profile: Profile) -> Result<Self, Failure> {
        Ok(Self {
            web: web::build()?,
            server: server::build(profile, Bundle::Folder)?,
            chromium: tools::chromium()?,
            axe_core: tools::axe_core()?,
        })
    }

    /// Tells a command where everything is.
    pub(crate) fn tell<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("BAODAO_WEB", &self.web)
            .env("BAODAO_BIN", &self.server)
            .env("CHROMIUM", &self.chromium)
            .env("AXE_CORE", &self.axe_core)
    }
}

/// `cargo xtask shots`: a picture of every screen, in the folder `out`.
pub(crate) fn shots(out: &Path) -> Result<(), Failure> {
    tools::ensure(&[Need::Web, Need::Browser])?;
    let stage = Stage::set(Profile::Dev)?;
    let here = env::current_dir().map_err(Failure::at(Path::new(".")))?;
    let mut cargo = command::cargo();
    cargo
        .args(["run", "--package", "tests", "--bin", "shots", "--", "--out"])
        .arg(here.join(out));
    command::run(stage.tell(&mut cargo))
}
