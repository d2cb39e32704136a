//! What becomes of requests is a function of what was said and not of the order in which it came; no
//! request vanishes, nobody but the asked organisation accepts, and one service counts once.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use shared::ids::{DeviceId, EntryId, ListingId, MemberId, OrganisationId};
use shared::project::{Party, Statement, StatementRow};
use shared::reconcile::{Matter, MatterFlag, matters};
use shared::records::{
    Correction, Listing, MemberRegistration, Pledge, Reply, ReplyWord, Request, Service, Subject,
    Topic, Withdrawal,
};
use shared::time::{DAY_MS, Day, HOUR_MS, MINUTE_MS, Timestamp};
use shared::words::{ListingKind, RequestState, ServiceCategory};
use uuid::Uuid;

const HERE: OrganisationId = OrganisationId(Uuid::from_u128(0xf1));
const ELSEWHERE: OrganisationId = OrganisationId(Uuid::from_u128(0xf2));
const TEAM: OrganisationId = OrganisationId(Uuid::from_u128(0xf3));
const SEED: Uuid = Uuid::from_u128(0xa1);

fn id(number: u128) -> EntryId {
    EntryId(Uuid::from_u128(0xc000 + number))
}

fn person(number: u128) -> MemberId {
    MemberId(Uuid::from_u128(0xe0 + number))
}

fn minute(minutes: i64) -> Timestamp {
    let start = Day::of(2026, 11, 22).start().plus(10 * HOUR_MS);
    start.plus(minutes * MINUTE_MS)
}

fn topic() -> Topic {
    Topic::Member(person(1))
}

fn listing_id() -> ListingId {
    ListingId::of(HERE, SEED)
}

fn row(number: u128, party: Party, at: i64, said: Statement) -> StatementRow {
    StatementRow {
        id: id(number),
        party,
        by: match party {
            Party::Member(member) => member,
            Party::Organisation(_) => person(9),
        },
        device: DeviceId(Uuid::from_u128(0xd1)),
        recorded_at: minute(at),
        said,
    }
}

fn request(
    number: u128,
    party: Party,
    at: i64,
    to: OrganisationId,
    subject: Subject,
) -> StatementRow {
    let asker = match party {
        Party::Member(_) => None,
        Party::Organisation(organisation) => Some(organisation),
    };
    let replaces = None;
    row(
        number,
        party,
        at,
        Statement::Request(Request {
            to,
            asker,
            replaces,
            subject,
        }),
    )
}

fn replacing(mut row: StatementRow, former: u128) -> StatementRow {
    let Statement::Request(request) = &mut row.said else {
        panic!("only a request replaces");
    };
    request.replaces = Some(id(former));
    row
}

fn registration(number: u128, at: i64, to: OrganisationId) -> StatementRow {
    let form = MemberRegistration {
        name: "李秀英".into(),
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
    };
    let member = Party::Member(person(1));
    request(number, member, at, to, Subject::MemberRegistration(form))
}

fn service(number: u128, party: Party, from: i64, to: i64, at: i64) -> StatementRow {
    let people = match party {
        Party::Member(_) => Vec::new(),
        Party::Organisation(_) => vec![person(1), person(2)],
    };
    let service = Service {
        starts_at: minute(from),
        ends_at: minute(to),
        minutes: u32::try_from(to - from).unwrap(),
        category: ServiceCategory::Health,
        beneficiaries: 3,
        place: None,
        note: None,
        listing: None,
        activity: None,
        photo: None,
        people,
    };
    request(number, party, at, HERE, Subject::Service(service))
}

fn pledge(number: u128, who: u128, at: i64) -> StatementRow {
    let pledge = Pledge {
        listing: listing_id(),
        places: 1,
        note: None,
    };
    let member = Party::Member(person(who));
    request(number, member, at, HERE, Subject::Pledge(pledge))
}

