//! 点名: everybody expected, one tap each, saved on this phone at once.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::AttendanceList;
use shared::client::{ActivityView, RecordState};
use shared::ids::MemberId;
use shared::reconcile::Attendance;
use shared::records::{Audience, MarkEntry};
use shared::words::MarkKind;

use super::Attended;
use super::confirm::ConfirmNotice;
use super::desk::{Desk, LateReason};
use super::guests::Guests;
use super::invitations::Invitations;
use super::more::MoreSheet;
use super::roster::{Counts, Person, Place, Sources, counts, roster};
use crate::components::{
    Button, ButtonKind, ButtonLink, Chip, Choice, EmptyState, Icon, InputKind, LabelPlace, List,
    Section, Segmented, StatGrid, StatTile, StatusChip, TextInput, Tone,
};
use crate::locale::format_clock;
use crate::pages::name_search::finds;
use crate::pages::progress::status;
use crate::pages::trouble::TroublePlace;
use crate::pages::words;
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// From so many people on a search is worth its place.
const WORTH_SEARCHING: usize = 8;

#[component]
pub(in crate::pages) fn RollCallSection(
    view: Signal<ActivityView>,
    attended: Option<Attended>,
    list: Signal<Option<AttendanceList>>,
) -> impl IntoView {
    let state = use_app_state();
    let activity = view.with_untracked(|view| view.activity.current.plan.activity);
    let people = people(view, list);
    let visitors = state.visitors(activity);
    let counted = Memo::new(move |_| {
        let mut counts = people.with(|people| counts(people));
        counts.guests += visitors.with(Vec::len);
        counts
    });
    let by_invitation = Memo::new(move |_| {
        view.with(|view| view.activity.current.plan.details.audience == Audience::Invitation)
    });
    let desk = Desk::new(view, people, attended);
    view! {
        <Section title=move || t!(roll_call.title) lead=said(move || t!(roll_call.lead))>
            <Show when=move || by_invitation.get()>
                <Invitations desk />
            </Show>
            <Show
                when=move || people.with(|people| !people.is_empty())
                fallback=|| {
                    view! {
                        <EmptyState
                            title=move || t!(roll_call.nobody)
                            text=said(move || t!(roll_call.nobody_hint))
                            icon=Icon::Users
                        />
                    }
                }
            >
                <CountTiles counted />
                <LateReason desk />
                <ConfirmNotice desk />
                <TroublePlace code=desk.failure />
                <Names desk />
            </Show>
            <Guests desk visitors />
            <div class="roll-call-paper">
                <ButtonLink
                    label=move || t!(paper.open)
                    href=format!("/activities/{activity}/paper")
                    icon=Icon::Printer
                />
            </div>
            <MoreSheet desk />
        </Section>
    }
}

/// The people of an activity's roll call, as this phone and the server's list know them.
fn people(view: Signal<ActivityView>, list: Signal<Option<AttendanceList>>) -> Memo<Vec<Person>> {
    let state = use_app_state();
    let (directory, records) = (state.directory(), state.records());
    let marks = state.marks(view.with_untracked(|view| view.activity.current.plan.activity));
    let current = Memo::new(move |_| {
        view.with(|view| {
            let current = &view.activity.current;
            (current.organisation, current.plan.details.audience.clone())
        })
    });
    Memo::new(move |_| {
        let (organisation, audience) = current.get();
        let (marks, records) = (marks.read(), records.read());
        let (slice, list) = (directory.read(), list.read());
        let read = |slice| {
            roster(Sources {
                slice,
                organisation,
                audience: &audience,
                marks: &marks,
                records: &records,
                list: list.as_ref(),
            })
        };
        slice.as_ref().map(read).unwrap_or_default()
    })
}

#[component]
fn CountTiles(#[prop(into)] counted: Signal<Counts>) -> impl IntoView {
    let number = move |read: fn(&Counts) -> usize| move || words::count(read(&counted.get()));
    let progress = move || {
        let counts = counted.get();
        let (done, total) = (words::count(counts.marked), words::count(counts.expected));
        match counts.guests {
            0 => t!(roll_call.progress, done = done, total = total),
            guests => t!(
                roll_call.progress_guests,
                done = done,
                total = total,
                guests = words::count(guests)
            ),
        }
    };
    view! {
        <div class="roll-call-counts">
            <StatGrid>
                <StatTile label=move || t!(roll_call.count_expected) value=Signal::derive(number(|c| c.expected)) />
                <StatTile label=move || t!(roll_call.count_present) value=Signal::derive(number(|c| c.present)) />
                <StatTile label=move || t!(roll_call.excused) value=Signal::derive(number(|c| c.excused)) />
                <StatTile label=move || t!(roll_call.absent) value=Signal::derive(number(|c| c.absent)) />
            </StatGrid>
            <p class="roll-call-progress" role="status">
                {progress}
            </p>
        </div>
    }
}

