//! Language, elder mode, size of text.

use leptos::prelude::*;

use crate::components::{Card, Choice, Section, Segmented, Switch};
use crate::locale::Locale;
use crate::pages::words::said;
use crate::state::{DisplayMode, TextSize, use_app_state};
use crate::t;

#[component]
pub(super) fn DisplaySection() -> impl IntoView {
    let state = use_app_state();
    let preferences = state.preferences();
    let elder = Memo::new(move |_| preferences.with(|kept| kept.mode == DisplayMode::Elder));
    let language = move || preferences.with(|kept| kept.locale.tag().to_owned());
    let languages = Signal::stored(
        Locale::ALL
            .map(|locale| Choice::new(locale.tag(), move || locale.name()))
            .to_vec(),
    );
    let switch_mode = move |on: bool| {
        state.set_display_mode(if on {
            DisplayMode::Elder
        } else {
            DisplayMode::Regular
        });
    };
    view! {
        <Section title=move || t!(settings.display)>
            <Card>
                <Segmented
                    label=move || t!(settings.language)
                    choices=languages
                    value=language
                    on_change=move |tag: String| state.set_locale(Locale::from_tag(&tag))
                />
                <Switch
                    label=move || t!(settings.elder_mode)
                    hint=said(move || t!(settings.elder_mode_hint))
                    on=elder
                    on_change=switch_mode
                />
                <Show when=move || elder.get()>
                    <Sizes />
                </Show>
            </Card>
        </Section>
    }
}

#[component]
fn Sizes() -> impl IntoView {
    let state = use_app_state();
    let preferences = state.preferences();
    let size = move || preferences.with(|kept| kept.text_size.px().to_string());
    let sizes = Signal::stored(
        TextSize::ALL
            .map(|size| Choice::new(size.px().to_string(), move || size_name(size)))
            .to_vec(),
    );
    let choose = move |px: String| {
        if let Some(size) = px.parse().ok().and_then(TextSize::of_px) {
            state.set_text_size(size);
        }
    };
    view! {
        <div class="text-sizes">
            <Segmented
                label=move || t!(settings.text_size)
                choices=sizes
                value=size
                on_change=choose
            />
        </div>
        <p>{move || t!(settings.text_sample)}</p>
    }
}

fn size_name(size: TextSize) -> String {
    match size {
        TextSize::Size18 => t!(settings.text_size_1),
        TextSize::Size21 => t!(settings.text_size_2),
        TextSize::Size24 => t!(settings.text_size_3),
        TextSize::Size27 => t!(settings.text_size_4),
        TextSize::Size30 => t!(settings.text_size_5),
    }
}
