//! 扫码签到: the sheet over the whole screen in which a member scans the host's code and shows the
//! answer; and where an answer lands that the phone's own scanner opened.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::codes::Code;
use shared::ids::ActivityId;
use shared::witness::AnswerCode;

use super::scanner::{Scanner, Words};
use super::trouble::{Trouble, TroublePlace};
use crate::components::{
    Button, ButtonKind, ButtonSize, FullScreen, Icon, LoadingState, Notice, QrCode, Tone,
};
use crate::pages::words::said;
use crate::state::{Answer, Doubt, Reading, ScanRequest, Witnessed, use_app_state};
use crate::t;

/// Where the scanning stands.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// The camera looks.
    Looking,
    /// Something is read, entered or signed.
    Working,
    /// A code was read, and something speaks against going on at once.
    Doubted(Reading),
    /// The claim is durable; the answer waits for the host.
    Saved {
        answer: Answer,
        topic: Option<String>,
        key_known: bool,
    },
    /// This phone is a host's, and took an answer.
    Taken(Witnessed),
    /// The address that was opened leads nowhere.
    Failed(Code),
}

/// The sheet; up whenever the state says why.
#[component]
pub fn ScanSheet() -> impl IntoView {
    let state = use_app_state();
    let (request, directory) = (state.scan(), state.directory());
    // A code that was opened on a new phone waits for the first sync, which says whose phone it is.
    let arrived = Memo::new(move |_| directory.with(Option::is_some));
    let close = move |()| request.set(None);
    view! {
        <FullScreen
            open=Signal::derive(move || arrived.get() && request.with(Option::is_some))
            on_close=close
            title=move || t!(scan.title)
            content=move || {
                request.get().map(|request| view! { <Scan request on_done=close /> })
            }
        />
    }
}

#[component]
fn Scan(request: ScanRequest, #[prop(into)] on_done: Callback<()>) -> impl IntoView {
    let state = use_app_state();
    let step = RwSignal::new(Step::Looking);
    let wrong = RwSignal::new(None::<Code>);
    let wanted: Option<ActivityId> = match &request {
        ScanRequest::Camera(wanted) => *wanted,
        ScanRequest::Link(_) | ScanRequest::Answer(_) => None,
    };
    let record = Callback::new(move |reading: Reading| {
        step.set(Step::Working);
        spawn_local(async move {
            step.try_set(match state.check_in_by_code(&reading.code).await {
                Ok(answer) => Step::Saved {
                    answer,
                    topic: reading.topic,
                    key_known: reading.key_known,
                },
                Err(code) => Step::Failed(code),
            });
        });
    });
    let hear = Callback::new(move |text: String| {
        if step.get_untracked() != Step::Looking {
            return;
        }
        wrong.set(None);
        spawn_local(async move {
            match state.read_code(&text, wanted).await {
                Ok(reading) if reading.doubt.is_none() => record.run(reading),
                Ok(reading) => drop(step.try_set(Step::Doubted(reading))),
                // The camera goes on looking: the right code may be the next.
                Err(code) => drop(wrong.try_set(Some(code))),
            }
        });
    });
    begin(request, step, record);
    let look_again = move || {
        wrong.set(None);
        step.set(Step::Looking);
    };
    move || match step.get() {
        Step::Looking => view! { <Looking wrong on_text=hear /> }.into_any(),
        Step::Working => view! { <LoadingState rows=2 /> }.into_any(),
        Step::Doubted(reading) => {
            view! { <Doubted reading on_go_on=record on_again=look_again /> }.into_any()
        }
        Step::Saved {
            answer,
            topic,
            key_known,
        } => view! { <Saved answer topic key_known on_done /> }.into_any(),
        Step::Taken(witnessed) => view! { <Taken witnessed on_done /> }.into_any(),
        Step::Failed(code) => view! {
            <Trouble code=code>
                <Button
                    label=move || t!(scan.again)
                    kind=ButtonKind::Primary
                    icon=Icon::Scan
                    on_press=look_again
                />
                <Button label=move || t!(action.close) on_press=move || on_done.run(()) />
            </Trouble>
        }
        .into_any(),
    }
}

/// The camera, and what is wrong with what it saw last.
#[component]
fn Looking(wrong: RwSignal<Option<Code>>, on_text: Callback<String>) -> impl IntoView {
    view! {
        <Scanner hint=move || t!(check_in.scan_host_hint) on_text />
        <div class="scan-wrong" aria-live="assertive">
            <TroublePlace code=wrong />
        </div>
        <p class="scan-note">{move || t!(scan.without_camera)}</p>
    }
}

