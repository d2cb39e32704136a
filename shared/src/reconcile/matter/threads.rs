//! A request with what is said to it: withdrawals, replies, ratings.

use std::collections::{BTreeMap, BTreeSet};

use super::{Matter, MatterFlag, Rated, Replied, Withdrawn};
use crate::ids::EntryId;
use crate::project::{Party, Statement, StatementRow};
use crate::records::{Rating, Reply, ReplyWord, Request, Subject, Topic, Withdrawal};
use crate::words::RequestState;

/// Returns every request about the topic with what is said to it alone, by id.
pub(super) fn matters(topic: Topic, statements: &[StatementRow]) -> Vec<Matter> {
    // Two records of one id can only come from a broken writer: the first by document stands.
    let mut requests: BTreeMap<EntryId, (&StatementRow, &Request)> = BTreeMap::new();
    for row in statements {
        if let Statement::Request(request) = &row.said
            && row.topics().contains(&topic)
        {
            requests.entry(row.id).or_insert((row, request));
        }
    }
    let requests = requests.into_values();
    requests
        .map(|(row, request)| matter(topic, row, request, statements))
        .collect()
}

fn matter(
    topic: Topic,
    row: &StatementRow,
    request: &Request,
    statements: &[StatementRow],
) -> Matter {
    let thread = Thread::of(topic, row, request, statements);
    let mut subject = request.subject.clone();
    if let Subject::Service(service) = &mut subject {
        service.people.clear();
    }
    let day = match &subject {
        Subject::Service(service) => service.starts_at.day(),
        Subject::MemberRegistration(_)
        | Subject::OrganisationRegistration(_)
        | Subject::Pledge(_) => row.recorded_at.day(),
    };
    let decided = thread.decided();
    let withdrawal = thread.withdrawal();
    let mut matter = Matter {
        request: row.id,
        topic,
        asker: row.party,
        by: row.by,
        to: request.to,
        subject,
        recorded_at: row.recorded_at,
        day,
        state: decided.state(),
        reply: decided.reply(),
        contradicting: decided.contradicting(),
        withdrawal,
        rating: thread.rating(),
        replaced_by: None,
        same_as: Vec::new(),
        flags: Vec::new(),
        said: thread.said(),
    };
    let decided_by = matter.reply.as_ref().map(|reply| reply.by);
    if decided_by == Some(matter.by) {
        matter.flag(MatterFlag::SelfDecided);
    }
    if matter.withdrawal.is_some() {
        if thread.crossed() {
            matter.flag(MatterFlag::Crossed);
        }
        matter.state = RequestState::Withdrawn;
    }
    matter.replaced_by = replaced_by(row, topic, statements);
    matter
}

/// Returns the last request of the same asker that means to take its place.
fn replaced_by(row: &StatementRow, topic: Topic, statements: &[StatementRow]) -> Option<EntryId> {
    let later = statements.iter().filter(|other| {
        let replaces = match &other.said {
            Statement::Request(request) => request.replaces == Some(row.id),
            Statement::Withdrawal(_)
            | Statement::Reply(_)
            | Statement::Rating(_)
            | Statement::Listing(_) => false,
        };
        replaces && other.party == row.party && other.topics().contains(&topic)
    });
    let last = later.max_by_key(|other| (other.recorded_at, other.id));
    last.map(|other| other.id)
}

/// What is said to one request by those who may.
struct Thread<'a> {
    withdrawals: Vec<(&'a StatementRow, &'a Withdrawal)>,
    replies: Vec<(&'a StatementRow, &'a Reply)>,
    ratings: Vec<(&'a StatementRow, &'a Rating)>,
}

/// What the replies say.
enum Decided<'a> {
    Open,
    By(&'a StatementRow, &'a Reply),
    Contradicted(Vec<(&'a StatementRow, &'a Reply)>),
}

impl<'a> Thread<'a> {
    fn of(
        topic: Topic,
        row: &StatementRow,
        request: &Request,
        statements: &'a [StatementRow],
    ) -> Self {
        let mut thread = Self {
            withdrawals: Vec::new(),
            replies: Vec::new(),
            ratings: Vec::new(),
        };
        let asked = Party::Organisation(request.to);
        for other in statements {
            let is_this = |id: EntryId, topics: &[Topic]| id == row.id && topics.contains(&topic);
            match &other.said {
                Statement::Withdrawal(withdrawal)
                    if is_this(withdrawal.request, &withdrawal.topics)
                        && other.party == row.party =>
                {
                    thread.withdrawals.push((other, withdrawal));
                }
                Statement::Reply(reply)
                    if is_this(reply.request, &reply.topics) && other.party == asked =>
                {
                    thread.replies.push((other, reply));
                }
                Statement::Rating(rating)
                    if is_this(rating.request, &rating.topics) && other.party == asked =>
                {
                    thread.ratings.push((other, rating));
                }
                Statement::Withdrawal(_)
                | Statement::Reply(_)
                | Statement::Rating(_)
                | Statement::Request(_)
                | Statement::Listing(_) => {}
            }
        }
        thread.withdrawals.sort_by_key(|(row, _)| when(row));
        thread.replies.sort_by_key(|(row, _)| when(row));
        thread.ratings.sort_by_key(|(row, _)| when(row));
        thread
    }

