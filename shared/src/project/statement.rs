//! What is said about registrations, service and the lists, as rows.

use serde::{Deserialize, Serialize};

use crate::documents::DocumentName;
use crate::ids::{DeviceId, EntryId, MemberId, OrganisationId};
use crate::records::{Entry, Listing, Rating, Record, Reply, Request, Topic, Withdrawal};
use crate::time::Timestamp;

/// Whose document a record stands in: who says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// A member, of themselves.
    Member(MemberId),
    /// An organisation, by one of its coordinators.
    Organisation(OrganisationId),
}

/// One record about registrations, service or the lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementRow {
    /// The record.
    pub id: EntryId,
    /// Who says it.
    pub party: Party,
    /// Who entered it.
    pub by: MemberId,
    /// The device that wrote it.
    pub device: DeviceId,
    /// The device's clock.
    pub recorded_at: Timestamp,
    /// What is said.
    pub said: Statement,
}

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statement {
    /// Something is asked.
    Request(Request),
    /// It is taken back.
    Withdrawal(Withdrawal),
    /// It is answered.
    Reply(Reply),
    /// The work is rated.
    Rating(Rating),
    /// Something stands on the lists.
    Listing(Listing),
}

impl StatementRow {
    /// Returns the row of a record of the document `name`, `None` when it is of another kind or does
    /// not belong there.
    pub fn of(name: &DocumentName, entry: Entry, device: DeviceId) -> Option<Self> {
        let party = match name {
            DocumentName::Journal { member, .. } => Party::Member(*member),
            DocumentName::Ledger { organisation, .. } | DocumentName::Board { organisation } => {
                Party::Organisation(*organisation)
            }
            DocumentName::Calendar { .. } | DocumentName::Rollcall { .. } => return None,
        };
        let in_board = matches!(name, DocumentName::Board { .. });
        let said = match (entry.record, party, in_board) {
            (Record::Request(request), party, false) => {
                let asker = match party {
                    Party::Member(_) => None,
                    Party::Organisation(organisation) => Some(organisation),
                };
                (request.asker == asker).then_some(Statement::Request(request))?
            }
            (Record::Withdrawal(withdrawal), _, false) => Statement::Withdrawal(withdrawal),
            (Record::Reply(reply), Party::Organisation(_), false) => Statement::Reply(reply),
            (Record::Rating(rating), Party::Organisation(_), false) => Statement::Rating(rating),
            (Record::Listing(listing), Party::Organisation(organisation), true) => listing
                .is_of(organisation)
                .then_some(Statement::Listing(listing))?,
            _ => return None,
        };
        Some(Self {
            id: entry.id,
            party,
            by: entry.by,
            device,
            recorded_at: entry.recorded_at,
            said,
        })
    }

    /// Returns what has to be looked at anew because of it.
    pub fn topics(&self) -> Vec<Topic> {
        match &self.said {
            Statement::Request(request) => request.topics(match self.party {
                Party::Member(member) => member,
                Party::Organisation(_) => self.by,
            }),
            Statement::Withdrawal(withdrawal) => withdrawal.topics.clone(),
            Statement::Reply(reply) => reply.topics.clone(),
            Statement::Rating(rating) => rating.topics.clone(),
            Statement::Listing(listing) => vec![Topic::Listing(listing.listing)],
        }
    }
}
