//! The city and its directory.

use std::collections::BTreeSet;
use std::sync::Arc;

use shared::directory::{DirectorySlice, TeamRoster};
use shared::server::Read;
use shared::words::{Measure, OrganisationKind, Role};

use super::figures;
use super::world::{
    Pen, calendar, city, day, found, member_id, organisation, organisation_id, path, person, plan,
    rows,
};
use crate::directory::{Appointment, DirectoryChanges, Membership};
use crate::projector::project_all;
use crate::store::{Store, StoreError};

pub(super) async fn a_city_is_made_once(store: Arc<dyn Store>) {
    store.ready().await.expect("answers");
    assert_eq!(store.city().await.expect("reads"), None);
    found(&store).await;
    assert_eq!(store.city().await.expect("reads"), Some(city()));
    let again = store.found(city(), 78, DirectoryChanges::default()).await;
    assert!(matches!(again, Err(StoreError::Founded)));
}

pub(super) async fn rows_are_put_by_id_and_the_version_moves_only_when_one_changed(
    store: Arc<dyn Store>,
) {
    found(&store).await;
    let snapshot = store.directory().await.expect("reads");
    let expected = rows();
    assert_eq!(snapshot.areas.len(), expected.areas.len());
    assert_eq!(snapshot.venues.values().next(), expected.venues.first());
    assert_eq!(snapshot.people["P2"], person(2, "001001001"));
    assert_eq!(
        snapshot.organisations[&path("001001")],
        organisation("001001")
    );

    let unchanged = store.change_directory(rows()).await.expect("changes");
    let mut moved = person(2, "001001002");
    moved.phone = None;
    let one = DirectoryChanges {
        people: vec![moved.clone()],
        ..DirectoryChanges::default()
    };
    let changed = store.change_directory(one).await.expect("changes");
    assert_eq!(changed, unchanged + 1);
    let snapshot = store.directory().await.expect("reads");
    assert_eq!(snapshot.people["P2"], moved);
    let member = store.member(member_id(2)).await.expect("reads");
    let member = member.expect("is there");
    assert_eq!((member.path, &*member.grants), (path("001001002"), &[][..]));
    let member = store.member(member_id(1)).await.expect("reads");
    let grants = member.expect("is there").grants;
    assert_eq!(grants.len(), 1);
    assert_eq!(grants[0].path, path("001001001"));
    assert_eq!(store.member(member_id(404)).await.expect("reads"), None);
}

pub(super) async fn rows_that_contradict_each_other_are_refused_whole(store: Arc<dyn Store>) {
    found(&store).await;
    let mut homeless = person(5, "001001001");
    homeless.branch = organisation_id("009");
    let changes = DirectoryChanges {
        people: vec![person(4, "001001001"), homeless],
        ..DirectoryChanges::default()
    };
    let refused = store.change_directory(changes).await;
    assert!(matches!(refused, Err(StoreError::Contradiction(_))));
    let snapshot = store.directory().await.expect("reads");
    assert!(!snapshot.people.contains_key("P4"));

    let mut usurper = organisation("001001002");
    usurper.id = organisation_id("usurper");
    let changes = DirectoryChanges {
        organisations: vec![usurper],
        ..DirectoryChanges::default()
    };
    let refused = store.change_directory(changes).await;
    assert!(matches!(refused, Err(StoreError::Contradiction(_))));
}

pub(super) async fn a_slice_holds_the_line_what_is_beneath_and_the_members_of_the_own_branch(
    store: Arc<dyn Store>,
) {
    found(&store).await;
    let slice = slice_of(&store, 1).await;
    assert_eq!(paths(&slice), ["001", "001001", "001001001"]);
    assert_eq!(slice.owner.phone_masked.as_deref(), Some("138****8000"));
    assert_eq!(slice.grants.len(), 1);
    assert_eq!(slice.venues.len(), 1);
    assert_eq!(slice.areas.len(), 3);
    let names: Vec<&str> = slice.members.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(names, ["党员1", "党员2"]);

    let county = slice_of(&store, 9).await;
    let expected = ["001", "001001", "001001001", "001001002"];
    assert_eq!(paths(&county), expected);
    assert_eq!(
        county.members.len(),
        1,
        "its own members, not those beneath"
    );

    let member = slice_of(&store, 3).await;
    assert_eq!(paths(&member), ["001", "001001", "001001002"]);
    assert!(member.members.is_empty() && member.venues.is_empty());
}

