//! Registrations, service and the lists on a phone: what the server made of requests, with what was
//! said here and has not come back from it yet.

use std::collections::{BTreeMap, BTreeSet};

use crate::codes::Code;
use crate::directory::DirectorySlice;
use crate::documents::DocumentName;
use crate::ids::{EntryId, ListingId, MemberId, OrganisationId};
use crate::project::{Party, Statement, StatementRow};
use crate::reconcile::{BoardItem, Matter, board, matters};
use crate::records::{Pledge, Record, Request, Subject, Topic};
use crate::time::Timestamp;
use crate::wire::{self, MatterRow};
use crate::words::{RequestKind, RequestState};

use super::engine::Engine;
use super::rows::{Table, Write};
use super::scope;
use super::view::RecordState;

/// One request, for one of those whom it concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MatterKey {
    /// The request.
    pub request: EntryId,
    /// Whom it concerns.
    pub topic: Topic,
}

/// A request as a screen shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatterView {
    /// What became of it, as far as this phone knows.
    pub row: MatterRow,
    /// How far the newest word of this phone about it has come; `None` when nothing of it is on its
    /// way.
    pub sending: Option<RecordState>,
}

impl MatterKey {
    pub(super) fn of(matter: &Matter) -> Self {
        Self {
            request: matter.request,
            topic: matter.topic,
        }
    }

    pub(super) fn bytes(self) -> [u8; 33] {
        let mut bytes = [0; 33];
        bytes[..16].copy_from_slice(self.request.0.as_bytes());
        bytes[16..].copy_from_slice(&self.topic.key());
        bytes
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (request, topic) = bytes.split_at_checked(16)?;
        Some(Self {
            request: EntryId(uuid::Uuid::from_slice(request).ok()?),
            topic: Topic::of_key(topic)?,
        })
    }
}

impl MatterView {
    /// Returns the request with whom it concerns.
    pub fn key(&self) -> MatterKey {
        MatterKey::of(&self.row.matter)
    }
}

impl Engine {
    /// Returns every request that concerns the owner or that the owner decides on, the newest first.
    pub fn matters(&self) -> Vec<MatterView> {
        let statements = self.statements();
        let mut rows = self.matters.clone();
        for row in self.own_requests(&statements) {
            rows.entry(MatterKey::of(&row.matter)).or_insert(row);
        }
        let mut sending: BTreeMap<MatterKey, RecordState> = BTreeMap::new();
        for statement in &statements {
            let Some(request) = request_of(statement) else {
                continue;
            };
            let state = self.sending(statement.id);
            for topic in statement.topics() {
                let key = MatterKey { request, topic };
                if let Some(row) = rows.get_mut(&key) {
                    row.matter.overlay(statement);
                    if let Some(state) = state {
                        sending.insert(key, state);
                    }
                }
            }
        }
        let mut views: Vec<MatterView> = rows
            .into_iter()
            .map(|(key, row)| MatterView {
                row,
                sending: sending.get(&key).copied(),
            })
            .collect();
        views.sort_by_key(|view| {
            let matter = &view.row.matter;
            std::cmp::Reverse((matter.recorded_at, matter.request))
        });
        views
    }

    /// Returns what stands on the boards that this phone holds, by community, then title.
    pub fn boards(&self) -> Vec<BoardItem> {
        let mut items: Vec<BoardItem> = board(&self.statements()).into_values().collect();
        items.sort_by(|one, other| {
            let key = |item: &BoardItem| (item.organisation, item.listing.title.clone());
            key(one).cmp(&key(other))
        });
        items
    }

    /// Returns what is said in the documents that this phone holds; the unsent among it, the refused
    /// not.
    fn statements(&self) -> Vec<StatementRow> {
        let rows = self.rows(|name| match name {
            DocumentName::Journal { .. }
            | DocumentName::Ledger { .. }
            | DocumentName::Board { .. } => true,
            DocumentName::Calendar { .. } | DocumentName::Rollcall { .. } => false,
        });
        rows.statements
    }

