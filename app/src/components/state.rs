//! What a screen shows when it has nothing, not yet anything, or could not.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::t;

/// Nothing here, said kindly, with what to do as children.
#[component]
pub fn EmptyState(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] text: MaybeProp<String>,
    #[prop(default = Icon::List)] icon: Icon,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="blank">
            <span class="blank-icon">
                <Glyph icon />
            </span>
            <p class="blank-title">{title}</p>
            {move || text.get().map(|text| view! { <p class="blank-text">{text}</p> })}
            {children.map(|children| view! { <div class="blank-actions">{children()}</div> })}
        </div>
    }
}

/// The shape of what is to come.
#[component]
pub fn LoadingState(
    /// How many rows to hint at.
    #[prop(default = 3)]
    rows: usize,
) -> impl IntoView {
    let row = |_| {
        view! {
            <div class="skeleton-row" aria-hidden="true">
                <span class="skeleton dot"></span>
                <span class="skeleton-lines">
                    <span class="skeleton line"></span>
                    <span class="skeleton line short"></span>
                </span>
            </div>
        }
    };
    view! {
        <div class="loading" role="status">
            <span class="visually-hidden">{move || t!(state.loading)}</span>
            {(0..rows).map(row).collect_view()}
        </div>
    }
}

/// It did not work: what happened, what to do next, and the code to tell.
///
/// `message` and `next` come from `error_text(code)`; children are the buttons.
#[component]
pub fn ErrorState(
    #[prop(into)] message: Signal<String>,
    #[prop(into)] next: Signal<String>,
    #[prop(into)] code: Signal<String>,
    /// 没有办成 unless the caller knows better.
    #[prop(optional, into)]
    title: MaybeProp<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="failure" role="alert">
            <span class="failure-icon">
                <Glyph icon=Icon::Warning />
            </span>
            <div class="failure-words">
                <p class="failure-title">
                    {move || title.get().unwrap_or_else(|| t!(error_page.title))}
                </p>
                <p class="failure-text">{message}</p>
                <p class="failure-next">{next}</p>
                {children.map(|children| view! { <div class="failure-actions">{children()}</div> })}
                <p class="failure-code">{move || t!(error_page.code, code = code.get())}</p>
            </div>
        </div>
    }
}
