//! Cuts the program where its source says `#[wasm_split]`: what stays, and the parts that a browser
//! fetches when they are first wanted.

use std::fs;
use std::path::{Path, PathBuf};

use wasm_split_cli_support::Options;

use crate::failure::Failure;

/// The module that fetches the parts, as the program's JavaScript names it.
pub(super) const LOADER: &str = "./__wasm_split.js";
/// The program's JavaScript, as the loader names it.
pub(super) const SCRIPT: &str = "./app.js";

/// A program cut apart.
pub(super) struct Cut {
    /// What stays, for wasm-bindgen.
    pub(super) main: PathBuf,
    /// JavaScript that fetches the parts.
    pub(super) loader: String,
    /// The parts: file stem and content.
    pub(super) parts: Vec<(String, Vec<u8>)>,
}

/// Cuts the raw WebAssembly, which was linked with its relocations, into a folder.
pub(super) fn cut(compiled: &Path, folder: &Path) -> Result<Cut, Failure> {
    let program = fs::read(compiled).map_err(Failure::at(compiled))?;
    let main = folder.join("main.wasm");
    let mut options = Options::new(&program);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = SCRIPT;
    options.link_name = LOADER;
    let split =
        wasm_split_cli_support::transform(options).map_err(|error| Failure::Split(error.into()))?;
    let loader = folder.join(LOADER);
    let loader = fs::read_to_string(&loader).map_err(Failure::at(&loader))?;
    let part = |path: PathBuf| {
        let stem = path.file_stem().unwrap_or_default();
        let content = fs::read(&path).map_err(Failure::at(&path))?;
        Ok((
            stem.to_string_lossy().into_owned(),
            without_names(&content)?,
        ))
    };
    let parts: Result<_, Failure> = split.split_modules.into_iter().map(part).collect();
    Ok(Cut {
        main,
        loader,
        parts: parts?,
    })
}

/// Returns a module without the names of its functions.
fn without_names(module: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut config = walrus::ModuleConfig::new();
    config
        .generate_name_section(false)
        .generate_producers_section(false);
    let mut module = config
        .parse(module)
        .map_err(|error| Failure::Split(error.into()))?;
    Ok(module.emit_wasm())
}
