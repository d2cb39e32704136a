//! Choosing the period: how long, earlier and later ones, or two days.

use leptos::prelude::*;
use shared::time::Day;

use super::period::{Extent, Period};
use super::place::View;
use crate::components::{Button, Choice, Glyph, Icon, InputKind, LabelPlace, Segmented, TextInput};
use crate::pages::typed::parse_day;
use crate::state::{Going, use_app_state};
use crate::t;

#[component]
pub(super) fn Periods(view: Memo<View>, today: Memo<Day>) -> impl IntoView {
    let state = use_app_state();
    let period = Memo::new(move |_| view.with(|view| view.period));
    let extent = Memo::new(move |_| period.get().extent());
    let choose = move |word: String| {
        let Some(chosen) = Extent::parse(&word) else {
            return;
        };
        let (view, today) = (view.get_untracked(), today.get_untracked());
        // From a period that is over one comes to the one around its end.
        let (_, to) = view.period.days(today);
        let period = chosen.around(to.min(today));
        state.go(&view.during(period).path(), Going::Onward);
    };
    let choices = Extent::ALL.map(|extent| Choice::new(extent.word(), move || extent.name()));
    view! {
        <div class="periods">
            <Segmented
                label=move || t!(period.label)
                label_place=LabelPlace::Hidden
                choices=Signal::stored(choices.to_vec())
                value=move || extent.get().word().to_owned()
                on_change=choose
            />
            <Show when=move || { extent.get() != Extent::All }>
                <Steps view period today />
            </Show>
            <Show when=move || { extent.get() == Extent::Days }>
                <ChosenDays view period />
            </Show>
        </div>
    }
}

/// Its name between the ways to the one before and the one after.
#[component]
fn Steps(view: Memo<View>, period: Memo<Period>, today: Memo<Day>) -> impl IntoView {
    let path = move |period: Option<Period>| {
        period.map(|period| view.with(|view| view.during(period).path()))
    };
    let earlier = move || path(period.get().earlier());
    let later = move || path(period.get().later(today.get()));
    view! {
        <nav class="period-steps" aria-label=move || t!(period.steps)>
            <a class="period-step" href=earlier aria-label=move || t!(period.earlier)>
                <Glyph icon=Icon::ChevronBack />
            </a>
            <strong class="period-name" aria-live="polite">
                {move || period.get().name(today.get())}
            </strong>
            {move || match later() {
                Some(href) => {
                    view! {
                        <a class="period-step" href=href aria-label=move || t!(period.later)>
                            <Glyph icon=Icon::Chevron />
                        </a>
                    }
                        .into_any()
                }
                None => view! { <span class="period-step none"></span> }.into_any(),
            }}
        </nav>
    }
}

#[component]
fn ChosenDays(view: Memo<View>, period: Memo<Period>) -> impl IntoView {
    let state = use_app_state();
    let (from, to) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    Effect::new(move || {
        if let Period::Days(first, last) = period.get() {
            from.set(first.to_string());
            to.set(last.to_string());
        }
    });
    let days = Memo::new(move |_| {
        let days = from
            .with(|from| parse_day(from))
            .zip(to.with(|to| parse_day(to)));
        days.map(|(from, to)| (from, to, from <= to))
    });
    let backwards = move || {
        days.get()
            .is_some_and(|(.., is_forward)| !is_forward)
            .then(|| t!(affairs.report.not_after))
    };
    let show = Callback::new(move |()| {
        if let Some((from, to, true)) = days.get_untracked() {
            let view = view.get_untracked().during(Period::Days(from, to));
            state.go(&view.path(), Going::Onward);
        }
    });
    view! {
        <div class="chosen-days">
            <TextInput
                label=move || t!(affairs.report.from)
                kind=InputKind::Date
                value=from
                on_input=move |typed| from.set(typed)
            />
            <TextInput
                label=move || t!(affairs.report.to)
                kind=InputKind::Date
                value=to
                on_input=move |typed| to.set(typed)
                error=MaybeProp::derive(backwards)
            />
            <Button
                label=move || t!(period.show)
                disabled=Signal::derive(move || !matches!(days.get(), Some((.., true))))
                on_press=show
            />
        </div>
    }
}
