//! The branches of units: of the city's bureaus, and of the schools, enterprises and offices of towns that a
//! whole city has beside its villages.

use std::collections::BTreeMap;

use shared::directory::City;
use shared::ids::{AreaCode, OrganisationPath};
use shared::words::OrganisationKind;

use super::{Node, Rank, Seedling, Tree};
use crate::demo::places::Places;
use crate::demo::texts::Texts;

impl Tree {
    /// Adds the branches of the units that sit in every town, last of all.
    #[must_use]
    pub(in crate::demo) fn with_units(
        mut self,
        texts: &Texts,
        city: &City,
        places: &Places,
    ) -> Self {
        let towns = places.towns.iter().map(|town| &town.area);
        let names: BTreeMap<&AreaCode, &str> =
            towns.map(|area| (&area.code, area.name.as_str())).collect();
        let mut beneath: BTreeMap<OrganisationPath, usize> = BTreeMap::new();
        for node in &self.nodes {
            if let Some(above) = node.organisation.path.parent() {
                *beneath.entry(above).or_default() += 1;
            }
        }
        for above in 0..self.nodes.len() {
            let node = &self.nodes[above];
            let area = node.organisation.area.clone();
            let Some(name) = names.get(&area).filter(|_| node.rank == Rank::Town) else {
                continue;
            };
            let last = beneath.get(&node.organisation.path).copied();
            for (number, unit) in (1 + last.unwrap_or_default()..).zip(&texts.units.of_towns) {
                let seedling = Seedling {
                    above: Some(above),
                    number,
                    kind: OrganisationKind::Branch,
                    rank: Rank::Unit,
                    name: texts.named("unit_branch", &format!("{name}{unit}")),
                    area: &area,
                };
                self.grow(city, seedling);
            }
        }
        self
    }

    /// Returns the branches of the city's bureaus.
    pub(in crate::demo) fn units(&self) -> impl Iterator<Item = &Node> {
        let organs = self.nodes.iter().find(|node| node.rank == Rank::CityOrgans);
        let above = organs.map(|organs| &organs.organisation.path);
        self.nodes.iter().filter(move |node| {
            above.is_some() && node.organisation.path.parent().as_ref() == above
        })
    }
}
