//! Requests, replies and listings for the checks: the first branch of the world is a community, the
//! second a unit or a team.

use shared::api::Side;
use shared::documents::DocumentName;
use shared::ids::{EntryId, ListingId, OrganisationId};
use shared::records::{
    Entry, Listing, MemberRegistration, OrganisationRegistration, Pledge, Rating, Record, Reply,
    ReplyWord, Request, Service, Subject, Topic, Withdrawal,
};
use shared::time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp};
use shared::words::{ListingKind, OrganisationKind, Satisfaction, ServiceCategory};
use uuid::Uuid;

use super::world::{day, entry, member_id, organisation_id, path, ten};
use crate::store::matters::MattersWanted;

/// The path of the community.
pub(crate) const COMMUNITY: &str = "001001001";
/// The path of the team, or unit.
pub(crate) const TEAM: &str = "001001002";

pub(crate) fn community() -> OrganisationId {
    organisation_id(COMMUNITY)
}

pub(crate) fn team() -> OrganisationId {
    organisation_id(TEAM)
}

pub(crate) fn ledger(organisation: &str) -> DocumentName {
    DocumentName::Ledger {
        organisation: organisation_id(organisation),
        quarter: day().quarter(),
    }
}

pub(crate) fn board() -> DocumentName {
    DocumentName::Board {
        organisation: community(),
    }
}

pub(crate) fn entry_id(id: u128) -> EntryId {
    EntryId(Uuid::from_u128(id))
}

fn request(id: u128, by: u128, asker: Option<OrganisationId>, subject: Subject) -> Entry {
    let request = Request {
        to: community(),
        asker,
        replaces: None,
        subject,
    };
    entry(id, by, Record::Request(request))
}

/// A member's registration at the community.
pub(crate) fn registration(id: u128, by: u128) -> Entry {
    let form = MemberRegistration {
        name: format!("党员{by}"),
        phone: "13800001234".to_owned(),
        workplace: "区司法局".to_owned(),
        branch: "第二支部".to_owned(),
        party_post: None,
        grid: None,
        skills: vec!["法律".to_owned()],
        interests: vec![ServiceCategory::LegalAid],
        times: Vec::new(),
        until: None,
        note: None,
    };
    request(id, by, None, Subject::MemberRegistration(form))
}

/// The unit's registration at the community, by member 3.
pub(crate) fn unit_registration(id: u128) -> Entry {
    let form = OrganisationRegistration {
        name: "区司法局".to_owned(),
        kind: OrganisationKind::Branch,
        contact: "李干事".to_owned(),
        phone: "13800005678".to_owned(),
        address: "和平路 1 号".to_owned(),
        services: "法律咨询".to_owned(),
        members: Some(12),
        note: None,
    };
    let subject = Subject::OrganisationRegistration(form);
    request(id, 3, Some(team()), subject)
}

/// Two hours of service from an instant, for five people.
pub(crate) fn served_from(starts_at: Timestamp) -> Service {
    Service {
        starts_at,
        ends_at: starts_at.plus(2 * HOUR_MS),
        minutes: 110,
        category: ServiceCategory::LegalAid,
        beneficiaries: 5,
        place: None,
        note: None,
        listing: None,
        activity: None,
        photo: None,
        people: Vec::new(),
    }
}

/// A member's service for the community, so many days ago.
pub(crate) fn service(id: u128, by: u128, days_ago: i64) -> Entry {
    let service = served_from(ten().plus(-days_ago * DAY_MS - 3 * HOUR_MS));
    request(id, by, None, Subject::Service(service))
}

/// The team's service for the community, of some people, entered by member 3 and begun so many minutes
/// after that of [`service`].
pub(crate) fn team_service(id: u128, people: &[u128], minutes: i64) -> Entry {
    let mut service = served_from(ten().plus(minutes * MINUTE_MS - 3 * HOUR_MS));
    service.people = people.iter().map(|number| member_id(*number)).collect();
    request(id, 3, Some(team()), Subject::Service(service))
}

/// The seed of the community's listing of a number.
fn seed(number: u128) -> Uuid {
    Uuid::from_u128(0x4000 + number)
}

pub(crate) fn listing_id(number: u128) -> ListingId {
    ListingId::of(community(), seed(number))
}

/// A need of the community with places for so many.
pub(crate) fn need(id: u128, number: u128, places: u32) -> Entry {
    let listing = Listing {
        listing: listing_id(number),
        seed: seed(number),
        revises: None,
        kind: ListingKind::Need,
        title: format!("第{number}项"),
        text: String::new(),
        category: ServiceCategory::SafetyPatrol,
        skills: Vec::new(),
        times: Vec::new(),
        places,
        place: None,
        until: None,
        closed: None,
    };
    entry(id, 1, Record::Listing(listing))
}

/// A claim on one of the community's listings.
pub(crate) fn pledge(id: u128, by: u128, number: u128) -> Entry {
    let pledge = Pledge {
        listing: listing_id(number),
        places: 1,
        note: None,
    };
    request(id, by, None, Subject::Pledge(pledge))
}

/// Every matter on which an organisation decides, or one beneath it.
pub(crate) fn everything(text: &str) -> MattersWanted {
    MattersWanted {
        path: path(text),
        side: Side::Asked,
        kind: None,
        state: None,
        from: day().plus(-400),
        to: day(),
        after: None,
        limit: 1_000,
    }
}

fn topics(entry: &Entry) -> Vec<Topic> {
    let Record::Request(request) = &entry.record else {
        panic!("only a request is answered");
    };
    request.topics(entry.by)
}

/// The community's answer to a request, by member 1.
pub(crate) fn reply(id: u128, to: &Entry, word: ReplyWord) -> Entry {
    let reply = Reply {
        request: to.id,
        topics: topics(to),
        word,
        knew: Vec::new(),
        signed_by: "党员1".to_owned(),
    };
    entry(id, 1, Record::Reply(reply))
}

pub(crate) fn accepted() -> ReplyWord {
    let opinion = "欢迎".to_owned();
    ReplyWord::Accepted { opinion }
}

pub(crate) fn withdrawal(id: u128, of: &Entry) -> Entry {
    let withdrawal = Withdrawal {
        request: of.id,
        topics: topics(of),
        reason: "搬家".to_owned(),
    };
    entry(id, of.by.0.as_u128(), Record::Withdrawal(withdrawal))
}

pub(crate) fn rating(id: u128, of: &Entry) -> Entry {
    let rating = Rating {
        request: of.id,
        topics: topics(of),
        satisfaction: Satisfaction::Satisfied,
        words: String::new(),
        signed_by: "党员1".to_owned(),
    };
    entry(id, 1, Record::Rating(rating))
}
