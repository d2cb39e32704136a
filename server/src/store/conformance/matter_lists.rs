//! Lists and counts of registrations, service and claims.

use std::sync::Arc;

use shared::api::Side;
use shared::directory::{Area, Organisation};
use shared::ids::OrganisationId;
use shared::records::{Correction, ReplyWord, Topic};
use shared::words::{AreaLevel, OrganisationKind, RequestKind, RequestState, ServiceCategory};

use super::ledgers::extent;
use super::matters::phone;
use super::statements::{
    COMMUNITY, TEAM, accepted, board, community, entry_id, everything, ledger, listing_id, need,
    pledge, rating, registration, reply, service, team, team_service, unit_registration,
    withdrawal,
};
use super::world::{
    Pen, area, day, found, journal, member_id, organisation, organisation_id, path,
};
use crate::directory::DirectoryChanges;
use crate::projector::project_all;
use crate::store::Store;
use crate::store::matters::{Edition, MattersWanted};

/// A registration accepted, one taken back, a claim and a service of member 3, and the unit's own.
pub(super) async fn busy(store: &Arc<dyn Store>) {
    found(store).await;
    let mine = [registration(10, 3), pledge(11, 3, 1), service(12, 3, 1)];
    let other = registration(13, 2);
    let unit = [unit_registration(14), team_service(15, &[2, 3], 0)];
    Pen::new(journal(3), 3).store(store, &mine).await;
    let taken_back = withdrawal(16, &other);
    Pen::new(journal(2), 2)
        .store(store, &[other, taken_back])
        .await;
    Pen::new(ledger(TEAM), 3).store(store, &unit).await;
    Pen::new(board(), 1).store(store, &[need(17, 1, 1)]).await;
    let corrected = ReplyWord::Corrected(Correction {
        minutes: 60,
        beneficiaries: 7,
        category: ServiceCategory::Health,
        reason: "六十分钟".to_owned(),
    });
    let words = [
        reply(20, &mine[0], accepted()),
        reply(21, &mine[2], corrected),
        reply(22, &unit[1], accepted()),
        rating(23, &mine[2]),
    ];
    Pen::new(ledger(COMMUNITY), 1).store(store, &words).await;
    project_all(&**store).await.expect("projects");
}

pub(super) async fn a_list_of_matters_is_that_of_a_side(store: Arc<dyn Store>) {
    busy(&store).await;
    let list = async |wanted: MattersWanted| {
        let rows = store.matters(wanted).await.expect("reads");
        let mut requests: Vec<u128> = rows
            .iter()
            .map(|row| row.matter.request.0.as_u128())
            .collect();
        requests.sort_unstable();
        requests
    };
    let on = |text, side| MattersWanted {
        side,
        ..everything(text)
    };
    let all = [10, 11, 12, 13, 14, 15, 15];
    assert_eq!(list(on(COMMUNITY, Side::Asked)).await, all);
    assert_eq!(list(on("001", Side::Asked)).await, all, "all beneath it");
    assert_eq!(list(on("001", Side::Asking)).await, all, "each once");
    assert!(list(on(TEAM, Side::Asked)).await.is_empty());
    assert_eq!(list(on(TEAM, Side::Asking)).await, [10, 11, 12, 14, 15, 15]);
    // Member 2 is of the community's own branch; the team's service of theirs is seen there as well.
    assert_eq!(list(on(COMMUNITY, Side::Asking)).await, [13, 15]);
    assert!(list(on("009", Side::Asked)).await.is_empty());
    let of_kind = MattersWanted {
        kind: Some(RequestKind::MemberRegistration),
        ..everything("001")
    };
    assert_eq!(list(of_kind.clone()).await, [10, 13]);
    let in_state = MattersWanted {
        state: Some(RequestState::Withdrawn),
        ..of_kind
    };
    assert_eq!(list(in_state).await, [13]);
    let yesterday = MattersWanted {
        to: day().plus(-1),
        ..everything("001")
    };
    assert_eq!(list(yesterday).await, [12]);

    let key = (entry_id(10), Topic::Member(member_id(3)));
    let record = store.matter(key).await.expect("reads").expect("is there");
    assert_eq!(record.paths, [path(COMMUNITY), path(TEAM)]);
    assert_eq!(phone(&record.matter.subject), "13800001234");
    let nobody = (entry_id(10), Topic::Member(member_id(2)));
    assert_eq!(store.matter(nobody).await.expect("reads"), None);
}

