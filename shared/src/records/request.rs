//! What people and organisations ask of a community or a team, and take back: registrations, service
//! records, claims on what stands on the lists. A member's request stands in the member's journal, an
//! organisation's in that organisation's ledger.

use serde::{Deserialize, Serialize};

use super::listing::are_skills;
use super::{are_distinct, says, says_if_any, tells};
use crate::ids::{ActivityId, EntryId, ListingId, MemberId, OrganisationId, PhotoHash};
use crate::limits;
use crate::time::{DAY_MS, Day, MINUTE_MS, Timestamp};
use crate::words::{FreeTime, OrganisationKind, RequestKind, ServiceCategory};

/// Something that a community or a team is asked to accept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Who decides: a community, or a team.
    pub to: OrganisationId,
    /// The organisation in whose name it is asked; a member asks for themselves without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asker: Option<OrganisationId>,
    /// An earlier request of the same asker that this one takes the place of: one that was returned
    /// and is put right, or a registration at the place that the member leaves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<EntryId>,
    /// What is asked.
    pub subject: Subject,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// 在职党员到居住地社区报到
    MemberRegistration(MemberRegistration),
    /// 单位党组织到社区报到
    OrganisationRegistration(OrganisationRegistration),
    /// 红马甲服务
    Service(Service),
    /// 认领
    Pledge(Pledge),
}

/// The form with which a member registers at the community where they live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRegistration {
    /// 姓名, 1 to 40 characters.
    pub name: String,
    /// 联系手机, 5 to 20 digits. Others see it masked.
    pub phone: String,
    /// 工作单位, at most 100 characters.
    pub workplace: String,
    /// 所在党支部, at most 100 characters.
    pub branch: String,
    /// 党内职务
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party_post: Option<String>,
    /// 网格
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid: Option<String>,
    /// 专业特长, at most 10, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    /// 感兴趣的志愿服务岗位, sorted, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interests: Vec<ServiceCategory>,
    /// 可服务时间, sorted, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<FreeTime>,
    /// 双报到至
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// 备注, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The form with which a unit's party organisation registers at the community where it sits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationRegistration {
    /// 单位名称, 1 to 100 characters.
    pub name: String,
    /// 党组织类别
    pub kind: OrganisationKind,
    /// 联系人, 1 to 40 characters.
    pub contact: String,
    /// 联系电话, 5 to 20 digits. Others see it masked.
    pub phone: String,
    /// 地址, 1 to 200 characters.
    pub address: String,
    /// 认领服务项目, at most 500 characters.
    pub services: String,
    /// Party members of the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<u32>,
    /// 备注, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What somebody did for a community: one service, of the writer or of a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// When it began.
    pub starts_at: Timestamp,
    /// When it ended, within a week of the start.
    pub ends_at: Timestamp,
    /// Minutes served, without the way there and rests; at most the time between.
    pub minutes: u32,
    /// The category.
    pub category: ServiceCategory,
    /// People who were served.
    pub beneficiaries: u32,
    /// Where, at most 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// What was done, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What of the lists it was for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing: Option<ListingId>,
    /// The activity that it was part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<ActivityId>,
    /// A photo, where somebody wanted to add one: nobody has to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<Photo>,
    /// 代录: whose service a team's leader enters, sorted, at most 100; the writer's own without.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<MemberId>,
}

/// A photo of a service: a JPEG without a word of where and by which phone it was taken. It is sent
/// after the record, apart from the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    /// The SHA-256 of its bytes.
    pub hash: PhotoHash,
    /// How many bytes it has, 1 to [`limits::PHOTO_BYTES`].
    pub bytes: u32,
}

/// 认领: a member or an organisation takes on something of the lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pledge {
    /// What.
    pub listing: ListingId,
    /// Places taken, 1 to 1,000; a member takes one.
    pub places: u32,
    /// What the community should know, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// 注销, 撤回: the asker takes a request back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// The request.
    pub request: EntryId,
    /// Whom it concerns, as the request says; sorted.
    pub topics: Vec<Topic>,
    /// Why, in 1 to 500 characters.
    pub reason: String,
}

/// What requests, replies and listings have to be looked at together for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// A member's registrations and service.
    Member(MemberId),
    /// A unit's registrations.
    Organisation(OrganisationId),
    /// Who takes something on.
    Listing(ListingId),
}

impl Topic {
    /// Returns the topic as a key: its kind and the id.
    pub fn key(&self) -> [u8; 17] {
        let (kind, id) = match self {
            Self::Member(id) => (b'm', id.0),
            Self::Organisation(id) => (b'o', id.0),
            Self::Listing(id) => (b'l', id.0),
        };
        let mut key = [kind; 17];
        key[1..].copy_from_slice(id.as_bytes());
        key
    }

