//! Runs simulated worlds by hand: `--seed N [--trace]` for one, `--seeds N` for many, `--minutes N` for
//! as many as there is time for. Says every few seconds how far it is.

use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tests::bench::server::cpu_seconds;
use tests::simulator::{self, PHONES, Report, Scenario, Trace};

const USAGE: &str = "simulate --seed N [--trace] [--phones M]
simulate [--from N] [--seeds N] [--minutes N] [--phones M]";

/// How often it says how far it is.
const PROGRESS: Duration = Duration::from_secs(10);

/// Documents are loaded and dropped by the million.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(wanted) = Wanted::read(&arguments) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let began = Instant::now();
    let in_time = |_: &u64| {
        wanted
            .minutes
            .is_none_or(|minutes| began.elapsed() < Duration::from_secs(minutes * 60))
    };
    let seeds = (wanted.from..wanted.from.saturating_add(wanted.seeds)).take_while(in_time);
    let scenario = |seed| Scenario {
        seed,
        phones: wanted.phones,
        trace: wanted.trace,
    };
    let progress = Mutex::new(Progress::new(began, wanted.seeds));
    let each = |report: &Report| {
        let progress = progress.lock();
        progress.unwrap_or_else(PoisonError::into_inner).add(report);
    };
    match simulator::run_all(seeds, scenario, each) {
        Ok(total) => {
            println!("{total}");
            let seconds = began.elapsed().as_secs_f64();
            let worlds = total.worlds.max(1) as f64;
            println!("{seconds:.0} s, {:.2} s for each world", seconds / worlds);
            // Where the system tells it: what other work on the machine does not lengthen.
            if let Ok(busy) = cpu_seconds(std::process::id()) {
                println!("{:.2} s of a processor for each world", busy / worlds);
            }
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// What was asked for.
struct Wanted {
    from: u64,
    seeds: u64,
    phones: usize,
    minutes: Option<u64>,
    trace: Trace,
}

impl Wanted {
    fn read(arguments: &[String]) -> Option<Self> {
        let mut wanted = Self {
            from: 0,
            seeds: 0,
            phones: PHONES,
            minutes: None,
            trace: Trace::Silent,
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--seed" => (wanted.from, wanted.seeds) = (rest.next()?.parse().ok()?, 1),
                "--from" => wanted.from = rest.next()?.parse().ok()?,
                "--seeds" => wanted.seeds = rest.next()?.parse().ok()?,
                "--phones" => wanted.phones = rest.next()?.parse().ok()?,
                "--minutes" => wanted.minutes = Some(rest.next()?.parse().ok()?),
                "--trace" => wanted.trace = Trace::Printed,
                _ => return None,
            }
        }
        if wanted.seeds == 0 {
            wanted.seeds = wanted.minutes.map(|_| u64::MAX)?;
        }
        Some(wanted)
    }
}

/// How far it is.
struct Progress {
    began: Instant,
    told: Instant,
    seeds: u64,
    worlds: u64,
    acknowledged: u64,
}

impl Progress {
    fn new(began: Instant, seeds: u64) -> Self {
        Self {
            began,
            told: began,
            seeds,
            worlds: 0,
            acknowledged: 0,
        }
    }

    fn add(&mut self, report: &Report) {
        self.worlds += report.worlds;
        self.acknowledged += report.acknowledged;
        if self.told.elapsed() < PROGRESS {
            return;
        }
        self.told = Instant::now();
        let of = match self.seeds {
            u64::MAX => String::new(),
            seeds => format!(" of {seeds}"),
        };
        let (worlds, acknowledged) = (self.worlds, self.acknowledged);
        let each = self.began.elapsed().as_secs_f64() / worlds as f64;
        eprintln!(
            "{worlds}{of} worlds, {acknowledged} records acknowledged, 0 lost, {each:.2} s for each"
        );
    }
}
