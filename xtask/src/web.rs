//! Builds the bundle that phones download: compile, cut, wasm-bindgen, then `bundle` puts the
//! files together. Nothing is built while a stamp says that no input has changed.

mod bundle;
mod compile;
mod digest;
mod inputs;
mod shorten;
mod split;

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use crate::failure::Failure;
use crate::tools;
use crate::workspace;

/// Builds the bundle unless it is up to date, and returns its folder.
pub(crate) fn build() -> Result<PathBuf, Failure> {
    let dist = workspace::web_dist();
    let stamp = workspace::web_target().join("dist.stamp");
    let inputs = inputs::digest()?;
    if dist.is_dir() && fs::read_to_string(&stamp).is_ok_and(|built| built == inputs) {
        println!("the web bundle is up to date");
        return Ok(dist);
    }
    if stamp.exists() {
        fs::remove_file(&stamp).map_err(Failure::at(&stamp))?;
    }
    let begun = Instant::now();
    let compiled = compile::compile(tools::compiler()?)?;
    let program = compile::bind(&compiled)?;
    let sizes = bundle::assemble(&workspace::root().join("public"), &program, &dist)?;
    fs::write(&stamp, inputs).map_err(Failure::at(&stamp))?;
    println!(
        "the web bundle took {} s: {sizes}",
        begun.elapsed().as_secs()
    );
    Ok(dist)
}
