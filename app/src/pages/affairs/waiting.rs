//! What waits, by what there is to do: registrations and service to be accepted together, claims by
//! what is claimed.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::codes::Code;
use shared::ids::{EntryId, ListingId};
use shared::reconcile::BoardItem;
use shared::records::ReplyWord;

use super::answer::is_registration;
use super::contest::Contest;
use super::desk::{Case, Task};
use super::facts;
use super::row::{CaseRow, Ticked};
use crate::components::{Button, ButtonKind, Icon, List, ListRow, Section, Tone};
use crate::pages::trouble::TroublePlace;
use crate::pages::words::{self, said};
use crate::state::{AppState, use_app_state};
use crate::t;

/// Rows shown at first, and with every press on 更多.
const PAGE: usize = 30;

/// The cases of one task, with their count.
#[component]
pub(super) fn TaskSection(
    task: Task,
    waiting: Memo<Vec<Case>>,
    boards: Signal<Vec<BoardItem>>,
    #[prop(into)] on_open: Callback<EntryId>,
) -> impl IntoView {
    let cases = Memo::new(move |_| {
        waiting.with(|cases| {
            let of = cases.iter().filter(|case| case.task() == task);
            of.cloned().collect::<Vec<_>>()
        })
    });
    let ticked: Ticked = RwSignal::new(BTreeSet::new());
    let limit = RwSignal::new(PAGE);
    let ids = Memo::new(move |_| {
        cases.with(|cases| {
            let shown = cases.iter().take(limit.get());
            shown.map(Case::request).collect::<Vec<_>>()
        })
    });
    let row = move |request| {
        if task.in_bulk() {
            view! { <CaseRow request cases boards ticked on_open /> }.into_any()
        } else {
            view! { <CaseRow request cases boards on_open /> }.into_any()
        }
    };
    view! {
        <Show when=move || !cases.with(Vec::is_empty)>
            <div data-task=task.word()>
                <Section
                    title=move || {
                        t!(
                            affairs.counted,
                            name = task_name(task),
                            n = words::count(cases.with(Vec::len))
                        )
                    }
                    lead=said(move || task_lead(task))
                >
                    <Show when=move || task.in_bulk()>
                        <Bulk cases ticked />
                    </Show>
                    <List>
                        <For each=move || ids.get() key=|id| *id children=row />
                    </List>
                    <Show when=move || limit.get() < cases.with(Vec::len)>
                        <Button
                            label=move || t!(action.more)
                            on_press=move || limit.update(|limit| *limit += PAGE)
                        />
                    </Show>
                </Section>
            </div>
        </Show>
    }
}

/// 全选 and one button for all that are ticked.
#[component]
fn Bulk(cases: Memo<Vec<Case>>, ticked: Ticked) -> impl IntoView {
    let state = use_app_state();
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let (chosen, plain) = (chosen(cases, ticked), plain(cases));
    let receives = Memo::new(move |_| {
        cases.with(|cases| {
            let first = cases.first();
            first.is_some_and(|case| is_registration(case.matter()))
        })
    });
    let accept = Callback::new(move |()| {
        let chosen = chosen.get_untracked();
        let count = chosen.len();
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let result = accept_all(state, &chosen).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    ticked.try_update(BTreeSet::clear);
                    state.toast(Tone::Good, move || {
                        t!(affairs.decided_all, n = words::count(count))
                    });
                }
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
        });
    });
    let has_all = move || plain.with(|plain| ticked.with(|ticked| plain.is_subset(ticked)));
    let accept_words = move || {
        let n = words::count(chosen.with(Vec::len));
        if receives.get() {
            t!(affairs.receive_chosen, n = n)
        } else {
            t!(affairs.approve_chosen, n = n)
        }
    };
    let turn_all = move || {
        if untrack(has_all) {
            ticked.set(BTreeSet::new());
        } else {
            ticked.update(|ticked| ticked.extend(plain.get_untracked()));
        }
    };
    view! {
        <div class="affair-bulk">
            <Show when=move || !plain.with(BTreeSet::is_empty)>
                <Button
                    label=move || {
                        if has_all() { t!(affairs.choose_none) } else { t!(affairs.choose_all) }
                    }
                    kind=ButtonKind::Quiet
                    on_press=turn_all
                />
            </Show>
            <Button
                label=Signal::derive(accept_words)
                kind=ButtonKind::Primary
                icon=Icon::Check
                busy=busy
                disabled=Signal::derive(move || chosen.with(Vec::is_empty))
                on_press=accept
            />
        </div>
        <Show when=move || cases.with(|cases| cases.iter().any(Case::is_flagged))>
            <p class="field-hint">{move || t!(affairs.flagged_first)}</p>
        </Show>
        <TroublePlace code=failure />
    }
}

