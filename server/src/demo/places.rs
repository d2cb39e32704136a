//! The area tree: real counties and towns, invented villages with the traps of real names.

use std::collections::BTreeSet;

use shared::directory::Area;
use shared::ids::AreaCode;
use shared::words::AreaLevel;

use super::dice::{Dice, Part};
use super::gazetteer::{Gazetteer, Town, TownKind};
use super::texts::Texts;

/// How many communities bear the name of the market town and nothing else, as in the real city.
const MARKET_COMMUNITIES: usize = 26;
/// The serial of a town's first village; communities are counted from 1.
/// Source: the statistical division codes, where 001 to 199 are communities.
const FIRST_VILLAGE: usize = 200;

/// The area tree.
pub(super) struct Places {
    pub city: Area,
    pub counties: Vec<Area>,
    pub towns: Vec<TownPlace>,
}

/// A town with what lies in it.
pub(super) struct TownPlace {
    pub area: Area,
    pub kind: TownKind,
    /// How many of the following are communities.
    pub communities: usize,
    /// Communities first, then villages.
    pub villages: Vec<Area>,
}

impl Places {
    /// Makes the area tree.
    pub(super) fn generate(seed: u64, texts: &Texts, gazetteer: &Gazetteer) -> Self {
        let mut dice = Dice::new(seed, Part::Places);
        let city = Area {
            code: gazetteer.city.clone(),
            name: gazetteer.name.clone(),
            level: AreaLevel::City,
            parent: None,
        };
        let county = |county: &super::gazetteer::County| Area {
            code: county.code.clone(),
            name: county.name.clone(),
            level: AreaLevel::County,
            parent: Some(gazetteer.city.clone()),
        };
        let markets = market_towns(&mut dice, &gazetteer.towns);
        let town = |town: &Town| TownPlace {
            area: Area {
                code: town.code.clone(),
                name: town.name.clone(),
                level: AreaLevel::Town,
                parent: Some(town.county.clone()),
            },
            kind: town.kind,
            communities: town.communities,
            villages: villages(&mut dice, texts, town, markets.contains(&town.code)),
        };
        Self {
            city,
            counties: gazetteer.counties.iter().map(county).collect(),
            towns: gazetteer.towns.iter().map(town).collect(),
        }
    }

    /// Returns every area, each after its parent.
    pub(super) fn into_areas(self) -> Vec<Area> {
        let mut areas = vec![self.city];
        areas.extend(self.counties);
        for town in self.towns {
            areas.push(town.area);
            areas.extend(town.villages);
        }
        areas
    }
}

fn market_towns(dice: &mut Dice, towns: &[Town]) -> BTreeSet<AreaCode> {
    let mut eligible: Vec<&Town> = towns
        .iter()
        .filter(|town| town.kind == TownKind::Town && town.communities > 0)
        .collect();
    let mut chosen = BTreeSet::new();
    while chosen.len() < MARKET_COMMUNITIES && !eligible.is_empty() {
        let town = eligible.swap_remove(dice.below(eligible.len()));
        chosen.insert(town.code.clone());
    }
    chosen
}

fn villages(dice: &mut Dice, texts: &Texts, town: &Town, market: bool) -> Vec<Area> {
    let mut names = BTreeSet::new();
    let mut fresh = |dice: &mut Dice, pattern: &str| loop {
        let name = texts.village(dice);
        if names.insert(name.clone()) {
            return texts.named(pattern, &name);
        }
    };
    let mut villages = Vec::with_capacity(town.communities + town.villages);
    for index in 0..town.communities {
        let name = if market && index == 0 {
            texts.pattern("market_community").to_owned()
        } else {
            fresh(dice, "community")
        };
        villages.push(village(town, index + 1, name));
    }
    for index in 0..town.villages {
        let name = fresh(dice, "village");
        villages.push(village(town, FIRST_VILLAGE + index, name));
    }
    villages
}

fn village(town: &Town, serial: usize, name: String) -> Area {
    Area {
        code: AreaCode::parse(&format!("{}{serial:03}", town.code))
            .expect("a town's code and three digits are a village's code"),
        name,
        level: AreaLevel::Village,
        parent: Some(town.code.clone()),
    }
}