fn listing(
    number: u128,
    at: i64,
    revises: Option<u128>,
    places: u32,
    closed: bool,
) -> StatementRow {
    let listing = Listing {
        listing: listing_id(),
        seed: SEED,
        revises: revises.map(id),
        kind: ListingKind::Need,
        title: "义诊帮手".into(),
        text: String::new(),
        category: ServiceCategory::Health,
        skills: Vec::new(),
        times: Vec::new(),
        places,
        place: None,
        until: None,
        closed: closed.then(|| "人数已满".into()),
    };
    row(
        number,
        Party::Organisation(HERE),
        at,
        Statement::Listing(listing),
    )
}

fn reply(
    number: u128,
    by: OrganisationId,
    at: i64,
    about: (u128, Topic),
    word: ReplyWord,
) -> StatementRow {
    knowing(number, by, at, about, word, &[])
}

fn knowing(
    number: u128,
    by: OrganisationId,
    at: i64,
    (request, topic): (u128, Topic),
    word: ReplyWord,
    knew: &[u128],
) -> StatementRow {
    let reply = Reply {
        request: id(request),
        topics: vec![topic],
        word,
        knew: knew.iter().copied().map(id).collect(),
        signed_by: "王书记".into(),
    };
    row(number, Party::Organisation(by), at, Statement::Reply(reply))
}

fn withdrawal(number: u128, party: Party, at: i64, request: u128, topic: Topic) -> StatementRow {
    let withdrawal = Withdrawal {
        request: id(request),
        topics: vec![topic],
        reason: "搬家".into(),
    };
    row(number, party, at, Statement::Withdrawal(withdrawal))
}

fn accepted() -> ReplyWord {
    ReplyWord::Accepted {
        opinion: String::new(),
    }
}

fn returned() -> ReplyWord {
    ReplyWord::Returned {
        reason: "地址不全".into(),
    }
}

fn corrected(minutes: u32) -> ReplyWord {
    ReplyWord::Corrected(Correction {
        minutes,
        beneficiaries: 2,
        category: ServiceCategory::Health,
        reason: "中间休息".into(),
    })
}

fn states(topic: Topic, statements: &[StatementRow]) -> Vec<(u128, RequestState)> {
    let number = |matter: &Matter| matter.request.0.as_u128() - 0xc000;
    matters(topic, statements)
        .iter()
        .map(|matter| (number(matter), matter.state))
        .collect()
}

fn flags(topic: Topic, statements: &[StatementRow]) -> Vec<Vec<MatterFlag>> {
    let matters = matters(topic, statements);
    matters.into_iter().map(|matter| matter.flags).collect()
}

#[test]
fn a_registration_waits_is_accepted_by_the_community_and_by_nobody_else() {
    let mut said = vec![registration(1, 0, HERE)];
    assert_eq!(states(topic(), &said), [(1, RequestState::Waiting)]);
    said.push(reply(2, ELSEWHERE, 5, (1, topic()), accepted()));
    assert_eq!(states(topic(), &said), [(1, RequestState::Waiting)]);
    said.push(reply(3, HERE, 6, (1, topic()), accepted()));
    assert_eq!(states(topic(), &said), [(1, RequestState::Accepted)]);
}

#[test]
fn a_withdrawal_that_crosses_an_acceptance_stands_and_both_are_told() {
    let member = Party::Member(person(1));
    let said = [
        registration(1, 0, HERE),
        withdrawal(2, member, 5, 1, topic()),
        reply(3, HERE, 6, (1, topic()), accepted()),
    ];
    let found = matters(topic(), &said).remove(0);
    assert_eq!(found.state, RequestState::Withdrawn);
    assert_eq!(found.flags, [MatterFlag::Crossed]);
    assert!(found.reply.is_some() && found.withdrawal.is_some());
    // Accepted first and taken back afterwards crosses nothing.
    let said = [
        registration(1, 0, HERE),
        reply(3, HERE, 4, (1, topic()), accepted()),
        withdrawal(2, member, 5, 1, topic()),
    ];
    assert_eq!(flags(topic(), &said), [[]]);
}

#[test]
fn nobody_else_takes_a_request_back() {
    let said = [
        registration(1, 0, HERE),
        withdrawal(2, Party::Member(person(2)), 5, 1, topic()),
        withdrawal(3, Party::Organisation(HERE), 5, 1, topic()),
    ];
    assert_eq!(states(topic(), &said), [(1, RequestState::Waiting)]);
}

