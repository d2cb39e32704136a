//! Registrations, service and claims, from what is said to what is read.

use std::collections::BTreeSet;
use std::sync::Arc;

use shared::directory::Grant;
use shared::permission::Authority;
use shared::project::{Statement, StatementRow};
use shared::records::{Subject, Topic};
use shared::server::{Read, ReadResult};
use shared::wire::MatterRow;
use shared::words::{RequestState, Role};

use super::derived::nothing;
use super::statements::{
    COMMUNITY, TEAM, accepted, board, entry_id, everything, ledger, need, registration, reply,
    service, team_service, unit_registration,
};
use super::world::{
    Pen, check_in, day, device_id, found, journal, member_id, organisation_id, path,
};
use crate::projector::{project_all, rebuild};
use crate::store::Store;
use crate::store::derived::{Delta, Facts, FactsWanted, RowDelta};
use crate::store::matters::MatterPlace;

fn authority(number: u128, home: &str, grants: &[(Role, &str)]) -> Authority {
    let grant = |(role, text): &(Role, &str)| Grant {
        role: *role,
        organisation: organisation_id(text),
        path: path(text),
    };
    Authority {
        device: device_id(number),
        member: member_id(number),
        home: path(home),
        grants: grants.iter().map(grant).collect(),
    }
}

/// The coordinator of the community.
fn coordinator() -> Authority {
    authority(1, COMMUNITY, &[(Role::Coordinator, COMMUNITY)])
}

/// A member of the unit.
fn member() -> Authority {
    authority(3, TEAM, &[])
}

async fn read(store: &Arc<dyn Store>, authority: &Authority, matters: u64) -> ReadResult {
    let read = Read {
        follows: Vec::new(),
        directory: 0,
        outcomes: 0,
        matters: Some(matters),
        today: day(),
    };
    store.read(read, authority).await.expect("reads")
}

/// Returns what was said of topic `Member(3)`, as a projection would ask for it.
async fn facts_of_member_3(store: &Arc<dyn Store>) -> Facts {
    let wanted = FactsWanted {
        topics: [Topic::Member(member_id(3))].into(),
        ..FactsWanted::default()
    };
    store.facts(wanted).await.expect("reads")
}

pub(super) async fn what_is_said_stands_by_topic_until_it_is_removed(store: Arc<dyn Store>) {
    found(&store).await;
    let asked = registration(10, 3);
    let mut own = Pen::new(journal(3), 3);
    own.store(&store, &[asked.clone(), check_in(11, 3, 1)])
        .await;
    let mut decided = Pen::new(ledger(COMMUNITY), 1);
    decided
        .store(&store, &[reply(12, &asked, accepted())])
        .await;
    let mut listed = Pen::new(board(), 1);
    listed.store(&store, &[need(13, 1, 2)]).await;
    project_all(&*store).await.expect("projects");
    let projections = store.projections(vec![journal(3).id(), ledger(COMMUNITY).id()]);
    let projections = projections.await.expect("reads");
    assert_eq!(projections[&journal(3).id()].statements.len(), 1);
    let facts = facts_of_member_3(&store).await;
    let said: Vec<_> = facts.statements.iter().map(|(_, row)| row.id).collect();
    assert_eq!(said.len(), 2);
    assert!(said.contains(&entry_id(10)) && said.contains(&entry_id(12)));
    let documents: Vec<_> = facts
        .statements
        .iter()
        .map(|(document, _)| *document)
        .collect();
    assert!(documents.is_sorted());
    assert_eq!(facts.matters.len(), 1);
    assert!(facts.matters.values().all(|matter| matter.is_accepted()));

    // The reply now is about somebody else, and then is no more.
    let mut changed = projections[&ledger(COMMUNITY).id()].statements.clone();
    let Statement::Reply(word) = &mut changed[0].said else {
        panic!("is a reply");
    };
    word.topics = vec![Topic::Member(member_id(2))];
    let put = RowDelta {
        put: changed,
        removed: Vec::new(),
    };
    apply(&store, put).await;
    assert_eq!(facts_of_member_3(&store).await.statements.len(), 1);
    let removed = RowDelta {
        put: Vec::new(),
        removed: vec![entry_id(12)],
    };
    apply(&store, removed).await;
    let digest = store.digest().await.expect("reads");
    assert_eq!((digest["statement"].0, digest["statement_topic"].0), (2, 2));
}

