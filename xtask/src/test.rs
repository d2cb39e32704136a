//! `cargo xtask test`: every check, in the order in which a failure is cheapest to meet.

use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::failure::Failure;
use crate::server::{self, Bundle, Profile};
use crate::stage::Stage;
use crate::tools::{self, Need};
use crate::{boundaries, command, web};

/// One step of the checks.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Step {
    /// The code is formatted.
    Fmt,
    /// The compiler and clippy have nothing to say.
    Clippy,
    /// Unit tests, and which package may know which crate.
    Unit,
    /// The bundle builds for the browser.
    Wasm,
    /// Simulated phones and servers, seed by seed.
    Simulator,
    /// Every decoder, over its corpus and a crowd of mutants.
    Hostile,
    /// The server, spoken to over HTTP.
    Http,
    /// The server as a process: killed, ended, backed up; many of them on PostgreSQL.
    Process,
    /// People's stories in a real Chromium.
    E2e,
}

/// Runs one step or all of them, and stops at the first failure.
pub(crate) fn test(only: Option<Step>) -> Result<(), Failure> {
    let steps = match &only {
        Some(step) => std::slice::from_ref(step),
        None => Step::value_variants(),
    };
    let needs: Vec<Need> = steps
        .iter()
        .flat_map(|step| step.needs())
        .copied()
        .collect();
    tools::ensure(&needs)?;
    let begun = Instant::now();
    for step in steps {
        let step_begun = Instant::now();
        println!("==> {}: {}", step.name(), step.proves());
        step.run().map_err(|failure| Failure::Step {
            step: step.name(),
            duration: wording(step_begun.elapsed()),
            source: Box::new(failure),
        })?;
        println!(
            "<== {} passed in {}",
            step.name(),
            wording(step_begun.elapsed())
        );
    }
    match only {
        Some(step) => println!(
            "step {} passed in {}",
            step.name(),
            wording(begun.elapsed())
        ),
        None => println!("all steps passed in {}", wording(begun.elapsed())),
    }
    Ok(())
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Unit => "unit",
            Self::Wasm => "wasm",
            Self::Simulator => "simulator",
            Self::Hostile => "hostile",
            Self::Http => "http",
            Self::Process => "process",
            Self::E2e => "e2e",
        }
    }

    fn proves(self) -> &'static str {
        match self {
            Self::Fmt => "the code is formatted",
            Self::Clippy => "the compiler and clippy have nothing to say",
            Self::Unit => "unit tests, and which package may know which crate",
            Self::Wasm => "the bundle builds for the browser",
            Self::Simulator => "simulated phones and servers, seed by seed",
            Self::Hostile => "every decoder, over its corpus and a crowd of mutants",
            Self::Http => "the server, spoken to over HTTP",
            Self::Process => {
                "the server as a process: killed, ended, backed up; many on PostgreSQL"
            }
            Self::E2e => "people's stories in a real Chromium",
        }
    }

    fn needs(self) -> &'static [Need] {
        match self {
            Self::Fmt | Self::Clippy => &[Need::Lints],
            Self::Wasm => &[Need::Web],
            Self::E2e => &[Need::Web, Need::Browser],
            Self::Process => &[Need::Postgres],
            Self::Unit | Self::Simulator | Self::Hostile | Self::Http => &[],
        }
    }

    fn run(self) -> Result<(), Failure> {
        match self {
            Self::Fmt => cargo(&["fmt", "--all", "--check"]),
            Self::Clippy => cargo(&[
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ]),
            Self::Unit => {
                boundaries::check()?;
                cargo(&["test", "--workspace", "--exclude", "tests"])
            }
            Self::Wasm => web::build().map(drop),
            Self::Simulator => cargo(&["test", "--package", "tests", "--test", "simulator"]),
            Self::Hostile => cargo(&["test", "--package", "tests", "--test", "hostile"]),
            Self::Http => cargo(&["test", "--package", "tests", "--test", "http"]),
            Self::Process => {
                let baodao = server::build(Profile::Dev, Bundle::Folder)?;
                let mut process = command::cargo();
                process.args(["test", "--package", "tests", "--test", "process"]);
                process.env("BAODAO_BIN", baodao);
                command::run(process.env("POSTGRES_BIN", tools::postgres()?))
            }
            Self::E2e => {
                let stage = Stage::set(Profile::Dev)?;
                let mut story = command::cargo();
                story.args([
                    "test",
                    "--package",
                    "tests",
                    "--test",
                    "story",
                    "--test",
                    "dashboard",
                    "--test",
                    "phone",
                    "--test",
                    "planning",
                    "--test",
                    "rollcall",
                    "--test",
                    "service",
                    "--test",
                    "codes",
                ]);
                command::run(stage.tell(&mut story))
            }
        }
    }
}

fn cargo(arguments: &[&str]) -> Result<(), Failure> {
    command::run(command::cargo().args(arguments))
}

/// Returns a duration as `12m03s`.
fn wording(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!("{}m{:02}s", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_reads_as_minutes_and_seconds() {
        assert_eq!(wording(Duration::from_millis(723_900)), "12m03s");
        assert_eq!(wording(Duration::from_millis(900)), "0m00s");
    }
}
