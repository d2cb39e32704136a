//! Which packages may not know which crates: `app → shared ← server`, and `shared` does no IO.

use std::collections::BTreeSet;

use crate::command;
use crate::failure::Failure;

/// For which machines a package is looked at.
#[derive(Clone, Copy)]
enum Machines {
    /// Every one that Rust knows: it runs in browsers too.
    All,
    /// This one: a server runs in no browser, and what a dependency would need there is not in it.
    This,
}

/// A package and the crates that may be nowhere beneath it.
const FORBIDDEN: [(&str, Machines, &[&str]); 3] = [
    (
        "shared",
        Machines::All,
        &[
            "app",
            "axum",
            "gloo",
            "hyper",
            "indexed_db_futures",
            "leptos",
            "rusqlite",
            "server",
            "sqlx",
            "tokio",
            "web-sys",
        ],
    ),
    (
        "app",
        Machines::All,
        &["axum", "rusqlite", "server", "sqlx"],
    ),
    (
        "server",
        Machines::This,
        &["app", "gloo", "leptos", "web-sys"],
    ),
];

/// Fails with one line for each crate that is where it may not be.
pub(crate) fn check() -> Result<(), Failure> {
    let mut breaches = Vec::new();
    for (package, machines, forbidden) in FORBIDDEN {
        let tree = dependencies(package, machines)?;
        for name in forbidden.iter().filter(|name| tree.contains(**name)) {
            breaches.push(format!(
                "`{package}` must not depend on `{name}`; to see how it does: cargo tree -p {package} -i {name}"
            ));
        }
    }
    if breaches.is_empty() {
        return Ok(());
    }
    Err(Failure::Boundary(breaches.join("\n")))
}

/// Returns the names of all crates that end up in a package.
fn dependencies(package: &str, machines: Machines) -> Result<BTreeSet<String>, Failure> {
    let mut cargo = command::cargo();
    cargo
        .args(["tree", "--package", package, "--edges", "normal,build"])
        .args(["--prefix", "none", "--format", "{p}"]);
    match machines {
        Machines::All => cargo.args(["--target", "all"]),
        Machines::This => &mut cargo,
    };
    let tree = command::read(&mut cargo)?;
    let names = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    Ok(names.map(str::to_owned).collect())
}