/// Changes what is said in the community's ledger.
async fn apply(store: &Arc<dyn Store>, statements: RowDelta<StatementRow>) {
    let queue = store.queued(1).await.expect("reads");
    let mut document = nothing(ledger(COMMUNITY).id(), 1);
    document.statements = statements;
    let delta = Delta {
        base: queue.derived,
        documents: vec![document],
        ..Delta::default()
    };
    store.apply(delta).await.expect("applies");
}

pub(super) async fn a_phone_is_told_what_became_of_requests(store: Arc<dyn Store>) {
    found(&store).await;
    let asked = registration(10, 3);
    let mut own = Pen::new(journal(3), 3);
    own.store(&store, std::slice::from_ref(&asked)).await;
    project_all(&*store).await.expect("projects");

    let mine = read(&store, &member(), 0).await;
    assert_eq!(mine.matters.len(), 1);
    let row = &mine.matters[0];
    assert_eq!((&*row.name, &*row.from), ("党员3", "组织 001001002"));
    assert_eq!(
        (&*row.to, &row.place[..]),
        ("组织 001001001", &["高要区".to_owned()][..])
    );
    assert_eq!(phone(&row.matter.subject), "13800001234", "the owner's own");
    assert_eq!(row.matter.state, RequestState::Waiting);
    assert!(mine.matters_revision > 0 && !mine.more);
    let again = read(&store, &member(), mine.matters_revision).await;
    assert_eq!(
        (again.matters.len(), again.matters_revision),
        (0, mine.matters_revision)
    );

    let theirs = read(&store, &coordinator(), 0).await;
    assert_eq!(theirs.matters.len(), 1);
    assert_eq!(phone(&theirs.matters[0].matter.subject), "138****1234");
    let mut hidden = row.clone();
    hidden.matter = hidden.matter.masked();
    assert_eq!(theirs.matters[0], hidden, "and nothing else is hidden");

    // Whoever only hosts, or holds a right above or elsewhere, decides on nothing here.
    for grant in [
        (Role::Host, COMMUNITY),
        (Role::Coordinator, "001001"),
        (Role::Coordinator, TEAM),
    ] {
        let other = authority(9, "001001", &[grant]);
        assert!(
            read(&store, &other, 0).await.matters.is_empty(),
            "{grant:?}"
        );
    }

    let mut decided = Pen::new(ledger(COMMUNITY), 1);
    decided
        .store(&store, &[reply(12, &asked, accepted())])
        .await;
    project_all(&*store).await.expect("projects");
    let receipt = read(&store, &member(), mine.matters_revision).await;
    assert_eq!(receipt.matters[0].matter.state, RequestState::Accepted);
    assert!(receipt.matters_revision > mine.matters_revision);

    let before = store.digest().await.expect("reads");
    rebuild(&*store).await.expect("rebuilds");
    assert_eq!(store.digest().await.expect("reads"), before);
    let told = read(&store, &member(), receipt.matters_revision).await;
    assert!(told.matters.is_empty(), "equal matters keep their revision");
}

pub(super) fn phone(subject: &Subject) -> &str {
    match subject {
        Subject::MemberRegistration(form) => &form.phone,
        Subject::OrganisationRegistration(form) => &form.phone,
        Subject::Service(_) | Subject::Pledge(_) => panic!("has no telephone number"),
    }
}

