//! What was asked of communities and teams in the years before, and what they answered: the same
//! stories as in the last weeks, by everybody but the personas.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use shared::ids::{MemberId, OrganisationId, OrganisationPath};
use shared::time::Day;
use shared::words::ListingKind;

use super::clerk::{Clerk, Desk, Voice};
use super::wording::Wording;
use super::{Registrant, Survey, Unit, lists, registrations, services};
use crate::demo::dice::{Dice, Part};
use crate::demo::tree::{Node, Rank};
use crate::demo::{DemoStatement, Founding, Totals};

/// What is younger may still wait; of that so many in a hundred do.
const OPEN_DAYS: i32 = 21;
const WAITING: usize = 30;
/// Of a hundred services so many are told by a team, of three to eight people.
const BY_TEAM: usize = 12;
const TEAM_LEAST: usize = 3;
/// Steps through the roster, so that nobody registers twice: primes, of which one at least does not
/// divide the number of members.
const STEPS: [usize; 2] = [104_729, 7_919];

pub(in crate::demo) struct Past<'c> {
    clerk: Clerk<'c>,
    survey: Survey<'c>,
    /// Communities with a team, by path; those of each county stand together.
    communities: Vec<Community>,
    counties: BTreeMap<OrganisationPath, Range<usize>>,
    /// How many communities the whole city has.
    whole: usize,
    /// The members, and how many of them have registered.
    members: Vec<(MemberId, OrganisationId)>,
    registered: usize,
    homes: BTreeMap<OrganisationId, &'c Node>,
    units: std::vec::IntoIter<(Unit, OrganisationPath)>,
}

/// A community with its team.
struct Community {
    desk: Desk,
    team: Desk,
    people: Vec<MemberId>,
}

impl<'c> Past<'c> {
    pub(in crate::demo) fn new(founding: &'c Founding, told: &OrganisationPath) -> Self {
        let (tree, population) = (&founding.tree, &founding.population);
        let survey = Survey::of(&founding.texts, tree, population);
        let wording: &'c Wording = &founding.wording;
        let dice = Dice::new(founding.seed, Part::Past);
        let personas: BTreeSet<MemberId> = population
            .personas
            .iter()
            .map(|persona| persona.member)
            .collect();
        let stage = Stage::of(&survey, told, &personas);
        let homes: BTreeMap<OrganisationId, &Node> = tree
            .nodes
            .iter()
            .map(|node| (node.organisation.id, node))
            .collect();
        let is_told = |branch: &OrganisationId| {
            let home = homes.get(branch);
            home.is_some_and(|node| told.covers(&node.organisation.path))
        };
        let people = population.people.iter();
        let members = people
            .filter(|person| is_told(&person.branch) && !personas.contains(&person.id))
            .map(|person| (person.id, person.branch))
            .collect();
        let units = units(&survey, told);
        Self {
            clerk: Clerk::new(dice, founding.today, wording, population),
            survey,
            communities: stage.communities,
            counties: stage.counties,
            whole: stage.whole,
            members,
            registered: 0,
            homes,
            units: units.into_iter(),
        }
    }

    /// Returns what is said about requests of some days, of which the whole city has `wanted`.
    pub(in crate::demo) fn of_days(
        &mut self,
        first: Day,
        last: Day,
        wanted: &Totals,
    ) -> Vec<DemoStatement> {
        if self.communities.is_empty() {
            return Vec::new();
        }
        let share = |count: usize| count * self.communities.len() / self.whole.max(1);
        let [members, units, listings, served] = [
            wanted.member_registrations,
            wanted.organisation_registrations,
            wanted.listings,
            wanted.services,
        ]
        .map(share);
        let newest = self.clerk.today.0 - last.0;
        let width = usize::try_from(last.0 - first.0 + 1).unwrap_or(1);
        let days =
            |clerk: &mut Clerk<'_>| newest + i32::try_from(clerk.dice.below(width)).unwrap_or(0);
        for _ in 0..members {
            let ago = days(&mut self.clerk);
            self.register(ago);
        }
        for _ in 0..units {
            let ago = days(&mut self.clerk);
            self.register_unit(ago);
        }
        for _ in 0..listings {
            let ago = days(&mut self.clerk);
            self.list(ago);
        }
        let mut told = 0;
        while told < served {
            let ago = days(&mut self.clerk);
            told += self.serve(ago);
        }
        std::mem::take(&mut self.clerk.written)
    }

    fn register(&mut self, days: i32) {
        if self.registered == self.members.len() {
            return;
        }
        let count = self.members.len();
        let step = STEPS.into_iter().find(|step| !count.is_multiple_of(*step));
        let place = self.registered * step.unwrap_or(1) % count;
        self.registered += 1;
        let (member, branch) = self.members[place];
        let Some(home) = self.homes.get(&branch).copied() else {
            return;
        };
        let workplace = match home.rank {
            Rank::Organs | Rank::Unit => Some(self.survey.workplace(home)),
            Rank::City
            | Rank::CityOrgans
            | Rank::County
            | Rank::Town
            | Rank::Village
            | Rank::Team => None,
        };
        let registrant = Registrant {
            member,
            branch: home.organisation.name.clone(),
            workplace,
        };
        let path = &home.organisation.path;
        let desks = [self.near(path), self.near(path)];
        let gap = self.gap(days);
        registrations::of_past(&mut self.clerk, &registrant, desks, (days, gap));
    }

