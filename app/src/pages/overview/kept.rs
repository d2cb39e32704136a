//! The overviews last seen, kept in the browser so that they are there without a network. They hold
//! totals and topics, no people; losing them loses nothing.

use leptos::prelude::*;
use shared::api::Overview;
use shared::ids::OrganisationId;

use super::period::Period;

const PREFIX: &str = "baodao.overview.";
/// Views kept at most.
const MOST: usize = 24;

/// Returns the overview last seen of an organisation and period, whatever its day was.
pub(super) fn kept(organisation: OrganisationId, period: Period) -> Option<Overview> {
    let storage = window().local_storage().ok()??;
    let text = storage.get_item(&key(organisation, period)).ok()??;
    serde_json::from_str(&text).ok()
}

/// Keeps an overview where the browser allows it.
pub(super) fn keep(period: Period, overview: &Overview) {
    let Ok(Some(storage)) = window().local_storage() else {
        return;
    };
    let key = key(overview.organisation.id, period);
    if kept_keys().len() >= MOST && !matches!(storage.get_item(&key), Ok(Some(_))) {
        forget_overviews();
    }
    let Ok(text) = serde_json::to_string(overview) else {
        return;
    };
    if storage.set_item(&key, &text).is_err() {
        // The space is needed for other things, or there is none; the next answer tries again.
        forget_overviews();
    }
}

/// Takes every kept overview out of the browser.
pub(in crate::pages) fn forget_overviews() {
    if let Ok(Some(storage)) = window().local_storage() {
        for key in kept_keys() {
            // What cannot be removed is replaced or read as damage later.
            let _ = storage.remove_item(&key);
        }
    }
}

fn kept_keys() -> Vec<String> {
    let Ok(Some(storage)) = window().local_storage() else {
        return Vec::new();
    };
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|index| storage.key(index).ok()?);
    keys.filter(|key| key.starts_with(PREFIX)).collect()
}

fn key(organisation: OrganisationId, period: Period) -> String {
    format!("{PREFIX}{organisation}.{}", period.as_str())
}
