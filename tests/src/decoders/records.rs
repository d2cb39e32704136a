//! One record of every sort, by number: of a kind, so many in turn.

use shared::documents::DocumentKind;
use shared::ids::{EntryId, ListingId, PhotoHash};
use shared::records::{
    Claim, Correction, Details, Entry, Evidence, Listing, Mark, MarkEntry, MemberRegistration,
    Photo, Plan, Pledge, Presence, Rating, Record, Reply, ReplyWord, Request, Ruling, Service,
    Standing, Subject, Topic, Withdrawal,
};
use shared::time::{DAY_MS, HOUR_MS};
use shared::words::{ActivityKind, FreeTime, ListingKind, MarkKind, Satisfaction, ServiceCategory};
use uuid::Uuid;

use super::world::{activity, area, member, now, organisation, seed};

/// The sorts of records in a journal.
const OF_JOURNAL: u128 = 6;
/// The sorts of records in a ledger.
const OF_LEDGER: u128 = 5;
/// So many records of any kind, one after another, are of every sort.
pub(super) const SORTS: u128 = 6;

/// A record of a kind; whom it answers or takes back is what stands a few numbers before.
pub(super) fn entry(kind: DocumentKind, number: u128) -> Entry {
    let record = match kind {
        DocumentKind::Journal => of_journal(number),
        DocumentKind::Calendar => plan(),
        DocumentKind::Rollcall => mark(),
        DocumentKind::Ledger => of_ledger(number),
        DocumentKind::Board => listing(number),
    };
    Entry {
        id: entry_id(number),
        by: member(),
        recorded_at: now(),
        record,
    }
}

fn entry_id(number: u128) -> EntryId {
    EntryId(Uuid::from_u128(0xc000 + number))
}

fn listing_id() -> ListingId {
    ListingId::of(organisation(), seed())
}

fn of_journal(number: u128) -> Record {
    match number % OF_JOURNAL {
        0 => Record::Claim(Claim::Feedback {
            text: format!("第{number}条意见"),
        }),
        1 => Record::Claim(Claim::CheckIn(Presence {
            city: area(),
            organisation: organisation(),
            activity: activity(),
            evidence: Evidence::SelfReport,
            installation: None,
        })),
        2 => ask(false, registration()),
        3 => ask(false, Subject::Service(service(false))),
        4 => ask(
            false,
            Subject::Pledge(Pledge {
                listing: listing_id(),
                places: 1,
                note: None,
            }),
        ),
        _ => withdrawal(number - 3),
    }
}

fn of_ledger(number: u128) -> Record {
    match number % OF_LEDGER {
        0 => Record::Ruling(Ruling {
            activity: activity(),
            member: member(),
            decision: MarkKind::Present,
            reason: "看过签到表".to_owned(),
            settles: vec![entry_id(0)],
            signed_by: "王书记".to_owned(),
        }),
        1 => ask(true, Subject::Service(service(true))),
        2 => Record::Reply(Reply {
            request: entry_id(number - 1),
            topics: topics(),
            word: ReplyWord::Corrected(Correction {
                minutes: 90,
                beneficiaries: 30,
                category: ServiceCategory::SafetyPatrol,
                reason: "休息不计".to_owned(),
            }),
            knew: vec![entry_id(number + 2)],
            signed_by: "王书记".to_owned(),
        }),
        3 => Record::Rating(Rating {
            request: entry_id(number - 2),
            topics: topics(),
            satisfaction: Satisfaction::Satisfied,
            words: "很好".to_owned(),
            signed_by: "王书记".to_owned(),
        }),
        _ => withdrawal(number - 3),
    }
}

fn topics() -> Vec<Topic> {
    vec![Topic::Member(member())]
}

fn withdrawal(request: u128) -> Record {
    Record::Withdrawal(Withdrawal {
        request: entry_id(request),
        topics: topics(),
        reason: "记错了".to_owned(),
    })
}

fn ask(in_its_name: bool, subject: Subject) -> Record {
    Record::Request(Request {
        to: organisation(),
        asker: in_its_name.then(organisation),
        replaces: None,
        subject,
    })
}

fn registration() -> Subject {
    Subject::MemberRegistration(MemberRegistration {
        name: "甲".to_owned(),
        phone: "13800008000".to_owned(),
        workplace: "区司法局".to_owned(),
        branch: "机关支部".to_owned(),
        party_post: None,
        grid: Some("第 3 网格".to_owned()),
        skills: vec!["法律".to_owned()],
        interests: vec![ServiceCategory::LegalAid],
        times: vec![FreeTime::Weekends],
        until: Some(now().day().plus(365)),
        note: None,
    })
}

fn service(of_team: bool) -> Service {
    Service {
        starts_at: now().plus(-DAY_MS),
        ends_at: now().plus(2 * HOUR_MS - DAY_MS),
        minutes: 110,
        category: ServiceCategory::SafetyPatrol,
        beneficiaries: 40,
        place: Some("社区大院".to_owned()),
        note: None,
        listing: Some(listing_id()),
        activity: None,
        photo: Some(Photo {
            hash: PhotoHash([7; 32].into()),
            bytes: 40_000,
        }),
        people: of_team.then(member).into_iter().collect(),
    }
}

fn plan() -> Record {
    Record::Plan(Plan {
        activity: activity(),
        seed: seed(),
        revises: None,
        kind: ActivityKind::Lecture,
        topic: "初心讲坛".to_owned(),
        speaker: None,
        venue: None,
        starts_at: now(),
        ends_at: now().plus(HOUR_MS),
        campaign: None,
        standing: Standing::Planned,
        details: Details::default(),
    })
}

fn mark() -> Record {
    Record::Mark(Mark {
        activity: activity(),
        member: member(),
        kind: MarkKind::Present,
        corrects: None,
        entered: MarkEntry::Seen,
        witness: None,
    })
}

fn listing(number: u128) -> Record {
    Record::Listing(Listing {
        listing: listing_id(),
        seed: seed(),
        revises: number.checked_sub(1).map(entry_id),
        kind: ListingKind::Need,
        title: "周末值守".to_owned(),
        text: String::new(),
        category: ServiceCategory::SafetyPatrol,
        skills: vec!["粤语".to_owned()],
        times: Vec::new(),
        places: 3,
        place: None,
        until: None,
        closed: number.is_multiple_of(4).then(|| "已完成".to_owned()),
    })
}
