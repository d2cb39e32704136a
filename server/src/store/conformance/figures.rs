//! Cells of the roll-ups, venues, and what waits to be confirmed.

use std::sync::Arc;

use shared::ids::{OrganisationPath, VenueId};
use shared::reconcile::Attendance;
use shared::records::{Entry, Record};
use shared::rollup::{Facet, Figures, Range, Span, cover, cover_by};
use shared::time::Day;
use shared::words::{ActivityKind, Measure, VenueKind};
use uuid::Uuid;

use super::statements::{COMMUNITY, TEAM, accepted, ledger, reply, team_service};
use super::world::{
    Pen, activity_id, calendar, check_in, day, found, journal, member_id, organisation_id, path,
    plan,
};
use crate::projector::project_all;
use crate::rollup::Sum;
use crate::store::Store;
use crate::store::figures::{
    ActivitiesWanted, CellsWanted, CountedWanted, DashboardRows, DashboardWanted, Depth, Marks,
    Memory, NoMemory, UnconfirmedPlace, VenuePlace, VenuesWanted,
};

/// Asks for the numbers of a period whole and by day, and for the activities under a facet.
pub(super) fn wanted(
    path: OrganisationPath,
    from: Day,
    to: Day,
    facet: Option<Facet>,
) -> DashboardWanted {
    let cells = |ranges, depth| CellsWanted { ranges, depth };
    DashboardWanted {
        path,
        own: vec![
            cells(cover(from, to), Depth::Facets),
            cells(cover_by(Span::Day, from, to), Depth::Figures),
        ],
        beneath: cells(cover(from, to), Depth::Sets),
        activities: ActivitiesWanted {
            from,
            to,
            facet,
            limit: 10,
        },
        memory: Arc::new(NoMemory),
    }
}

/// Adds up what was read of the organisation's own.
pub(super) fn figures(rows: &DashboardRows, facet: Option<&Facet>) -> Figures {
    let mut sum = Sum::default();
    for (_, row) in rows.own[0].iter().flat_map(|run| &run.rows).flatten() {
        sum.add(row, facet).expect("cells are sound");
    }
    sum.figures()
}

/// A training of the branch in its hall, under a campaign.
fn training(id: u128, activity: u128) -> Entry {
    let mut entry = plan(id, activity);
    if let Record::Plan(plan) = &mut entry.record {
        plan.kind = ActivityKind::Training;
        plan.venue = Some(hall());
        plan.campaign = Some("西江党旗红".to_owned());
    }
    entry
}

fn hall() -> VenueId {
    VenueId(Uuid::from_u128(7))
}

/// Members 1 and 2 at a training, member 1 at a lecture of the same day too.
async fn lectures(store: &Arc<dyn Store>) {
    found(store).await;
    let mut calendar = Pen::new(calendar("001001001"), 1);
    calendar.store(store, &[training(1, 1), plan(2, 2)]).await;
    let mut first = Pen::new(journal(1), 1);
    first
        .store(store, &[check_in(11, 1, 1), check_in(12, 1, 2)])
        .await;
    let mut second = Pen::new(journal(2), 2);
    second.store(store, &[check_in(13, 2, 1)]).await;
    project_all(&**store).await.expect("projects");
}

