//! The names of columns and the words of cells that files may use, from `data/import/words.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use shared::words::{AreaLevel, OrganisationKind, Role};

use super::ImportKind;

/// The words of imported files.
#[derive(Deserialize)]
pub(super) struct Words {
    identity_numbers: Vec<String>,
    areas: Lists,
    organisations: Lists,
    roster: Lists,
    memberships: Lists,
    levels: Lists,
    organisation_kinds: Lists,
    roles: Lists,
}

type Lists = BTreeMap<String, Vec<String>>;

/// The words as the binary carries them.
pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/import/words.toml"))
        .expect("words.toml has the form of Words; every import test reads it")
});

impl Words {
    /// Returns the names that a column may have, the one for messages first.
    pub(super) fn headers(&self, kind: ImportKind, column: &str) -> &[String] {
        let lists = match kind {
            ImportKind::Areas => &self.areas,
            ImportKind::Organisations => &self.organisations,
            ImportKind::Roster => &self.roster,
            ImportKind::Memberships => &self.memberships,
        };
        lists.get(column).map_or(&[], Vec::as_slice)
    }

    /// Tells whether a column holds numbers of identity cards.
    pub(super) fn is_identity_number(&self, header: &str) -> bool {
        self.identity_numbers.iter().any(|name| name == header)
    }

    /// Reads a level.
    pub(super) fn level(&self, text: &str) -> Option<AreaLevel> {
        find(&self.levels, text).and_then(AreaLevel::parse)
    }

    /// Reads a kind of organisation.
    pub(super) fn organisation_kind(&self, text: &str) -> Option<OrganisationKind> {
        find(&self.organisation_kinds, text).and_then(OrganisationKind::parse)
    }

    /// Reads a role.
    pub(super) fn role(&self, text: &str) -> Option<Role> {
        find(&self.roles, text).and_then(Role::parse)
    }

    /// Returns the words to write for a level, for messages.
    pub(super) fn level_choices(&self) -> String {
        choices(
            &self.levels,
            AreaLevel::ALL.iter().map(|level| level.as_str()),
        )
    }

    /// Returns the words to write for a kind of organisation, for messages.
    pub(super) fn organisation_kind_choices(&self) -> String {
        let words = OrganisationKind::ALL.iter().map(|kind| kind.as_str());
        choices(&self.organisation_kinds, words)
    }

    /// Returns the words to write for a role, for messages.
    pub(super) fn role_choices(&self) -> String {
        choices(&self.roles, Role::ALL.iter().map(|role| role.as_str()))
    }
}

fn find<'l>(lists: &'l Lists, text: &str) -> Option<&'l str> {
    let holds = |words: &Vec<String>| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    lists
        .iter()
        .find(|(_, words)| holds(words))
        .map(|(word, _)| word.as_str())
}

fn choices<'w>(lists: &Lists, words: impl Iterator<Item = &'w str>) -> String {
    let shown: Vec<&str> = words
        .map(|word| {
            lists
                .get(word)
                .and_then(|list| list.first())
                .map_or(word, String::as_str)
        })
        .collect();
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_closed_lists_can_be_written() {
        for level in AreaLevel::ALL {
            assert_eq!(WORDS.level(level.as_str()), Some(*level));
        }
        for kind in OrganisationKind::ALL {
            assert_eq!(WORDS.organisation_kind(kind.as_str()), Some(*kind));
        }
        for role in Role::ALL {
            assert_eq!(WORDS.role(role.as_str()), Some(*role));
        }
    }
}