#[test]
fn two_communities_that_accept_one_member_are_both_told() {
    let said = [
        registration(1, 0, HERE),
        registration(2, 1, ELSEWHERE),
        reply(3, HERE, 5, (1, topic()), accepted()),
        reply(4, ELSEWHERE, 6, (2, topic()), accepted()),
    ];
    assert_eq!(
        states(topic(), &said),
        [(1, RequestState::Accepted), (2, RequestState::Accepted)]
    );
    let twice = [MatterFlag::AcceptedTwice];
    assert_eq!(flags(topic(), &said), [twice, twice]);
}

#[test]
fn whoever_moves_stays_registered_until_the_new_community_accepts() {
    let mut said = vec![
        registration(1, 0, HERE),
        reply(2, HERE, 1, (1, topic()), accepted()),
        replacing(registration(3, 2, ELSEWHERE), 1),
    ];
    assert_eq!(
        states(topic(), &said),
        [(1, RequestState::Accepted), (3, RequestState::Waiting)]
    );
    said.push(reply(4, ELSEWHERE, 3, (3, topic()), accepted()));
    assert_eq!(
        states(topic(), &said),
        [(1, RequestState::Replaced), (3, RequestState::Accepted)]
    );
}

#[test]
fn a_form_that_is_put_right_at_the_same_place_stands_beside_the_accepted_one_until_it_is_accepted()
{
    let mut said = vec![
        registration(1, 0, HERE),
        reply(2, HERE, 1, (1, topic()), accepted()),
        replacing(registration(3, 2, HERE), 1),
    ];
    assert_eq!(
        states(topic(), &said),
        [(1, RequestState::Accepted), (3, RequestState::Waiting)]
    );
    said.push(reply(4, HERE, 3, (3, topic()), accepted()));
    assert_eq!(
        states(topic(), &said),
        [(1, RequestState::Replaced), (3, RequestState::Accepted)]
    );
}

#[test]
fn what_was_returned_is_put_right_by_another_request() {
    let said = [
        registration(1, 0, HERE),
        reply(2, HERE, 1, (1, topic()), returned()),
        replacing(registration(3, 2, HERE), 1),
    ];
    assert_eq!(
        states(topic(), &said),
        [(1, RequestState::Replaced), (3, RequestState::Waiting)]
    );
}

#[test]
fn two_coordinators_who_decide_differently_apart_make_a_dispute_that_a_third_reply_ends() {
    let mut said = vec![
        registration(1, 0, HERE),
        reply(2, HERE, 1, (1, topic()), accepted()),
        reply(3, HERE, 2, (1, topic()), returned()),
    ];
    assert_eq!(states(topic(), &said), [(1, RequestState::Disputed)]);
    said.push(knowing(4, HERE, 3, (1, topic()), accepted(), &[2, 3]));
    assert_eq!(states(topic(), &said), [(1, RequestState::Accepted)]);
}

#[test]
fn one_service_told_by_member_and_team_counts_once() {
    let member = Party::Member(person(1));
    let team = Party::Organisation(TEAM);
    let mut said = vec![
        service(1, member, 0, 120, 130),
        service(2, team, 10, 115, 140),
    ];
    assert_eq!(
        states(topic(), &said),
        [(1, RequestState::Joined), (2, RequestState::Waiting)]
    );
    said.push(reply(3, HERE, 200, (1, topic()), accepted()));
    said.push(reply(4, HERE, 201, (2, topic()), corrected(100)));
    let found = matters(topic(), &said);
    let minutes: Vec<u32> = found.iter().map(Matter::minutes).collect();
    assert_eq!(minutes, [0, 100]);
    assert_eq!(found[1].same_as, [id(1)]);
    // The other of the team's people told nothing of it, and it counts for them too.
    assert_eq!(
        states(Topic::Member(person(2)), &said),
        [(2, RequestState::Waiting)]
    );
}

