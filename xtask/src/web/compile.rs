//! From Rust to the two files that a browser runs: WebAssembly and the JavaScript that starts it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use wasm_bindgen_cli_support::Bindgen;

use super::inputs::gather;
use super::{shorten, split};
use crate::failure::Failure;
use crate::tools::Compiler;
use crate::{command, tools, workspace};

/// Where Debian's packages put their compiler.
const DEBIAN_PROGRAMS: &str = "/usr/bin";

/// Variables by which one toolchain's cargo leads another toolchain's astray.
const OF_ANOTHER_TOOLCHAIN: [&str; 9] = [
    "CARGO",
    "CARGO_ENCODED_RUSTFLAGS",
    "LD_LIBRARY_PATH",
    "RUSTC",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_WRAPPER",
    "RUSTDOC",
    "RUSTUP_TOOLCHAIN",
    "RUST_RECURSION_COUNT",
];

/// What a browser runs.
pub(super) struct Program {
    pub(super) javascript: String,
    pub(super) wasm: Vec<u8>,
    /// JavaScript that fetches the parts.
    pub(super) loader: String,
    /// WebAssembly that is fetched when it is first wanted: file stem and content.
    pub(super) parts: Vec<(String, Vec<u8>)>,
    /// JavaScript that crates bring along: path beneath `snippets/`, and content.
    pub(super) snippets: Vec<(String, Vec<u8>)>,
}

/// Compiles the app and returns the path of the raw WebAssembly.
pub(super) fn compile(compiler: Compiler) -> Result<PathBuf, Failure> {
    let mut cargo = match compiler {
        Compiler::Ordinary => command::cargo(),
        Compiler::Debian => debian_cargo()?,
    };
    cargo.args([
        "build",
        "--package",
        "app",
        "--bin",
        "app",
        "--profile",
        "web",
        "--target",
        tools::TARGET,
    ]);
    if compiler == Compiler::Debian {
        cargo.arg("-Zbuild-std=std,panic_abort");
    }
    let target = workspace::web_target();
    cargo
        .env("CARGO_TARGET_DIR", &target)
        // To strip more would take the section that tells wasm-bindgen which features
        // the compiler used; wasm-bindgen removes the names.
        .env("CARGO_PROFILE_WEB_STRIP", "debuginfo")
        // Leptos then builds every component from one kind of view instead of a type of its own.
        // The relocations say what each function needs, by which the program is cut into parts.
        .env(
            "RUSTFLAGS",
            "--cfg erase_components -Clink-args=--emit-relocs",
        );
    command::run(&mut cargo)?;
    Ok(target.join(tools::TARGET).join("web").join("app.wasm"))
}

/// Returns Debian's cargo with an environment that knows of no other toolchain.
fn debian_cargo() -> Result<Command, Failure> {
    let programs = Path::new(DEBIAN_PROGRAMS);
    let mut folders = vec![programs.to_owned()];
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let path = env::join_paths(folders)
        .map_err(|error| Failure::at(programs)(std::io::Error::other(error)))?;
    let mut cargo = Command::new(programs.join("cargo"));
    cargo.current_dir(workspace::root());
    command::forget_this_package(&mut cargo);
    for name in OF_ANOTHER_TOOLCHAIN {
        cargo.env_remove(name);
    }
    cargo
        .env("PATH", path)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld-22");
    Ok(cargo)
}

/// Cuts the raw WebAssembly into its parts and runs wasm-bindgen over the one that stays.
///
/// And not wasm-opt: its result is 8 % smaller as it is and not at all once compressed (measured with
/// version 132: 737 kB against 731), which is what a phone downloads.
pub(super) fn bind(compiled: &Path) -> Result<Program, Failure> {
    let folder = workspace::web_target().join("bindgen");
    empty(&folder)?;
    let cut = split::cut(compiled, &folder)?;
    run_bindgen(&cut.main, &folder)?;
    let javascript = folder.join("app.js");
    let javascript = fs::read_to_string(&javascript).map_err(Failure::at(&javascript))?;
    let wasm = folder.join("app_bg.wasm");
    let wasm = fs::read(&wasm).map_err(Failure::at(&wasm))?;
    let (javascript, wasm) = shorten::shorten(&javascript, &wasm)?;
    Ok(Program {
        javascript,
        wasm,
        loader: cut.loader,
        parts: cut.parts,
        snippets: snippets(&folder.join("snippets"))?,
    })
}

fn run_bindgen(compiled: &Path, folder: &Path) -> Result<(), Failure> {
    let mut bindgen = Bindgen::new();
    bindgen
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .input_path(compiled)
                .out_name("app")
                .typescript(false)
                // The parts are linked to the table and the memory of the one that stays.
                .keep_lld_exports(true)
                .remove_name_section(true)
                .remove_producers_section(true)
                .generate(folder)
        })
        .map_err(|error| Failure::Bindgen(error.into()))
}

fn snippets(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    gather(folder, &mut paths)?;
    let read = |path: PathBuf| {
        let content = fs::read(&path).map_err(Failure::at(&path))?;
        let name = path
            .strip_prefix(folder)
            .unwrap_or(&path)
            .to_string_lossy()
            .replace('\\', "/");
        Ok((name, content))
    };
    paths.into_iter().map(read).collect()
}

fn empty(folder: &Path) -> Result<(), Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Failure::at(folder))?;
    }
    fs::create_dir_all(folder).map_err(Failure::at(folder))
}
