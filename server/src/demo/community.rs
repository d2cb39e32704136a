//! What communities and teams are asked and answer, and what stands on their lists: much around the
//! personas, so that whoever tries the city finds every screen filled, and a little in every fourth
//! community with a team.

mod clerk;
mod lists;
pub(super) mod past;
mod registrations;
mod services;
pub(super) mod wording;

use std::collections::BTreeMap;

use shared::ids::{MemberId, OrganisationId, OrganisationPath};
use shared::time::Day;

use super::DemoStatement;
use super::dice::{Dice, Part};
use super::people::Population;
use super::texts::Texts;
use super::tree::{Node, Rank, Tree};
use clerk::{Clerk, Desk};
use wording::Wording;

/// Of so many communities with a team one has something on its list.
const SPACING: usize = 4;

/// Makes what is said up to a day.
pub(super) fn generate(
    seed: u64,
    today: Day,
    (texts, wording): (&Texts, &Wording),
    tree: &Tree,
    population: &Population,
) -> Vec<DemoStatement> {
    let survey = Survey::of(texts, tree, population);
    let dice = Dice::new(seed, Part::Communities);
    let mut clerk = Clerk::new(dice, today, wording, population);
    let mut units = survey.units();
    if let Some(cast) = survey.cast() {
        let others = units.split_off(registrations::PERSONA_UNITS.min(units.len()));
        registrations::of_personas(&mut clerk, &cast, &units, &others);
        lists::of_personas(&mut clerk, &cast, &units);
        services::of_personas(&mut clerk, &cast);
        units = others;
    }
    for (index, place) in survey.places(units).into_iter().enumerate() {
        registrations::of_place(&mut clerk, &place, index);
        lists::of_place(&mut clerk, &place, index);
        services::of_place(&mut clerk, &place, index);
    }
    clerk.written
}

/// Who and what there is around the personas.
struct Cast {
    /// The personas' community.
    community: Desk,
    /// Another one of the town.
    neighbour: Desk,
    /// The town's committee.
    town: Desk,
    /// The community's team.
    team: Desk,
    /// The community's members, in the order of the roster.
    members: Vec<MemberId>,
    /// The personas who hold no office.
    first_member: Registrant,
    second_member: Registrant,
}

/// A community with a little of everything.
struct Place {
    community: Desk,
    team: Desk,
    members: Vec<MemberId>,
    /// Somebody at the town who lives there.
    registrant: Option<Registrant>,
    /// A unit that has its seat there.
    unit: Option<Unit>,
}

/// The branch of a bureau.
struct Unit {
    desk: Desk,
    name: String,
    /// Its members who may register where they live.
    registrants: Vec<Registrant>,
}

/// Somebody who may register where they live.
#[derive(Clone)]
struct Registrant {
    member: MemberId,
    branch: String,
    /// None of somebody who works elsewhere than the branch is.
    workplace: Option<String>,
}

/// The tree and its people, as far as it concerns communities.
struct Survey<'c> {
    texts: &'c Texts,
    tree: &'c Tree,
    population: &'c Population,
    members: BTreeMap<OrganisationId, Vec<MemberId>>,
}

impl<'c> Survey<'c> {
    fn of(texts: &'c Texts, tree: &'c Tree, population: &'c Population) -> Self {
        let mut members: BTreeMap<OrganisationId, Vec<MemberId>> = BTreeMap::new();
        for person in &population.people {
            members.entry(person.branch).or_default().push(person.id);
        }
        Self {
            texts,
            tree,
            population,
            members,
        }
    }

    fn cast(&self) -> Option<Cast> {
        let home = self.population.persona_branch?;
        let mut nodes = self.tree.nodes.iter();
        let node = nodes.find(|node| node.organisation.id == home)?;
        let beneath = node.organisation.path.parent();
        let town = |node: &&Node| Some(&node.organisation.path) == beneath.as_ref();
        let registrant = |key| {
            Some(Registrant {
                member: self.population.persona(key)?,
                branch: node.organisation.name.clone(),
                workplace: None,
            })
        };
        Some(Cast {
            community: self.desk(node)?,
            neighbour: self.desk(self.neighbour(node)?)?,
            town: self.desk(self.tree.nodes.iter().find(town)?)?,
            team: self.team(node)?,
            members: self.members_of(node).to_vec(),
            first_member: registrant("member_1")?,
            second_member: registrant("member_2")?,
        })
    }

    /// The first community beside another that has a team too.
    fn neighbour(&self, beside: &Node) -> Option<&'c Node> {
        self.tree.nodes.iter().find(|node| {
            node.team.is_some()
                && node.organisation.id != beside.organisation.id
                && node.organisation.path.parent() == beside.organisation.path.parent()
        })
    }

    fn places(&self, units: Vec<Unit>) -> Vec<Place> {
        let mut units = units.into_iter();
        let mut living = self.living();
        let home = self.population.persona_branch;
        let with_team = self.tree.nodes.iter().filter(|node| node.team.is_some());
        let chosen = with_team
            .filter(|node| home != Some(node.organisation.id))
            .step_by(SPACING);
        let place = |node: &Node| {
            let town = node.organisation.path.parent()?;
            Some(Place {
                community: self.desk(node)?,
                team: self.team(node)?,
                members: self.members_of(node).to_vec(),
                registrant: living.get_mut(&town).and_then(Vec::pop),
                unit: units.next(),
            })
        };
        chosen.filter_map(place).collect()
    }

    /// Those who work at a committee, by its path: they live in its communities.
    fn living(&self) -> BTreeMap<OrganisationPath, Vec<Registrant>> {
        let organs = self
            .tree
            .nodes
            .iter()
            .filter(|node| node.rank == Rank::Organs);
        let living = organs.filter_map(|node| {
            let above = node.organisation.path.parent()?;
            Some((above, self.registrants(node)))
        });
        living.collect()
    }

    fn units(&self) -> Vec<Unit> {
        let unit = |node: &Node| {
            Some(Unit {
                desk: self.desk(node)?,
                name: self.workplace(node),
                registrants: self.registrants(node),
            })
        };
        self.tree.units().filter_map(unit).collect()
    }

    /// All but the first, who is the branch's coordinator.
    fn registrants(&self, node: &Node) -> Vec<Registrant> {
        let others = self.members_of(node).iter().skip(1);
        let registrant = |member: &MemberId| Registrant {
            member: *member,
            branch: node.organisation.name.clone(),
            workplace: Some(self.workplace(node)),
        };
        others.map(registrant).collect()
    }

    /// The name of a unit without what makes it the name of its branch.
    fn workplace(&self, node: &Node) -> String {
        let branch = self.texts.pattern("organs_branch");
        let ending = branch.strip_prefix(self.texts.pattern("organs"));
        let name = &node.organisation.name;
        let unit = name.strip_suffix(ending.unwrap_or_default());
        unit.unwrap_or(name).to_owned()
    }

    fn members_of(&self, node: &Node) -> &[MemberId] {
        let members = self.members.get(&node.organisation.id);
        members.map_or(&[], Vec::as_slice)
    }

    fn desk(&self, node: &Node) -> Option<Desk> {
        self.desk_of(node.organisation.id)
    }

    fn team(&self, node: &Node) -> Option<Desk> {
        self.desk_of(node.team?.organisation)
    }

    fn desk_of(&self, organisation: OrganisationId) -> Option<Desk> {
        let by = *self.population.coordinators.get(&organisation)?;
        Some(Desk { organisation, by })
    }
}
