//! `cargo xtask replay` and `cargo xtask sim`: the simulator by hand.

use crate::command;
use crate::failure::Failure;

/// Runs one seed with every step printed.
pub(crate) fn replay(seed: u64) -> Result<(), Failure> {
    simulate(&["--seed", &seed.to_string(), "--trace"])
}

/// Runs `seeds` worlds of `phones` phones each.
pub(crate) fn run(seeds: u64, phones: u32) -> Result<(), Failure> {
    simulate(&[
        "--seeds",
        &seeds.to_string(),
        "--phones",
        &phones.to_string(),
    ])
}

fn simulate(arguments: &[&str]) -> Result<(), Failure> {
    let mut cargo = command::cargo();
    cargo.args(["run", "--package", "tests", "--bin", "simulate", "--"]);
    command::run(cargo.args(arguments))
}