pub(super) async fn the_asking_organisation_is_told_too(store: Arc<dyn Store>) {
    found(&store).await;
    let mut asked = Pen::new(ledger(TEAM), 3);
    let entries = [unit_registration(10), team_service(11, &[2, 3], 0)];
    asked.store(&store, &entries).await;
    project_all(&*store).await.expect("projects");
    let leader = authority(9, "001001", &[(Role::Coordinator, TEAM)]);
    let told = read(&store, &leader, 0).await.matters;
    let names: Vec<_> = told.iter().map(|row| (&*row.name, &*row.from)).collect();
    assert_eq!(told.len(), 3);
    assert!(names.contains(&("组织 001001002", "")), "the unit itself");
    assert_eq!(unit_phone(&told), "13800005678", "the unit's own");
    assert!(
        names.contains(&("党员2", "组织 001001002")),
        "the team that entered it"
    );
    let theirs = read(&store, &coordinator(), 0).await.matters;
    assert_eq!(theirs.len(), 3);
    assert_eq!(unit_phone(&theirs), "138****5678");
    // Whoever entered it for the unit and has the right no more is told as everybody else.
    let host = [(Role::Host, TEAM), (Role::Coordinator, COMMUNITY)];
    let theirs = read(&store, &authority(3, TEAM, &host), 0).await.matters;
    assert_eq!(unit_phone(&theirs), "138****5678");
    // Each of the people is told of their own part alone.
    let own = read(&store, &member(), 0).await.matters;
    assert_eq!(own.len(), 1);
    assert_eq!(own[0].matter.topic, Topic::Member(member_id(3)));
}

/// Returns the telephone number of the unit's registration.
fn unit_phone(told: &[MatterRow]) -> &str {
    let unit = Topic::Organisation(organisation_id(TEAM));
    let mut registrations = told.iter().filter(|row| row.matter.topic == unit);
    phone(&registrations.next().expect("is told").matter.subject)
}

pub(super) async fn what_is_long_over_is_told_to_nobody_but_its_owner(store: Arc<dyn Store>) {
    found(&store).await;
    let old = [service(10, 3, 92), service(11, 3, 93), service(12, 3, 94)];
    let mut own = Pen::new(journal(3), 3);
    own.store(&store, &old).await;
    project_all(&*store).await.expect("projects");
    let waiting = read(&store, &coordinator(), 0).await;
    assert_eq!(waiting.matters.len(), 3, "they wait for a word");
    let mut decided = Pen::new(ledger(COMMUNITY), 1);
    let words = [
        reply(20, &old[0], accepted()),
        reply(21, &old[1], accepted()),
    ];
    decided.store(&store, &words).await;
    project_all(&*store).await.expect("projects");
    let told = read(&store, &coordinator(), 0).await;
    let requests: Vec<_> = told.matters.iter().map(|row| row.matter.request).collect();
    assert_eq!(requests, [entry_id(12), entry_id(10)]);
    assert_eq!(read(&store, &member(), 0).await.matters.len(), 3);
    // What is not told is passed over for good.
    let again = read(&store, &coordinator(), told.matters_revision).await;
    assert_eq!(again.matters_revision, told.matters_revision);
    let newest = read(&store, &member(), 0).await.matters_revision;
    assert_eq!(told.matters_revision, newest);
}

pub(super) async fn many_matters_come_in_parts(store: Arc<dyn Store>) {
    found(&store).await;
    let mut asked = Pen::new(ledger(TEAM), 3);
    for number in 0..7 {
        let people: Vec<u128> = (100 * number..100 * number + 100)
            .map(|n| n + 1_000)
            .collect();
        let entry = team_service(10 + number, &people, 0);
        asked.store(&store, &[entry]).await;
    }
    project_all(&*store).await.expect("projects");
    let (mut revision, mut parts, mut told) = (0, Vec::new(), BTreeSet::new());
    loop {
        let part = read(&store, &coordinator(), revision).await;
        parts.push(part.matters.len());
        told.extend(part.matters.into_iter().map(|row| row.matter.topic));
        assert!(part.matters_revision > revision);
        revision = part.matters_revision;
        if !part.more {
            break;
        }
    }
    assert_eq!((parts, told.len()), (vec![500, 200], 700));

    let mut wanted = everything(COMMUNITY);
    wanted.limit = 300;
    let (mut parts, mut listed) = (Vec::new(), Vec::new());
    loop {
        let part = store.matters(wanted.clone()).await.expect("reads");
        parts.push(part.len());
        listed.extend(
            part.iter()
                .map(|row| (row.matter.request, row.matter.topic)),
        );
        let Some(last) = part.last().filter(|_| part.len() == 300) else {
            break;
        };
        wanted.after = Some(MatterPlace {
            day: last.matter.day,
            key: (last.matter.request, last.matter.topic),
        });
    }
    assert_eq!(parts, [300, 300, 100]);
    assert!(
        listed.is_sorted_by(|one, other| one > other),
        "the newest first, each once"
    );
}
