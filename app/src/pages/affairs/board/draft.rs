//! What is typed into the form of a listing, and the record that comes of it. Never reads a clock.

use std::collections::BTreeSet;

use shared::ids::{ListingId, OrganisationId};
use shared::reconcile::BoardItem;
use shared::records::Listing;
use shared::words::{FreeTime, ListingKind, ServiceCategory};
use uuid::Uuid;

use crate::pages::affairs::form::{Fault, Faults, Fields};
use crate::pages::typed::parse_day;

/// Skills that a listing may ask for, and characters of one; the same as the record may.
const SKILLS: usize = 10;
const SKILL_CHARACTERS: usize = 20;

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Kind,
    Title,
    Text,
    Category,
    Skills,
    Times,
    Places,
    Where,
    Until,
}

/// What is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) kind: ListingKind,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) category: ServiceCategory,
    pub(super) skills: Vec<String>,
    /// A skill that is being typed.
    pub(super) skill: String,
    pub(super) times: BTreeSet<FreeTime>,
    pub(super) places: String,
    pub(super) place: String,
    /// As a date input has it.
    pub(super) until: String,
}

impl Draft {
    pub(super) fn new() -> Self {
        Self {
            kind: ListingKind::Need,
            title: String::new(),
            text: String::new(),
            category: ServiceCategory::CommunityGovernance,
            skills: Vec::new(),
            skill: String::new(),
            times: BTreeSet::new(),
            places: "1".to_owned(),
            place: String::new(),
            until: String::new(),
        }
    }

    /// Returns the form filled with what stands on the list.
    pub(super) fn of(listing: &Listing) -> Self {
        Self {
            kind: listing.kind,
            title: listing.title.clone(),
            text: listing.text.clone(),
            category: listing.category,
            skills: listing.skills.clone(),
            skill: String::new(),
            times: listing.times.iter().copied().collect(),
            places: listing.places.to_string(),
            place: listing.place.clone().unwrap_or_default(),
            until: listing.until.map(|day| day.to_string()).unwrap_or_default(),
        }
    }

    /// Takes the skill that is typed into the list.
    pub(super) fn add_skill(&mut self) {
        let skill = self.skill.trim().to_owned();
        if !skill.is_empty() && !self.skills.contains(&skill) {
            self.skills.push(skill);
        }
        self.skill.clear();
    }

    /// Returns the first record of a new listing.
    ///
    /// # Errors
    /// What is wrong in which field.
    pub(super) fn listing(
        &self,
        community: OrganisationId,
        seed: Uuid,
    ) -> Result<Listing, Faults<Place>> {
        let mut fields = Fields::new();
        let typed = self.with_typed_skill();
        let are_fit = |skills: &[String]| {
            let fits = |skill: &String| skill.chars().count() <= SKILL_CHARACTERS;
            skills.len() <= SKILLS && skills.iter().all(fits)
        };
        if !are_fit(&typed) {
            fields.wrong(Place::Skills, Fault::TooLong(SKILL_CHARACTERS));
        }
        let until = parse_day(&self.until);
        if !self.until.trim().is_empty() && until.is_none() {
            fields.wrong(Place::Until, Fault::Missing);
        }
        let listing = Listing {
            listing: ListingId::of(community, seed),
            seed,
            revises: None,
            kind: self.kind,
            title: fields.needed(Place::Title, &self.title, 100),
            text: fields
                .text(Place::Text, &self.text, 2_000)
                .unwrap_or_default(),
            category: self.category,
            skills: typed,
            times: self.times.iter().copied().collect(),
            places: fields.needed_number(Place::Places, &self.places, 1..=1_000),
            place: fields.text(Place::Where, &self.place, 100),
            until,
            closed: None,
        };
        fields.read(listing)
    }

    /// Returns the record that takes the place of the one in force; what is closed stays closed.
    ///
    /// # Errors
    /// As [`Draft::listing`].
    pub(super) fn revision(&self, item: &BoardItem) -> Result<Listing, Faults<Place>> {
        let listing = self.listing(item.organisation, item.listing.seed)?;
        Ok(Listing {
            closed: item.listing.closed.clone(),
            ..revising(item, listing)
        })
    }

    /// A skill that was typed and not added is meant all the same.
    fn with_typed_skill(&self) -> Vec<String> {
        let mut typed = self.clone();
        typed.add_skill();
        typed.skills
    }
}

/// Returns a listing that takes the place of the record in force.
pub(super) fn revising(item: &BoardItem, listing: Listing) -> Listing {
    Listing {
        listing: item.listing.listing,
        revises: Some(item.entry),
        ..listing
    }
}

#[cfg(test)]
mod tests {
    use shared::ids::EntryId;
    use shared::records::Record;
    use shared::time::{Day, Timestamp};

    use super::*;

    const COMMUNITY: OrganisationId = OrganisationId(Uuid::from_u128(1));
    const SEED: Uuid = Uuid::from_u128(2);

    fn draft() -> Draft {
        Draft {
            title: " title ".to_owned(),
            skill: "piano".to_owned(),
            times: BTreeSet::from([FreeTime::Weekends, FreeTime::Weekdays]),
            until: "2026-12-31".to_owned(),
            ..Draft::new()
        }
    }

    #[test]
    fn a_listing_is_well_formed_and_a_skill_that_was_only_typed_is_not_lost() {
        let listing = draft().listing(COMMUNITY, SEED).unwrap();
        assert_eq!(listing.title, "title");
        assert_eq!(listing.skills, ["piano"]);
        assert_eq!(listing.until, Some(Day::of(2026, 12, 31)));
        assert!(listing.is_of(COMMUNITY));
        assert!(Record::Listing(listing).is_well_formed());
    }

    #[test]
    fn every_field_says_what_is_wrong_in_it() {
        let wrong = Draft {
            title: String::new(),
            places: "0".to_owned(),
            until: "soon".to_owned(),
            skill: "s".repeat(SKILL_CHARACTERS + 1),
            ..draft()
        };
        let faults = wrong.listing(COMMUNITY, SEED).unwrap_err();
        let places: Vec<Place> = faults.keys().copied().collect();
        let expected = [Place::Title, Place::Skills, Place::Places, Place::Until];
        assert_eq!(places, expected);
    }

    #[test]
    fn an_edit_names_what_it_revises_and_leaves_closed_what_is_closed() {
        let listing = Listing {
            closed: Some("done".to_owned()),
            ..draft().listing(COMMUNITY, SEED).unwrap()
        };
        let item = BoardItem {
            entry: EntryId(Uuid::from_u128(3)),
            organisation: COMMUNITY,
            recorded_at: Timestamp(0),
            listing: listing.clone(),
            closed_at: None,
        };
        let again = Draft::of(&listing).revision(&item).unwrap();
        assert_eq!(again.revises, Some(item.entry));
        assert_eq!(
            Listing {
                revises: None,
                ..again
            },
            listing
        );
    }
}
