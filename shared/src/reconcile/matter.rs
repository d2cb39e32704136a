//! What becomes of a request: a registration, a service record, a claim on something of the lists.
//! The asker's side and the asked organisation's side each stand in their own documents, and everything
//! that is said about one topic is looked at together, in whatever order it came.

mod pledges;
mod registrations;
mod services;
mod threads;

use serde::{Deserialize, Serialize};

use crate::ids::{EntryId, MemberId, OrganisationId};
use crate::project::{Party, Statement, StatementRow};
use crate::records::{Rating, ReplyWord, Subject, Topic};
use crate::time::{Day, Timestamp};
use crate::words::{RequestKind, RequestState, ServiceCategory};

pub use pledges::{BoardItem, board};

/// What became of one request, for one of those whom it concerns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matter {
    /// The request.
    pub request: EntryId,
    /// Whom it is about.
    pub topic: Topic,
    /// Who asks.
    pub asker: Party,
    /// Who entered it.
    pub by: MemberId,
    /// Who decides.
    pub to: OrganisationId,
    /// What is asked, as it was entered; a team's service without its people.
    pub subject: Subject,
    /// When it was entered, by the device's clock.
    pub recorded_at: Timestamp,
    /// The day that it belongs to: of a service the day of its start, else that of the entry.
    pub day: Day,
    /// How it stands.
    pub state: RequestState,
    /// The reply in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Replied>,
    /// The replies that contradict each other, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contradicting: Vec<Replied>,
    /// How it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawal: Option<Withdrawn>,
    /// How the community found the work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rated>,
    /// The later request that means to take its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<EntryId>,
    /// Other records of the same service, or of the same claim.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same_as: Vec<EntryId>,
    /// What somebody should look at, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<MatterFlag>,
    /// Every withdrawal, reply and rating, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub said: Vec<EntryId>,
}

/// A reply in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replied {
    /// The record.
    pub entry: EntryId,
    /// Who decided.
    pub by: MemberId,
    /// The name that they signed with.
    pub signed_by: String,
    /// When, by their device's clock.
    pub at: Timestamp,
    /// What.
    pub word: ReplyWord,
}

/// A withdrawal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The record.
    pub entry: EntryId,
    /// When, by the device's clock.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// A rating.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rated {
    /// The record.
    pub entry: EntryId,
    /// When, by the device's clock.
    pub at: Timestamp,
    /// What was said.
    pub rating: Rating,
}

/// Something about a request that somebody should look at. It is shown and drops nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatterFlag {
    /// The service took longer than 12 hours.
    Overlong,
    /// The member was at another service at the same time.
    Overlapping,
    /// It was entered more than 30 days after it ended.
    BackDated,
    /// It ends after it was entered.
    InFuture,
    /// What is claimed was closed before.
    ListingClosed,
    /// What is claimed stands on no list that is known.
    ListingUnknown,
    /// It was taken back and decided on, by two who did not know of each other.
    Crossed,
    /// Two communities have accepted the member.
    AcceptedTwice,
    /// Whoever entered it also decided on it.
    SelfDecided,
}

/// Returns what became of every request about a topic, by request.
pub fn matters(topic: Topic, statements: &[StatementRow]) -> Vec<Matter> {
    let mut matters = threads::matters(topic, statements);
    match topic {
        Topic::Member(_) => {
            registrations::settle(&mut matters);
            services::settle(&mut matters);
        }
        Topic::Organisation(_) => registrations::settle(&mut matters),
        Topic::Listing(listing) => pledges::settle(listing, statements, &mut matters),
    }
    for matter in &mut matters {
        matter.flags.sort_unstable();
        matter.flags.dedup();
    }
    matters
}

impl Matter {
    /// Returns the kind.
    pub fn kind(&self) -> RequestKind {
        self.subject.kind()
    }

    /// Returns the minutes of service that count: none before a community or team has approved it.
    pub fn minutes(&self) -> u32 {
        match (&self.subject, self.state, self.reply.as_ref()) {
            (Subject::Service(service), RequestState::Accepted, _) => service.minutes,
            (Subject::Service(_), RequestState::Corrected, Some(reply)) => match &reply.word {
                ReplyWord::Corrected(correction) => correction.minutes,
                ReplyWord::Accepted { .. } | ReplyWord::Returned { .. } => 0,
            },
            _ => 0,
        }
    }

