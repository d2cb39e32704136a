//! How a thing stands: chips and badges, always an icon and words beside the colour.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::locale::format_number;
use crate::t;

/// What a colour stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Just so.
    #[default]
    Neutral,
    /// Under way, or worth knowing.
    Info,
    /// Done and well.
    Good,
    /// Somebody should look.
    Notice,
    /// It did not work; never the accent's red.
    Trouble,
}

impl Tone {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Info => "info",
            Self::Good => "good",
            Self::Notice => "notice",
            Self::Trouble => "trouble",
        }
    }

    pub(super) fn icon(self) -> Icon {
        match self {
            Self::Neutral | Self::Info => Icon::Info,
            Self::Good => Icon::CheckCircle,
            Self::Notice => Icon::Clock,
            Self::Trouble => Icon::Warning,
        }
    }
}

/// A small label with an icon.
#[component]
pub fn Chip(
    #[prop(into)] text: Signal<String>,
    #[prop(into)] tone: Signal<Tone>,
    #[prop(into)] icon: Signal<Icon>,
) -> impl IntoView {
    view! {
        <span class=move || {
            format!("chip {}", tone.get().class())
        }>{move || view! { <Glyph icon=icon.get() /> }} <span class="chip-text">{text}</span></span>
    }
}

/// How far a record has come, from this phone to the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordStatus {
    /// Durable on this phone.
    Saved,
    /// On its way.
    Sending,
    /// Durable on the server.
    Uploaded,
    /// Seen and accepted by the other side.
    Confirmed,
    /// Not accepted; kept here with its reason.
    Refused,
    /// Not durable yet: the phone has no space.
    NoSpace,
}

impl RecordStatus {
    fn tone(self) -> Tone {
        match self {
            Self::Saved => Tone::Neutral,
            Self::Sending | Self::Uploaded => Tone::Info,
            Self::Confirmed => Tone::Good,
            Self::Refused | Self::NoSpace => Tone::Trouble,
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Saved => Icon::Phone,
            Self::Sending => Icon::CloudUp,
            Self::Uploaded => Icon::CloudCheck,
            Self::Confirmed => Icon::Check,
            Self::Refused => Icon::Warning,
            Self::NoSpace => Icon::Storage,
        }
    }

    /// Returns the status in a word.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Saved => t!(record.status.saved),
            Self::Sending => t!(record.status.sending),
            Self::Uploaded => t!(record.status.uploaded),
            Self::Confirmed => t!(record.status.confirmed),
            Self::Refused => t!(record.status.refused),
            Self::NoSpace => t!(record.status.no_space),
        }
    }

    /// Returns the status in a sentence.
    #[must_use]
    pub fn explanation(self) -> String {
        match self {
            Self::Saved => t!(record.status_explain.saved),
            Self::Sending => t!(record.status_explain.sending),
            Self::Uploaded => t!(record.status_explain.uploaded),
            Self::Confirmed => t!(record.status_explain.confirmed),
            Self::Refused => t!(record.status_explain.refused),
            Self::NoSpace => t!(record.status_explain.no_space),
        }
    }
}

/// A record's status as a chip.
#[component]
pub fn StatusChip(#[prop(into)] status: Signal<RecordStatus>) -> impl IntoView {
    view! {
        <Chip
            text=move || status.get().text()
            tone=move || status.get().tone()
            icon=move || status.get().icon()
        />
    }
}

/// 未上传 N: always on the screen, quiet at nought, opens the list.
#[component]
pub fn UnsentBadge(
    #[prop(into)] count: Signal<usize>,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    let number = move || format_number(i64::try_from(count.get()).unwrap_or(i64::MAX));
    let waiting = move || count.get() > 0;
    view! {
        <button
            type="button"
            class="badge unsent"
            class:waiting=waiting
            on:click=move |_| on_press.run(())
        >
            {move || {
                let icon = if waiting() { Icon::CloudUp } else { Icon::CloudCheck };
                view! { <Glyph icon /> }
            }}
            <span class="badge-text">{move || t!(sync.unsent, n = number())}</span>
            <span class="visually-hidden">
                {move || {
                    if waiting() {
                        t!(sync.unsent_explain, n = number())
                    } else {
                        t!(sync.unsent_none)
                    }
                }}
            </span>
        </button>
    }
}

/// 无网络: there while the phone is offline, and said aloud when it comes and goes.
#[component]
pub fn OnlineBadge(#[prop(into)] online: Signal<bool>) -> impl IntoView {
    view! {
        <span class="online-badge" role="status">
            {move || {
                (!online.get())
                    .then(|| {
                        view! {
                            <span class="badge offline">
                                <Glyph icon=Icon::CloudOff />
                                <span class="badge-text">{t!(sync.offline)}</span>
                            </span>
                        }
                    })
            }}
        </span>
    }
}
