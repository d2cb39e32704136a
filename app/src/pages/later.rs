//! The parts of the program that are not in the first download. The pages of coordinators and hosts
//! are fetched when they are first wanted: the phones of most people never need them. The owner's own
//! pages, which every phone keeps, are fetched once the phone is somebody's.

mod coordinators;
mod own;

use std::future::Future;

use futures::FutureExt;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::codes::Code;
use wasm_split_helpers::SplitLoaderError;

pub use self::coordinators::{
    LaterAffairs, LaterBoard, LaterCopy, LaterEditPlan, LaterMembers, LaterNewPlan, LaterOverview,
    LaterPaper, LaterPlanning, LaterQuarterly, LaterReceipt, LaterReport, LaterTeam,
    LaterUnconfirmed, LaterUnit,
};
pub(super) use self::coordinators::{
    LaterAffairsEntries, LaterAttendance, LaterHostCode, LaterPlan, LaterRollCall,
};
pub use self::own::{LaterAttended, LaterRecords, LaterService, LaterSettings};
use super::trouble::Trouble;
use crate::components::{Button, ButtonKind, Icon, LoadingState};
use crate::state::{AppPhase, AppState};
use crate::t;

/// A view that comes with a later part, or why it did not come.
type Fetched = Result<AnyView, SplitLoaderError>;

/// Fetches each part ahead as soon as it may be wanted, and has the one of hosts and coordinators kept.
pub fn fetch_ahead(state: AppState) {
    let phase = state.phase();
    let is_ready = Memo::new(move |_| phase.get() == AppPhase::Ready);
    // What fails is asked for again by the page that needs it.
    Effect::new(move || {
        if is_ready.get() {
            spawn_local(async { drop(Part::Own.arrives().await) });
        }
    });
    Effect::new(move || {
        if state.can_host() {
            state.keep_later_parts();
            spawn_local(async { drop(Part::Coordinators.arrives().await) });
        }
    });
}

/// A part of the program that is fetched later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// What every owner of a phone may open.
    Own,
    /// What hosts and coordinators open.
    Coordinators,
}

impl Part {
    /// Fetches the part, once for all.
    async fn arrives(self) -> Result<(), SplitLoaderError> {
        match self {
            Self::Own => own::arrives().await,
            Self::Coordinators => coordinators::arrives().await,
        }
    }
}

/// Whether a part is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arrival {
    Coming,
    Here,
    Failed,
}

/// Fetches a part, then shows a view of it.
#[component]
fn Later(part: Part, #[prop(into)] shown: ViewFn) -> impl IntoView {
    let arrival = RwSignal::new(Arrival::Coming);
    let fetch = move || {
        arrival.set(Arrival::Coming);
        spawn_local(async move {
            let arrived = match part.arrives().await {
                Ok(()) => Arrival::Here,
                Err(_) => Arrival::Failed,
            };
            // Nobody waits any more when the page was left.
            arrival.try_set(arrived);
        });
    };
    fetch();
    let shown = StoredValue::new(shown);
    move || match arrival.get() {
        Arrival::Coming => view! { <LoadingState rows=4 /> }.into_any(),
        Arrival::Here => shown.with_value(ViewFn::run),
        Arrival::Failed => view! {
            <Trouble code=Code::NetworkUnreachable>
                <Button
                    label=move || t!(action.retry)
                    kind=ButtonKind::Primary
                    icon=Icon::Refresh
                    on_press=fetch
                />
            </Trouble>
        }
        .into_any(),
    }
}

/// Returns a view of a part that is here.
fn here(view: impl Future<Output = Fetched>) -> Option<AnyView> {
    view.now_or_never()?.ok()
}
