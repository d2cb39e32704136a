//! Ledgers: what stands in them, in which order, and that pages leave nothing out.

use std::sync::Arc;

use shared::reconcile::Attendance;
use shared::records::Record;
use shared::time::{DAY_MS, Day};
use shared::wire::MatterRow;
use uuid::Uuid;

use super::matter_lists::busy;
use super::statements::{COMMUNITY, TEAM};
use super::world::{Pen, activity_id, calendar, check_in, day, found, journal, path, plan, ten};
use crate::projector::project_all;
use crate::store::Store;
use crate::store::ledgers::{ActivityLine, AttendanceLine, Extent, Ledger};
use crate::store::matters::MatterPlace;

pub(super) fn extent(text: &str, from: Day, to: Day) -> Extent {
    Extent {
        path: path(text),
        from,
        to,
    }
}

/// Today's and yesterday's lecture of the first branch, and members 2 and 1 at today's, 2 at yesterday's.
async fn lectures(store: &Arc<dyn Store>) {
    found(store).await;
    let mut yesterday = plan(2, 2);
    if let Record::Plan(plan) = &mut yesterday.record {
        plan.starts_at = ten().plus(-DAY_MS);
        plan.ends_at = plan.ends_at.plus(-DAY_MS);
        plan.venue = Some(shared::ids::VenueId(Uuid::from_u128(7)));
    }
    let mut calendar = Pen::new(calendar("001001001"), 1);
    calendar.store(store, &[plan(1, 1), yesterday]).await;
    let mut first = Pen::new(journal(1), 1);
    first.store(store, &[check_in(11, 1, 1)]).await;
    let mut second = Pen::new(journal(2), 2);
    second
        .store(
            store,
            &[check_in(12, 2, 1), check_in(13, 2, 2), check_in(14, 2, 404)],
        )
        .await;
    project_all(&**store).await.expect("projects");
}

pub(super) async fn a_ledger_of_activities_goes_on_where_a_page_ended(store: Arc<dyn Store>) {
    lectures(&store).await;
    let week = |text: &str| extent(text, day().plus(-6), day());
    let lines = async |extent: Extent, page: usize| {
        let (mut lines, mut after): (Vec<AttendanceLine>, _) = (Vec::new(), None);
        loop {
            let found = store.attendance_ledger(extent.clone(), after, page).await;
            let found = found.expect("reads");
            assert!(found.len() <= page);
            let Some(last) = found.last() else { break };
            after = Some(last.at());
            lines.extend(found);
        }
        let count = store.ledger_lines(Ledger::Attendance, extent).await;
        assert_eq!(count.expect("counts"), lines.len() as u64);
        lines
    };
    let all = lines(week("001"), 9).await;
    let told: Vec<_> = all
        .iter()
        .map(|line| (line.held.plan.plan.activity, &*line.name))
        .collect();
    let (today, yesterday) = (activity_id(1), activity_id(2));
    assert_eq!(
        told,
        [(yesterday, "党员2"), (today, "党员1"), (today, "党员2")]
    );
    assert_eq!(all[0].held.venue.as_deref(), Some("初心堂"));
    assert_eq!(all[0].held.organisation, "组织 001001001");
    assert_eq!(all[0].held.place, ["高要区"]);
    assert_eq!(all[0].branch, "组织 001001001");
    assert_eq!(all[1].held.venue, None);
    // Yesterday's claim was entered today: it waits, and stands in the ledger all the same.
    assert_eq!(all[1].outcome.attendance, Attendance::Present);
    for page in [1, 2, 3] {
        assert_eq!(lines(week("001"), page).await, all, "pages of {page}");
    }
    assert_eq!(lines(week("001001001"), 9).await, all);
    assert!(lines(week("001001002"), 9).await.is_empty());
    assert_eq!(lines(extent("001", day(), day()), 1).await, all[1..]);

    let activities = async |extent: Extent, page: usize| {
        let (mut lines, mut after): (Vec<ActivityLine>, _) = (Vec::new(), None);
        loop {
            let found = store.activity_ledger(extent.clone(), after, page).await;
            let found = found.expect("reads");
            let Some(last) = found.last() else { break };
            after = Some(last.held.at());
            lines.extend(found);
        }
        let count = store.ledger_lines(Ledger::Activities, extent).await;
        assert_eq!(count.expect("counts"), lines.len() as u64);
        lines
    };
    let both = activities(week("001"), 9).await;
    assert_eq!(both.len(), 2);
    assert_eq!(both[0].held, all[0].held);
    assert_eq!(both[1].tally.attendances, 2);
    assert_eq!(activities(week("001001"), 1).await, both);
    assert!(activities(week("009"), 9).await.is_empty());
}

pub(super) async fn a_ledger_of_matters_goes_on_where_a_page_ended(store: Arc<dyn Store>) {
    busy(&store).await;
    let read = async |ledger, extent: Extent, page: usize| {
        let (mut lines, mut after): (Vec<MatterRow>, Option<MatterPlace>) = (Vec::new(), None);
        loop {
            let wanted = extent.clone();
            let found = match ledger {
                Ledger::Registrations => store.registration_ledger(wanted, after, page).await,
                Ledger::Service | Ledger::Attendance | Ledger::Activities => {
                    store.service_ledger(wanted, after, page).await
                }
            };
            let found = found.expect("reads");
            let Some(last) = found.last() else { break };
            after = Some(MatterPlace::of(&last.matter));
            lines.extend(found);
        }
        let count = store.ledger_lines(ledger, extent).await;
        assert_eq!(count.expect("counts"), lines.len() as u64);
        let requests = lines.iter().map(|row| row.matter.request.0.as_u128());
        requests.collect::<Vec<_>>()
    };
    let week = |text: &str| extent(text, day().plus(-6), day());
    for page in [1, 2, 9] {
        let registrations = async |text: &str| read(Ledger::Registrations, week(text), page).await;
        assert_eq!(registrations("001").await, [14, 13, 10]);
        assert_eq!(registrations(COMMUNITY).await, [14, 13, 10], "it is asked");
        assert_eq!(
            registrations(TEAM).await,
            [14, 10],
            "it asks, or its member"
        );
        assert!(registrations("009").await.is_empty());
        let service = read(Ledger::Service, week("001"), page).await;
        assert_eq!(service, [15, 15, 12]);
    }
    let before = extent("001", day().plus(-6), day().plus(-1));
    assert_eq!(read(Ledger::Service, before.clone(), 1).await, [12]);
    assert!(read(Ledger::Registrations, before, 1).await.is_empty());
}
