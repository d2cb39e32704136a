//! The organisation tree, its teams and its venues. A tree of its own: the high-tech zone's committee stands
//! beneath the city's, though its area lies in Sihui.

mod units;

use shared::directory::{Area, City, Organisation, Venue};
use shared::ids::{AreaCode, OrganisationId, OrganisationPath, VenueId};
use shared::words::{OrganisationKind, VenueKind};

use super::dice::{Dice, Part};
use super::gazetteer::TownKind;
use super::places::{Places, TownPlace};
use super::share::Share;
use super::texts::Texts;
use crate::directory::{organisation_id, venue_id};

/// The towns whose branches have whole rosters: both Huilong, both Kengkou, one of the city's
/// subdistricts and the high-tech zone.
const FULL_TOWNS: [&str; 6] = [
    "441204112",
    "441226102",
    "441203001",
    "441223107",
    "441202001",
    "441284450",
];

/// The venues of the city at all four levels, in numbers of the reference: a few villages meet in the
/// town's hall, and two have their service centre together with a neighbour.
const HALLS: usize = 1_552;
const SERVICE_CENTRES: usize = 1_554;
/// The vanguard teams, one in each community and the others in villages whose branches have whole
/// rosters; and how many have a provisional branch beside them.
const TEAMS: usize = 327;
const PROVISIONAL_BRANCHES: usize = 308;

/// The organisation tree.
pub(super) struct Tree {
    /// The organisations, each after the one above it.
    pub nodes: Vec<Node>,
    /// Their venues.
    pub venues: Vec<Venue>,
}

/// An organisation with what the rest of the city needs to know of it.
pub(super) struct Node {
    pub organisation: Organisation,
    pub rank: Rank,
    /// Whether a branch has its whole roster.
    pub full: bool,
    /// The team of the community.
    pub team: Option<Team>,
    /// Where it meets: its own hall, or that of the organisation above.
    pub hall: VenueId,
    /// Where a town trains.
    pub school: Option<VenueId>,
}

/// The vanguard team of a community.
#[derive(Clone, Copy)]
pub(super) struct Team {
    pub organisation: OrganisationId,
    /// The branch beside it that its members form.
    pub provisional_branch: Option<OrganisationId>,
}

/// What an organisation is in the demo city.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    City,
    /// The committee over the city's own bureaus.
    CityOrgans,
    /// A county's committee or the high-tech zone's.
    County,
    Town,
    Village,
    /// The branch of those who work at a committee or bureau.
    Organs,
    /// The branch of a school, an enterprise or another unit that sits in a town.
    Unit,
    /// A vanguard team, or the provisional branch beside it.
    Team,
}

impl Tree {
    /// Makes the tree.
    pub(super) fn generate(seed: u64, texts: &Texts, city: &City, places: &Places) -> Self {
        let is_full = |town: &TownPlace| FULL_TOWNS.contains(&town.area.code.as_str());
        let towns = places.towns.iter();
        let sparse = towns.clone().filter(|town| !is_full(town));
        let sparse = sparse
            .map(|town| town.villages.len() - town.communities)
            .sum();
        let committees = 1 + places.counties.len() + places.towns.len();
        let villages: usize = towns.clone().map(|town| town.villages.len()).sum();
        let communities: usize = towns.map(|town| town.communities).sum();
        let mut grower = Grower {
            without_hall: Share::new((committees + villages).saturating_sub(HALLS), sparse),
            without_centre: Share::new(villages.saturating_sub(SERVICE_CENTRES), sparse),
            with_branch: Share::new(PROVISIONAL_BRANCHES, TEAMS),
            village_teams: TEAMS.saturating_sub(communities),
            dice: Dice::new(seed, Part::Tree),
            texts,
            city,
            tree: Self {
                nodes: Vec::new(),
                venues: Vec::new(),
            },
        };
        grower.city(places);
        grower.tree
    }

