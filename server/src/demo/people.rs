//! The people: whole rosters in a few towns and wherever there is a team, a handful elsewhere, and a
//! coordinator for every organisation that plans anything. The members of a community's branch are
//! its team.

use std::collections::{BTreeMap, BTreeSet};

use shared::directory::City;
use shared::ids::{MemberId, OrganisationId, OrganisationPath};
use shared::words::Role;

use super::Persona;
use super::dice::{Dice, Part};
use super::texts::Texts;
use super::tree::{Node, Rank, Team, Tree};
use crate::directory::{Appointment, Membership, Person, member_id};

/// The first of the persona branch's villages; communities have lower serials.
const PERSONA_VILLAGE: &str = "441204112200";
/// The members of the persona branch.
const PERSONA_MEMBERS: usize = 40;
/// How many of a hundred branches without a whole roster have no, one, two and three members.
const FEW: [usize; 4] = [35, 30, 20, 15];
/// The members of all teams together.
const TEAM_MEMBERS: usize = 15_000;
/// How far a team's size is from the even share.
const TEAM_VARIETY: usize = 6;
/// Who of a team's branch leads it: after the branch's coordinator, its host and two members.
const LEADER: usize = 4;
/// Who of a team is in the next one of the town as well.
const NEIGHBOUR: usize = 5;
/// How many of a hundred have a telephone, where it may be needed and elsewhere: the numbers of the
/// form 1380000xxxx are ten thousand.
const REACHABLE: usize = 96;
const REACHABLE_IN_TEAMS: usize = 35;
/// Telephone numbers begin here and count up: 1380000xxxx, plainly made up.
const FIRST_PHONE: u64 = 13_800_000_000;

/// The people and their rights.
pub(super) struct Population {
    pub people: Vec<Person>,
    pub appointments: Vec<Appointment>,
    pub memberships: Vec<Membership>,
    pub personas: Vec<Persona>,
    /// Who coordinates each organisation that has anyone.
    pub coordinators: BTreeMap<OrganisationId, MemberId>,
    /// The branch that the personas belong to.
    pub persona_branch: Option<OrganisationId>,
}

impl Population {
    /// Makes the people of a tree.
    pub(super) fn generate(seed: u64, texts: &Texts, city: &City, tree: &Tree) -> Self {
        let mut settler = Settler {
            teams_left: tree.nodes.iter().filter(|node| node.team.is_some()).count(),
            places_left: TEAM_MEMBERS,
            phones: 0,
            neighbour: None,
            dice: Dice::new(seed, Part::People),
            texts,
            city,
            population: Self {
                people: Vec::new(),
                appointments: Vec::new(),
                memberships: Vec::new(),
                personas: Vec::new(),
                coordinators: BTreeMap::new(),
                persona_branch: None,
            },
        };
        for node in &tree.nodes {
            match node.rank {
                Rank::City
                | Rank::CityOrgans
                | Rank::County
                | Rank::Town
                | Rank::Unit
                | Rank::Team => {}
                Rank::Village => settler.village(node),
                Rank::Organs => settler.organs(node, tree),
            }
        }
        settler.population.appoint_personas(tree);
        settler.population
    }

    /// Adds members to the branches of villages and units until the city has as many as it should, and
    /// names a coordinator and a host wherever there is none.
    #[must_use]
    pub(super) fn grown(
        self,
        seed: u64,
        texts: &Texts,
        city: &City,
        tree: &Tree,
        people: usize,
    ) -> Self {
        let mut dice = Dice::new(seed, Part::Growth);
        let weigh = |node: &Node| match node.rank {
            Rank::Village => Some(40 + dice.below(121)),
            Rank::Organs | Rank::Unit => Some(10 + dice.below(31)),
            Rank::City | Rank::CityOrgans | Rank::County | Rank::Town | Rank::Team => None,
        };
        let weights: Vec<Option<usize>> = tree.nodes.iter().map(weigh).collect();
        let whole: usize = weights.iter().flatten().sum();
        let missing = people.saturating_sub(self.people.len());
        let mut first: BTreeMap<OrganisationId, MemberId> = BTreeMap::new();
        for person in &self.people {
            first.entry(person.branch).or_insert(person.id);
        }
        let rights = self.appointments.iter();
        let staffed: BTreeSet<(OrganisationId, Role)> = rights
            .map(|right| (right.organisation, right.role))
            .collect();
        let mut settler = Settler {
            teams_left: 0,
            places_left: 0,
            phones: 0,
            neighbour: None,
            dice,
            texts,
            city,
            population: self,
        };
        let mut before = 0;
        for (node, weight) in tree.nodes.iter().zip(weights) {
            let Some(weight) = weight else { continue };
            let share = (before + weight) * missing / whole - before * missing / whole;
            before += weight;
            let branch = node.organisation.id;
            let members = settler.settle(branch, share, 0);
            let held = first.get(&branch).copied();
            let mut staff = held.into_iter().chain(members);
            for role in [Role::Coordinator, Role::Host] {
                let next = staff.next().filter(|_| !staffed.contains(&(branch, role)));
                if let Some(member) = next {
                    settler.population.appoint(member, role, branch);
                }
            }
        }
        settler.population
    }

