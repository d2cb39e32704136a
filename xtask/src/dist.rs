//! `cargo xtask dist`: one file that holds the server and the bundle.

use std::env::consts::EXE_SUFFIX;
use std::fs;

use crate::failure::Failure;
use crate::server::{self, Bundle, Profile};
use crate::tools::{self, Need};
use crate::{web, workspace};

/// Builds `target/dist/baodao` and prints its size.
pub(crate) fn dist() -> Result<(), Failure> {
    tools::ensure(&[Need::Web])?;
    web::build()?;
    let built = server::build(Profile::Release, Bundle::Embedded)?;
    let folder = workspace::target().join("dist");
    fs::create_dir_all(&folder).map_err(Failure::at(&folder))?;
    let shipped = folder.join(format!("baodao{EXE_SUFFIX}"));
    let size_bytes = fs::copy(&built, &shipped).map_err(Failure::at(&shipped))?;
    println!("{}: {:.1} MB", shipped.display(), size_bytes as f64 / 1e6);
    Ok(())
}
