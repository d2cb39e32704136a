//! The dashboards last seen, kept in the browser so that they are there without a network. They hold
//! totals and topics, no people; losing them loses nothing.

use leptos::prelude::*;
use shared::api::Dashboard;

use super::place::{View, encoded};

const PREFIX: &str = "baodao.overview.";
/// Views kept at most; the one read longest ago makes room.
const MOST: usize = 24;

/// Returns the dashboard last seen of a view, whatever its day was.
pub(super) fn kept(view: &View) -> Option<Dashboard> {
    let storage = window().local_storage().ok()??;
    read(&storage.get_item(&key(view)).ok()??)
}

/// Returns the dashboard last seen of an earlier period of the same kind.
pub(super) fn newest(view: &View) -> Option<Dashboard> {
    let storage = window().local_storage().ok()??;
    let (stem, own) = (stem(view), key(view));
    let keys = kept_keys().into_iter();
    let newest = keys
        .filter(|key| key.starts_with(&stem) && *key < own)
        .max();
    read(&storage.get_item(&newest?).ok()??)
}

/// Keeps a dashboard where the browser allows it.
pub(super) fn keep(view: &View, dashboard: &Dashboard) {
    let Ok(Some(storage)) = window().local_storage() else {
        return;
    };
    let key = key(view);
    let mut keys = kept_keys();
    if MOST <= keys.len() && !keys.contains(&key) {
        let read_at = |key: &String| {
            storage
                .get_item(key)
                .ok()
                .flatten()
                .and_then(|it| time(&it))
        };
        keys.sort_by_cached_key(read_at);
        for oldest in &keys[..=keys.len() - MOST] {
            // What cannot be removed is replaced or read as damage later.
            let _ = storage.remove_item(oldest);
        }
    }
    let Ok(text) = serde_json::to_string(dashboard) else {
        return;
    };
    let text = format!("{} {text}", dashboard.read_at.0);
    if storage.set_item(&key, &text).is_err() {
        // The space is needed for other things, or there is none; the next answer tries again.
        forget_overviews();
    }
}

/// Takes every kept dashboard out of the browser.
pub(in crate::pages) fn forget_overviews() {
    if let Ok(Some(storage)) = window().local_storage() {
        for key in kept_keys() {
            // What cannot be removed is replaced or read as damage later.
            let _ = storage.remove_item(&key);
        }
    }
}

/// The server's clock stands before the dashboard, so that the oldest is found without reading all.
fn time(text: &str) -> Option<i64> {
    text.split_once(' ')?.0.parse().ok()
}

fn read(text: &str) -> Option<Dashboard> {
    serde_json::from_str(text.split_once(' ')?.1).ok()
}

fn kept_keys() -> Vec<String> {
    let Ok(Some(storage)) = window().local_storage() else {
        return Vec::new();
    };
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|index| storage.key(index).ok()?);
    keys.filter(|key| key.starts_with(PREFIX)).collect()
}

fn stem(view: &View) -> String {
    let facet = view.facet.as_ref().map(encoded).unwrap_or_default();
    let extent = view.period.extent().word();
    format!("{PREFIX}{}.{facet}.{extent}.", view.organisation)
}

fn key(view: &View) -> String {
    stem(view) + &view.period.word()
}
