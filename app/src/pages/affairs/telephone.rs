//! A telephone number: masked as everybody sees it, and in full for whoever needs it, which the audit
//! log notes.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::codes::Code;
use shared::reconcile::Matter;

use super::facts;
use crate::components::{Button, ButtonKind};
use crate::pages::trouble::TroublePlace;
use crate::state::use_app_state;
use crate::t;

/// The number of a registration; nothing for other requests.
#[component]
pub(super) fn Telephone(matter: Matter) -> impl IntoView {
    let number = facts::phone(&matter)?.to_owned();
    let state = use_app_state();
    let is_masked = number.contains('*');
    let whole = RwSignal::new(None::<String>);
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let matter = StoredValue::new(matter);
    let show = Callback::new(move |()| {
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = state.telephone(&matter.get_value()).await;
            busy.try_set(false);
            match answer {
                Ok(number) => whole.try_set(Some(number)).map_or((), drop),
                Err(code) => failure.try_set(Some(code)).map_or((), drop),
            }
        });
    });
    let asks = move || is_masked && whole.with(Option::is_none);
    Some(view! {
        <div class="affair-phone" data-phone="">
            <p class="affair-fact">
                <span class="affair-fact-label">{move || t!(affairs.field.phone)}</span>
                <span class="affair-number">
                    {move || whole.get().unwrap_or_else(|| number.clone())}
                </span>
            </p>
            <Show when=asks>
                <Button
                    label=move || t!(member.show_telephone)
                    kind=ButtonKind::Quiet
                    busy=busy
                    on_press=show
                />
                <p class="field-hint">{move || t!(member.show_telephone_note)}</p>
            </Show>
            <TroublePlace code=failure />
        </div>
    })
}
