//! 打印和导出: the sign-in sheet before an activity, the attendance sheet and the session record after
//! it, as A4 pages; and the server's workbook of the same.

mod sheets;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::AttendanceList;
use shared::client::ActivityView;
use shared::codes::Code;
use shared::ids::{ActivityId, OrganisationId};
use shared::project::VisitorRow;
use shared::records::{Plan, Visitor};

use self::sheets::{AttendanceSheet, SessionRecord, SignInSheet};
use super::NotFoundPage;
use super::activity::{Attendances, Attended, Person, Sources, roster};
use super::trouble::TroublePlace;
use crate::components::{
    Button, ButtonKind, ButtonLink, Choice, EmptyState, Icon, Notice, Screen, Segmented, Tone,
};
use crate::pages::words::said;
use crate::state::{AppState, use_app_state};
use crate::t;

/// What stands on the paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Paper {
    plan: Plan,
    organisation: String,
    venue: Option<String>,
    people: Vec<Person>,
    visitors: Vec<Visitor>,
}

/// Which paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    SignIn,
    Attendance,
    Session,
}

impl Kind {
    const ALL: [Self; 3] = [Self::SignIn, Self::Attendance, Self::Session];

    const fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Attendance => "attendance",
            Self::Session => "session",
        }
    }

    fn name(self) -> String {
        match self {
            Self::SignIn => t!(paper.sign_in),
            Self::Attendance => t!(paper.attendance),
            Self::Session => t!(paper.session),
        }
    }
}

/// The papers of the activity in the address.
#[component]
pub(super) fn PaperPage() -> impl IntoView {
    let named = use_app_state().named("activities");
    let id = Memo::new(move |_| named.get().and_then(|id| id.parse::<ActivityId>().ok()));
    move || match id.get() {
        Some(id) => view! { <Papers id /> }.into_any(),
        None => view! { <NotFoundPage /> }.into_any(),
    }
}

#[component]
fn Papers(id: ActivityId) -> impl IntoView {
    let state = use_app_state();
    let attended = Attended::begin(Signal::stored(id), Attendances(state));
    let paper = paper(state, id, attended.shown());
    let kind = RwSignal::new(Kind::SignIn);
    let known = Memo::new(move |_| paper.with(Option::is_some));
    let shown = Signal::derive(move || paper.get());
    view! {
        <Screen>
            <div class="paper-tools">
                <ButtonLink
                    label=move || t!(paper.back)
                    href=format!("/activities/{id}")
                    kind=ButtonKind::Quiet
                    icon=Icon::ChevronBack
                />
                <Segmented
                    label=move || t!(paper.which)
                    choices=Signal::stored(
                        Kind::ALL.map(|kind| Choice::new(kind.word(), move || kind.name())).to_vec(),
                    )
                    value=Signal::derive(move || kind.get().word().to_owned())
                    on_change=move |word: String| {
                        if let Some(found) = Kind::ALL.into_iter().find(|kind| kind.word() == word) {
                            kind.set(found);
                        }
                    }
                />
                <Tools id />
                <Stale attended />
            </div>
            <Show
                when=move || known.get()
                fallback=|| {
                    view! {
                        <EmptyState
                            title=move || t!(paper.nothing)
                            text=said(move || t!(paper.nothing_hint))
                            icon=Icon::Printer
                        />
                    }
                }
            >
                <article class="paper" data-paper=move || kind.get().word()>
                    {move || {
                        let paper = shown.get()?;
                        Some(
                            match kind.get() {
                                Kind::SignIn => view! { <SignInSheet paper /> }.into_any(),
                                Kind::Attendance => view! { <AttendanceSheet paper /> }.into_any(),
                                Kind::Session => view! { <SessionRecord paper /> }.into_any(),
                            },
                        )
                    }}
                </article>
            </Show>
        </Screen>
    }
}

#[component]
fn Tools(id: ActivityId) -> impl IntoView {
    let state = use_app_state();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Code>);
    let untaken = RwSignal::new(false);
    let download = Callback::new(move |()| {
        busy.set(true);
        failure.set(None);
        untaken.set(false);
        spawn_local(async move {
            let taken = state.download_attendance(id).await;
            busy.try_set(false);
            match taken {
                Ok(taken) => untaken.try_set(!taken).map_or((), drop),
                Err(code) => failure.try_set(Some(code)).map_or((), drop),
            }
        });
    });
    view! {
        <div class="paper-actions">
            <Button
                label=move || t!(action.print)
                kind=ButtonKind::Primary
                icon=Icon::Printer
                on_press=move || state.print()
            />
            <Button
                label=move || t!(paper.download)
                icon=Icon::Download
                busy=busy
                on_press=download
            />
        </div>
        <Show when=move || untaken.get()>
            <Notice text=move || t!(paper.untaken) tone=Tone::Notice />
        </Show>
        <TroublePlace code=failure />
    }
}

/// Says that the paper is as this phone knows it, while the server does not answer.
#[component]
fn Stale(attended: Attended) -> impl IntoView {
    move || {
        attended.trouble().get().map(|_| {
            view! { <Notice text=move || t!(paper.stale) tone=Tone::Notice icon=Icon::CloudOff /> }
        })
    }
}

/// Puts the paper together of what this phone holds and of what the server tells; `None` while
/// neither knows the activity.
fn paper(
    state: AppState,
    id: ActivityId,
    list: Signal<Option<AttendanceList>>,
) -> Memo<Option<Paper>> {
    let (view, directory, records) = (state.activity(id), state.directory(), state.records());
    let (marks, visitors) = (state.marks(id), state.visitors(id));
    Memo::new(move |_| {
        let (view, list, slice) = (view.read(), list.read(), directory.read());
        let (slice, list) = (slice.as_ref()?, list.as_ref());
        let (plan, organisation) = plan(view.as_ref(), list)?;
        let (marks, records) = (marks.read(), records.read());
        let people = roster(Sources {
            slice,
            organisation,
            audience: &plan.details.audience,
            marks: &marks,
            records: &records,
            list,
        });
        let name = slice
            .organisation(organisation)
            .map(|found| found.name.clone());
        let venue = plan.venue.and_then(|venue| slice.venue(venue));
        let own = visitors.with(|rows| rows.iter().map(visitor).collect::<Vec<_>>());
        Some(Paper {
            organisation: name
                .or(list.map(|list| list.organisation.name.clone()))
                .unwrap_or_default(),
            venue: venue
                .map(|venue| venue.name.clone())
                .or(list.and_then(|list| list.venue.clone())),
            // This phone's roll call is the newer one; without it there is the server's.
            visitors: match list {
                Some(list) if own.is_empty() => list.visitors.clone(),
                Some(_) | None => own,
            },
            plan: plan.clone(),
            people,
        })
    })
}

fn plan<'a>(
    view: Option<&'a ActivityView>,
    list: Option<&'a AttendanceList>,
) -> Option<(&'a Plan, OrganisationId)> {
    let held = view.map(|view| {
        let current = &view.activity.current;
        (&current.plan, current.organisation)
    });
    held.or(list.map(|list| (&list.plan, list.organisation.id)))
}

fn visitor(row: &VisitorRow) -> Visitor {
    row.visitor.clone()
}
