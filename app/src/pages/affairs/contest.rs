//! More claim than there are places: the community chooses, and everybody who is not chosen is told
//! why, with one reason.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::codes::Code;
use shared::ids::{EntryId, ListingId};
use shared::reconcile::{BoardItem, Matter};
use shared::records::{Pledge, ReplyWord, Subject};

use super::case_sheet::most;
use super::desk::Case;
use super::facts;
use super::tick::{Tick, Ticks};
use crate::components::{Button, ButtonKind, Notice, Sheet, TextArea, Tone};
use crate::locale::{format_near, format_number};
use crate::pages::service_words::flag_name;
use crate::pages::trouble::TroublePlace;
use crate::pages::words::{self, said};
use crate::state::{AppState, use_app_state};
use crate::t;

/// Several claims on one listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Contest {
    pub(super) listing: ListingId,
    /// Those on which the community decides, the first claim first.
    pub(super) claims: Vec<Case>,
}

/// Returns the claims that wait by listing, in the order of the first claim on each.
pub(super) fn contests(cases: &[Case]) -> Vec<Contest> {
    let mut contests: Vec<Contest> = Vec::new();
    for case in cases {
        let Some(listing) = case.listing() else {
            continue;
        };
        let found = contests
            .iter_mut()
            .find(|contest| contest.listing == listing);
        match found {
            Some(contest) => contest.claims.push(case.clone()),
            None => contests.push(Contest {
                listing,
                claims: vec![case.clone()],
            }),
        }
    }
    contests
}

/// Returns the places that are given already.
pub(super) fn given(listing: ListingId, matters: impl Iterator<Item = Matter>) -> u32 {
    let accepted = matters.filter(Matter::is_accepted);
    let places = accepted.filter_map(|matter| match matter.subject {
        Subject::Pledge(Pledge {
            listing: of,
            places,
            ..
        }) if of == listing => Some(places),
        Subject::Pledge(_)
        | Subject::MemberRegistration(_)
        | Subject::OrganisationRegistration(_)
        | Subject::Service(_) => None,
    });
    places.sum()
}

