//! What coordinators read: lists from outcomes, the roster and feedback.

use std::collections::BTreeMap;

use deadpool_postgres::Transaction;
use shared::api::{ActivitySummary, AttendanceRow, FeedbackItem, OrganisationSummary};
use shared::ids::{ActivityId, AreaCode, OrganisationId, OrganisationPath};
use shared::project::{FeedbackRow, PlanRow};
use shared::reconcile::Tally;
use shared::words::{AreaLevel, OrganisationKind};
use tokio_postgres::Row;
use uuid::Uuid;

use super::rows::{all, area_code, body, get, id, limited, one, path, word};
use crate::store::oversight::{
    AttendanceRows, FeedbackRows, OrganisationRecord, RosterRow, RosterWanted,
};
use crate::store::{StoreError, unique};

pub(super) async fn organisation(
    transaction: &Transaction<'_>,
    id: OrganisationId,
) -> Result<Option<OrganisationRecord>, StoreError> {
    let sql = "select id, name, kind, area, path from organisation where id = $1";
    let found = all(transaction, sql, &[&id.0], read_organisation).await?;
    Ok(placed(transaction, found).await?.pop())
}

/// Reads `id, name, kind, area, path`; the place is still to be found.
pub(super) fn read_organisation(row: &Row) -> Result<(OrganisationRecord, AreaCode), StoreError> {
    let (summary, area) = read_summary(row, 0)?;
    let record = OrganisationRecord {
        summary,
        path: path(row, 4)?,
    };
    Ok((record, area))
}

/// Reads `id, name, kind, area` from a column on.
pub(super) fn read_summary(
    row: &Row,
    first: usize,
) -> Result<(OrganisationSummary, AreaCode), StoreError> {
    let summary = OrganisationSummary {
        id: id(row, first)?,
        name: get(row, first + 1)?,
        kind: word(row, first + 2, OrganisationKind::parse, "organisation")?,
        place: Vec::new(),
    };
    Ok((summary, area_code(row, first + 3)?))
}

/// Notes the places of organisations.
pub(super) async fn placed(
    transaction: &Transaction<'_>,
    found: Vec<(OrganisationRecord, AreaCode)>,
) -> Result<Vec<OrganisationRecord>, StoreError> {
    let places = places(transaction, found.iter().map(|(_, area)| area)).await?;
    Ok(found
        .into_iter()
        .map(|(mut record, area)| {
            record.summary.place = places.get(&area).cloned().unwrap_or_default();
            record
        })
        .collect())
}

/// County and town of each division, the county first.
pub(super) async fn places(
    transaction: &Transaction<'_>,
    codes: impl Iterator<Item = &AreaCode>,
) -> Result<BTreeMap<AreaCode, Vec<String>>, StoreError> {
    let codes = unique(codes.cloned());
    let codes: Vec<&str> = codes.iter().map(AreaCode::as_str).collect();
    let names = all(
        transaction,
        "with recursive above (origin, name, level, parent, step) as (
             select code, name, level, parent, 0 from area where code = any($1)
             union all
             select above.origin, a.name, a.level, a.parent, above.step + 1
             from above join area a on a.code = above.parent where above.step < 4
         )
         select origin, name, level from above order by origin, step desc",
        &[&codes],
        |row| {
            let level = word(row, 2, AreaLevel::parse, "area")?;
            Ok((area_code(row, 0)?, get::<String>(row, 1)?, level))
        },
    )
    .await?;
    let mut places: BTreeMap<AreaCode, Vec<String>> = BTreeMap::new();
    for (origin, name, level) in names {
        let place = places.entry(origin).or_default();
        if matches!(level, AreaLevel::County | AreaLevel::Town) {
            place.push(name);
        }
    }
    Ok(places)
}

/// Returns an activity with what its outcomes add up to.
pub(super) fn summary(row: PlanRow, tallies: &BTreeMap<ActivityId, Tally>) -> ActivitySummary {
    ActivitySummary {
        activity: row.plan.activity,
        tally: tallies.get(&row.plan.activity).copied().unwrap_or_default(),
        cancelled: row.plan.is_cancelled(),
        topic: row.plan.topic,
        starts_at: row.plan.starts_at,
        ends_at: row.plan.ends_at,
    }
}

