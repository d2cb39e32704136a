//! What coordinators look at every morning.

use axum::Json;
use axum::extract::{Query, State};
use shared::api::{Dashboard, ErrorAnswer, UnconfirmedList, VenueList, VenueUse};
use shared::ids::OrganisationId;
use shared::rollup::Facet;

use super::Counter;
use super::error::ApiError;
use super::oversight::Question;
use super::reading::Reading;
use crate::services::dashboard::{DashboardQuestion, VenuesQuestion};

/// Returns the numbers of an organisation with all beneath it, of those directly beneath it, and by day.
#[utoipa::path(
    get,
    path = "/api/dashboard",
    tag = "figures",
    params(
        ("organisation" = Option<OrganisationId>, Query, description = "The organisation; without one, the highest that the reader may see."),
        ("from" = Option<String>, Query, description = "First day, included: `2026-11-01`. Without one, 29 days before the last."),
        ("to" = Option<String>, Query, description = "Last day, included. Without one, today."),
        ("facet" = Option<Facet>, Query, description = "What alone is counted."),
    ),
    responses(
        (status = 200, description = "The answer.", body = Dashboard),
        (status = "default", description = "Why there is none.", body = ErrorAnswer),
    ),
    security(("token" = [])),
)]
pub(super) async fn dashboard(
    State(counter): State<Counter>,
    Reading(reader): Reading,
    Query(question): Query<Question>,
) -> Result<Json<Dashboard>, ApiError> {
    let asked = DashboardQuestion {
        organisation: question.organisation()?,
        from: question.from()?,
        to: question.to()?,
        facet: question.facet()?,
    };
    Ok(Json(counter.office().dashboard(&reader, asked).await?))
}

/// Returns the venues of an organisation and of those beneath it, page by page.
#[utoipa::path(
    get,
    path = "/api/venues",
    tag = "figures",
    params(
        ("organisation" = Option<OrganisationId>, Query, description = "The organisation; without one, the highest that the reader may see."),
        ("from" = Option<String>, Query, description = "First day, included: `2026-11-01`. Without one, 29 days before the last."),
        ("to" = Option<String>, Query, description = "Last day, included. Without one, today."),
        ("use" = Option<VenueUse>, Query, description = "Which of them."),
        ("after" = Option<String>, Query, description = "What the page before said under `next`."),
    ),
    responses(
        (status = 200, description = "The answer.", body = VenueList),
        (status = "default", description = "Why there is none.", body = ErrorAnswer),
    ),
    security(("token" = [])),
)]
pub(super) async fn venues(
    State(counter): State<Counter>,
    Reading(reader): Reading,
    Query(question): Query<Question>,
) -> Result<Json<VenueList>, ApiError> {
    let asked = VenuesQuestion {
        organisation: question.organisation()?,
        from: question.from()?,
        to: question.to()?,
        used: question.venue_use()?,
        after: question.after(),
    };
    Ok(Json(counter.office().venues(&reader, asked).await?))
}

/// Returns the activities of which something waits to be confirmed, the oldest first, page by page.
#[utoipa::path(
    get,
    path = "/api/unconfirmed",
    tag = "figures",
    params(
        ("organisation" = Option<OrganisationId>, Query, description = "The organisation; without one, the highest that the reader may see."),
        ("after" = Option<String>, Query, description = "What the page before said under `next`."),
    ),
    responses(
        (status = 200, description = "The answer.", body = UnconfirmedList),
        (status = "default", description = "Why there is none.", body = ErrorAnswer),
    ),
    security(("token" = [])),
)]
pub(super) async fn unconfirmed(
    State(counter): State<Counter>,
    Reading(reader): Reading,
    Query(question): Query<Question>,
) -> Result<Json<UnconfirmedList>, ApiError> {
    let organisation = question.organisation()?;
    let office = counter.office();
    let list = office.unconfirmed(&reader, organisation, question.after());
    Ok(Json(list.await?))
}
