//! The rows that decide facts.

use std::collections::{BTreeMap, BTreeSet};

use deadpool_postgres::Transaction;
use serde::de::DeserializeOwned;
use shared::ids::DocumentId;
use shared::project::{PlanRow, StatementRow};
use shared::reconcile::{Matter, Outcome};
use uuid::Uuid;

use super::super::rows::{Params, all, body, id};
use crate::store::StoreError;
use crate::store::derived::{Fact, Facts, FactsWanted};
use crate::store::matters::MatterKey;

pub(in super::super) async fn facts(
    transaction: &Transaction<'_>,
    wanted: &FactsWanted,
) -> Result<Facts, StoreError> {
    let whole: Vec<Uuid> = wanted.activities.iter().map(|id| id.0).collect();
    let single = single(transaction, wanted).await?;
    let (activities, members): (Vec<Uuid>, Vec<Uuid>) = single
        .iter()
        .map(|(activity, member)| (activity.0, member.0))
        .unzip();
    let every: BTreeSet<Uuid> = whole.iter().chain(&activities).copied().collect();
    let every: Vec<Uuid> = every.into_iter().collect();
    let asked = Asked {
        whole: &whole,
        activities: &activities,
        members: &members,
    };
    let outcomes: Vec<(Uuid, Outcome)> = asked.rows(transaction, "outcome", "activity").await?;
    let outcomes = outcomes.into_iter().map(|(_, outcome)| outcome);
    let plans: Vec<(DocumentId, PlanRow)> = all(
        transaction,
        "select document, body from plan where activity = any($1)",
        &[&every],
        |row| Ok((id(row, 0)?, body(row, 1, "plan")?)),
    )
    .await?;
    let organisations: BTreeSet<Uuid> = plans
        .iter()
        .map(|(_, row)| row.organisation.0)
        .chain(wanted.organisations.iter().map(|id| id.0))
        .collect();
    let organisations: Vec<Uuid> = organisations.into_iter().collect();
    let current = all(
        transaction,
        "select id, body from activity where id = any($1)",
        &[&whole],
        |row| Ok((id(row, 0)?, body::<PlanRow>(row, 1, "activity")?)),
    )
    .await?;
    let topics: Vec<Vec<u8>> = wanted
        .topics
        .iter()
        .map(|topic| topic.key().to_vec())
        .collect();
    Ok(Facts {
        claims: asked.rows(transaction, "claim", "document").await?,
        marks: asked.rows(transaction, "mark", "document").await?,
        rulings: asked.rows(transaction, "ruling", "document").await?,
        host_keys: all(
            transaction,
            "select document, body from host_key where organisation = any($1)",
            &[&organisations],
            |row| Ok((id(row, 0)?, body(row, 1, "host_key")?)),
        )
        .await?,
        outcomes: outcomes
            .map(|outcome| ((outcome.activity, outcome.member), outcome))
            .collect(),
        plans,
        activities: current.into_iter().collect(),
        statements: statements(transaction, &topics).await?,
        matters: matters(transaction, &topics).await?,
    })
}

/// Everything that is said about some topics.
async fn statements(
    transaction: &Transaction<'_>,
    topics: &[Vec<u8>],
) -> Result<Vec<(DocumentId, StatementRow)>, StoreError> {
    if topics.is_empty() {
        return Ok(Vec::new());
    }
    all(
        transaction,
        "select s.document, s.body
         from (select distinct document, id from statement_topic where topic = any($1)) t
         join statement s on s.document = t.document and s.id = t.id
         order by s.document, s.id",
        &[&topics],
        |row| Ok((id(row, 0)?, body(row, 1, "statement")?)),
    )
    .await
}

/// What became of the requests about some topics.
async fn matters(
    transaction: &Transaction<'_>,
    topics: &[Vec<u8>],
) -> Result<BTreeMap<MatterKey, Matter>, StoreError> {
    if topics.is_empty() {
        return Ok(BTreeMap::new());
    }
    let matters = all(
        transaction,
        "select body from matter where topic = any($1)",
        &[&topics],
        |row| body::<Matter>(row, 0, "matter"),
    )
    .await?;
    let by_key = matters.into_iter();
    Ok(by_key
        .map(|matter| ((matter.request, matter.topic), matter))
        .collect())
}

/// The facts that are asked for one by one, those that rest on a device's codes among them.
async fn single(
    transaction: &Transaction<'_>,
    wanted: &FactsWanted,
) -> Result<BTreeSet<Fact>, StoreError> {
    let hosts: Vec<Uuid> = wanted.hosts.iter().map(|id| id.0).collect();
    let mut single = wanted.facts.clone();
    if !hosts.is_empty() {
        single.extend(
            all(
                transaction,
                "select distinct activity, member from claim where host = any($1)",
                &[&hosts],
                |row| Ok((id(row, 0)?, id(row, 1)?)),
            )
            .await?,
        );
    }
    single.retain(|(activity, _)| !wanted.activities.contains(activity));
    Ok(single)
}

/// Facts that are asked for: all of some activities, and single ones.
struct Asked<'a> {
    whole: &'a [Uuid],
    activities: &'a [Uuid],
    members: &'a [Uuid],
}

impl Asked<'_> {
    /// Returns a column and the body of a table's rows of these facts.
    async fn rows<K: From<Uuid>, T: DeserializeOwned>(
        &self,
        transaction: &Transaction<'_>,
        table: &'static str,
        key: &str,
    ) -> Result<Vec<(K, T)>, StoreError> {
        let sql = format!(
            "select {key}, body from {table} where activity = any($1)
             union all
             select r.{key}, r.body
             from unnest($2::uuid[], $3::uuid[]) as f (activity, member)
             join {table} r on r.activity = f.activity and r.member = f.member"
        );
        let params: Params<'_> = &[&self.whole, &self.activities, &self.members];
        all(transaction, &sql, params, |row| {
            Ok((id(row, 0)?, body(row, 1, table)?))
        })
        .await
    }
}
