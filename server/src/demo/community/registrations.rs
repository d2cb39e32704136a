//! Who registered where: members where they live, units where they sit.

use shared::records::{MemberRegistration, OrganisationRegistration, ReplyWord, Subject};
use shared::words::{FreeTime, OrganisationKind, ServiceCategory};

use super::clerk::{Asked, Clerk, Desk, Voice};
use super::{Cast, Place, Registrant, Unit};

/// How many units come to the personas' community.
pub(super) const PERSONA_UNITS: usize = 4;

/// The number in the forms of those who have none.
const NO_PHONE: &str = "13800000000";

/// What becomes of a registration.
#[derive(Clone, Copy)]
enum Course {
    Waiting,
    Accepted,
    Returned,
    /// Returned, put right and accepted.
    PutRight,
    /// Accepted, and taken back by the one who asked.
    Withdrawn,
    /// Accepted by the community and returned by the town, neither knowing of the other.
    Disputed,
    /// Accepted at the neighbour's and moved here.
    Moved,
    /// Accepted at the neighbour's; whether they may move here is not decided.
    Moving,
}

/// What comes to the personas' community, the newest first.
const COURSES: [Course; 14] = [
    Course::Waiting,
    Course::Moving,
    Course::Waiting,
    Course::Accepted,
    Course::Returned,
    Course::Accepted,
    Course::Moved,
    Course::Disputed,
    Course::PutRight,
    Course::Accepted,
    Course::Waiting,
    Course::Withdrawn,
    Course::Accepted,
    Course::Accepted,
];

const UNIT_COURSES: [Course; PERSONA_UNITS] = [
    Course::Accepted,
    Course::Waiting,
    Course::Returned,
    Course::Withdrawn,
];

/// What comes to other places, one after the other.
const PLACE_COURSES: [Course; 5] = [
    Course::Accepted,
    Course::Waiting,
    Course::Accepted,
    Course::Returned,
    Course::Accepted,
];

/// Enters the registrations at the personas' community: of people of the units, of which the first few
/// register as well, and of the two personas at the neighbour's.
pub(super) fn of_personas(clerk: &mut Clerk<'_>, cast: &Cast, units: &[Unit], others: &[Unit]) {
    let people = units
        .iter()
        .chain(others)
        .flat_map(|unit| &unit.registrants);
    for ((days, course), registrant) in (2..).zip(COURSES).zip(people) {
        member(clerk, cast, course, registrant, days);
    }
    for ((days, course), unit) in (3..).step_by(3).zip(UNIT_COURSES).zip(units) {
        register_unit(clerk, course, unit, cast.community, days);
    }
    let accepted = register(clerk, &cast.first_member, cast.neighbour, 15);
    clerk.accept(&accepted, &clerk.wording.registration.accepted, 14);
    register(clerk, &cast.second_member, cast.neighbour, 2);
}

/// Enters one registration of each kind at a place, where there is somebody to register.
pub(super) fn of_place(clerk: &mut Clerk<'_>, place: &Place, index: usize) {
    let course = PLACE_COURSES[index % PLACE_COURSES.len()];
    if let Some(registrant) = &place.registrant {
        let asked = register(clerk, registrant, place.community, 8);
        decide(clerk, course, &asked, 6);
    }
    if let Some(unit) = &place.unit {
        register_unit(clerk, course, unit, place.community, 8);
    }
}

/// Enters what a member asked of one of two communities so many days ago, and what it came to after a
/// gap; without one it waits.
pub(super) fn of_past(
    clerk: &mut Clerk<'_>,
    registrant: &Registrant,
    [here, there]: [Desk; 2],
    (days, gap): (i32, Option<i32>),
) {
    let words = &clerk.wording.registration;
    let chance = clerk.dice.below(100);
    let asked = register(clerk, registrant, here, days);
    let Some(answered) = gap.map(|gap| days - gap) else {
        return;
    };
    match chance {
        0..=3 => decide(clerk, Course::Returned, &asked, answered),
        4..=7 => {
            decide(clerk, Course::Returned, &asked, answered + 1);
            let subject = Subject::MemberRegistration(form(clerk, registrant));
            let again = clerk.ask_instead(&asked, here, subject, answered);
            decide(clerk, Course::Accepted, &again, answered - 1);
        }
        8..=11 => {
            decide(clerk, Course::Accepted, &asked, answered);
            let reason = clerk.dice.pick(&words.withdrawn);
            clerk.withdraw(&asked, reason, (answered / 2).max(1));
        }
        12..=15 if here.organisation != there.organisation => {
            decide(clerk, Course::Accepted, &asked, answered);
            let form = MemberRegistration {
                note: Some(words.moved.clone()),
                ..form(clerk, registrant)
            };
            let moved = (answered * 2 / 3).max(2);
            let subject = Subject::MemberRegistration(form);
            let again = clerk.ask_instead(&asked, there, subject, moved);
            decide(clerk, Course::Accepted, &again, moved - 1);
        }
        _ => decide(clerk, Course::Accepted, &asked, answered),
    }
}

/// Enters what a unit asked of a community, as [`of_past`].
pub(super) fn unit_of_past(
    clerk: &mut Clerk<'_>,
    unit: &Unit,
    to: Desk,
    (days, gap): (i32, Option<i32>),
) {
    let course = match gap {
        None => Course::Waiting,
        Some(_) if clerk.dice.chance(5) => Course::Returned,
        Some(_) => Course::Accepted,
    };
    register_unit(clerk, course, unit, to, days);
}

