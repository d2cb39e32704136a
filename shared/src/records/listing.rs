//! What stands on a community's lists: needs, resources, projects, micro-wishes and posts.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{are_distinct, says, says_if_any, tells};
use crate::ids::{EntryId, ListingId, OrganisationId};
use crate::time::Day;
use crate::words::{FreeTime, ListingKind, ServiceCategory};

/// Something on a community's lists. A later record of the same listing revises it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// The listing: [`ListingId::of`] its community and the seed.
    pub listing: ListingId,
    /// A random UUID, the same in every record of the listing.
    pub seed: Uuid,
    /// The record that this one replaces.
    pub revises: Option<EntryId>,
    /// The kind.
    pub kind: ListingKind,
    /// The title, 1 to 100 characters.
    pub title: String,
    /// What is wanted or offered, at most 2,000 characters.
    pub text: String,
    /// The category of service.
    pub category: ServiceCategory,
    /// Required skills, at most 10 of 1 to 20 characters, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    /// When people are needed, sorted, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<FreeTime>,
    /// 拟认领数: places wanted, 1 to 1,000.
    pub places: u32,
    /// Where, at most 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The last day on which it can be taken on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Why it was closed; open without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<String>,
}

impl Listing {
    /// Tells whether the listing's id is one of the community's.
    pub fn is_of(&self, organisation: OrganisationId) -> bool {
        self.listing == ListingId::of(organisation, self.seed)
    }

    /// Tells whether it can be taken on on that day.
    pub fn is_open(&self, day: Day) -> bool {
        self.closed.is_none() && self.until.is_none_or(|until| day <= until)
    }

    pub(super) fn is_well_formed(&self) -> bool {
        says(&self.title, 100)
            && tells(&self.text, 2_000)
            && (1..=1_000).contains(&self.places)
            && are_skills(&self.skills)
            && self.times.is_sorted_by(|one, other| one < other)
            && says_if_any(self.place.as_ref(), 100)
            && says_if_any(self.closed.as_ref(), 500)
    }
}

/// Tells whether texts can be a person's or a need's skills.
pub(super) fn are_skills(skills: &[String]) -> bool {
    skills.len() <= 10 && skills.iter().all(|skill| says(skill, 20)) && are_distinct(skills)
}
