//! The rows that decide facts.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Params};
use serde::de::DeserializeOwned;
use shared::ids::{ActivityId, DocumentId, EntryId, OrganisationId};
use shared::project::{PlanRow, StatementRow};
use shared::reconcile::{Matter, Outcome};
use shared::records::Topic;

use super::super::rows::{all, body, id, one};
use crate::store::StoreError;
use crate::store::derived::{Fact, Facts, FactsWanted};

pub(in super::super) fn facts(
    connection: &Connection,
    wanted: &FactsWanted,
) -> Result<Facts, StoreError> {
    let mut facts = Facts::default();
    for activity in &wanted.activities {
        add_activity(connection, *activity, &mut facts)?;
    }
    let mut single = wanted.facts.clone();
    for host in &wanted.hosts {
        single.extend(all(
            connection,
            "select distinct activity, member from claim where host = ?1",
            [host.0.into_bytes()],
            |row| Ok((id(row, 0)?, id(row, 1)?)),
        )?);
    }
    single.retain(|(activity, _)| !wanted.activities.contains(activity));
    for fact in &single {
        add_fact(connection, fact, &mut facts)?;
    }
    let mut activities = wanted.activities.clone();
    activities.extend(single.iter().map(|(activity, _)| *activity));
    add_plans(connection, &activities, &mut facts)?;
    let of_plans = facts.plans.iter().map(|(_, row)| row.organisation);
    let organisations = of_plans
        .chain(wanted.organisations.iter().copied())
        .collect();
    add_host_keys(connection, &organisations, &mut facts)?;
    add_topics(connection, &wanted.topics, &mut facts)?;
    Ok(facts)
}

/// Every fact of an activity, and its plan in force.
fn add_activity(
    connection: &Connection,
    activity: ActivityId,
    facts: &mut Facts,
) -> Result<(), StoreError> {
    let key = [activity.0.into_bytes()];
    let of = "r.activity = ?1";
    facts.claims.extend(rows(connection, "claim", of, key)?);
    facts.marks.extend(rows(connection, "mark", of, key)?);
    facts.rulings.extend(rows(connection, "ruling", of, key)?);
    let outcomes = all(
        connection,
        "select body from outcome where activity = ?1",
        key,
        |row| body::<Outcome>(row, 0, "outcome"),
    )?;
    facts.outcomes.extend(by_fact(outcomes));
    let current = one(
        connection,
        "select body from activity where id = ?1",
        key,
        |row| body::<PlanRow>(row, 0, "activity"),
    )?;
    facts
        .activities
        .extend(current.map(|plan| (activity, plan)));
    Ok(())
}

fn add_fact(
    connection: &Connection,
    (activity, member): &Fact,
    facts: &mut Facts,
) -> Result<(), StoreError> {
    let key = [activity.0.into_bytes(), member.0.into_bytes()];
    let of = "r.activity = ?1 and r.member = ?2";
    facts.claims.extend(rows(connection, "claim", of, key)?);
    facts.marks.extend(rows(connection, "mark", of, key)?);
    facts.rulings.extend(rows(connection, "ruling", of, key)?);
    let outcome = one(
        connection,
        "select body from outcome where activity = ?1 and member = ?2",
        key,
        |row| body::<Outcome>(row, 0, "outcome"),
    )?;
    facts.outcomes.extend(by_fact(outcome));
    Ok(())
}

fn add_plans(
    connection: &Connection,
    activities: &BTreeSet<ActivityId>,
    facts: &mut Facts,
) -> Result<(), StoreError> {
    for activity in activities {
        let key = [activity.0.into_bytes()];
        let plans = rows(connection, "plan", "r.activity = ?1", key)?;
        facts.plans.extend(plans);
    }
    Ok(())
}

fn add_host_keys(
    connection: &Connection,
    organisations: &BTreeSet<OrganisationId>,
    facts: &mut Facts,
) -> Result<(), StoreError> {
    for organisation in organisations {
        let key = [organisation.0.into_bytes()];
        let keys = rows(connection, "host_key", "r.organisation = ?1", key)?;
        facts.host_keys.extend(keys);
    }
    Ok(())
}

/// Everything that is said about some topics, and what became of it.
fn add_topics(
    connection: &Connection,
    topics: &BTreeSet<Topic>,
    facts: &mut Facts,
) -> Result<(), StoreError> {
    let mut statements: BTreeMap<(DocumentId, EntryId), StatementRow> = BTreeMap::new();
    for topic in topics {
        let key = [topic.key()];
        statements.extend(all(
            connection,
            "select d.id, s.body from statement_topic t
             join statement s on s.document = t.document and s.id = t.id
             join document d on d.number = t.document where t.topic = ?1",
            key,
            |row| {
                let statement: StatementRow = body(row, 1, "statement")?;
                Ok(((id(row, 0)?, statement.id), statement))
            },
        )?);
        let matters = all(
            connection,
            "select body from matter where topic = ?1",
            key,
            |row| body::<Matter>(row, 0, "matter"),
        )?;
        let by_key = matters.into_iter();
        facts
            .matters
            .extend(by_key.map(|matter| ((matter.request, matter.topic), matter)));
    }
    let by_record = statements.into_iter();
    facts.statements = by_record
        .map(|((document, _), row)| (document, row))
        .collect();
    Ok(())
}

/// Reads rows of a derived table, each with the document that it was derived from.
fn rows<T: DeserializeOwned>(
    connection: &Connection,
    table: &'static str,
    of: &str,
    key: impl Params,
) -> Result<Vec<(DocumentId, T)>, StoreError> {
    let sql = format!(
        "select d.id, r.body from {table} r join document d on d.number = r.document where {of}"
    );
    all(connection, &sql, key, |row| {
        Ok((id(row, 0)?, body(row, 1, table)?))
    })
}

fn by_fact(outcomes: impl IntoIterator<Item = Outcome>) -> impl Iterator<Item = (Fact, Outcome)> {
    outcomes
        .into_iter()
        .map(|outcome| ((outcome.activity, outcome.member), outcome))
}
