//! What a dashboard shows is what a naive count of the documents comes to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use shared::documents::Document;
use shared::ids::{ActivityId, EntryId, MemberId, OrganisationId, OrganisationPath};
use shared::project::{
    Activity, ClaimRow, MarkRow, Party, RulingRow, StatementRow, activities, project,
};
use shared::reconcile::{Attendance, Case, Confirmation, Matter, Outcome, matters, reconcile};
use shared::records::{Plan, Subject, Topic};
use shared::rollup::{Facet, Figures, before};
use shared::server::Load;
use shared::time::Day;
use shared::words::{ActivityKind, Grade, MarkKind, Measure, OutreachSector, RequestKind};
use shared::words::{RequestState, ServiceCategory};

use crate::services::dashboard::{Asked, Sums};
use crate::store::Store;
use crate::store::conformance::world::{day, path};

/// Everything that the documents come to.
struct Recount {
    paths: BTreeMap<OrganisationId, OrganisationPath>,
    activities: BTreeMap<ActivityId, Activity>,
    outcomes: Vec<Outcome>,
    matters: Vec<Matter>,
}

/// Returns what a dashboard shows.
pub(super) async fn shown(
    store: &dyn Store,
    sums: &Arc<Sums>,
    organisation: &str,
    (from, to): (Day, Day),
    facet: Option<Facet>,
) -> Figures {
    asked(store, sums, organisation, (from, to), facet)
        .await
        .figures
}

async fn asked(
    store: &dyn Store,
    sums: &Arc<Sums>,
    organisation: &str,
    (from, to): (Day, Day),
    facet: Option<Facet>,
) -> crate::services::dashboard::Numbers {
    let period = (from, to, day());
    let asked = Asked::new(path(organisation), period, facet, sums.clone());
    let rows = store.dashboard(asked.wanted()).await;
    asked.add_up(&rows.unwrap().unwrap()).unwrap()
}

/// Compares every number of a few organisations, periods and facets; `sums` remember what was shown
/// before.
pub(super) async fn check(store: &dyn Store, sums: &Arc<Sums>, seed: u64) {
    let recount = Recount::of(store).await;
    let periods = [
        (day(), day()),
        (day().plus(-6), day()),
        (Day::of(2026, 11, 1), Day::of(2026, 11, 30)),
        (Day::of(2026, 10, 1), Day::of(2026, 12, 31)),
        (Day::of(2017, 1, 1), Day::of(2027, 2, 1)),
        (day().plus(-400), day().plus(15)),
    ];
    for organisation in ["001", "001001", "001001001", "001001002"] {
        if !recount
            .paths
            .values()
            .any(|known| *known == path(organisation))
        {
            continue;
        }
        for (from, to) in periods {
            let at = format!("seed {seed}, {organisation}, {from} to {to}");
            let numbers = asked(store, sums, organisation, (from, to), None).await;
            let count = |from, to| recount.count(&path(organisation), from, to, None);
            assert_eq!(numbers.figures, count(from, to), "{at}");
            let (earlier, later) = before(from, to);
            assert_eq!(numbers.before, count(earlier, later), "before {at}");
            let facets: BTreeMap<Facet, Figures> = numbers.facets.into_iter().collect();
            for facet in recount.facets() {
                let counted = recount.count(&path(organisation), from, to, Some(&facet));
                let shown = facets.get(&facet).cloned().unwrap_or_default();
                assert_eq!(shown, counted, "{facet}, {at}");
                let alone = shown_of(store, sums, organisation, (from, to), &facet).await;
                assert_eq!(alone, counted, "{facet} alone, {at}");
            }
            for beneath in &numbers.beneath {
                let path = &recount.paths[&beneath.organisation.id];
                let counted = recount.count(path, from, to, None);
                assert_eq!(beneath.figures, counted, "{path} beneath {at}");
            }
            for day in &numbers.days {
                let counted = count(day.day, day.day);
                let sums = counted.only(|measure| Measure::PICTURED.contains(&measure));
                assert_eq!(day.figures, sums, "{} of {at}", day.day);
            }
            let waits = |measure| Measure::WAITING.contains(&measure);
            let ever = count(Day::of(1990, 1, 1), Day::of(2100, 1, 1));
            assert_eq!(numbers.waiting, ever.only(waits), "{at}");
            let overdue = count(Day::of(1990, 1, 1), day().plus(-8));
            assert_eq!(numbers.overdue, overdue.only(waits), "{at}");
        }
    }
}

async fn shown_of(
    store: &dyn Store,
    sums: &Arc<Sums>,
    organisation: &str,
    days: (Day, Day),
    facet: &Facet,
) -> Figures {
    shown(store, sums, organisation, days, Some(facet.clone())).await
}

