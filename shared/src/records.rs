//! What people write: claims in journals, plans in calendars, marks in roll calls. Each record is
//! written whole, once, and never changed; a correction is another record that names the first.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{ActivityId, AreaCode, EntryId, MemberId, OrganisationId, VenueId};
use crate::limits;
use crate::time::Timestamp;
use crate::words::{ActivityKind, MarkKind};

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

/// A record of any kind. Each document kind holds one variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// In a journal.
    Claim(Claim),
    /// In a calendar.
    Plan(Plan),
    /// In a roll call.
    Mark(Mark),
}

/// What a member says of themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// 签到: I am here.
    CheckIn(Presence),
    /// 签退: I am leaving.
    CheckOut(Presence),
    /// 投诉建议: feedback on the app or on how it is used, for the coordinators of the home branch.
    Feedback {
        /// The words, at most 2,000 characters.
        text: String,
    },
}

/// A presence at an activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// The city of the activity.
    pub city: AreaCode,
    /// The organisation whose calendar holds it.
    pub organisation: OrganisationId,
    /// The activity.
    pub activity: ActivityId,
    /// How the member knows.
    pub evidence: Evidence,
}

/// What stands behind a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The member's word: grade D.
    SelfReport,
}

/// An activity as its organisation plans it. A later plan of the same activity revises it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The activity: [`ActivityId::of`] its organisation and the seed.
    pub activity: ActivityId,
    /// A random UUID, the same in every plan of the activity.
    pub seed: Uuid,
    /// The plan that this one replaces.
    pub revises: Option<EntryId>,
    /// The kind.
    pub kind: ActivityKind,
    /// 主题
    pub topic: String,
    /// 主讲人
    pub speaker: Option<String>,
    /// The venue.
    pub venue: Option<VenueId>,
    /// Planned start.
    pub starts_at: Timestamp,
    /// Planned end.
    pub ends_at: Timestamp,
    /// 专题, a campaign tag.
    pub campaign: Option<String>,
    /// Whether it is still to be held.
    pub standing: Standing,
}

/// Whether an activity is to be held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is to be held, or was.
    Planned,
    /// It was called off.
    Cancelled {
        /// Why, for those who would have come.
        reason: String,
    },
}

/// What a host or coordinator says of one person at one activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The activity.
    pub activity: ActivityId,
    /// The person.
    pub member: MemberId,
    /// What was seen.
    pub kind: MarkKind,
    /// The mark that this one corrects.
    pub corrects: Option<EntryId>,
}

/// Where an instant lies in relation to an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Before the early window.
    NotOpen,
    /// Check-in is welcome: from the early window to the end of the late window.
    Open,
    /// After the late window.
    Over,
}

impl Plan {
    /// Returns where `now` lies in relation to the activity.
    pub fn phase(&self, now: Timestamp) -> Phase {
        if now < self.starts_at.plus(-limits::EARLY_WINDOW_MS) {
            Phase::NotOpen
        } else if now <= self.ends_at.plus(limits::LATE_WINDOW_MS) {
            Phase::Open
        } else {
            Phase::Over
        }
    }

    /// Tells whether the activity is one of this organisation's.
    pub fn is_of(&self, organisation: OrganisationId) -> bool {
        self.activity == ActivityId::of(organisation, self.seed)
    }

    /// Tells whether the activity was called off.
    pub fn is_cancelled(&self) -> bool {
        matches!(self.standing, Standing::Cancelled { .. })
    }

    /// Tells whether the plan has the form of one: a topic, and an end after its start within a week.
    pub fn is_well_formed(&self) -> bool {
        let minutes_ms = self.ends_at.since(self.starts_at);
        let topic = self.topic.trim();
        !topic.is_empty()
            && self.topic.chars().count() <= 200
            && (1..=7 * crate::time::DAY_MS).contains(&minutes_ms)
    }
}

impl Record {
    /// Returns the activity that the record is about.
    pub fn activity(&self) -> Option<ActivityId> {
        match self {
            Self::Claim(Claim::CheckIn(presence) | Claim::CheckOut(presence)) => {
                Some(presence.activity)
            }
            Self::Claim(Claim::Feedback { .. }) => None,
            Self::Plan(plan) => Some(plan.activity),
            Self::Mark(mark) => Some(mark.activity),
        }
    }

    /// Tells whether the record's texts and times have the form of its kind.
    pub fn is_well_formed(&self) -> bool {
        match self {
            Self::Claim(Claim::Feedback { text }) => {
                !text.trim().is_empty() && text.chars().count() <= 2_000
            }
            Self::Claim(Claim::CheckIn(_) | Claim::CheckOut(_)) | Self::Mark(_) => true,
            Self::Plan(plan) => plan.is_well_formed(),
        }
    }
}
