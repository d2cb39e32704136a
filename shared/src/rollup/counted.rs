//! What one outcome, activity or request adds.

use std::cmp::Reverse;

use uuid::Uuid;

use super::{Facet, Figures};
use crate::ids::{OrganisationId, VenueId};
use crate::project::{Party, PlanRow};
use crate::reconcile::{Attendance, Confirmation, Matter, Outcome};
use crate::records::{Plan, Subject, Topic};
use crate::time::Day;
use crate::words::{Grade, MarkKind, Measure, RequestKind, RequestState};

/// What is added to the roll-ups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The day to which it belongs.
    pub day: Day,
    /// The organisations where it happened. It counts once for each of them and of those above.
    pub organisations: Vec<OrganisationId>,
    /// The venue where it happened.
    pub venue: Option<VenueId>,
    /// What it counts under beside the whole.
    pub facets: Vec<Facet>,
    /// The numbers.
    pub figures: Figures,
    /// The people and organisations, by one of [`Measure::DISTINCT`].
    pub distinct: Vec<(Measure, Uuid)>,
}

/// Returns what an activity adds, by the plan in force.
pub fn of_activity(row: &PlanRow) -> Counted {
    let measure = if row.plan.is_cancelled() {
        Measure::Cancelled
    } else {
        Measure::Activities
    };
    Counted {
        day: row.plan.starts_at.day(),
        organisations: vec![row.organisation],
        venue: row.plan.venue,
        facets: facets(&row.plan),
        figures: figures([(measure, 1)]),
        distinct: Vec::new(),
    }
}

/// Returns what an outcome adds; `plan` is that in force of its activity, where one is known.
pub fn of_outcome(outcome: &Outcome, plan: Option<&PlanRow>) -> Counted {
    let came = outcome.is_attended();
    let expected = is_expected(outcome);
    let is = |attendance: Attendance| i64::from(outcome.attendance == attendance);
    let mut figures = figures([
        (Measure::Attendances, i64::from(came)),
        (Measure::Expected, i64::from(expected)),
        (Measure::ExpectedPresent, i64::from(expected && came)),
        (Measure::Late, is(Attendance::Late)),
        (Measure::Excused, is(Attendance::Excused)),
        (Measure::Absent, is(Attendance::Absent)),
        (Measure::MadeUp, is(Attendance::MadeUp)),
        (Measure::Disputed, is(Attendance::Disputed)),
        (
            Measure::Unconfirmed,
            i64::from(outcome.confirmation == Confirmation::Waiting),
        ),
    ]);
    if let (true, Some(grade)) = (came, outcome.grade) {
        figures.add(of_grade(grade), 1);
    }
    Counted {
        day: outcome.day,
        organisations: vec![outcome.organisation],
        venue: plan.and_then(|row| row.plan.venue),
        facets: plan.map(|row| facets(&row.plan)).unwrap_or_default(),
        figures,
        distinct: came
            .then_some((Measure::People, outcome.member.0))
            .into_iter()
            .collect(),
    }
}

/// Returns what a request adds, by all its matters: one for each of those whom it concerns. The people
/// whom a team served count once, however many served them.
pub fn of_request(matters: &[&Matter]) -> Vec<Counted> {
    let served = matters.iter().enumerate().filter_map(|(index, matter)| {
        let (people, _) = matter.served()?;
        Some((people, Reverse(matter.topic), index))
    });
    let most = served.max();
    let mut counted: Vec<Counted> = matters.iter().map(|matter| of_matter(matter)).collect();
    if let Some((people, _, index)) = most {
        counted[index]
            .figures
            .add(Measure::Beneficiaries, people.into());
    }
    counted
}

fn of_matter(matter: &Matter) -> Counted {
    let asker = match matter.asker {
        Party::Member(_) => None,
        Party::Organisation(organisation) => Some(organisation),
    };
    let mut organisations = vec![matter.to];
    organisations.extend(asker.filter(|asker| *asker != matter.to));
    let mut counted = Counted {
        day: matter.day,
        organisations,
        venue: None,
        facets: Vec::new(),
        figures: Figures::default(),
        distinct: Vec::new(),
    };
    let kind = matter.kind();
    if matter.is_open() {
        counted.figures.add(waiting(kind), 1);
    }
    if matter.state == RequestState::Disputed {
        counted.figures.add(Measure::RequestsDisputed, 1);
    }
    match kind {
        RequestKind::MemberRegistration if matter.is_accepted() => {
            counted.figures.add(Measure::MemberRegistrations, 1);
        }
        RequestKind::OrganisationRegistration if matter.is_accepted() => {
            counted.figures.add(Measure::OrganisationRegistrations, 1);
        }
        RequestKind::Pledge if matter.is_accepted() || matter.state == RequestState::Taken => {
            if let Subject::Pledge(pledge) = &matter.subject {
                counted.figures.add(Measure::Claims, pledge.places.into());
            }
        }
        RequestKind::Service => serve(&mut counted, matter, asker),
        RequestKind::MemberRegistration
        | RequestKind::OrganisationRegistration
        | RequestKind::Pledge => {}
    }
    counted
}

fn serve(counted: &mut Counted, matter: &Matter, asker: Option<OrganisationId>) {
    let minutes = matter.minutes();
    let Some((_, category)) = matter.served().filter(|_| minutes > 0) else {
        return;
    };
    counted.facets.push(Facet::Category(category));
    counted.figures.add(Measure::Services, 1);
    counted.figures.add(Measure::ServiceMinutes, minutes.into());
    if let Topic::Member(member) = matter.topic {
        counted.distinct.push((Measure::Volunteers, member.0));
    }
    if let Some(asker) = asker {
        counted.figures.add(Measure::TeamServices, 1);
        counted.figures.add(Measure::TeamMinutes, minutes.into());
        counted.distinct.push((Measure::Teams, asker.0));
    }
}

fn facets(plan: &Plan) -> Vec<Facet> {
    let sector = plan.details.outreach.map(Facet::Sector);
    let campaign = plan.campaign.clone().map(Facet::Campaign);
    [Facet::Kind(plan.kind)]
        .into_iter()
        .chain(sector)
        .chain(campaign)
        .collect()
}

/// Whoever was invited, or is said to be missing, was expected.
fn is_expected(outcome: &Outcome) -> bool {
    let invited = || {
        let mut marks = outcome.evidence.iter();
        marks.any(|piece| piece.source.mark() == Some(MarkKind::Expected))
    };
    match outcome.attendance {
        Attendance::Expected => !outcome.is_taken_back(),
        Attendance::Excused | Attendance::LeaveAsked | Attendance::Absent => true,
        Attendance::Present
        | Attendance::Late
        | Attendance::MadeUp
        | Attendance::Disputed
        | Attendance::Unmatched(_) => invited(),
    }
}

const fn of_grade(grade: Grade) -> Measure {
    match grade {
        Grade::A => Measure::GradeA,
        Grade::B => Measure::GradeB,
        Grade::C => Measure::GradeC,
        Grade::D => Measure::GradeD,
    }
}

const fn waiting(kind: RequestKind) -> Measure {
    match kind {
        RequestKind::MemberRegistration => Measure::MemberRegistrationsWaiting,
        RequestKind::OrganisationRegistration => Measure::OrganisationRegistrationsWaiting,
        RequestKind::Service => Measure::ServicesWaiting,
        RequestKind::Pledge => Measure::ClaimsWaiting,
    }
}

fn figures<const N: usize>(numbers: [(Measure, i64); N]) -> Figures {
    let mut figures = Figures::default();
    for (measure, number) in numbers {
        figures.add(measure, number);
    }
    figures
}
