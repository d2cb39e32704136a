//! One request in full: what it says, what both sides told, what was decided; and the decision.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::client::MatterView;
use shared::ids::EntryId;
use shared::reconcile::BoardItem;

use super::answer::{self, Draft, LONGEST, Place, Way};
use super::desk::Case;
use super::facts;
use super::form::Form;
use super::rating::Rating;
use super::row::StateChips;
use super::said;
use super::telephone::Telephone;
use crate::components::{
    Button, ButtonKind, ButtonLink, Choice, Glyph, Icon, InputKind, Segmented, Select, Sheet,
    TextArea, TextInput, Tone,
};
use crate::pages::photo::PhotoView;
use crate::pages::service_words::flag_name;
use crate::pages::trouble::TroublePlace;
use crate::pages::words;
use crate::state::use_app_state;
use crate::t;
use shared::codes::Code;
use shared::words::ServiceCategory;

/// The sheet of the case whose request is `opened`.
#[component]
pub(super) fn CaseSheet(
    opened: RwSignal<Option<EntryId>>,
    cases: Signal<Vec<Case>>,
    views: Signal<Vec<MatterView>>,
    boards: Signal<Vec<BoardItem>>,
) -> impl IntoView {
    let case = Memo::new(move |_| {
        let request = opened.get()?;
        cases.with(|cases| {
            let found = cases.iter().find(|case| case.request() == request);
            found.cloned()
        })
    });
    let title = move || case.with(|case| case.as_ref().map(facts::who).unwrap_or_default());
    // A decided case may leave the list, and its view, before the decision is told to be saved.
    let close = Callback::new(move |()| opened.set(None));
    view! {
        <Sheet
            open=Signal::derive(move || case.with(Option::is_some))
            on_close=close
            title=title
        >
            {move || {
                case.get()
                    .map(|case| {
                        let decided = case.clone();
                        view! {
                            <CaseFacts case views boards />
                            <Decision case=decided on_done=close />
                        }
                    })
            }}
        </Sheet>
    }
}

/// What a request says, what speaks against it, what the other side tells, and what became of it.
#[component]
pub(super) fn CaseFacts(
    case: Case,
    views: Signal<Vec<MatterView>>,
    boards: Signal<Vec<BoardItem>>,
) -> impl IntoView {
    let request = case.request();
    let is_registration = answer::is_registration(case.matter());
    let case = StoredValue::new(case);
    let matter = case.with_value(|case| case.matter().clone());
    let photo = answer::service(&matter).and_then(|service| Some(service.photo?.hash));
    let fact = |(label, text): facts::Fact| {
        view! {
            <div class="affair-fact">
                <dt class="affair-fact-label">{label}</dt>
                <dd class="affair-fact-text">{text}</dd>
            </div>
        }
    };
    let facts = move || {
        let facts = case.with_value(|case| boards.with(|boards| facts::facts(case, boards)));
        facts.into_iter().map(fact).collect_view()
    };
    let flags = case.with_value(facts::flags).into_iter().map(|flag| {
        view! {
            <div class="affair-flagged" data-flag="">
                <p class="affair-flag">
                    <Glyph icon=Icon::Warning />
                    <span>{move || flag_name(flag)}</span>
                </p>
                <p>{move || facts::flag_explanation(flag)}</p>
            </div>
        }
    });
    let told = move |words: fn(&Case, &[MatterView]) -> Vec<String>| {
        case.with_value(|case| views.with(|views| words(case, views)))
    };
    let line = |text| view! { <li class="affair-line">{text}</li> };
    let lines = move |title: fn() -> String, words: fn(&Case, &[MatterView]) -> Vec<String>| {
        let told = told(words);
        (!told.is_empty()).then(|| {
            view! {
                <div class="affair-part">
                    <h3 class="affair-part-title">{title()}</h3>
                    <ul role="list">{told.into_iter().map(line).collect_view()}</ul>
                </div>
            }
        })
    };
    view! {
        <p class="cluster">
            <StateChips case=case.get_value() />
        </p>
        {flags.collect_view()}
        {move || lines(|| t!(affairs.contradicting), |case, _| said::contradicting(case))}
        <dl class="affair-facts">{facts}</dl>
        <Telephone matter />
        {photo.map(|hash| view! { <PhotoView hash /> })}
        {move || lines(|| t!(affairs.other_side), said::other_sides)}
        {move || lines(|| t!(affairs.history), said::history)}
        {is_registration
            .then(|| {
                view! {
                    <ButtonLink
                        label=move || t!(affairs.receipt.open)
                        href=format!("/affairs/{request}/paper")
                        kind=ButtonKind::Quiet
                        icon=Icon::Printer
                    />
                }
            })}
    }
}

