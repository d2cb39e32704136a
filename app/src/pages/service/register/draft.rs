//! What is typed into the form of a registration, and what is asked with it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use shared::api::OrganisationSummary;
use shared::ids::OrganisationId;
use shared::records::{MemberRegistration, is_phone};
use shared::words::{FreeTime, ServiceCategory};

use super::super::form::{Draft, Fault, Faults, needed, text};
use crate::pages::typed::parse_day;

/// What is typed into the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct RegistrationDraft {
    pub(super) community: Option<OrganisationSummary>,
    pub(super) name: String,
    pub(super) phone: String,
    pub(super) workplace: String,
    pub(super) branch: String,
    pub(super) party_post: String,
    pub(super) grid: String,
    pub(super) skills: Vec<String>,
    /// A skill that is typed and not added yet.
    pub(super) skill: String,
    pub(super) interests: BTreeSet<ServiceCategory>,
    pub(super) times: BTreeSet<FreeTime>,
    /// As a date input has it.
    pub(super) until: String,
    pub(super) note: String,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Community,
    Name,
    Phone,
    Workplace,
    Branch,
    PartyPost,
    Grid,
    Skills,
    Until,
    Note,
}

/// Characters that names, longer texts and skills may have; the same as the record may.
const NAME_CHARACTERS: usize = 40;
const TEXT_CHARACTERS: usize = 100;
const SKILL_CHARACTERS: usize = 20;
pub(super) const NOTE_CHARACTERS: usize = 500;
/// Skills that the record takes.
const SKILLS: usize = 10;

impl Draft for RegistrationDraft {
    type Place = Place;

    fn faults(&self) -> Faults<Place> {
        self.read().err().unwrap_or_default()
    }
}

impl RegistrationDraft {
    /// Returns the form filled with what was last written into it.
    pub(super) fn of(form: &MemberRegistration, community: Option<OrganisationSummary>) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            community,
            name: form.name.clone(),
            phone: form.phone.clone(),
            workplace: form.workplace.clone(),
            branch: form.branch.clone(),
            party_post: text(&form.party_post),
            grid: text(&form.grid),
            skills: form.skills.clone(),
            skill: String::new(),
            interests: form.interests.iter().copied().collect(),
            times: form.times.iter().copied().collect(),
            until: form.until.map(|day| day.to_string()).unwrap_or_default(),
            note: text(&form.note),
        }
    }

    /// Returns which community is asked, and the form that it gets.
    ///
    /// # Errors
    /// What is wrong in which field.
    pub(super) fn read(&self) -> Result<(OrganisationId, MemberRegistration), Faults<Place>> {
        let mut faults = Faults::new();
        let community = self.community.as_ref().map(|community| community.id);
        if community.is_none() {
            faults.insert(Place::Community, Fault::Missing);
        }
        let phone = needed(&mut faults, Place::Phone, &self.phone, NAME_CHARACTERS);
        if !phone.is_empty() && !is_phone(&phone) {
            faults.insert(Place::Phone, Fault::NoPhone);
        }
        let until = parse_day(&self.until);
        if until.is_none() && !self.until.trim().is_empty() {
            faults.insert(Place::Until, Fault::NoDay);
        }
        let form = MemberRegistration {
            name: needed(&mut faults, Place::Name, &self.name, NAME_CHARACTERS),
            phone,
            workplace: needed(
                &mut faults,
                Place::Workplace,
                &self.workplace,
                TEXT_CHARACTERS,
            ),
            branch: needed(&mut faults, Place::Branch, &self.branch, TEXT_CHARACTERS),
            party_post: text(
                &mut faults,
                Place::PartyPost,
                &self.party_post,
                NAME_CHARACTERS,
            ),
            grid: text(&mut faults, Place::Grid, &self.grid, NAME_CHARACTERS),
            skills: self.all_skills(&mut faults),
            interests: self.interests.iter().copied().collect(),
            times: self.times.iter().copied().collect(),
            until,
            note: text(&mut faults, Place::Note, &self.note, NOTE_CHARACTERS),
        };
        match community {
            Some(community) if faults.is_empty() => Ok((community, form)),
            Some(_) | None => Err(faults),
        }
    }

    /// Adds the skill that is typed, or one that is picked.
    pub(super) fn add_skill(&mut self, skill: &str) {
        let skill = skill.trim().to_owned();
        if !skill.is_empty() && !self.skills.contains(&skill) {
            self.skills.push(skill);
        }
    }

    /// The skills, with one that was typed and not added.
    fn all_skills(&self, faults: &mut Faults<Place>) -> Vec<String> {
        let mut whole = self.clone();
        whole.add_skill(&self.skill);
        if SKILLS < whole.skills.len() {
            faults.insert(Place::Skills, Fault::TooMany(SKILLS));
        }
        let is_long = |skill: &String| SKILL_CHARACTERS < skill.chars().count();
        if whole.skills.iter().any(is_long) {
            faults.insert(Place::Skills, Fault::TooLong(SKILL_CHARACTERS));
        }
        whole.skills
    }
}

