//! Ledgers, page by page. Indices give the order, so that a page costs what it holds.

use std::collections::BTreeMap;
use std::sync::Arc;

use deadpool_postgres::Transaction;
use shared::ids::{ActivityId, VenueId};
use shared::project::PlanRow;
use shared::wire::MatterRow;
use uuid::Uuid;

use super::matters::{COLUMNS, LINE, NAMED, rows};
use super::oversight::{places, tallies};
use super::rows::{all, area_code, body, get, id, limited, one, version};
use crate::store::ledgers::{
    ActivityHeld, ActivityLine, ActivityPlace, AttendanceLine, AttendancePlace, Extent, Ledger,
    registrations,
};
use crate::store::matters::{MatterPlace, counted_services};
use crate::store::{StoreError, unique};

/// Activities of the days between two.
const ACTIVITIES: &str =
    "activity a where a.day between $2 and $3 and a.organisation in (select id from line)";

pub(super) async fn count(
    transaction: &Transaction<'_>,
    ledger: Ledger,
    extent: &Extent,
) -> Result<u64, StoreError> {
    let counted = match ledger {
        Ledger::Attendance => {
            format!("(select a.id from {ACTIVITIES}) a join outcome r on r.activity = a.id")
        }
        Ledger::Activities => ACTIVITIES.to_owned(),
        Ledger::Registrations => registrations("$2 and $3"),
        Ledger::Service => counted_services("$2 and $3"),
    };
    let rows = one(
        transaction,
        &format!("with {LINE} select count(*) from {counted}"),
        &[&extent.path.as_str(), &extent.from.0, &extent.to.0],
        |row| version(row, 0),
    )
    .await?;
    Ok(rows.unwrap_or_default())
}

pub(super) async fn attendance(
    transaction: &Transaction<'_>,
    extent: &Extent,
    after: Option<&AttendancePlace>,
    limit: usize,
) -> Result<Vec<AttendanceLine>, StoreError> {
    let (from, to) = extent.upwards(after.map(|place| place.activity.day));
    let found = all(
        transaction,
        &format!(
            "with {LINE}
             select a.id, coalesce(m.name, ''), coalesce(b.name, ''), r.body
             from (select a.id, a.day from {ACTIVITIES}) a
             join outcome r on r.activity = a.id
             left join member m on m.id = r.member
             left join organisation b on b.id = m.branch
             where $4::integer is null
                 or (a.day, a.id, coalesce(m.name, ''), r.member)
                     > ($4::integer, $5::uuid, $6::text, $7::uuid)
             order by a.day, a.id, coalesce(m.name, ''), r.member limit $8"
        ),
        &[
            &extent.path.as_str(),
            &from.0,
            &to.0,
            &after.map(|place| place.activity.day.0),
            &after.map(|place| place.activity.activity.0),
            &after.map(|place| place.name.as_str()),
            &after.map(|place| place.member.0),
            &limited(limit),
        ],
        |row| {
            let name: String = get(row, 1)?;
            let branch: String = get(row, 2)?;
            let activity: ActivityId = id(row, 0)?;
            Ok((activity, name, branch, body(row, 3, "outcome")?))
        },
    )
    .await?;
    let activities = held(transaction, found.iter().map(|line| line.0)).await?;
    found
        .into_iter()
        .map(|(activity, name, branch, outcome)| {
            let held = activities.get(&activity).cloned();
            Ok(AttendanceLine {
                held: held.ok_or(StoreError::Damaged { table: "activity" })?,
                name,
                branch,
                outcome,
            })
        })
        .collect()
}