    /// Returns some members of the persona branch, the coordinator and the first member among them
    /// and the second not.
    pub(super) fn invited(&self, branch: OrganisationId, count: usize) -> Vec<MemberId> {
        let away = self.persona("member_2");
        let known = [self.persona("branch_coordinator"), self.persona("member_1")];
        let mut invited: Vec<MemberId> = known.into_iter().flatten().collect();
        for person in self.people.iter().filter(|person| person.branch == branch) {
            if invited.len() < count && Some(person.id) != away && !invited.contains(&person.id) {
                invited.push(person.id);
            }
        }
        invited
    }

    /// Returns who shows what a key names.
    pub(super) fn persona(&self, key: &str) -> Option<MemberId> {
        let mut personas = self.personas.iter();
        let found = personas.find(|persona| persona.key == key);
        found.map(|persona| persona.member)
    }

    fn appoint(&mut self, member: MemberId, role: Role, organisation: OrganisationId) {
        self.appointments.push(Appointment {
            member,
            role,
            organisation,
        });
        if role == Role::Coordinator {
            self.coordinators.insert(organisation, member);
        }
    }

    /// Names the coordinators of the persona branch and of all above it, its host, two of its
    /// members, the leader of its team, and who acts for a unit that registered there.
    fn appoint_personas(&mut self, tree: &Tree) {
        let Some(branch) = tree.nodes.iter().find(|node| is_persona(node)) else {
            return;
        };
        let team = branch.team.map(|team| team.organisation);
        let branch = &branch.organisation;
        self.persona_branch = Some(branch.id);
        let keys = [
            "city_coordinator",
            "county_coordinator",
            "town_coordinator",
            "branch_coordinator",
        ];
        for (key, path) in keys.into_iter().zip(branch.path.line()) {
            let line = tree
                .nodes
                .iter()
                .find(|node| node.organisation.path == path);
            let organisation = line.map_or(branch.id, |node| node.organisation.id);
            if let Some(member) = self.coordinators.get(&organisation) {
                self.personas.push(Persona {
                    key,
                    member: *member,
                    organisation,
                });
            }
        }
        self.personas.reverse();
        // The first two of the branch are its coordinator and its host.
        let people = self
            .people
            .iter()
            .filter(|person| person.branch == branch.id)
            .skip(1);
        let keys = ["branch_host", "member_1", "member_2"];
        for (key, person) in keys.into_iter().zip(people) {
            self.personas.push(Persona {
                key,
                member: person.id,
                organisation: branch.id,
            });
        }
        let unit = tree.units().next().map(|node| node.organisation.id);
        let keys = ["team_leader", "unit_coordinator"];
        for (key, organisation) in keys.into_iter().zip([team, unit]) {
            let leads = organisation.and_then(|id| Some((id, *self.coordinators.get(&id)?)));
            if let Some((organisation, member)) = leads {
                self.personas.push(Persona {
                    key,
                    member,
                    organisation,
                });
            }
        }
    }
}

struct Settler<'c> {
    dice: Dice,
    texts: &'c Texts,
    city: &'c City,
    population: Population,
    /// Teams and places in teams that are yet to be filled.
    teams_left: usize,
    places_left: usize,
    /// Telephone numbers given.
    phones: u64,
    /// Who of the last team is in the next one as well, if that is beneath the same committee.
    neighbour: Option<(Option<OrganisationPath>, MemberId)>,
}

