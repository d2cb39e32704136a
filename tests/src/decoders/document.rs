//! A stored document, loaded and projected. The first byte chooses the kind, the rest is its changes.
//! What the first check of the gate turns away never gets into a store, so it is left out here.

use shared::documents::{Document, DocumentKind};
use shared::gate::check_size;
use shared::project::project;

use super::{chunk, world};

pub(super) fn run(bytes: &[u8]) {
    let Some((first, changes)) = bytes.split_first() else {
        return;
    };
    let kind = world::kind(*first);
    let changes: Vec<Vec<u8>> = chunk::cut(changes)
        .into_iter()
        .filter(|change| check_size(change).is_ok())
        .collect();
    let Ok(document) = Document::load(kind, &changes.concat()) else {
        return;
    };
    let (entries, anomalies) = document.entries();
    let rows = project(&world::name(kind), &document);
    assert!(rows.anomalies.len() >= anomalies.len());
    for entry in entries.keys() {
        assert!(document.holds(*entry));
    }
    let again = Document::load(kind, &world::stored(&document)).expect("what loaded loads again");
    assert_eq!(again.heads(), document.heads());
}

pub(super) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let stored = |place: u8| {
        let kind = world::kind(place);
        let mut document = world::document(kind);
        let mut other = world::document(kind);
        document.write(world::writer(2), world::now(), &[world::entry(kind, 3)]);
        let concurrent = other.write(world::writer(3), world::now(), &[world::entry(kind, 4)]);
        document
            .apply(&concurrent.bytes)
            .expect("two runs of a phone merge");
        [&[place][..], &world::stored(&document)].concat()
    };
    let [journal, calendar, rollcall] = [0, 1, 2].map(stored);
    assert_eq!(DocumentKind::ALL.len(), 3);
    vec![
        ("journal", journal),
        ("calendar", calendar),
        ("rollcall", rollcall),
        ("empty", vec![0]),
    ]
}