    /// What was asked on this phone and the server has not answered yet. Who else claims is not known
    /// here, so nothing is taken or contested.
    fn own_requests(&self, statements: &[StatementRow]) -> Vec<MatterRow> {
        let slice = self.meta.directory.as_ref();
        let mut topics: BTreeSet<Topic> = BTreeSet::new();
        for row in statements {
            if matches!(row.said, Statement::Request(_)) {
                topics.extend(row.topics());
            }
        }
        let found = topics
            .into_iter()
            .flat_map(|topic| matters(topic, statements));
        found
            .map(|mut matter| {
                if matches!(matter.state, RequestState::Taken | RequestState::Contested) {
                    matter.state = RequestState::Waiting;
                }
                self.named(slice, matter)
            })
            .collect()
    }

    fn named(&self, slice: Option<&DirectorySlice>, matter: Matter) -> MatterRow {
        let organisation = |id| {
            let found = slice.and_then(|slice| slice.organisation(id));
            found.map(|organisation| organisation.name.clone())
        };
        let member = |id: MemberId| {
            let slice = slice?;
            let mut people = slice.members.iter().chain([&slice.owner]);
            people
                .find(|member| member.id == id)
                .map(|member| member.name.clone())
        };
        let name = match (matter.topic, matter.asker) {
            (Topic::Member(id), _) | (Topic::Listing(_), Party::Member(id)) => member(id),
            (Topic::Organisation(id), _) | (Topic::Listing(_), Party::Organisation(id)) => {
                organisation(id)
            }
        };
        let from = match (matter.topic, matter.asker) {
            (Topic::Member(_), Party::Organisation(team)) => organisation(team),
            (Topic::Member(_) | Topic::Listing(_), Party::Member(_)) => {
                slice.and_then(|slice| organisation(slice.owner.branch))
            }
            (Topic::Organisation(_) | Topic::Listing(_), _) => None,
        };
        let to = slice.and_then(|slice| slice.organisation(matter.to));
        let place = slice.zip(to).map(|(slice, to)| slice.place(&to.area));
        MatterRow {
            name: name.unwrap_or_default(),
            from: from.unwrap_or_default(),
            to: to.map(|to| to.name.clone()).unwrap_or_default(),
            place: place
                .unwrap_or_default()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            matter,
        }
    }

    fn sending(&self, id: EntryId) -> Option<RecordState> {
        let command = self.commands.get(&id)?;
        Some(self.command_state(command))
    }

    /// The communities that the owner registered at, or asked to.
    pub(super) fn registered_at(&self) -> impl Iterator<Item = OrganisationId> {
        let owner = Topic::Member(self.identity.member);
        let rows = self.matters.values();
        rows.map(|row| &row.matter)
            .filter(move |matter| matter.topic == owner && matter.is_live())
            .filter(|matter| matter.kind() == RequestKind::MemberRegistration)
            .map(|matter| matter.to)
    }

    pub(super) fn follows_board(&self, name: &DocumentName) -> bool {
        let slice = self.meta.directory.as_ref();
        slice.is_some_and(|slice| scope::boards(slice, self.registered_at()).contains(name))
    }

    /// Says in which document a statement belongs, or why it cannot be entered.
    pub(super) fn check_statement(
        &self,
        now: Timestamp,
        record: &Record,
    ) -> Result<DocumentName, Code> {
        let party = match record {
            Record::Request(request) => {
                self.check_request(request)?;
                match request.asker {
                    None => Party::Member(self.identity.member),
                    Some(organisation) => Party::Organisation(organisation),
                }
            }
            Record::Withdrawal(withdrawal) => self.matter(withdrawal.request)?.asker,
            Record::Reply(reply) => Party::Organisation(self.matter(reply.request)?.to),
            Record::Rating(rating) => Party::Organisation(self.matter(rating.request)?.to),
            Record::Listing(listing) => {
                let organisation = self.community_of(listing.listing, listing.seed)?;
                return Ok(DocumentName::Board { organisation });
            }
            Record::Claim(_)
            | Record::Plan(_)
            | Record::HostKey(_)
            | Record::Mark(_)
            | Record::Visitor(_)
            | Record::Ruling(_) => return Err(Code::EntryMalformed),
        };
        let quarter = self.city_time(now).day().quarter();
        match party {
            Party::Member(member) if member == self.identity.member => {
                Ok(DocumentName::Journal { member, quarter })
            }
            Party::Organisation(organisation) if self.may_settle(organisation) => {
                Ok(DocumentName::Ledger {
                    organisation,
                    quarter,
                })
            }
            Party::Member(_) | Party::Organisation(_) => Err(Code::Forbidden),
        }
    }