/// The sheet in which the community chooses.
#[component]
pub(super) fn ContestSheet(
    opened: RwSignal<Option<ListingId>>,
    #[prop(into)] contests: Signal<Vec<Contest>>,
    boards: Signal<Vec<BoardItem>>,
) -> impl IntoView {
    let (deciding, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let contest = Memo::new(move |before: Option<&Option<Contest>>| {
        let listing = opened.get()?;
        // Claims leave the list one by one while they are decided.
        if deciding.get() {
            return before.cloned().flatten();
        }
        contests.with(|contests| {
            let found = contests.iter().find(|contest| contest.listing == listing);
            found.cloned()
        })
    });
    let title = move || {
        let listing = contest.with(|contest| contest.as_ref().map(|contest| contest.listing));
        let title = |listing| boards.with(|boards| facts::listing_title(listing, boards));
        listing.map(title).unwrap_or_default()
    };
    let close = Callback::new(move |()| {
        opened.set(None);
        failure.set(None);
    });
    view! {
        <Sheet
            open=Signal::derive(move || contest.with(Option::is_some))
            on_close=close
            title=title
        >
            {move || {
                contest
                    .get()
                    .map(|contest| {
                        view! { <Choosing contest boards deciding failure on_done=close /> }
                    })
            }}
        </Sheet>
    }
}

#[component]
fn Choosing(
    contest: Contest,
    boards: Signal<Vec<BoardItem>>,
    deciding: RwSignal<bool>,
    failure: RwSignal<Option<Code>>,
    on_done: Callback<()>,
) -> impl IntoView {
    let state = use_app_state();
    let matters = state.matters();
    let listing = contest.listing;
    let wanted = wanted(listing, boards);
    let given = Memo::new(move |_| {
        matters.with(|views| given(listing, views.iter().map(|view| view.row.matter.clone())))
    });
    let chosen = RwSignal::new(BTreeSet::<EntryId>::new());
    let reason = RwSignal::new(String::new());
    let asked = RwSignal::new(false);
    let claims = StoredValue::new(contest.claims.clone());
    let taken = Memo::new(move |_| {
        let chosen = chosen.get();
        let claims = claims.get_value();
        let places = claims
            .iter()
            .filter(|claim| chosen.contains(&claim.request()));
        given.get() + places.map(Case::places).sum::<u32>()
    });
    let leaves_some = move || chosen.with(BTreeSet::len) < claims.with_value(Vec::len);
    let missing = move || leaves_some() && reason.with(|reason| reason.trim().is_empty());
    let send_words = move || {
        let chosen = chosen.with(BTreeSet::len);
        let rest = claims.with_value(Vec::len) - chosen;
        t!(
            affairs.choose_send,
            chosen = words::count(chosen),
            rest = words::count(rest)
        )
    };
    let send = Callback::new(move |()| {
        asked.set(true);
        if untrack(missing) {
            return;
        }
        deciding.set(true);
        failure.set(None);
        let (claims, chosen) = (claims.get_value(), chosen.get_untracked());
        let reason = reason.get_untracked().trim().to_owned();
        spawn_local(async move {
            let result = decide(state, claims, &chosen, &reason).await;
            match result {
                Ok(()) => {
                    state.toast(Tone::Good, || t!(affairs.decided));
                    on_done.try_run(());
                }
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
            deciding.try_set(false);
        });
    });
    view! {
        <p class="affair-counts" data-listing=listing.to_string()>
            {move || {
                t!(
                    affairs.places_of,
                    wanted = format_number(wanted.get().into()),
                    taken = format_number(taken.get().into())
                )
            }}
        </p>
        <Show when=move || { wanted.get() < taken.get() }>
            <Notice text=move || t!(affairs.over_places) tone=Tone::Notice />
        </Show>
        <Ticks label=move || t!(affairs.choose_whom)>
            {contest.claims.into_iter().map(|claim| view! { <Claimant claim chosen /> }).collect_view()}
        </Ticks>
        <Show when=leaves_some>
            <Reason reason missing=Signal::derive(move || asked.get() && missing()) />
        </Show>
        <TroublePlace code=failure />
        <Button
            label=Signal::derive(send_words)
            kind=ButtonKind::Primary
            busy=deciding
            on_press=send
        />
    }
}

/// The one reason that everybody reads who is not chosen.
#[component]
fn Reason(reason: RwSignal<String>, missing: Signal<bool>) -> impl IntoView {
    view! {
        <TextArea
            label=move || t!(affairs.reason_for_rest)
            hint=said(move || t!(affairs.reason_for_rest_hint))
            value=reason
            on_input=move |typed| reason.set(typed)
            max_length=most()
            error=MaybeProp::derive(move || missing.get().then(|| t!(affairs.fault.missing)))
        />
    }
}

/// The places that a listing wants, as its board says.
fn wanted(listing: ListingId, boards: Signal<Vec<BoardItem>>) -> Memo<u32> {
    Memo::new(move |_| {
        boards.with(|boards| {
            let item = boards.iter().find(|item| item.listing.listing == listing);
            item.map_or(0, |item| item.listing.places)
        })
    })
}

#[component]
fn Claimant(claim: Case, chosen: RwSignal<BTreeSet<EntryId>>) -> impl IntoView {
    let now = use_app_state().now();
    let request = claim.request();
    let at = claim.matter().recorded_at;
    let (named, told) = (claim.clone(), claim);
    let label = move || {
        let places = (1 < named.places()).then(|| t!(affairs.n_places, n = named.places()));
        words::joined([facts::who(&named)].into_iter().chain(places)).unwrap_or_default()
    };
    let hint = move || {
        let note = match &told.matter().subject {
            Subject::Pledge(pledge) => pledge.note.clone(),
            Subject::MemberRegistration(_)
            | Subject::OrganisationRegistration(_)
            | Subject::Service(_) => None,
        };
        let time = format_near(at.0, now.get().0);
        let from = Some(told.row.from.clone()).filter(|from| !from.is_empty());
        let flags = facts::flags(&told).into_iter().map(flag_name);
        words::joined([time].into_iter().chain(from).chain(note).chain(flags))
    };
    view! {
        <Tick
            label=Signal::derive(label)
            hint=MaybeProp::derive(hint)
            on=Signal::derive(move || chosen.with(|chosen| chosen.contains(&request)))
            on_change=move |on| {
                chosen
                    .update(|chosen| {
                        if on {
                            chosen.insert(request);
                        } else {
                            chosen.remove(&request);
                        }
                    });
            }
        />
    }
}

/// Tells everybody: whoever is chosen that it is theirs, the rest why not.
async fn decide(
    state: AppState,
    claims: Vec<Case>,
    chosen: &BTreeSet<EntryId>,
    reason: &str,
) -> Result<(), Code> {
    for claim in claims {
        let word = if chosen.contains(&claim.request()) {
            ReplyWord::Accepted {
                opinion: String::new(),
            }
        } else {
            ReplyWord::Returned {
                reason: reason.to_owned(),
            }
        };
        state.reply(&claim.matters(), word).await?;
    }
    Ok(())
}
