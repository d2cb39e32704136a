//! Taking a request back, with a reason: 注销 of a registration, 撤回 of a service or a claim.

use leptos::prelude::*;
use shared::reconcile::Matter;

use crate::components::ButtonKind;
use crate::pages::reason_sheet::{ReasonSheet, ReasonWords, Sent};
use crate::state::use_app_state;

/// Characters that a reason may have; the same as its record may.
const LONGEST: u32 = 500;

/// The request that is about to be taken back.
#[derive(Clone, Copy)]
pub(super) struct Withdrawing {
    open: RwSignal<bool>,
    matter: RwSignal<Option<Matter>>,
}

impl Withdrawing {
    pub(super) fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            matter: RwSignal::new(None),
        }
    }

    /// Asks for the reason.
    pub(super) fn ask(self, matter: Matter) {
        self.matter.set(Some(matter));
        self.open.set(true);
    }
}

/// Stands once on a page, outside of what is drawn anew when something arrives.
#[component]
pub(super) fn WithdrawSheet(withdrawing: Withdrawing, words: ReasonWords) -> impl IntoView {
    let state = use_app_state();
    let withdraw = move |reason: String| -> Sent {
        let matter = withdrawing.matter.get_untracked();
        Box::pin(async move {
            match matter {
                Some(matter) => state.take_back(&matter, reason).await.map(drop),
                None => Ok(()),
            }
        })
    };
    view! {
        <ReasonSheet
            open=withdrawing.open
            words
            kind=ButtonKind::Danger
            longest=LONGEST
            on_send=withdraw
        />
    }
}
