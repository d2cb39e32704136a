//! One change through the gate. The first byte chooses the document, the rest is the change, whose
//! checksum is mended.

use shared::documents::{Document, DocumentKind};
use shared::gate::{Admission, admit};
use shared::limits;
use shared::volume::Volume;

use super::records::{SORTS, entry};
use super::{chunk, world};

/// From this first byte on the document holds records already.
const FILLED: u8 = 128;

pub(super) fn run(bytes: &[u8]) {
    let Some((first, change)) = bytes.split_first() else {
        return;
    };
    let kind = world::kind(*first);
    let name = world::name(kind);
    let mut document = if *first < FILLED {
        Document::new(kind)
    } else {
        world::document(kind)
    };
    let mut change = change.to_vec();
    chunk::mend(&mut change);
    let (authority, city, path) = (world::authority(), world::area(), world::path());
    let offer = world::offer(&authority, &city, &name, &path);
    let before = (document.heads(), document.entries());
    match admit(offer, &mut document, &change) {
        Ok(Admission::Admitted(_)) => world::check_sound(&name, &document, &before.1.0),
        Ok(Admission::Known(_)) | Err(_) => {
            assert_eq!((document.heads(), document.entries()), before);
        }
    }
}

/// A journal as full as it may be, but for one change.
pub struct FullDocument {
    stored: Vec<u8>,
    change: Vec<u8>,
}

impl FullDocument {
    /// Fills it.
    #[expect(clippy::new_without_default, reason = "it takes seconds")]
    pub fn new() -> Self {
        let kind = DocumentKind::Journal;
        let mut document = Document::new(kind);
        let mut stored = Vec::new();
        let mut write = |number: u64| {
            let entry = entry(kind, number.into());
            document
                .write(world::writer(1), world::now(), &[entry])
                .bytes
        };
        for number in 1..limits::DOCUMENT_CHANGES {
            stored.extend(write(number));
        }
        let change = write(limits::DOCUMENT_CHANGES);
        Self { stored, change }
    }

    /// Loads it, and admits the last change that it takes.
    ///
    /// # Panics
    /// When the gate does not admit it.
    pub fn admit(&self) {
        let name = world::name(DocumentKind::Journal);
        let mut document = Document::load(name.kind(), &self.stored).expect("it loads");
        let (authority, city, path) = (world::authority(), world::area(), world::path());
        let mut offer = world::offer(&authority, &city, &name, &path);
        offer.held = Volume {
            changes: limits::DOCUMENT_CHANGES - 1,
            bytes: self.stored.len() as u64,
        };
        let admission = admit(offer, &mut document, &self.change);
        assert!(
            matches!(admission, Ok(Admission::Admitted(_))),
            "{admission:?}"
        );
    }

    /// Loads it.
    ///
    /// # Panics
    /// When it does not load.
    pub fn load(&self) {
        Document::load(DocumentKind::Journal, &self.stored).expect("it loads");
    }
}

pub(super) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let (authority, city, path) = (world::authority(), world::area(), world::path());
    let change = |kind: DocumentKind, filled: bool, entries: u128| {
        let mut firsts = if filled {
            FILLED..=u8::MAX
        } else {
            0..=FILLED - 1
        };
        let first = firsts.find(|first| world::kind(*first) == kind);
        let first = first.expect("every kind has a first byte of both sorts");
        let [mut document, mut stored] = [(); 2].map(|()| {
            if filled {
                world::document(kind)
            } else {
                Document::new(kind)
            }
        });
        let entries: Vec<_> = (10..10 + entries).map(|n| entry(kind, n)).collect();
        let sealed = document.write(world::writer(2), world::now(), &entries);
        let name = world::name(kind);
        let offer = world::offer(&authority, &city, &name, &path);
        let admission = admit(offer, &mut stored, &sealed.bytes);
        assert!(
            matches!(admission, Ok(Admission::Admitted(_))),
            "{admission:?}"
        );
        [&[first][..], &sealed.bytes].concat()
    };
    vec![
        ("journal-first", change(DocumentKind::Journal, false, 1)),
        ("journal-next", change(DocumentKind::Journal, true, SORTS)),
        ("calendar-first", change(DocumentKind::Calendar, false, 1)),
        ("calendar-next", change(DocumentKind::Calendar, true, 2)),
        ("rollcall-first", change(DocumentKind::Rollcall, false, 1)),
        ("rollcall-next", change(DocumentKind::Rollcall, true, 5)),
        ("ledger-first", change(DocumentKind::Ledger, false, 1)),
        ("ledger-next", change(DocumentKind::Ledger, true, SORTS)),
        ("board-first", change(DocumentKind::Board, false, 1)),
        ("board-next", change(DocumentKind::Board, true, 2)),
        ("nothing", vec![0]),
    ]
}
