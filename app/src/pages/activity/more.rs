//! 更多: what one tap does not say of a person: made up for, entered late or for somebody else, and
//! taken back.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::records::MarkEntry;
use shared::words::MarkKind;

use super::desk::{Desk, LONGEST_REASON, shortened};
use crate::components::{Button, ButtonKind, Choice, Segmented, Select, Sheet, TextArea};
use crate::pages::trouble::TroublePlace;
use crate::pages::words;
use crate::state::use_app_state;
use crate::t;

const KINDS: [MarkKind; 5] = [
    MarkKind::Present,
    MarkKind::Late,
    MarkKind::Excused,
    MarkKind::Absent,
    MarkKind::MadeUp,
];
const LATE: &str = "late_entry";
const PROXY: &str = "proxy_entry";

/// The sheet of one person; shown while one is opened.
#[component]
pub(super) fn MoreSheet(desk: Desk) -> impl IntoView {
    let state = use_app_state();
    let person = Memo::new(move |_| {
        let id = desk.opened.get()?;
        desk.people
            .with(|people| people.iter().find(|person| person.id == id).cloned())
    });
    let kind = RwSignal::new(MarkKind::MadeUp);
    let entry = RwSignal::new(LATE.to_owned());
    let reason = RwSignal::new(String::new());
    let (missing, busy) = (RwSignal::new(false), RwSignal::new(false));
    let close = Callback::new(move |()| {
        desk.opened.set(None);
        missing.set(false);
    });
    let enter = move |kind: MarkKind, entered: MarkEntry| {
        let Some(member) = desk.opened.get_untracked() else {
            return;
        };
        busy.set(true);
        desk.failure.set(None);
        spawn_local(async move {
            let marked = state.mark(desk.activity, member, kind, entered).await;
            busy.try_set(false);
            match marked {
                Ok(()) => {
                    reason.try_set(String::new());
                    close.run(());
                    desk.read_again();
                }
                Err(code) => {
                    desk.failure.try_set(Some(code));
                }
            }
        });
    };
    let save = Callback::new(move |()| {
        let why = reason.get_untracked().trim().to_owned();
        missing.set(why.is_empty());
        if why.is_empty() {
            return;
        }
        let entered = if entry.get_untracked() == PROXY {
            MarkEntry::ProxyEntry { reason: why }
        } else {
            MarkEntry::LateEntry { reason: why }
        };
        enter(kind.get_untracked(), entered);
    });
    let take_back = Callback::new(move |()| enter(MarkKind::Withdrawn, MarkEntry::Seen));
    let marked = Memo::new(move |_| person.with(|person| Some(person.as_ref()?.mark?.0)));
    let title =
        move || person.with(|one| one.as_ref().map(|one| one.name.clone()).unwrap_or_default());
    let error = move || missing.get().then(|| t!(sitting.reason_missing));
    view! {
        <Sheet
            open=Signal::derive(move || desk.opened.with(Option::is_some))
            on_close=close
            title=title
            actions=move || {
                view! {
                    <Button
                        label=move || t!(action.save)
                        kind=ButtonKind::Primary
                        busy=busy
                        on_press=save
                    />
                }
            }
        >
            <Select
                label=move || t!(sitting.more_kind)
                choices=Signal::stored(kinds())
                value=Signal::derive(move || kind.get().as_str().to_owned())
                on_change=move |word: String| {
                    if let Some(chosen) = MarkKind::parse(&word) {
                        kind.set(chosen);
                    }
                }
            />
            <Segmented
                label=move || t!(sitting.more_entry)
                choices=Signal::stored(entries())
                value=entry
                on_change=move |word| entry.set(word)
            />
            <p class="own-word">
                {move || {
                    if entry.get() == PROXY {
                        t!(sitting.proxy_entry_hint)
                    } else {
                        t!(sitting.late_entry_hint)
                    }
                }}
            </p>
            <TextArea
                label=move || t!(roll_call.reason)
                value=reason
                on_input=move |typed: String| {
                    missing.set(false);
                    reason.set(shortened(&typed));
                }
                max_length=u32::try_from(LONGEST_REASON).unwrap_or(u32::MAX)
                error=MaybeProp::derive(error)
            />
            <TroublePlace code=desk.failure />
            {move || {
                marked
                    .get()
                    .map(|kind| {
                        view! {
                            <div class="take-back">
                                <p>{move || t!(sitting.stands, kind = words::mark_name(kind))}</p>
                                <Button
                                    label=move || t!(sitting.take_back)
                                    kind=ButtonKind::Danger
                                    busy=busy
                                    on_press=take_back
                                />
                            </div>
                        }
                    })
            }}
        </Sheet>
    }
}

fn kinds() -> Vec<Choice> {
    let choice = |kind: MarkKind| Choice::new(kind.as_str(), move || words::mark_name(kind));
    KINDS.map(choice).to_vec()
}

fn entries() -> Vec<Choice> {
    vec![
        Choice::new(LATE, || t!(sitting.late_entry)),
        Choice::new(PROXY, || t!(sitting.proxy_entry)),
    ]
}
