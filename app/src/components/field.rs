//! What is typed: one-line and longer texts, with label, hint and error.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::{Glyph, Icon, fresh_id};
use crate::t;

/// What kind of text a field takes; chooses the keyboard of the phone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    /// Words.
    #[default]
    Text,
    /// Letters and digits of a linking code.
    Code,
    /// The six digits of a check-in code.
    Digits,
    /// A telephone number.
    Telephone,
    /// Something to look for.
    Search,
    /// A whole number.
    Number,
    /// A day.
    Date,
    /// A time of day.
    Time,
}

impl InputKind {
    fn attribute(self) -> &'static str {
        match self {
            Self::Text | Self::Code | Self::Digits | Self::Number => "text",
            Self::Telephone => "tel",
            Self::Search => "search",
            Self::Date => "date",
            Self::Time => "time",
        }
    }

    fn keyboard(self) -> Option<&'static str> {
        match self {
            Self::Digits | Self::Number => Some("numeric"),
            Self::Telephone => Some("tel"),
            Self::Search => Some("search"),
            Self::Text | Self::Code | Self::Date | Self::Time => None,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Code | Self::Digits => "input code-input",
            Self::Number | Self::Telephone | Self::Date | Self::Time => "input numeric-input",
            Self::Text | Self::Search => "input",
        }
    }

    fn autocomplete(self) -> &'static str {
        match self {
            Self::Digits => "one-time-code",
            Self::Telephone => "tel",
            Self::Text | Self::Code | Self::Search | Self::Number | Self::Date | Self::Time => {
                "off"
            }
        }
    }

    fn max_length(self) -> Option<&'static str> {
        (self == Self::Digits).then_some("6")
    }
}

/// The ids that tie a control to its label, hint and error.
#[derive(Clone)]
pub(super) struct FieldIds {
    pub(super) control: String,
    hint: String,
    error: String,
}

impl FieldIds {
    pub(super) fn fresh() -> Self {
        let control = fresh_id("field");
        Self {
            hint: format!("{control}-hint"),
            error: format!("{control}-error"),
            control,
        }
    }

    pub(super) fn described_by(
        &self,
        hint: MaybeProp<String>,
        error: MaybeProp<String>,
    ) -> impl Fn() -> Option<String> + Clone + Send + Sync + use<> {
        let (hint_id, error_id) = (self.hint.clone(), self.error.clone());
        move || {
            let ids = [
                error.get().map(|_| error_id.clone()),
                hint.get().map(|_| hint_id.clone()),
            ];
            let ids: Vec<String> = ids.into_iter().flatten().collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    }

    pub(super) fn hint_view(&self, hint: MaybeProp<String>) -> impl IntoView + use<> {
        let id = self.hint.clone();
        move || {
            hint.get()
                .map(|hint| view! { <p class="field-hint" id=id.clone()>{hint}</p> })
        }
    }

    pub(super) fn error_view(&self, error: MaybeProp<String>) -> impl IntoView + use<> {
        let id = self.error.clone();
        let words = move || {
            error.get().map(|error| {
                view! {
                    <p class="field-error" id=id.clone()>
                        <Glyph icon=Icon::Warning />
                        <span>{error}</span>
                    </p>
                }
            })
        };
        view! { <div class="field-error-place" aria-live="polite">{words}</div> }
    }
}

/// Label, hint and error around any control whose id is `control`.
#[component]
pub fn Field(
    #[prop(into)] label: Signal<String>,
    /// The id of the control inside.
    #[prop(into)]
    control: String,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    children: Children,
) -> impl IntoView {
    let ids = FieldIds {
        hint: format!("{control}-hint"),
        error: format!("{control}-error"),
        control,
    };
    field_view(&ids, label, false, hint, error, children().into_any())
}

pub(super) fn field_view(
    ids: &FieldIds,
    label: Signal<String>,
    optional: bool,
    hint: MaybeProp<String>,
    error: MaybeProp<String>,
    control: AnyView,
) -> impl IntoView + use<> {
    let mark = move || view! { <span class="field-optional">{move || t!(state.optional)}</span> };
    view! {
        <div class="field" class:has-error=move || error.get().is_some()>
            <label class="field-label" for=ids.control.clone()>
                {label}
                {optional.then(mark)}
            </label>
            {ids.hint_view(hint)}
            {control}
            {ids.error_view(error)}
        </div>
    }
}

/// One line of text.
#[component]
pub fn TextInput(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    #[prop(optional)] kind: InputKind,
    /// Says 可不填 beside the label.
    #[prop(optional)]
    optional: bool,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let ids = FieldIds::fresh();
    let literal = matches!(kind, InputKind::Code | InputKind::Digits);
    let control = view! {
        <input
            class=kind.class()
            id=ids.control.clone()
            type=kind.attribute()
            inputmode=kind.keyboard()
            autocomplete=kind.autocomplete()
            autocapitalize=literal.then_some("characters")
            spellcheck=literal.then_some("false")
            maxlength=kind.max_length()
            value=value.get_untracked()
            prop:value=move || value.get()
            disabled=move || disabled.get()
            aria-invalid=move || error.get().map(|_| "true")
            aria-describedby=ids.described_by(hint, error)
            on:input=move |event| on_input.run(event_target_value(&event))
        />
    };
    field_view(&ids, label, optional, hint, error, control.into_any())
}

/// Several lines of text.
#[component]
pub fn TextArea(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    /// Says 可不填 beside the label.
    #[prop(optional)]
    optional: bool,
    /// The most characters taken.
    #[prop(default = 1_000)]
    max_length: u32,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let ids = FieldIds::fresh();
    let control = view! {
        <textarea
            class="input text-area"
            id=ids.control.clone()
            rows="4"
            maxlength=max_length.to_string()
            prop:value=move || value.get()
            disabled=move || disabled.get()
            aria-invalid=move || error.get().map(|_| "true")
            aria-describedby=ids.described_by(hint, error)
            on:input=move |event| on_input.run(event_target_value(&event))
        ></textarea>
    };
    field_view(&ids, label, optional, hint, error, control.into_any())
}

/// Tells whether a key is Enter, which then does not submit the form; while characters are being
/// composed it is the keyboard's own.
pub fn takes_enter(event: &KeyboardEvent) -> bool {
    let is_enter = event.key() == "Enter" && !event.is_composing();
    if is_enter {
        event.prevent_default();
    }
    is_enter
}
