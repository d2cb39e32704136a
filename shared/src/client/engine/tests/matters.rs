//! Registrations, service and the lists on a phone: entered without a network, answered by the other
//! side, and forgotten with the right to see them.

use uuid::Uuid;

use super::phone::{BRANCH, Phone, ROOT, id, member, now, organisation, slice};
use crate::client::{Input, MatterView, NetworkFault, RecordState, Table};
use crate::codes::Code;
use crate::documents::DocumentName;
use crate::ids::{EntryId, ListingId, MemberId, OrganisationId};
use crate::project::Party;
use crate::reconcile::Matter;
use crate::records::{
    Listing, MemberRegistration, Pledge, Record, Reply, ReplyWord, Request, Subject, Topic,
    Withdrawal,
};
use crate::wire::{self, MatterRow};
use crate::words::{ListingKind, RequestState, Role, ServiceCategory};

const COMMUNITY: OrganisationId = OrganisationId(Uuid::from_u128(0xf9));

fn registration(to: OrganisationId) -> Record {
    Record::Request(Request {
        to,
        asker: None,
        replaces: None,
        subject: Subject::MemberRegistration(form()),
    })
}

fn form() -> MemberRegistration {
    MemberRegistration {
        name: "甲".into(),
        phone: "13800001234".into(),
        workplace: "市图书馆".into(),
        branch: "图书馆支部".into(),
        party_post: None,
        grid: None,
        skills: Vec::new(),
        interests: Vec::new(),
        times: Vec::new(),
        until: None,
        note: None,
    }
}

fn withdrawal(request: EntryId) -> Record {
    Record::Withdrawal(Withdrawal {
        request,
        topics: vec![Topic::Member(member())],
        reason: "搬家".into(),
    })
}

/// A registration as the server tells of it.
fn row(request: EntryId, who: MemberId, to: OrganisationId, state: RequestState) -> MatterRow {
    MatterRow {
        matter: Matter {
            request,
            topic: Topic::Member(who),
            asker: Party::Member(who),
            by: who,
            to,
            subject: Subject::MemberRegistration(form()),
            recorded_at: now(),
            day: now().day(),
            state,
            reply: None,
            contradicting: Vec::new(),
            withdrawal: None,
            rating: None,
            replaced_by: None,
            same_as: Vec::new(),
            flags: Vec::new(),
            said: Vec::new(),
        },
        name: "乙".into(),
        from: "邻支部".into(),
        to: "社区".into(),
        place: Vec::new(),
    }
}

/// Answers until the phone rests, the first time with rows.
fn told(phone: &mut Phone, rows: Vec<MatterRow>, revision: u64) {
    if !phone.engine.status().busy {
        phone.give(Input::Wake);
    }
    phone.answer(|response| {
        response.matters = rows;
        response.matters_revision = Some(revision);
    });
    while phone.engine.status().busy {
        phone.answer(|_| {});
    }
}

fn shown(phone: &Phone) -> Vec<(RequestState, Option<RecordState>)> {
    let views: Vec<MatterView> = phone.engine.matters();
    views
        .iter()
        .map(|view| (view.row.matter.state, view.sending))
        .collect()
}

#[test]
fn what_was_asked_without_a_network_is_seen_when_the_app_opens_again() {
    let mut phone = Phone::settled(None);
    phone.enter(1, registration(COMMUNITY)).unwrap();
    phone.fail(NetworkFault::Unreachable);
    let waiting = RequestState::Waiting;
    assert_eq!(shown(&phone), [(waiting, Some(RecordState::Saved))]);
    let mut phone = phone.restart();
    assert_eq!(shown(&phone), [(waiting, Some(RecordState::Sending))]);
    phone.answer(|_| {});
    assert_eq!(shown(&phone), [(waiting, None)]);
}

