//! The frozen first change of every kind: fixed actor, time 0, the same bytes on every device.
//! The bytes are in the repository; a test builds them anew and compares.

use std::sync::OnceLock;

use super::{ChangeHash, DocumentKind, ParsedChange};

/// Returns the genesis change of a kind, version 1.
pub(super) fn bytes(kind: DocumentKind) -> &'static [u8] {
    match kind {
        DocumentKind::Journal => include_bytes!("genesis/journal.v1"),
        DocumentKind::Calendar => include_bytes!("genesis/calendar.v1"),
        DocumentKind::Rollcall => include_bytes!("genesis/rollcall.v1"),
        DocumentKind::Ledger => include_bytes!("genesis/ledger.v1"),
        DocumentKind::Board => include_bytes!("genesis/board.v1"),
    }
}

/// Returns the hash of the genesis change of a kind.
pub(super) fn hash(kind: DocumentKind) -> ChangeHash {
    static HASHES: OnceLock<[ChangeHash; 5]> = OnceLock::new();
    let hashes = HASHES.get_or_init(|| {
        DocumentKind::ALL.map(|kind| {
            ParsedChange::parse(bytes(kind))
                .expect("the frozen genesis change parses")
                .hash()
        })
    });
    match kind {
        DocumentKind::Journal => hashes[0],
        DocumentKind::Calendar => hashes[1],
        DocumentKind::Rollcall => hashes[2],
        DocumentKind::Ledger => hashes[3],
        DocumentKind::Board => hashes[4],
    }
}

#[cfg(test)]
mod tests {
    use automerge::transaction::{CommitOptions, Transactable};
    use automerge::{ActorId, Automerge, ObjType, ROOT};

    use super::*;

    fn build(kind: DocumentKind) -> Vec<u8> {
        let mut document =
            Automerge::new().with_actor(ActorId::from(b"baodao genesis 1".as_slice()));
        let mut transaction = document.transaction();
        transaction.put(ROOT, "kind", kind.as_str()).unwrap();
        transaction.put(ROOT, "schema", 1).unwrap();
        transaction
            .put_object(ROOT, kind.container(), ObjType::Map)
            .unwrap();
        transaction.commit_with(CommitOptions::default().with_time(0));
        document
            .get_last_local_change()
            .unwrap()
            .raw_bytes()
            .to_vec()
    }

    #[test]
    fn the_frozen_bytes_are_what_this_automerge_writes() {
        for kind in DocumentKind::ALL {
            assert_eq!(build(kind), bytes(kind), "{}", kind.as_str());
        }
    }

    #[test]
    fn the_genesis_hashes_are_golden() {
        insta::assert_snapshot!(
            DocumentKind::ALL
                .map(|kind| format!("{} {}", kind.as_str(), hash(kind)))
                .join("\n")
        );
    }
}
