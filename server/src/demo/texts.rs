//! The words that the city is made of, from `data/demo/texts.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;
use shared::words::{ActivityKind, MeetingKind, OutreachSector};

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
    /// What sits in every town, after its name.
    pub of_towns: Vec<String>,
    pub edu_bases: Vec<String>,
}

/// What activities are about.
#[derive(Deserialize)]
pub(super) struct Activities {
    pub campaigns: Vec<String>,
    pub speaker_roles: Vec<String>,
    pub all_day: Vec<String>,
    /// What the topic of the activity by invitation is.
    pub by_invitation: String,
    topics: BTreeMap<ActivityKind, Vec<String>>,
    /// The words by which a topic tells where an outreach talk goes.
    sectors: BTreeMap<OutreachSector, String>,
    /// The words by which a topic tells which meeting it is.
    meetings: BTreeMap<MeetingKind, String>,
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

    /// Returns where an outreach talk of this topic goes.
    pub(super) fn sector(&self, topic: &str) -> Option<OutreachSector> {
        told(&self.activities.sectors, topic)
    }

    /// Returns which meeting a topic names; the general one where it names none.
    pub(super) fn meeting(&self, topic: &str) -> MeetingKind {
        told(&self.activities.meetings, topic).unwrap_or(MeetingKind::GeneralMeeting)
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

/// Returns the word of a list whose text stands in a topic.
fn told<W: Copy>(texts: &BTreeMap<W, String>, topic: &str) -> Option<W> {
    let mut texts = texts.iter();
    let found = texts.find(|(_, text)| topic.contains(text.as_str()));
    found.map(|(word, _)| *word)
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

    #[test]
    fn every_topic_of_an_outreach_talk_tells_another_of_the_six_sectors() {
        let texts = Texts::embedded();
        let topics = texts.topics(ActivityKind::OutreachTalk).iter();
        let mut sectors: Vec<_> = topics.map(|topic| texts.sector(topic)).collect();
        sectors.sort();
        let all: Vec<_> = OutreachSector::ALL.iter().copied().map(Some).collect();
        assert_eq!(sectors, all);
    }
}
