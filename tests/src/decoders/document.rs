//! A stored document, loaded and projected. The first byte chooses the kind, the rest is its changes.
//! What the first check of the gate turns away is left out here: it would go off like a bomb.

use std::collections::{BTreeMap, BTreeSet};

use shared::documents::{Document, DocumentKind};
use shared::gate::{check_form, check_size};
use shared::project::{StatementRow, project};
use shared::reconcile::matters;
use shared::records::Topic;

use super::records::entry;
use super::{chunk, world};

pub(super) fn run(bytes: &[u8]) {
    let Some((first, changes)) = bytes.split_first() else {
        return;
    };
    let kind = world::kind(*first);
    let mut changes = chunk::cut(changes);
    changes.retain(|change| check_size(change).is_ok());
    read(kind, &changes.concat());
    // Nothing else gets into a store: of these every change comes out again as it went in.
    changes.retain(|change| check_form(change).is_ok());
    if let Some(document) = read(kind, &changes.concat()) {
        for change in document.changes() {
            assert!(changes.contains(&change.bytes));
        }
    }
}

fn read(kind: DocumentKind, changes: &[u8]) -> Option<Document> {
    let document = Document::load(kind, changes).ok()?;
    let (entries, anomalies) = document.entries();
    let rows = project(&world::name(kind), &document, &BTreeMap::new());
    assert!(rows.anomalies.len() >= anomalies.len());
    let said = &rows.statements;
    let topics: BTreeSet<Topic> = said.iter().flat_map(StatementRow::topics).collect();
    for topic in topics {
        let matters = matters(topic, said);
        assert!(matters.iter().all(|matter| matter.topic == topic));
    }
    for entry in entries.keys() {
        assert!(document.holds(*entry));
    }
    Some(document)
}

pub(super) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let stored = |place: u8| {
        let kind = world::kind(place);
        let mut document = world::document(kind);
        let mut other = world::document(kind);
        let [here, there] = [3..6, 6..9].map(|numbers| {
            let entries = numbers.map(|number| entry(kind, number));
            entries.collect::<Vec<_>>()
        });
        document.write(world::writer(2), world::now(), &here);
        let concurrent = other.write(world::writer(3), world::now(), &there);
        document
            .apply(&concurrent.bytes)
            .expect("two runs of a phone merge");
        [&[place][..], &world::stored(&document)].concat()
    };
    let [journal, calendar, rollcall, ledger, board] = [0, 1, 2, 3, 4].map(stored);
    assert_eq!(DocumentKind::ALL.len(), 5);
    vec![
        ("journal", journal),
        ("calendar", calendar),
        ("rollcall", rollcall),
        ("ledger", ledger),
        ("board", board),
        ("empty", vec![0]),
    ]
}
