//! One thing on the lists in full, and 认领: taking it on, how that stands, taking it back.

use leptos::prelude::*;
use shared::client::MatterView;
use shared::ids::ListingId;
use shared::reconcile::{BoardItem, Matter};
use shared::records::Subject;

use super::super::entry::ServiceDraft;
use super::super::facts::facts;
use super::super::own::{own_matters, pledges_on};
use super::super::standing::{Answers, Standing};
use super::super::withdraw::{WithdrawSheet, Withdrawing};
use super::claim::{ClaimSheet, Claimant, claimants, is_by_member, of_claimants};
use super::tallies::Tallies;
use super::{Listed, communities, find_listed, own_lists, reason_text};
use crate::components::{
    Button, ButtonKind, ButtonSize, Icon, LoadingState, Notice, Screen, Section, Tone,
};
use crate::locale::format_date;
use crate::pages::NotFoundPage;
use crate::pages::community::organisation_name;
use crate::pages::reason_sheet::ReasonWords;
use crate::pages::service_words::{category_name, free_time_name, listing_kind_name};
use crate::pages::words::{self, said};
use crate::state::{AppState, Going, use_app_state};
use crate::t;

/// The listing in the address.
#[component]
pub(in crate::pages::service) fn ListingPage() -> impl IntoView {
    let named = super::super::named("lists");
    let matters = own_matters();
    let lists = own_lists(matters);
    let tallies = Tallies::begin(communities(lists));
    let directory = use_app_state().directory();
    let arrived = Memo::new(move |_| directory.with(Option::is_some));
    let id = Memo::new(move |_| named.get().and_then(|id| id.parse::<ListingId>().ok()));
    let listed = Memo::new(move |_| {
        let id = id.get()?;
        lists.with(|lists| find_listed(lists, id))
    });
    let (claiming, withdrawing) = (RwSignal::new(false), Withdrawing::new());
    let claimants = claimants();
    let all = use_app_state().matters();
    let pledges = Memo::new(move |_| match id.get() {
        Some(id) => {
            let found = all.with(|views| pledges_on(views, id));
            claimants.with(|claimants| of_claimants(found, claimants))
        }
        None => Vec::new(),
    });
    let free = Memo::new(move |_| {
        let own = listed.with(|listed| listed.as_ref().map(|listed| listed.item.organisation));
        let claimants = claimants.get().into_iter();
        pledges.with(|pledges| {
            let free = claimants.filter(|one| one.is_free(pledges) && one.organisation() != own);
            free.collect::<Vec<_>>()
        })
    });
    let shown = move || match (listed.get(), pledges.get()) {
        (Some(listed), pledges) => view! {
            <Told listed=listed.clone() tallies />
            <Claims listed=Some(listed) pledges free claiming withdrawing />
        }
        .into_any(),
        (None, pledges) if !pledges.is_empty() => view! {
            <Notice text=move || t!(lists.not_here) tone=Tone::Neutral />
            <Claims listed=None pledges free claiming withdrawing />
        }
        .into_any(),
        (None, _) if arrived.get() => view! { <NotFoundPage /> }.into_any(),
        (None, _) => view! { <LoadingState rows=4 /> }.into_any(),
    };
    view! {
        <Screen>
            {shown}
            <ClaimSheet open=claiming listed free />
            <WithdrawSheet
                withdrawing
                words=ReasonWords {
                    title: || t!(lists.withdraw),
                    lead: || t!(lists.withdraw_lead),
                    label: || t!(service.withdraw_reason),
                    hint: None,
                    missing: || t!(service.withdraw_missing),
                    send: || t!(action.send),
                }
            />
        </Screen>
    }
}

/// What stands there, and why it suits the owner.
#[component]
fn Told(listed: Listed, tallies: Tallies) -> impl IntoView {
    let id = listed.item.listing.listing;
    let community = organisation_name(listed.item.organisation);
    let listed = StoredValue::new(listed);
    let kind = move || {
        listed.with_value(|listed| {
            let listing = &listed.item.listing;
            let parts = [
                listing_kind_name(listing.kind),
                category_name(listing.category),
            ];
            words::joined(parts)
        })
    };
    let why = move || {
        let reasons = listed.with_value(|listed| {
            let reasons: Vec<String> = listed.reasons.iter().map(reason_text).collect();
            words::joined(reasons)
        });
        reasons.map(|words| view! { <p class="listing-why">{words}</p> })
    };
    let closed = move || {
        let words = listed.with_value(|listed| {
            let reason = listed.item.listing.closed.clone();
            (!listed.open).then(|| match reason {
                Some(reason) => t!(lists.closed_because, reason = reason),
                None => t!(lists.over),
            })
        });
        words.map(|words| {
            view! {
                <Notice
                    title=said(move || t!(lists.closed))
                    text=words
                    tone=Tone::Neutral
                    icon=Icon::Close
                />
            }
        })
    };
    let lines = move || {
        listed.with_value(|listed| {
            let places = tallies.words(id, listed.item.listing.places);
            facts(lines(&listed.item, community.get(), places))
        })
    };
    let (title, text) = listed.with_value(|listed| {
        let listing = &listed.item.listing;
        (listing.title.clone(), listing.text.clone())
    });
    view! {
        <div class="card service-card" data-listing=id.to_string()>
            <p class="service-since">{kind}</p>
            <h2 class="service-title">{title}</h2>
            {closed}
            {why}
            {(!text.is_empty()).then(|| view! { <p class="listing-text">{text}</p> })}
            {lines}
        </div>
    }
}