pub(super) async fn a_dashboard_has_its_numbers_by_facet_by_day_and_beneath(store: Arc<dyn Store>) {
    lectures(&store).await;
    let read = async |text: &str, from, to, facet| {
        let rows = store.dashboard(wanted(path(text), from, to, facet)).await;
        rows.expect("reads")
    };
    let county = read("001001", day(), day(), None).await.expect("is there");
    assert_eq!(county.line.len(), 2);
    assert_eq!(county.line[1].path, path("001001"));
    assert_eq!(county.line[1].summary.place, ["高要区"]);
    let whole = figures(&county, None);
    assert_eq!(whole.get(Measure::Activities), 2);
    assert_eq!(whole.get(Measure::Attendances), 3);
    assert_eq!(whole.get(Measure::People), 2, "nobody counts twice");
    assert_eq!(whole.get(Measure::GradeD), 3);
    assert_eq!(whole.get(Measure::Unconfirmed), 3);
    let campaign = figures(&county, Some(&Facet::Campaign("西江党旗红".to_owned())));
    assert_eq!(campaign.get(Measure::Activities), 1);
    assert_eq!(campaign.get(Measure::People), 2);
    let kind = figures(&county, Some(&Facet::Kind(ActivityKind::Lecture)));
    assert_eq!(
        (kind.get(Measure::Activities), kind.get(Measure::People)),
        (1, 1)
    );
    let run = &county.own[1][0];
    let days: Vec<Day> = run.marks.iter().map(|(day, _)| *day).collect();
    assert_eq!(days, [day()]);
    let rows = run.rows.as_ref().expect("nothing is remembered");
    assert!(rows[0].1.facets.is_empty(), "not asked for");
    assert!(county.activities.is_empty(), "its own only");
    let beneath: Vec<_> = county
        .beneath
        .iter()
        .map(|row| {
            (
                row.organisation.id,
                row.has_beneath,
                row.cells[0].marks.len(),
            )
        })
        .collect();
    assert_eq!(
        beneath,
        [
            (organisation_id("001001001"), false, 1),
            (organisation_id("001001002"), false, 0),
        ]
    );
    let city = read("001", day(), day(), None).await.expect("is there");
    assert!(city.beneath[0].has_beneath);

    let training = Some(Facet::Kind(ActivityKind::Training));
    let branch = read("001001001", day(), day(), training).await;
    let activities = branch.expect("is there").activities;
    assert_eq!(activities.len(), 1);
    assert_eq!(activities[0].activity, activity_id(1));
    assert_eq!(activities[0].tally.attendances, 2);
    // A month and a year hold what their days hold.
    let (from, to) = (Day::of(2020, 1, 1), Day::of(2026, 11, 30));
    let years = read("001", from, to, None).await.expect("is there");
    assert_eq!(figures(&years, None), whole);
    let tomorrow = read("001001001", day().plus(1), day().plus(9), None).await;
    let tomorrow = tomorrow.expect("is there");
    assert!(tomorrow.own[0].iter().all(|run| run.marks.is_empty()));
    assert!(tomorrow.activities.is_empty());
    assert!(read("009", day(), day(), None).await.is_none());
    let record = store.organisation(organisation_id("001001")).await;
    assert_eq!(record.expect("reads").as_ref(), county.line.last());
    let unknown = store.organisation(organisation_id("009")).await;
    assert_eq!(unknown.expect("reads"), None);
}

/// Remembers cells by their marks.
struct Knows(Marks);

impl Memory for Knows {
    fn remembers(&self, _: &str, _: Range, _: Depth, marks: &Marks) -> bool {
        *marks == self.0
    }
}

pub(super) async fn cells_that_are_remembered_are_not_read_until_they_change(
    store: Arc<dyn Store>,
) {
    lectures(&store).await;
    let read = async |memory: Arc<dyn Memory>| {
        let wanted = DashboardWanted {
            memory,
            ..wanted(path("001"), day(), day(), None)
        };
        let rows = store.dashboard(wanted).await;
        rows.expect("reads")
            .expect("is there")
            .own
            .remove(0)
            .remove(0)
    };
    let first = read(Arc::new(NoMemory)).await;
    let known: Arc<dyn Memory> = Arc::new(Knows(first.marks.clone()));
    let again = read(known.clone()).await;
    assert_eq!((again.marks, again.rows), (first.marks.clone(), None));
    let mut third = Pen::new(journal(3), 3);
    third.store(&store, &[check_in(14, 3, 1)]).await;
    project_all(&*store).await.expect("projects");
    let changed = read(known).await;
    assert_ne!(changed.marks, first.marks);
    assert!(changed.rows.is_some());
}