impl Settler<'_> {
    fn village(&mut self, node: &Node) {
        let count = if is_persona(node) {
            PERSONA_MEMBERS
        } else if node.team.is_some() {
            self.team_size()
        } else if node.full {
            24 + self.dice.below(13)
        } else {
            self.few()
        };
        let reachable = if node.full || node.team.is_none() {
            REACHABLE
        } else {
            REACHABLE_IN_TEAMS
        };
        let members = self.settle(node.organisation.id, count, reachable);
        if let Some(team) = node.team {
            self.team(node, team, &members);
        }
        if let Some(first) = members.first() {
            self.population
                .appoint(*first, Role::Coordinator, node.organisation.id);
        }
        if let (true, Some(second)) = (node.full, members.get(1)) {
            self.population
                .appoint(*second, Role::Host, node.organisation.id);
        }
    }

    /// The next team's share of the places left; the last has all of them.
    fn team_size(&mut self) -> usize {
        let even = self.places_left / self.teams_left.max(1);
        if self.teams_left > 1 {
            even + self.dice.below(2 * TEAM_VARIETY + 1) - TEAM_VARIETY.min(even)
        } else {
            even
        }
    }

    /// Puts a branch's members into the community's team and the branch that they form.
    fn team(&mut self, node: &Node, team: Team, members: &[MemberId]) {
        self.places_left = self.places_left.saturating_sub(members.len());
        self.teams_left -= 1;
        let town = node.organisation.path.parent();
        let neighbour = self
            .neighbour
            .take()
            .filter(|(beneath, _)| *beneath == town);
        let neighbour = neighbour.map(|(_, member)| member);
        for organisation in [Some(team.organisation), team.provisional_branch] {
            let Some(organisation) = organisation else {
                continue;
            };
            let places = members.iter().chain(&neighbour).map(|member| Membership {
                member: *member,
                organisation,
            });
            self.population.memberships.extend(places);
            if let Some(leader) = members.get(LEADER) {
                self.population
                    .appoint(*leader, Role::Coordinator, organisation);
            }
        }
        self.neighbour = members.get(NEIGHBOUR).map(|member| (town, *member));
    }

    /// Those at a committee: the first coordinates the branch, the second the committee above it.
    /// Of the city's bureaus the first has the city's coordinator as well.
    fn organs(&mut self, node: &Node, tree: &Tree) {
        let count = 3 + self.dice.below(2);
        let members = self.settle(node.organisation.id, count, REACHABLE);
        let path = &node.organisation.path;
        let at = |path| {
            tree.nodes
                .iter()
                .find(|node| node.organisation.path == path)
        };
        let above = path.parent().and_then(at);
        let root = above
            .filter(|above| above.rank == Rank::CityOrgans)
            .and(tree.nodes.first());
        let line = [Some(node), above, root];
        for (member, node) in members.into_iter().zip(line) {
            let Some(node) = node else { continue };
            let organisation = node.organisation.id;
            if !self.population.coordinators.contains_key(&organisation) {
                self.population
                    .appoint(member, Role::Coordinator, organisation);
            }
        }
    }

    fn few(&mut self) -> usize {
        let mut rest = self.dice.below(FEW.iter().sum());
        for (count, share) in FEW.into_iter().enumerate() {
            if rest < share {
                return count;
            }
            rest -= share;
        }
        0
    }

    /// Adds members of a branch, of whom so many in a hundred have a telephone.
    fn settle(&mut self, branch: OrganisationId, count: usize, reachable: usize) -> Vec<MemberId> {
        let mut members = Vec::with_capacity(count);
        for _ in 0..count {
            let number = self.population.people.len() + 1;
            let code = self
                .texts
                .pattern("member_code")
                .replace("{number}", &format!("{number:05}"));
            let id = member_id(&self.city.code, &code);
            let phone = self.dice.chance(reachable).then(|| {
                self.phones += 1;
                (FIRST_PHONE + self.phones).to_string()
            });
            self.population.people.push(Person {
                id,
                code,
                name: self.texts.person(&mut self.dice),
                branch,
                phone,
            });
            members.push(id);
        }
        members
    }
}

fn is_persona(node: &Node) -> bool {
    node.rank == Rank::Village && node.organisation.area.as_str() == PERSONA_VILLAGE
}
