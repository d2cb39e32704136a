//! What stands between a stranger's bytes and a stored change. Automerge trusts its peers; an open
//! server cannot. The checks run cheapest first, and nothing is applied before all of them passed.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::legacy::{Key, ObjectId, Op, OpType};
use automerge::{ExpandedChange, ScalarValue};

use crate::codes::Code;
use crate::documents::{
    self, ChangeHash, Document, DocumentName, ParsedChange, SealedChange, Writer,
};
use crate::ids::{AreaCode, OrganisationPath};
use crate::limits;
use crate::permission::Authority;
use crate::records::{Claim, Entry, Record};
use crate::time::Timestamp;

/// What the gate knows of the one who offers a change.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    /// The signed-in device, its owner and the owner's rights.
    pub authority: &'a Authority,
    /// The city of this server.
    pub city: &'a AreaCode,
    /// The document.
    pub name: &'a DocumentName,
    /// The path of the document's organisation, `None` when it has none or it is unknown.
    pub path: Option<&'a OrganisationPath>,
    /// The server's clock.
    pub now: Timestamp,
}

/// What became of an offered change.
#[derive(Debug, PartialEq, Eq)]
pub enum Admission {
    /// It passed; the document holds it now, and the caller makes it durable.
    Admitted(SealedChange),
    /// The document holds it already.
    Known(ChangeHash),
}

/// Admits a change to a document, or says with a code why not. Whatever the bytes, the document is
/// unchanged after a refusal.
///
/// # Errors
/// The code of the first check that the change fails.
pub fn admit(offer: Offer<'_>, document: &mut Document, bytes: &[u8]) -> Result<Admission, Code> {
    check_size(bytes)?;
    if !offer.name.is_valid() || !offer.authority.may_write(offer.name, offer.path) {
        return Err(Code::ChangeForbidden);
    }
    // Automerge 0.12 panics on some mutated changes; the panic stays here.
    catch_unwind(AssertUnwindSafe(|| examine(offer, document, bytes)))
        .unwrap_or(Err(Code::ChangeMalformed))
}

fn check_size(bytes: &[u8]) -> Result<(), Code> {
    if bytes.len() > limits::CHANGE_BYTES {
        return Err(Code::ChangeTooLarge);
    }
    let census = ParsedChange::census(bytes).ok_or(Code::ChangeMalformed)?;
    if census.values > limits::CHANGE_OPERATIONS {
        return Err(Code::ChangeTooLarge);
    }
    Ok(())
}

fn examine(offer: Offer<'_>, document: &mut Document, bytes: &[u8]) -> Result<Admission, Code> {
    let change = ParsedChange::parse(bytes).map_err(|_| Code::ChangeMalformed)?;
    let expanded = change.expand();
    if !change.is_canonical(&expanded, bytes) {
        return Err(Code::ChangeMalformed);
    }
    if document.has_change(change.hash()) {
        return Ok(Admission::Known(change.hash()));
    }
    let device = Writer::of(&expanded.actor_id).map(|writer| writer.device);
    if device != Some(offer.authority.device) {
        return Err(Code::ChangeForbidden);
    }
    if !document.has_dependencies(&change) {
        return Err(Code::DependencyMissing);
    }
    // A first operation far ahead would push every later one of the document to the edge of its
    // type; one that is taken gives two operations the same name.
    if expanded.seq != document.next_sequence(&expanded.actor_id)
        || expanded.start_op.get() != document.next_operation(&change)
    {
        return Err(Code::ChangeOutOfOrder);
    }
    check_operations(offer, document, &expanded)?;
    let mut next = document.fork();
    next.apply_parsed(&change)
        .map_err(|_| Code::ChangeMalformed)?;
    // An applied change that did not take is one that Automerge queued or dropped.
    if !next.has_change(change.hash()) || !next.survives_storage() {
        return Err(Code::ChangeMalformed);
    }
    *document = next;
    Ok(Admission::Admitted(SealedChange {
        hash: change.hash(),
        bytes: bytes.to_vec(),
    }))
}

/// Every operation puts one new record into the kind's map, and nothing else.
fn check_operations(
    offer: Offer<'_>,
    document: &Document,
    expanded: &ExpandedChange,
) -> Result<(), Code> {
    // Whatever else a change can carry, nobody would ever see it.
    let bare = expanded.message.is_none() && expanded.extra_bytes.is_empty();
    if !bare || expanded.operations.is_empty() {
        return Err(Code::ChangeMalformed);
    }
    let mut seen = std::collections::BTreeSet::new();
    for operation in &expanded.operations {
        let entry = read_entry(document, operation)?;
        if document.holds(entry.id) || !seen.insert(entry.id) {
            return Err(Code::EntryRewritten);
        }
        check_entry(offer, &entry)?;
    }
    Ok(())
}

fn read_entry(document: &Document, operation: &Op) -> Result<Entry, Code> {
    if !operation.pred.is_empty() {
        return Err(Code::EntryRewritten);
    }
    let in_container = matches!(
        (&operation.obj, document.container()),
        (ObjectId::Id(opid), automerge::ObjId::Id(counter, actor, _))
            if opid.0 == *counter && opid.1 == *actor
    );
    let (Key::Map(key), OpType::Put(ScalarValue::Bytes(value)), true, false) = (
        &operation.key,
        &operation.action,
        in_container,
        operation.insert,
    ) else {
        return Err(Code::ChangeMalformed);
    };
    if value.len() > limits::ENTRY_BYTES {
        return Err(Code::ChangeTooLarge);
    }
    let entry = documents::decode(value).ok_or(Code::EntryMalformed)?;
    if entry.id.to_string() != key.as_str() {
        return Err(Code::EntryMalformed);
    }
    Ok(entry)
}

fn check_entry(offer: Offer<'_>, entry: &Entry) -> Result<(), Code> {
    if entry.by != offer.authority.member {
        return Err(Code::ChangeForbidden);
    }
    if offer.now.since(entry.recorded_at).saturating_abs() > limits::CLOCK_SKEW_MS {
        return Err(Code::ClockInsane);
    }
    if !entry.record.is_well_formed() {
        return Err(Code::EntryMalformed);
    }
    let belongs = match (offer.name, &entry.record) {
        (DocumentName::Journal { .. }, Record::Claim(claim)) => {
            if let Claim::CheckIn(presence) | Claim::CheckOut(presence) = claim
                && presence.city != *offer.city
            {
                return Err(Code::ActivityElsewhere);
            }
            true
        }
        (
            DocumentName::Calendar {
                organisation,
                quarter,
            },
            Record::Plan(plan),
        ) => {
            plan.is_of(*organisation)
                && plan.starts_at.day().quarter() == *quarter
                && plan.revises != Some(entry.id)
        }
        (DocumentName::Rollcall { activity, .. }, Record::Mark(mark)) => {
            mark.activity == *activity && mark.corrects != Some(entry.id)
        }
        (
            DocumentName::Journal { .. }
            | DocumentName::Calendar { .. }
            | DocumentName::Rollcall { .. },
            Record::Claim(_) | Record::Plan(_) | Record::Mark(_),
        ) => false,
    };
    if belongs {
        Ok(())
    } else {
        Err(Code::EntryMalformed)
    }
}

#[cfg(test)]
mod tests;