/// Enters what somebody asks of the personas' community, and what becomes of it from `days` before
/// today on.
fn member(clerk: &mut Clerk<'_>, cast: &Cast, course: Course, registrant: &Registrant, days: i32) {
    let words = &clerk.wording.registration;
    match course {
        Course::Waiting | Course::Accepted | Course::Returned => {
            let asked = register(clerk, registrant, cast.community, days);
            decide(clerk, course, &asked, days - 1);
        }
        Course::PutRight => {
            let asked = register(clerk, registrant, cast.community, days + 2);
            decide(clerk, Course::Returned, &asked, days + 1);
            let subject = Subject::MemberRegistration(form(clerk, registrant));
            let again = clerk.ask_instead(&asked, cast.community, subject, days);
            decide(clerk, Course::Accepted, &again, days - 1);
        }
        Course::Withdrawn => {
            let asked = register(clerk, registrant, cast.community, days);
            decide(clerk, Course::Accepted, &asked, days - 1);
            let reason = clerk.dice.pick(&words.withdrawn);
            clerk.withdraw(&asked, reason, 1);
        }
        Course::Disputed => {
            let asked = register(clerk, registrant, cast.community, days);
            decide(clerk, Course::Accepted, &asked, days - 1);
            let reason = words.disputed.clone();
            clerk.answer_as(
                cast.town.by,
                &asked,
                ReplyWord::Returned { reason },
                days - 1,
            );
        }
        Course::Moved | Course::Moving => {
            let there = register(clerk, registrant, cast.neighbour, days + 10);
            decide(clerk, Course::Accepted, &there, days + 9);
            let form = MemberRegistration {
                note: Some(words.moved.clone()),
                ..form(clerk, registrant)
            };
            let subject = Subject::MemberRegistration(form);
            let here = clerk.ask_instead(&there, cast.community, subject, days);
            if matches!(course, Course::Moved) {
                decide(clerk, Course::Accepted, &here, days - 1);
            }
        }
    }
}

fn decide(clerk: &mut Clerk<'_>, course: Course, asked: &Asked, days: i32) {
    let words = &clerk.wording.registration;
    match course {
        Course::Accepted => clerk.accept(asked, &words.accepted, days),
        Course::Returned => {
            let reason = clerk.dice.pick(&words.returned).clone();
            clerk.answer(asked, ReplyWord::Returned { reason }, days);
        }
        Course::Waiting
        | Course::PutRight
        | Course::Withdrawn
        | Course::Disputed
        | Course::Moved
        | Course::Moving => {}
    }
}

fn register(clerk: &mut Clerk<'_>, registrant: &Registrant, to: Desk, days: i32) -> Asked {
    let subject = Subject::MemberRegistration(form(clerk, registrant));
    clerk.ask(Voice::Member(registrant.member), to, subject, days)
}

fn form(clerk: &mut Clerk<'_>, registrant: &Registrant) -> MemberRegistration {
    let words = &clerk.wording.registration;
    let workplace = match &registrant.workplace {
        Some(workplace) => workplace.clone(),
        None => clerk.dice.pick(&words.workplaces).clone(),
    };
    let party_post = clerk.dice.chance(30);
    let party_post = party_post.then(|| clerk.dice.pick(&words.party_posts).clone());
    let note = clerk.dice.chance(40);
    let note = note.then(|| clerk.dice.pick(&words.notes).clone());
    MemberRegistration {
        name: clerk.name(registrant.member),
        phone: clerk
            .phone(registrant.member)
            .unwrap_or_else(|| NO_PHONE.to_owned()),
        workplace,
        branch: registrant.branch.clone(),
        party_post,
        grid: Some(clerk.dice.pick(&words.grids).clone()),
        skills: clerk.some(&words.skills, 3),
        interests: clerk.some(ServiceCategory::ALL, 3),
        times: clerk.some(FreeTime::ALL, 2),
        until: Some(clerk.today.plus(365)),
        note,
    }
}

fn register_unit(clerk: &mut Clerk<'_>, course: Course, unit: &Unit, to: Desk, days: i32) {
    let words = &clerk.wording.unit;
    let members = 20 + clerk.dice.below(60);
    let form = OrganisationRegistration {
        name: unit.name.clone(),
        kind: OrganisationKind::Branch,
        contact: clerk.dice.pick(&words.contacts).clone(),
        phone: clerk
            .phone(unit.desk.by)
            .unwrap_or_else(|| NO_PHONE.to_owned()),
        address: clerk.dice.pick(&words.addresses).clone(),
        services: clerk.dice.pick(&words.services).clone(),
        members: u32::try_from(members).ok(),
        note: None,
    };
    let subject = Subject::OrganisationRegistration(form);
    let asked = clerk.ask(Voice::Organisation(unit.desk), to, subject, days);
    match course {
        Course::Accepted => clerk.accept(&asked, &words.accepted, days - 1),
        Course::Withdrawn => {
            clerk.accept(&asked, &words.accepted, days - 1);
            clerk.withdraw(&asked, &words.withdrawn, 1);
        }
        Course::Returned => {
            let reason = words.returned.clone();
            clerk.answer(&asked, ReplyWord::Returned { reason }, days - 1);
        }
        Course::Waiting | Course::PutRight | Course::Disputed | Course::Moved | Course::Moving => {}
    }
}
