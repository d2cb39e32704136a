//! The demo city is whole, reproducible and holds the traps of the real one.

#[path = "fixtures/communities.rs"]
mod communities;

use std::collections::{BTreeMap, BTreeSet};

use server::demo::{DemoCity, generate};
use shared::ids::OrganisationId;
use shared::records::{Audience, Phase, Plan, Record};
use shared::time::{Day, HOUR_MS};
use shared::words::{ActivityKind, AreaLevel, OrganisationKind, Role, VenueKind};

const PERSONAS: [&str; 9] = [
    "branch_coordinator",
    "town_coordinator",
    "county_coordinator",
    "city_coordinator",
    "branch_host",
    "member_1",
    "member_2",
    "team_leader",
    "unit_coordinator",
];

fn today() -> Day {
    Day::of(2026, 11, 22)
}

fn demo() -> DemoCity {
    generate(7, today())
}

fn plans(demo: &DemoCity) -> impl Iterator<Item = (OrganisationId, &Plan)> {
    demo.plans
        .iter()
        .map(|planned| match &planned.entry.record {
            Record::Plan(plan) => (planned.organisation, plan),
            other => panic!("a calendar holds plans, not {other:?}"),
        })
}

#[test]
fn a_seed_and_a_day_make_the_same_city_every_time() {
    assert_eq!(demo(), demo());
    let tomorrow = generate(7, today().plus(1));
    assert_eq!(
        demo().changes,
        tomorrow.changes,
        "the directory does not depend on the day"
    );
    assert_ne!(demo().plans, tomorrow.plans);
    assert_ne!(demo().statements, tomorrow.statements);
    assert_ne!(demo().changes, generate(8, today()).changes);
}

#[test]
fn codes_paths_ids_and_telephone_numbers_are_unique() {
    fn assert_unique<K: Ord>(what: &str, keys: impl Iterator<Item = K>) {
        let mut seen = BTreeSet::new();
        for key in keys {
            assert!(seen.insert(key), "{what} stands twice");
        }
    }
    let demo = demo();
    let changes = &demo.changes;
    assert_unique("area", changes.areas.iter().map(|area| &area.code));
    assert_unique("path", changes.organisations.iter().map(|held| &held.path));
    assert_unique(
        "organisation",
        changes.organisations.iter().map(|held| held.id),
    );
    assert_unique("venue", changes.venues.iter().map(|venue| venue.id));
    assert_unique("person", changes.people.iter().map(|person| person.id));
    assert_unique("code", changes.people.iter().map(|person| &person.code));
    assert_unique(
        "phone",
        changes
            .people
            .iter()
            .filter_map(|person| person.phone.as_ref()),
    );
    assert_unique("right", changes.appointments.iter());
    assert_unique("place in a team", changes.memberships.iter());
    let planned = demo.plans.iter().map(|planned| planned.entry.id);
    let said = demo.statements.iter().map(|said| said.entry.id);
    assert_unique("entry", planned.chain(said));
    assert_unique("activity", plans(&demo).map(|(_, plan)| plan.activity));
}

#[test]
fn every_row_stands_after_the_rows_it_names() {
    let changes = demo().changes;
    let mut areas = BTreeMap::new();
    for area in &changes.areas {
        match &area.parent {
            Some(parent) => assert!(areas[parent] < area.level, "{}", area.code),
            None => assert_eq!(area.level, AreaLevel::City),
        }
        areas.insert(area.code.clone(), area.level);
    }
    let mut paths = BTreeSet::new();
    for organisation in &changes.organisations {
        let parent = organisation.path.parent();
        assert!(
            parent.is_none_or(|parent| paths.contains(&parent)),
            "{}",
            organisation.path
        );
        assert!(areas.contains_key(&organisation.area));
        paths.insert(organisation.path.clone());
    }
    let organisations: BTreeSet<_> = changes.organisations.iter().map(|held| held.id).collect();
    let people: BTreeSet<_> = changes.people.iter().map(|person| person.id).collect();
    for venue in &changes.venues {
        assert!(organisations.contains(&venue.organisation) && areas.contains_key(&venue.area));
    }
    assert!(
        changes
            .people
            .iter()
            .all(|person| organisations.contains(&person.branch))
    );
    for right in &changes.appointments {
        assert!(organisations.contains(&right.organisation) && people.contains(&right.member));
    }
    for place in &changes.memberships {
        assert!(organisations.contains(&place.organisation) && people.contains(&place.member));
    }
}

