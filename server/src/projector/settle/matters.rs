//! What a batch makes of requests.

use std::collections::{BTreeMap, BTreeSet};

use shared::ids::OrganisationId;
use shared::project::{Party, StatementRow};
use shared::reconcile::{Matter, matters};
use shared::records::Topic;

use crate::store::matters::MatterKey;

/// Looks anew at everything that is said about the topics, and returns what was and what is of each
/// request that differs.
pub(super) fn settle(
    topics: &BTreeSet<Topic>,
    statements: Vec<StatementRow>,
    before: &BTreeMap<MatterKey, Matter>,
) -> BTreeMap<MatterKey, (Option<Matter>, Option<Matter>)> {
    let mut by_topic: BTreeMap<Topic, Vec<StatementRow>> = BTreeMap::new();
    for row in statements {
        for topic in row.topics() {
            if topics.contains(&topic) {
                by_topic.entry(topic).or_default().push(row.clone());
            }
        }
    }
    let after: BTreeMap<MatterKey, Matter> = by_topic
        .iter()
        .flat_map(|(topic, statements)| matters(*topic, statements))
        .map(|matter| ((matter.request, matter.topic), matter))
        .collect();
    let keys: BTreeSet<MatterKey> = before.keys().chain(after.keys()).copied().collect();
    keys.into_iter()
        .map(|key| (key, (before.get(&key).cloned(), after.get(&key).cloned())))
        .filter(|(_, (before, after))| before != after)
        .collect()
}

/// Returns who decides and who asks.
pub(super) fn organisations(matter: &Matter) -> impl Iterator<Item = OrganisationId> {
    let asker = match matter.asker {
        Party::Member(_) => None,
        Party::Organisation(organisation) => Some(organisation),
    };
    [matter.to].into_iter().chain(asker)
}
