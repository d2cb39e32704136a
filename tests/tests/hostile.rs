//! Every decoder over its corpus and a crowd of mutants: nothing panics, nothing takes more than
//! 16 MiB, and nothing works longer than what 50 ms are enough for, counted in allocations, because
//! a clock would tell of the machine. `cargo xtask bench gate` has the clock.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{env, fs};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use tests::decoders::{ALL, Decoder, corpus, mutate};

/// Mutants of each file of the corpus; `BAODAO_MUTANTS` names another number for a longer search.
const MUTANTS: u64 = 1_500;
/// Bytes that one input may take at a time.
const PEAK_BYTES: usize = 16 * 1024 * 1024;
/// Allocations that one input may cause: at 100 ns each they take 50 ms.
const ALLOCATIONS: usize = 500_000;

/// The system's allocator, counting.
struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static MADE: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[expect(
    unsafe_code,
    reason = "the trait of allocators is unsafe; all is handed to the system's"
)]
// SAFETY: every call is passed on unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        MADE.fetch_add(1, Relaxed);
        let live = LIVE.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(live, Relaxed);
        // SAFETY: the caller's promise is handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promise is handed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// What the worst input of a decoder took.
#[derive(Default)]
struct Worst {
    peak: usize,
    allocations: usize,
}

impl Worst {
    fn run(&mut self, decoder: &Decoder, what: &str, input: &[u8]) {
        let (live, made) = (LIVE.load(Relaxed), MADE.load(Relaxed));
        PEAK.store(live, Relaxed);
        let outcome = std::panic::catch_unwind(|| (decoder.run)(input));
        let peak = PEAK.load(Relaxed) - live;
        let allocations = MADE.load(Relaxed) - made;
        let name = decoder.name;
        let hex = || -> String { input.iter().map(|byte| format!("{byte:02x}")).collect() };
        let why = outcome.err().map(|_| last_panic().clone());
        assert_eq!(why, None, "{name}, {what}: {}", hex());
        assert!(
            peak <= PEAK_BYTES,
            "{name}, {what} took {peak} bytes: {}",
            hex()
        );
        assert!(
            allocations <= ALLOCATIONS,
            "{name}, {what} allocated {allocations} times: {}",
            hex()
        );
        self.peak = self.peak.max(peak);
        self.allocations = self.allocations.max(allocations);
    }
}

fn files(decoder: &Decoder) -> Vec<(String, Vec<u8>)> {
    let folder = fs::read_dir(corpus(decoder)).expect("every decoder has a corpus");
    let mut files: Vec<(String, Vec<u8>)> = folder
        .map(|file| {
            let path = file.expect("the folder reads").path();
            let name = path.file_name().expect("a file has a name");
            let bytes = fs::read(&path).expect("the file reads");
            (name.to_string_lossy().into_owned(), bytes)
        })
        .collect();
    files.sort();
    files
}

/// One test, because the allocator counts for the whole process.
#[test]
fn no_decoder_panics_or_takes_more_than_its_share() {
    // The gate catches panics of the library, and nobody needs to read them.
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(|info| *last_panic() = info.to_string()));
    let outcome = std::panic::catch_unwind(run_all);
    std::panic::set_hook(loud);
    assert!(outcome.is_ok(), "{}", last_panic());
}

fn last_panic() -> MutexGuard<'static, String> {
    static LAST: Mutex<String> = Mutex::new(String::new());
    LAST.lock().unwrap_or_else(PoisonError::into_inner)
}

fn run_all() {
    let asked = std::env::var("BAODAO_MUTANTS").ok();
    let mutants = asked.map_or(MUTANTS, |text| text.parse().expect("a number"));
    for (number, decoder) in (0..).zip(&ALL) {
        let mut random = ChaCha8Rng::seed_from_u64(number);
        let mut worst = Worst::default();
        for (name, bytes) in files(decoder) {
            worst.run(decoder, &name, &bytes);
            for mutant in 0..mutants {
                let bytes = mutate(&bytes, &mut random);
                worst.run(decoder, &format!("mutant {mutant} of {name}"), &bytes);
            }
        }
        let Worst { peak, allocations } = worst;
        println!(
            "{}: {peak} bytes, {allocations} allocations at worst",
            decoder.name
        );
    }
}

/// With `BAODAO_WRITE_CORPUS` set they are written, for when a format changes; what fuzzing found
/// stays beside them.
#[test]
fn every_sample_of_a_decoder_stands_in_its_corpus() {
    let writes = env::var_os("BAODAO_WRITE_CORPUS").is_some();
    for decoder in &ALL {
        let folder = corpus(decoder);
        fs::create_dir_all(&folder).expect("the folder is made");
        for (name, bytes) in (decoder.samples)() {
            let file = folder.join(name);
            if writes {
                fs::write(&file, bytes).expect("the file is written");
            }
            assert!(file.is_file(), "{} lacks {name}", decoder.name);
        }
    }
}
