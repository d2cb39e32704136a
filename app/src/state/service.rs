//! What the pages of registration, service and the lists ask the server and keep in the browser:
//! communities, places taken, drafts. Losing what is kept loses no record.

use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::api::{ListingTally, OrganisationSummary};
use shared::codes::Code;
use shared::ids::OrganisationId;

use super::AppState;
use crate::driver;

const COMMUNITIES: &str = "baodao.communities";
/// By which the server knows whether they are the newest.
const COMMUNITIES_TAG: &str = "baodao.communities.tag";
const TALLIES: &str = "baodao.tallies.";

impl AppState {
    /// Returns the communities at which one can register, as the server last told them; none before
    /// it has.
    pub fn known_communities(self) -> Vec<OrganisationSummary> {
        let text = driver::kept_local(COMMUNITIES);
        text.and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default()
    }

    /// Asks the server for the communities at which one can register, and keeps them for use without
    /// a network. Tells whether they are others than before.
    ///
    /// # Errors
    /// The server's code, or [`Code::NetworkUnreachable`].
    pub async fn refresh_communities(self) -> Result<bool, Code> {
        let tag = driver::kept_local(COMMUNITIES_TAG);
        let tag = tag.filter(|_| driver::kept_local(COMMUNITIES).is_some());
        let answer = self
            .driver()
            .ask_newer("/api/communities", tag.as_deref())
            .await?;
        let Some(newer) = answer else {
            return Ok(false);
        };
        // What a captive portal says instead of the server is no answer of it.
        let communities: Vec<OrganisationSummary> =
            serde_json::from_slice(&newer.body).map_err(|_| Code::NetworkUnreachable)?;
        let text = serde_json::to_string(&communities).map_err(|_| Code::StorageUnavailable)?;
        driver::keep_local(COMMUNITIES, &text);
        // A tag without its text would keep the old text for good.
        if driver::kept_local(COMMUNITIES).as_ref() == Some(&text) {
            driver::keep_local(COMMUNITIES_TAG, &newer.tag.unwrap_or_default());
        }
        Ok(true)
    }

    /// Returns how much of a community's lists is taken.
    ///
    /// # Errors
    /// The server's code, or [`Code::NetworkUnreachable`].
    pub async fn tallies(self, organisation: OrganisationId) -> Result<Vec<ListingTally>, Code> {
        let path = format!("/api/listings?organisation={organisation}");
        let tallies: Vec<ListingTally> = self.driver().ask(&path).await?;
        if let Ok(text) = serde_json::to_string(&tallies) {
            driver::keep_local(&format!("{TALLIES}{organisation}"), &text);
        }
        Ok(tallies)
    }

    /// Returns how much of a community's lists was taken when the server last told.
    pub fn last_tallies(self, organisation: OrganisationId) -> Vec<ListingTally> {
        let text = driver::kept_local(&format!("{TALLIES}{organisation}"));
        text.and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default()
    }

    /// Returns what the owner has begun and not entered yet.
    pub fn draft<T: DeserializeOwned>(self, name: &str) -> Option<T> {
        serde_json::from_str(&driver::kept_own(name)?).ok()
    }

    /// Keeps what the owner has begun, until it is entered or this phone is unbound.
    pub fn keep_draft(self, name: &str, draft: &impl Serialize) {
        if let Ok(text) = serde_json::to_string(draft) {
            driver::keep_own(name, &text);
        }
    }

    /// Lets go what the owner had begun.
    pub fn drop_draft(self, name: &str) {
        driver::forget_own(name);
    }
}