pub(super) async fn venues_are_used_or_not_whoever_holds_what(store: Arc<dyn Store>) {
    lectures(&store).await;
    let read = async |from, unused, after| {
        let wanted = VenuesWanted {
            path: path("001"),
            from,
            to: from,
            unused,
            after,
            limit: 10,
        };
        store.venues(wanted).await.expect("reads")
    };
    let found = read(day(), false, None).await;
    assert_eq!(found.all, [(VenueKind::Hall, 1)]);
    assert_eq!(found.used, [(VenueKind::Hall, 1)]);
    let (place, row) = &found.rows[0];
    assert_eq!(*place, path("001001001"));
    assert_eq!(row.venue.id, hall());
    assert_eq!(row.organisation.id, organisation_id("001001001"));
    assert_eq!(row.last_used, Some(day()));
    assert_eq!(row.figures.get(Measure::Activities), 1);
    assert_eq!(row.figures.get(Measure::People), 2);
    assert!(read(day(), true, None).await.rows.is_empty());
    let later = read(day().plus(3), true, None).await;
    assert_eq!(later.used, [(VenueKind::Hall, 0)]);
    assert_eq!(later.rows.len(), 1);
    assert_eq!(later.rows[0].1.last_used, Some(day()));
    let after = VenuePlace {
        path: path("001001001"),
        name: "初心堂".to_owned(),
        venue: hall(),
    };
    assert!(read(day(), false, Some(after)).await.rows.is_empty());
}

pub(super) async fn what_is_not_confirmed_is_listed_the_oldest_first(store: Arc<dyn Store>) {
    lectures(&store).await;
    let read = async |text: &str, after| {
        let rows = store.unconfirmed(path(text), after, 10).await;
        rows.expect("reads")
    };
    let rows = read("001001", None).await;
    let listed: Vec<_> = rows.iter().map(|(_, row)| row.activity.activity).collect();
    assert_eq!(listed, [activity_id(1), activity_id(2)]);
    assert_eq!(rows[0].1.organisation.id, organisation_id("001001001"));
    assert_eq!(rows[0].1.activity.tally.waiting, 2);
    let after = UnconfirmedPlace {
        day: day(),
        activity: activity_id(1),
    };
    assert_eq!(read("001001", Some(after)).await.len(), 1);
    assert!(read("001001002", None).await.is_empty());
}

pub(super) async fn what_counts_of_somebody_is_found(store: Arc<dyn Store>) {
    lectures(&store).await;
    let asked = team_service(101, &[1, 2], 60);
    Pen::new(ledger(TEAM), 3)
        .store(&store, std::slice::from_ref(&asked))
        .await;
    Pen::new(ledger(COMMUNITY), 1)
        .store(&store, &[reply(102, &asked, accepted())])
        .await;
    project_all(&*store).await.expect("projects");
    let read = async |wanted| store.counted(wanted).await.expect("reads");
    let people = read(CountedWanted {
        people: [member_id(1)].into(),
        ..CountedWanted::default()
    });
    let people = people.await;
    assert_eq!(people.outcomes.len(), 2);
    assert!(people.outcomes.iter().all(|(outcome, plan)| {
        outcome.attendance == Attendance::Present
            && plan
                .as_ref()
                .is_some_and(|row| row.plan.activity == outcome.activity)
    }));
    let volunteers = read(CountedWanted {
        volunteers: [member_id(2)].into(),
        ..CountedWanted::default()
    });
    assert_eq!(volunteers.await.matters.len(), 1);
    let all = CountedWanted {
        volunteers: [member_id(1)].into(),
        teams: [organisation_id(TEAM)].into(),
        requests: [asked.id].into(),
        ..CountedWanted::default()
    };
    assert_eq!(read(all).await.matters.len(), 2, "each once");
    assert!(read(CountedWanted::default()).await.matters.is_empty());

    let rows = store
        .dashboard(wanted(path("001"), day(), day(), None))
        .await;
    let rows = rows.expect("reads").expect("is there");
    let totals = figures(&rows, None);
    assert_eq!(totals.get(Measure::Services), 2);
    assert_eq!(totals.get(Measure::Volunteers), 2);
    assert_eq!(totals.get(Measure::Teams), 1);
}