    /// Reads a key, `None` when it is not one.
    pub fn of_key(key: &[u8]) -> Option<Self> {
        let (kind, id) = key.split_first()?;
        let id = uuid::Uuid::from_slice(id).ok()?;
        match kind {
            b'm' => Some(Self::Member(MemberId(id))),
            b'o' => Some(Self::Organisation(OrganisationId(id))),
            b'l' => Some(Self::Listing(ListingId(id))),
            _ => None,
        }
    }
}

/// Most topics of one record.
pub(super) const TOPICS_AT_MOST: usize = 100;

impl Request {
    /// Returns what it is about, asked by `writer`.
    pub fn topics(&self, writer: MemberId) -> Vec<Topic> {
        match (&self.subject, self.asker) {
            (Subject::Pledge(pledge), _) => vec![Topic::Listing(pledge.listing)],
            (Subject::Service(service), Some(_)) => {
                service.people.iter().copied().map(Topic::Member).collect()
            }
            (Subject::OrganisationRegistration(_), Some(unit)) => vec![Topic::Organisation(unit)],
            (Subject::MemberRegistration(_), _)
            | (Subject::Service(_) | Subject::OrganisationRegistration(_), None) => {
                vec![Topic::Member(writer)]
            }
        }
    }

    pub(super) fn is_well_formed(&self) -> bool {
        let by_organisation = self.asker.is_some();
        match &self.subject {
            Subject::MemberRegistration(form) => !by_organisation && form.is_well_formed(),
            Subject::OrganisationRegistration(form) => by_organisation && form.is_well_formed(),
            Subject::Service(service) => {
                service.is_well_formed() && service.people.is_empty() != by_organisation
            }
            Subject::Pledge(pledge) => {
                let most = if by_organisation { 1_000 } else { 1 };
                (1..=most).contains(&pledge.places) && tells_if_any(pledge.note.as_ref())
            }
        }
    }
}

impl Subject {
    /// Returns the kind.
    pub const fn kind(&self) -> RequestKind {
        match self {
            Self::MemberRegistration(_) => RequestKind::MemberRegistration,
            Self::OrganisationRegistration(_) => RequestKind::OrganisationRegistration,
            Self::Service(_) => RequestKind::Service,
            Self::Pledge(_) => RequestKind::Pledge,
        }
    }
}

impl Service {
    /// Returns the time between start and end, in minutes, rounded up.
    pub fn span_minutes(&self) -> i64 {
        (self.ends_at.since(self.starts_at).max(0) + MINUTE_MS - 1) / MINUTE_MS
    }

    /// Tells whether the record can be one: it ends after it begins, within a week, and counts no more
    /// minutes than there were.
    pub fn is_well_formed(&self) -> bool {
        let span_ms = self.ends_at.since(self.starts_at);
        (1..=7 * DAY_MS).contains(&span_ms)
            && self.minutes > 0
            && i64::from(self.minutes) <= self.span_minutes()
            && self.beneficiaries <= 100_000
            && says_if_any(self.place.as_ref(), 100)
            && tells_if_any(self.note.as_ref())
            && self.photo.is_none_or(Photo::is_well_formed)
            && self.people.len() <= TOPICS_AT_MOST
            && self.people.is_sorted_by(|one, other| one < other)
    }
}

impl Photo {
    fn is_well_formed(self) -> bool {
        (1..=limits::PHOTO_BYTES).contains(&self.bytes)
    }
}

impl MemberRegistration {
    /// Tells whether every field has its form.
    pub fn is_well_formed(&self) -> bool {
        says(&self.name, 40)
            && is_phone(&self.phone)
            && tells(&self.workplace, 100)
            && tells(&self.branch, 100)
            && says_if_any(self.party_post.as_ref(), 40)
            && says_if_any(self.grid.as_ref(), 40)
            && are_skills(&self.skills)
            && self.interests.is_sorted_by(|one, other| one < other)
            && self.times.is_sorted_by(|one, other| one < other)
            && tells_if_any(self.note.as_ref())
    }
}

impl OrganisationRegistration {
    /// Tells whether every field has its form.
    pub fn is_well_formed(&self) -> bool {
        says(&self.name, 100)
            && says(&self.contact, 40)
            && is_phone(&self.phone)
            && says(&self.address, 200)
            && tells(&self.services, 500)
            && self.members.is_none_or(|members| members <= 100_000)
            && tells_if_any(self.note.as_ref())
    }
}

impl Withdrawal {
    pub(super) fn is_well_formed(&self) -> bool {
        says(&self.reason, 500) && are_topics(&self.topics)
    }
}

/// Tells whether topics can be those of one record.
pub(super) fn are_topics(topics: &[Topic]) -> bool {
    (1..=TOPICS_AT_MOST).contains(&topics.len()) && are_distinct(topics)
}

/// Tells whether a text is a telephone number: 5 to 20 digits, spaces and hyphens among them.
pub fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let others = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '+'));
    others && (5..=20).contains(&digits) && text.chars().count() <= 30
}

fn tells_if_any(text: Option<&String>) -> bool {
    says_if_any(text, 500)
}
