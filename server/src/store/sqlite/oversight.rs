//! What coordinators read: lists from outcomes, the roster and feedback.

use rusqlite::{Connection, Row, params};
use shared::api::{ActivitySummary, AttendanceRow, FeedbackItem, OrganisationSummary};
use shared::ids::{ActivityId, AreaCode, OrganisationId, OrganisationPath};
use shared::project::{FeedbackRow, PlanRow};
use shared::reconcile::Tally;
use shared::words::{AreaLevel, OrganisationKind};

use super::rows::{all, area_code, body, id, one, path, word};
use crate::store::StoreError;
use crate::store::oversight::{
    AttendanceRows, FeedbackRows, OrganisationRecord, RosterRow, RosterWanted,
};

pub(super) fn organisation(
    connection: &Connection,
    id: OrganisationId,
) -> Result<Option<OrganisationRecord>, StoreError> {
    one(
        connection,
        "select id, name, kind, area, path from organisation where id = ?1",
        [id.0.into_bytes()],
        |row| read_organisation(connection, row),
    )
}

/// Reads `id, name, kind, area, path`.
pub(super) fn read_organisation(
    connection: &Connection,
    row: &Row<'_>,
) -> Result<OrganisationRecord, StoreError> {
    Ok(OrganisationRecord {
        summary: read_summary(connection, row, 0)?,
        path: path(row, 4)?,
    })
}

/// Reads `id, name, kind, area` from a column on.
pub(super) fn read_summary(
    connection: &Connection,
    row: &Row<'_>,
    first: usize,
) -> Result<OrganisationSummary, StoreError> {
    Ok(OrganisationSummary {
        id: id(row, first)?,
        name: row.get(first + 1)?,
        kind: word(row, first + 2, OrganisationKind::parse, "organisation")?,
        place: place(connection, &area_code(row, first + 3)?)?,
    })
}

/// County and town of a division, the county first.
pub(super) fn place(connection: &Connection, code: &AreaCode) -> Result<Vec<String>, StoreError> {
    let mut names = all(
        connection,
        "with recursive above (code, name, level, parent, step) as (
             select code, name, level, parent, 0 from area where code = ?1
             union all
             select a.code, a.name, a.level, a.parent, above.step + 1
             from above join area a on a.code = above.parent where above.step < 4
         )
         select name, level from above order by step",
        [code.as_str()],
        |row| {
            let level = word(row, 1, AreaLevel::parse, "area")?;
            Ok((row.get::<_, String>(0)?, level))
        },
    )?;
    names.retain(|(_, level)| matches!(level, AreaLevel::County | AreaLevel::Town));
    names.reverse();
    Ok(names.into_iter().map(|(name, _)| name).collect())
}

/// Returns an activity with what its outcomes add up to.
pub(super) fn summary(
    connection: &Connection,
    row: PlanRow,
) -> Result<ActivitySummary, StoreError> {
    let cancelled = row.plan.is_cancelled();
    Ok(ActivitySummary {
        activity: row.plan.activity,
        tally: tally(connection, row.plan.activity)?,
        topic: row.plan.topic,
        starts_at: row.plan.starts_at,
        ends_at: row.plan.ends_at,
        cancelled,
    })
}

fn tally(connection: &Connection, activity: ActivityId) -> Result<Tally, StoreError> {
    let tally = one(
        connection,
        "select coalesce(sum(attendances), 0), coalesce(sum(grade_a), 0),
             coalesce(sum(grade_b), 0), coalesce(sum(grade_c), 0), coalesce(sum(grade_d), 0),
             coalesce(sum(waiting), 0), coalesce(sum(disputed), 0)
         from outcome where activity = ?1",
        [activity.0.into_bytes()],
        |row| {
            Ok(Tally {
                attendances: row.get(0)?,
                grades: [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?],
                waiting: row.get(5)?,
                disputed: row.get(6)?,
            })
        },
    )?;
    Ok(tally.unwrap_or_default())
}

