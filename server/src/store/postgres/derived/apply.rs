//! Applies what a projection changes.

use std::collections::BTreeMap;

use deadpool_postgres::Transaction;
use shared::ids::ActivityId;
use shared::project::PlanRow;
use shared::reconcile::Outcome;
use shared::wire;
use uuid::Uuid;

use super::super::feed;
use super::super::rollup;
use super::super::rows::{all, damaged, get, id, one, run, stored, version};
use super::{matters, put};
use crate::store::StoreError;
use crate::store::derived::{Applied, Delta, DocumentDelta, Fact};

pub(in super::super) async fn apply(
    transaction: &Transaction<'_>,
    delta: &Delta,
) -> Result<Applied, StoreError> {
    // Held until the commit: projections, changes of the tree and rebuilds come one after another,
    // and the versions are committed in their order.
    let locked = one(
        transaction,
        "select derived_version, outcome_revision from meta for update",
        &[],
        |row| Ok((version(row, 0)?, get::<i64>(row, 1)?)),
    )
    .await?;
    let (derived, mut revision) = locked.unwrap_or_default();
    if derived != delta.base {
        return Ok(Applied::Moved);
    }
    expect_documents(transaction, &delta.documents).await?;
    put::documents(transaction, &delta.documents).await?;
    put_activities(transaction, &delta.activities).await?;
    put_outcomes(transaction, &delta.outcomes, &mut revision).await?;
    matters::put(transaction, &delta.matters, &mut revision).await?;
    rollup::apply(transaction, &delta.rollups).await?;
    let derived = derived + 1;
    feed::tell(transaction, derived, &delta.poke).await?;
    run(
        transaction,
        "update meta set derived_version = $1, outcome_revision = $2",
        &[&stored(derived), &revision],
    )
    .await?;
    // Last, for an append waits for these rows.
    leave_queue(transaction, &delta.documents).await?;
    Ok(Applied::Done)
}

async fn expect_documents(
    transaction: &Transaction<'_>,
    documents: &[DocumentDelta],
) -> Result<(), StoreError> {
    let ids: Vec<Uuid> = documents.iter().map(|document| document.id.0).collect();
    let found = one(
        transaction,
        "select count(*) from document where id = any($1)",
        &[&ids],
        |row| version(row, 0),
    )
    .await?;
    if found == Some(ids.len() as u64) {
        Ok(())
    } else {
        Err(damaged("document"))
    }
}

/// Takes documents from the queue unless they have moved on.
async fn leave_queue(
    transaction: &Transaction<'_>,
    documents: &[DocumentDelta],
) -> Result<(), StoreError> {
    let mut left: Vec<(Uuid, i64)> = documents
        .iter()
        .map(|document| (document.id.0, stored(document.version)))
        .collect();
    left.sort_unstable();
    let (ids, versions): (Vec<Uuid>, Vec<i64>) = left.into_iter().unzip();
    // Appends lock these rows in the order of the documents as well.
    run(
        transaction,
        "with done as (
             select q.document from projection_queue q
             join unnest($1::uuid[], $2::bigint[]) as d (document, version)
                 on d.document = q.document and d.version = q.version
             order by q.document for update of q
         )
         delete from projection_queue q using done
         where q.document = done.document",
        &[&ids, &versions],
    )
    .await
    .map(drop)
}

async fn put_activities(
    transaction: &Transaction<'_>,
    activities: &BTreeMap<ActivityId, Option<PlanRow>>,
) -> Result<(), StoreError> {
    for (activity, plan) in activities {
        let Some(row) = plan else {
            let sql = "delete from activity where id = $1";
            run(transaction, sql, &[&activity.0]).await?;
            continue;
        };
        run(
            transaction,
            "insert into activity (id, organisation, day, starts_at, planned, body)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (id) do update set organisation = excluded.organisation,
                 day = excluded.day, starts_at = excluded.starts_at, planned = excluded.planned,
                 body = excluded.body",
            &[
                &activity.0,
                &row.organisation.0,
                &row.plan.starts_at.day().0,
                &row.plan.starts_at.0,
                &i32::from(!row.plan.is_cancelled()),
                &wire::encode(row),
            ],
        )
        .await?;
    }
    Ok(())
}

async fn put_outcomes(
    transaction: &Transaction<'_>,
    outcomes: &BTreeMap<Fact, Option<Outcome>>,
    revision: &mut i64,
) -> Result<(), StoreError> {
    let facts: (Vec<Uuid>, Vec<Uuid>) = outcomes
        .keys()
        .map(|(activity, member)| (activity.0, member.0))
        .unzip();
    if facts.0.is_empty() {
        return Ok(());
    }
    let before = all(
        transaction,
        "select activity, member, revision, body from outcome_before
         where (activity, member) in (select * from unnest($1::uuid[], $2::uuid[]))",
        &[&facts.0, &facts.1],
        |row| Ok(((id(row, 0)?, id(row, 1)?), (get(row, 2)?, get(row, 3)?))),
    )
    .await?;
    let before: BTreeMap<Fact, (i64, Vec<u8>)> = before.into_iter().collect();
    for (fact, outcome) in outcomes {
        let Some(outcome) = outcome else {
            let sql = "delete from outcome where activity = $1 and member = $2";
            run(transaction, sql, &[&fact.0.0, &fact.1.0]).await?;
            continue;
        };
        let body = wire::encode(outcome);
        // In a rebuild an outcome that is as it was keeps its revision.
        let kept = before.get(fact).filter(|(_, known)| *known == body);
        let number = kept.map_or(*revision + 1, |(number, _)| *number);
        *revision = (*revision).max(number);
        put_outcome(transaction, *fact, outcome, number, &body).await?;
    }
    Ok(())
}

async fn put_outcome(
    transaction: &Transaction<'_>,
    (activity, member): Fact,
    outcome: &Outcome,
    revision: i64,
    body: &[u8],
) -> Result<(), StoreError> {
    let tally = outcome.tally();
    run(
        transaction,
        "insert into outcome (activity, member, organisation, day, revision, attendances,
             grade_a, grade_b, grade_c, grade_d, waiting, disputed, body)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict (activity, member) do update set organisation = excluded.organisation,
             day = excluded.day, revision = excluded.revision,
             attendances = excluded.attendances, grade_a = excluded.grade_a,
             grade_b = excluded.grade_b, grade_c = excluded.grade_c, grade_d = excluded.grade_d,
             waiting = excluded.waiting, disputed = excluded.disputed, body = excluded.body",
        &[
            &activity.0,
            &member.0,
            &outcome.organisation.0,
            &outcome.day.0,
            &revision,
            &tally.attendances,
            &tally.grades[0],
            &tally.grades[1],
            &tally.grades[2],
            &tally.grades[3],
            &tally.waiting,
            &tally.disputed,
            &body,
        ],
    )
    .await
    .map(drop)
}
