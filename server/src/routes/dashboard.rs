//! What coordinators look at every morning.

use axum::Json;
use axum::extract::{Query, State};
use shared::api::{Dashboard, UnconfirmedList, VenueList};

use super::Counter;
use super::error::ApiError;
use super::oversight::Question;
use super::session::SignedIn;
use crate::services::dashboard::{DashboardQuestion, VenuesQuestion};

pub(super) async fn dashboard(
    State(counter): State<Counter>,
    SignedIn(authority): SignedIn,
    Query(question): Query<Question>,
) -> Result<Json<Dashboard>, ApiError> {
    let asked = DashboardQuestion {
        organisation: question.organisation()?,
        from: question.from()?,
        to: question.to()?,
        facet: question.facet()?,
    };
    Ok(Json(counter.office().dashboard(&authority, asked).await?))
}

pub(super) async fn venues(
    State(counter): State<Counter>,
    SignedIn(authority): SignedIn,
    Query(question): Query<Question>,
) -> Result<Json<VenueList>, ApiError> {
    let asked = VenuesQuestion {
        organisation: question.organisation()?,
        from: question.from()?,
        to: question.to()?,
        used: question.venue_use(),
        after: question.after(),
    };
    Ok(Json(counter.office().venues(&authority, asked).await?))
}

pub(super) async fn unconfirmed(
    State(counter): State<Counter>,
    SignedIn(authority): SignedIn,
    Query(question): Query<Question>,
) -> Result<Json<UnconfirmedList>, ApiError> {
    let organisation = question.organisation()?;
    let office = counter.office();
    let list = office.unconfirmed(&authority, organisation, question.after());
    Ok(Json(list.await?))
}
