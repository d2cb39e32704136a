//! What stands between a stranger's bytes and a stored change. Automerge trusts its peers; an open
//! server cannot. The checks, in their order:
//!
//! 1. size, one uncompressed change chunk, and its operations counted from the run lengths;
//! 2. behind `catch_unwind`: parsed, expanded, encoded again, and the bytes must be the same; a change
//!    that is stored already is known, whatever else became of its writer or of the document;
//! 3. the writer may write this kind for this owner, the actor is the signed-in device, and a device
//!    that was revoked hands over nothing but its owner's claims;
//! 4. the document and the device's day have room;
//! 5. the sequence number is free and next, the dependencies are there;
//! 6. every operation puts one new record of the kind under its own id, with a sane clock;
//! 7. applied to a scratch copy, which must save and load to the same heads.
//!
//! Only then does the document hold the change, and only when it is durable is it acknowledged.
//! What a phone does with each code stands in [`Code::handling`] and docs/refusals.md.

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
use crate::records::{Entry, Record};
use crate::time::Timestamp;
use crate::volume::Volume;

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
    /// What the document holds.
    pub held: Volume,
    /// What the device brought on this day before.
    pub brought: Volume,
    /// Set when the device was revoked and hands over what it has not sent.
    pub hand_over: Option<HandOver>,
}

/// The last words of a revoked device. Its owner's claims of before the revocation are taken for a
/// while, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// When it was revoked.
    pub revoked_at: Timestamp,
    /// When it first came back after that.
    pub met_at: Timestamp,
}

impl HandOver {
    /// Tells whether the device is still listened to.
    pub fn is_open(self, now: Timestamp) -> bool {
        now.since(self.met_at) < limits::HAND_OVER_MS
    }
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
    if !offer.name.is_valid() {
        return Err(Code::ChangeForbidden);
    }
    // Automerge 0.12 panics on some mutated changes; the panic stays here.
    catch_unwind(AssertUnwindSafe(|| examine(offer, document, bytes)))
        .unwrap_or(Err(Code::ChangeMalformed))
}

/// Checks what can be seen from outside: the size, that it is one uncompressed change, and how many
/// operations it would expand to.
///
/// # Errors
/// [`Code::ChangeTooLarge`] or [`Code::ChangeMalformed`].
pub fn check_size(bytes: &[u8]) -> Result<(), Code> {
    if bytes.len() > limits::CHANGE_BYTES {
        return Err(Code::ChangeTooLarge);
    }
    let census = ParsedChange::census(bytes).ok_or(Code::ChangeMalformed)?;
    if census.values > limits::CHANGE_OPERATIONS {
        return Err(Code::ChangeTooLarge);
    }
    Ok(())
}

/// Checks what a change is by itself, whatever document it is for: [`check_size`], and that it is
/// written in the one canonical way.
///
/// # Errors
/// [`Code::ChangeTooLarge`] or [`Code::ChangeMalformed`].
pub fn check_form(bytes: &[u8]) -> Result<(), Code> {
    check_size(bytes)?;
    catch_unwind(|| expand(bytes).map(drop)).unwrap_or(Err(Code::ChangeMalformed))
}

fn expand(bytes: &[u8]) -> Result<(ParsedChange, ExpandedChange), Code> {
    let change = ParsedChange::parse(bytes).map_err(|_| Code::ChangeMalformed)?;
    let expanded = change.expand();
    if change.is_canonical(&expanded, bytes) {
        Ok((change, expanded))
    } else {
        Err(Code::ChangeMalformed)
    }
}