pub(super) fn attendance(
    connection: &Connection,
    activity: ActivityId,
) -> Result<Option<AttendanceRows>, StoreError> {
    let found = one(
        connection,
        "select a.body, o.path from activity a
         left join organisation o on o.id = a.organisation where a.id = ?1",
        [activity.0.into_bytes()],
        |row| {
            let path: Option<String> = row.get(1)?;
            let row: PlanRow = body(row, 0, "activity")?;
            Ok((row, path.and_then(|path| path.try_into().ok())))
        },
    )?;
    let Some((plan_row, path)) = found else {
        return Ok(None);
    };
    let rows = all(
        connection,
        "select coalesce(m.name, ''), coalesce(o.name, ''), r.body from outcome r
         left join member m on m.id = r.member
         left join organisation o on o.id = m.branch
         where r.activity = ?1 order by 1, r.member",
        [activity.0.into_bytes()],
        |row| {
            Ok(AttendanceRow {
                name: row.get(0)?,
                branch: row.get(1)?,
                expected: false,
                outcome: body(row, 2, "outcome")?,
            })
        },
    )?;
    let visitors = all(
        connection,
        "select body from visitor where activity = ?1 order by id",
        [activity.0.into_bytes()],
        |row| body(row, 0, "visitor"),
    )?;
    let venue = match plan_row.plan.venue {
        Some(venue) => one(
            connection,
            "select name from venue where id = ?1",
            [venue.0.into_bytes()],
            |row| Ok(row.get(0)?),
        )?,
        None => None,
    };
    Ok(Some(AttendanceRows {
        organisation: plan_row.organisation,
        path,
        plan: plan_row.plan.clone(),
        venue,
        activity: summary(connection, plan_row)?,
        rows,
        visitors,
    }))
}

pub(super) fn roster(
    connection: &Connection,
    wanted: &RosterWanted,
) -> Result<Vec<RosterRow>, StoreError> {
    let limit = i64::try_from(wanted.limit).unwrap_or(i64::MAX);
    let mut people = Vec::new();
    for organisation in &wanted.organisations {
        people.extend(all(
            connection,
            "select m.id, m.name, o.name
             from organisation above
             join organisation o on substr(o.path, 1, length(above.path)) = above.path
             join member m on m.branch = o.id
             where above.id = ?1 order by m.name, m.id limit ?2",
            params![organisation.0.into_bytes(), limit],
            read_person,
        )?);
    }
    for member in &wanted.members {
        people.extend(one(
            connection,
            "select m.id, m.name, coalesce(o.name, '') from member m
             left join organisation o on o.id = m.branch where m.id = ?1",
            [member.0.into_bytes()],
            read_person,
        )?);
    }
    people.sort_by(|one, other| (&one.name, one.member).cmp(&(&other.name, other.member)));
    people.dedup();
    people.truncate(wanted.limit);
    Ok(people)
}

pub(super) fn read_person(row: &Row<'_>) -> Result<RosterRow, StoreError> {
    Ok(RosterRow {
        member: id(row, 0)?,
        name: row.get(1)?,
        branch: row.get(2)?,
    })
}

pub(super) fn feedback(
    connection: &Connection,
    path: &OrganisationPath,
    limit: usize,
) -> Result<FeedbackRows, StoreError> {
    all(
        connection,
        "select m.name, o.name, f.body
         from feedback f
         join member m on m.id = f.member
         join organisation o on o.id = m.branch
         where substr(o.path, 1, length(?1)) = ?1
         order by f.recorded_at desc, f.id desc limit ?2",
        params![path.as_str(), i64::try_from(limit).unwrap_or(i64::MAX)],
        |row| {
            let row_body: FeedbackRow = body(row, 2, "feedback")?;
            Ok(FeedbackItem {
                name: row.get(0)?,
                branch: row.get(1)?,
                recorded_at: row_body.recorded_at,
                text: row_body.text,
            })
        },
    )
}
