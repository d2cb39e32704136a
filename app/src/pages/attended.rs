//! 我的参加情况: what became of the owner at each activity, by quarter, and the study time of the year.
//! Never a streak, a ranking or a comparison.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::ids::ActivityId;
use shared::reconcile::Outcome;
use shared::time::Quarter;

use super::progress::{Progress, ProgressChip};
use super::words;
use crate::components::{Button, EmptyState, Icon, List, ListRow, Notice, Screen, Section, Tone};
use crate::locale::{format_clock, format_day, format_minutes};
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// The owner's outcomes, the newest quarter open and the others to be opened.
#[component]
pub fn AttendedPage() -> impl IntoView {
    let state = use_app_state();
    let (outcomes, now) = (state.outcomes(), state.now());
    let year = Memo::new(move |_| now.get().day().date().0);
    let study = Memo::new(move |_| outcomes.with(|outcomes| study_minutes(outcomes, year.get())));
    let quarters = Memo::new(move |_| outcomes.with(|outcomes| quarters(outcomes)));
    let study_words = move || match study.get() {
        0 => t!(attended.study_none, year = year.get()),
        minutes => t!(
            attended.study_year,
            year = year.get(),
            time = format_minutes(minutes)
        ),
    };
    view! {
        <Screen>
            <Notice text=study_words tone=Tone::Neutral icon=Icon::Clock />
            <Show
                when=move || !quarters.with(Vec::is_empty)
                fallback=|| {
                    view! {
                        <EmptyState
                            title=move || t!(attended.empty)
                            text=said(move || t!(attended.empty_hint))
                            icon=Icon::List
                        />
                    }
                }
            >
                <p class="section-lead">{move || t!(attended.lead)}</p>
                <For each=move || quarters.get() key=|quarter| *quarter let:quarter>
                    <QuarterOf quarter quarters outcomes />
                </For>
            </Show>
        </Screen>
    }
}

/// Study time that counts in a year of the city, in minutes.
fn study_minutes(outcomes: &[Outcome], year: i32) -> u64 {
    let of_year = outcomes
        .iter()
        .filter(|outcome| outcome.day.date().0 == year);
    of_year
        .map(|outcome| u64::from(outcome.study_minutes))
        .sum()
}

/// The quarters of some outcomes, which are sorted with the newest first.
fn quarters(outcomes: &[Outcome]) -> Vec<Quarter> {
    let mut quarters: Vec<Quarter> = outcomes
        .iter()
        .map(|outcome| outcome.day.quarter())
        .collect();
    quarters.dedup();
    quarters
}

#[component]
fn QuarterOf(
    quarter: Quarter,
    quarters: Memo<Vec<Quarter>>,
    outcomes: Signal<Vec<Outcome>>,
) -> impl IntoView {
    let state = use_app_state();
    let newest = quarters.with_untracked(|quarters| quarters.first() == Some(&quarter));
    // What an earlier quarter was about is read from its calendars when somebody asks for it.
    let opened = RwSignal::new(newest);
    let topics = Memo::new(move |_| {
        if opened.get() {
            state.topics(quarter)
        } else {
            BTreeMap::new()
        }
    });
    let rows = Memo::new(move |_| {
        outcomes.with(|outcomes| {
            let own = outcomes
                .iter()
                .filter(|outcome| outcome.day.quarter() == quarter);
            own.cloned().collect::<Vec<_>>()
        })
    });
    let title = move || t!(record.quarter, year = quarter.year, number = quarter.number);
    view! {
        <Show
            when=move || opened.get()
            fallback=move || {
                view! {
                    <Button label=title icon=Icon::List on_press=move || opened.set(true) />
                }
            }
        >
            <Section title>
                <List>
                    <For
                        each=move || rows.get()
                        key=|outcome| outcome.activity
                        let:outcome
                    >
                        <Row id=outcome.activity first=outcome rows topics />
                    </For>
                </List>
            </Section>
        </Show>
    }
}

#[component]
fn Row(
    id: ActivityId,
    first: Outcome,
    rows: Memo<Vec<Outcome>>,
    topics: Memo<BTreeMap<ActivityId, String>>,
) -> impl IntoView {
    let view = use_app_state().activity(id);
    // The row stays in its place when its outcome changes.
    let outcome = Memo::new(move |_| {
        rows.with(|rows| {
            let found = rows.iter().find(|outcome| outcome.activity == id);
            found.cloned().unwrap_or_else(|| first.clone())
        })
    });
    let topic = move || {
        let known = view.with(|view| {
            let view = view.as_ref()?;
            Some(view.activity.current.plan.topic.clone())
        });
        let known = known.or_else(|| topics.with(|topics| topics.get(&id).cloned()));
        known.unwrap_or_else(|| t!(attended.topic_unknown))
    };
    let progress = Memo::new(move |_| outcome.with(Progress::of_outcome));
    let known = Memo::new(move |_| view.with(Option::is_some));
    move || {
        let href = known.get().then(|| format!("/activities/{id}"));
        view! {
            <ListRow
                lead=said(move || outcome.with(|outcome| format_day(outcome.day.start().0)))
                title=topic
                subtitle=MaybeProp::derive(move || outcome.with(details))
                trailing=move || view! { <ProgressChip progress /> }
                href=href
            />
        }
    }
}

/// Grade, study time and leaving of an outcome, on one line.
fn details(outcome: &Outcome) -> Option<String> {
    let grade = outcome.grade.map(words::grade_title);
    let study = (outcome.study_minutes != 0).then(|| {
        t!(
            attended.study,
            time = format_minutes(outcome.study_minutes.into())
        )
    });
    let left = outcome
        .left_at
        .map(|left| t!(attended.left, time = format_clock(left.0)));
    words::joined([grade, study, left].into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use shared::ids::{MemberId, OrganisationId};
    use shared::reconcile::{Attendance, Confirmation};
    use shared::time::Day;
    use uuid::Uuid;

    use super::*;

    fn outcome(day: Day, study_minutes: u32) -> Outcome {
        Outcome {
            activity: ActivityId(Uuid::nil()),
            member: MemberId(Uuid::nil()),
            organisation: OrganisationId(Uuid::nil()),
            day,
            attendance: Attendance::Present,
            grade: None,
            confirmation: Confirmation::Confirmed,
            evidence: Vec::new(),
            flags: Vec::new(),
            decision: None,
            objection: None,
            left_at: None,
            study_minutes,
        }
    }

    #[test]
    fn study_time_is_the_years_and_each_quarter_stands_once() {
        let outcomes = [
            outcome(Day::of(2026, 11, 20), 180),
            outcome(Day::of(2026, 10, 2), 0),
            outcome(Day::of(2026, 1, 3), 45),
            outcome(Day::of(2025, 12, 31), 600),
        ];
        assert_eq!(study_minutes(&outcomes, 2026), 225);
        let numbers: Vec<_> = quarters(&outcomes)
            .iter()
            .map(|quarter| quarter.to_string())
            .collect();
        assert_eq!(numbers, ["2026Q4", "2026Q1", "2025Q4"]);
    }
}
