//! Runs simulated worlds by hand: `--seed N [--trace]` for one, `--seeds N [--phones M]` for many.

use std::process::ExitCode;

use tests::simulator::{self, PHONES, Scenario, Trace};

const USAGE: &str = "simulate --seed N [--trace] [--phones M] | simulate --seeds N [--phones M]";

/// Documents are loaded and dropped by the million.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((seeds, phones, trace)) = read(&arguments) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let scenario = |seed| Scenario {
        seed,
        phones,
        trace,
    };
    match simulator::run_all(seeds, scenario) {
        Ok(total) => {
            println!("{total}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn read(arguments: &[String]) -> Option<(std::ops::Range<u64>, usize, Trace)> {
    let (mut seeds, mut phones, mut trace) = (None, PHONES, Trace::Silent);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--seed" => {
                let seed = rest.next()?.parse().ok()?;
                seeds = Some(seed..seed + 1);
            }
            "--seeds" => seeds = Some(0..rest.next()?.parse().ok()?),
            "--phones" => phones = rest.next()?.parse().ok()?,
            "--trace" => trace = Trace::Printed,
            _ => return None,
        }
    }
    Some((seeds?, phones, trace))
}
