#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: tests::decoders::keep_caught_panics_quiet(), |bytes: &[u8]| {
    tests::decoders::run("change", bytes);
});
