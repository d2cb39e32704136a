//! The people: whole rosters in a few towns, a handful elsewhere, and a coordinator for every
//! organisation that plans anything.

use std::collections::BTreeMap;

use shared::directory::City;
use shared::ids::{MemberId, OrganisationId};
use shared::words::Role;

use super::Persona;
use super::dice::{Dice, Part};
use super::texts::Texts;
use super::tree::{Node, Rank, Tree};
use crate::directory::{Appointment, Person, member_id};

/// The first of the persona branch's villages; communities have lower serials.
const PERSONA_VILLAGE: &str = "441204112200";
/// The members of the persona branch.
const PERSONA_MEMBERS: usize = 40;
/// How many of a hundred branches without a whole roster have no, one, two and three members.
const FEW: [usize; 4] = [35, 30, 20, 15];
/// Telephone numbers begin here and count up: 1380000xxxx, plainly made up.
const FIRST_PHONE: u64 = 13_800_000_000;

/// The people and their rights.
pub(super) struct Population {
    pub people: Vec<Person>,
    pub appointments: Vec<Appointment>,
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
            dice: Dice::new(seed, Part::People),
            texts,
            city,
            population: Self {
                people: Vec::new(),
                appointments: Vec::new(),
                personas: Vec::new(),
                coordinators: BTreeMap::new(),
                persona_branch: None,
            },
        };
        for node in &tree.nodes {
            match node.rank {
                Rank::City | Rank::CityOrgans | Rank::County | Rank::Town => {}
                Rank::Village => settler.village(node),
                Rank::Organs => settler.organs(node, tree),
            }
        }
        settler.population.appoint_personas(tree);
        settler.population
    }

    /// Returns some members of the persona branch, the coordinator and the first member among them
    /// and the second not.
    pub(super) fn invited(&self, branch: OrganisationId, count: usize) -> Vec<MemberId> {
        let persona = |key| {
            let mut personas = self.personas.iter();
            personas
                .find(|persona| persona.key == key)
                .map(|persona| persona.member)
        };
        let away = persona("member_2");
        let mut invited: Vec<MemberId> = [persona("branch_coordinator"), persona("member_1")]
            .into_iter()
            .flatten()
            .collect();
        for person in self.people.iter().filter(|person| person.branch == branch) {
            if invited.len() < count && Some(person.id) != away && !invited.contains(&person.id) {
                invited.push(person.id);
            }
        }
        invited
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

    /// Names the coordinators of the persona branch and of all above it, its host, and two of its
    /// members.
    fn appoint_personas(&mut self, tree: &Tree) {
        let Some(branch) = tree.nodes.iter().find(|node| is_persona(node)) else {
            return;
        };
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
    }
}

struct Settler<'c> {
    dice: Dice,
    texts: &'c Texts,
    city: &'c City,
    population: Population,
}

impl Settler<'_> {
    fn village(&mut self, node: &Node) {
        let count = if is_persona(node) {
            PERSONA_MEMBERS
        } else if node.full {
            24 + self.dice.below(13)
        } else {
            self.few()
        };
        let members = self.settle(node.organisation.id, count);
        if let Some(first) = members.first() {
            self.population
                .appoint(*first, Role::Coordinator, node.organisation.id);
        }
        if let (true, Some(second)) = (node.full, members.get(1)) {
            self.population
                .appoint(*second, Role::Host, node.organisation.id);
        }
    }

    /// Those at a committee: the first coordinates the branch, the second the committee above it.
    /// Of the city's bureaus the first has the city's coordinator as well.
    fn organs(&mut self, node: &Node, tree: &Tree) {
        let count = 3 + self.dice.below(2);
        let members = self.settle(node.organisation.id, count);
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

    fn settle(&mut self, branch: OrganisationId, count: usize) -> Vec<MemberId> {
        let mut members = Vec::with_capacity(count);
        for _ in 0..count {
            let number = self.population.people.len() + 1;
            let code = self
                .texts
                .pattern("member_code")
                .replace("{number}", &format!("{number:05}"));
            let id = member_id(&self.city.code, &code);
            // A few of the oldest have no telephone.
            let reachable = self.dice.chance(96);
            self.population.people.push(Person {
                id,
                code,
                name: self.texts.person(&mut self.dice),
                branch,
                phone: reachable.then(|| (FIRST_PHONE + number as u64).to_string()),
            });
            members.push(id);
        }
        members
    }
}

fn is_persona(node: &Node) -> bool {
    node.rank == Rank::Village && node.organisation.area.as_str() == PERSONA_VILLAGE
}
