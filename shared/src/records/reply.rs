//! What a community or a team answers to requests, and how it found the work that was done.

use serde::{Deserialize, Serialize};

use super::request::{Topic, are_topics};
use super::{says, tells};
use crate::ids::EntryId;
use crate::words::{Satisfaction, ServiceCategory};

/// What a coordinator of the asked organisation decides on one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The request.
    pub request: EntryId,
    /// Whom it concerns, of those whom the request concerns; sorted.
    pub topics: Vec<Topic>,
    /// What is decided.
    pub word: ReplyWord,
    /// Withdrawals and replies that the coordinator had before them, sorted. What came otherwise and
    /// is not named here is not overruled by it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub knew: Vec<EntryId>,
    /// The coordinator's name, for those who do not know the roster, 1 to 40 characters.
    pub signed_by: String,
}

/// What is decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyWord {
    /// 接收, 通过, with the 接收意见: at most 500 characters, which may say nothing.
    Accepted {
        /// The words.
        opinion: String,
    },
    /// 退回
    Returned {
        /// Why, in 1 to 500 characters.
        reason: String,
    },
    /// 更正后通过: a service with other numbers.
    Corrected(Correction),
}

/// The numbers that stand in the place of a service record's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Minutes served, 1 to 10,080.
    pub minutes: u32,
    /// People who were served.
    pub beneficiaries: u32,
    /// The category.
    pub category: ServiceCategory,
    /// Why, in 1 to 500 characters.
    pub reason: String,
}

/// 评价: what a community says of work that was done for it. It is about the work, seen by those
/// concerned, and never summed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// The request that was fulfilled: a service or a claim.
    pub request: EntryId,
    /// Whom it concerns; sorted.
    pub topics: Vec<Topic>,
    /// How content the community is.
    pub satisfaction: Satisfaction,
    /// In words, at most 500 characters.
    pub words: String,
    /// The coordinator's name, 1 to 40 characters.
    pub signed_by: String,
}

impl Reply {
    /// Records that one reply may name.
    const KNEW_AT_MOST: usize = 200;

    pub(super) fn is_well_formed(&self) -> bool {
        let word = match &self.word {
            ReplyWord::Accepted { opinion } => tells(opinion, 500),
            ReplyWord::Returned { reason } => says(reason, 500),
            ReplyWord::Corrected(correction) => {
                (1..=7 * 24 * 60).contains(&correction.minutes)
                    && correction.beneficiaries <= 100_000
                    && says(&correction.reason, 500)
            }
        };
        word && are_topics(&self.topics)
            && says(&self.signed_by, 40)
            && self.knew.len() <= Self::KNEW_AT_MOST
            && self.knew.is_sorted_by(|one, other| one < other)
    }
}

impl Rating {
    pub(super) fn is_well_formed(&self) -> bool {
        are_topics(&self.topics) && tells(&self.words, 500) && says(&self.signed_by, 40)
    }
}
