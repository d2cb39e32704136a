//! `cargo xtask bench gate`: how long the worst input from outside keeps the server or a phone busy,
//! over the corpus of each decoder and mutants of it, and how long the gate takes for one change to a
//! document that is as full as it may be.
//!
//! Lines: `gate_NAME_median_us` and `gate_NAME_worst_ms` for each decoder, `gate_full_document_ms`,
//! and its floor `gate_full_document_floor_ms`: the same document loaded once. No input may
//! take 50 ms.

use std::error::Error;
use std::fs;
use std::time::{Duration, Instant};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use tests::decoders::{self, ALL, Decoder, FullDocument};

/// Mutants of each file of the corpus.
const MUTANTS: usize = 2_000;
const ROUNDS: usize = 9;
/// What takes longer is timed again: the same input twice takes as long only by itself.
const SUSPECT: Duration = Duration::from_millis(5);
const AGAIN: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    decoders::keep_caught_panics_quiet();
    for decoder in &ALL {
        let mut times = times(decoder)?;
        times.sort();
        let median = times[times.len() / 2].as_secs_f64() * 1e6;
        let worst = times[times.len() - 1].as_secs_f64() * 1e3;
        println!("gate_{}_median_us {median:.1}", decoder.name);
        println!("gate_{}_worst_ms {worst:.2}", decoder.name);
    }
    let full = FullDocument::new();
    println!("gate_full_document_ms {:.2}", median_ms(|| full.admit()));
    println!(
        "gate_full_document_floor_ms {:.2}",
        median_ms(|| full.load())
    );
    Ok(())
}

fn times(decoder: &Decoder) -> Result<Vec<Duration>, Box<dyn Error>> {
    let mut random = ChaCha8Rng::seed_from_u64(50);
    let mut times = Vec::new();
    for file in fs::read_dir(decoders::corpus(decoder))? {
        let bytes = fs::read(file?.path())?;
        for _ in 0..MUTANTS {
            let mutant = decoders::mutate(&bytes, &mut random);
            times.push(time_of_its_own(|| (decoder.run)(&mutant)));
        }
    }
    Ok(times)
}

/// Returns how long the work takes by itself, whatever else the machine is busy with.
fn time_of_its_own(work: impl Fn()) -> Duration {
    let first = time(&work);
    if first < SUSPECT {
        return first;
    }
    let again = (0..AGAIN).map(|_| time(&work));
    again.fold(first, Duration::min)
}

fn time(work: impl FnOnce()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}

fn median_ms(work: impl Fn()) -> f64 {
    let mut times: Vec<Duration> = (0..ROUNDS).map(|_| time(&work)).collect();
    times.sort();
    times[ROUNDS / 2].as_secs_f64() * 1e3
}