/// How it is decided, or decided anew, and how the work is rated.
#[component]
fn Decision(case: Case, on_done: Callback<()>) -> impl IntoView {
    let matter = case.matter().clone();
    let (is_open, is_rated) = (matter.is_open(), answer::may_be_rated(&matter));
    let case = StoredValue::new(case);
    let changing = RwSignal::new(is_open);
    view! {
        {answer::may_be_decided(&matter)
            .then(|| {
                view! {
                    <Show
                        when=move || changing.get()
                        fallback=move || {
                            view! {
                                <Button
                                    label=move || t!(affairs.decide_anew)
                                    icon=Icon::Pencil
                                    on_press=move || changing.set(true)
                                />
                            }
                        }
                    >
                        <Deciding case=case.get_value() on_done />
                    </Show>
                }
            })}
        {is_rated.then(|| view! { <Rating case=case.get_value() on_done /> })}
    }
}

#[component]
fn Deciding(case: Case, on_done: Callback<()>) -> impl IntoView {
    let state = use_app_state();
    let matter = case.matter().clone();
    let kind = matter.kind();
    let is_registration = answer::is_registration(&matter);
    let form = Form::new(Draft::of(&matter, t!(affairs.opinion_offered)));
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let case = StoredValue::new(case);
    let way = Memo::new(move |_| form.draft.with(|draft| draft.way));
    let send = Callback::new(move |()| {
        let matters = case.with_value(Case::matters);
        let read = form
            .draft
            .with_untracked(|draft| case.with_value(|case| draft.word(case.matter())));
        let word = match read {
            Ok(word) => word,
            Err(faults) => return form.tell(faults),
        };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let result = state.reply(&matters, word).await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    state.toast(Tone::Good, || t!(affairs.decided));
                    on_done.try_run(());
                }
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
        });
    });
    view! {
        <div class="affair-part affair-deciding">
            <Segmented
                label=move || t!(affairs.how)
                choices=Signal::stored(
                    Way::of(kind)
                        .iter()
                        .map(|way| Choice::new(way.word(), move || way_name(*way, is_registration)))
                        .collect::<Vec<_>>(),
                )
                value=move || way.get().word().to_owned()
                on_change=move |word: String| {
                    if let Some(way) = Way::parse(&word) {
                        form.draft.update(|draft| draft.way = way);
                    }
                }
            />
            {move || match way.get() {
                Way::Accept => view! { <OpinionField form /> }.into_any(),
                Way::Correct => view! { <CorrectionFields form case=case.get_value() /> }.into_any(),
                Way::Return => view! { <ReasonField form /> }.into_any(),
            }}
            <TroublePlace code=failure />
            <Button
                label=move || way_name(way.get(), is_registration)
                kind=ButtonKind::Primary
                busy=busy
                on_press=send
            />
            <p class="field-hint">{move || t!(affairs.decide_hint)}</p>
        </div>
    }
}

type Answer = Form<Draft, Place>;

#[component]
fn OpinionField(form: Answer) -> impl IntoView {
    view! {
        <TextArea
            label=move || t!(affairs.opinion)
            optional=true
            value=form.value(|draft| draft.opinion.clone())
            on_input=form.on_input(Place::Opinion, |draft, typed| draft.opinion = typed)
            max_length=most()
            error=form.error(Place::Opinion)
        />
    }
}

#[component]
fn ReasonField(form: Answer) -> impl IntoView {
    view! {
        <TextArea
            label=move || t!(affairs.reason)
            hint=words::said(move || t!(affairs.reason_hint))
            value=form.value(|draft| draft.reason.clone())
            on_input=form.on_input(Place::Reason, |draft, typed| draft.reason = typed)
            max_length=most()
            error=form.error(Place::Reason)
        />
    }
}

#[component]
fn CorrectionFields(form: Answer, case: Case) -> impl IntoView {
    let changes = move || {
        let typed = form.draft.with(Draft::typed);
        let changes = answer::service(case.matter()).map(|service| facts::changes(service, &typed));
        words::joined(changes.unwrap_or_default())
    };
    view! {
        <TextInput
            label=move || t!(affairs.field.minutes)
            kind=InputKind::Number
            value=form.value(|draft| draft.minutes.clone())
            on_input=form.on_input(Place::Minutes, |draft, typed| draft.minutes = typed)
            error=form.error(Place::Minutes)
        />
        <TextInput
            label=move || t!(affairs.field.beneficiaries)
            kind=InputKind::Number
            value=form.value(|draft| draft.beneficiaries.clone())
            on_input=form.on_input(Place::Beneficiaries, |draft, typed| draft.beneficiaries = typed)
            error=form.error(Place::Beneficiaries)
        />
        <Select
            label=move || t!(affairs.field.category)
            choices=facts::categories()
            value=form.value(|draft| draft.category.as_str().to_owned())
            on_change=move |word: String| {
                if let Some(category) = ServiceCategory::parse(&word) {
                    form.change(Place::Category, |draft| draft.category = category);
                }
            }
        />
        <p class="affair-changes" aria-live="polite">
            {changes}
        </p>
        <ReasonField form />
    }
}

pub(super) fn most() -> u32 {
    u32::try_from(LONGEST).unwrap_or(u32::MAX)
}

pub(super) fn way_name(way: Way, is_registration: bool) -> String {
    match way {
        Way::Accept if is_registration => t!(affairs.way.receive),
        Way::Accept => t!(affairs.way.approve),
        Way::Correct => t!(affairs.way.correct),
        Way::Return => t!(affairs.way.give_back),
    }
}
