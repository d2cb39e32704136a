//! What a person types: `cargo xtask run`, `test`, `web`, `dist`, `bench`, `replay`, `sim`, `shots`.
//! Owns the commands and their arguments; each command's work is in the module of its name.

mod bench;
mod boundaries;
mod command;
mod dist;
mod failure;
mod run;
mod server;
mod simulator;
mod stage;
mod test;
mod tools;
mod web;
mod workspace;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;

/// Builds, runs and proves baodao.
#[derive(Parser)]
#[command(name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds everything and serves the demo city, printing one-use enrolment codes.
    Run {
        /// The port of http://localhost.
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// The folder that holds the database.
        #[arg(long, default_value = "./data")]
        data: PathBuf,
        /// Throws the database in that folder away and starts with a new demo city.
        #[arg(long)]
        fresh: bool,
    },
    /// Runs every check in order and stops at the first failure.
    Test {
        /// Runs this step alone.
        #[arg(long)]
        only: Option<test::Step>,
    },
    /// Builds the bundle that phones download into target/web/dist.
    Web,
    /// Builds the one binary with the bundle inside it, target/dist/baodao.
    Dist,
    /// Runs one benchmark; an unknown name lists the known ones.
    Bench {
        name: String,
        /// How many phones, for `rush` and `pull`.
        #[arg(long)]
        phones: Option<u32>,
    },
    /// Runs one seed of the simulator again, step by step.
    Replay {
        seed: u64,
        /// How many phones the failing world had.
        #[arg(long)]
        phones: Option<u32>,
    },
    /// Runs many seeds of the simulator.
    Sim {
        /// How many seeds.
        #[arg(long, default_value_t = 200)]
        seeds: u64,
        /// How many phones in each world.
        #[arg(long, default_value_t = 50)]
        phones: u32,
        /// The first seed.
        #[arg(long, default_value_t = 0)]
        from: u64,
        /// Begins no further seed after so long.
        #[arg(long)]
        minutes: Option<u64>,
    },
    /// Takes a picture of every screen in Chromium.
    Shots {
        /// The folder for the pictures.
        #[arg(long, default_value = "target/shots")]
        out: PathBuf,
    },
}

fn main() -> ExitCode {
    match perform(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            let mut cause = failure.source();
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<(), Failure> {
    match task {
        Task::Run { port, data, fresh } => run::run(port, &data, fresh),
        Task::Test { only } => test::test(only),
        Task::Web => {
            tools::ensure(&[tools::Need::Web])?;
            web::build().map(drop)
        }
        Task::Dist => dist::dist(),
        Task::Bench { name, phones } => bench::bench(&name, phones),
        Task::Replay { seed, phones } => simulator::replay(seed, phones),
        Task::Sim {
            seeds,
            phones,
            from,
            minutes,
        } => simulator::run(from, seeds, phones, minutes),
        Task::Shots { out } => stage::shots(&out),
    }
}
