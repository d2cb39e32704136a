//! What must hold in a world at rest, held against what people were told and not against what the
//! software thinks.

use std::collections::{BTreeMap, BTreeSet};

use shared::client::{Engine, RecordState, Table};
use shared::codes::Code;
use shared::documents::{ChangeHash, Document, DocumentName, HeldEntry};
use shared::ids::{ActivityId, DocumentId, EntryId, ListingId};
use shared::project::{Projection, activities};
use shared::reconcile::{BoardItem, Matter, Outcome, board};
use shared::records::{Record, Subject, Topic};
use shared::time::Timestamp;
use shared::wire::{self, MatterRow};
use shared::words::RequestState;

use super::phone::Phone;
use super::service;
use super::world::World;

/// Returns everything that is not as it must be.
pub(super) fn check(world: &mut World) -> Vec<String> {
    let mut findings = std::mem::take(&mut world.server.trespasses);
    let truth = truth(world, &mut findings);
    let stored = stored_entries(world, &truth, &mut findings);
    nothing_saved_is_lost(world, &stored, &mut findings);
    nothing_promised_is_lost(world, &stored, &mut findings);
    nothing_forged_is_stored(world, &stored, &mut findings);
    derived_rows_equal_a_rebuild(world, &mut findings);
    no_request_vanishes(world, &stored, &mut findings);
    no_list_is_overbooked(world, &mut findings);
    for number in 0..world.phones.len() {
        if world.phones[number].is_retired() {
            continue;
        }
        let mut found = Vec::new();
        nothing_is_left_to_send(&world.phones[number], &mut found);
        documents_agree(world, &truth, &world.phones[number], &mut found);
        the_line_is_followed(world, &world.phones[number], &mut found);
        outcomes_agree(world, &world.phones[number], &mut found);
        matters_agree(world, &world.phones[number], &mut found);
        activities_agree(world, &truth, &world.phones[number], &mut found);
        findings.extend(
            found
                .into_iter()
                .map(|text| format!("phone {number}: {text}")),
        );
    }
    findings
}

/// A document of the server as it is to be everywhere.
struct Whole {
    name: DocumentName,
    version: u64,
    heads: Vec<ChangeHash>,
    entries: BTreeMap<EntryId, HeldEntry>,
}

type Truth = BTreeMap<DocumentId, Whole>;

fn truth(world: &World, findings: &mut Vec<String>) -> Truth {
    let mut truth = Truth::new();
    for (id, stored) in &world.server.documents {
        let document = stored.document();
        let (entries, anomalies) = document.entries();
        findings.extend(
            anomalies
                .iter()
                .map(|anomaly| format!("stored: {anomaly:?}")),
        );
        let whole = Whole {
            name: stored.name,
            version: stored.changes.len() as u64,
            heads: document.heads(),
            entries,
        };
        truth.insert(*id, whole);
    }
    truth
}

type Stored = BTreeMap<EntryId, Vec<(DocumentName, HeldEntry)>>;

fn stored_entries(world: &World, truth: &Truth, findings: &mut Vec<String>) -> Stored {
    let owners = &world.owners;
    let mut found = Stored::new();
    for stored in truth.values() {
        for (id, held) in &stored.entries {
            let owner = owners.get(&held.device);
            let own = match stored.name {
                DocumentName::Journal { member, .. } => owner == Some(&member),
                DocumentName::Calendar { .. }
                | DocumentName::Rollcall { .. }
                | DocumentName::Ledger { .. }
                | DocumentName::Board { .. } => true,
            };
            if owner != Some(&held.entry.by) || !own {
                findings.push(format!(
                    "{id} stands under another's name in {:?}",
                    stored.name
                ));
            }
            found
                .entry(*id)
                .or_default()
                .push((stored.name, held.clone()));
        }
    }
    found
}

/// What a person was told is saved is stored once, or stands refused on the phone with its reason.
fn nothing_saved_is_lost(world: &World, stored: &Stored, findings: &mut Vec<String>) {
    for (number, phone) in world.phones.iter().enumerate() {
        let refused = phone.refused();
        for id in &phone.saved {
            match (stored.get(id).map(Vec::len), refused.get(id)) {
                (Some(1), None) | (None, Some(_)) => {}
                (Some(1), Some(_)) | (None, None) if phone.given_up.contains(id) => {}
                (Some(count), code) => findings.push(format!(
                    "{id} of phone {number} is stored {count} times, refused {code:?}"
                )),
                (None, None) => findings.push(format!("{id} of phone {number} is lost")),
            }
        }
    }
}

fn nothing_promised_is_lost(world: &World, stored: &Stored, findings: &mut Vec<String>) {
    for id in &world.server.promised {
        if stored.get(id).map(Vec::len) != Some(1) {
            findings.push(format!("{id} was acknowledged and is not there"));
        }
    }
}

fn nothing_forged_is_stored(world: &World, stored: &Stored, findings: &mut Vec<String>) {
    for id in &world.forged {
        if stored.contains_key(id) || world.server.promised.contains(id) {
            findings.push(format!("{id} was forged and is stored"));
        }
    }
}

