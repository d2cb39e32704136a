//! 专业特长 as chips: typed, or picked from what the lists on this phone ask for.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::super::form::Form;
use super::draft::{Place, RegistrationDraft};
use crate::components::{Button, Glyph, Icon, TextInput, takes_enter};
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

#[component]
pub(super) fn Skills(form: Form<RegistrationDraft>) -> impl IntoView {
    let skills = Memo::new(move |_| form.draft.with(|draft| draft.skills.clone()));
    let add = move || {
        form.draft.update(|draft| {
            let typed = std::mem::take(&mut draft.skill);
            draft.add_skill(&typed);
        });
    };
    let chip = move |skill: String| {
        let (told, name) = (skill.clone(), skill.clone());
        let remove = move |_| {
            let others = |own: &String| *own != name;
            form.draft.update(|draft| draft.skills.retain(others));
        };
        view! {
            <button
                type="button"
                class="skill chosen"
                aria-label=move || t!(register.skill_remove, skill = told)
                on:click=remove
            >
                <span>{skill}</span>
                <Glyph icon=Icon::Close />
            </button>
        }
    };
    view! {
        <div class="skills">
            <div on:keydown=move |event| {
                if takes_enter(&event) {
                    add();
                }
            }>
                <TextInput
                    label=move || t!(register.skills)
                    optional=true
                    value=form.value(|draft| draft.skill.clone())
                    on_input=form.on_input(|draft, typed| draft.skill = typed)
                    hint=said(move || t!(register.skills_hint))
                    error=form.error(Place::Skills)
                />
            </div>
            <Button label=move || t!(register.skill_add) icon=Icon::Plus on_press=add />
            <div class="cluster">
                <For each=move || skills.get() key=String::clone children=chip />
            </div>
            <Wanted form skills />
        </div>
    }
}

/// What the lists ask for and the member has not named.
#[component]
fn Wanted(form: Form<RegistrationDraft>, skills: Memo<Vec<String>>) -> impl IntoView {
    let boards = use_app_state().boards();
    let wanted = Memo::new(move |_| {
        let wanted: BTreeSet<String> = boards.with(|items| {
            let skills = items.iter().flat_map(|item| &item.listing.skills);
            skills.cloned().collect()
        });
        let missing = wanted.into_iter();
        missing
            .filter(|skill| skills.with(|own| !own.contains(skill)))
            .collect::<Vec<_>>()
    });
    let offer = move |skill: String| {
        let added = skill.clone();
        view! {
            <button
                type="button"
                class="skill"
                on:click=move |_| form.draft.update(|draft| draft.add_skill(&added))
            >
                <Glyph icon=Icon::Plus />
                <span>{skill}</span>
            </button>
        }
    };
    view! {
        <Show when=move || !wanted.with(Vec::is_empty)>
            <p class="field-hint">{move || t!(register.skills_wanted)}</p>
            <div class="cluster">
                <For each=move || wanted.get() key=String::clone children=offer />
            </div>
        </Show>
    }
}