#[cfg(test)]
mod tests {
    use shared::words::OrganisationKind;
    use uuid::Uuid;

    use super::*;

    fn filled() -> RegistrationDraft {
        RegistrationDraft {
            community: Some(OrganisationSummary {
                id: OrganisationId(Uuid::from_u128(7)),
                name: "community".to_owned(),
                kind: OrganisationKind::Branch,
                place: Vec::new(),
            }),
            name: " 王小明 ".to_owned(),
            phone: "138 0000 8000".to_owned(),
            workplace: "school".to_owned(),
            branch: "branch".to_owned(),
            skills: vec!["first aid".to_owned()],
            skill: " 电工 ".to_owned(),
            until: "2027-12-31".to_owned(),
            ..RegistrationDraft::default()
        }
    }

    #[test]
    fn a_filled_form_is_a_record_and_comes_back_as_it_was() {
        let (to, form) = filled().read().unwrap();
        assert_eq!(to, OrganisationId(Uuid::from_u128(7)));
        assert_eq!(form.name, "王小明");
        assert_eq!(form.skills, ["first aid", "电工"], "what is typed counts");
        assert!(form.is_well_formed());
        let again = RegistrationDraft::of(&form, filled().community);
        assert_eq!(again.read().unwrap(), (to, form));
    }

    #[test]
    fn what_is_wrong_is_told_by_field() {
        let missing = RegistrationDraft::default().faults();
        for place in [
            Place::Community,
            Place::Name,
            Place::Phone,
            Place::Workplace,
            Place::Branch,
        ] {
            assert_eq!(missing.get(&place), Some(&Fault::Missing), "{place:?}");
        }
        let wrong = RegistrationDraft {
            phone: "one two three".to_owned(),
            until: "2027-02-30".to_owned(),
            skills: (0..11).map(|number| number.to_string()).collect(),
            note: "x".repeat(501),
            ..filled()
        };
        let faults = wrong.faults();
        assert_eq!(faults.len(), 4);
        assert_eq!(faults[&Place::Phone], Fault::NoPhone);
        assert_eq!(faults[&Place::Until], Fault::NoDay);
        assert_eq!(faults[&Place::Skills], Fault::TooMany(10));
        assert_eq!(faults[&Place::Note], Fault::TooLong(500));
    }

    #[test]
    fn a_draft_survives_being_kept_and_one_of_another_version_is_read() {
        let draft = filled();
        let text = serde_json::to_string(&draft).unwrap();
        assert_eq!(
            serde_json::from_str::<RegistrationDraft>(&text).unwrap(),
            draft
        );
        let other = r#"{"name":"x","of_a_later_version":1}"#;
        assert_eq!(
            serde_json::from_str::<RegistrationDraft>(other)
                .unwrap()
                .name,
            "x"
        );
    }
}