    /// Returns the people served and the category that count, as [`Matter::minutes`].
    pub fn served(&self) -> Option<(u32, ServiceCategory)> {
        match (&self.subject, self.state, self.reply.as_ref()) {
            (Subject::Service(service), RequestState::Accepted, _) => {
                Some((service.beneficiaries, service.category))
            }
            (Subject::Service(_), RequestState::Corrected, Some(reply)) => match &reply.word {
                ReplyWord::Corrected(to) => Some((to.beneficiaries, to.category)),
                ReplyWord::Accepted { .. } | ReplyWord::Returned { .. } => None,
            },
            _ => None,
        }
    }

    /// Tells whether a coordinator of the asked organisation has still to say something.
    pub fn is_open(&self) -> bool {
        match self.state {
            RequestState::Waiting | RequestState::Contested | RequestState::Disputed => true,
            RequestState::Taken
            | RequestState::Accepted
            | RequestState::Corrected
            | RequestState::Returned
            | RequestState::Withdrawn
            | RequestState::Replaced
            | RequestState::Joined => false,
        }
    }

    /// Tells whether the request is in force or may yet be.
    pub fn is_live(&self) -> bool {
        match self.state {
            RequestState::Waiting
            | RequestState::Taken
            | RequestState::Contested
            | RequestState::Accepted
            | RequestState::Corrected
            | RequestState::Disputed => true,
            RequestState::Returned
            | RequestState::Withdrawn
            | RequestState::Replaced
            | RequestState::Joined => false,
        }
    }

    /// Tells whether the asked organisation has accepted it and nothing has come since.
    pub fn is_accepted(&self) -> bool {
        matches!(self.state, RequestState::Accepted | RequestState::Corrected)
    }

    /// Shows on a phone what was said there and has not come back from the server: a withdrawal, a
    /// reply or a rating.
    pub fn overlay(&mut self, row: &StatementRow) {
        if self.said.contains(&row.id) {
            return;
        }
        let is_mine = |request: EntryId, topics: &[Topic]| {
            request == self.request && topics.contains(&self.topic)
        };
        match &row.said {
            Statement::Withdrawal(withdrawal)
                if is_mine(withdrawal.request, &withdrawal.topics) && row.party == self.asker =>
            {
                self.withdrawal = Some(Withdrawn::of(row, withdrawal));
                self.state = RequestState::Withdrawn;
            }
            Statement::Reply(reply)
                if is_mine(reply.request, &reply.topics) && self.is_asked(row) =>
            {
                if self.state != RequestState::Withdrawn {
                    self.state = threads::state_of(&reply.word);
                }
                self.reply = Some(Replied::of(row, reply));
                self.contradicting.clear();
            }
            Statement::Rating(rating)
                if is_mine(rating.request, &rating.topics) && self.is_asked(row) =>
            {
                self.rating = Some(Rated::of(row, rating));
            }
            Statement::Withdrawal(_)
            | Statement::Reply(_)
            | Statement::Rating(_)
            | Statement::Request(_)
            | Statement::Listing(_) => return,
        }
        self.said.push(row.id);
        self.said.sort_unstable();
    }

    /// Returns the matter as others than the asker may see it: a telephone number with its middle
    /// hidden.
    #[must_use]
    pub fn masked(mut self) -> Self {
        match &mut self.subject {
            Subject::MemberRegistration(form) => {
                form.phone = crate::directory::mask_phone(&form.phone);
            }
            Subject::OrganisationRegistration(form) => {
                form.phone = crate::directory::mask_phone(&form.phone);
            }
            Subject::Service(_) | Subject::Pledge(_) => {}
        }
        self
    }

    fn is_asked(&self, row: &StatementRow) -> bool {
        row.party == Party::Organisation(self.to)
    }

    fn flag(&mut self, flag: MatterFlag) {
        self.flags.push(flag);
    }
}