fn lines(item: &BoardItem, community: String, places: String) -> Vec<(String, String)> {
    let listing = &item.listing;
    let times = listing.times.iter().copied().map(free_time_name);
    let lines = [
        (t!(register.community), Some(community)),
        (t!(lists.places_label), Some(places)),
        (
            t!(register.skills),
            words::joined(listing.skills.iter().cloned()),
        ),
        (t!(lists.times), words::joined(times)),
        (t!(service.place), listing.place.clone()),
        (
            t!(lists.until),
            listing.until.map(|day| format_date(day.start().0)),
        ),
    ];
    let filled = lines.into_iter();
    filled
        .filter_map(|(label, text)| Some((label, text?)))
        .collect()
}

/// The claims of the owner and of organisations that the owner coordinates, the newest first, and what
/// can be done next.
#[component]
fn Claims(
    listed: Option<Listed>,
    pledges: Vec<MatterView>,
    free: Memo<Vec<Claimant>>,
    claiming: RwSignal<bool>,
    withdrawing: Withdrawing,
) -> impl IntoView {
    let state = use_app_state();
    let live = pledges.iter().map(|view| &view.row.matter);
    let live: Vec<Matter> = live.filter(|matter| matter.is_live()).cloned().collect();
    let is_open = listed.as_ref().is_some_and(|listed| listed.open);
    let may_claim = is_open && !free.with_untracked(Vec::is_empty);
    let taken = listed.filter(|_| live.iter().any(is_by_member));
    view! {
        {may_claim
            .then(|| {
                view! {
                    <Button
                        label=move || t!(lists.claim)
                        kind=ButtonKind::Primary
                        size=ButtonSize::Wide
                        icon=Icon::Check
                        on_press=move || claiming.set(true)
                    />
                }
            })}
        {(!pledges.is_empty())
            .then(|| {
                view! {
                    <Section title=move || t!(lists.own_claims)>
                        <ul class="stack" role="list">
                            {pledges
                                .into_iter()
                                .map(|view| view! { <Claim view withdrawing /> })
                                .collect_view()}
                        </ul>
                    </Section>
                }
            })}
        {taken
            .map(|listed| {
                view! {
                    <Button
                        label=move || t!(lists.served)
                        size=ButtonSize::Wide
                        icon=Icon::Pencil
                        on_press=move || serve(state, &listed.item)
                    />
                }
            })}
    }
}

#[component]
fn Claim(view: MatterView, withdrawing: Withdrawing) -> impl IntoView {
    let matter = view.row.matter.clone();
    let live = matter.is_live().then(|| matter.clone());
    let by = (!is_by_member(&matter)).then(|| view.row.name.clone());
    let note = match &view.row.matter.subject {
        Subject::Pledge(pledge) => pledge.note.clone(),
        Subject::MemberRegistration(_)
        | Subject::OrganisationRegistration(_)
        | Subject::Service(_) => None,
    };
    let view = Signal::stored(view);
    view! {
        <li class="card service-card">
            {by.map(|name| view! { <p class="service-title">{name}</p> })}
            <Standing view />
            {note.map(|note| view! { <p class="listing-text">{note}</p> })}
            <Answers view />
            {live
                .map(|matter| {
                    view! {
                        <Button
                            label=move || t!(lists.withdraw)
                            kind=ButtonKind::Quiet
                            size=ButtonSize::Wide
                            on_press=move || withdrawing.ask(matter.clone())
                        />
                    }
                })}
        </li>
    }
}

/// Opens the form of a service for it; what is typed there already stays.
fn serve(state: AppState, item: &BoardItem) {
    let begun = state.draft::<ServiceDraft>(ServiceDraft::NEW);
    let begun = begun.unwrap_or_else(|| ServiceDraft::on(state.clock(), None));
    let listing = &item.listing;
    let draft = begun.for_listing(item.organisation, listing.listing, listing.category);
    state.keep_draft(ServiceDraft::NEW, &draft);
    state.go("/service/new", Going::Onward);
}
