//! Requests for tests.

use shared::client::MatterView;
use shared::ids::{EntryId, ListingId, MemberId, OrganisationId};
use shared::project::Party;
use shared::reconcile::Matter;
use shared::records::{MemberRegistration, Pledge, Service, Subject, Topic};
use shared::time::{Day, HOUR_MS, Timestamp};
use shared::wire::MatterRow;
use shared::words::{RequestState, ServiceCategory};
use uuid::Uuid;

/// The owner.
pub(super) const OWNER: MemberId = MemberId(Uuid::from_u128(1));

/// A request of the owner's, entered at a time that its number tells.
pub(super) fn view(number: u128, subject: Subject, state: RequestState) -> MatterView {
    let topic = match &subject {
        Subject::Pledge(pledge) => Topic::Listing(pledge.listing),
        Subject::MemberRegistration(_)
        | Subject::OrganisationRegistration(_)
        | Subject::Service(_) => Topic::Member(OWNER),
    };
    let day = match &subject {
        Subject::Service(service) => service.starts_at.day(),
        Subject::MemberRegistration(_)
        | Subject::OrganisationRegistration(_)
        | Subject::Pledge(_) => Day(0),
    };
    let matter = Matter {
        request: EntryId(Uuid::from_u128(number)),
        topic,
        asker: Party::Member(OWNER),
        by: OWNER,
        to: OrganisationId(Uuid::from_u128(2)),
        subject,
        recorded_at: Timestamp(i64::try_from(number).unwrap()),
        day,
        state,
        reply: None,
        contradicting: Vec::new(),
        withdrawal: None,
        rating: None,
        replaced_by: None,
        same_as: Vec::new(),
        flags: Vec::new(),
        said: Vec::new(),
    };
    let row = MatterRow {
        matter,
        name: String::new(),
        from: String::new(),
        to: String::new(),
        place: Vec::new(),
    };
    MatterView { row, sending: None }
}

pub(super) fn service(day: Day, minutes: u32) -> Subject {
    let starts_at = day.start().plus(9 * HOUR_MS);
    Subject::Service(Service {
        starts_at,
        ends_at: starts_at.plus(8 * HOUR_MS),
        minutes,
        category: ServiceCategory::Health,
        beneficiaries: 3,
        place: None,
        note: None,
        listing: None,
        activity: None,
        photo: None,
        people: Vec::new(),
    })
}

pub(super) fn form() -> MemberRegistration {
    MemberRegistration {
        name: "name".to_owned(),
        phone: "13800008000".to_owned(),
        workplace: "school".to_owned(),
        branch: "branch".to_owned(),
        party_post: None,
        grid: None,
        skills: Vec::new(),
        interests: Vec::new(),
        times: Vec::new(),
        until: None,
        note: None,
    }
}

pub(super) fn pledge(listing: u128) -> Subject {
    Subject::Pledge(Pledge {
        listing: ListingId(Uuid::from_u128(listing)),
        places: 1,
        note: None,
    })
}