impl Recount {
    async fn of(store: &dyn Store) -> Self {
        let heads = store.heads(None, 1_000).await.unwrap();
        let loaded = store.load(Load {
            documents: heads.iter().map(|head| head.id).collect(),
            ..Load::default()
        });
        let (mut plans, mut claims, mut marks) = (Vec::new(), Vec::new(), Vec::new());
        let (mut rulings, mut statements) = (Vec::new(), Vec::new());
        for stored in loaded.await.unwrap().documents.values() {
            let document = Document::load(stored.name.kind(), &stored.changes).unwrap();
            let rows = project(&stored.name, &document, &BTreeMap::new());
            plans.extend(rows.plans);
            claims.extend(rows.claims);
            marks.extend(rows.marks);
            rulings.extend(rows.rulings);
            statements.extend(rows.statements);
        }
        let organisations = store.directory().await.unwrap().organisations.into_values();
        let activities = activities(plans);
        Self {
            outcomes: outcomes(&activities, &claims, &marks, &rulings),
            matters: all_matters(&statements),
            paths: organisations.map(|known| (known.id, known.path)).collect(),
            activities,
        }
    }

    fn facets(&self) -> Vec<Facet> {
        let campaigns = ["主题教育", "西江党旗红"];
        let campaigns = campaigns.map(|name| Facet::Campaign(name.to_owned()));
        let kinds = ActivityKind::ALL.iter().copied().map(Facet::Kind);
        let sectors = OutreachSector::ALL.iter().copied().map(Facet::Sector);
        let categories = ServiceCategory::ALL.iter().copied().map(Facet::Category);
        kinds
            .chain(sectors)
            .chain(categories)
            .chain(campaigns)
            .collect()
    }

    fn is_under(&self, organisation: OrganisationId, at: &OrganisationPath) -> bool {
        self.paths
            .get(&organisation)
            .is_some_and(|path| at.covers(path))
    }

    fn count(&self, at: &OrganisationPath, from: Day, to: Day, facet: Option<&Facet>) -> Figures {
        let mut figures = Figures::default();
        let within = |day: Day| from <= day && day <= to;
        for activity in self.activities.values() {
            let row = &activity.current;
            let day = row.plan.starts_at.day();
            if within(day) && self.is_under(row.organisation, at) && is_of(&row.plan, facet) {
                let measure = match row.plan.is_cancelled() {
                    true => Measure::Cancelled,
                    false => Measure::Activities,
                };
                figures.add(measure, 1);
            }
        }
        let mut people: BTreeSet<MemberId> = BTreeSet::new();
        for outcome in &self.outcomes {
            let plan = self.activities.get(&outcome.activity);
            let counts = match (plan, facet) {
                (_, None) => true,
                (None, Some(_)) => false,
                (Some(activity), facet) => is_of(&activity.current.plan, facet),
            };
            if counts && within(outcome.day) && self.is_under(outcome.organisation, at) {
                count_outcome(outcome, &mut figures);
                if matches!(outcome.attendance, Attendance::Present | Attendance::Late) {
                    people.insert(outcome.member);
                }
            }
        }
        figures.add(Measure::People, i64::try_from(people.len()).unwrap());
        self.count_matters(at, (from, to), facet, &mut figures);
        figures
    }

    fn count_matters(
        &self,
        at: &OrganisationPath,
        (from, to): (Day, Day),
        facet: Option<&Facet>,
        figures: &mut Figures,
    ) {
        let (mut people, mut teams) = (BTreeSet::new(), BTreeSet::new());
        let mut served: BTreeMap<EntryId, u32> = BTreeMap::new();
        for matter in &self.matters {
            let asker = match matter.asker {
                Party::Member(_) => None,
                Party::Organisation(organisation) => Some(organisation),
            };
            let is_here =
                self.is_under(matter.to, at) || asker.is_some_and(|asker| self.is_under(asker, at));
            if matter.day < from || matter.day > to || !is_here {
                continue;
            }
            let counts = match (facet, matter.served()) {
                (None, _) => true,
                (Some(Facet::Category(wanted)), Some((_, category))) => *wanted == category,
                (Some(_), _) => false,
            };
            if facet.is_none() {
                count_state(matter, figures);
            }
            let Some((beneficiaries, _)) = matter.served().filter(|_| counts) else {
                continue;
            };
            figures.add(Measure::Services, 1);
            figures.add(Measure::ServiceMinutes, matter.minutes().into());
            if let Topic::Member(member) = matter.topic {
                people.insert(member);
            }
            if let Some(asker) = asker {
                figures.add(Measure::TeamServices, 1);
                figures.add(Measure::TeamMinutes, matter.minutes().into());
                teams.insert(asker);
            }
            // The people whom a team served are told by each of its members.
            let told = self
                .matters
                .iter()
                .filter(|other| other.request == matter.request);
            let most = told
                .filter_map(Matter::served)
                .map(|(people, _)| people)
                .max();
            if most == Some(beneficiaries) {
                served.insert(matter.request, beneficiaries);
            }
        }
        figures.add(Measure::Volunteers, i64::try_from(people.len()).unwrap());
        figures.add(Measure::Teams, i64::try_from(teams.len()).unwrap());
        let served: u32 = served.values().sum();
        figures.add(Measure::Beneficiaries, served.into());
    }
}

