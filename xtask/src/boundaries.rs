//! Which packages may not know which crates: `app → shared ← server`, and `shared` does no IO.

use std::collections::BTreeSet;

use crate::command;
use crate::failure::Failure;

/// A package and the crates that may be nowhere beneath it.
const FORBIDDEN: [(&str, &[&str]); 3] = [
    (
        "shared",
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
    ("app", &["axum", "rusqlite", "server", "sqlx"]),
    ("server", &["app", "gloo", "leptos", "web-sys"]),
];

/// Fails with one line for each crate that is where it may not be.
pub(crate) fn check() -> Result<(), Failure> {
    let mut breaches = Vec::new();
    for (package, forbidden) in FORBIDDEN {
        let tree = dependencies(package)?;
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

/// Returns the names of all crates that end up in a package, on whatever target.
fn dependencies(package: &str) -> Result<BTreeSet<String>, Failure> {
    let tree = command::read(command::cargo().args([
        "tree",
        "--package",
        package,
        "--target",
        "all",
        "--edges",
        "normal,build",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]))?;
    let names = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    Ok(names.map(str::to_owned).collect())
}
