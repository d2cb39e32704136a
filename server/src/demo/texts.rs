//! The words that the city is made of, from `data/demo/texts.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;
use shared::words::ActivityKind;

use super::dice::Dice;

/// The words that the city is made of.
#[derive(Deserialize)]
pub(super) struct Texts {
    surnames: String,
    given_first: String,
    given_second: String,
    village_first: String,
    village_second: String,
    /// Patterns of names; see [`Texts::named`].
    patterns: BTreeMap<String, String>,
    pub units: Units,
    pub activities: Activities,
}

/// Names of units.
#[derive(Deserialize)]
pub(super) struct Units {
    pub bureaus: Vec<String>,
    pub edu_bases: Vec<String>,
}

/// What activities are about.
#[derive(Deserialize)]
pub(super) struct Activities {
    pub campaigns: Vec<String>,
    pub speaker_roles: Vec<String>,
    pub all_day: Vec<String>,
    topics: BTreeMap<ActivityKind, Vec<String>>,
}

impl Texts {
    /// Reads the words that the binary carries.
    pub(super) fn embedded() -> Self {
        toml::from_str(include_str!("../../data/demo/texts.toml"))
            .expect("texts.toml has the form of Texts; the demo's tests read it")
    }

    /// Returns the pattern's text with a name in it.
    pub(super) fn named(&self, pattern: &str, name: &str) -> String {
        self.pattern(pattern).replace("{name}", name)
    }

    /// Returns a pattern.
    pub(super) fn pattern(&self, pattern: &str) -> &str {
        self.patterns.get(pattern).map_or("", String::as_str)
    }

    /// Returns the topics of a kind of activity.
    pub(super) fn topics(&self, kind: ActivityKind) -> &[String] {
        self.activities.topics.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// Makes up a person's name.
    pub(super) fn person(&self, dice: &mut Dice) -> String {
        let mut name = String::from(letter(dice, &self.surnames));
        if dice.chance(80) {
            name.push(letter(dice, &self.given_first));
        }
        name.push(letter(dice, &self.given_second));
        name
    }

    /// Makes up a village's name, without the word for village.
    pub(super) fn village(&self, dice: &mut Dice) -> String {
        let mut name = String::from(letter(dice, &self.village_first));
        if dice.chance(60) {
            name.push(letter(dice, &self.village_first));
        }
        name.push(letter(dice, &self.village_second));
        name
    }
}

fn letter(dice: &mut Dice, letters: &str) -> char {
    let index = dice.below(letters.chars().count());
    letters.chars().nth(index).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_activity_has_topics() {
        let texts = Texts::embedded();
        for kind in ActivityKind::ALL {
            assert!(!texts.topics(*kind).is_empty(), "{}", kind.as_str());
        }
    }
}
