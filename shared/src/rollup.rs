//! What is counted, where, and under which day: each outcome, activity and request adds a
//! [`Counted`] to the roll-ups, and a period is read as few whole years, months and days.
//! Never knows how the sums are kept.

mod counted;
mod span;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::words::{ActivityKind, Measure, OutreachSector, ServiceCategory};

pub use counted::{Counted, of_activity, of_outcome, of_request};
pub use span::{Range, Span, before, cover, cover_by, split};

/// What waits for longer is overdue.
pub const OVERDUE_DAYS: i32 = 7;
/// Days of one dashboard at most: 53 weeks.
pub const DAYS_SHOWN: i32 = 371;
/// Activities of one dashboard at most.
pub const ACTIVITIES_SHOWN: usize = 50;

/// Numbers by measure; what is not there is zero, and zero is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Figures(BTreeMap<Measure, i64>);

/// Something by which activities or services are told apart, as `kind:lecture`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Facet {
    /// The kind of activity.
    Kind(ActivityKind),
    /// 六进: where an outreach talk goes.
    Sector(OutreachSector),
    /// 专题: a campaign.
    Campaign(String),
    /// The category of service.
    Category(ServiceCategory),
}

/// A text is no facet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no facet: `kind:`, `sector:`, `campaign:` or `category:` and a word of it")]
pub struct NoFacet;

impl Figures {
    /// Returns a number.
    pub fn get(&self, measure: Measure) -> i64 {
        self.0.get(&measure).copied().unwrap_or_default()
    }

    /// Adds to a number.
    pub fn add(&mut self, measure: Measure, number: i64) {
        if number == 0 {
            return;
        }
        let sum = self.0.entry(measure).or_default();
        *sum += number;
        if *sum == 0 {
            self.0.remove(&measure);
        }
    }

    /// Adds every number of others, `times` times.
    pub fn add_all(&mut self, others: &Self, times: i64) {
        for (measure, number) in others.iter() {
            self.add(measure, times * number);
        }
    }

    /// Returns the numbers that are not zero, by measure.
    pub fn iter(&self) -> impl Iterator<Item = (Measure, i64)> + '_ {
        self.0.iter().map(|(measure, number)| (*measure, *number))
    }

    /// Tells whether every number is zero.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps some of the measures.
    #[must_use]
    pub fn only(mut self, keep: impl Fn(Measure) -> bool) -> Self {
        self.0.retain(|measure, _| keep(*measure));
        self
    }
}

impl Measure {
    /// What pictures show of each day and month.
    pub const PICTURED: [Self; 3] = [Self::Activities, Self::Attendances, Self::Services];

    /// What is counted as different people or organisations, by sets and not by sums.
    pub const DISTINCT: [Self; 3] = [Self::People, Self::Volunteers, Self::Teams];

    /// What waits for somebody who decides.
    pub const WAITING: [Self; 7] = [
        Self::Unconfirmed,
        Self::Disputed,
        Self::MemberRegistrationsWaiting,
        Self::OrganisationRegistrationsWaiting,
        Self::ServicesWaiting,
        Self::ClaimsWaiting,
        Self::RequestsDisputed,
    ];
}

impl fmt::Display for Facet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(kind) => write!(f, "kind:{}", kind.as_str()),
            Self::Sector(sector) => write!(f, "sector:{}", sector.as_str()),
            Self::Campaign(campaign) => write!(f, "campaign:{campaign}"),
            Self::Category(category) => write!(f, "category:{}", category.as_str()),
        }
    }
}

impl FromStr for Facet {
    type Err = NoFacet;

    fn from_str(text: &str) -> Result<Self, NoFacet> {
        let (what, word) = text.split_once(':').ok_or(NoFacet)?;
        let facet = match what {
            "kind" => ActivityKind::parse(word).map(Self::Kind),
            "sector" => OutreachSector::parse(word).map(Self::Sector),
            "campaign" => (!word.is_empty()).then(|| Self::Campaign(word.to_owned())),
            "category" => ServiceCategory::parse(word).map(Self::Category),
            _ => None,
        };
        facet.ok_or(NoFacet)
    }
}

/// A facet is written as text.
#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Facet {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some(
                "`kind:`, `sector:`, `campaign:` or `category:` and a word of it.",
            ))
            .examples(["kind:lecture"])
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Facet {}

impl TryFrom<String> for Facet {
    type Error = NoFacet;

    fn try_from(text: String) -> Result<Self, NoFacet> {
        text.parse()
    }
}

impl From<Facet> for String {
    fn from(facet: Facet) -> Self {
        facet.to_string()
    }
}
