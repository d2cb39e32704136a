//! Buttons, and links that look like them.

use leptos::prelude::*;

use super::{Glyph, Icon};

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing to do on this screen.
    Primary,
    /// Another thing to do.
    #[default]
    Secondary,
    /// A thing to do that stays in the background.
    Quiet,
    /// A thing that takes something away.
    Danger,
}

impl ButtonKind {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Quiet => "quiet",
            Self::Danger => "danger",
        }
    }
}

/// How large a button is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonSize {
    /// As wide as its words.
    #[default]
    Regular,
    /// As wide as its column.
    Wide,
    /// The one large button of a screen, such as 签到.
    Big,
}

impl ButtonSize {
    fn class(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Wide => "wide",
            Self::Big => "big",
        }
    }
}

/// Whether a press runs the callback only or also submits the form around it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonRole {
    /// Runs the callback.
    #[default]
    Action,
    /// Submits the form; the form's `on:submit` does the work.
    Submit,
}

impl ButtonRole {
    fn attribute(self) -> &'static str {
        match self {
            Self::Action => "button",
            Self::Submit => "submit",
        }
    }
}

/// A button. While `busy` it keeps its place and the focus, and ignores presses.
#[component]
pub fn Button(
    #[prop(into)] label: Signal<String>,
    /// Run on a press; not needed for a submit button.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] size: ButtonSize,
    #[prop(optional)] role: ButtonRole,
    #[prop(optional)] icon: Option<Icon>,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let press = move |event: leptos::ev::MouseEvent| {
        if busy.get_untracked() {
            event.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <button
            type=role.attribute()
            class=format!("button {} {}", kind.class(), size.class())
            disabled=move || disabled.get()
            aria-busy=move || busy.get().then_some("true")
            aria-disabled=move || busy.get().then_some("true")
            on:click=press
        >
            {move || {
                if busy.get() {
                    view! { <span class="spinner" aria-hidden="true"></span> }.into_any()
                } else {
                    icon.map(|icon| view! { <Glyph icon /> }).into_any()
                }
            }}
            <span class="button-label">{label}</span>
        </button>
    }
}

/// A link that looks like a button, for going somewhere.
#[component]
pub fn ButtonLink(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] href: Signal<String>,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] size: ButtonSize,
    #[prop(optional)] icon: Option<Icon>,
) -> impl IntoView {
    view! {
        <a class=format!("button {} {}", kind.class(), size.class()) href=move || href.get()>
            {icon.map(|icon| view! { <Glyph icon /> })}
            <span class="button-label">{label}</span>
        </a>
    }
}