fn derived_rows_equal_a_rebuild(world: &World, findings: &mut Vec<String>) {
    let derived = &world.server.derived;
    let rebuilt = world.server.rebuild(&world.directory);
    let (kept, made) = (derived.bare_outcomes(), rebuilt.bare_outcomes());
    for fact in kept.keys().chain(made.keys()) {
        let (kept, made) = (kept.get(fact), made.get(fact));
        if kept != made {
            findings.push(format!("an outcome is {kept:?} and rebuilt {made:?}"));
        }
    }
    if derived.bare_matters() != rebuilt.bare_matters() {
        findings.push("the matters differ from a rebuild".into());
    }
    if derived.rollups() != rebuilt.rollups() {
        findings.push("the roll-ups differ from a rebuild".into());
    }
    findings.extend(derived.anomalies());
    let mut people = BTreeMap::new();
    for ((activity, member), outcome) in derived.bare_outcomes() {
        if (activity, member) != (outcome.activity, outcome.member) {
            findings.push(format!("{activity}: an outcome of somebody else"));
        }
        let path = world.directory.path(outcome.organisation);
        let root = path.and_then(|path| path.line().next());
        if let Some(root) = root {
            *people.entry((root, outcome.day)).or_insert(0) +=
                i64::from(outcome.tally().attendances == 1);
        }
    }
    // One fact is one outcome, and one outcome at most one person counted.
    let rollups = derived.rollups();
    for (place, count) in people {
        let tallied = rollups.get(&place).map_or(0, |tally| tally.attendances);
        if tallied != count {
            findings.push(format!("{place:?} counts {tallied} where {count} were"));
        }
    }
}

/// Every request that is stored is answered for, to each of those whom it concerns.
fn no_request_vanishes(world: &World, stored: &Stored, findings: &mut Vec<String>) {
    let matters = &world.server.derived.matters;
    for (id, places) in stored {
        for (_, held) in places {
            let Record::Request(request) = &held.entry.record else {
                continue;
            };
            for topic in request.topics(held.entry.by) {
                if !matters.contains_key(&(*id, topic)) {
                    findings.push(format!("nothing became of {id} for {topic:?}"));
                }
            }
        }
    }
}

/// Nobody has a place that is not there, but whom the community chose over it.
fn no_list_is_overbooked(world: &World, findings: &mut Vec<String>) {
    let mut taken: BTreeMap<ListingId, (u32, u32)> = BTreeMap::new();
    let matters = world.server.derived.matters.values();
    for (_, matter) in matters {
        let Subject::Pledge(pledge) = &matter.subject else {
            continue;
        };
        let (by_room, by_choice) = taken.entry(pledge.listing).or_default();
        match matter.state {
            RequestState::Taken => *by_room += pledge.places,
            _ if matter.is_accepted() => *by_choice += pledge.places,
            _ => {}
        }
    }
    let boards: BTreeMap<ListingId, BoardItem> = board(&world.server.derived.listings());
    for (listing, (by_room, by_choice)) in taken {
        let places = boards.get(&listing).map_or(0, |item| item.listing.places);
        if by_room > 0 && by_room + by_choice > places {
            findings.push(format!(
                "{listing} has {places} places, and {by_room} beside {by_choice} have one"
            ));
        }
    }
}

fn nothing_is_left_to_send(phone: &Phone, findings: &mut Vec<String>) {
    let status = phone.engine.as_ref().map(Engine::status);
    match status {
        Some(status) if status.unsent == 0 && !status.busy => {
            if status.trouble.is_some() {
                findings.push(format!("still says {:?}", status.trouble));
            }
            if status.refused != phone.refused().len() {
                findings.push("counts and lists refused records differently".into());
            }
        }
        other => findings.push(format!("is not at rest: {other:?}")),
    }
    let waiting = phone.disk.table(Table::Changes).count();
    if waiting > 0 {
        findings.push(format!("{waiting} changes wait on the disk"));
    }
}

/// Tells whether a document belongs to a quarter that ended a fortnight ago: phones plan in such ones
/// when their clocks are years off.
fn is_over(name: &DocumentName, now: Timestamp) -> bool {
    match name {
        DocumentName::Journal { quarter, .. }
        | DocumentName::Calendar { quarter, .. }
        | DocumentName::Ledger { quarter, .. } => now.day().0 - quarter.next().first_day().0 >= 14,
        DocumentName::Rollcall { .. } | DocumentName::Board { .. } => false,
    }
}

