//! Every decoder that reads bytes from outside, as a body that panics when it finds something wrong:
//! the fuzz targets of `fuzz/` call these bodies, and so does the `hostile` test, over the corpus in
//! `fuzz/corpus` and over mutants of it.

mod change;
mod chunk;
mod document;
mod import;
mod mutant;
mod records;
mod request;
mod response;
mod words;
mod world;

use std::path::{Path, PathBuf};

pub use change::FullDocument;
pub use mutant::mutate;

/// A decoder under test.
pub struct Decoder {
    /// The name of its fuzz target and of the folder of its corpus.
    pub name: &'static str,
    /// Reads bytes, and panics when what follows from them is wrong.
    pub run: fn(&[u8]),
    /// Returns real encodings, by name.
    pub samples: fn() -> Vec<(&'static str, Vec<u8>)>,
}

/// Every decoder.
pub const ALL: [Decoder; 6] = [
    Decoder {
        name: "request",
        run: request::run,
        samples: request::samples,
    },
    Decoder {
        name: "change",
        run: change::run,
        samples: change::samples,
    },
    Decoder {
        name: "document",
        run: document::run,
        samples: document::samples,
    },
    Decoder {
        name: "response",
        run: response::run,
        samples: response::samples,
    },
    Decoder {
        name: "words",
        run: words::run,
        samples: words::samples,
    },
    Decoder {
        name: "import",
        run: import::run,
        samples: import::samples,
    },
];

/// Runs the decoder of a name, as its fuzz target does.
///
/// # Panics
/// When there is none, or when the decoder does something wrong.
pub fn run(name: &str, bytes: &[u8]) {
    let decoder = ALL.iter().find(|decoder| decoder.name == name);
    (decoder.expect("a decoder has this name").run)(bytes);
}

/// Keeps panics quiet that the gate catches. One that it does not catch ends the process all the same.
pub fn keep_caught_panics_quiet() {
    std::panic::set_hook(Box::new(|_| {}));
}

/// Returns the folder of a decoder's corpus.
pub fn corpus(decoder: &Decoder) -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.join("../fuzz/corpus").join(decoder.name)
}
