//! Puts records into the documents in which they stand, each written by its device in the order in
//! which it arrived.

use std::collections::BTreeMap;

use shared::documents::{Document, DocumentName, Writer};
use shared::ids::DeviceId;
use shared::records::Entry;
use shared::server::Append;
use shared::time::{Day, HOUR_MS, Quarter, Timestamp};

use super::Delivery;

/// Records of one change at most: it stays well below what a change may have.
const ENTRIES: usize = 60;

/// A record on its way.
pub(super) struct Piece {
    /// The device that wrote it.
    pub device: DeviceId,
    /// When it reached the server.
    pub received_at: Timestamp,
    /// The record.
    pub entry: Entry,
}

/// The documents that are not yet written.
pub(super) struct Archive {
    /// The device of the server's own.
    device: DeviceId,
    /// The last day of the history.
    last: Day,
    open: BTreeMap<DocumentName, Vec<Piece>>,
    /// Boards have no quarter, and what comes later builds on what is there.
    boards: BTreeMap<DocumentName, (Document, u64)>,
}

impl Archive {
    pub(super) fn new(device: DeviceId, last: Day) -> Self {
        Self {
            device,
            last,
            open: BTreeMap::new(),
            boards: BTreeMap::new(),
        }
    }

    /// Puts what no phone wrote: the papers of a quarter are brought together, at its end.
    pub(super) fn put_paper(&mut self, name: DocumentName, entry: Entry) {
        let quarter = entry.recorded_at.day().quarter();
        let after = quarter.next().first_day().min(self.last.plus(1));
        let received_at = after.start().plus(-HOUR_MS).max(entry.recorded_at);
        let piece = Piece {
            device: self.device,
            received_at,
            entry,
        };
        self.put(name, piece);
    }

    pub(super) fn put(&mut self, name: DocumentName, piece: Piece) {
        self.open.entry(name).or_default().push(piece);
    }

    /// Writes every document whose period ends with a quarter or before: first those on which others
    /// are looked at.
    pub(super) fn close(&mut self, quarter: Quarter) -> Vec<Delivery> {
        let is_later = |name: &DocumentName| match name {
            DocumentName::Journal { quarter: of, .. }
            | DocumentName::Calendar { quarter: of, .. }
            | DocumentName::Ledger { quarter: of, .. } => {
                (of.year, of.number) > (quarter.year, quarter.number)
            }
            DocumentName::Rollcall { .. } | DocumentName::Board { .. } => false,
        };
        let mut names: Vec<DocumentName> = self.open.keys().copied().collect();
        names.retain(|name| !is_later(name));
        names.sort_by_key(|name| (order(name), *name));
        let mut deliveries = Vec::new();
        for name in names {
            let pieces = self.open.remove(&name).unwrap_or_default();
            if matches!(name, DocumentName::Board { .. }) {
                let empty = || (Document::new(name.kind()), 0);
                let (document, version) = self.boards.entry(name).or_insert_with(empty);
                deliveries.extend(write(name, document, version, pieces));
            } else {
                let mut document = Document::new(name.kind());
                deliveries.extend(write(name, &mut document, &mut 0, pieces));
            }
        }
        deliveries
    }
}

/// Tells whether others are looked at on what the document says.
pub(super) const fn is_looked_at(name: &DocumentName) -> bool {
    order(name) < 2
}

/// Writes a document at once.
pub(super) fn whole(name: DocumentName, pieces: Vec<Piece>) -> Vec<Delivery> {
    write(name, &mut Document::new(name.kind()), &mut 0, pieces)
}

const fn order(name: &DocumentName) -> u8 {
    match name {
        DocumentName::Calendar { .. } => 0,
        DocumentName::Board { .. } => 1,
        DocumentName::Rollcall { .. } => 2,
        DocumentName::Journal { .. } => 3,
        DocumentName::Ledger { .. } => 4,
    }
}

/// One change for what a device brought at one time.
fn write(
    name: DocumentName,
    document: &mut Document,
    version: &mut u64,
    mut pieces: Vec<Piece>,
) -> Vec<Delivery> {
    pieces.sort_by_key(|piece| (piece.received_at, piece.device, piece.entry.id));
    let together = |one: &Piece, other: &Piece| {
        one.device == other.device && one.received_at == other.received_at
    };
    let mut deliveries = Vec::new();
    for brought in pieces
        .chunk_by(together)
        .flat_map(|some| some.chunks(ENTRIES))
    {
        let (device, received_at) = (brought[0].device, brought[0].received_at);
        let entries: Vec<Entry> = brought.iter().map(|piece| piece.entry.clone()).collect();
        let change = document.write(Writer { device, run: 1 }, received_at, &entries);
        let append = Append {
            name,
            base: *version,
            allowance: None,
            changes: vec![change],
            received_at,
        };
        *version += 1;
        deliveries.push(Delivery { device, append });
    }
    deliveries
}