/// Every document on the phone is one that its owner may read, and is the server's to the head.
fn documents_agree(world: &World, truth: &Truth, phone: &Phone, findings: &mut Vec<String>) {
    let identity = phone.identity;
    let authority = world.directory.authority(identity.device, identity.member);
    for row in phone.disk.documents() {
        // What is asleep is not followed.
        if is_over(&row.name, world.now) {
            continue;
        }
        let organisation = row.name.organisation();
        let path = organisation.and_then(|id| world.directory.path(id));
        let Some(stored) = truth.get(&row.name.id()) else {
            if row.version > 0 || !row.changes.is_empty() {
                findings.push(format!("holds {:?}, which is nowhere", row.name));
            }
            continue;
        };
        if !authority.may_read(&row.name, path) {
            findings.push(format!("holds {:?} without a right", row.name));
        }
        let Ok(held) = Document::load(row.name.kind(), &row.changes) else {
            findings.push(format!("holds {:?}, which does not load", row.name));
            continue;
        };
        let (entries, anomalies) = held.entries();
        let same = held.heads() == stored.heads && entries == stored.entries;
        if !same || !anomalies.is_empty() || row.version != stored.version {
            findings.push(format!(
                "{:?} is at {} of {}, with {} records of {}",
                row.name,
                row.version,
                stored.version,
                entries.len(),
                stored.entries.len()
            ));
        }
    }
}

/// The calendars of the home line, and the owner's journal, are on the phone.
fn the_line_is_followed(world: &World, phone: &Phone, findings: &mut Vec<String>) {
    let held: BTreeSet<_> = phone.disk.documents().iter().map(|row| row.name).collect();
    let quarter = world.now.day().quarter();
    let home = &world.directory.members[&phone.identity.member].home;
    let mut names = vec![DocumentName::Journal {
        member: phone.identity.member,
        quarter,
    }];
    names.extend(home.line().map(|path| DocumentName::Calendar {
        organisation: world.directory.organisations[&path].id,
        quarter,
    }));
    for name in names {
        let exists = world.server.documents.contains_key(&name.id());
        if exists && !held.contains(&name) {
            findings.push(format!("does not follow {name:?}"));
        }
    }
}

fn outcomes_agree(world: &World, phone: &Phone, findings: &mut Vec<String>) {
    let member = phone.identity.member;
    let server: BTreeMap<ActivityId, Outcome> = world
        .server
        .derived
        .bare_outcomes()
        .into_iter()
        .filter(|((_, of), _)| *of == member)
        .map(|((activity, _), outcome)| (activity, outcome))
        .collect();
    let held: BTreeMap<ActivityId, Outcome> = phone
        .disk
        .table(Table::Outcomes)
        .filter_map(|(_, value)| wire::decode::<Outcome>(value).ok())
        .map(|outcome| (outcome.activity, outcome))
        .collect();
    if held != server {
        findings.push(format!(
            "holds {} outcomes, the server {}; they differ",
            held.len(),
            server.len()
        ));
    }
}

/// A phone holds what became of every request that concerns its owner's person and rights, and nothing
/// of anybody else's.
fn matters_agree(world: &World, phone: &Phone, findings: &mut Vec<String>) {
    let identity = phone.identity;
    let authority = world.directory.authority(identity.device, identity.member);
    let mut server = world.server.derived.bare_matters();
    server.retain(|_, matter| service::concerns(&authority, matter));
    let held: BTreeMap<(EntryId, Topic), Matter> = phone
        .disk
        .table(Table::Matters)
        .filter_map(|(_, value)| wire::decode::<MatterRow>(value).ok())
        .map(|row| ((row.matter.request, row.matter.topic), row.matter))
        .collect();
    if held != server {
        let differ = server
            .iter()
            .find(|(key, matter)| held.get(*key) != Some(*matter));
        findings.push(format!(
            "holds {} matters, the server {}; they differ: {differ:?}",
            held.len(),
            server.len()
        ));
    }
}

/// What the screen shows is what the calendars of the disk, which agree, say.
fn activities_agree(world: &World, truth: &Truth, phone: &Phone, findings: &mut Vec<String>) {
    let Some(engine) = &phone.engine else {
        return;
    };
    let mut projection = Projection::default();
    // Of a quarter that is over a calendar is shown only while something in it waits.
    let mut asleep = BTreeSet::new();
    for row in phone.disk.documents() {
        let calendar = matches!(row.name, DocumentName::Calendar { .. });
        if let (true, Some(whole)) = (calendar, truth.get(&row.name.id())) {
            for held in whole.entries.values() {
                if is_over(&row.name, world.now) {
                    asleep.extend(held.entry.record.activity());
                } else {
                    projection.add(&row.name, held.clone());
                }
            }
        }
    }
    let mut expected = activities(projection.plans);
    expected.retain(|id, _| !asleep.contains(id));
    let shown: BTreeMap<_, _> = engine
        .activities()
        .into_iter()
        .map(|view| (view.activity.current.plan.activity, view.activity))
        .filter(|(id, _)| !asleep.contains(id))
        .collect();
    if shown != expected {
        findings.push("shows other activities than its calendars hold".into());
    }
}

impl Phone {
    /// Returns the records that the phone shows as refused.
    pub(super) fn refused(&self) -> BTreeMap<EntryId, Code> {
        let records = self.engine.as_ref().map(Engine::records);
        records
            .unwrap_or_default()
            .into_iter()
            .filter_map(|view| match view.state {
                RecordState::Refused(code) => Some((view.entry.id, code)),
                RecordState::Saved | RecordState::Sending | RecordState::Uploaded => None,
            })
            .collect()
    }

    /// Returns the code of each refused record.
    pub(super) fn refused_codes(&self) -> Vec<Code> {
        self.refused().into_values().collect()
    }
}