pub(super) async fn registrations_and_service_are_counted(store: Arc<dyn Store>) {
    busy(&store).await;
    let registered = async |text: &str, limit| {
        let found = store.registrations(path(text), limit).await;
        found.expect("reads")
    };
    let county = registered("001001", 9).await;
    assert_eq!((county.members, county.registered), (4, 1));
    let missing: Vec<_> = county.missing.iter().map(|person| &*person.name).collect();
    assert_eq!(missing, ["党员1", "党员2", "党员9"]);
    assert_eq!(county.rows.len(), 1);
    assert_eq!(county.rows[0].matter.request, entry_id(10));
    assert_eq!(registered("001001", 2).await.missing.len(), 2);
    assert_eq!(registered(TEAM, 9).await.missing, []);

    let report = async |text: &str, from, to| {
        let found = store.service(path(text), from, to).await;
        found.expect("reads")
    };
    let whole = report("001", day().plus(-9), day()).await;
    // Member 3 for an hour, corrected; members 2 and 3 with the team, for five people.
    assert_eq!((whole.totals.services, whole.people), (3, 2));
    assert_eq!(
        (whole.totals.minutes, whole.totals.beneficiaries),
        (280, 12)
    );
    let categories: Vec<_> = whole
        .categories
        .iter()
        .map(|(category, totals)| (*category, totals.services, totals.beneficiaries))
        .collect();
    assert_eq!(
        categories,
        [
            (ServiceCategory::LegalAid, 2, 5),
            (ServiceCategory::Health, 1, 7)
        ]
    );
    assert_eq!(
        whole.groups.len(),
        1,
        "the team, and the branch of the same path"
    );
    assert_eq!(whole.groups[0].organisation.id, team());
    assert_eq!(
        (whole.groups[0].totals, whole.groups[0].people),
        (whole.totals, 2)
    );
    // For the community everything; of its own members' service that of member 2.
    assert_eq!(report(COMMUNITY, day().plus(-9), day()).await, whole);
    let today = report(TEAM, day(), day()).await;
    assert_eq!((today.totals.services, today.totals.beneficiaries), (2, 5));
    let ledger = async |text: &str, limit| {
        let rows = store
            .service_ledger(extent(text, day().plus(-9), day()), None, limit)
            .await;
        let rows = rows.expect("reads").into_iter();
        rows.map(|row| row.matter.request.0.as_u128())
            .collect::<Vec<_>>()
    };
    assert_eq!(ledger("001", 9).await, [15, 15, 12]);
    assert_eq!(ledger("001", 2).await, [15, 15]);
    assert_eq!(ledger(COMMUNITY, 9).await, [15, 15, 12]);
    assert!(ledger("009", 9).await.is_empty());
    let nothing = report("009", day(), day()).await;
    assert_eq!(nothing.totals.services, 0);

    let tallies =
        async |organisation: OrganisationId| store.listings(organisation).await.expect("reads");
    let taken = tallies(community()).await;
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].listing, listing_id(1));
    assert_eq!((taken[0].taken, taken[0].contested), (1, 0));
    assert!(tallies(team()).await.is_empty());
    let mut another = Pen::new(journal(1), 1);
    another.store(&store, &[pledge(30, 1, 1)]).await;
    project_all(&*store).await.expect("projects");
    let contested = tallies(community()).await;
    assert_eq!((contested[0].taken, contested[0].contested), (0, 2));
}

pub(super) async fn one_registers_at_the_topmost_organisation_of_a_village(store: Arc<dyn Store>) {
    found(&store).await;
    let none = store.communities(None).await.expect("reads");
    assert_eq!(none.organisations, Some(Vec::new()));
    let village = |code: &str| Area {
        code: area(code),
        name: format!("{code}社区"),
        level: AreaLevel::Village,
        parent: Some(area("441204103")),
    };
    let within = |text: &str, kind, code: &str| Organisation {
        kind,
        area: area(code),
        ..organisation(text)
    };
    let changes = DirectoryChanges {
        areas: vec![village("441204103001"), village("441204103002")],
        organisations: vec![
            within("001001003", OrganisationKind::GeneralBranch, "441204103001"),
            within("001001003001", OrganisationKind::Branch, "441204103001"),
            within(
                "001001003002",
                OrganisationKind::VanguardTeam,
                "441204103001",
            ),
            within("001002", OrganisationKind::Unit, "441204103002"),
            within("001001004001", OrganisationKind::Branch, "441204103002"),
        ],
        ..DirectoryChanges::default()
    };
    let version = store.change_directory(changes).await.expect("changes");
    let before = Some(none.edition);
    let communities = store.communities(before).await.expect("reads");
    assert_eq!(communities.edition, Edition { epoch: 77, version });
    let found = communities.organisations.expect("something is new");
    let ids: Vec<_> = found.iter().map(|organisation| organisation.id).collect();
    assert_eq!(ids, ["001001003", "001001004001"].map(organisation_id));
    assert_eq!(found[0].place, ["高要区", "回龙镇"]);
    let known = store.communities(Some(communities.edition));
    let known = known.await.expect("reads");
    assert_eq!(known.organisations, None);
}
