//! Names content by its hash.

use sha2::{Digest, Sha256};

/// Returns the first 16 hexadecimal digits of the SHA-256 of all parts, each preceded by its length.
pub(super) fn digest_of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    short(&hasher.finalize())
}

/// Returns the first 16 hexadecimal digits of the SHA-256 of some content.
pub(super) fn content_hash(content: &[u8]) -> String {
    short(&Sha256::digest(content))
}

fn short(hash: &[u8]) -> String {
    hash.iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_named_by_the_first_eight_bytes_of_its_sha256() {
        assert_eq!(content_hash(b""), "e3b0c44298fc1c14");
    }

    #[test]
    fn parts_cut_in_other_places_have_another_digest() {
        let cut_early = digest_of([b"a".as_slice(), b"bc"]);
        let cut_late = digest_of([b"ab".as_slice(), b"c"]);
        assert_ne!(cut_early, cut_late);
    }
}
