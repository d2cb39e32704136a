//! A world of phones and one server in which everything that can go wrong does, decided by one seed.
//!
//! The engines under test are the real ones: `shared::client::Engine` and `shared::server::Exchange`.
//! The world owns what they may not know: the clock, the network, the phones' storage, the store of
//! the server, and people who plan, check in and mark. There are no threads and no sleeps: an event
//! queue over a virtual clock, so that a seed replays to the byte. Nothing here reads a real clock.
//!
//! After a day of faults they stop, every phone comes online and is restarted once, and the world is
//! checked against what people were told: see [`check`].

mod chance;
mod check;
mod city;
mod derived;
mod driver;
mod faults;
mod nature;
mod network;
mod people;
mod phone;
mod poison;
mod report;
mod server;
mod store;
mod world;

pub use faults::Fault;
pub use report::{Failure, Report};

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
