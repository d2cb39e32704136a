//! Requests, what is said to them, and the lists, as version 2 of the schema writes them; and the
//! frames that tell of them.

use serde_bytes::ByteBuf;
use shared::directory::{City, DirectorySlice, Grant, Member, Organisation, TeamRoster};
use shared::documents::{Document, DocumentKind, DocumentName};
use shared::ids::{EntryId, ListingId, MemberId, OrganisationId, OrganisationPath, PhotoHash};
use shared::project::Party;
use shared::reconcile::{Matter, MatterFlag, Rated, Replied, Withdrawn};
use shared::records::{
    Correction, Entry, Listing, MemberRegistration, OrganisationRegistration, Photo, Pledge,
    Rating, Record, Reply, ReplyWord, Request, Service, Subject, Topic, Withdrawal,
};
use shared::time::{Day, HOUR_MS};
use shared::wire::{self, DirectoryNews, MatterRow, OfferedChange, SyncRequest, SyncResponse};
use shared::words::{
    FreeTime, ListingKind, OrganisationKind, RequestState, Role, Satisfaction, ServiceCategory,
};
use uuid::Uuid;

use super::{at, member, of_record, presence, writer};

const JOURNAL_REQUESTS: &[u8] = include_bytes!("journal-requests.v2");
const LEDGER_REPLIES: &[u8] = include_bytes!("ledger-replies.v2");
const BOARD_CHANGE: &[u8] = include_bytes!("board-change.v2");
const SYNC_REQUEST: &[u8] = include_bytes!("sync-request.v2");
const SYNC_RESPONSE: &[u8] = include_bytes!("sync-response.v2");