#[test]
fn a_registration_is_seen_from_the_moment_it_is_saved_until_the_community_has_answered() {
    let mut phone = Phone::settled(None);
    phone.enter(1, registration(COMMUNITY)).unwrap();
    let waiting = RequestState::Waiting;
    assert_eq!(shown(&phone), [(waiting, Some(RecordState::Sending))]);
    assert_eq!(
        phone.engine.matters()[0].row.from,
        organisation(BRANCH).name
    );
    phone.answer(|_| {});
    assert_eq!(shown(&phone), [(waiting, None)]);
    let accepted = row(id(1), member(), COMMUNITY, RequestState::Accepted);
    told(&mut phone, vec![accepted], 7);
    assert_eq!(shown(&phone), [(RequestState::Accepted, None)]);
    // It outlives a restart, and only what is newer is asked for.
    let mut phone = phone.restart();
    assert_eq!(shown(&phone), [(RequestState::Accepted, None)]);
    phone.give(Input::Wake);
    assert_eq!(phone.request().matters, Some(7));
}

#[test]
fn nobody_registers_twice_at_one_community_unless_it_was_taken_back() {
    let mut phone = Phone::settled(None);
    phone.enter(1, registration(COMMUNITY)).unwrap();
    assert_eq!(
        phone.enter(2, registration(COMMUNITY)),
        Err(Code::AlreadyRecorded)
    );
    phone.enter(3, registration(organisation(ROOT).id)).unwrap();
    phone.enter(4, withdrawal(id(1))).unwrap();
    let states: Vec<RequestState> = shown(&phone).into_iter().map(|(state, _)| state).collect();
    assert!(states.contains(&RequestState::Withdrawn));
    phone.enter(5, registration(COMMUNITY)).unwrap();
}

#[test]
fn a_claim_is_made_once_and_is_neither_taken_nor_contested_before_the_server_says_so() {
    let pledge = |listing| {
        Record::Request(Request {
            to: COMMUNITY,
            asker: None,
            replaces: None,
            subject: Subject::Pledge(Pledge {
                listing,
                places: 1,
                note: None,
            }),
        })
    };
    let listing = ListingId::of(COMMUNITY, Uuid::nil());
    let mut phone = Phone::settled(None);
    phone.enter(1, pledge(listing)).unwrap();
    assert_eq!(phone.enter(2, pledge(listing)), Err(Code::AlreadyRecorded));
    assert_eq!(shown(&phone)[0].0, RequestState::Waiting);
    let other = ListingId::of(COMMUNITY, Uuid::max());
    phone.enter(3, pledge(other)).unwrap();
}

#[test]
fn a_coordinator_answers_without_a_network_what_the_server_told_of_before() {
    let mut phone = Phone::settled(Some(Role::Coordinator));
    let branch = organisation(BRANCH).id;
    let stranger = MemberId(Uuid::from_u128(0xe7));
    told(
        &mut phone,
        vec![row(id(90), stranger, branch, RequestState::Waiting)],
        3,
    );
    let reply = |number| {
        Record::Reply(Reply {
            request: id(number),
            topics: vec![Topic::Member(stranger)],
            word: ReplyWord::Accepted {
                opinion: "同意接收".into(),
            },
            knew: Vec::new(),
            signed_by: "甲".into(),
        })
    };
    // What this phone does not know it cannot answer.
    assert_eq!(phone.enter(1, reply(91)), Err(Code::EntryMalformed));
    phone.enter(2, reply(90)).unwrap();
    let accepted = RequestState::Accepted;
    assert_eq!(shown(&phone), [(accepted, Some(RecordState::Sending))]);
    let ledger = DocumentName::Ledger {
        organisation: branch,
        quarter: now().day().quarter(),
    };
    assert_eq!(phone.request().changes[0].document, ledger);
    assert_eq!(phone.request().schema, wire::SCHEMA);
    let mut answered = row(id(90), stranger, branch, accepted);
    answered.matter.said = vec![id(2)];
    told(&mut phone, vec![answered], 4);
    assert_eq!(shown(&phone), [(accepted, None)]);
}