/// What is ticked; what was decided meanwhile no more.
fn chosen(cases: Memo<Vec<Case>>, ticked: Ticked) -> Memo<Vec<Case>> {
    Memo::new(move |_| {
        let ticked = ticked.get();
        cases.with(|cases| {
            let chosen = cases.iter().filter(|case| ticked.contains(&case.request()));
            chosen.cloned().collect()
        })
    })
}

/// What 全选 ticks: what is flagged is to be opened first.
fn plain(cases: Memo<Vec<Case>>) -> Memo<BTreeSet<EntryId>> {
    Memo::new(move |_| {
        cases.with(|cases| {
            let plain = cases.iter().filter(|case| !case.is_flagged());
            plain.map(Case::request).collect()
        })
    })
}

async fn accept_all(state: AppState, cases: &[Case]) -> Result<(), Code> {
    for case in cases {
        let opinion = if is_registration(case.matter()) {
            t!(affairs.opinion_offered)
        } else {
            String::new()
        };
        let word = ReplyWord::Accepted { opinion };
        state.reply(&case.matters(), word).await?;
    }
    Ok(())
}

/// Claims over what there is, one row a listing.
#[component]
pub(super) fn ClaimSection(
    contests: Memo<Vec<Contest>>,
    boards: Signal<Vec<BoardItem>>,
    #[prop(into)] on_open: Callback<ListingId>,
) -> impl IntoView {
    let row = move |contest: Contest| {
        let listing = contest.listing;
        let title = move || boards.with(|boards| facts::listing_title(listing, boards));
        let claims = contest.claims.len();
        let subtitle = move || {
            let places = boards.with(|boards| {
                let item = boards.iter().find(|item| item.listing.listing == listing)?;
                Some(item.listing.places)
            });
            let claims = words::count(claims);
            places.map_or_else(
                || t!(affairs.claimed_by, n = claims),
                |places| t!(affairs.claimed_for, n = claims, places = places),
            )
        };
        view! {
            <ListRow
                title=Signal::derive(title)
                subtitle=said(subtitle)
                icon=Icon::Users
                on_press=Callback::new(move |()| on_open.run(listing))
            />
        }
    };
    view! {
        <Show when=move || !contests.with(Vec::is_empty)>
            <div data-task=Task::Claim.word()>
                <Section
                    title=move || {
                        t!(
                            affairs.counted,
                            name = task_name(Task::Claim),
                            n = words::count(contests.with(Vec::len))
                        )
                    }
                    lead=said(move || task_lead(Task::Claim))
                >
                    <List>
                        {move || contests.get().into_iter().map(row).collect_view()}
                    </List>
                </Section>
            </div>
        </Show>
    }
}

fn task_name(task: Task) -> String {
    match task {
        Task::Dispute => t!(affairs.task.dispute),
        Task::MemberRegistration => t!(affairs.task.member_registration),
        Task::OrganisationRegistration => t!(affairs.task.org_registration),
        Task::Service => t!(affairs.task.service),
        Task::Claim => t!(affairs.task.claim),
    }
}

fn task_lead(task: Task) -> String {
    match task {
        Task::Dispute => t!(affairs.task_lead.dispute),
        Task::MemberRegistration => t!(affairs.task_lead.member_registration),
        Task::OrganisationRegistration => t!(affairs.task_lead.org_registration),
        Task::Service => t!(affairs.task_lead.service),
        Task::Claim => t!(affairs.task_lead.claim),
    }
}
