//! Activities as their organisation plans them.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteArray;
use uuid::Uuid;

use super::{says, says_if_any};
use crate::ids::{ActivityId, EntryId, OrganisationId, VenueId};
use crate::limits;
use crate::time::{DAY_MS, MINUTE_MS, Timestamp};
use crate::words::{ActivityKind, MeetingKind, OutreachSector};

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
    /// 主题, 1 to 200 characters.
    pub topic: String,
    /// 主讲人
    pub speaker: Option<String>,
    /// The venue.
    pub venue: Option<VenueId>,
    /// Planned start.
    pub starts_at: Timestamp,
    /// Planned end, within a week of the start.
    pub ends_at: Timestamp,
    /// 专题, a campaign tag.
    pub campaign: Option<String>,
    /// Whether it is still to be held.
    pub standing: Standing,
    /// What not every activity has.
    #[serde(default, skip_serializing_if = "Details::is_empty")]
    pub details: Details,
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

/// What not every activity has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// What the speaker is, such as 支部书记.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker_role: Option<String>,
    /// 主持人
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chair: Option<String>,
    /// 记录人
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorder: Option<String>,
    /// Where an outreach talk goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outreach: Option<OutreachSector>,
    /// Which of the meetings it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<MeetingKind>,
    /// Study time that a training counts for, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub study_minutes: Option<u32>,
    /// For whom it is.
    #[serde(default, skip_serializing_if = "Audience::is_everybody")]
    pub audience: Audience,
    /// How long before the start check-in opens, in minutes, where it is not half an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub early_minutes: Option<u32>,
    /// What came of it, once it was held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
}

/// For whom an activity is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The organisation that holds it and all beneath it.
    #[default]
    Everybody,
    /// Some organisations beneath it.
    Organisations(Vec<OrganisationId>),
    /// Those who are invited; their names stand in the roll call alone.
    Invitation,
}

/// What came of an activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// The record of the session, at most 2,000 characters.
    pub minutes: String,
}

/// A device announces itself as one that shows codes for the activities of the calendar's
/// organisation. Which device it is, the change says that brings the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostKey {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The 65-byte uncompressed P-256 point, the one that the device is enrolled with.
    pub public_key: ByteArray<65>,
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
        if now < self.opens_at() {
            Phase::NotOpen
        } else if now <= self.ends_at.plus(limits::LATE_WINDOW_MS) {
            Phase::Open
        } else {
            Phase::Over
        }
    }

    /// Returns when check-in opens.
    pub fn opens_at(&self) -> Timestamp {
        let early_ms = self
            .details
            .early_minutes
            .map_or(limits::EARLY_WINDOW_MS, |minutes| {
                i64::from(minutes) * MINUTE_MS
            });
        self.starts_at.plus(-early_ms)
    }

    /// Tells whether the activity is one of this organisation's.
    pub fn is_of(&self, organisation: OrganisationId) -> bool {
        self.activity == ActivityId::of(organisation, self.seed)
    }

    /// Tells whether both say the same, whatever they revise.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let said = Self {
            revises: other.revises,
            ..self.clone()
        };
        said == *other
    }

    /// Tells whether the activity was called off.
    pub fn is_cancelled(&self) -> bool {
        matches!(self.standing, Standing::Cancelled { .. })
    }

    /// Tells whether the plan has the form of one: a topic, an end after its start within a week, and
    /// details of its kind.
    pub fn is_well_formed(&self) -> bool {
        let span_ms = self.ends_at.since(self.starts_at);
        says(&self.topic, 200)
            && says_if_any(self.speaker.as_ref(), 100)
            && says_if_any(self.campaign.as_ref(), 100)
            && (1..=7 * DAY_MS).contains(&span_ms)
            && self.details.is_well_formed(self.kind)
    }
}

impl Details {
    /// Organisations that an audience may name.
    const AUDIENCE_AT_MOST: usize = 100;

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn is_well_formed(&self, kind: ActivityKind) -> bool {
        let texts = [&self.speaker_role, &self.chair, &self.recorder];
        let audience = match &self.audience {
            Audience::Everybody | Audience::Invitation => true,
            Audience::Organisations(organisations) => {
                (1..=Self::AUDIENCE_AT_MOST).contains(&organisations.len())
            }
        };
        let of_kind = (self.outreach.is_none() || kind == ActivityKind::OutreachTalk)
            && (self.meeting.is_none() || kind == ActivityKind::Meeting)
            && (self.study_minutes.is_none() || kind == ActivityKind::Training);
        texts.iter().all(|text| says_if_any(text.as_ref(), 100))
            && audience
            && of_kind
            && self.study_minutes.is_none_or(|minutes| minutes <= 60 * 200)
            && self.early_minutes.is_none_or(|minutes| minutes <= 24 * 60)
            && self.held.as_ref().is_none_or(Held::is_well_formed)
    }
}

impl Audience {
    /// Tells whether it is the organisation and all beneath it.
    pub fn is_everybody(&self) -> bool {
        *self == Self::Everybody
    }
}

impl Held {
    fn is_well_formed(&self) -> bool {
        let span_ms = self.ended_at.since(self.started_at);
        (0..=7 * DAY_MS).contains(&span_ms) && self.minutes.chars().count() <= 2_000
    }
}

impl HostKey {
    pub(super) fn is_well_formed(&self) -> bool {
        // An uncompressed point begins with 4. Source: SEC 1, 2.3.3.
        self.public_key[0] == 4
    }
}
