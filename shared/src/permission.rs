//! Who may read and write which document: one table, asked by the server on every request.

use crate::directory::{Grant, Organisation};
use crate::documents::DocumentName;
use crate::ids::{DeviceId, MemberId, OrganisationId, OrganisationPath};
use crate::words::Role;

/// A signed-in device with its owner and the owner's rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// The device.
    pub device: DeviceId,
    /// Its owner.
    pub member: MemberId,
    /// The path of the owner's home branch.
    pub home: OrganisationPath,
    /// The owner's rights.
    pub grants: Vec<Grant>,
}

/// Something that a role allows for an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Plan activities.
    Plan,
    /// Mark a roll call.
    Mark,
    /// Settle disputes and answer objections.
    Settle,
    /// See members, attendance and totals.
    Oversee,
    /// Give out enrolment codes.
    Enrol,
    /// Change the directory.
    Administer,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 6] = [
        Self::Plan,
        Self::Mark,
        Self::Settle,
        Self::Oversee,
        Self::Enrol,
        Self::Administer,
    ];
}

impl Authority {
    /// Tells whether the owner may do `action` for the organisation at `path`.
    pub fn may(&self, action: Action, path: &OrganisationPath) -> bool {
        self.grants
            .iter()
            .any(|grant| grant.path.covers(path) && allows(grant.role, action))
    }

    /// Tells whether the owner may give a phone to a member of the branch at `home`, or take one
    /// away: nobody gets by it a right that they do not have.
    pub fn may_enrol(&self, home: &OrganisationPath, grants: &[Grant]) -> bool {
        self.may(Action::Enrol, home)
            && grants.iter().all(|grant| {
                Action::ALL
                    .iter()
                    .filter(|action| allows(grant.role, **action))
                    .all(|action| self.may(*action, &grant.path))
            })
    }

    /// Returns the teams among organisations for which the owner has a right of their own, not only
    /// one above.
    pub fn teams(&self, organisations: &[Organisation]) -> impl Iterator<Item = OrganisationId> {
        organisations
            .iter()
            .filter(|organisation| {
                let mut grants = self.grants.iter();
                organisation.kind.is_team()
                    && grants.any(|grant| grant.organisation == organisation.id)
            })
            .map(|organisation| organisation.id)
    }

    /// Tells whether the owner may write a document; `path` is that of its organisation, `None`
    /// when it has none or the organisation is unknown. A member may always write their own
    /// journal, whatever became of their branch.
    pub fn may_write(&self, name: &DocumentName, path: Option<&OrganisationPath>) -> bool {
        match (name, path) {
            (DocumentName::Journal { member, .. }, _) => *member == self.member,
            (DocumentName::Calendar { .. }, Some(path)) => self.may(Action::Plan, path),
            (DocumentName::Rollcall { .. }, Some(path)) => self.may(Action::Mark, path),
            (DocumentName::Ledger { .. } | DocumentName::Board { .. }, Some(path)) => {
                self.may(Action::Settle, path)
            }
            (
                DocumentName::Calendar { .. }
                | DocumentName::Rollcall { .. }
                | DocumentName::Ledger { .. }
                | DocumentName::Board { .. },
                None,
            ) => false,
        }
    }

    /// Tells whether the owner may read a document. A board is read by everybody of the city: whoever
    /// looks for a community to register at sees what it needs. A calendar is read by the members of its
    /// organisation and beneath it, and by those with a right above, at or beneath it.
    pub fn may_read(&self, name: &DocumentName, path: Option<&OrganisationPath>) -> bool {
        match (name, path) {
            (DocumentName::Journal { member, .. }, _) => *member == self.member,
            (DocumentName::Calendar { .. }, Some(path)) => {
                path.covers(&self.home)
                    || self
                        .grants
                        .iter()
                        .any(|grant| path.covers(&grant.path) || grant.path.covers(path))
            }
            (DocumentName::Rollcall { .. }, Some(path)) => self.may(Action::Mark, path),
            (DocumentName::Ledger { .. }, Some(path)) => self.may(Action::Settle, path),
            (DocumentName::Board { .. }, Some(_)) => true,
            (
                DocumentName::Calendar { .. }
                | DocumentName::Rollcall { .. }
                | DocumentName::Ledger { .. }
                | DocumentName::Board { .. },
                None,
            ) => false,
        }
    }
}