    fn grow(&mut self, city: &City, seedling: Seedling<'_>) -> usize {
        let above = seedling.above.map(|index| &self.nodes[index]);
        let prefix = above.map_or("", |above| above.organisation.path.as_str());
        let path = OrganisationPath::parse(&format!("{prefix}{}", step(seedling.number)))
            .expect("three letters or digits a level are a path");
        let id = organisation_id(&city.code, &path);
        let hall = above.map_or_else(|| venue_id(&city.code, id, 1), |above| above.hall);
        self.nodes.push(Node {
            organisation: Organisation {
                id,
                path,
                name: seedling.name,
                kind: seedling.kind,
                area: seedling.area.clone(),
            },
            rank: seedling.rank,
            full: false,
            team: None,
            hall,
            school: None,
        });
        self.nodes.len() - 1
    }
}

struct Grower<'c> {
    dice: Dice,
    texts: &'c Texts,
    city: &'c City,
    tree: Tree,
    without_hall: Share,
    without_centre: Share,
    with_branch: Share,
    /// Teams that villages have yet to get.
    village_teams: usize,
}

/// What a new organisation is.
struct Seedling<'c> {
    /// The index of the one above.
    above: Option<usize>,
    /// Its number beneath that.
    number: usize,
    kind: OrganisationKind,
    rank: Rank,
    name: String,
    area: &'c AreaCode,
}

impl<'c> Grower<'c> {
    fn city(&mut self, places: &'c Places) {
        let root = self.grow(Seedling {
            above: None,
            number: 1,
            kind: OrganisationKind::Committee,
            rank: Rank::City,
            name: self.texts.named("city_committee", &self.city.name),
            area: &self.city.code,
        });
        self.hall(root, &self.city.name);
        let mut number = 0;
        for county in &places.counties {
            number += 1;
            let node = self.grow(Seedling {
                above: Some(root),
                number,
                kind: OrganisationKind::Committee,
                rank: Rank::County,
                name: self.texts.named("county_committee", &county.name),
                area: &county.code,
            });
            self.hall(node, &county.name);
            let towns = places.towns.iter().filter(|town| {
                town.kind != TownKind::FunctionalZone
                    && town.area.parent.as_ref() == Some(&county.code)
            });
            let mut last = 0;
            for town in towns {
                last += 1;
                self.town(node, last, town);
            }
            self.organs(node, last + 1, &county.name, &county.code);
        }
        for zone in places
            .towns
            .iter()
            .filter(|town| town.kind == TownKind::FunctionalZone)
        {
            number += 1;
            self.zone(root, number, zone);
        }
        self.city_organs(root, number + 1);
        self.education_bases(root, places);
    }

    fn town(&mut self, county: usize, number: usize, town: &'c TownPlace) {
        let (kind, pattern) = match town.kind {
            TownKind::Subdistrict | TownKind::FunctionalZone => {
                (OrganisationKind::WorkCommittee, "town_work_committee")
            }
            TownKind::Town | TownKind::EthnicTownship => {
                (OrganisationKind::Committee, "town_committee")
            }
        };
        let node = self.grow(Seedling {
            above: Some(county),
            number,
            kind,
            rank: Rank::Town,
            name: self.texts.named(pattern, &town.area.name),
            area: &town.area.code,
        });
        self.hall(node, &town.area.name);
        let school = self.venue(
            node,
            2,
            VenueKind::PartySchool,
            "party_school",
            &town.area.name,
        );
        self.tree.nodes[node].school = Some(school);
        self.villages(node, town);
    }

    /// The high-tech zone has no town between its committee and its communities.
    fn zone(&mut self, root: usize, number: usize, zone: &'c TownPlace) {
        let node = self.grow(Seedling {
            above: Some(root),
            number,
            kind: OrganisationKind::WorkCommittee,
            rank: Rank::County,
            name: self.texts.named("zone_committee", &zone.area.name),
            area: &zone.area.code,
        });
        self.hall(node, &zone.area.name);
        self.villages(node, zone);
    }

