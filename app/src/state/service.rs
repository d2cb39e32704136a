//! What the pages of registration, service and the lists ask the server and keep in the browser:
//! communities, places taken, drafts. Losing what is kept loses no record.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shared::api::{ListingTally, OrganisationSummary};
use shared::codes::Code;
use shared::ids::OrganisationId;

use super::AppState;
use crate::driver;

const COMMUNITIES: &str = "baodao.communities";
const TALLIES: &str = "baodao.tallies.";

/// The communities with the tag by which the server knows whether they are the newest.
#[derive(Serialize, Deserialize)]
struct Communities {
    tag: Option<String>,
    communities: Vec<OrganisationSummary>,
}

impl AppState {
    /// Returns the communities at which one can register, as the server last told them; none before
    /// it has.
    pub fn known_communities(self) -> Vec<OrganisationSummary> {
        kept_communities().map_or_else(Vec::new, |kept| kept.communities)
    }

    /// Asks the server for the communities at which one can register, and keeps them for use without
    /// a network.
    ///
    /// # Errors
    /// The server's code, or [`Code::NetworkUnreachable`].
    pub async fn fetch_communities(self) -> Result<Vec<OrganisationSummary>, Code> {
        let kept = kept_communities();
        let tag = kept.as_ref().and_then(|kept| kept.tag.as_deref());
        let answer = self.driver().ask_newer("/api/communities", tag).await?;
        let Some(newer) = answer else {
            return Ok(kept.map_or_else(Vec::new, |kept| kept.communities));
        };
        // What a captive portal says instead of the server is no answer of it.
        let communities: Vec<OrganisationSummary> =
            serde_json::from_slice(&newer.body).map_err(|_| Code::NetworkUnreachable)?;
        let kept = Communities {
            tag: newer.tag,
            communities,
        };
        if let Ok(text) = serde_json::to_string(&kept) {
            driver::keep_local(COMMUNITIES, &text);
        }
        Ok(kept.communities)
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

fn kept_communities() -> Option<Communities> {
    serde_json::from_str(&driver::kept_local(COMMUNITIES)?).ok()
}
