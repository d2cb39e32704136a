//! Mutants of real encodings: bytes altered, cut, doubled, and numbers put at their edges.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;

/// Bytes that mean much in CBOR, LEB128, CSV and ZIP.
const EDGES: [u8; 14] = [
    0x00, 0x01, 0x7f, 0x80, 0xff, 0x1b, 0x5b, 0x9b, 0xbb, 0xf6, b'"', b',', b'\n', 0xe2,
];

/// Alters one to four places of an encoding.
pub fn mutate(sample: &[u8], random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut mutant = sample.to_vec();
    for _ in 0..=below(random, 4) {
        alter(&mut mutant, random);
    }
    mutant
}

fn alter(mutant: &mut Vec<u8>, random: &mut ChaCha8Rng) {
    if mutant.is_empty() {
        mutant.push(edge(random));
        return;
    }
    let at = below(random, mutant.len());
    let length = below(random, (mutant.len() - at).min(32)) + 1;
    match below(random, 9) {
        0 => mutant[at] = u8::try_from(below(random, 256)).expect("a byte"),
        1 => mutant[at] ^= 1 << below(random, 8),
        2 => mutant[at] = mutant[at].wrapping_add(1),
        3 => mutant[at] = edge(random),
        4 => mutant.insert(at, edge(random)),
        5 => drop(mutant.drain(at..at + length)),
        6 => {
            let piece = mutant[at..at + length].to_vec();
            let to = below(random, mutant.len());
            mutant.splice(to..to, piece);
        }
        7 => mutant[at..at + length].fill(edge(random)),
        _ => mutant.truncate(at),
    }
}

fn edge(random: &mut ChaCha8Rng) -> u8 {
    EDGES[below(random, EDGES.len())]
}

fn below(random: &mut ChaCha8Rng, bound: usize) -> usize {
    usize::try_from(random.next_u64() % bound as u64).expect("below a usize")
}