    /// The newest of the replies that no other reply knew of, where those say the same.
    fn decided(&self) -> Decided<'a> {
        let known: BTreeSet<EntryId> = self
            .replies
            .iter()
            .flat_map(|(_, reply)| reply.knew.iter().copied())
            .collect();
        let unknown = self
            .replies
            .iter()
            .filter(|(row, _)| !known.contains(&row.id));
        let mut standing: Vec<_> = unknown.copied().collect();
        // Replies that name each other in a circle leave none; then all stand.
        if standing.is_empty() {
            standing.clone_from(&self.replies);
        }
        let Some((row, reply)) = standing.last().copied() else {
            return Decided::Open;
        };
        let agree = standing
            .iter()
            .all(|(_, other)| says_the_same(&other.word, &reply.word));
        if agree {
            Decided::By(row, reply)
        } else {
            Decided::Contradicted(standing)
        }
    }

    /// The first withdrawal.
    fn withdrawal(&self) -> Option<Withdrawn> {
        let (row, withdrawal) = self.withdrawals.first()?;
        Some(Withdrawn::of(row, withdrawal))
    }

    /// Tells whether somebody replied without knowing that it was taken back before.
    fn crossed(&self) -> bool {
        let Some((withdrawn, _)) = self.withdrawals.first() else {
            return false;
        };
        self.replies
            .iter()
            .any(|(row, reply)| when(row) > when(withdrawn) && !reply.knew.contains(&withdrawn.id))
    }

    /// The newest rating.
    fn rating(&self) -> Option<Rated> {
        let (row, rating) = self.ratings.last()?;
        Some(Rated::of(row, rating))
    }

    fn said(&self) -> Vec<EntryId> {
        let withdrawals = self.withdrawals.iter().map(|(row, _)| row.id);
        let replies = self.replies.iter().map(|(row, _)| row.id);
        let ratings = self.ratings.iter().map(|(row, _)| row.id);
        let said: BTreeSet<EntryId> = withdrawals.chain(replies).chain(ratings).collect();
        said.into_iter().collect()
    }
}

impl Decided<'_> {
    fn state(&self) -> RequestState {
        match self {
            Self::Open => RequestState::Waiting,
            Self::By(_, reply) => state_of(&reply.word),
            Self::Contradicted(_) => RequestState::Disputed,
        }
    }

    fn reply(&self) -> Option<Replied> {
        match self {
            Self::By(row, reply) => Some(Replied::of(row, reply)),
            Self::Open | Self::Contradicted(_) => None,
        }
    }

    fn contradicting(&self) -> Vec<Replied> {
        match self {
            Self::Contradicted(replies) => replies
                .iter()
                .map(|(row, reply)| Replied::of(row, reply))
                .collect(),
            Self::Open | Self::By(..) => Vec::new(),
        }
    }
}

impl Replied {
    pub(super) fn of(row: &StatementRow, reply: &Reply) -> Self {
        Self {
            entry: row.id,
            by: row.by,
            signed_by: reply.signed_by.clone(),
            at: row.recorded_at,
            word: reply.word.clone(),
        }
    }
}

impl Withdrawn {
    pub(super) fn of(row: &StatementRow, withdrawal: &Withdrawal) -> Self {
        Self {
            entry: row.id,
            at: row.recorded_at,
            reason: withdrawal.reason.clone(),
        }
    }
}

impl Rated {
    pub(super) fn of(row: &StatementRow, rating: &Rating) -> Self {
        Self {
            entry: row.id,
            at: row.recorded_at,
            rating: rating.clone(),
        }
    }
}

/// Returns how a request stands after a reply.
pub(super) fn state_of(word: &ReplyWord) -> RequestState {
    match word {
        ReplyWord::Accepted { .. } => RequestState::Accepted,
        ReplyWord::Returned { .. } => RequestState::Returned,
        ReplyWord::Corrected(_) => RequestState::Corrected,
    }
}

/// Two coordinators agree when what counts is the same; their words need not be.
fn says_the_same(one: &ReplyWord, other: &ReplyWord) -> bool {
    match (one, other) {
        (ReplyWord::Accepted { .. }, ReplyWord::Accepted { .. })
        | (ReplyWord::Returned { .. }, ReplyWord::Returned { .. }) => true,
        (ReplyWord::Corrected(one), ReplyWord::Corrected(other)) => {
            (one.minutes, one.beneficiaries, one.category)
                == (other.minutes, other.beneficiaries, other.category)
        }
        (ReplyWord::Accepted { .. } | ReplyWord::Returned { .. } | ReplyWord::Corrected(_), _) => {
            false
        }
    }
}

fn when(row: &StatementRow) -> (crate::time::Timestamp, EntryId) {
    (row.recorded_at, row.id)
}
