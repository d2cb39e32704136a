//! How many places of what stands on the lists are taken: as the server tells, or as it last told.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::ListingTally;
use shared::ids::{ListingId, OrganisationId};

use crate::locale::format_number;
use crate::state::use_app_state;
use crate::t;

/// Whether the server has told it since the page was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Age {
    Now,
    LastTime,
}

/// Places taken of the communities whose lists are shown.
#[derive(Clone, Copy)]
pub(super) struct Tallies {
    told: RwSignal<BTreeMap<ListingId, (ListingTally, Age)>>,
}

impl Tallies {
    /// Begins with what was last told, and asks again when the server has news.
    pub(super) fn begin(communities: Memo<BTreeSet<OrganisationId>>) -> Self {
        let state = use_app_state();
        let tallies = Self {
            told: RwSignal::new(BTreeMap::new()),
        };
        let (online, news) = (state.online(), state.server_news());
        let online = Memo::new(move |_| online.get());
        Effect::new(move || {
            news.track();
            let communities = communities.get();
            for community in &communities {
                tallies.tell(state.last_tallies(*community), Age::LastTime);
            }
            if !online.get() {
                return;
            }
            for community in communities {
                spawn_local(async move {
                    if let Ok(answer) = state.tallies(community).await {
                        tallies.tell(answer, Age::Now);
                    }
                });
            }
        });
        tallies
    }

    /// Returns the words for the places of a listing: 已认领 2 / 5.
    pub(super) fn words(self, listing: ListingId, places: u32) -> String {
        let told = self.told.with(|told| told.get(&listing).copied());
        let places = format_number(places.into());
        match told {
            Some((tally, age)) => {
                let taken = format_number(tally.taken);
                match (age, tally.contested) {
                    (Age::LastTime, _) => t!(lists.places_last, taken = taken, places = places),
                    (Age::Now, 0) => t!(lists.places, taken = taken, places = places),
                    (Age::Now, contested) => t!(
                        lists.places_contested,
                        taken = taken,
                        places = places,
                        n = format_number(contested)
                    ),
                }
            }
            None => t!(lists.places_wanted, places = places),
        }
    }

    fn tell(self, answer: Vec<ListingTally>, age: Age) {
        // Nobody looks any more when the page was left.
        let _ = self.told.try_update(|told| {
            for tally in answer {
                let known = told.get(&tally.listing);
                let is_newer = age == Age::Now || known.is_none();
                if is_newer {
                    told.insert(tally.listing, (tally, age));
                }
            }
        });
    }
}