pub(super) async fn a_team_is_on_its_members_phones_and_they_are_on_its_leaders(
    store: Arc<dyn Store>,
) {
    found(&store).await;
    let mut team = organisation("001001001001");
    team.kind = OrganisationKind::VanguardTeam;
    let mut idle = organisation("001001001002");
    idle.kind = OrganisationKind::TaskForce;
    let place = |number| Membership {
        member: member_id(number),
        organisation: team.id,
    };
    let changes = DirectoryChanges {
        memberships: vec![place(2), place(3)],
        appointments: vec![
            Appointment {
                member: member_id(2),
                role: Role::Coordinator,
                organisation: team.id,
            },
            Appointment {
                member: member_id(2),
                role: Role::Host,
                organisation: idle.id,
            },
            // Who leads the branch as well has its members once.
            Appointment {
                member: member_id(2),
                role: Role::Host,
                organisation: organisation_id("001001001"),
            },
        ],
        organisations: vec![team.clone(), idle.clone()],
        ..DirectoryChanges::default()
    };
    let changed = store.change_directory(changes.clone()).await;
    let again = store.change_directory(changes).await.expect("changes");
    assert_eq!(changed.expect("changes"), again, "nothing changed");
    let snapshot = store.directory().await.expect("reads");
    let places = [place(2), place(3)];
    assert_eq!(snapshot.memberships, BTreeSet::from(places));

    let member = slice_of(&store, 3).await;
    let line = ["001", "001001", "001001001", "001001001001", "001001002"];
    assert_eq!(paths(&member), line, "the team with its line");
    assert!(member.members.is_empty() && member.teams.is_empty());
    let leader = slice_of(&store, 2).await;
    let names: Vec<&str> = leader.members.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(names, ["党员1", "党员2", "党员3"]);
    let rosters = [
        TeamRoster {
            organisation: team.id,
            members: vec![member_id(2), member_id(3)],
        },
        TeamRoster {
            organisation: idle.id,
            members: Vec::new(),
        },
    ];
    assert_eq!(
        leader.teams, rosters,
        "who is in the branch alone is not of the team"
    );
    let of_team: Vec<_> = leader.team_members(team.id).map(|m| &*m.name).collect();
    assert_eq!(of_team, ["党员2", "党员3"]);
    let county = slice_of(&store, 9).await;
    assert_eq!(county.members.len(), 1, "teams beneath are not its own");
    assert!(county.teams.is_empty());

    let nobody = DirectoryChanges {
        memberships: vec![place(404)],
        ..DirectoryChanges::default()
    };
    let refused = store.change_directory(nobody).await;
    assert!(matches!(refused, Err(StoreError::Contradiction(_))));
}

/// Returns what the phone of a member holds of the directory.
async fn slice_of(store: &Arc<dyn Store>, number: u128) -> DirectorySlice {
    let authority = super::identity::authority(store, number).await;
    let read = Read {
        follows: Vec::new(),
        directory: 0,
        outcomes: 0,
        matters: None,
        today: day(),
    };
    let read = store.read(read, &authority).await.expect("reads");
    assert_eq!(read.epoch, 77);
    read.directory.expect("a phone without a slice gets one").1
}

fn paths(slice: &DirectorySlice) -> Vec<String> {
    let organisations = slice.organisations.iter();
    organisations
        .map(|organisation| organisation.path.to_string())
        .collect()
}

pub(super) async fn totals_move_with_an_organisation(store: Arc<dyn Store>) {
    found(&store).await;
    Pen::new(calendar("001001001"), 1)
        .store(&store, &[plan(1, 1)])
        .await;
    project_all(&*store).await.expect("projects");
    let mut moved = organisation("001001001");
    moved.path = path("001002001");
    moved.kind = OrganisationKind::GeneralBranch;
    let changes = DirectoryChanges {
        organisations: vec![organisation("001002"), moved],
        ..DirectoryChanges::default()
    };
    store.change_directory(changes).await.expect("changes");
    let activities = async |text| {
        let rows = store.dashboard(figures::wanted(path(text), day(), day(), None));
        let rows = rows.await.expect("reads").expect("is there");
        figures::figures(&rows, None).get(Measure::Activities)
    };
    assert_eq!(activities("001").await, 1);
    assert_eq!(activities("001001").await, 0);
    assert_eq!(activities("001002").await, 1);
    let before = store.digest().await.expect("reads");
    crate::projector::rebuild(&*store).await.expect("rebuilds");
    assert_eq!(store.digest().await.expect("reads"), before);
}

pub(super) async fn a_store_tells_its_size_its_queue_and_its_epoch(store: Arc<dyn Store>) {
    let unfounded = store.begin_epoch(99).await;
    assert!(matches!(unfounded, Err(StoreError::Unfounded)));
    found(&store).await;
    let empty = store.vitals().await.expect("reads");
    assert!(empty.bytes > 0);
    assert_eq!(empty.queued, 0);
    let mut pen = Pen::new(calendar("001001001"), 1);
    pen.store(&store, &[plan(9, 1)]).await;
    assert_eq!(store.vitals().await.expect("reads").queued, 1);
    project_all(&*store).await.expect("projects");
    assert_eq!(store.vitals().await.expect("reads").queued, 0);

    store.begin_epoch(99).await.expect("begins");
    let owner = super::identity::authority(&store, 2).await;
    let read = Read {
        follows: Vec::new(),
        directory: 0,
        outcomes: 0,
        matters: None,
        today: day(),
    };
    let read = store.read(read, &owner).await.expect("reads");
    assert_eq!(read.epoch, 99);
}