#[test]
fn every_plan_is_well_formed_and_entered_by_a_coordinator_before_it_begins() {
    let demo = demo();
    let venues: BTreeSet<_> = demo.changes.venues.iter().map(|venue| venue.id).collect();
    let coordinators: BTreeSet<_> = demo
        .changes
        .appointments
        .iter()
        .filter(|right| right.role == Role::Coordinator)
        .map(|right| (right.organisation, right.member))
        .collect();
    for planned in &demo.plans {
        assert!(coordinators.contains(&(planned.organisation, planned.entry.by)));
        let Record::Plan(plan) = &planned.entry.record else {
            panic!("a calendar holds plans")
        };
        assert!(plan.is_well_formed(), "{plan:?}");
        assert!(plan.is_of(planned.organisation));
        assert!(planned.entry.recorded_at < plan.starts_at);
        assert!(plan.venue.is_some_and(|venue| venues.contains(&venue)));
        let days = plan.starts_at.day().0 - today().0;
        assert!((-7..=6).contains(&days), "{days}");
    }
}

#[test]
fn committees_and_branches_with_members_have_something_today() {
    let demo = demo();
    let busy: BTreeSet<_> = plans(&demo)
        .filter(|(_, plan)| plan.starts_at.day() == today())
        .map(|(organisation, _)| organisation)
        .collect();
    let homes: BTreeSet<_> = demo
        .changes
        .people
        .iter()
        .map(|person| person.branch)
        .collect();
    for organisation in &demo.changes.organisations {
        let committee = matches!(
            organisation.kind,
            OrganisationKind::Committee | OrganisationKind::WorkCommittee
        );
        if committee || homes.contains(&organisation.id) {
            assert!(busy.contains(&organisation.id), "{}", organisation.name);
        }
    }
}

#[test]
fn a_persona_can_check_in_at_every_hour_of_the_week() {
    let demo = demo();
    let keys: Vec<_> = demo.personas.iter().map(|persona| persona.key).collect();
    assert_eq!(keys, PERSONAS);
    let branch = demo.personas[0].organisation;
    for hour in 0..7 * 24 {
        let now = today().start().plus(hour * HOUR_MS);
        let open =
            plans(&demo).any(|(held_by, plan)| held_by == branch && plan.phase(now) == Phase::Open);
        assert!(open, "nothing is open at hour {hour}");
    }
}

#[test]
fn personas_act_for_the_branch_and_all_above_it() {
    let demo = demo();
    let organisation = |id| {
        demo.changes
            .organisations
            .iter()
            .find(|held| held.id == id)
            .unwrap()
    };
    let branch = organisation(demo.personas[0].organisation);
    assert!(
        branch.area.as_str().starts_with("441204112"),
        "in Huilong of Gaoyao"
    );
    for (index, persona) in demo.personas.iter().enumerate() {
        let rights: Vec<_> = demo
            .changes
            .appointments
            .iter()
            .filter(|right| right.member == persona.member)
            .collect();
        if persona.key == "unit_coordinator" {
            let path = branch.path.line().next().unwrap();
            assert!(path.covers(&organisation(persona.organisation).path));
            assert_eq!(rights[0].organisation, persona.organisation);
        } else if index < 4 {
            let path = branch.path.line().nth(3 - index).unwrap();
            assert_eq!(organisation(persona.organisation).path, path);
            assert_eq!(rights.len(), 1);
            assert_eq!(rights[0].organisation, persona.organisation);
        } else {
            let home = demo
                .changes
                .people
                .iter()
                .find(|person| person.id == persona.member);
            assert_eq!(home.unwrap().branch, branch.id);
            let roles: Vec<Role> = rights.iter().map(|right| right.role).collect();
            let expected: &[Role] = match persona.key {
                "branch_host" => &[Role::Host],
                // For the team and for the provisional branch.
                "team_leader" => &[Role::Coordinator, Role::Coordinator],
                _ => &[],
            };
            assert_eq!(roles, expected, "{}", persona.key);
        }
    }
    let members = demo
        .changes
        .people
        .iter()
        .filter(|person| person.branch == branch.id);
    assert_eq!(members.count(), 40);
}