    /// Nobody registers twice at one community, or claims one thing twice; what was taken back or
    /// returned may be asked again.
    fn check_request(&self, request: &Request) -> Result<(), Code> {
        let asker = match request.asker {
            None => Party::Member(self.identity.member),
            Some(organisation) => Party::Organisation(organisation),
        };
        let same = |matter: &Matter| match (&matter.subject, &request.subject) {
            (Subject::Pledge(Pledge { listing, .. }), Subject::Pledge(pledge)) => {
                *listing == pledge.listing
            }
            (Subject::MemberRegistration(_), Subject::MemberRegistration(_))
            | (Subject::OrganisationRegistration(_), Subject::OrganisationRegistration(_)) => {
                matter.to == request.to
            }
            (
                Subject::MemberRegistration(_)
                | Subject::OrganisationRegistration(_)
                | Subject::Service(_)
                | Subject::Pledge(_),
                _,
            ) => false,
        };
        let stands = self.matters().into_iter().any(|view| {
            let matter = &view.row.matter;
            matter.asker == asker
                && matter.is_live()
                && same(matter)
                && request.replaces != Some(matter.request)
        });
        if stands {
            Err(Code::AlreadyRecorded)
        } else {
            Ok(())
        }
    }

    fn matter(&self, request: EntryId) -> Result<Matter, Code> {
        let mut views = self.matters().into_iter();
        let found = views.find(|view| view.row.matter.request == request);
        found
            .map(|view| view.row.matter)
            .ok_or(Code::EntryMalformed)
    }

    /// The id says whose listing it is.
    fn community_of(&self, listing: ListingId, seed: uuid::Uuid) -> Result<OrganisationId, Code> {
        let slice = self.meta.directory.as_ref().ok_or(Code::Forbidden)?;
        let community = slice
            .organisations
            .iter()
            .find(|organisation| ListingId::of(organisation.id, seed) == listing);
        let organisation = community.ok_or(Code::Forbidden)?.id;
        if self.may_settle(organisation) {
            Ok(organisation)
        } else {
            Err(Code::Forbidden)
        }
    }

    pub(super) fn take_matters(
        &mut self,
        rows: Vec<MatterRow>,
        revision: Option<u64>,
        writes: &mut Vec<Write>,
    ) {
        for row in rows {
            let key = MatterKey::of(&row.matter);
            writes.push(Write {
                table: Table::Matters,
                key: key.bytes().to_vec(),
                value: Some(wire::encode(&row)),
            });
            self.matters.insert(key, row);
        }
        self.meta.matters_revision = revision.unwrap_or(self.meta.matters_revision);
        self.meta.matters_held = self.matters.len();
    }

    /// Drops every matter; the server tells of them again.
    pub(super) fn forget_matters(&mut self) -> Vec<Write> {
        self.meta.matters_revision = 0;
        self.meta.matters_held = 0;
        let keys = std::mem::take(&mut self.matters).into_keys();
        keys.map(delete).collect()
    }

    /// With other rights the owner decides on other things: what concerns others is dropped, and asked
    /// for anew.
    pub(super) fn forget_foreign_matters(&mut self, before: Option<&DirectorySlice>) -> Vec<Write> {
        let grants = |slice: Option<&DirectorySlice>| slice.map(|slice| slice.grants.clone());
        if before.is_none() || grants(before) == grants(self.meta.directory.as_ref()) {
            return Vec::new();
        }
        let owner = self.identity.member;
        let foreign: Vec<MatterKey> = self
            .matters
            .values()
            .map(|row| &row.matter)
            .filter(|matter| {
                matter.topic != Topic::Member(owner) && matter.asker != Party::Member(owner)
            })
            .map(MatterKey::of)
            .collect();
        for key in &foreign {
            self.matters.remove(key);
        }
        self.meta.matters_revision = 0;
        self.meta.matters_held = self.matters.len();
        foreign.into_iter().map(delete).collect()
    }
}

fn request_of(row: &StatementRow) -> Option<EntryId> {
    match &row.said {
        Statement::Request(_) => Some(row.id),
        Statement::Withdrawal(withdrawal) => Some(withdrawal.request),
        Statement::Reply(reply) => Some(reply.request),
        Statement::Rating(rating) => Some(rating.request),
        Statement::Listing(_) => None,
    }
}

fn delete(key: MatterKey) -> Write {
    Write {
        table: Table::Matters,
        key: key.bytes().to_vec(),
        value: None,
    }
}
