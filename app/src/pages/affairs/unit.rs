//! 单位报到: a unit's registration with the community where it sits, and how its members stand with
//! theirs.

mod draft;
mod form;
mod people;
mod registration;

use leptos::prelude::*;

use self::people::People;
pub(super) use self::people::forget_seen;
use self::registration::Registration;
use super::entries::coordinated;
use super::one_of::{OneOf, OneOfWords};
use crate::components::Screen;
use crate::state::use_app_state;
use crate::t;

/// The units and branches that the owner coordinates.
#[component]
pub(in crate::pages) fn UnitPage() -> impl IntoView {
    let coordinated = coordinated(use_app_state());
    let branches = Memo::new(move |_| coordinated.with(|all| all.branches.clone()));
    view! {
        <Screen>
            <OneOf
                organisations=branches
                words=OneOfWords {
                    which: || t!(unit.which),
                    none: || t!(unit.none),
                    none_hint: || t!(unit.none_hint),
                }
                shown=|organisation| {
                    view! {
                        <Registration unit=organisation />
                        <People organisation />
                    }
                        .into_any()
                }
            />
        </Screen>
    }
}
