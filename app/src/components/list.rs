//! Cards, sections and lists of rows.

use leptos::either::EitherOf3;
use leptos::prelude::*;

use super::{Glyph, Icon, fresh_id};

/// A quiet surface that holds what belongs together.
#[component]
pub fn Card(children: Children) -> impl IntoView {
    view! { <div class="card">{children()}</div> }
}

/// A headed part of a screen; `trailing` stands beside the heading.
#[component]
pub fn Section(
    #[prop(into)] title: Signal<String>,
    /// A plain sentence beneath the heading.
    #[prop(optional, into)]
    lead: MaybeProp<String>,
    #[prop(optional, into)] trailing: ViewFn,
    children: Children,
) -> impl IntoView {
    let heading = fresh_id("section");
    let labelled_by = heading.clone();
    view! {
        <section class="section" aria-labelledby=labelled_by>
            <div class="section-head">
                <h2 class="section-title" id=heading>
                    {title}
                </h2>
                {trailing.run()}
            </div>
            {move || lead.get().map(|lead| view! { <p class="section-lead">{lead}</p> })}
            {children()}
        </section>
    }
}

/// A list of rows on one surface.
#[component]
pub fn List(
    /// Names the list for a screen reader where no heading does.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <ul class="list" role="list" aria-label=move || label.get()>
            {children()}
        </ul>
    }
}

/// A row: goes somewhere with `href`, does something with `on_press`, or just tells.
///
/// `trailing` is inside what can be pressed and holds no controls; children stand
/// beneath it, outside, and may.
#[component]
pub fn ListRow(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] subtitle: MaybeProp<String>,
    /// A short word before the title, such as a time.
    #[prop(optional, into)]
    lead: MaybeProp<String>,
    #[prop(optional)] icon: Option<Icon>,
    #[prop(optional, into)] trailing: ViewFn,
    #[prop(optional, into)] href: MaybeProp<String>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let trailing = StoredValue::new(trailing);
    let aside =
        move || view! { <span class="row-trailing">{trailing.with_value(ViewFn::run)}</span> };
    // Beside a lead the trailing shares its line and leaves the title the whole width.
    let has_lead = lead.get_untracked().is_some();
    let content = move |goes_on: bool| {
        view! {
            {icon.map(|icon| view! { <span class="row-icon"><Glyph icon /></span> })}
            <span class="row-text">
                {has_lead
                    .then(|| {
                        view! {
                            <span class="row-first-line">
                                <span class="row-lead">{move || lead.get()}</span>
                                {aside()}
                            </span>
                        }
                    })}
                <span class="row-title">{title}</span>
                {move || {
                    subtitle.get().map(|subtitle| view! { <span class="row-subtitle">{subtitle}</span> })
                }}
            </span>
            {(!has_lead).then(aside)}
            {goes_on.then(|| view! { <span class="row-chevron"><Glyph icon=Icon::Chevron /></span> })}
        }
    };
    let body = match (href.get_untracked(), on_press) {
        (Some(first), _) => EitherOf3::A(view! {
            <a class="row-body pressable" href=move || href.get().unwrap_or_else(|| first.clone())>
                {content(true)}
            </a>
        }),
        (None, Some(on_press)) => EitherOf3::B(view! {
            <button type="button" class="row-body pressable" on:click=move |_| on_press.run(())>
                {content(true)}
            </button>
        }),
        (None, None) => EitherOf3::C(view! { <div class="row-body">{content(false)}</div> }),
    };
    view! {
        <li class="row">
            {body}
            {children.map(|children| view! { <div class="row-below">{children()}</div> })}
        </li>
    }
}
