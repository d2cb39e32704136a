//! 来宾: people at an activity whom no roster here knows, shown under the names and counted apart.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ids::EntryId;
use shared::project::VisitorRow;
use shared::records::Visitor;
use shared::words::MarkKind;

use super::desk::Desk;
use crate::components::{
    Button, ButtonKind, Choice, Icon, List, ListRow, Segmented, Sheet, TextInput,
};
use crate::pages::trouble::TroublePlace;
use crate::pages::words;
use crate::state::use_app_state;
use crate::t;

/// Characters of a visitor's name and of where they come from; the same as the record may have.
const NAME: usize = 40;
const FROM: usize = 80;

/// What the sheet is open for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Editing {
    Nothing,
    New,
    /// The record that is corrected.
    Known(EntryId),
}

#[component]
pub(super) fn Guests(desk: Desk, visitors: Signal<Vec<VisitorRow>>) -> impl IntoView {
    let editing = RwSignal::new(Editing::Nothing);
    let (name, from) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let kind = RwSignal::new(MarkKind::Present);
    let edit = move |visitor: Option<VisitorRow>| {
        let known = visitor.as_ref();
        name.set(
            known
                .map(|row| row.visitor.name.clone())
                .unwrap_or_default(),
        );
        from.set(
            known
                .map(|row| row.visitor.from.clone())
                .unwrap_or_default(),
        );
        kind.set(known.map_or(MarkKind::Present, |row| row.visitor.kind));
        editing.set(known.map_or(Editing::New, |row| Editing::Known(row.id)));
    };
    let row = move |visitor: VisitorRow| {
        let subtitle = words::joined(
            [
                visitor.visitor.from.clone(),
                words::mark_name(visitor.visitor.kind),
            ]
            .into_iter()
            .filter(|part| !part.is_empty()),
        );
        view! {
            <ListRow
                title=visitor.visitor.name.clone()
                subtitle=subtitle.unwrap_or_default()
                icon=Icon::Person
                on_press=Callback::new(move |()| edit(Some(visitor.clone())))
            />
        }
    };
    view! {
        <div class="guests">
            <Show when=move || !visitors.with(Vec::is_empty)>
                <h3 class="guests-title">{move || t!(sitting.guests)}</h3>
                <List>
                    <For each=move || visitors.get() key=|row| row.id children=row />
                </List>
            </Show>
            <Button
                label=move || t!(sitting.add_guest)
                icon=Icon::Plus
                on_press=move || edit(None)
            />
            <GuestSheet desk editing name from kind />
        </div>
    }
}

#[component]
fn GuestSheet(
    desk: Desk,
    editing: RwSignal<Editing>,
    name: RwSignal<String>,
    from: RwSignal<String>,
    kind: RwSignal<MarkKind>,
) -> impl IntoView {
    let state = use_app_state();
    let (missing, busy) = (RwSignal::new(false), RwSignal::new(false));
    let close = Callback::new(move |()| {
        editing.set(Editing::Nothing);
        missing.set(false);
    });
    let enter = move |kind: MarkKind| {
        missing.set(name.with_untracked(|name| name.trim().is_empty()));
        if missing.get_untracked() {
            return;
        }
        let visitor = Visitor {
            activity: desk.activity,
            name: name.get_untracked(),
            from: from.get_untracked(),
            kind,
            corrects: match editing.get_untracked() {
                Editing::Nothing | Editing::New => None,
                Editing::Known(id) => Some(id),
            },
        };
        busy.set(true);
        desk.failure.set(None);
        spawn_local(async move {
            let noted = state.note_visitor(visitor).await;
            busy.try_set(false);
            match noted {
                Ok(_) => close.run(()),
                Err(code) => {
                    desk.failure.try_set(Some(code));
                }
            }
        });
    };
    let known = move || matches!(editing.get(), Editing::Known(_));
    view! {
        <Sheet
            open=Signal::derive(move || editing.get() != Editing::Nothing)
            on_close=close
            title=move || if known() { t!(sitting.edit_guest) } else { t!(sitting.add_guest) }
            actions=move || {
                view! {
                    <Button
                        label=move || t!(action.save)
                        kind=ButtonKind::Primary
                        busy=busy
                        on_press=move || enter(kind.get_untracked())
                    />
                    {move || {
                        known()
                            .then(|| {
                                view! {
                                    <Button
                                        label=move || t!(sitting.take_back)
                                        kind=ButtonKind::Danger
                                        busy=busy
                                        on_press=move || enter(MarkKind::Withdrawn)
                                    />
                                }
                            })
                    }}
                }
            }
        >
            <p>{move || t!(sitting.guest_hint)}</p>
            <TextInput
                label=move || t!(member.name)
                value=name
                error=MaybeProp::derive(move || missing.get().then(|| t!(sitting.guest_name_missing)))
                on_input=move |typed: String| {
                    missing.set(false);
                    name.set(typed.chars().take(NAME).collect());
                }
            />
            <TextInput
                label=move || t!(sitting.guest_from)
                optional=true
                value=from
                on_input=move |typed: String| from.set(typed.chars().take(FROM).collect())
            />
            <Segmented
                label=move || t!(sitting.guest_kind)
                choices=Signal::stored(
                    [MarkKind::Present, MarkKind::Late]
                        .map(|kind| Choice::new(kind.as_str(), move || words::mark_name(kind)))
                        .to_vec(),
                )
                value=Signal::derive(move || kind.get().as_str().to_owned())
                on_change=move |word: String| {
                    if let Some(chosen) = MarkKind::parse(&word) {
                        kind.set(chosen);
                    }
                }
            />
            <TroublePlace code=desk.failure />
        </Sheet>
    }
}
