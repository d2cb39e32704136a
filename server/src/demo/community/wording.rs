//! The words in which communities are asked and answer, from `data/demo/community.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;
use shared::words::{FreeTime, ListingKind, ServiceCategory};

/// The words.
#[derive(Deserialize)]
pub(in crate::demo) struct Wording {
    pub registration: RegistrationWords,
    pub unit: UnitWords,
    pub pledge: PledgeWords,
    pub service: ServiceWords,
    services: BTreeMap<ServiceCategory, Vec<Deed>>,
    listings: BTreeMap<ListingKind, Vec<Item>>,
    closed: BTreeMap<ListingKind, String>,
}

/// What is said about members' registrations.
#[derive(Deserialize)]
pub(in crate::demo) struct RegistrationWords {
    pub workplaces: Vec<String>,
    pub party_posts: Vec<String>,
    pub grids: Vec<String>,
    pub skills: Vec<String>,
    pub notes: Vec<String>,
    pub accepted: Vec<String>,
    pub returned: Vec<String>,
    pub disputed: String,
    pub moved: String,
    pub withdrawn: Vec<String>,
}

/// What is said about units' registrations.
#[derive(Deserialize)]
pub(in crate::demo) struct UnitWords {
    pub contacts: Vec<String>,
    pub addresses: Vec<String>,
    pub services: Vec<String>,
    pub accepted: Vec<String>,
    pub returned: String,
    pub withdrawn: String,
}

/// What is said when something of the lists is taken on and done.
#[derive(Deserialize)]
pub(in crate::demo) struct PledgeWords {
    pub notes: Vec<String>,
    pub accepted: Vec<String>,
    pub words: Vec<String>,
    pub fair: String,
}

/// What is said about service.
#[derive(Deserialize)]
pub(in crate::demo) struct ServiceWords {
    pub accepted: Vec<String>,
    pub corrected: String,
    pub returned: String,
    pub withdrawn: String,
    pub back_dated: String,
    pub overlong: String,
    pub words: Vec<String>,
}

/// What somebody did.
#[derive(Deserialize)]
pub(in crate::demo) struct Deed {
    pub place: String,
    pub note: String,
}

/// What stands on a list.
#[derive(Deserialize)]
pub(in crate::demo) struct Item {
    pub title: String,
    pub text: String,
    pub category: ServiceCategory,
    pub skills: Vec<String>,
    pub times: Vec<FreeTime>,
    pub places: u32,
    pub place: Option<String>,
}

impl Wording {
    /// Reads the words that the binary carries.
    pub(in crate::demo) fn embedded() -> Self {
        toml::from_str(include_str!("../../../data/demo/community.toml"))
            .expect("community.toml has the form of Wording; the demo's tests read it")
    }

    /// Returns what is done in a category of service.
    pub(super) fn deeds(&self, category: ServiceCategory) -> &[Deed] {
        self.services.get(&category).map_or(&[], Vec::as_slice)
    }

    /// Returns what stands on the lists of a kind.
    pub(super) fn items(&self, kind: ListingKind) -> &[Item] {
        self.listings.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// Returns why something of a kind was closed.
    pub(super) fn closed(&self, kind: ListingKind) -> &str {
        self.closed.get(&kind).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_and_every_kind_has_words() {
        let wording = Wording::embedded();
        for category in ServiceCategory::ALL {
            assert!(
                !wording.deeds(*category).is_empty(),
                "{}",
                category.as_str()
            );
        }
        for kind in ListingKind::ALL {
            assert!(!wording.items(*kind).is_empty(), "{}", kind.as_str());
            assert!(!wording.closed(*kind).is_empty(), "{}", kind.as_str());
        }
    }
}
