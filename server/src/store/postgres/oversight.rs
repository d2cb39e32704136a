//! What coordinators read: totals from the roll-ups, lists from outcomes and feedback.

use std::collections::BTreeMap;

use deadpool_postgres::Transaction;
use shared::api::{
    ActivitySummary, AttendanceRow, DayTotals, FeedbackItem, OrganisationSummary,
    OrganisationTotals, Totals,
};
use shared::ids::{ActivityId, AreaCode, OrganisationId, OrganisationPath};
use shared::project::{FeedbackRow, PlanRow};
use shared::reconcile::Tally;
use shared::time::Day;
use shared::words::{AreaLevel, OrganisationKind};
use tokio_postgres::Row;
use uuid::Uuid;

use super::rows::{all, area_code, body, get, id, limited, one, path, word};
use crate::store::oversight::{
    AttendanceRows, FeedbackRows, OrganisationRecord, OverviewRows, RosterRow, RosterWanted,
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
fn read_organisation(row: &Row) -> Result<(OrganisationRecord, AreaCode), StoreError> {
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

async fn placed(
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

pub(super) async fn overview(
    transaction: &Transaction<'_>,
    path: &OrganisationPath,
    from: Day,
    to: Day,
    activities: usize,
) -> Result<Option<OverviewRows>, StoreError> {
    let line = path.line();
    let line: Vec<String> = line.into_iter().map(String::from).collect();
    let sql = "select id, name, kind, area, path from organisation where path = any($1)
               order by path";
    let line = all(transaction, sql, &[&line], read_organisation).await?;
    let line = placed(transaction, line).await?;
    let Some(own) = line.last().filter(|last| last.path == *path) else {
        return Ok(None);
    };
    let own = own.summary.id;
    let days = days(transaction, path, from, to).await?;
    Ok(Some(OverviewRows {
        totals: sum(&days),
        beneath: beneath(transaction, path, from, to).await?,
        activities: own_activities(transaction, own, from, to, activities).await?,
        days,
        line,
    }))
}

async fn days(
    transaction: &Transaction<'_>,
    path: &OrganisationPath,
    from: Day,
    to: Day,
) -> Result<Vec<DayTotals>, StoreError> {
    all(
        transaction,
        "select activities, attendances, grade_a, grade_b, grade_c, grade_d, waiting, disputed, day
         from rollup where path = $1 and day between $2 and $3 order by day",
        &[&path.as_str(), &from.0, &to.0],
        |row| {
            Ok(DayTotals {
                day: Day(get(row, 8)?),
                totals: read_totals(row)?,
            })
        },
    )
    .await
}

fn sum(days: &[DayTotals]) -> Totals {
    let mut sum = Totals::default();
    for DayTotals { totals, .. } in days {
        sum.activities += totals.activities;
        sum.tally.attendances += totals.tally.attendances;
        for (sum, part) in sum.tally.grades.iter_mut().zip(totals.tally.grades) {
            *sum += part;
        }
        sum.tally.waiting += totals.tally.waiting;
        sum.tally.disputed += totals.tally.disputed;
    }
    sum
}

async fn beneath(
    transaction: &Transaction<'_>,
    path: &OrganisationPath,
    from: Day,
    to: Day,
) -> Result<Vec<OrganisationTotals>, StoreError> {
    let found = all(
        transaction,
        "select coalesce(sum(r.activities), 0)::bigint, coalesce(sum(r.attendances), 0)::bigint,
             coalesce(sum(r.grade_a), 0)::bigint, coalesce(sum(r.grade_b), 0)::bigint,
             coalesce(sum(r.grade_c), 0)::bigint, coalesce(sum(r.grade_d), 0)::bigint,
             coalesce(sum(r.waiting), 0)::bigint, coalesce(sum(r.disputed), 0)::bigint,
             o.id, o.name, o.kind, o.area
         from organisation o
         left join rollup r on r.path = o.path and r.day between $2 and $3
         where o.parent = $1 group by o.id order by o.path",
        &[&path.as_str(), &from.0, &to.0],
        |row| Ok((read_totals(row)?, read_summary(row, 8)?)),
    )
    .await?;
    let places = places(transaction, found.iter().map(|(_, (_, area))| area)).await?;
    Ok(found
        .into_iter()
        .map(|(totals, (mut organisation, area))| {
            organisation.place = places.get(&area).cloned().unwrap_or_default();
            OrganisationTotals {
                totals,
                organisation,
            }
        })
        .collect())
}

async fn own_activities(
    transaction: &Transaction<'_>,
    organisation: OrganisationId,
    from: Day,
    to: Day,
    limit: usize,
) -> Result<Vec<ActivitySummary>, StoreError> {
    let plans = all(
        transaction,
        "select body from activity
         where organisation = $1 and starts_at >= $2 and starts_at < $3
         order by starts_at, id limit $4",
        &[
            &organisation.0,
            &from.start().0,
            &to.plus(1).start().0,
            &limited(limit),
        ],
        |row| body::<PlanRow>(row, 0, "activity"),
    )
    .await?;
    let tallies = tallies(transaction, plans.iter().map(|row| row.plan.activity)).await?;
    Ok(plans
        .into_iter()
        .map(|row| summary(row, &tallies))
        .collect())
}

fn summary(row: PlanRow, tallies: &BTreeMap<ActivityId, Tally>) -> ActivitySummary {
    ActivitySummary {
        activity: row.plan.activity,
        tally: tallies.get(&row.plan.activity).copied().unwrap_or_default(),
        cancelled: row.plan.is_cancelled(),
        topic: row.plan.topic,
        starts_at: row.plan.starts_at,
        ends_at: row.plan.ends_at,
    }
}

pub(super) async fn tallies(
    transaction: &Transaction<'_>,
    activities: impl Iterator<Item = ActivityId>,
) -> Result<BTreeMap<ActivityId, Tally>, StoreError> {
    let activities: Vec<Uuid> = activities.map(|activity| activity.0).collect();
    let tallies = all(
        transaction,
        "select 0::bigint, sum(attendances)::bigint, sum(grade_a)::bigint, sum(grade_b)::bigint,
             sum(grade_c)::bigint, sum(grade_d)::bigint, sum(waiting)::bigint,
             sum(disputed)::bigint, activity
         from outcome where activity = any($1) group by activity",
        &[&activities],
        |row| Ok((id(row, 8)?, read_totals(row)?.tally)),
    )
    .await?;
    Ok(tallies.into_iter().collect())
}

/// Reads `activities, attendances, grade_a, grade_b, grade_c, grade_d, waiting, disputed`.
fn read_totals(row: &Row) -> Result<Totals, StoreError> {
    Ok(Totals {
        activities: get(row, 0)?,
        tally: Tally {
            attendances: get(row, 1)?,
            grades: [get(row, 2)?, get(row, 3)?, get(row, 4)?, get(row, 5)?],
            waiting: get(row, 6)?,
            disputed: get(row, 7)?,
        },
    })
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
