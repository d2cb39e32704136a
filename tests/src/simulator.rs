//! A world of phones and one server in which everything that can go wrong does, decided by one seed.
//!
//! The engines under test are the real ones: `shared::client::Engine` and `shared::server::Exchange`.
//! The world owns what they may not know: the clock, the network, the phones' storage, the store of
//! the server, and people who plan, check in and mark. There are no threads and no sleeps: an event
//! queue over a virtual clock, so that a seed replays to the byte. Nothing here reads a real clock.
//!
//! After a day of faults they stop, every phone comes online and is restarted once, and the world is
//! checked against what people were told: see [`check`].

mod calm;
mod chance;
mod check;
mod city;
mod derived;
mod driver;
mod faults;
mod hosts;
mod nature;
mod network;
mod ownership;
mod people;
mod phone;
mod poison;
mod report;
mod server;
mod service;
mod store;
mod terms;
mod world;

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

pub use faults::Fault;
pub use report::{Failure, Report, Struck};

use world::World;

/// What to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Decides everything.
    pub seed: u64,
    /// Phones in the world.
    pub phones: usize,
    /// Whether each step is printed.
    pub trace: Trace,
}

/// Whether each step is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trace {
    /// Steps are only counted into the trace hash.
    Silent,
    /// Steps are printed as they happen.
    Printed,
}

/// Phones of a world when nobody asks for another number.
pub const PHONES: usize = 50;

/// Runs a world for each seed, on every core, and adds up their reports; `each` hears of every world
/// that is as it must be. The first failure ends it.
///
/// # Errors
/// [`Failure`] of one of the seeds.
///
/// # Panics
/// When a world does.
pub fn run_all(
    seeds: impl Iterator<Item = u64> + Send,
    scenario: impl Fn(u64) -> Scenario + Sync,
    each: impl Fn(&Report) + Sync,
) -> Result<Report, Failure> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let (seeds, failed) = (Mutex::new(seeds), AtomicBool::new(false));
    let next = || {
        let mut seeds = seeds.lock().unwrap_or_else(PoisonError::into_inner);
        seeds.next().filter(|_| !failed.load(Ordering::Relaxed))
    };
    let work = || -> Result<Report, Failure> {
        let mut total = Report::default();
        while let Some(seed) = next() {
            let report = run(scenario(seed));
            failed.fetch_or(report.is_err(), Ordering::Relaxed);
            let report = report?;
            each(&report);
            total.add(&report);
        }
        Ok(total)
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let mut total = Report::default();
        for thread in threads {
            total.add(&thread.join().expect("a world does not panic")?);
        }
        Ok(total)
    })
}

/// Runs one world to its end.
///
/// # Errors
/// [`Failure`] with the seed and everything that is not as it must be.
pub fn run(scenario: Scenario) -> Result<Report, Failure> {
    let mut world = World::new(scenario);
    let failure = |findings| Failure {
        seed: scenario.seed,
        phones: scenario.phones,
        findings,
    };
    world
        .live()
        .and_then(|()| world.settle())
        .map_err(|finding| failure(vec![finding]))?;
    let findings = check::check(&mut world);
    if findings.is_empty() {
        Ok(world.into_report())
    } else {
        Err(failure(findings))
    }
}