#[test]
fn odd_services_are_flagged_and_dropped_never() {
    let member = Party::Member(person(1));
    let month = 31 * DAY_MS / MINUTE_MS;
    for (row, flag) in [
        (
            service(1, member, 0, 26 * 60, 27 * 60),
            MatterFlag::Overlong,
        ),
        (
            service(1, member, 7 * 24 * 60, 7 * 24 * 60 + 60, 0),
            MatterFlag::InFuture,
        ),
        (service(1, member, 0, 60, 60 + month), MatterFlag::BackDated),
    ] {
        let said = [row];
        assert_eq!(flags(topic(), &said), [[flag]]);
        assert_eq!(states(topic(), &said), [(1, RequestState::Waiting)]);
    }
    let said = [
        service(1, member, 0, 60, 61),
        service(2, member, 30, 90, 91),
    ];
    let overlapping = [MatterFlag::Overlapping];
    assert_eq!(flags(topic(), &said), [overlapping, overlapping]);
}

#[test]
fn while_there_is_room_who_claims_has_it_and_over_it_the_community_decides() {
    let topic = Topic::Listing(listing_id());
    let mut said = vec![
        listing(1, 0, None, 2, false),
        pledge(2, 1, 5),
        pledge(3, 2, 6),
    ];
    assert_eq!(
        states(topic, &said),
        [(2, RequestState::Taken), (3, RequestState::Taken)]
    );
    said.push(pledge(4, 3, 7));
    let contested = RequestState::Contested;
    assert_eq!(
        states(topic, &said),
        [(2, contested), (3, contested), (4, contested)]
    );
    said.push(reply(5, HERE, 8, (4, topic), accepted()));
    said.push(reply(6, HERE, 8, (2, topic), returned()));
    assert_eq!(
        states(topic, &said),
        [
            (2, RequestState::Returned),
            (3, RequestState::Taken),
            (4, RequestState::Accepted)
        ]
    );
}

#[test]
fn a_claim_on_what_was_closed_meanwhile_waits_for_the_community() {
    let topic = Topic::Listing(listing_id());
    let said = [
        listing(1, 0, None, 2, false),
        listing(2, 5, Some(1), 2, true),
        pledge(3, 1, 4),
        pledge(4, 2, 6),
    ];
    assert_eq!(
        states(topic, &said),
        [(3, RequestState::Taken), (4, RequestState::Waiting)]
    );
    assert_eq!(
        flags(topic, &said),
        [vec![], vec![MatterFlag::ListingClosed]]
    );
}

#[test]
fn whoever_claims_the_same_on_two_phones_claims_it_once() {
    let topic = Topic::Listing(listing_id());
    let said = [
        listing(1, 0, None, 1, false),
        pledge(2, 1, 5),
        pledge(3, 1, 6),
    ];
    assert_eq!(
        states(topic, &said),
        [(2, RequestState::Taken), (3, RequestState::Joined)]
    );
}

#[test]
fn a_claim_on_what_stands_on_no_board_waits_and_says_so() {
    let topic = Topic::Listing(listing_id());
    let said = [pledge(2, 1, 5)];
    assert_eq!(states(topic, &said), [(2, RequestState::Waiting)]);
    assert_eq!(flags(topic, &said), [[MatterFlag::ListingUnknown]]);
}

/// Anything that anybody may say about one member, right or wrong.
fn about_a_member() -> impl Strategy<Value = Vec<StatementRow>> {
    let member = Party::Member(person(1));
    let mut all = vec![
        registration(1, 0, HERE),
        registration(2, 1, ELSEWHERE),
        replacing(registration(3, 2, ELSEWHERE), 1),
        replacing(registration(4, 3, HERE), 3),
        service(5, member, 0, 120, 130),
        service(6, Party::Organisation(TEAM), 10, 115, 140),
        service(7, member, 100, 160, 170),
        replacing(service(8, member, 0, 110, 180), 5),
        withdrawal(9, member, 50, 1, topic()),
        withdrawal(10, Party::Member(person(2)), 51, 2, topic()),
        withdrawal(11, Party::Organisation(TEAM), 52, 6, topic()),
    ];
    for (number, request) in (20..).zip([1, 2, 3, 4, 5, 6, 7, 8]) {
        for (offset, by, word) in [
            (0, HERE, accepted()),
            (100, HERE, returned()),
            (200, ELSEWHERE, accepted()),
        ] {
            // Most services are approved, or hardly any would ever count.
            if request > 4 && word == returned() {
                continue;
            }
            let at = i64::try_from(number + offset).unwrap();
            all.push(reply(number + offset, by, at, (request, topic()), word));
        }
    }
    all.push(knowing(
        400,
        HERE,
        400,
        (1, topic()),
        accepted(),
        &[20, 120],
    ));
    all.push(reply(401, HERE, 401, (6, topic()), corrected(30)));
    let count = all.len();
    subsequence(all, 0..=count).prop_shuffle()
}

