//! Applies what a projection changes.

use std::collections::BTreeMap;

use rusqlite::{Connection, ToSql, params};
use shared::ids::{ActivityId, EntryId};
use shared::project::PlanRow;
use shared::reconcile::Outcome;
use shared::wire;

use super::super::rows::{damaged, one, run};
use super::{derived_version, number};
use crate::store::StoreError;
use crate::store::derived::{Applied, Delta, DocumentDelta, Fact, Numbers, RowDelta};

pub(in super::super) fn apply(
    connection: &Connection,
    delta: &Delta,
) -> Result<Applied, StoreError> {
    if derived_version(connection)? != delta.base {
        return Ok(Applied::Moved);
    }
    for document in &delta.documents {
        apply_document(connection, document)?;
    }
    for (activity, plan) in &delta.activities {
        apply_activity(connection, *activity, plan.as_ref())?;
    }
    apply_outcomes(connection, &delta.outcomes)?;
    for ((path, day), numbers) in &delta.rollups {
        add_rollup(connection, path.as_str(), day.0, numbers)?;
    }
    run(
        connection,
        "update meta set derived_version = derived_version + 1",
        [],
    )?;
    Ok(Applied::Done)
}

fn apply_document(connection: &Connection, delta: &DocumentDelta) -> Result<(), StoreError> {
    let number = number(connection, delta.id)?.ok_or(damaged("document"))?;
    remove(
        connection,
        "delete from claim where document = ?1 and id = ?2",
        number,
        &delta.claims,
    )?;
    remove(
        connection,
        "delete from plan where document = ?1 and id = ?2",
        number,
        &delta.plans,
    )?;
    remove(
        connection,
        "delete from mark where document = ?1 and id = ?2",
        number,
        &delta.marks,
    )?;
    remove(
        connection,
        "delete from feedback where document = ?1 and id = ?2",
        number,
        &delta.feedback,
    )?;
    put_facts(connection, number, delta)?;
    put_texts(connection, number, delta)?;
    finish_document(connection, number, delta)
}

/// Puts what is said of one member at one activity.
fn put_facts(
    connection: &Connection,
    number: i64,
    delta: &DocumentDelta,
) -> Result<(), StoreError> {
    for row in &delta.claims.put {
        run(
            connection,
            "replace into claim (document, id, activity, member, body) values (?1, ?2, ?3, ?4, ?5)",
            params![
                number,
                entry(row.id),
                row.activity.0.into_bytes(),
                row.member.0.into_bytes(),
                wire::encode(row),
            ],
        )?;
    }
    for row in &delta.marks.put {
        run(
            connection,
            "replace into mark (document, id, activity, member, body) values (?1, ?2, ?3, ?4, ?5)",
            params![
                number,
                entry(row.id),
                row.mark.activity.0.into_bytes(),
                row.mark.member.0.into_bytes(),
                wire::encode(row),
            ],
        )?;
    }
    Ok(())
}

/// Puts plans and feedback.
fn put_texts(
    connection: &Connection,
    number: i64,
    delta: &DocumentDelta,
) -> Result<(), StoreError> {
    for row in &delta.plans.put {
        run(
            connection,
            "replace into plan (document, id, activity, body) values (?1, ?2, ?3, ?4)",
            params![
                number,
                entry(row.id),
                row.plan.activity.0.into_bytes(),
                wire::encode(row),
            ],
        )?;
    }
    for row in &delta.feedback.put {
        run(
            connection,
            "replace into feedback (document, id, member, recorded_at, body)
             values (?1, ?2, ?3, ?4, ?5)",
            params![
                number,
                entry(row.id),
                row.member.0.into_bytes(),
                row.recorded_at.0,
                wire::encode(row),
            ],
        )?;
    }
    Ok(())
}

/// Replaces the anomalies, and takes the document from the queue unless it has moved on.
fn finish_document(
    connection: &Connection,
    number: i64,
    delta: &DocumentDelta,
) -> Result<(), StoreError> {
    run(
        connection,
        "delete from anomaly where document = ?1",
        [number],
    )?;
    for (position, anomaly) in (0_i64..).zip(&delta.anomalies) {
        run(
            connection,
            "insert into anomaly (document, position, body) values (?1, ?2, ?3)",
            params![number, position, wire::encode(anomaly)],
        )?;
    }
    let version = i64::try_from(delta.version).unwrap_or(i64::MAX);
    run(
        connection,
        "delete from projection_queue where document = ?1 and version = ?2",
        [number, version],
    )
    .map(drop)
}