#[test]
fn the_high_tech_zone_stands_in_the_citys_line_and_not_in_sihuis() {
    let changes = demo().changes;
    let at = |area: &str| {
        changes
            .organisations
            .iter()
            .find(|held| held.area.as_str() == area)
            .unwrap()
    };
    let (zone, sihui) = (at("441284450"), at("441284"));
    assert_eq!(zone.kind, OrganisationKind::WorkCommittee);
    assert_eq!(zone.path.level(), 2);
    assert!(!sihui.path.covers(&zone.path));
    let area = changes
        .areas
        .iter()
        .find(|area| area.code.as_str() == "441284450")
        .unwrap();
    assert_eq!(area.parent.as_ref().unwrap().as_str(), "441284");
    let beneath = changes
        .organisations
        .iter()
        .filter(|held| held.area.as_str().len() == 12);
    for village in beneath.filter(|held| held.area.as_str().starts_with("441284450")) {
        assert!(zone.path.covers(&village.path));
    }
}

#[test]
fn the_traps_of_real_names_are_there() {
    let changes = demo().changes;
    let named = |name: &str| {
        changes
            .areas
            .iter()
            .filter(|area| area.name == name)
            .count()
    };
    assert_eq!(named("回龙镇"), 2);
    assert_eq!(named("坑口镇") + named("坑口街道"), 2);
    assert_eq!(named("圩镇社区"), 26);
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for area in changes
        .areas
        .iter()
        .filter(|area| area.level == AreaLevel::Village)
    {
        *names.entry(&area.name).or_default() += 1;
    }
    let recurring = names.values().filter(|count| **count > 1).count();
    assert!((40..300).contains(&recurring), "{recurring} names recur");
}

#[test]
fn the_city_has_the_size_of_the_real_one_and_a_roster_fit_to_try() {
    let demo = demo();
    let changes = &demo.changes;
    let areas = |level| {
        changes
            .areas
            .iter()
            .filter(|area| area.level == level)
            .count()
    };
    assert_eq!(areas(AreaLevel::County), 8);
    assert_eq!(
        areas(AreaLevel::Town),
        104 + 1,
        "the high-tech zone has a town's code"
    );
    assert_eq!(areas(AreaLevel::Village), 1_556);
    let venues = |kind| {
        changes
            .venues
            .iter()
            .filter(|venue| venue.kind == kind)
            .count()
    };
    assert_eq!(venues(VenueKind::Hall), 1_552);
    assert_eq!(venues(VenueKind::ServiceCentre), 1_554);
    assert_eq!(venues(VenueKind::PartySchool), 104);
    assert_eq!(venues(VenueKind::EduBase), 7);
    assert!(
        (16_500..17_500).contains(&changes.people.len()),
        "{}",
        changes.people.len()
    );
    println!(
        "organisations {}, venues {}, people {}, rights {}, places in teams {}, plans {}",
        changes.organisations.len(),
        changes.venues.len(),
        changes.people.len(),
        changes.appointments.len(),
        changes.memberships.len(),
        demo.plans.len(),
    );
}

#[test]
fn plans_tell_what_their_kind_has_and_one_is_by_invitation() {
    let demo = demo();
    for (_, plan) in plans(&demo) {
        let details = &plan.details;
        assert_eq!(details.speaker_role.is_some(), plan.speaker.is_some());
        assert_eq!(
            details.outreach.is_some(),
            plan.kind == ActivityKind::OutreachTalk
        );
        assert_eq!(
            details.meeting.is_some(),
            plan.kind == ActivityKind::Meeting
        );
        assert_eq!(
            details.study_minutes.is_some(),
            plan.kind == ActivityKind::Training
        );
    }
    let invites = |plan: &&Plan| plan.details.audience == Audience::Invitation;
    let by_invitation: Vec<&Plan> = plans(&demo).map(|(_, plan)| plan).filter(invites).collect();
    let [plan] = by_invitation.as_slice() else {
        panic!("one activity is by invitation")
    };
    let persona = |key| {
        let mut personas = demo.personas.iter();
        personas.find(|persona| persona.key == key).unwrap().member
    };
    let invited: BTreeSet<_> = demo
        .marks
        .iter()
        .map(|mark| match &mark.entry.record {
            Record::Mark(mark) if mark.activity == plan.activity => mark.member,
            other => panic!("only that activity's roll call is written, not {other:?}"),
        })
        .collect();
    assert_eq!(invited.len(), 8);
    assert!(invited.contains(&persona("member_1")));
    assert!(!invited.contains(&persona("member_2")));
}