/// Returns what the outcomes of activities add up to.
pub(super) async fn tallies(
    transaction: &Transaction<'_>,
    activities: impl Iterator<Item = ActivityId>,
) -> Result<BTreeMap<ActivityId, Tally>, StoreError> {
    let activities: Vec<Uuid> = activities.map(|activity| activity.0).collect();
    let tallies = all(
        transaction,
        "select activity, sum(attendances)::bigint, sum(grade_a)::bigint, sum(grade_b)::bigint,
             sum(grade_c)::bigint, sum(grade_d)::bigint, sum(waiting)::bigint,
             sum(disputed)::bigint
         from outcome where activity = any($1) group by activity",
        &[&activities],
        |row| {
            let tally = Tally {
                attendances: get(row, 1)?,
                grades: [get(row, 2)?, get(row, 3)?, get(row, 4)?, get(row, 5)?],
                waiting: get(row, 6)?,
                disputed: get(row, 7)?,
            };
            Ok((id(row, 0)?, tally))
        },
    )
    .await?;
    Ok(tallies.into_iter().collect())
}

pub(super) async fn attendance(
    transaction: &Transaction<'_>,
    activity: ActivityId,
) -> Result<Option<AttendanceRows>, StoreError> {
    let found = one(
        transaction,
        "select a.body, o.path from activity a
         left join organisation o on o.id = a.organisation where a.id = $1",
        &[&activity.0],
        |row| {
            let path: Option<String> = get(row, 1)?;
            let row: PlanRow = body(row, 0, "activity")?;
            Ok((row, path.and_then(|path| path.try_into().ok())))
        },
    )
    .await?;
    let Some((plan_row, path)) = found else {
        return Ok(None);
    };
    let rows = all(
        transaction,
        "select coalesce(m.name, ''), coalesce(o.name, ''), r.body from outcome r
         left join member m on m.id = r.member
         left join organisation o on o.id = m.branch
         where r.activity = $1 order by coalesce(m.name, ''), r.member",
        &[&activity.0],
        |row| {
            Ok(AttendanceRow {
                name: get(row, 0)?,
                branch: get(row, 1)?,
                expected: false,
                outcome: body(row, 2, "outcome")?,
            })
        },
    )
    .await?;
    let tallies = tallies(transaction, std::iter::once(activity)).await?;
    let visitors = all(
        transaction,
        "select body from visitor where activity = $1 order by id",
        &[&activity.0],
        |row| body(row, 0, "visitor"),
    )
    .await?;
    let venue = one(
        transaction,
        "select name from venue where id = $1",
        &[&plan_row.plan.venue.map(|venue| venue.0)],
        |row| get(row, 0),
    )
    .await?;
    Ok(Some(AttendanceRows {
        organisation: plan_row.organisation,
        path,
        plan: plan_row.plan.clone(),
        venue,
        activity: summary(plan_row, &tallies),
        visitors,
        rows,
    }))
}

pub(super) async fn roster(
    transaction: &Transaction<'_>,
    wanted: &RosterWanted,
) -> Result<Vec<RosterRow>, StoreError> {
    let organisations: Vec<Uuid> = wanted.organisations.iter().map(|id| id.0).collect();
    let members: Vec<Uuid> = wanted.members.iter().map(|id| id.0).collect();
    all(
        transaction,
        "select m.id, m.name, coalesce(o.name, '') from member m
         left join organisation o on o.id = m.branch
         where m.id = any($2) or exists (
             select from organisation above
             where above.id = any($1) and starts_with(o.path, above.path)
         )
         order by m.name, m.id limit $3",
        &[&organisations, &members, &limited(wanted.limit)],
        read_person,
    )
    .await
}

pub(super) fn read_person(row: &Row) -> Result<RosterRow, StoreError> {
    Ok(RosterRow {
        member: id(row, 0)?,
        name: get(row, 1)?,
        branch: get(row, 2)?,
    })
}

pub(super) async fn feedback(
    transaction: &Transaction<'_>,
    path: &OrganisationPath,
    limit: usize,
) -> Result<FeedbackRows, StoreError> {
    all(
        transaction,
        "select m.name, o.name, f.body
         from feedback f
         join member m on m.id = f.member
         join organisation o on o.id = m.branch
         where starts_with(o.path, $1)
         order by f.recorded_at desc, f.id desc limit $2",
        &[&path.as_str(), &limited(limit)],
        |row| {
            let row_body: FeedbackRow = body(row, 2, "feedback")?;
            Ok(FeedbackItem {
                name: get(row, 0)?,
                branch: get(row, 1)?,
                recorded_at: row_body.recorded_at,
                text: row_body.text,
            })
        },
    )
    .await
}
