//! What the closed lists of the domain are called on the screen, and how names are put together.

use leptos::prelude::MaybeProp;
use shared::directory::{DirectorySlice, Organisation};
use shared::reconcile::Attendance;
use shared::records::Plan;
use shared::time::{DAY_MS, Day, Timestamp};
use shared::words::{ActivityKind, Grade, MarkKind, MeetingKind, OutreachSector, Role};

use crate::locale::{format_clock, format_day, format_day_time, format_number};
use crate::t;

pub(super) fn kind_name(kind: ActivityKind) -> String {
    match kind {
        ActivityKind::Lecture => t!(activity.kind.lecture),
        ActivityKind::PartyLecture => t!(activity.kind.party_lecture),
        ActivityKind::OutreachTalk => t!(activity.kind.outreach_talk),
        ActivityKind::ThemeDay => t!(activity.kind.theme_day),
        ActivityKind::Meeting => t!(activity.kind.meeting),
        ActivityKind::Training => t!(activity.kind.training),
        ActivityKind::Oath => t!(activity.kind.oath),
        ActivityKind::ServiceAction => t!(activity.kind.service),
    }
}

pub(super) fn sector_name(sector: OutreachSector) -> String {
    match sector {
        OutreachSector::Offices => t!(sector.offices),
        OutreachSector::Enterprises => t!(sector.enterprises),
        OutreachSector::Villages => t!(sector.villages),
        OutreachSector::Communities => t!(sector.communities),
        OutreachSector::Schools => t!(sector.schools),
        OutreachSector::Online => t!(sector.online),
    }
}

pub(super) fn meeting_name(meeting: MeetingKind) -> String {
    match meeting {
        MeetingKind::GeneralMeeting => t!(meeting.general_meeting),
        MeetingKind::CommitteeMeeting => t!(meeting.committee_meeting),
        MeetingKind::GroupMeeting => t!(meeting.group_meeting),
    }
}

/// A plan's kind, with the sector or the meeting where it has one, as in 六进宣讲 · 进社区.
pub(super) fn kind_of(plan: &Plan) -> String {
    let kind = kind_name(plan.kind);
    let part = match (plan.details.outreach, plan.details.meeting) {
        (Some(sector), _) => sector_name(sector),
        (None, Some(meeting)) => meeting_name(meeting),
        (None, None) => return kind,
    };
    t!(fact.kind_part, kind = kind, part = part)
}

pub(super) fn role_name(role: Role) -> String {
    match role {
        Role::Host => t!(role.host),
        Role::Coordinator => t!(role.coordinator),
        Role::Administrator => t!(role.administrator),
    }
}

pub(super) fn mark_name(kind: MarkKind) -> String {
    match kind {
        MarkKind::Present => t!(roll_call.present),
        MarkKind::Late => t!(roll_call.late),
        MarkKind::Excused => t!(roll_call.excused),
        MarkKind::Absent => t!(roll_call.absent),
        MarkKind::MadeUp => t!(roll_call.made_up),
        MarkKind::Expected => t!(roll_call.expected),
        MarkKind::Withdrawn => t!(roll_call.withdrawn),
    }
}

pub(super) fn attendance_name(attendance: Attendance) -> String {
    match attendance {
        Attendance::Expected => t!(roll_call.expected),
        Attendance::LeaveAsked => t!(outcome.leave_asked),
        Attendance::MadeUp => t!(roll_call.made_up),
        Attendance::Present => t!(roll_call.present),
        Attendance::Late => t!(roll_call.late),
        Attendance::Excused => t!(roll_call.excused),
        Attendance::Absent => t!(roll_call.absent),
        Attendance::Disputed => t!(outcome.disputed),
        Attendance::Unmatched(_) => t!(outcome.unmatched),
    }
}

/// A grade with its few words, as in D 级 · 自报或代录.
pub(super) fn grade_title(grade: Grade) -> String {
    let (name, short) = match grade {
        Grade::A => (t!(grade.a.name), t!(grade.a.short)),
        Grade::B => (t!(grade.b.name), t!(grade.b.short)),
        Grade::C => (t!(grade.c.name), t!(grade.c.short)),
        Grade::D => (t!(grade.d.name), t!(grade.d.short)),
    };
    t!(grade.titled, name = name, short = short)
}

pub(super) fn grade_explanation(grade: Grade) -> String {
    match grade {
        Grade::A => t!(grade.a.explain),
        Grade::B => t!(grade.b.explain),
        Grade::C => t!(grade.c.explain),
        Grade::D => t!(grade.d.explain),
    }
}

/// An organisation's name with its county and town, to tell two of one name apart.
pub(super) fn organisation_title(slice: &DirectorySlice, organisation: &Organisation) -> String {
    with_place(&organisation.name, &slice.place(&organisation.area))
}

/// A name with the parts of its place that the name does not tell already.
pub(super) fn with_place(name: &str, place: &[impl AsRef<str>]) -> String {
    let told = place.iter().map(AsRef::as_ref);
    let untold: Vec<&str> = told.filter(|part| !name.contains(part)).collect();
    if untold.is_empty() {
        name.to_owned()
    } else {
        t!(
            organisation.with_place,
            name = name,
            place = untold.join(" ")
        )
    }
}

/// What stands beside each other on one line, such as a grade and a count.
pub(super) fn joined(parts: impl IntoIterator<Item = String>) -> Option<String> {
    let join =
        |first: String, second: String| t!(attendance.joined, first = first, second = second);
    parts.into_iter().reduce(join)
}

/// From and to; the second day is told only of what lasts a day or longer.
pub(super) fn span(from: Timestamp, to: Timestamp) -> String {
    let end = if to.since(from) < DAY_MS {
        format_clock(to.0)
    } else {
        format_day_time(to.0)
    };
    t!(activity.between, start = format_clock(from.0), end = end)
}

pub(super) fn day_name(day: Day) -> String {
    format_day(day.start().0)
}

pub(super) fn count(number: usize) -> String {
    format_number(i64::try_from(number).unwrap_or(i64::MAX))
}

/// Makes words that follow the locale fit for a prop that may be left out.
pub(super) fn said(words: impl Fn() -> String + Send + Sync + 'static) -> MaybeProp<String> {
    MaybeProp::derive(move || Some(words()))
}

#[cfg(test)]
mod tests {
    use leptos::prelude::Owner;

    use super::*;
    use crate::locale::{Locale, provide_locale};

    #[test]
    fn a_place_that_the_name_tells_is_not_told_again() {
        let owner = Owner::new();
        owner.set();
        provide_locale(Locale::En);
        let place = ["County", "Town"];
        assert_eq!(
            with_place("West Branch", &place),
            "West Branch (County Town)"
        );
        assert_eq!(
            with_place("Town Committee", &place),
            "Town Committee (County)"
        );
        assert_eq!(
            with_place("County Committee", &place[..1]),
            "County Committee"
        );
        assert_eq!(with_place("Committee", &[] as &[&str]), "Committee");
    }

    #[test]
    fn one_part_needs_no_sign_between() {
        let owner = Owner::new();
        owner.set();
        provide_locale(Locale::En);
        let part = |text: &str| text.to_owned();
        assert_eq!(joined([]), None);
        assert_eq!(joined([part("a")]), Some(part("a")));
        assert_eq!(joined([part("a"), part("b")]), Some(part("a · b")));
    }
}
