//! Devices and the end of a session.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse};
use serde::Deserialize;
use shared::api::DeviceSummary;
use shared::codes::Code;

use super::Counter;
use super::error::ApiError;
use super::session::{SignedIn, no_cookie, token};

/// The query of a list of devices.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Question {
    member: Option<String>,
}

pub(super) async fn list(
    State(counter): State<Counter>,
    SignedIn(authority): SignedIn,
    Query(question): Query<Question>,
) -> Result<Json<Vec<DeviceSummary>>, ApiError> {
    let member = question.member.filter(|text| !text.is_empty());
    let member = member
        .map(|text| text.parse().map_err(|_| Code::RequestMalformed))
        .transpose()?;
    Ok(Json(counter.office().devices(&authority, member).await?))
}

pub(super) async fn revoke(
    State(counter): State<Counter>,
    SignedIn(authority): SignedIn,
    Path(device): Path<String>,
) -> Result<StatusCode, ApiError> {
    let device = device.parse().map_err(|_| Code::NotFound)?;
    counter.office().revoke(&authority, device).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whoever has the cookie may end its session, also one that nobody knows any more.
pub(super) async fn sign_out(
    State(counter): State<Counter>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    counter.office().sign_out(token(&headers)).await?;
    Ok((
        StatusCode::NO_CONTENT,
        AppendHeaders([(SET_COOKIE, no_cookie())]),
    ))
}
