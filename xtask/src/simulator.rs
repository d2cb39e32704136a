//! `cargo xtask replay` and `cargo xtask sim`: the simulator by hand.

use crate::command;
use crate::failure::Failure;

/// Runs one seed with every step printed.
pub(crate) fn replay(seed: u64, phones: Option<u32>) -> Result<(), Failure> {
    let mut arguments = vec!["--seed".to_owned(), seed.to_string(), "--trace".to_owned()];
    if let Some(phones) = phones {
        arguments.extend(["--phones".to_owned(), phones.to_string()]);
    }
    simulate(&arguments)
}

/// Runs the `seeds` worlds after `from` of `phones` phones each, or as many as there is time for.
pub(crate) fn run(from: u64, seeds: u64, phones: u32, minutes: Option<u64>) -> Result<(), Failure> {
    let mut arguments = vec!["--from".to_owned(), from.to_string()];
    arguments.extend(["--seeds".to_owned(), seeds.to_string()]);
    arguments.extend(["--phones".to_owned(), phones.to_string()]);
    if let Some(minutes) = minutes {
        arguments.extend(["--minutes".to_owned(), minutes.to_string()]);
    }
    simulate(&arguments)
}

/// As fast as a release, with every assertion of ours.
fn simulate(arguments: &[String]) -> Result<(), Failure> {
    let mut cargo = command::cargo();
    cargo.args(["run", "--profile", "sim", "--package", "tests"]);
    cargo.args(["--bin", "simulate", "--"]);
    command::run(cargo.args(arguments))
}
