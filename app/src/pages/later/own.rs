//! What every owner of a phone may open.

use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::{Fetched, Later, Part, here};
use crate::pages::attended::AttendedPage;
use crate::pages::records::RecordsPage;
use crate::pages::service::ServiceScreen;
use crate::pages::settings::SettingsPage;

/// [`RecordsPage`], fetched.
#[component]
pub fn LaterRecords() -> impl IntoView {
    view! { <Later part=Part::Own shown=move || here(records()) /> }
}

/// [`AttendedPage`], fetched.
#[component]
pub fn LaterAttended() -> impl IntoView {
    view! { <Later part=Part::Own shown=move || here(attended()) /> }
}

/// [`SettingsPage`], fetched.
#[component]
pub fn LaterSettings() -> impl IntoView {
    view! { <Later part=Part::Own shown=move || here(settings()) /> }
}

/// A screen of 服务, fetched.
#[component]
pub fn LaterService(screen: ServiceScreen) -> impl IntoView {
    view! { <Later part=Part::Own shown=move || here(service(screen)) /> }
}

/// Fetches the part; every way into it has to be told that it is there.
pub(super) async fn arrives() -> Result<(), SplitLoaderError> {
    records_arrive().await?;
    settings_arrive().await?;
    attended_arrives().await?;
    service_arrives().await
}

#[wasm_split(own, fallible, preload(records_arrive))]
fn records() -> Fetched {
    Ok(view! { <RecordsPage /> }.into_any())
}

#[wasm_split(own, fallible, preload(settings_arrive))]
fn settings() -> Fetched {
    Ok(view! { <SettingsPage /> }.into_any())
}

#[wasm_split(own, fallible, preload(attended_arrives))]
fn attended() -> Fetched {
    Ok(view! { <AttendedPage /> }.into_any())
}

#[wasm_split(own, fallible, preload(service_arrives))]
fn service(screen: ServiceScreen) -> Fetched {
    Ok(screen.view())
}
