//! The outside of Automerge's chunks: where one ends, and the checksum that mutants need mended.

use sha2::{Digest, Sha256};

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// Magic and checksum; what the checksum covers follows.
const COVERED: usize = 8;

/// Writes the checksum that the bytes behind it ask for.
pub(super) fn mend(chunk: &mut [u8]) {
    if chunk.len() > COVERED {
        let digest = Sha256::digest(&chunk[COVERED..]);
        chunk[4..COVERED].copy_from_slice(&digest[..4]);
    }
}

/// Cuts bytes where chunks seem to begin, and mends each.
pub(super) fn cut(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut starts: Vec<usize> = bytes
        .windows(MAGIC.len())
        .enumerate()
        .filter(|(_, window)| *window == MAGIC)
        .map(|(start, _)| start)
        .collect();
    starts.push(bytes.len());
    starts
        .windows(2)
        .map(|pair| {
            let mut chunk = bytes[pair[0]..pair[1]].to_vec();
            mend(&mut chunk);
            chunk
        })
        .collect()
}
