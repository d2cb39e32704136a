//! Who served whom: members of themselves, and teams of several at once.

use shared::ids::MemberId;
use shared::records::{Correction, ReplyWord, Service, Subject};
use shared::time::{HOUR_MS, MINUTE_MS};
use shared::words::{Satisfaction, ServiceCategory};

use super::clerk::{Asked, Clerk, Desk, Voice};
use super::{Cast, Place};

/// Members of the personas' community who tell of service, beside the two personas.
const TELLERS: usize = 24;
/// People of a team's service.
const TOGETHER: usize = 6;
/// Minutes of a night on watch, and days after which somebody remembers to tell.
const OVERLONG_MINUTES: u32 = 14 * 60;
const BACK_DATED_DAYS: i32 = 40;

/// What becomes of a service record.
#[derive(Clone, Copy)]
enum Course {
    Waiting,
    Approved,
    /// Approved and rated.
    Rated,
    Corrected,
    Returned,
    Withdrawn,
}

/// What becomes of records, one after the other.
const COURSES: [Course; 8] = [
    Course::Rated,
    Course::Approved,
    Course::Approved,
    Course::Waiting,
    Course::Approved,
    Course::Rated,
    Course::Corrected,
    Course::Approved,
];

/// What the first member finds.
const FIRST_MEMBER: [Course; 6] = [
    Course::Waiting,
    Course::Rated,
    Course::Corrected,
    Course::Returned,
    Course::Approved,
    Course::Withdrawn,
];

/// Enters the service around the personas.
pub(super) fn of_personas(clerk: &mut Clerk<'_>, cast: &Cast) {
    let (first, second) = (cast.first_member.member, cast.second_member.member);
    let is_persona = |member: &MemberId| *member == first || *member == second;
    let others = cast
        .members
        .iter()
        .copied()
        .filter(|member| !is_persona(member));
    let others: Vec<MemberId> = others.collect();
    for (index, member) in others.iter().take(TELLERS).enumerate() {
        let desk = if index % 3 == 0 {
            cast.community
        } else {
            cast.team
        };
        let service = usual(clerk, index, 4 + days(index));
        let course = COURSES[index / 3 % COURSES.len()];
        tell(clerk, *member, desk, service, course, 3 + days(index));
    }
    for ((index, course), desk) in FIRST_MEMBER
        .into_iter()
        .enumerate()
        .zip([cast.team, cast.community].into_iter().cycle())
    {
        let service = usual(clerk, index + 1, 3 + 2 * days(index));
        tell(clerk, first, desk, service, course, 2 + 2 * days(index));
    }
    let service = usual(clerk, 4, 5);
    tell(clerk, second, cast.team, service, Course::Waiting, 4);
    odd(clerk, cast, &others);
    together(clerk, cast, &others);
}

/// Enters one service of the team and one of a member.
pub(super) fn of_place(clerk: &mut Clerk<'_>, place: &Place, index: usize) {
    let service = usual(clerk, index, 7);
    let people: Vec<MemberId> = place
        .members
        .iter()
        .skip(1)
        .take(TOGETHER)
        .copied()
        .collect();
    let asked = tell_of(clerk, place.team, place.community, service, people, 6);
    let course = COURSES[index / 3 % COURSES.len()];
    follow(clerk, &asked, course, None, 5);
    if let Some(member) = place.members.last() {
        let service = usual(clerk, index + 3, 10);
        let course = COURSES[(index + 5) % COURSES.len()];
        tell(clerk, *member, place.team, service, course, 9);
    }
}

/// Enters what a member did so many days ago, and what was said of it after a gap; without one it
/// waits.
pub(super) fn of_past(
    clerk: &mut Clerk<'_>,
    member: MemberId,
    to: Desk,
    (days, gap): (i32, Option<i32>),
) {
    let index = clerk.dice.below(ServiceCategory::ALL.len());
    let service = usual(clerk, index, days + 1);
    let subject = Subject::Service(service.clone());
    let asked = clerk.ask(Voice::Member(member), to, subject, days);
    if let Some(gap) = gap {
        let course = course_of_past(clerk);
        follow(clerk, &asked, course, Some(&service), days - gap);
    }
}

/// Enters what a team did for a community, as [`of_past`].
pub(super) fn of_past_together(
    clerk: &mut Clerk<'_>,
    (team, to): (Desk, Desk),
    people: Vec<MemberId>,
    (days, gap): (i32, Option<i32>),
) {
    let index = clerk.dice.below(ServiceCategory::ALL.len());
    let service = usual(clerk, index, days + 1);
    let asked = tell_of(clerk, team, to, service.clone(), people, days);
    if let Some(gap) = gap {
        let course = course_of_past(clerk);
        follow(clerk, &asked, course, Some(&service), days - gap);
    }
}

fn course_of_past(clerk: &mut Clerk<'_>) -> Course {
    match clerk.dice.below(100) {
        0..=13 => Course::Rated,
        14..=18 => Course::Corrected,
        19..=21 => Course::Returned,
        22 | 23 => Course::Withdrawn,
        _ => Course::Approved,
    }
}

