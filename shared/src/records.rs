//! What people write: claims and requests in journals, plans in calendars, marks in roll calls, rulings
//! and replies in ledgers, listings on boards.
//! Each record is written whole, once, and never changed; a correction is another record that names
//! the first. Fields that were added later are left out of the bytes where they say nothing, so that
//! an early record is written as it always was.

mod claim;
mod listing;
mod mark;
mod plan;
mod reply;
mod request;

use serde::{Deserialize, Serialize};

use crate::ids::{ActivityId, EntryId, MemberId};
use crate::time::Timestamp;

pub use claim::{Claim, Evidence, Petition, Presence, Scan};
pub use listing::Listing;
pub use mark::{Mark, MarkEntry, Ruling, Visitor, Witness};
pub use plan::{Audience, Details, Held, HostKey, Phase, Plan, Standing};
pub use reply::{Correction, Rating, Reply, ReplyWord};
pub use request::{
    MemberRegistration, OrganisationRegistration, Photo, Pledge, Request, Service, Subject, Topic,
    Withdrawal, is_phone,
};

/// One record with who wrote it and when, by the clock of the device that did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The record's id, its key in the document.
    pub id: EntryId,
    /// The person who entered it.
    pub by: MemberId,
    /// The device's clock.
    pub recorded_at: Timestamp,
    /// What was entered.
    pub record: Record,
}

/// A record of any kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// In a journal.
    Claim(Claim),
    /// In a calendar.
    Plan(Plan),
    /// In a calendar: a device that shows codes for the organisation's activities.
    HostKey(HostKey),
    /// In a roll call.
    Mark(Mark),
    /// In a roll call: somebody whom no roster here knows.
    Visitor(Visitor),
    /// In a ledger.
    Ruling(Ruling),
    /// In a journal, or in the ledger of the organisation that asks.
    Request(Request),
    /// Where the request stands.
    Withdrawal(Withdrawal),
    /// In the ledger of the organisation that is asked.
    Reply(Reply),
    /// In the ledger of the organisation that is asked.
    Rating(Rating),
    /// On a board.
    Listing(Listing),
}

impl Record {
    /// Returns the activity that the record is about.
    pub fn activity(&self) -> Option<ActivityId> {
        match self {
            Self::Claim(claim) => claim.activity(),
            Self::Plan(plan) => Some(plan.activity),
            Self::HostKey(_) => None,
            Self::Mark(mark) => Some(mark.activity),
            Self::Visitor(visitor) => Some(visitor.activity),
            Self::Ruling(ruling) => Some(ruling.activity),
            Self::Request(_)
            | Self::Withdrawal(_)
            | Self::Reply(_)
            | Self::Rating(_)
            | Self::Listing(_) => None,
        }
    }

    /// Tells whether it is one of those about registrations, service and the lists.
    pub fn is_statement(&self) -> bool {
        match self {
            Self::Request(_)
            | Self::Withdrawal(_)
            | Self::Reply(_)
            | Self::Rating(_)
            | Self::Listing(_) => true,
            Self::Claim(_)
            | Self::Plan(_)
            | Self::HostKey(_)
            | Self::Mark(_)
            | Self::Visitor(_)
            | Self::Ruling(_) => false,
        }
    }

    /// Tells whether the record's texts and times have the form of its kind.
    pub fn is_well_formed(&self) -> bool {
        match self {
            Self::Claim(claim) => claim.is_well_formed(),
            Self::Plan(plan) => plan.is_well_formed(),
            Self::HostKey(key) => key.is_well_formed(),
            Self::Mark(mark) => mark.is_well_formed(),
            Self::Visitor(visitor) => visitor.is_well_formed(),
            Self::Ruling(ruling) => ruling.is_well_formed(),
            Self::Request(request) => request.is_well_formed(),
            Self::Withdrawal(withdrawal) => withdrawal.is_well_formed(),
            Self::Reply(reply) => reply.is_well_formed(),
            Self::Rating(rating) => rating.is_well_formed(),
            Self::Listing(listing) => listing.is_well_formed(),
        }
    }
}

/// Tells whether a text says something, in at most so many characters.
fn says(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= most
}

/// Tells whether a text has at most so many characters; it may say nothing.
fn tells(text: &str, most: usize) -> bool {
    text.chars().count() <= most
}

/// Tells whether every element stands there once.
fn are_distinct<T: Ord>(items: &[T]) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    items.iter().all(|item| seen.insert(item))
}

/// Tells whether a text, where there is one, says something.
fn says_if_any(text: Option<&String>, most: usize) -> bool {
    text.is_none_or(|text| says(text, most))
}
