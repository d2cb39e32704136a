//! Who holds lectures, where, how often, and who may come.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use shared::ids::{MemberId, OrganisationId, OrganisationPath, VenueId};
use shared::words::{Role, VenueKind};

use crate::demo::dice::{Dice, Part};
use crate::demo::people::Population;
use crate::demo::tree::{Node, Rank, Tree};

/// How often each rank holds something, where 100 is a village.
const fn pace(rank: Rank) -> usize {
    match rank {
        Rank::Village => 100,
        Rank::Organs => 50,
        Rank::Town => 250,
        Rank::County | Rank::City => 500,
        Rank::CityOrgans => 200,
        Rank::Unit | Rank::Team => 0,
    }
}

/// Of a hundred houses so many are used so often, in hundredths.
const USE: [(usize, usize); 5] = [(6, 3), (12, 30), (52, 100), (24, 140), (6, 220)];
/// Of a hundred houses so many have hardly been used lately.
const LEFT_LATELY: usize = 4;

/// An organisation that holds lectures.
pub(super) struct House {
    pub organisation: OrganisationId,
    pub rank: Rank,
    /// Who plans and settles, and under what name.
    pub by: MemberId,
    pub signed_by: String,
    /// Who hosts, with a phone that shows codes if that is no persona.
    pub host: MemberId,
    pub shows_codes: bool,
    /// Where it meets, the usual place first.
    pub venues: Vec<VenueId>,
    /// Who belongs to it or to what is beneath it, as places of the roster.
    pub people: Range<usize>,
    /// How often it holds something, and how often lately.
    pub weight: usize,
    pub weight_lately: usize,
    /// Whether its history is told, and not only counted.
    pub is_told: bool,
}

/// The houses and all who come to them.
pub(super) struct Houses {
    pub houses: Vec<House>,
    /// The members by the path of their branch, without the personas: what those did is told by hand.
    pub roster: Vec<MemberId>,
}

impl Houses {
    /// Returns the houses of a tree; told are those at and beneath `told`.
    pub(super) fn of(
        seed: u64,
        tree: &Tree,
        population: &Population,
        told: &OrganisationPath,
    ) -> Self {
        let personas: BTreeSet<MemberId> = population
            .personas
            .iter()
            .map(|persona| persona.member)
            .collect();
        let paths: BTreeMap<OrganisationId, &OrganisationPath> = tree
            .nodes
            .iter()
            .map(|node| (node.organisation.id, &node.organisation.path))
            .collect();
        let mut living: Vec<(&OrganisationPath, MemberId)> = population
            .people
            .iter()
            .filter(|person| !personas.contains(&person.id))
            .filter_map(|person| Some((*paths.get(&person.branch)?, person.id)))
            .collect();
        living.sort_by_key(|(path, _)| *path);
        let rights = population.appointments.iter();
        let hosts: BTreeMap<OrganisationId, MemberId> = rights
            .filter(|right| right.role == Role::Host)
            .map(|right| (right.organisation, right.member))
            .collect();
        let mut venues: BTreeMap<OrganisationId, Vec<VenueId>> = BTreeMap::new();
        for venue in &tree.venues {
            // The education bases are the city's and of whoever goes there.
            if venue.kind != VenueKind::EduBase {
                venues.entry(venue.organisation).or_default().push(venue.id);
            }
        }
        let people = population.people.iter();
        let names: BTreeMap<MemberId, &str> = people
            .map(|person| (person.id, person.name.as_str()))
            .collect();
        let mut dice = Dice::new(seed, Part::Houses);
        let house = |node: &Node| {
            let organisation = node.organisation.id;
            let by = *population.coordinators.get(&organisation)?;
            let host = hosts.get(&organisation).copied().unwrap_or(by);
            let own = venues.get(&organisation).into_iter().flatten().copied();
            let own = own.filter(|venue| *venue != node.hall);
            let path = &node.organisation.path;
            let (weight, weight_lately) = weigh(node.rank, &mut dice);
            (weight > 0).then(|| House {
                organisation,
                rank: node.rank,
                by,
                signed_by: names.get(&by).copied().unwrap_or_default().to_owned(),
                host,
                shows_codes: !personas.contains(&host),
                venues: [node.hall].into_iter().chain(own).collect(),
                people: beneath(&living, path),
                weight,
                weight_lately,
                is_told: told.covers(path),
            })
        };
        Self {
            houses: tree.nodes.iter().filter_map(house).collect(),
            roster: living.iter().map(|(_, member)| *member).collect(),
        }
    }

    /// Returns so many different people of a house, as far as it has them. Some come more often than
    /// others.
    pub(super) fn some(&self, house: &House, count: usize, dice: &mut Dice) -> Vec<MemberId> {
        let people = &self.roster[house.people.clone()];
        let count = count.min(people.len());
        let mut chosen: Vec<usize> = Vec::with_capacity(count);
        while chosen.len() < count {
            let mut place = dice.below(people.len()).min(dice.below(people.len()));
            while chosen.contains(&place) {
                place = (place + 1) % people.len();
            }
            chosen.push(place);
        }
        chosen.into_iter().map(|place| people[place]).collect()
    }
}

fn weigh(rank: Rank, dice: &mut Dice) -> (usize, usize) {
    let mut rest = dice.below(100);
    let is_left = dice.chance(LEFT_LATELY) && rank == Rank::Village;
    let mut used = 100;
    for (share, hundredths) in USE {
        if rest < share {
            used = hundredths;
            break;
        }
        rest -= share;
    }
    let weight = match rank {
        Rank::Village => pace(rank) * used,
        Rank::City
        | Rank::CityOrgans
        | Rank::County
        | Rank::Town
        | Rank::Organs
        | Rank::Unit
        | Rank::Team => pace(rank) * 100,
    };
    (weight, if is_left { weight / 50 } else { weight })
}

fn beneath(living: &[(&OrganisationPath, MemberId)], path: &OrganisationPath) -> Range<usize> {
    let first = living.partition_point(|(home, _)| *home < path);
    let after = living[first..].partition_point(|(home, _)| path.covers(home));
    first..first + after
}
