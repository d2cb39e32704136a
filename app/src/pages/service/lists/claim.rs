//! 认领: who takes something on, the owner or an organisation that the owner coordinates.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::client::MatterView;
use shared::codes::Code;
use shared::ids::{MemberId, OrganisationId};
use shared::project::Party;
use shared::reconcile::Matter;
use shared::records::{Pledge, Subject};

use super::Listed;
use crate::components::{
    Button, ButtonKind, Choice, InputKind, Select, Sheet, TextArea, TextInput, Tone,
};
use crate::pages::trouble::TroublePlace;
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// Characters that a note may have; the same as its record may.
const LONGEST: u32 = 500;
/// Places that an organisation may take; the same as its record may.
const PLACES: std::ops::RangeInclusive<u32> = 1..=1_000;

/// Somebody who can take something on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Claimant {
    /// The owner.
    Member(MemberId),
    /// An organisation, with its name.
    Organisation(OrganisationId, String),
}

impl Claimant {
    pub(super) fn organisation(&self) -> Option<OrganisationId> {
        match self {
            Self::Member(_) => None,
            Self::Organisation(id, _) => Some(*id),
        }
    }

    fn party(&self) -> Party {
        match self {
            Self::Member(member) => Party::Member(*member),
            Self::Organisation(id, _) => Party::Organisation(*id),
        }
    }

    /// Tells whether none of the claims stands for it.
    pub(super) fn is_free(&self, pledges: &[MatterView]) -> bool {
        let mut matters = pledges.iter().map(|view| &view.row.matter);
        !matters.any(|matter| matter.is_live() && matter.asker == self.party())
    }

    fn value(&self) -> String {
        self.organisation()
            .map(|id| id.to_string())
            .unwrap_or_default()
    }

    fn choice(self) -> Choice {
        match self {
            Self::Member(_) => Choice::new(String::new(), move || t!(lists.by_myself)),
            Self::Organisation(id, name) => Choice::new(id.to_string(), move || name.clone()),
        }
    }
}

/// Returns the owner, then the organisations that the owner coordinates.
pub(super) fn claimants() -> Memo<Vec<Claimant>> {
    let state = use_app_state();
    let directory = state.directory();
    Memo::new(move |_| {
        let owner = directory.with(|slice| slice.as_ref().map(|slice| slice.owner.id));
        let organisations = state.coordinated().into_iter();
        let organisations = organisations.map(|one| Claimant::Organisation(one.id, one.name));
        owner
            .map(Claimant::Member)
            .into_iter()
            .chain(organisations)
            .collect()
    })
}

/// Returns the claims that these made.
pub(super) fn of_claimants(found: Vec<MatterView>, claimants: &[Claimant]) -> Vec<MatterView> {
    let is_own = |view: &MatterView| {
        let mut parties = claimants.iter().map(Claimant::party);
        parties.any(|party| party == view.row.matter.asker)
    };
    found.into_iter().filter(is_own).collect()
}

/// Tells whether a member claims, and not an organisation.
pub(super) fn is_by_member(matter: &Matter) -> bool {
    match matter.asker {
        Party::Member(_) => true,
        Party::Organisation(_) => false,
    }
}

/// 认领, with a note for the community; for an organisation also how many places.
#[component]
pub(super) fn ClaimSheet(
    open: RwSignal<bool>,
    listed: Memo<Option<Listed>>,
    free: Memo<Vec<Claimant>>,
) -> impl IntoView {
    let state = use_app_state();
    let (note, places) = (RwSignal::new(String::new()), RwSignal::new("1".to_owned()));
    let by = RwSignal::new(String::new());
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    // Whoever has claimed meanwhile can no more, and the next one is offered.
    let claimant = Memo::new(move |_| {
        let wanted = by.get();
        free.with(|free| {
            let chosen = free.iter().find(|one| one.value() == wanted);
            chosen.or(free.first()).cloned()
        })
    });
    let asker = Memo::new(move |_| claimant.with(|one| one.as_ref()?.organisation()));
    let counted = Memo::new(move |_| match asker.get() {
        None => Some(1),
        Some(_) => {
            let places = places.with(|typed| typed.trim().parse::<u32>().ok());
            places.filter(|places| PLACES.contains(places))
        }
    });
    let claim = Callback::new(move |()| {
        let item =
            listed.with_untracked(|listed| listed.as_ref().map(|listed| listed.item.clone()));
        let (Some(item), Some(places)) = (item, counted.get_untracked()) else {
            return;
        };
        busy.set(true);
        failure.set(None);
        let typed = note.get_untracked().trim().to_owned();
        let pledge = Pledge {
            listing: item.listing.listing,
            places,
            note: (!typed.is_empty()).then_some(typed),
        };
        let asker = asker.get_untracked();
        spawn_local(async move {
            let subject = Subject::Pledge(pledge);
            let asked = state.ask(item.organisation, asker, None, subject).await;
            busy.try_set(false);
            match asked {
                Ok(_) => {
                    open.try_set(false);
                    note.try_set(String::new());
                    state.toast(Tone::Good, || t!(lists.saved));
                }
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
        });
    });
    let choices = Signal::derive(move || {
        free.get()
            .into_iter()
            .map(Claimant::choice)
            .collect::<Vec<_>>()
    });
    let wrong = move || counted.get().is_none().then(|| t!(lists.places_wrong));
    view! {
        <Sheet
            open=open
            on_close=move || open.set(false)
            title=move || t!(lists.claim)
            actions=move || {
                view! {
                    <Button
                        label=move || t!(lists.claim)
                        kind=ButtonKind::Primary
                        busy=busy
                        on_press=claim
                    />
                }
            }
        >
            <p>{move || t!(lists.claim_lead)}</p>
            <Show when=move || 1 < free.with(Vec::len)>
                <Select
                    label=move || t!(lists.claimant)
                    choices=choices
                    value=Signal::derive(move || {
                        claimant.with(|one| one.as_ref().map(Claimant::value).unwrap_or_default())
                    })
                    on_change=move |chosen| by.set(chosen)
                />
            </Show>
            <Show when=move || asker.get().is_some()>
                <TextInput
                    label=move || t!(lists.places_label)
                    kind=InputKind::Number
                    value=places
                    on_input=move |typed: String| places.set(typed)
                    error=MaybeProp::derive(wrong)
                />
            </Show>
            <TextArea
                label=move || t!(lists.note)
                optional=true
                hint=said(move || t!(lists.note_hint))
                value=note
                on_input=move |typed: String| note.set(typed)
                max_length=LONGEST
            />
            <TroublePlace code=failure />
        </Sheet>
    }
}
