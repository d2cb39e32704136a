//! Applies what a projection changes.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use shared::ids::ActivityId;
use shared::project::PlanRow;
use shared::reconcile::{Matter, Outcome};
use shared::wire;

use super::super::rollup;
use super::super::rows::{one, run};
use super::{derived_version, put};
use crate::store::StoreError;
use crate::store::derived::{Applied, Delta, Fact};
use crate::store::matters::{MatterColumns, MatterKey};

pub(in super::super) fn apply(
    connection: &Connection,
    delta: &Delta,
) -> Result<Applied, StoreError> {
    if derived_version(connection)? != delta.base {
        return Ok(Applied::Moved);
    }
    for document in &delta.documents {
        put::document(connection, document)?;
    }
    for (activity, plan) in &delta.activities {
        apply_activity(connection, *activity, plan.as_ref())?;
    }
    apply_outcomes(connection, &delta.outcomes)?;
    apply_matters(connection, &delta.matters)?;
    rollup::apply(connection, &delta.rollups)?;
    run(
        connection,
        "update meta set derived_version = derived_version + 1",
        [],
    )?;
    Ok(Applied::Done)
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
    match before {
        Some(revision) => Ok(revision),
        None => next_revision(connection),
    }
}

fn apply_matters(
    connection: &Connection,
    matters: &BTreeMap<MatterKey, Option<Matter>>,
) -> Result<(), StoreError> {
    for ((request, topic), matter) in matters {
        match matter {
            Some(matter) => put_matter(connection, matter)?,
            None => {
                run(
                    connection,
                    "delete from matter where request = ?1 and topic = ?2",
                    params![request.0.into_bytes(), topic.key()],
                )?;
            }
        }
    }
    Ok(())
}

fn put_matter(connection: &Connection, matter: &Matter) -> Result<(), StoreError> {
    let (request, topic) = (matter.request.0.into_bytes(), matter.topic.key());
    let body = wire::encode(matter);
    let before = one(
        connection,
        "select revision from matter_before where request = ?1 and topic = ?2 and body = ?3",
        params![request, topic, body],
        |row| Ok(row.get::<_, i64>(0)?),
    )?;
    let revision = match before {
        Some(revision) => revision,
        None => next_revision(connection)?,
    };
    let columns = MatterColumns::of(matter);
    run(
        connection,
        "replace into matter (request, topic, to_organisation, asker_organisation, member, kind,
             state, open, live, day, minutes, beneficiaries, category, places, revision, body, photo)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        params![
            request,
            topic,
            matter.to.0.into_bytes(),
            columns.asker_organisation.map(|id| id.0.into_bytes()),
            columns.member.map(|id| id.0.into_bytes()),
            matter.kind().as_str(),
            matter.state.as_str(),
            matter.is_open(),
            matter.is_live(),
            columns.day.0,
            columns.minutes,
            columns.beneficiaries,
            columns.category,
            columns.places,
            revision,
            body,
            columns.photo.map(|hash| hash.0.into_array()),
        ],
    )
    .map(drop)
}

/// Outcomes and matters are counted by one counter.
fn next_revision(connection: &Connection) -> Result<i64, StoreError> {
    one(
        connection,
        "update meta set outcome_revision = outcome_revision + 1 returning outcome_revision",
        [],
        |row| Ok(row.get(0)?),
    )?
    .ok_or(StoreError::Unfounded)
}