fn outcomes(
    activities: &BTreeMap<ActivityId, Activity>,
    claims: &[ClaimRow],
    marks: &[MarkRow],
    rulings: &[RulingRow],
) -> Vec<Outcome> {
    let of_claims = claims.iter().map(|row| (row.activity, row.member));
    let of_marks = marks.iter().map(|row| (row.mark.activity, row.mark.member));
    let facts: BTreeSet<(ActivityId, MemberId)> = of_claims.chain(of_marks).collect();
    let of = |(activity, member): (ActivityId, MemberId)| {
        let claims: Vec<ClaimRow> = claims
            .iter()
            .filter(|row| (row.activity, row.member) == (activity, member))
            .cloned()
            .collect();
        let marks: Vec<MarkRow> = marks
            .iter()
            .filter(|row| (row.mark.activity, row.mark.member) == (activity, member))
            .cloned()
            .collect();
        reconcile(Case {
            activity: activities.get(&activity),
            host_keys: &[],
            claims: &claims,
            marks: &marks,
            rulings,
        })
    };
    facts.into_iter().filter_map(of).collect()
}

fn all_matters(statements: &[StatementRow]) -> Vec<Matter> {
    let topics: BTreeSet<Topic> = statements.iter().flat_map(StatementRow::topics).collect();
    let of = |topic: Topic| {
        let about: Vec<StatementRow> = statements
            .iter()
            .filter(|row| row.topics().contains(&topic))
            .cloned()
            .collect();
        matters(topic, &about)
    };
    topics.into_iter().flat_map(of).collect()
}

fn is_of(plan: &Plan, facet: Option<&Facet>) -> bool {
    match facet {
        None => true,
        Some(Facet::Kind(kind)) => plan.kind == *kind,
        Some(Facet::Sector(sector)) => plan.details.outreach == Some(*sector),
        Some(Facet::Campaign(campaign)) => plan.campaign.as_ref() == Some(campaign),
        Some(Facet::Category(_)) => false,
    }
}

fn count_outcome(outcome: &Outcome, figures: &mut Figures) {
    let invited = outcome
        .evidence
        .iter()
        .any(|piece| piece.source.mark() == Some(MarkKind::Expected));
    let mut expected = invited;
    let came = match outcome.attendance {
        Attendance::Present => true,
        Attendance::Late => {
            figures.add(Measure::Late, 1);
            true
        }
        Attendance::Expected => {
            expected = !outcome.is_taken_back();
            false
        }
        Attendance::Excused => {
            figures.add(Measure::Excused, 1);
            expected = true;
            false
        }
        Attendance::Absent => {
            figures.add(Measure::Absent, 1);
            expected = true;
            false
        }
        Attendance::LeaveAsked => {
            expected = true;
            false
        }
        Attendance::MadeUp => {
            figures.add(Measure::MadeUp, 1);
            false
        }
        Attendance::Disputed => {
            figures.add(Measure::Disputed, 1);
            false
        }
        Attendance::Unmatched(_) => false,
    };
    if outcome.confirmation == Confirmation::Waiting {
        figures.add(Measure::Unconfirmed, 1);
    }
    if expected {
        figures.add(Measure::Expected, 1);
    }
    if came {
        figures.add(Measure::Attendances, 1);
        if expected {
            figures.add(Measure::ExpectedPresent, 1);
        }
        let grades = [
            Measure::GradeA,
            Measure::GradeB,
            Measure::GradeC,
            Measure::GradeD,
        ];
        let place = Grade::ALL
            .iter()
            .position(|grade| Some(*grade) == outcome.grade);
        figures.add(grades[place.unwrap()], 1);
    }
}

fn count_state(matter: &Matter, figures: &mut Figures) {
    let accepted = [RequestState::Accepted, RequestState::Corrected].contains(&matter.state);
    let open = [
        RequestState::Waiting,
        RequestState::Contested,
        RequestState::Disputed,
    ];
    let (done, waiting) = match matter.kind() {
        RequestKind::MemberRegistration => (
            Some(Measure::MemberRegistrations),
            Measure::MemberRegistrationsWaiting,
        ),
        RequestKind::OrganisationRegistration => (
            Some(Measure::OrganisationRegistrations),
            Measure::OrganisationRegistrationsWaiting,
        ),
        RequestKind::Service => (None, Measure::ServicesWaiting),
        RequestKind::Pledge => (None, Measure::ClaimsWaiting),
    };
    if open.contains(&matter.state) {
        figures.add(waiting, 1);
    }
    if matter.state == RequestState::Disputed {
        figures.add(Measure::RequestsDisputed, 1);
    }
    if let Some(done) = done.filter(|_| accepted) {
        figures.add(done, 1);
    }
    if let Subject::Pledge(pledge) = &matter.subject
        && (accepted || matter.state == RequestState::Taken)
    {
        figures.add(Measure::Claims, pledge.places.into());
    }
}
