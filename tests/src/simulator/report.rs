//! What a run has to say: counts of what happened, or what is not as it must be.

use std::collections::BTreeMap;
use std::fmt;

use super::faults::Fault;

/// What happened in one world, or in several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Worlds.
    pub worlds: u64,
    /// Phones.
    pub phones: u64,
    /// Events.
    pub steps: u64,
    /// Exchanges that the server answered.
    pub exchanges: u64,
    /// Records that people were told are saved.
    pub saved: u64,
    /// Of these, records acknowledged by the server.
    pub acknowledged: u64,
    /// Of these, records refused, by code.
    pub refused: BTreeMap<&'static str, u64>,
    /// Forged changes, all of them turned away.
    pub forged: u64,
    /// Outcomes derived.
    pub outcomes: u64,
    /// Of these, people counted present.
    pub attendances: u64,
    /// Requests, by how they stand.
    pub matters: BTreeMap<&'static str, u64>,
    /// What each fault struck.
    pub faults: BTreeMap<Fault, Struck>,
    /// A hash of every step, the same for the same seed.
    pub trace_hash: u64,
}

/// What a fault struck.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Struck {
    /// In how many worlds.
    pub worlds: u64,
    /// How often.
    pub times: u64,
    /// The records acknowledged in these worlds.
    pub acknowledged: u64,
}

impl Report {
    /// Adds another world's counts.
    pub fn add(&mut self, other: &Self) {
        self.worlds += other.worlds;
        self.phones += other.phones;
        self.steps += other.steps;
        self.exchanges += other.exchanges;
        self.saved += other.saved;
        self.acknowledged += other.acknowledged;
        self.forged += other.forged;
        self.outcomes += other.outcomes;
        self.attendances += other.attendances;
        self.trace_hash ^= other.trace_hash;
        for (state, count) in &other.matters {
            *self.matters.entry(state).or_default() += count;
        }
        for (code, count) in &other.refused {
            *self.refused.entry(code).or_default() += count;
        }
        for (fault, struck) in &other.faults {
            let sum = self.faults.entry(*fault).or_default();
            sum.worlds += struck.worlds;
            sum.times += struck.times;
            sum.acknowledged += struck.acknowledged;
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<28}{:>8}{:>10}{:>22}{:>6}",
            "fault", "runs", "times", "records acknowledged", "lost"
        )?;
        for (fault, struck) in &self.faults {
            let name = format!("{fault:?}");
            let (worlds, times) = (struck.worlds, struck.times);
            // A world that lost a record has no report.
            writeln!(
                f,
                "{name:<28}{worlds:>8}{times:>10}{:>22}{:>6}",
                struck.acknowledged, 0
            )?;
        }
        writeln!(
            f,
            "{} worlds, {} phones, {} steps, {} exchanges",
            self.worlds, self.phones, self.steps, self.exchanges
        )?;
        writeln!(
            f,
            "{} records saved, {} acknowledged, {} outcomes, {} present, {} forged changes turned away",
            self.saved, self.acknowledged, self.outcomes, self.attendances, self.forged
        )?;
        for (state, count) in &self.matters {
            writeln!(f, "requests {state}: {count}")?;
        }
        for (code, count) in &self.refused {
            writeln!(f, "refused and kept on the phone: {code} {count}")?;
        }
        write!(f, "trace {:016x}", self.trace_hash)
    }
}

/// A world that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "seed {seed} with {phones} phones fails; cargo xtask replay {seed} --phones {phones}\n{}",
    findings.join("\n")
)]
pub struct Failure {
    /// The seed.
    pub seed: u64,
    /// The number of phones.
    pub phones: usize,
    /// What is wrong.
    pub findings: Vec<String>,
}