/// Anything that anybody may say about one listing.
fn about_a_listing() -> impl Strategy<Value = Vec<StatementRow>> {
    let topic = Topic::Listing(listing_id());
    let mut all = vec![
        listing(1, 0, None, 2, false),
        listing(2, 10, Some(1), 3, false),
        listing(3, 20, Some(2), 3, true),
        listing(4, 21, Some(2), 1, false),
    ];
    for who in 1..=5 {
        let at = i64::try_from(who * 6).unwrap();
        all.push(pledge(10 + who, who, at));
        all.push(reply(
            20 + who,
            HERE,
            at + 40,
            (10 + who, topic),
            accepted(),
        ));
        all.push(reply(
            30 + who,
            HERE,
            at + 41,
            (10 + who, topic),
            returned(),
        ));
        let member = Party::Member(person(who));
        all.push(withdrawal(40 + who, member, at + 42, 10 + who, topic));
    }
    let count = all.len();
    subsequence(all, 0..=count).prop_shuffle()
}

fn requests(statements: &[StatementRow]) -> BTreeSet<EntryId> {
    let rows = statements.iter();
    rows.filter(|row| matches!(row.said, Statement::Request(_)))
        .map(|row| row.id)
        .collect()
}

proptest! {
    #[test]
    fn the_order_in_which_things_come_never_matters(
        said in about_a_member(),
        seed in select((0..64).collect::<Vec<usize>>()),
    ) {
        let mut turned = said.clone();
        turned.rotate_left(seed % said.len().max(1));
        turned.reverse();
        prop_assert_eq!(matters(topic(), &said), matters(topic(), &turned));
    }

    #[test]
    fn no_request_vanishes_and_none_is_accepted_without_the_asked_organisation(
        said in about_a_member(),
    ) {
        let found = matters(topic(), &said);
        let ids: BTreeSet<EntryId> = found.iter().map(|matter| matter.request).collect();
        prop_assert_eq!(ids, requests(&said));
        for matter in &found {
            if matter.is_accepted() {
                let reply = matter.reply.as_ref().unwrap();
                let row = said.iter().find(|row| row.id == reply.entry).unwrap();
                prop_assert_eq!(row.party, Party::Organisation(matter.to));
            }
        }
    }

    #[test]
    fn one_service_told_from_two_sides_never_counts_twice(said in about_a_member()) {
        let found = matters(topic(), &said);
        let minutes = |number: u128| {
            let matter = found.iter().find(|matter| matter.request == id(number));
            matter.map_or(0, Matter::minutes)
        };
        prop_assert!(minutes(5) == 0 || minutes(6) == 0, "{found:#?}");
    }

    #[test]
    fn a_listing_is_never_taken_by_more_than_it_has_places_for(said in about_a_listing()) {
        let topic = Topic::Listing(listing_id());
        let found = matters(topic, &said);
        prop_assert_eq!(&found, &{
            let mut turned = said.clone();
            turned.reverse();
            matters(topic, &turned)
        });
        let ids: BTreeSet<EntryId> = found.iter().map(|matter| matter.request).collect();
        prop_assert_eq!(ids, requests(&said));
        let count = |state| found.iter().filter(|matter| matter.state == state).count();
        let places = shared::reconcile::board(&said)
            .get(&listing_id())
            .map_or(0, |item| item.listing.places as usize);
        let (taken, accepted) = (count(RequestState::Taken), count(RequestState::Accepted));
        prop_assert!(taken == 0 || taken + accepted <= places);
    }
}