/// What comes before the camera: an address that was opened, or the answer of an earlier scan.
fn begin(request: ScanRequest, step: RwSignal<Step>, record: Callback<Reading>) {
    let state = use_app_state();
    match request {
        ScanRequest::Camera(_) => {}
        ScanRequest::Link(address) if AnswerCode::parse(&address).is_ok() => {
            step.set(Step::Working);
            spawn_local(async move {
                step.try_set(match state.witness(&address, None).await {
                    Ok(witnessed) => Step::Taken(witnessed),
                    Err(code) => Step::Failed(code),
                });
            });
        }
        ScanRequest::Link(address) => {
            step.set(Step::Working);
            spawn_local(async move {
                match state.read_code(&address, None).await {
                    Ok(reading) if reading.doubt.is_none() => record.run(reading),
                    Ok(reading) => drop(step.try_set(Step::Doubted(reading))),
                    Err(code) => drop(step.try_set(Step::Failed(code))),
                }
            });
        }
        ScanRequest::Answer(activity) => {
            step.set(Step::Working);
            spawn_local(async move {
                step.try_set(match state.answer_again(activity).await {
                    Ok(answer) => Step::Saved {
                        answer,
                        topic: None,
                        key_known: true,
                    },
                    Err(code) => Step::Failed(code),
                });
            });
        }
    }
}

/// Says what speaks against going on, and lets the person go on all the same.
#[component]
fn Doubted(
    reading: Reading,
    on_go_on: Callback<Reading>,
    #[prop(into)] on_again: Callback<()>,
) -> impl IntoView {
    let (title, text, go_on): (Words, Words, Words) = match reading.doubt {
        Some(Doubt::Elsewhere) => (
            || t!(scan.elsewhere),
            || t!(scan.elsewhere_text),
            || t!(scan.elsewhere_go_on),
        ),
        Some(Doubt::Unlisted) => (
            || t!(scan.unlisted),
            || t!(scan.unlisted_text),
            || t!(scan.go_on),
        ),
        Some(Doubt::Stale) | None => (|| t!(scan.stale), || t!(scan.stale_text), || t!(scan.go_on)),
    };
    let topic = reading.topic.clone();
    view! {
        {topic.map(|topic| view! { <p class="scan-topic">{topic}</p> })}
        <Notice title=said(title) text=text tone=Tone::Notice />
        <div class="scan-actions">
            <Button
                label=move || t!(scan.again)
                kind=ButtonKind::Primary
                size=ButtonSize::Big
                icon=Icon::Scan
                on_press=move || on_again.run(())
            />
            <Button
                label=go_on
                size=ButtonSize::Wide
                on_press=move || on_go_on.run(reading.clone())
            />
        </div>
    }
}

/// 已保存, and the answer for the host.
#[component]
fn Saved(
    answer: Answer,
    topic: Option<String>,
    key_known: bool,
    on_done: Callback<()>,
) -> impl IntoView {
    let state = use_app_state();
    // The host may be some people away: the screen must not go dark meanwhile.
    let lit = StoredValue::new_local(Some(state.keep_screen_lit()));
    on_cleanup(move || drop(lit.try_set_value(None)));
    let known_topic = state.activity(answer.activity);
    let topic = move || {
        let known = known_topic.with(|view| {
            let view = view.as_ref()?;
            Some(view.activity.current.plan.topic.clone())
        });
        known.or_else(|| topic.clone()).unwrap_or_default()
    };
    view! {
        <div class="answer" data-answer=answer.address.clone()>
            <p class="answer-saved" role="status">
                {move || t!(scan.saved)}
            </p>
            <p class="scan-topic">{topic}</p>
            <div class="code-frame">
                <QrCode content=answer.address.clone() title=move || t!(check_in.show_answer) />
            </div>
            <p class="answer-ask">{move || t!(scan.ask_host)}</p>
            <p class="scan-note">{move || t!(check_in.show_answer_hint)}</p>
            {(!key_known).then(|| view! { <p class="scan-note">{move || t!(scan.key_unknown)}</p> })}
            <Button
                label=move || t!(action.done)
                size=ButtonSize::Wide
                on_press=move || on_done.run(())
            />
        </div>
    }
}

/// A host's phone took an answer by its address.
#[component]
fn Taken(witnessed: Witnessed, on_done: Callback<()>) -> impl IntoView {
    view! {
        <TakenWord witnessed />
        <Button
            label=move || t!(action.done)
            size=ButtonSize::Wide
            on_press=move || on_done.run(())
        />
    }
}

/// The name of who was taken, large, with what became of it.
#[component]
pub(super) fn TakenWord(witnessed: Witnessed) -> impl IntoView {
    use crate::components::Glyph;
    let Witnessed {
        name, kind, again, ..
    } = witnessed;
    let word = move || {
        if again {
            t!(host_code.taken_before)
        } else {
            t!(host_code.taken, kind = super::words::mark_name(kind))
        }
    };
    view! {
        <div class="taken" data-again=again.to_string()>
            <Glyph icon=Icon::CheckCircle />
            <p class="taken-name">{name}</p>
            <p class="taken-word">{word}</p>
        </div>
    }
}
