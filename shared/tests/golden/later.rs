//! A record of a later version: an old app and an old server hand it on as it is.

use ciborium::Value;
use serde::{Deserialize, Serialize};
use shared::documents::{Document, DocumentKind, DocumentName};
use shared::gate::{self, Admission, Offer};
use shared::ids::{DeviceId, EntryId, MemberId, OrganisationPath};
use shared::permission::Authority;
use shared::records::Record;
use shared::time::Timestamp;
use shared::volume::Volume;
use shared::wire;
use uuid::Uuid;

use super::{at, entries, member, presence, statements, writer};

/// A record as a later version writes it: with a field that this one does not know.
#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct LaterEntry {
    id: EntryId,
    by: MemberId,
    recorded_at: Timestamp,
    record: Value,
    mood: String,
}

fn device_nine() -> DeviceId {
    DeviceId(Uuid::from_bytes([9; 16]))
}

/// Passes a change of the member's journal through the gate and returns what is stored of it.
fn admitted(document: &mut Document, device: DeviceId, change: &[u8]) -> Vec<u8> {
    let authority = Authority {
        device,
        member: member(),
        home: OrganisationPath::parse("001").unwrap(),
        grants: Vec::new(),
    };
    let name = DocumentName::Journal {
        member: member(),
        quarter: at().day().quarter(),
    };
    let offer = Offer {
        authority: &authority,
        city: &presence().city,
        name: &name,
        path: None,
        now: at(),
        held: Volume::default(),
        brought: Volume::default(),
        hand_over: None,
    };
    match gate::admit(offer, document, change) {
        Ok(Admission::Admitted(stored)) => stored.bytes,
        other => panic!("{other:?}"),
    }
}

/// Returns the changes of a document as a phone keeps them.
fn saved(document: &Document) -> Vec<u8> {
    let changes = document.changes().into_iter();
    changes.flat_map(|change| change.bytes).collect()
}

/// Returns what stands under a key of a map.
fn inside<'a>(value: &'a mut Value, key: &str) -> &'a mut Value {
    let fields = value.as_map_mut().unwrap();
    let field = fields
        .iter_mut()
        .find(|(name, _)| name.as_text() == Some(key));
    &mut field.unwrap().1
}

fn add_mood(value: &mut Value) {
    let fields = value.as_map_mut().unwrap();
    fields.push((Value::Text("mood".into()), Value::Text("好".into())));
}

#[test]
fn fields_of_a_later_version_go_through_an_old_app_untouched() {
    let known = &entries()[2].record;
    check(Value::serialized(known).unwrap(), known);
}

#[test]
fn fields_of_a_later_version_inside_a_request_do_too() {
    let known = statements::registration();
    let mut record = Value::serialized(&known).unwrap();
    let request = inside(&mut record, "request");
    add_mood(request);
    add_mood(inside(inside(request, "subject"), "member_registration"));
    check(record, &known);
}

/// Hands a later version's record on, of which this version reads what is `known`.
fn check(record: Value, known: &Record) {
    use automerge::transaction::{CommitOptions, Transactable};
    use automerge::{ActorId, Automerge, ROOT, ReadDoc};

    let later = LaterEntry {
        id: EntryId(Uuid::from_u128(0xc009)),
        by: member(),
        recorded_at: at(),
        record,
        mood: "好".into(),
    };
    // The later app writes into the same container; the genesis comes with any written document.
    let genesis = include_bytes!("../../src/documents/genesis/journal.v1");
    let mut newer = Automerge::load(genesis).unwrap();
    let actor = [&[9; 16][..], &1_u32.to_be_bytes()].concat();
    newer.set_actor(ActorId::from(actor));
    let (_, claims) = newer.get(ROOT, "claims").unwrap().unwrap();
    let mut transaction = newer.transaction();
    let bytes = wire::encode(&later);
    transaction
        .put(&claims, later.id.to_string(), bytes.clone())
        .unwrap();
    transaction.commit_with(CommitOptions::default().with_time(at().0));
    let change = newer.get_last_local_change().unwrap().raw_bytes().to_vec();

    // The old app loads it, reads what it knows, writes a record of its own and saves.
    let mut old = Document::load(DocumentKind::Journal, &change).unwrap();
    assert_eq!(old.entries().0[&later.id].entry.record, *known);
    old.write(writer(1), at(), &entries()[..1]);
    let saved = saved(&old);

    // The old server's gate takes the change as it is.
    let mut stored = Document::new(DocumentKind::Journal);
    assert_eq!(admitted(&mut stored, device_nine(), &change), change);

    let whole = [&genesis[..], &saved[..]].concat();
    let read = Automerge::load(&whole).unwrap();
    let (value, _) = read.get(&claims, later.id.to_string()).unwrap().unwrap();
    assert_eq!(value.as_bytes(), Some(&bytes[..]));
    assert_eq!(wire::decode(value.as_bytes().unwrap()), Ok(later));
}
