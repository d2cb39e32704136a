//! Installs missing tools with rustup, apt and npm, after one line that says what will be installed.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use super::{Missing, Source};
use crate::failure::Failure;
use crate::{command, workspace};

/// Installs what can be installed from here; the rest is for the caller to complain of.
pub(super) fn install(missing: &[Missing]) -> Result<(), Failure> {
    let mut packages: Vec<&str> = Vec::new();
    let mut modules: Vec<&str> = Vec::new();
    for tool in missing {
        match tool.from {
            Source::Debian(names) => packages.extend(names),
            Source::Npm(name) => modules.push(name),
            Source::Hand => {}
        }
    }
    if !modules.is_empty() && find("npm").is_none() {
        packages.push("npm");
    }
    if !has_apt() {
        packages.clear();
    }
    if find("npm").is_none() && !packages.contains(&"npm") {
        modules.clear();
    }
    announce(&packages, &modules);
    if !packages.is_empty() {
        install_packages(&packages)?;
    }
    if !modules.is_empty() {
        install_modules(&modules)?;
    }
    Ok(())
}

/// Tells whether Debian packages can be installed from here: apt is there and it is root who asks.
pub(super) fn has_apt() -> bool {
    let is_root = command::answer(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    is_root && find("apt-get").is_some() && find("dpkg-query").is_some()
}

/// Tells whether all these Debian packages are installed.
pub(super) fn has_packages(names: &[&str]) -> bool {
    let mut query = Command::new("dpkg-query");
    query
        .args(["--show", "--showformat", "${db:Status-Status}\n"])
        .args(names);
    command::answer(&mut query)
        .is_some_and(|states| states.lines().all(|state| state == "installed"))
}

/// Returns the path of a program on the `PATH`.
pub(super) fn find(program: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders)
        .map(|folder| folder.join(format!("{program}{}", env::consts::EXE_SUFFIX)))
        .find(|path| path.is_file())
}

/// Returns rustfmt and clippy if one of them is missing and rustup cannot bring it.
pub(super) fn missing_lints() -> Option<Missing> {
    let has = |component: &str| command::succeeds(command::cargo().args([component, "--version"]));
    if (has("fmt") && has("clippy")) || rustup(&["component", "add", "rustfmt", "clippy"]) {
        return None;
    }
    Some(Missing {
        what: "rustfmt and clippy",
        from: Source::Hand,
        by_hand: "rustup component add rustfmt clippy".to_owned(),
    })
}

/// Asks rustup for something, in silence, and tells whether it could.
pub(super) fn rustup(arguments: &[&str]) -> bool {
    find("rustup").is_some()
        && command::succeeds(
            Command::new("rustup")
                .args(arguments)
                .current_dir(workspace::root()),
        )
}

fn announce(packages: &[&str], modules: &[&str]) {
    let mut sources = Vec::new();
    if !packages.is_empty() {
        sources.push(format!("with apt: {}", packages.join(" ")));
    }
    if !modules.is_empty() {
        sources.push(format!(
            "with npm, into the target folder: {}",
            modules.join(" ")
        ));
    }
    if !sources.is_empty() {
        println!("installing {}", sources.join("; "));
    }
}

fn install_packages(names: &[&str]) -> Result<(), Failure> {
    apt(&["update"])?;
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(names);
    apt(&arguments)
}

fn apt(arguments: &[&str]) -> Result<(), Failure> {
    let mut command = Command::new("apt-get");
    command
        .arg("--quiet=2")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive");
    command::read(&mut command).map(drop)
}

fn install_modules(names: &[&str]) -> Result<(), Failure> {
    let folder = workspace::npm();
    fs::create_dir_all(&folder).map_err(Failure::at(&folder))?;
    let mut npm = Command::new("npm");
    npm.args([
        "install",
        "--save-exact",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--prefix",
    ])
    .arg(&folder)
    .args(names);
    command::read(npm.current_dir(&folder)).map(drop)
}

/// Returns the path that a variable of the environment names, if a file is there.
pub(super) fn from_environment(variable: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env::var_os(variable)?);
    Path::is_file(&path).then_some(path)
}