fn examine(offer: Offer<'_>, document: &mut Document, bytes: &[u8]) -> Result<Admission, Code> {
    let (change, expanded) = expand(bytes)?;
    if document.has_change(change.hash()) {
        return Ok(Admission::Known(change.hash()));
    }
    check_writer(offer, &expanded)?;
    check_room(offer, bytes)?;
    check_order(document, &change, &expanded)?;
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

fn check_writer(offer: Offer<'_>, expanded: &ExpandedChange) -> Result<(), Code> {
    if !offer.authority.may_write(offer.name, offer.path) {
        return Err(Code::ChangeForbidden);
    }
    let device = Writer::of(&expanded.actor_id).map(|writer| writer.device);
    if device != Some(offer.authority.device) {
        return Err(Code::ChangeForbidden);
    }
    let Some(hand_over) = offer.hand_over else {
        return Ok(());
    };
    match offer.name {
        DocumentName::Journal { .. } if hand_over.is_open(offer.now) => Ok(()),
        DocumentName::Journal { .. }
        | DocumentName::Calendar { .. }
        | DocumentName::Rollcall { .. }
        | DocumentName::Ledger { .. }
        | DocumentName::Board { .. } => Err(Code::DeviceRevoked),
    }
}

fn check_room(offer: Offer<'_>, bytes: &[u8]) -> Result<(), Code> {
    if !offer.held.with_change(bytes.len()).fits(Volume::DOCUMENT) {
        return Err(Code::DocumentTooLarge);
    }
    let brought = offer.brought.with_change(bytes.len());
    if !brought.fits(Volume::DEVICE_DAY) {
        return Err(Code::QuotaExceeded);
    }
    Ok(())
}

fn check_order(
    document: &Document,
    change: &ParsedChange,
    expanded: &ExpandedChange,
) -> Result<(), Code> {
    let next = document.next_sequence(&expanded.actor_id);
    // An actor has one live writer and counts on: another change under a number that is taken comes
    // from a copy of the phone. What such a change builds on may be unknown here, so this is first.
    if (1..next).contains(&expanded.seq) {
        return Err(Code::DeviceCopied);
    }
    if !document.has_dependencies(change) {
        return Err(Code::DependencyMissing);
    }
    // A first operation far ahead would push every later one of the document to the edge of its
    // type; one that is taken gives two operations the same name.
    if expanded.seq != next || expanded.start_op.get() != document.next_operation(change) {
        return Err(Code::ChangeOutOfOrder);
    }
    Ok(())
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
    let revoked_at = offer.hand_over.map(|hand_over| hand_over.revoked_at);
    if revoked_at.is_some_and(|revoked_at| entry.recorded_at > revoked_at) {
        return Err(Code::DeviceRevoked);
    }
    if !entry.record.is_well_formed() {
        return Err(Code::EntryMalformed);
    }
    if belongs(offer, entry)? {
        Ok(())
    } else {
        Err(Code::EntryMalformed)
    }
}

/// Tells whether a record stands where its kind belongs and names what it may name.
fn belongs(offer: Offer<'_>, entry: &Entry) -> Result<bool, Code> {
    let belongs = match (offer.name, &entry.record) {
        (DocumentName::Journal { .. }, Record::Claim(claim)) => {
            if claim.city().is_some_and(|city| city != offer.city) {
                return Err(Code::ActivityElsewhere);
            }
            true
        }
        (DocumentName::Calendar { organisation, .. }, Record::HostKey(key)) => {
            key.organisation == *organisation
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
        (DocumentName::Rollcall { activity, .. }, Record::Visitor(visitor)) => {
            visitor.activity == *activity && visitor.corrects != Some(entry.id)
        }
        (DocumentName::Ledger { .. }, Record::Ruling(ruling)) => {
            !ruling.settles.contains(&entry.id)
        }
        (DocumentName::Journal { .. }, Record::Request(request)) => {
            request.asker.is_none() && request.replaces != Some(entry.id)
        }
        (DocumentName::Ledger { organisation, .. }, Record::Request(request)) => {
            request.asker == Some(*organisation) && request.replaces != Some(entry.id)
        }
        (
            DocumentName::Journal { .. } | DocumentName::Ledger { .. },
            Record::Withdrawal(withdrawal),
        ) => withdrawal.request != entry.id,
        (DocumentName::Ledger { .. }, Record::Reply(reply)) => {
            reply.request != entry.id && !reply.knew.contains(&entry.id)
        }
        (DocumentName::Ledger { .. }, Record::Rating(rating)) => rating.request != entry.id,
        (DocumentName::Board { organisation }, Record::Listing(listing)) => {
            listing.is_of(*organisation) && listing.revises != Some(entry.id)
        }
        (
            DocumentName::Journal { .. }
            | DocumentName::Calendar { .. }
            | DocumentName::Rollcall { .. }
            | DocumentName::Ledger { .. }
            | DocumentName::Board { .. },
            Record::Claim(_)
            | Record::Plan(_)
            | Record::HostKey(_)
            | Record::Mark(_)
            | Record::Visitor(_)
            | Record::Ruling(_)
            | Record::Request(_)
            | Record::Withdrawal(_)
            | Record::Reply(_)
            | Record::Rating(_)
            | Record::Listing(_),
        ) => false,
    };
    Ok(belongs)
}

#[cfg(test)]
mod tests;