fn remove<T>(
    connection: &Connection,
    sql: &str,
    number: i64,
    delta: &RowDelta<T>,
) -> Result<(), StoreError> {
    for id in &delta.removed {
        run(connection, sql, params![number, entry(*id)])?;
    }
    Ok(())
}

fn entry(id: EntryId) -> impl ToSql {
    id.0.into_bytes()
}

fn apply_activity(
    connection: &Connection,
    activity: ActivityId,
    plan: Option<&PlanRow>,
) -> Result<(), StoreError> {
    let id = activity.0.into_bytes();
    let Some(row) = plan else {
        return run(connection, "delete from activity where id = ?1", [id]).map(drop);
    };
    run(
        connection,
        "replace into activity (id, organisation, day, starts_at, planned, body)
         values (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            id,
            row.organisation.0.into_bytes(),
            row.plan.starts_at.day().0,
            row.plan.starts_at.0,
            !row.plan.is_cancelled(),
            wire::encode(row),
        ],
    )
    .map(drop)
}

fn apply_outcomes(
    connection: &Connection,
    outcomes: &BTreeMap<Fact, Option<Outcome>>,
) -> Result<(), StoreError> {
    for ((activity, member), outcome) in outcomes {
        let key = [activity.0.into_bytes(), member.0.into_bytes()];
        match outcome {
            Some(outcome) => put_outcome(connection, key, outcome)?,
            None => {
                run(
                    connection,
                    "delete from outcome where activity = ?1 and member = ?2",
                    key,
                )?;
            }
        }
    }
    Ok(())
}

fn put_outcome(
    connection: &Connection,
    key: [[u8; 16]; 2],
    outcome: &Outcome,
) -> Result<(), StoreError> {
    let body = wire::encode(outcome);
    let tally = outcome.tally();
    let revision = revision(connection, key, &body)?;
    run(
        connection,
        "replace into outcome (activity, member, organisation, day, revision, attendances,
             grade_a, grade_b, grade_c, grade_d, waiting, disputed, body)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            key[0],
            key[1],
            outcome.organisation.0.into_bytes(),
            outcome.day.0,
            revision,
            tally.attendances,
            tally.grades[0],
            tally.grades[1],
            tally.grades[2],
            tally.grades[3],
            tally.waiting,
            tally.disputed,
            body,
        ],
    )
    .map(drop)
}

/// Returns the next revision; in a rebuild, that of the same outcome before it.
fn revision(connection: &Connection, key: [[u8; 16]; 2], body: &[u8]) -> Result<i64, StoreError> {
    let before = one(
        connection,
        "select revision from outcome_before where activity = ?1 and member = ?2 and body = ?3",
        params![key[0], key[1], body],
        |row| Ok(row.get(0)?),
    )?;
    if let Some(revision) = before {
        return Ok(revision);
    }
    one(
        connection,
        "update meta set outcome_revision = outcome_revision + 1 returning outcome_revision",
        [],
        |row| Ok(row.get(0)?),
    )?
    .ok_or(StoreError::Unfounded)
}

fn add_rollup(
    connection: &Connection,
    path: &str,
    day: i32,
    numbers: &Numbers,
) -> Result<(), StoreError> {
    let tally = numbers.tally;
    run(
        connection,
        "insert into rollup (path, day, activities, attendances,
             grade_a, grade_b, grade_c, grade_d, waiting, disputed)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         on conflict (path, day) do update set
             activities = activities + excluded.activities,
             attendances = attendances + excluded.attendances,
             grade_a = grade_a + excluded.grade_a,
             grade_b = grade_b + excluded.grade_b,
             grade_c = grade_c + excluded.grade_c,
             grade_d = grade_d + excluded.grade_d,
             waiting = waiting + excluded.waiting,
             disputed = disputed + excluded.disputed",
        params![
            path,
            day,
            numbers.activities,
            tally.attendances,
            tally.grades[0],
            tally.grades[1],
            tally.grades[2],
            tally.grades[3],
            tally.waiting,
            tally.disputed,
        ],
    )?;
    run(
        connection,
        "delete from rollup where path = ?1 and day = ?2
             and activities = 0 and attendances = 0 and grade_a = 0 and grade_b = 0
             and grade_c = 0 and grade_d = 0 and waiting = 0 and disputed = 0",
        params![path, day],
    )
    .map(drop)
}
