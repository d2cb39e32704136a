//! 活动记录: when an activity really began and ended, and what was said.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::client::ActivityView;
use shared::codes::Code;
use shared::records::{Details, Held, Plan};
use shared::time::DAY_MS;

use crate::components::{Button, ButtonKind, InputKind, Sheet, TextArea, TextInput, Tone};
use crate::pages::trouble::TroublePlace;
use crate::pages::typed::{clock, parse_clock};
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// Characters that the record may have.
const MINUTES_CHARACTERS: u32 = 2_000;

/// What is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Report {
    started: String,
    ended: String,
    minutes: String,
}

/// Which of the two times cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    Started,
    Ended,
}

impl Report {
    /// Returns what is recorded already, or the planned times.
    fn of(plan: &Plan) -> Self {
        match &plan.details.held {
            Some(held) => Self {
                started: clock(held.started_at),
                ended: clock(held.ended_at),
                minutes: held.minutes.clone(),
            },
            None => Self {
                started: clock(plan.starts_at),
                ended: clock(plan.ends_at),
                minutes: String::new(),
            },
        }
    }

    /// Returns what came of the activity: it began on the planned day, and ended on the planned last
    /// day, or after midnight where the hour would lie before the start.
    fn held(&self, plan: &Plan) -> Result<Held, Wrong> {
        let started = parse_clock(&self.started).ok_or(Wrong::Started)?;
        let ended = parse_clock(&self.ended).ok_or(Wrong::Ended)?;
        let started_at = plan.starts_at.day().start().plus(started);
        let mut ended_at = plan.ends_at.day().start().plus(ended);
        if ended_at < started_at {
            ended_at = ended_at.plus(DAY_MS);
        }
        if 7 * DAY_MS < ended_at.since(started_at) {
            return Err(Wrong::Ended);
        }
        Ok(Held {
            started_at,
            ended_at,
            minutes: self.minutes.trim().to_owned(),
        })
    }
}

#[component]
pub(super) fn HeldSheet(view: Signal<ActivityView>, open: RwSignal<bool>) -> impl IntoView {
    let state = use_app_state();
    let report = RwSignal::new(Report::default());
    let wrong = RwSignal::new(None::<Wrong>);
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    Effect::new(move || {
        if open.get() {
            report.set(view.with_untracked(|view| Report::of(&view.activity.current.plan)));
            wrong.set(None);
            failure.set(None);
        }
    });
    let save = Callback::new(move |()| {
        let current = view.with_untracked(|view| view.activity.current.clone());
        let held = match report.with_untracked(|report| report.held(&current.plan)) {
            Ok(held) => held,
            Err(place) => return wrong.set(Some(place)),
        };
        let plan = Plan {
            details: Details {
                held: Some(held),
                ..current.plan.details.clone()
            },
            ..current.plan.clone()
        };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let result = state.revise(&current, plan, String::new()).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    open.try_set(false);
                    state.toast(Tone::Good, || t!(plan.held_saved));
                }
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
        });
    });
    let error = move |place: Wrong| {
        MaybeProp::derive(move || (wrong.get() == Some(place)).then(|| t!(plan.fault.missing)))
    };
    let write = move |write: fn(&mut Report, String)| {
        Callback::new(move |typed| {
            wrong.set(None);
            report.update(|report| write(report, typed));
        })
    };
    view! {
        <Sheet
            open=open
            on_close=move || open.set(false)
            title=move || t!(plan.held_title)
            actions=move || {
                view! {
                    <Button
                        label=move || t!(action.save)
                        kind=ButtonKind::Primary
                        busy=busy
                        on_press=save
                    />
                }
            }
        >
            <p>{move || t!(plan.held_lead)}</p>
            <div class="plan-times">
                <TextInput
                    label=move || t!(plan.held_started)
                    kind=InputKind::Time
                    value=move || report.with(|report| report.started.clone())
                    on_input=write(|report, typed| report.started = typed)
                    error=error(Wrong::Started)
                />
                <TextInput
                    label=move || t!(plan.held_ended)
                    kind=InputKind::Time
                    value=move || report.with(|report| report.ended.clone())
                    on_input=write(|report, typed| report.ended = typed)
                    error=error(Wrong::Ended)
                />
            </div>
            <TextArea
                label=move || t!(plan.held_minutes)
                optional=true
                value=move || report.with(|report| report.minutes.clone())
                on_input=write(|report, typed| report.minutes = typed)
                max_length=MINUTES_CHARACTERS
                hint=said(move || t!(plan.held_minutes_hint))
            />
            <TroublePlace code=failure />
        </Sheet>
    }
}

#[cfg(test)]
mod tests {
    use shared::ids::ActivityId;
    use shared::records::Standing;
    use shared::time::{Day, HOUR_MS, MINUTE_MS};
    use shared::words::ActivityKind;
    use uuid::Uuid;

    use super::*;

    fn plan() -> Plan {
        let midnight = Day::of(2026, 11, 30).start();
        Plan {
            activity: ActivityId(Uuid::nil()),
            seed: Uuid::nil(),
            revises: None,
            kind: ActivityKind::Lecture,
            topic: "topic".to_owned(),
            speaker: None,
            venue: None,
            starts_at: midnight.plus(22 * HOUR_MS),
            ends_at: midnight.plus(23 * HOUR_MS),
            campaign: None,
            standing: Standing::Planned,
            details: Details::default(),
        }
    }

    #[test]
    fn the_planned_times_are_proposed_and_what_was_recorded_comes_back() {
        let mut plan = plan();
        let proposed = Report::of(&plan);
        assert_eq!(
            (proposed.started.as_str(), proposed.ended.as_str()),
            ("22:00", "23:00")
        );
        let held = proposed.held(&plan).unwrap();
        assert_eq!(
            (held.started_at, held.ended_at),
            (plan.starts_at, plan.ends_at)
        );
        plan.details.held = Some(held.clone());
        assert!(plan.is_well_formed());
        assert_eq!(Report::of(&plan).held(&plan), Ok(held));
    }

    #[test]
    fn what_went_on_past_midnight_ended_the_day_after() {
        let report = Report {
            started: "22:10".to_owned(),
            ended: "00:15".to_owned(),
            minutes: String::new(),
        };
        let held = report.held(&plan()).unwrap();
        assert_eq!(
            held.ended_at.since(held.started_at),
            2 * HOUR_MS + 5 * MINUTE_MS
        );
    }

    #[test]
    fn a_time_that_is_none_is_told_beside_its_field() {
        let mut report = Report::of(&plan());
        report.ended.clear();
        assert_eq!(report.held(&plan()), Err(Wrong::Ended));
        report.started = "25:00".to_owned();
        assert_eq!(report.held(&plan()), Err(Wrong::Started));
    }
}
