use shared::ids::MemberId;
use shared::project::Party;
use shared::reconcile::MatterFlag;
use shared::records::{Pledge, Service};
use shared::time::{HOUR_MS, Timestamp};
use shared::words::ServiceCategory;
use uuid::Uuid;

use super::*;

const DAY: Day = Day(20_000);

/// A matter of request `number` about the member `topic`, entered so many hours into a day.
pub(in crate::pages::affairs) fn matter(
    number: u128,
    topic: u128,
    state: RequestState,
    hour: i64,
    subject: Subject,
) -> Matter {
    let member = MemberId(Uuid::from_u128(topic));
    let topic = match &subject {
        Subject::Pledge(pledge) => Topic::Listing(pledge.listing),
        Subject::MemberRegistration(_)
        | Subject::OrganisationRegistration(_)
        | Subject::Service(_) => Topic::Member(member),
    };
    Matter {
        request: EntryId(Uuid::from_u128(number)),
        topic,
        asker: Party::Member(member),
        by: member,
        to: OrganisationId(Uuid::from_u128(1)),
        subject,
        recorded_at: DAY.start().plus(hour * HOUR_MS),
        day: DAY,
        state,
        reply: None,
        contradicting: Vec::new(),
        withdrawal: None,
        rating: None,
        replaced_by: None,
        same_as: Vec::new(),
        flags: Vec::new(),
        said: Vec::new(),
    }
}

pub(in crate::pages::affairs) fn service(minutes: u32) -> Subject {
    Subject::Service(Service {
        starts_at: DAY.start(),
        ends_at: Timestamp(DAY.start().0 + 2 * HOUR_MS),
        minutes,
        category: ServiceCategory::Health,
        beneficiaries: 5,
        place: None,
        note: None,
        listing: None,
        activity: None,
        photo: None,
        people: Vec::new(),
    })
}

pub(in crate::pages::affairs) fn pledge(listing: u128, places: u32) -> Subject {
    Subject::Pledge(Pledge {
        listing: ListingId(Uuid::from_u128(listing)),
        places,
        note: None,
    })
}

pub(in crate::pages::affairs) fn view(name: &str, matter: Matter) -> MatterView {
    MatterView {
        row: MatterRow {
            matter,
            name: name.to_owned(),
            from: String::new(),
            to: "Community".to_owned(),
            place: Vec::new(),
        },
        sending: None,
    }
}

fn told(cases: &[Case]) -> Vec<(u128, Vec<&str>)> {
    let told = |case: &Case| case.request().0.as_u128();
    cases
        .iter()
        .map(|case| {
            let names = case.rows().map(|row| row.name.as_str());
            (told(case), names.collect())
        })
        .collect()
}

#[test]
fn a_teams_service_is_one_row_with_its_people_by_name_and_the_longest_waiting_comes_first() {
    use RequestState::{Accepted, Waiting};
    let views = [
        view("c", matter(3, 3, Waiting, 9, service(60))),
        view("b", matter(2, 2, Waiting, 8, service(60))),
        view("a", matter(2, 1, Waiting, 8, service(60))),
        view("d", matter(1, 4, Accepted, 7, service(60))),
    ];
    assert_eq!(
        told(&waiting(&views)),
        [(2, vec!["a", "b"]), (3, vec!["c"])]
    );
    assert_eq!(told(&handled(&views, DAY)), [(1, vec!["d"])]);
    assert_eq!(told(&handled(&views, DAY.plus(1))), []);
}

#[test]
fn of_a_team_only_those_wait_on_whom_something_is_to_be_decided() {
    use RequestState::{Joined, Waiting};
    let views = [
        view("a", matter(2, 1, Joined, 8, service(60))),
        view("b", matter(2, 2, Waiting, 8, service(60))),
    ];
    assert_eq!(told(&waiting(&views)), [(2, vec!["b"])]);
    assert_eq!(told(&handled(&views, DAY)), []);
}

#[test]
fn what_was_decided_differently_is_a_task_of_its_own() {
    let of = |state| {
        let views = [view("a", matter(1, 1, state, 8, service(60)))];
        waiting(&views)[0].task()
    };
    assert_eq!(of(RequestState::Waiting), Task::Service);
    assert_eq!(of(RequestState::Disputed), Task::Dispute);
    let views = [view(
        "a",
        matter(1, 1, RequestState::Contested, 8, pledge(7, 1)),
    )];
    assert_eq!(waiting(&views)[0].task(), Task::Claim);
}

#[test]
fn a_flag_of_one_is_a_flag_of_the_row() {
    let flagged = Matter {
        flags: vec![MatterFlag::Overlapping],
        ..matter(1, 2, RequestState::Waiting, 8, service(60))
    };
    let views = [
        view("a", matter(1, 1, RequestState::Waiting, 8, service(60))),
        view("b", flagged),
    ];
    assert!(waiting(&views)[0].is_flagged());
    assert!(!waiting(&views[..1])[0].is_flagged());
}