const fn allows(role: Role, action: Action) -> bool {
    match (role, action) {
        (Role::Host, Action::Plan | Action::Mark) => true,
        (Role::Host, Action::Settle | Action::Oversee | Action::Enrol | Action::Administer) => {
            false
        }
        (
            Role::Coordinator,
            Action::Plan | Action::Mark | Action::Settle | Action::Oversee | Action::Enrol,
        ) => true,
        (Role::Coordinator, Action::Administer) => false,
        (Role::Administrator, _) => true,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::{ActivityId, OrganisationId};
    use crate::time::Day;

    fn path(text: &str) -> OrganisationPath {
        OrganisationPath::parse(text).unwrap()
    }

    fn authority(grants: &[(Role, &str)]) -> Authority {
        Authority {
            device: DeviceId(Uuid::from_u128(1)),
            member: MemberId(Uuid::from_u128(2)),
            home: path("001002003"),
            grants: grants
                .iter()
                .map(|(role, text)| Grant {
                    role: *role,
                    organisation: OrganisationId(Uuid::from_u128(3)),
                    path: path(text),
                })
                .collect(),
        }
    }

    fn documents() -> [(&'static str, DocumentName); 6] {
        let organisation = OrganisationId(Uuid::from_u128(3));
        let quarter = Day::of(2026, 11, 22).quarter();
        [
            (
                "own journal",
                DocumentName::Journal {
                    member: MemberId(Uuid::from_u128(2)),
                    quarter,
                },
            ),
            (
                "other journal",
                DocumentName::Journal {
                    member: MemberId(Uuid::from_u128(9)),
                    quarter,
                },
            ),
            (
                "calendar",
                DocumentName::Calendar {
                    organisation,
                    quarter,
                },
            ),
            (
                "rollcall",
                DocumentName::Rollcall {
                    organisation,
                    activity: ActivityId(Uuid::from_u128(4)),
                },
            ),
            (
                "ledger",
                DocumentName::Ledger {
                    organisation,
                    quarter,
                },
            ),
            ("board", DocumentName::Board { organisation }),
        ]
    }

    #[test]
    fn the_table_of_rights() {
        let people = [
            ("member", authority(&[])),
            (
                "host of the branch",
                authority(&[(Role::Host, "001002003")]),
            ),
            (
                "coordinator of the branch",
                authority(&[(Role::Coordinator, "001002003")]),
            ),
            (
                "coordinator of the county",
                authority(&[(Role::Coordinator, "001002")]),
            ),
            ("administrator", authority(&[(Role::Administrator, "001")])),
        ];
        let places = ["001", "001002003", "001002004", "009"];
        let mut table = String::new();
        for (person, authority) in people {
            for (document, name) in documents() {
                for place in places {
                    let path = path(place);
                    let right = match (
                        authority.may_read(&name, Some(&path)),
                        authority.may_write(&name, Some(&path)),
                    ) {
                        (true, true) => "reads and writes",
                        (true, false) => "reads",
                        (false, true) => "writes only",
                        (false, false) => "-",
                    };
                    table += &format!("{person} | {document} of {place} | {right}\n");
                }
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn nobody_enrols_a_phone_for_rights_that_they_do_not_have() {
        let coordinator = authority(&[(Role::Coordinator, "001002003")]);
        let home = path("001002003");
        for (grants, may) in [
            (&[][..], true),
            (&[(Role::Host, "001002003")], true),
            (&[(Role::Coordinator, "001002003")], true),
            (&[(Role::Coordinator, "001002")], false),
            (&[(Role::Administrator, "001002003")], false),
            (&[(Role::Host, "001002003"), (Role::Host, "009")], false),
        ] {
            let other = authority(grants);
            assert_eq!(
                coordinator.may_enrol(&home, &other.grants),
                may,
                "{grants:?}"
            );
        }
        assert!(!coordinator.may_enrol(&path("001002004"), &[]));
        assert!(!authority(&[(Role::Host, "001002003")]).may_enrol(&home, &[]));
    }

    #[test]
    fn a_document_of_an_unknown_organisation_is_nobodys() {
        let administrator = authority(&[(Role::Administrator, "001")]);
        for (document, name) in documents().into_iter().skip(1) {
            assert!(!administrator.may_read(&name, None), "{document}");
            assert!(!administrator.may_write(&name, None), "{document}");
        }
    }
}
