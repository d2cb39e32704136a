//! What a coordinator answers to one request, as it is typed. Never reads a clock.

use shared::reconcile::Matter;
use shared::records::{Correction, ReplyWord, Service, Subject};
use shared::words::{RequestKind, RequestState, ServiceCategory};

use super::form::{Fault, Faults, Fields};

/// Characters of an opinion or a reason; the same as the record may have.
pub(super) const LONGEST: usize = 500;
/// Minutes that a correction may say.
const MINUTES: std::ops::RangeInclusive<u32> = 1..=7 * 24 * 60;
const BENEFICIARIES: std::ops::RangeInclusive<u32> = 0..=100_000;

/// One way to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// 接收, 通过
    Accept,
    /// 更正后通过
    Correct,
    /// 退回
    Return,
}

/// A field of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Opinion,
    Reason,
    Minutes,
    Beneficiaries,
    Category,
}

/// What is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) way: Way,
    pub(super) opinion: String,
    pub(super) reason: String,
    pub(super) minutes: String,
    pub(super) beneficiaries: String,
    pub(super) category: ServiceCategory,
}

impl Way {
    const ALL: [Self; 3] = [Self::Accept, Self::Correct, Self::Return];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Correct => "correct",
            Self::Return => "return",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.word() == word)
    }

    /// The ways to decide on a request of a kind.
    pub(super) fn of(kind: RequestKind) -> &'static [Self] {
        match kind {
            RequestKind::Service => &Self::ALL,
            RequestKind::MemberRegistration
            | RequestKind::OrganisationRegistration
            | RequestKind::Pledge => &[Self::Accept, Self::Return],
        }
    }
}

impl Draft {
    /// Returns what is offered for a request: `opinion` for a registration, the numbers of a service as
    /// they stand.
    pub(super) fn of(matter: &Matter, opinion: String) -> Self {
        let service = service(matter);
        let standing = match matter.reply.as_ref().map(|reply| &reply.word) {
            Some(ReplyWord::Corrected(to)) => Some((to.minutes, to.beneficiaries, to.category)),
            Some(ReplyWord::Accepted { .. } | ReplyWord::Returned { .. }) | None => {
                service.map(|service| (service.minutes, service.beneficiaries, service.category))
            }
        };
        let (minutes, beneficiaries, category) = standing.unwrap_or((0, 0, ServiceCategory::Other));
        Self {
            way: Way::Accept,
            opinion: if is_registration(matter) {
                opinion
            } else {
                String::new()
            },
            reason: String::new(),
            minutes: minutes.to_string(),
            beneficiaries: beneficiaries.to_string(),
            category,
        }
    }

    /// Returns the answer.
    ///
    /// # Errors
    /// What is wrong in which field.
    pub(super) fn word(&self, matter: &Matter) -> Result<ReplyWord, Faults<Place>> {
        let mut fields = Fields::new();
        let word = match self.way {
            Way::Accept => ReplyWord::Accepted {
                opinion: fields
                    .text(Place::Opinion, &self.opinion, LONGEST)
                    .unwrap_or_default(),
            },
            Way::Return => ReplyWord::Returned {
                reason: fields.needed(Place::Reason, &self.reason, LONGEST),
            },
            Way::Correct => {
                let correction = self.correction(&mut fields);
                if service(matter).is_some_and(|service| is_unchanged(service, &correction)) {
                    fields.wrong(Place::Minutes, Fault::Unchanged);
                }
                ReplyWord::Corrected(correction)
            }
        };
        fields.read(word)
    }

    /// Returns the numbers as far as they can be read, to show what they change.
    pub(super) fn typed(&self) -> Correction {
        self.correction(&mut Fields::new())
    }

    fn correction(&self, fields: &mut Fields<Place>) -> Correction {
        Correction {
            minutes: fields.needed_number(Place::Minutes, &self.minutes, MINUTES),
            beneficiaries: fields.needed_number(
                Place::Beneficiaries,
                &self.beneficiaries,
                BENEFICIARIES,
            ),
            category: self.category,
            reason: fields.needed(Place::Reason, &self.reason, LONGEST),
        }
    }
}

/// Tells whether a decision on it makes a difference: what was taken back stays so.
pub(super) fn may_be_decided(matter: &Matter) -> bool {
    match matter.state {
        RequestState::Waiting
        | RequestState::Taken
        | RequestState::Contested
        | RequestState::Accepted
        | RequestState::Corrected
        | RequestState::Returned
        | RequestState::Disputed => true,
        RequestState::Withdrawn | RequestState::Replaced | RequestState::Joined => false,
    }
}

/// Tells whether there is work that the community can rate.
pub(super) fn may_be_rated(matter: &Matter) -> bool {
    let fulfilled = matter.is_accepted() || matter.state == RequestState::Taken;
    match matter.kind() {
        RequestKind::Service | RequestKind::Pledge => fulfilled,
        RequestKind::MemberRegistration | RequestKind::OrganisationRegistration => false,
    }
}

pub(super) fn is_registration(matter: &Matter) -> bool {
    match matter.kind() {
        RequestKind::MemberRegistration | RequestKind::OrganisationRegistration => true,
        RequestKind::Service | RequestKind::Pledge => false,
    }
}

pub(super) fn service(matter: &Matter) -> Option<&Service> {
    match &matter.subject {
        Subject::Service(service) => Some(service),
        Subject::MemberRegistration(_)
        | Subject::OrganisationRegistration(_)
        | Subject::Pledge(_) => None,
    }
}

fn is_unchanged(service: &Service, correction: &Correction) -> bool {
    let before = (service.minutes, service.beneficiaries, service.category);
    let after = (
        correction.minutes,
        correction.beneficiaries,
        correction.category,
    );
    before == after
}

#[cfg(test)]
mod tests;