    fn villages(&mut self, above: usize, town: &'c TownPlace) {
        let full = FULL_TOWNS.contains(&town.area.code.as_str());
        for (index, village) in town.villages.iter().enumerate() {
            let (kind, pattern) = if self.dice.chance(30) {
                (OrganisationKind::GeneralBranch, "village_general_branch")
            } else {
                (OrganisationKind::Branch, "village_branch")
            };
            let node = self.grow(Seedling {
                above: Some(above),
                number: index + 1,
                kind,
                rank: Rank::Village,
                name: self.texts.named(pattern, &village.name),
                area: &village.code,
            });
            self.tree.nodes[node].full = full;
            let is_community = index < town.communities;
            let is_sparse = !full && !is_community;
            if !(is_sparse && self.without_hall.next()) {
                self.hall(node, &village.name);
            }
            if !(is_sparse && self.without_centre.next()) {
                let kind = VenueKind::ServiceCentre;
                self.venue(node, 2, kind, "service_centre", &village.name);
            }
            if is_community {
                self.team(node, village);
            } else if full && self.village_teams > 0 {
                self.village_teams -= 1;
                self.team(node, village);
            }
        }
        self.organs(
            above,
            town.villages.len() + 1,
            &town.area.name,
            &town.area.code,
        );
    }

    fn team(&mut self, above: usize, village: &'c Area) {
        let with_branch = self.with_branch.next();
        let mut grow = |number, kind, pattern| {
            let node = self.grow(Seedling {
                above: Some(above),
                number,
                kind,
                rank: Rank::Team,
                name: self.texts.named(pattern, &village.name),
                area: &village.code,
            });
            self.tree.nodes[node].organisation.id
        };
        let organisation = grow(1, OrganisationKind::VanguardTeam, "vanguard_team");
        let provisional_branch =
            with_branch.then(|| grow(2, OrganisationKind::ProvisionalBranch, "provisional_branch"));
        self.tree.nodes[above].team = Some(Team {
            organisation,
            provisional_branch,
        });
    }

    fn city_organs(&mut self, root: usize, number: usize) {
        let committee = self.grow(Seedling {
            above: Some(root),
            number,
            kind: OrganisationKind::WorkCommittee,
            rank: Rank::CityOrgans,
            name: self.texts.named("organs_committee", &self.city.name),
            area: &self.city.code,
        });
        for (index, bureau) in self.texts.units.bureaus.iter().enumerate() {
            self.organs(committee, index + 1, bureau, &self.city.code);
        }
    }

    fn organs(&mut self, above: usize, number: usize, name: &str, area: &'c AreaCode) {
        self.grow(Seedling {
            above: Some(above),
            number,
            kind: OrganisationKind::Branch,
            rank: Rank::Organs,
            name: self.texts.named("organs_branch", name),
            area,
        });
    }

    fn education_bases(&mut self, root: usize, places: &Places) {
        for (index, name) in (1_u32..).zip(&self.texts.units.edu_bases) {
            let organisation = self.tree.nodes[root].organisation.id;
            self.tree.venues.push(Venue {
                id: venue_id(&self.city.code, organisation, index + 1),
                name: name.clone(),
                kind: VenueKind::EduBase,
                area: self.dice.pick(&places.counties).code.clone(),
                organisation,
            });
        }
    }

    fn grow(&mut self, seedling: Seedling<'_>) -> usize {
        self.tree.grow(self.city, seedling)
    }

    fn hall(&mut self, node: usize, name: &str) {
        self.tree.nodes[node].hall = self.venue(node, 1, VenueKind::Hall, "hall", name);
    }

    fn venue(
        &mut self,
        node: usize,
        number: u32,
        kind: VenueKind,
        pattern: &str,
        name: &str,
    ) -> VenueId {
        let organisation = &self.tree.nodes[node].organisation;
        let id = venue_id(&self.city.code, organisation.id, number);
        self.tree.venues.push(Venue {
            id,
            name: self.texts.named(pattern, name),
            kind,
            area: organisation.area.clone(),
            organisation: organisation.id,
        });
        id
    }
}

/// Returns a number as one level of a path: three capital letters or digits, 001 to ZZZ.
fn step(number: usize) -> String {
    const SIGNS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    [number / 36 / 36 % 36, number / 36 % 36, number % 36]
        .map(|sign| char::from(SIGNS[sign]))
        .iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_of_a_path_counts_in_base_36() {
        assert_eq!([1, 10, 36, 46_655].map(step), ["001", "00A", "010", "ZZZ"]);
    }
}