/// Every file of this version, as it is written.
pub(super) fn files() -> [(&'static str, Vec<u8>); 5] {
    [
        (
            "journal-requests.v2",
            sealed(DocumentKind::Journal, &journal()),
        ),
        ("ledger-replies.v2", sealed(DocumentKind::Ledger, &ledger())),
        ("board-change.v2", sealed(DocumentKind::Board, &board())),
        ("sync-request.v2", wire::encode(&request())),
        ("sync-response.v2", wire::encode(&response())),
    ]
}

fn sealed(kind: DocumentKind, entries: &[Entry]) -> Vec<u8> {
    Document::new(kind).write(writer(7), at(), entries).bytes
}

fn community() -> OrganisationId {
    OrganisationId(Uuid::from_u128(0xf2))
}

fn team() -> OrganisationId {
    OrganisationId(Uuid::from_u128(0xf3))
}

fn entry_id(number: u128) -> EntryId {
    EntryId(Uuid::from_u128(0xc000 + number))
}

fn seed() -> Uuid {
    Uuid::from_u128(0xb1)
}

fn listing_id() -> ListingId {
    ListingId::of(community(), seed())
}

fn ask(asker: Option<OrganisationId>, subject: Subject) -> Record {
    Record::Request(Request {
        to: community(),
        asker,
        replaces: Some(entry_id(0)),
        subject,
    })
}

/// The longest of the records: a member registers.
pub(super) fn registration() -> Record {
    let form = MemberRegistration {
        name: "张三".into(),
        phone: "138 0000-8000".into(),
        workplace: "区司法局".into(),
        branch: "机关第一支部".into(),
        party_post: Some("支部委员".into()),
        grid: Some("第 3 网格".into()),
        skills: vec!["法律".into(), "粤语".into()],
        interests: vec![ServiceCategory::LegalAid, ServiceCategory::Other],
        times: vec![FreeTime::Evenings, FreeTime::Weekends],
        until: Some(Day::of(2028, 12, 31)),
        note: Some("可带车".into()),
    };
    ask(None, Subject::MemberRegistration(form))
}

fn unit_registration() -> Record {
    let form = OrganisationRegistration {
        name: "区司法局机关党支部".into(),
        kind: OrganisationKind::Branch,
        contact: "李干事".into(),
        phone: "0758-2812345".into(),
        address: "和平路 1 号".into(),
        services: "法律咨询".into(),
        members: Some(12),
        note: Some("每季度一次".into()),
    };
    ask(Some(team()), Subject::OrganisationRegistration(form))
}

fn service(people: &[u128]) -> Service {
    Service {
        starts_at: at().plus(-3 * HOUR_MS),
        ends_at: at().plus(-HOUR_MS),
        minutes: 110,
        category: ServiceCategory::SafetyPatrol,
        beneficiaries: 40,
        place: Some("社区大院".into()),
        note: Some("夜间巡逻".into()),
        listing: Some(listing_id()),
        activity: Some(presence().activity),
        photo: Some(Photo {
            hash: PhotoHash([7; 32].into()),
            bytes: 40_000,
        }),
        people: people
            .iter()
            .map(|number| MemberId(Uuid::from_u128(*number)))
            .collect(),
    }
}

fn pledge() -> Record {
    let pledge = Pledge {
        listing: listing_id(),
        places: 1,
        note: Some("周六上午".into()),
    };
    ask(None, Subject::Pledge(pledge))
}

fn topics() -> Vec<Topic> {
    vec![
        Topic::Member(member()),
        Topic::Organisation(team()),
        Topic::Listing(listing_id()),
    ]
}

fn withdrawal() -> Record {
    Record::Withdrawal(Withdrawal {
        request: entry_id(1),
        topics: topics(),
        reason: "搬家".into(),
    })
}

fn correction() -> ReplyWord {
    ReplyWord::Corrected(Correction {
        minutes: 90,
        beneficiaries: 35,
        category: ServiceCategory::CommunityGovernance,
        reason: "休息不计".into(),
    })
}

fn reply(word: ReplyWord) -> Record {
    Record::Reply(Reply {
        request: entry_id(2),
        topics: topics(),
        word,
        knew: vec![entry_id(4), entry_id(5)],
        signed_by: "王书记".into(),
    })
}

fn accepted() -> ReplyWord {
    let opinion = "欢迎".into();
    ReplyWord::Accepted { opinion }
}

fn returned() -> ReplyWord {
    let reason = "请写明时间".into();
    ReplyWord::Returned { reason }
}

fn rating() -> Rating {
    Rating {
        request: entry_id(2),
        topics: topics(),
        satisfaction: Satisfaction::Fair,
        words: "来得很准时".into(),
        signed_by: "王书记".into(),
    }
}

/// Numbers records in their order.
fn numbered(records: impl IntoIterator<Item = Record>) -> Vec<Entry> {
    (1..)
        .zip(records)
        .map(|(number, record)| of_record(number, record))
        .collect()
}

fn journal() -> Vec<Entry> {
    let service = ask(None, Subject::Service(service(&[])));
    numbered([registration(), service, pledge(), withdrawal()])
}

fn ledger() -> Vec<Entry> {
    numbered([
        unit_registration(),
        ask(Some(team()), Subject::Service(service(&[0xe1, 0xe2]))),
        reply(correction()),
        reply(accepted()),
        reply(returned()),
        Record::Rating(rating()),
    ])
}

fn board() -> Vec<Entry> {
    let listing = Listing {
        listing: listing_id(),
        seed: seed(),
        revises: Some(entry_id(0)),
        kind: ListingKind::Need,
        title: "周末值守".into(),
        text: "两人一班".into(),
        category: ServiceCategory::SafetyPatrol,
        skills: vec!["粤语".into()],
        times: vec![FreeTime::Weekends],
        places: 3,
        place: Some("社区大院".into()),
        until: Some(Day::of(2026, 12, 31)),
        closed: Some("已完成".into()),
    };
    numbered([Record::Listing(listing)])
}

fn request() -> SyncRequest {
    let quarter = at().day().quarter();
    let offered = |document: DocumentName, entries: &[Entry]| OfferedChange {
        document,
        bytes: ByteBuf::from(sealed(document.kind(), entries)),
    };
    let own = DocumentName::Journal {
        member: member(),
        quarter,
    };
    let of_team = DocumentName::Ledger {
        organisation: team(),
        quarter,
    };
    let of_community = DocumentName::Board {
        organisation: community(),
    };
    SyncRequest {
        schema: 2,
        matters: Some(5),
        changes: vec![
            offered(own, &journal()),
            offered(of_team, &ledger()),
            offered(of_community, &board()),
        ],
        ..super::request()
    }
}

fn replied(number: u128, word: ReplyWord) -> Replied {
    Replied {
        entry: entry_id(number),
        by: member(),
        signed_by: "王书记".into(),
        at: at(),
        word,
    }
}

fn matter_row() -> MatterRow {
    let matter = Matter {
        request: entry_id(2),
        topic: Topic::Member(member()),
        asker: Party::Organisation(team()),
        by: member(),
        to: community(),
        subject: Subject::Service(service(&[])),
        recorded_at: at(),
        day: at().day(),
        state: RequestState::Disputed,
        reply: Some(replied(3, correction())),
        contradicting: vec![replied(4, accepted()), replied(5, returned())],
        withdrawal: Some(Withdrawn {
            entry: entry_id(6),
            at: at(),
            reason: "记错了".into(),
        }),
        rating: Some(Rated {
            entry: entry_id(7),
            at: at(),
            rating: rating(),
        }),
        replaced_by: Some(entry_id(8)),
        same_as: vec![entry_id(9)],
        flags: vec![MatterFlag::Overlong, MatterFlag::Crossed],
        said: vec![entry_id(3), entry_id(4), entry_id(5)],
    };
    MatterRow {
        matter,
        name: "张三".into(),
        from: "黄岗邻里先锋队".into(),
        to: "黄岗社区党委".into(),
        place: vec!["端州区".into(), "黄岗街道".into()],
    }
}

/// The directory of a team's leader.
fn slice() -> DirectorySlice {
    let area = presence().city;
    let path = OrganisationPath::parse("001002003").unwrap();
    let owner = Member {
        id: member(),
        name: "张三".into(),
        branch: community(),
        phone_masked: Some("138****8000".into()),
    };
    DirectorySlice {
        city: City {
            code: area.clone(),
            name: "肇庆市".into(),
            demo: false,
        },
        owner: owner.clone(),
        grants: vec![Grant {
            role: Role::Coordinator,
            organisation: team(),
            path: path.clone(),
        }],
        organisations: vec![Organisation {
            id: team(),
            path,
            name: "黄岗邻里先锋队".into(),
            kind: OrganisationKind::VanguardTeam,
            area,
        }],
        areas: Vec::new(),
        venues: Vec::new(),
        members: vec![owner],
        teams: vec![TeamRoster {
            organisation: team(),
            members: vec![member()],
        }],
    }
}

fn response() -> SyncResponse {
    SyncResponse {
        directory: Some(DirectoryNews {
            version: 4,
            slice: slice(),
        }),
        matters: vec![matter_row()],
        matters_revision: Some(12),
        ..super::response()
    }
}

#[test]
fn changes_of_version_2_read_and_are_written_as_they_were() {
    for (kind, bytes, entries) in [
        (DocumentKind::Journal, JOURNAL_REQUESTS, journal()),
        (DocumentKind::Ledger, LEDGER_REPLIES, ledger()),
        (DocumentKind::Board, BOARD_CHANGE, board()),
    ] {
        let document = Document::load(kind, bytes).unwrap();
        let (held, anomalies) = document.entries();
        assert_eq!(anomalies, []);
        let read: Vec<Entry> = held.into_values().map(|held| held.entry).collect();
        assert_eq!(read, entries);
        assert!(read.iter().all(|entry| entry.record.is_well_formed()));
        assert_eq!(sealed(kind, &entries), bytes);
    }
}

#[test]
fn frames_of_version_2_read_and_are_written_as_they_were() {
    assert_eq!(wire::read_request(SYNC_REQUEST), Ok(request()));
    assert_eq!(wire::encode(&request()), SYNC_REQUEST);
    assert_eq!(wire::decode(SYNC_RESPONSE), Ok(response()));
    assert_eq!(wire::encode(&response()), SYNC_RESPONSE);
}
