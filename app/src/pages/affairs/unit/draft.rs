//! What is typed into the form with which a unit registers. Never reads a clock.

use serde::{Deserialize, Serialize};
use shared::api::OrganisationSummary;
use shared::ids::OrganisationId;
use shared::records::{OrganisationRegistration, Subject};
use shared::words::OrganisationKind;

use crate::pages::affairs::form::{Fault, Faults, Fields};

/// Party members that a unit may have.
const MEMBERS: std::ops::RangeInclusive<u32> = 0..=100_000;

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Community,
    Name,
    Kind,
    Contact,
    Phone,
    Address,
    Services,
    Members,
    Note,
}

/// What is typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Draft {
    pub(super) community: Option<OrganisationSummary>,
    pub(super) name: String,
    pub(super) kind: OrganisationKind,
    pub(super) contact: String,
    pub(super) phone: String,
    pub(super) address: String,
    pub(super) services: String,
    pub(super) members: String,
    pub(super) note: String,
}

impl Draft {
    /// Returns an empty form for an organisation; `contact` is whoever fills it in.
    pub(super) fn new(name: String, kind: OrganisationKind, contact: String) -> Self {
        Self {
            community: None,
            name,
            kind,
            contact,
            phone: String::new(),
            address: String::new(),
            services: String::new(),
            members: String::new(),
            note: String::new(),
        }
    }

    /// Returns the form filled with what was sent before. A telephone number that came back masked is
    /// asked for anew.
    pub(super) fn of(
        form: &OrganisationRegistration,
        community: Option<OrganisationSummary>,
    ) -> Self {
        let is_whole = !form.phone.contains('*');
        Self {
            community,
            name: form.name.clone(),
            kind: form.kind,
            contact: form.contact.clone(),
            phone: if is_whole {
                form.phone.clone()
            } else {
                String::new()
            },
            address: form.address.clone(),
            services: form.services.clone(),
            members: form
                .members
                .map(|members| members.to_string())
                .unwrap_or_default(),
            note: form.note.clone().unwrap_or_default(),
        }
    }

    /// Returns where the unit registers and what is asked.
    ///
    /// # Errors
    /// What is wrong in which field.
    pub(super) fn request(&self) -> Result<(OrganisationId, Subject), Faults<Place>> {
        let mut fields = Fields::new();
        if self.community.is_none() {
            fields.wrong(Place::Community, Fault::Missing);
        }
        let form = OrganisationRegistration {
            name: fields.needed(Place::Name, &self.name, 100),
            kind: self.kind,
            contact: fields.needed(Place::Contact, &self.contact, 40),
            phone: fields.phone(Place::Phone, &self.phone),
            address: fields.needed(Place::Address, &self.address, 200),
            services: fields
                .text(Place::Services, &self.services, 500)
                .unwrap_or_default(),
            members: fields.number(Place::Members, &self.members, MEMBERS),
            note: fields.text(Place::Note, &self.note, 500),
        };
        let form = fields.read(form)?;
        match &self.community {
            Some(community) => Ok((community.id, Subject::OrganisationRegistration(form))),
            None => Err(Faults::from([(Place::Community, Fault::Missing)])),
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::records::{Record, Request};
    use uuid::Uuid;

    use super::*;

    fn draft() -> Draft {
        let community = OrganisationSummary {
            id: OrganisationId(Uuid::from_u128(1)),
            name: "Community".to_owned(),
            kind: OrganisationKind::Branch,
            place: Vec::new(),
        };
        Draft {
            community: Some(community),
            phone: "0758 281-2345".to_owned(),
            address: "1 River Road".to_owned(),
            members: "12".to_owned(),
            ..Draft::new("Unit".to_owned(), OrganisationKind::Branch, "Li".to_owned())
        }
    }

    #[test]
    fn what_is_filled_in_is_a_record_and_fills_the_form_again() {
        let (to, subject) = draft().request().unwrap();
        let Subject::OrganisationRegistration(form) = &subject else {
            panic!("a unit registers as a unit");
        };
        assert_eq!(Draft::of(form, draft().community), draft());
        let request = Request {
            to,
            asker: Some(OrganisationId(Uuid::from_u128(2))),
            replaces: None,
            subject,
        };
        assert!(Record::Request(request).is_well_formed());
    }

    #[test]
    fn every_field_says_what_is_wrong_in_it_and_a_masked_number_is_asked_for_again() {
        let empty = Draft {
            phone: "12".to_owned(),
            members: "many".to_owned(),
            ..Draft::new(String::new(), OrganisationKind::Unit, String::new())
        };
        let faults = empty.request().unwrap_err();
        let expected = [
            (Place::Community, Fault::Missing),
            (Place::Name, Fault::Missing),
            (Place::Contact, Fault::Missing),
            (Place::Phone, Fault::NoPhone),
            (Place::Address, Fault::Missing),
            (Place::Members, Fault::NoNumber(0, 100_000)),
        ];
        assert_eq!(faults, Faults::from(expected));
        let (_, subject) = draft().request().unwrap();
        let Subject::OrganisationRegistration(form) = subject else {
            panic!("a unit registers as a unit");
        };
        let masked = OrganisationRegistration {
            phone: "075****2345".to_owned(),
            ..form
        };
        assert_eq!(Draft::of(&masked, None).phone, "");
    }
}
