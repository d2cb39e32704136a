//! Whom a projection concerns.

use shared::permission::{Action, Authority};

use crate::projector::Poke;

/// Tells whether a page of this owner has something new to fetch.
pub fn concerns(poke: &Poke, authority: &Authority) -> bool {
    if poke.members.contains(&authority.member) {
        return true;
    }
    let related = |path| {
        let grants = authority.grants.iter();
        let near = grants.map(|grant| &grant.path);
        near.clone().any(|grant| grant.covers(path)) || near.clone().any(|grant| path.covers(grant))
    };
    let calendar = poke
        .calendars
        .iter()
        .any(|path| path.covers(&authority.home) || related(path));
    // A check-in of one member is no news to everybody else of the branch.
    calendar
        || poke
            .overseen
            .iter()
            .any(|path| authority.may(Action::Mark, path))
}

#[cfg(test)]
mod tests {
    use shared::directory::Grant;
    use shared::ids::{DeviceId, MemberId, OrganisationId, OrganisationPath};
    use shared::words::Role;
    use uuid::Uuid;

    use super::*;

    fn path(text: &str) -> OrganisationPath {
        OrganisationPath::parse(text).unwrap()
    }

    fn authority(grants: &[&str]) -> Authority {
        Authority {
            device: DeviceId(Uuid::from_u128(1)),
            member: MemberId(Uuid::from_u128(2)),
            home: path("001002003"),
            grants: grants
                .iter()
                .map(|text| Grant {
                    role: Role::Coordinator,
                    organisation: OrganisationId(Uuid::from_u128(3)),
                    path: path(text),
                })
                .collect(),
        }
    }

    fn calendar(text: &str) -> Poke {
        Poke {
            calendars: [path(text)].into(),
            ..Poke::default()
        }
    }

    fn overseen(text: &str) -> Poke {
        Poke {
            overseen: [path(text)].into(),
            ..Poke::default()
        }
    }

    #[test]
    fn a_calendar_concerns_the_line_above_a_member_and_those_with_a_right_near_it() {
        let member = authority(&[]);
        assert!(concerns(&calendar("001002"), &member));
        assert!(!concerns(&calendar("001002004"), &member));
        let town = authority(&["001002"]);
        assert!(concerns(&calendar("001002004"), &town));
        assert!(!concerns(&calendar("001003"), &town));
    }

    #[test]
    fn an_outcome_concerns_its_member_and_those_who_oversee_it() {
        assert!(!concerns(&overseen("001002003"), &authority(&[])));
        assert!(concerns(&overseen("001002003"), &authority(&["001"])));
        assert!(!concerns(&overseen("001"), &authority(&["001002"])));
        let mut own = Poke::default();
        own.members.insert(MemberId(Uuid::from_u128(2)));
        assert!(concerns(&own, &authority(&[])));
    }
}