pub(super) async fn activities(
    transaction: &Transaction<'_>,
    extent: &Extent,
    after: Option<ActivityPlace>,
    limit: usize,
) -> Result<Vec<ActivityLine>, StoreError> {
    let (from, to) = extent.upwards(after.map(|place| place.day));
    let found: Vec<ActivityId> = all(
        transaction,
        &format!(
            "with {LINE} select a.id from {ACTIVITIES}
                 and ($4::integer is null or (a.day, a.id) > ($4::integer, $5::uuid))
             order by a.day, a.id limit $6"
        ),
        &[
            &extent.path.as_str(),
            &from.0,
            &to.0,
            &after.map(|place| place.day.0),
            &after.map(|place| place.activity.0),
            &limited(limit),
        ],
        |row| id(row, 0),
    )
    .await?;
    let activities = held(transaction, found.iter().copied()).await?;
    let tallies = tallies(transaction, found.iter().copied()).await?;
    found
        .into_iter()
        .map(|activity| {
            let held = activities.get(&activity).cloned();
            Ok(ActivityLine {
                held: held.ok_or(StoreError::Damaged { table: "activity" })?,
                tally: tallies.get(&activity).copied().unwrap_or_default(),
            })
        })
        .collect()
}

async fn held(
    transaction: &Transaction<'_>,
    activities: impl Iterator<Item = ActivityId>,
) -> Result<BTreeMap<ActivityId, Arc<ActivityHeld>>, StoreError> {
    let activities: Vec<Uuid> = unique(activities.map(|activity| activity.0));
    let found = all(
        transaction,
        "select a.id, a.body, o.name, o.area from activity a
         join organisation o on o.id = a.organisation where a.id = any($1)",
        &[&activities],
        |row| {
            let activity: ActivityId = id(row, 0)?;
            let plan: PlanRow = body(row, 1, "activity")?;
            Ok((activity, plan, get::<String>(row, 2)?, area_code(row, 3)?))
        },
    )
    .await?;
    let places = places(transaction, found.iter().map(|(_, _, _, area)| area)).await?;
    let venues = found.iter().filter_map(|(_, plan, _, _)| plan.plan.venue);
    let venues: Vec<Uuid> = unique(venues.map(|venue| venue.0));
    let venues = all(
        transaction,
        "select id, name from venue where id = any($1)",
        &[&venues],
        |row| Ok((id(row, 0)?, get(row, 1)?)),
    )
    .await?;
    let venues: BTreeMap<VenueId, String> = venues.into_iter().collect();
    Ok(found
        .into_iter()
        .map(|(activity, plan, organisation, area)| {
            let venue = plan
                .plan
                .venue
                .and_then(|venue| venues.get(&venue).cloned());
            let held = ActivityHeld {
                plan,
                organisation,
                place: places.get(&area).cloned().unwrap_or_default(),
                venue,
            };
            (activity, Arc::new(held))
        })
        .collect())
}

pub(super) async fn registration_lines(
    transaction: &Transaction<'_>,
    extent: &Extent,
    after: Option<MatterPlace>,
    limit: usize,
) -> Result<Vec<MatterRow>, StoreError> {
    let wanted = registrations("$2 and $3");
    matters(transaction, &wanted, extent, after, limit).await
}

pub(super) async fn service_lines(
    transaction: &Transaction<'_>,
    extent: &Extent,
    after: Option<MatterPlace>,
    limit: usize,
) -> Result<Vec<MatterRow>, StoreError> {
    let wanted = counted_services("$2 and $3");
    matters(transaction, &wanted, extent, after, limit).await
}

async fn matters(
    transaction: &Transaction<'_>,
    wanted: &str,
    extent: &Extent,
    after: Option<MatterPlace>,
    limit: usize,
) -> Result<Vec<MatterRow>, StoreError> {
    let (from, to) = extent.downwards(after.map(|place| place.day));
    let found = rows(
        transaction,
        &format!(
            "with {LINE}, page as (
                 select x.request, x.topic from {wanted}
                     and ($4::integer is null
                         or (x.day, x.request, x.topic) < ($4::integer, $5::uuid, $6::bytea))
                 order by x.day desc, x.request desc, x.topic desc limit $7
             )
             select {COLUMNS} from page
             join matter x on x.request = page.request and x.topic = page.topic {NAMED}
             order by x.day desc, x.request desc, x.topic desc"
        ),
        &[
            &extent.path.as_str(),
            &from.0,
            &to.0,
            &after.map(|place| place.day.0),
            &after.map(|place| place.key.0.0),
            &after.map(|place| place.key.1.key().to_vec()),
            &limited(limit),
        ],
    )
    .await?;
    Ok(found.into_iter().map(|(_, row)| row).collect())
}
