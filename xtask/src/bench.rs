//! `cargo xtask bench NAME`: each benchmark prints its floor beside its figure.

use std::process::Command;

use crate::command;
use crate::failure::Failure;
use crate::server::{self, Bundle, Profile};
use crate::stage::Stage;
use crate::tools::{self, Need};
use crate::workspace;

type Bench = fn(Option<u32>) -> Result<(), Failure>;

const BENCHES: [(&str, Bench); 8] = [
    ("dashboard", |_| dashboard()),
    ("gate", |_| gate()),
    ("merge", |_| merge()),
    ("phone", |_| in_chromium("bench_phone")),
    ("rollcall", |_| in_chromium("bench_rollcall")),
    ("scan", |_| in_chromium("bench_scan")),
    ("rush", |phones| rush("rush", phones)),
    ("pull", |phones| rush("pull", phones)),
];

/// Runs the benchmark of that name; `rush` and `pull` with so many phones.
pub(crate) fn bench(name: &str, phones: Option<u32>) -> Result<(), Failure> {
    match BENCHES.iter().find(|(known, _)| *known == name) {
        Some((_, run)) => run(phones),
        None => Err(Failure::UnknownBench {
            name: name.to_owned(),
            known: BENCHES.map(|(known, _)| known).join(", "),
        }),
    }
}

/// How long the worst input from outside takes.
fn gate() -> Result<(), Failure> {
    let mut bench = command::cargo();
    bench
        .args(["run", "--release", "--package", "tests"])
        .args(["--bin", "bench_gate"]);
    command::run(&mut bench)
}

/// How many pushes a second a server on one core accepts over HTTP.
fn merge() -> Result<(), Failure> {
    let baodao = server::build(Profile::Release, Bundle::Folder)?;
    let mut bench = command::cargo();
    bench
        .args(["run", "--release", "--package", "tests"])
        .args(["--bin", "bench_merge"])
        .env("BAODAO_BIN", baodao);
    command::run(&mut bench)
}

/// How fast dashboards are over the ten years of the whole city, which is made once and kept.
fn dashboard() -> Result<(), Failure> {
    let baodao = server::build(Profile::Release, Bundle::Folder)?;
    let city = workspace::target().join("bench").join("city");
    if !city.join("made").exists() {
        eprintln!("note: the city is made, which takes minutes");
        // What a run that was cut off has left is no city.
        drop(std::fs::remove_dir_all(&city));
        let mut demo = Command::new(&baodao);
        demo.args(["demo", "--scale", "city", "--data"]).arg(&city);
        command::run(&mut demo)?;
        let made = city.join("made");
        std::fs::write(&made, "").map_err(Failure::at(&made))?;
    }
    let mut bench = command::cargo();
    bench
        .args(["run", "--release", "--package", "tests"])
        .args(["--bin", "bench_dashboard"])
        .env("BAODAO_BIN", baodao)
        .env("BAODAO_CITY", city);
    command::run(&mut bench)
}

/// How a server fares when a whole city reconnects at once.
fn rush(name: &str, phones: Option<u32>) -> Result<(), Failure> {
    let baodao = server::build(Profile::Release, Bundle::Folder)?;
    let mut bench = command::cargo();
    bench
        .args(["run", "--release", "--package", "tests"])
        .args(["--bin", "bench_rush", "--", name])
        .env("BAODAO_BIN", baodao);
    if let Some(phones) = phones {
        bench.args(["--phones", &phones.to_string()]);
    }
    command::run(&mut bench)
}

/// How fast the app is on a slow phone, in Chromium against a release server.
fn in_chromium(bench: &str) -> Result<(), Failure> {
    tools::ensure(&[Need::Web, Need::Browser])?;
    let stage = Stage::set(Profile::Release)?;
    let mut cargo = command::cargo();
    cargo.args(["run", "--release", "--package", "tests", "--bin", bench]);
    command::run(stage.tell(&mut cargo))
}
