//! The directory: people, organisations, areas, venues and rights. Rows of the server, of which a
//! phone gets the slice that its owner's role needs. Never documents.

use serde::{Deserialize, Serialize};

use crate::ids::{AreaCode, MemberId, OrganisationId, OrganisationPath, VenueId};
use crate::words::{AreaLevel, OrganisationKind, Role, VenueKind};

/// The city that a deployment serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct City {
    /// The 6-digit code of the city.
    pub code: AreaCode,
    /// The city's name.
    pub name: String,
    /// Whether the data is generated; every screen then says 演示数据.
    pub demo: bool,
}

/// A division of the area tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// The code, unique.
    pub code: AreaCode,
    /// The name, not unique: 回龙镇 exists twice.
    pub name: String,
    /// The level.
    pub level: AreaLevel,
    /// The division above; none for the city.
    pub parent: Option<AreaCode>,
}

/// An organisation of the organisation tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// The id.
    pub id: OrganisationId,
    /// The place in the organisation tree, unique.
    pub path: OrganisationPath,
    /// The name, not unique.
    pub name: String,
    /// The kind.
    pub kind: OrganisationKind,
    /// Where it sits in the area tree. Its parent may sit elsewhere.
    pub area: AreaCode,
}

/// A place where activities are held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Venue {
    /// The id.
    pub id: VenueId,
    /// The name.
    pub name: String,
    /// The kind.
    pub kind: VenueKind,
    /// Where it stands.
    pub area: AreaCode,
    /// The organisation that runs it.
    pub organisation: OrganisationId,
}

/// A person of the roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The id.
    pub id: MemberId,
    /// The name.
    pub name: String,
    /// The home branch.
    pub branch: OrganisationId,
    /// The telephone number as it may be shown: 138****8000.
    pub phone_masked: Option<String>,
}

/// A right: a role for an organisation and all beneath it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The organisation.
    pub organisation: OrganisationId,
    /// Its place in the tree.
    pub path: OrganisationPath,
}

/// Who is in a team, beside the home branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRoster {
    /// The team.
    pub organisation: OrganisationId,
    /// Its people, sorted by id.
    pub members: Vec<MemberId>,
}

/// What one phone holds of the directory: its owner, the organisations of the owner's line and
/// those directly beneath an organisation the owner coordinates, and the members of a branch or team
/// that the owner coordinates or hosts. Never a city roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectorySlice {
    /// The city.
    pub city: City,
    /// The phone's owner.
    pub owner: Member,
    /// The owner's rights.
    pub grants: Vec<Grant>,
    /// The owner's organisations, the root first, then those directly beneath what the owner coordinates.
    pub organisations: Vec<Organisation>,
    /// The areas that those organisations and venues sit in, and the areas above them.
    pub areas: Vec<Area>,
    /// The venues of those organisations.
    pub venues: Vec<Venue>,
    /// The members of the branches and teams that the owner coordinates or hosts, sorted by name then
    /// id.
    pub members: Vec<Member>,
    /// Who of them is in which of those teams, in the order of the organisations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<TeamRoster>,
}

impl DirectorySlice {
    /// Returns an organisation of the slice.
    pub fn organisation(&self, id: OrganisationId) -> Option<&Organisation> {
        self.organisations
            .iter()
            .find(|organisation| organisation.id == id)
    }

    /// Returns a venue of the slice.
    pub fn venue(&self, id: VenueId) -> Option<&Venue> {
        self.venues.iter().find(|venue| venue.id == id)
    }

    /// Returns the members of a team that the owner coordinates or hosts, sorted by name then id.
    pub fn team_members(&self, team: OrganisationId) -> impl Iterator<Item = &Member> {
        let roster = self.teams.iter().find(|found| found.organisation == team);
        self.members.iter().filter(move |member| {
            roster.is_some_and(|roster| roster.members.binary_search(&member.id).is_ok())
        })
    }

    /// Returns the names of the county and the town that a division lies in, the county first.
    pub fn place(&self, code: &AreaCode) -> Vec<&str> {
        let mut names = Vec::new();
        let mut next = Some(code.clone());
        while let Some(code) = next.take() {
            let Some(area) = self.areas.iter().find(|area| area.code == code) else {
                break;
            };
            if matches!(area.level, AreaLevel::County | AreaLevel::Town) {
                names.push(area.name.as_str());
            }
            // A damaged tree could run in a circle; the levels above a village are three.
            if names.len() < 4 {
                next.clone_from(&area.parent);
            }
        }
        names.reverse();
        names
    }

    /// Tells whether the owner's home line (branch and ancestors) holds the organisation.
    pub fn in_home_line(&self, id: OrganisationId) -> bool {
        let home = self.organisation(self.owner.branch);
        match (home, self.organisation(id)) {
            (Some(home), Some(organisation)) => organisation.path.covers(&home.path),
            _ => false,
        }
    }
}

/// Returns a telephone number with its middle hidden: 13800008000 becomes 138****8000.
pub fn mask_phone(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    match digits.len() {
        0..=4 => "*".repeat(digits.len()),
        5..=7 => {
            let (head, _) = digits.split_at(digits.len() - 4);
            head.iter().chain(&['*'; 4]).collect()
        }
        length => {
            let head = &digits[..length - 8];
            head.iter()
                .chain(&['*'; 4])
                .chain(&digits[length - 4..])
                .collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_telephone_number_is_hidden() {
        assert_eq!(mask_phone("13800008000"), "138****8000");
        assert_eq!(mask_phone("0758-2812345"), "075****2345");
        assert_eq!(mask_phone("281234"), "28****");
        assert_eq!(mask_phone("110"), "***");
    }
}