/// A night on watch, which is long, and something that was told of late.
fn odd(clerk: &mut Clerk<'_>, cast: &Cast, members: &[MemberId]) {
    let words = &clerk.wording.service;
    let [watcher, late] = [0, 1].map(|index| members.get(TELLERS + index).copied());
    if let Some(watcher) = watcher {
        let starts_at = clerk.today.plus(-6).start().plus(18 * HOUR_MS);
        let service = Service {
            starts_at,
            ends_at: starts_at.plus(i64::from(OVERLONG_MINUTES) * MINUTE_MS),
            minutes: OVERLONG_MINUTES,
            note: Some(words.overlong.clone()),
            ..deed(clerk, ServiceCategory::SafetyPatrol)
        };
        tell(clerk, watcher, cast.team, service, Course::Waiting, 4);
    }
    if let Some(late) = late {
        let service = Service {
            note: Some(words.back_dated.clone()),
            ..usual(clerk, 5, BACK_DATED_DAYS)
        };
        tell(clerk, late, cast.community, service, Course::Waiting, 3);
    }
}

/// What the team tells of several; the first member has told of the same.
fn together(clerk: &mut Clerk<'_>, cast: &Cast, others: &[MemberId]) {
    let first = cast.first_member.member;
    for (index, course) in [Course::Rated, Course::Waiting, Course::Approved]
        .into_iter()
        .enumerate()
    {
        let ago = 16 + days(index);
        let service = usual(clerk, index + 2, ago);
        let mut people: Vec<MemberId> = others
            .iter()
            .skip(index * TOGETHER)
            .take(TOGETHER)
            .copied()
            .collect();
        if index == 0 {
            people.push(first);
            let own = service.clone();
            tell(clerk, first, cast.team, own, Course::Waiting, ago - 1);
        }
        let asked = tell_of(clerk, cast.team, cast.community, service, people, ago - 1);
        follow(clerk, &asked, course, None, ago - 2);
    }
}

/// Enters what a member did, and on the days after what the asked organisation says of it.
fn tell(
    clerk: &mut Clerk<'_>,
    member: MemberId,
    to: Desk,
    service: Service,
    course: Course,
    days: i32,
) {
    let subject = Subject::Service(service.clone());
    let asked = clerk.ask(Voice::Member(member), to, subject, days);
    follow(clerk, &asked, course, Some(&service), days - 1);
}

/// Enters what a team did for a community.
fn tell_of(
    clerk: &mut Clerk<'_>,
    team: Desk,
    to: Desk,
    service: Service,
    mut people: Vec<MemberId>,
    days: i32,
) -> Asked {
    people.sort_unstable();
    let subject = Subject::Service(Service { people, ..service });
    clerk.ask(Voice::Organisation(team), to, subject, days)
}

fn follow(
    clerk: &mut Clerk<'_>,
    asked: &Asked,
    course: Course,
    service: Option<&Service>,
    days: i32,
) {
    let words = &clerk.wording.service;
    match course {
        Course::Waiting => {}
        Course::Approved => clerk.accept(asked, &words.accepted, days),
        Course::Rated => {
            clerk.accept(asked, &words.accepted, days);
            let found = clerk.dice.pick(&words.words).clone();
            clerk.rate(asked, Satisfaction::Satisfied, found, days - 1);
        }
        Course::Corrected => match service {
            Some(service) => {
                let correction = Correction {
                    minutes: service.minutes.saturating_sub(60).max(30),
                    beneficiaries: service.beneficiaries,
                    category: service.category,
                    reason: words.corrected.clone(),
                };
                clerk.answer(asked, ReplyWord::Corrected(correction), days);
            }
            None => clerk.accept(asked, &words.accepted, days),
        },
        Course::Returned => {
            let reason = words.returned.clone();
            clerk.answer(asked, ReplyWord::Returned { reason }, days);
        }
        Course::Withdrawn => clerk.withdraw(asked, &words.withdrawn, days),
    }
}

/// One to three hours of one category after the other, so many days before today.
fn usual(clerk: &mut Clerk<'_>, index: usize, days: i32) -> Service {
    let category = ServiceCategory::ALL[index % ServiceCategory::ALL.len()];
    let half_hours = 2 + clerk.dice.below(5);
    let minutes = u32::try_from(30 * half_hours).unwrap_or(60);
    let hour = i64::try_from(8 + clerk.dice.below(10)).unwrap_or(8);
    let starts_at = clerk.today.plus(-days).start().plus(hour * HOUR_MS);
    Service {
        starts_at,
        ends_at: starts_at.plus(i64::from(minutes + 15) * MINUTE_MS),
        minutes,
        ..deed(clerk, category)
    }
}

/// What is done in a category, at no time yet.
fn deed(clerk: &mut Clerk<'_>, category: ServiceCategory) -> Service {
    let deed = clerk.dice.pick(clerk.wording.deeds(category));
    let starts_at = clerk.today.start();
    Service {
        starts_at,
        ends_at: starts_at,
        minutes: 0,
        category,
        beneficiaries: u32::try_from(1 + clerk.dice.below(40)).unwrap_or(1),
        place: Some(deed.place.clone()),
        note: Some(deed.note.clone()),
        listing: None,
        activity: None,
        photo: None,
        people: Vec::new(),
    }
}

fn days(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(0)
}
