//! Many changes as one chunk: smaller, and loaded at once. A snapshot takes the place of changes
//! only after it was loaded again to the same heads.

use std::collections::BTreeSet;

use super::{Document, DocumentKind};

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// Magic number, checksum and type. Source: the Automerge binary format, "chunk header".
const HEADER_BYTES: usize = 9;
const TYPE_DOCUMENT: u8 = 0;

/// Returns the changes as one snapshot, `None` when they are fewer chunks than `fewest` or do not
/// come back the same.
pub fn snapshot_of(kind: DocumentKind, changes: &[u8], fewest: usize) -> Option<Vec<u8>> {
    if count_chunks(changes) < fewest {
        return None;
    }
    let document = Document::load(kind, changes).ok()?;
    let snapshot = document.inner.save();
    let again = Document::load(kind, &snapshot).ok()?;
    let heads = |document: &Document| document.heads().into_iter().collect::<BTreeSet<_>>();
    let same = heads(&again) == heads(&document) && again.entries().0 == document.entries().0;
    same.then_some(snapshot)
}

/// Tells whether the first chunk is a whole document, which holds the genesis change.
pub(super) fn begins_with_snapshot(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC) && bytes.get(HEADER_BYTES - 1) == Some(&TYPE_DOCUMENT)
}

/// Counts chunks up to the first that is none.
fn count_chunks(mut bytes: &[u8]) -> usize {
    let mut count = 0;
    while let Some(length) = chunk_length(bytes) {
        let Some(rest) = bytes.get(length..) else {
            break;
        };
        bytes = rest;
        count += 1;
    }
    count
}

fn chunk_length(bytes: &[u8]) -> Option<usize> {
    if !bytes.starts_with(&MAGIC) {
        return None;
    }
    let mut length: usize = 0;
    for (place, byte) in bytes.get(HEADER_BYTES..)?.iter().take(5).enumerate() {
        length |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return length.checked_add(HEADER_BYTES + place + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::documents::Writer;
    use crate::ids::{DeviceId, EntryId, MemberId};
    use crate::records::{Claim, Entry, Record};
    use crate::time::Timestamp;

    /// Two devices that write at once, now and then merged.
    fn changes(count: u128) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut documents = [0, 1].map(|_| Document::new(DocumentKind::Journal));
        for number in 0..count {
            let place = usize::from(number % 3 == 1);
            let writer = Writer {
                device: DeviceId(Uuid::from_u128(0xd0 + place as u128)),
                run: 1,
            };
            let entry = Entry {
                id: EntryId(Uuid::from_u128(number)),
                by: MemberId(Uuid::from_u128(1)),
                recorded_at: Timestamp(number as i64),
                record: Record::Claim(Claim::Feedback {
                    text: "请改进".repeat(9),
                }),
            };
            let change = documents[place].write(writer, Timestamp(0), &[entry]);
            if number % 5 == 4 {
                documents[1 - place].apply(&change.bytes).ok();
            }
            bytes.extend_from_slice(&change.bytes);
        }
        bytes
    }

    #[test]
    fn a_snapshot_is_the_same_document_and_takes_further_changes() {
        let changes = changes(60);
        let mut whole = Document::load(DocumentKind::Journal, &changes).unwrap();
        let mut bytes = snapshot_of(DocumentKind::Journal, &changes, 60).unwrap();
        assert!(bytes.len() * 3 < changes.len(), "{}", bytes.len());
        let entry = whole.entries().0.into_values().next().unwrap().entry;
        let entry = Entry {
            id: EntryId(Uuid::from_u128(999)),
            ..entry
        };
        let writer = Writer {
            device: DeviceId(Uuid::from_u128(0xd0)),
            run: 2,
        };
        let next = whole.write(writer, Timestamp(0), &[entry]);
        bytes.extend_from_slice(&next.bytes);
        let loaded = Document::load(DocumentKind::Journal, &bytes).unwrap();
        assert_eq!(loaded.heads(), whole.heads());
        assert_eq!(loaded.entries(), whole.entries());
        assert_eq!(count_chunks(&bytes), 2);
    }

    #[test]
    fn few_changes_and_damaged_ones_stay_as_they_are() {
        let mut changes = changes(20);
        assert_eq!(snapshot_of(DocumentKind::Journal, &changes, 21), None);
        let middle = changes.len() / 2;
        changes[middle] ^= 1;
        assert_eq!(snapshot_of(DocumentKind::Journal, &changes, 1), None);
    }
}