#[component]
fn Names(desk: Desk) -> impl IntoView {
    let people = desk.people;
    let wanted = RwSignal::new(String::new());
    let ids = Memo::new(move |_| {
        let wanted = wanted.get();
        people.with(|people| {
            let found = people.iter().filter(|person| finds(&person.name, &wanted));
            found.map(|person| person.id).collect::<Vec<_>>()
        })
    });
    let searchable = move || WORTH_SEARCHING <= people.with(Vec::len);
    view! {
        <Show when=searchable>
            <TextInput
                label=move || t!(sitting.search)
                kind=InputKind::Search
                value=wanted
                on_input=move |typed| wanted.set(typed)
            />
        </Show>
        <Show
            when=move || !ids.with(Vec::is_empty)
            fallback=|| {
                view! {
                    <EmptyState
                        title=move || t!(member.no_match)
                        text=said(move || t!(member.no_match_hint))
                        icon=Icon::Search
                    />
                }
            }
        >
            <div class="roll-call-names">
                <List>
                    <For each=move || ids.get() key=|id| *id let:id>
                        <PersonRow desk id />
                    </For>
                </List>
            </div>
        </Show>
    }
}

#[component]
fn PersonRow(desk: Desk, id: MemberId) -> impl IntoView {
    let state = use_app_state();
    let person = desk.person(id);
    let name = Memo::new(move |_| {
        person.with(|person| {
            let person = person.as_ref()?;
            Some(person.name.clone())
        })
    });
    let name = move || name.get().unwrap_or_default();
    // What was just tapped stands until the roll call says it, or says that it did not take it.
    let tapped = RwSignal::new(None::<MarkKind>);
    let marked = Memo::new(move |_| person.with(|person| Some(person.as_ref()?.mark?.0)));
    let value = move || {
        let kind = tapped.get().or(marked.get());
        kind.map(|kind| kind.as_str().to_owned())
            .unwrap_or_default()
    };
    // A mark that needs a reason first leaves the segment as it was.
    let untapped = RwSignal::new(0_u32);
    let mark = move |word: String| {
        let Some(kind) = MarkKind::parse(&word) else {
            return;
        };
        let Some(entered) = desk.entered(MarkEntry::Seen) else {
            untapped.update(|times| *times += 1);
            return;
        };
        desk.failure.set(None);
        tapped.set(Some(kind));
        spawn_local(async move {
            let result = state.mark(desk.activity, id, kind, entered).await;
            tapped.try_set(None);
            if let Err(code) = result {
                desk.failure.try_set(Some(code));
            }
        });
    };
    let place = Memo::new(move |_| person.with(|person| person.as_ref().map(|one| one.place)));
    view! {
        <li class="row roll-call-row">
            <div class="roll-call-head">
                <span class="row-title">{name}</span>
                <span class="row-trailing">
                    <PersonChips person />
                </span>
                <Button
                    label=move || t!(sitting.more)
                    kind=ButtonKind::Quiet
                    on_press=move || desk.opened.set(Some(id))
                />
            </div>
            {move || {
                let word = person.with(|person| own_word(person.as_ref()?));
                word.map(|word| view! { <p class="own-word">{word}</p> })
            }}
            {move || {
                let guest = place.get() == Some(Place::Guest);
                guest.then(|| view! { <p class="own-word">{move || t!(sitting.guest_member)}</p> })
            }}
            {move || {
                untapped.track();
                view! {
                    <Segmented
                        label=move || t!(roll_call.mark_for, name = name())
                        label_place=LabelPlace::Hidden
                        choices=choices()
                        value=value
                        on_change=mark
                    />
                }
            }}
        </li>
    }
}

/// What the person says of themselves, and of how many pieces the one attendance is made.
fn own_word(person: &Person) -> Option<String> {
    let claimed = person.claimed_at()?;
    let pieces = person.outcome.as_ref()?.evidence.len();
    let said = t!(roll_call.self_report_at, time = format_clock(claimed.0));
    let count = (pieces > 1).then(|| t!(attendance.pieces, n = words::count(pieces)));
    words::joined([said].into_iter().chain(count))
}

#[component]
fn PersonChips(#[prop(into)] person: Signal<Option<Person>>) -> impl IntoView {
    let disputed = Memo::new(move |_| {
        person.with(|person| {
            let attendance = person.as_ref().and_then(Person::attendance);
            attendance == Some(Attendance::Disputed)
        })
    });
    let waits = Memo::new(move |_| {
        person.with(|person| {
            person
                .as_ref()
                .is_some_and(|person| person.to_confirm().is_some())
        })
    });
    // What is uploaded needs no word of its own: the segment shows it, the badge above counts the rest.
    let unsent = Memo::new(move |_| {
        let state = person.with(|person| Some(person.as_ref()?.mark?.1));
        state.filter(|state| *state != RecordState::Uploaded)
    });
    view! {
        {move || {
            disputed
                .get()
                .then(|| {
                    view! {
                        <Chip
                            text=move || t!(outcome.disputed)
                            tone=Tone::Notice
                            icon=Icon::Warning
                        />
                    }
                })
        }}
        {move || {
            waits
                .get()
                .then(|| {
                    view! {
                        <Chip
                            text=move || t!(overview.to_confirm)
                            tone=Tone::Info
                            icon=Icon::Clock
                        />
                    }
                })
        }}
        {move || unsent.get().map(|state| view! { <StatusChip status=status(state) /> })}
    }
}

fn choices() -> Signal<Vec<Choice>> {
    let choice = |kind: &MarkKind| {
        let kind = *kind;
        Choice::new(kind.as_str(), move || words::mark_name(kind))
    };
    const ONE_TAP: [MarkKind; 4] = [
        MarkKind::Present,
        MarkKind::Late,
        MarkKind::Excused,
        MarkKind::Absent,
    ];
    Signal::stored(ONE_TAP.iter().map(choice).collect())
}