#[test]
fn a_member_answers_nothing_and_lists_nothing() {
    let mut phone = Phone::settled(None);
    let branch = organisation(BRANCH).id;
    told(
        &mut phone,
        vec![row(id(90), member(), branch, RequestState::Waiting)],
        3,
    );
    let reply = Record::Reply(Reply {
        request: id(90),
        topics: vec![Topic::Member(member())],
        word: ReplyWord::Returned {
            reason: "不在本社区".into(),
        },
        knew: Vec::new(),
        signed_by: "甲".into(),
    });
    assert_eq!(phone.enter(1, reply), Err(Code::Forbidden));
    assert_eq!(phone.enter(2, listing(branch)), Err(Code::Forbidden));
    let mut coordinator = Phone::settled(Some(Role::Coordinator));
    coordinator.enter(3, listing(branch)).unwrap();
    assert_eq!(coordinator.engine.boards().len(), 1);
    assert_eq!(
        coordinator.enter(4, listing(COMMUNITY)),
        Err(Code::Forbidden)
    );
}

fn listing(organisation: OrganisationId) -> Record {
    let seed = Uuid::from_u128(7);
    Record::Listing(Listing {
        listing: ListingId::of(organisation, seed),
        seed,
        revises: None,
        kind: ListingKind::MicroWish,
        title: "一副老花镜".into(),
        text: String::new(),
        category: ServiceCategory::Assistance,
        skills: Vec::new(),
        times: Vec::new(),
        places: 1,
        place: None,
        until: None,
        closed: None,
    })
}

#[test]
fn with_other_rights_what_concerns_others_is_forgotten_and_asked_for_anew() {
    let mut phone = Phone::settled(Some(Role::Coordinator));
    let branch = organisation(BRANCH).id;
    let stranger = MemberId(Uuid::from_u128(0xe7));
    let rows = vec![
        row(id(90), stranger, branch, RequestState::Waiting),
        row(id(91), member(), COMMUNITY, RequestState::Accepted),
    ];
    told(&mut phone, rows, 5);
    phone.give(Input::Wake);
    phone.answer(|response| {
        let mut news = slice(None);
        news.version = 2;
        response.directory = Some(news);
        response.matters_revision = Some(5);
    });
    assert_eq!(shown(&phone), [(RequestState::Accepted, None)]);
    while phone.engine.status().busy {
        phone.answer(|_| {});
    }
    phone.give(Input::Wake);
    assert_eq!(phone.request().matters, Some(0));
}

#[test]
fn a_lost_row_is_asked_for_again() {
    let mut phone = Phone::settled(None);
    let rows = vec![
        row(id(90), member(), COMMUNITY, RequestState::Withdrawn),
        row(id(91), member(), COMMUNITY, RequestState::Accepted),
    ];
    told(&mut phone, rows, 5);
    let lost = phone
        .disk
        .keys()
        .find(|(table, _)| *table == Table::Matters);
    let lost = lost.cloned().unwrap();
    phone.disk.remove(&lost);
    let mut phone = phone.restart();
    phone.give(Input::Wake);
    assert_eq!(phone.request().matters, Some(0));
}

#[test]
fn a_phone_follows_the_board_of_the_community_that_its_owner_registered_at() {
    let mut phone = Phone::settled(None);
    let board = DocumentName::Board {
        organisation: COMMUNITY,
    };
    let follows = |phone: &mut Phone| {
        phone.give(Input::Wake);
        let follows = phone.request().follows.clone();
        phone.answer(|_| {});
        follows.iter().any(|(id, _)| *id == board.id())
    };
    assert!(!follows(&mut phone));
    told(
        &mut phone,
        vec![row(id(1), member(), COMMUNITY, RequestState::Waiting)],
        2,
    );
    assert!(follows(&mut phone));
    told(
        &mut phone,
        vec![row(id(1), member(), COMMUNITY, RequestState::Withdrawn)],
        3,
    );
    assert!(!follows(&mut phone));
}

#[test]
fn what_a_server_of_before_can_take_is_sent_as_before() {
    let mut phone = Phone::settled(None);
    phone.enter(1, super::phone::check_in()).unwrap();
    assert_eq!(phone.request().schema, wire::FIRST_SCHEMA);
    phone.answer(|_| {});
    phone.enter(2, registration(COMMUNITY)).unwrap();
    assert_eq!(phone.request().schema, wire::SCHEMA);
}
