//! Ledgers, page by page. Indices give the order, so that a page costs what it holds.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, params};
use shared::ids::ActivityId;
use shared::project::PlanRow;
use shared::wire::MatterRow;

use super::documents::version;
use super::matters::{COLUMNS, LINE, NAMED, rows};
use super::oversight::{place, tally};
use super::rows::{all, area_code, body, id, one};
use crate::store::StoreError;
use crate::store::ledgers::{
    ActivityHeld, ActivityLine, ActivityPlace, AttendanceLine, AttendancePlace, Extent, Ledger,
    registrations,
};
use crate::store::matters::{MatterPlace, counted_services};

/// Activities of the days between two. The plus keeps the planner from another index than that by day.
const ACTIVITIES: &str =
    "activity a where a.day between ?2 and ?3 and +a.organisation in (select id from line)";

pub(super) fn count(
    connection: &Connection,
    ledger: Ledger,
    extent: &Extent,
) -> Result<u64, StoreError> {
    let counted = match ledger {
        Ledger::Attendance => {
            format!("(select a.id from {ACTIVITIES}) a cross join outcome r on r.activity = a.id")
        }
        Ledger::Activities => ACTIVITIES.to_owned(),
        Ledger::Registrations => registrations("?2 and ?3"),
        Ledger::Service => counted_services("?2 and ?3"),
    };
    let rows = one(
        connection,
        &format!("with {LINE} select count(*) from {counted}"),
        params![extent.path.as_str(), extent.from.0, extent.to.0],
        |row| version(row, 0),
    )?;
    Ok(rows.unwrap_or_default())
}

pub(super) fn attendance(
    connection: &Connection,
    extent: &Extent,
    after: Option<&AttendancePlace>,
    limit: usize,
) -> Result<Vec<AttendanceLine>, StoreError> {
    let (from, to) = extent.upwards(after.map(|place| place.activity.day));
    let found = all(
        connection,
        &format!(
            "with {LINE}
             select a.id, coalesce(m.name, ''), coalesce(b.name, ''), r.body
             from (select a.id, a.day from {ACTIVITIES}) a
             cross join outcome r on r.activity = a.id
             left join member m on m.id = r.member
             left join organisation b on b.id = m.branch
             where ?4 is null
                 or (a.day, a.id, coalesce(m.name, ''), r.member) > (?4, ?5, ?6, ?7)
             order by a.day, a.id, coalesce(m.name, ''), r.member limit ?8"
        ),
        params![
            extent.path.as_str(),
            from.0,
            to.0,
            after.map(|place| place.activity.day.0),
            after.map(|place| place.activity.activity.0.into_bytes()),
            after.map(|place| place.name.as_str()),
            after.map(|place| place.member.0.into_bytes()),
            limited(limit),
        ],
        |row| {
            let name: String = row.get(1)?;
            let branch: String = row.get(2)?;
            let activity: ActivityId = id(row, 0)?;
            Ok((activity, name, branch, body(row, 3, "outcome")?))
        },
    )?;
    let mut activities: BTreeMap<ActivityId, Arc<ActivityHeld>> = BTreeMap::new();
    let mut lines = Vec::with_capacity(found.len());
    for (activity, name, branch, outcome) in found {
        let known = activities.get(&activity).cloned();
        let held = match known {
            Some(held) => held,
            None => Arc::new(held(connection, activity)?),
        };
        activities.insert(activity, held.clone());
        lines.push(AttendanceLine {
            held,
            name,
            branch,
            outcome,
        });
    }
    Ok(lines)
}

pub(super) fn activities(
    connection: &Connection,
    extent: &Extent,
    after: Option<ActivityPlace>,
    limit: usize,
) -> Result<Vec<ActivityLine>, StoreError> {
    let (from, to) = extent.upwards(after.map(|place| place.day));
    let found: Vec<ActivityId> = all(
        connection,
        &format!(
            "with {LINE} select a.id from {ACTIVITIES} and (?4 is null or (a.day, a.id) > (?4, ?5))
             order by a.day, a.id limit ?6"
        ),
        params![
            extent.path.as_str(),
            from.0,
            to.0,
            after.map(|place| place.day.0),
            after.map(|place| place.activity.0.into_bytes()),
            limited(limit),
        ],
        |row| id(row, 0),
    )?;
    found
        .into_iter()
        .map(|activity| {
            Ok(ActivityLine {
                held: Arc::new(held(connection, activity)?),
                tally: tally(connection, activity)?,
            })
        })
        .collect()
}

fn held(connection: &Connection, activity: ActivityId) -> Result<ActivityHeld, StoreError> {
    let found = one(
        connection,
        "select a.body, o.name, o.area from activity a
         join organisation o on o.id = a.organisation where a.id = ?1",
        [activity.0.into_bytes()],
        |row| {
            let plan: PlanRow = body(row, 0, "activity")?;
            Ok((plan, row.get(1)?, area_code(row, 2)?))
        },
    )?;
    let (plan, organisation, area) = found.ok_or(StoreError::Damaged { table: "activity" })?;
    let venue = match plan.plan.venue {
        Some(venue) => one(
            connection,
            "select name from venue where id = ?1",
            [venue.0.into_bytes()],
            |row| Ok(row.get(0)?),
        )?,
        None => None,
    };
    Ok(ActivityHeld {
        plan,
        organisation,
        place: place(connection, &area)?,
        venue,
    })
}

pub(super) fn registration_lines(
    connection: &Connection,
    extent: &Extent,
    after: Option<MatterPlace>,
    limit: usize,
) -> Result<Vec<MatterRow>, StoreError> {
    matters(
        connection,
        &registrations("?2 and ?3"),
        extent,
        after,
        limit,
    )
}

pub(super) fn service_lines(
    connection: &Connection,
    extent: &Extent,
    after: Option<MatterPlace>,
    limit: usize,
) -> Result<Vec<MatterRow>, StoreError> {
    matters(
        connection,
        &counted_services("?2 and ?3"),
        extent,
        after,
        limit,
    )
}

fn matters(
    connection: &Connection,
    wanted: &str,
    extent: &Extent,
    after: Option<MatterPlace>,
    limit: usize,
) -> Result<Vec<MatterRow>, StoreError> {
    let (from, to) = extent.downwards(after.map(|place| place.day));
    let found = rows(
        connection,
        &format!(
            "with {LINE}, page as (
                 select x.request, x.topic from {wanted}
                     and (?4 is null or (x.day, x.request, x.topic) < (?4, ?5, ?6))
                 order by x.day desc, x.request desc, x.topic desc limit ?7
             )
             select {COLUMNS} from page
             join matter x on x.request = page.request and x.topic = page.topic {NAMED}
             order by x.day desc, x.request desc, x.topic desc"
        ),
        params![
            extent.path.as_str(),
            from.0,
            to.0,
            after.map(|place| place.day.0),
            after.map(|place| place.key.0.0.into_bytes()),
            after.map(|place| place.key.1.key()),
            limited(limit),
        ],
    )?;
    Ok(found.into_iter().map(|(_, row)| row).collect())
}

fn limited(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