    fn register_unit(&mut self, days: i32) {
        let Some((unit, path)) = self.units.next() else {
            return;
        };
        let desk = self.near(&path);
        let gap = self.gap(days);
        registrations::unit_of_past(&mut self.clerk, &unit, desk, (days, gap));
    }

    fn list(&mut self, days: i32) {
        let place = self.clerk.dice.below(self.communities.len());
        let community = &self.communities[place];
        let kind = *self.clerk.dice.pick(ListingKind::ALL);
        let count = self.clerk.dice.below(4);
        let people = (0..count).filter_map(|_| {
            let people = &community.people;
            (!people.is_empty()).then(|| *self.clerk.dice.pick(people))
        });
        let people: BTreeSet<MemberId> = people.collect();
        let voices = people.into_iter().map(Voice::Member).collect();
        lists::of_past(&mut self.clerk, community.desk, kind, voices, days);
    }

    /// Enters a service, and returns of how many it is.
    fn serve(&mut self, days: i32) -> usize {
        let gap = self.gap(days);
        let place = self.clerk.dice.below(self.communities.len());
        let community = &self.communities[place];
        if community.people.is_empty() {
            return 1;
        }
        let (desk, team) = (community.desk, community.team);
        if self.clerk.dice.chance(BY_TEAM) {
            let count = TEAM_LEAST + self.clerk.dice.below(6);
            let first = self.clerk.dice.below(community.people.len());
            let people = community.people.iter().cycle().skip(first);
            let people: Vec<MemberId> = people
                .take(count.min(community.people.len()))
                .copied()
                .collect();
            let count = people.len();
            services::of_past_together(&mut self.clerk, (team, desk), people, (days, gap));
            return count;
        }
        let dice = &mut self.clerk.dice;
        let member = community.people[dice
            .below(community.people.len())
            .min(dice.below(community.people.len()))];
        let to = if dice.chance(40) { desk } else { team };
        services::of_past(&mut self.clerk, member, to, (days, gap));
        1
    }

    /// A community of the county, or any where the county is not told of.
    fn near(&mut self, path: &OrganisationPath) -> Desk {
        let all = 0..self.communities.len();
        let county = self.counties.get(&county_of(path)).cloned();
        let range = county.unwrap_or(all);
        let place = range.start + self.clerk.dice.below(range.len());
        self.communities[place].desk
    }

    /// After how many days something is answered; none when it waits.
    fn gap(&mut self, days: i32) -> Option<i32> {
        let gap = 1 + i32::try_from(self.clerk.dice.below(6)).unwrap_or(0);
        let waits = days <= OPEN_DAYS && self.clerk.dice.chance(WAITING);
        (!waits && gap + 2 <= days).then_some(gap)
    }
}

/// Where requests go.
struct Stage {
    communities: Vec<Community>,
    counties: BTreeMap<OrganisationPath, Range<usize>>,
    whole: usize,
}

impl Stage {
    /// The communities with a team; what comes to the personas' and its neighbour is told by hand.
    fn of(survey: &Survey<'_>, told: &OrganisationPath, personas: &BTreeSet<MemberId>) -> Self {
        let cast = survey.cast();
        let by_hand =
            cast.map(|cast| [cast.community, cast.neighbour].map(|desk| desk.organisation));
        let mut stage = Self {
            communities: Vec::new(),
            counties: BTreeMap::new(),
            whole: 0,
        };
        for node in survey.tree.nodes.iter().filter(|node| node.team.is_some()) {
            stage.whole += 1;
            let organisation = &node.organisation;
            let is_by_hand = by_hand.iter().flatten().any(|id| *id == organisation.id);
            if is_by_hand || !told.covers(&organisation.path) {
                continue;
            }
            if let Some((desk, team)) = survey.desk(node).zip(survey.team(node)) {
                let people = survey.members_of(node).iter().copied();
                let at = stage.communities.len();
                let county = county_of(&organisation.path);
                stage.counties.entry(county).or_insert(at..at).end = at + 1;
                stage.communities.push(Community {
                    desk,
                    team,
                    people: people.filter(|member| !personas.contains(member)).collect(),
                });
            }
        }
        stage
    }
}

/// The units that sit in counties and towns: those of the city are the personas'.
fn units(survey: &Survey<'_>, told: &OrganisationPath) -> Vec<(Unit, OrganisationPath)> {
    let of_city = survey.tree.nodes.iter();
    let of_city: BTreeSet<&OrganisationPath> = of_city
        .filter(|node| node.rank == Rank::CityOrgans)
        .map(|node| &node.organisation.path)
        .collect();
    let is_unit = |node: &&Node| {
        let path = &node.organisation.path;
        matches!(node.rank, Rank::Organs | Rank::Unit)
            && told.covers(path)
            && path.parent().is_some_and(|above| !of_city.contains(&above))
    };
    let unit = |node: &Node| {
        let unit = Unit {
            desk: survey.desk(node)?,
            name: survey.workplace(node),
            registrants: Vec::new(),
        };
        Some((unit, node.organisation.path.clone()))
    };
    let nodes = survey.tree.nodes.iter();
    nodes.filter(is_unit).filter_map(unit).collect()
}

/// The part of a path that tells the county.
fn county_of(path: &OrganisationPath) -> OrganisationPath {
    let mut line = path.line();
    line.nth(1).unwrap_or_else(|| path.clone())
}
