//! Enrolment and sessions.

use axum::Json;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse};
use shared::api::{
    Challenge, ChallengeRequest, EnrolRequest, IssueRequest, Issued, SessionRequest,
};

use super::Counter;
use super::body::JsonBody;
use super::error::ApiError;
use super::session::{Client, SignedIn, cookie};

pub(super) async fn enrol(
    State(counter): State<Counter>,
    Client(address): Client,
    headers: HeaderMap,
    JsonBody(request): JsonBody<EnrolRequest>,
) -> Result<impl IntoResponse, ApiError> {
    let (enrolled, token) = counter.office().enrol(request, address).await?;
    let cookie = cookie(&counter, &headers, token);
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), Json(enrolled)))
}

pub(super) async fn challenge(
    State(counter): State<Counter>,
    JsonBody(request): JsonBody<ChallengeRequest>,
) -> Result<Json<Challenge>, ApiError> {
    Ok(Json(counter.office().challenge(request).await?))
}

pub(super) async fn renew(
    State(counter): State<Counter>,
    headers: HeaderMap,
    JsonBody(request): JsonBody<SessionRequest>,
) -> Result<impl IntoResponse, ApiError> {
    let token = counter.office().renew(request).await?;
    let cookie = cookie(&counter, &headers, token);
    Ok((
        StatusCode::NO_CONTENT,
        AppendHeaders([(SET_COOKIE, cookie)]),
    ))
}

pub(super) async fn issue(
    State(counter): State<Counter>,
    SignedIn(authority): SignedIn,
    JsonBody(request): JsonBody<IssueRequest>,
) -> Result<Json<Issued>, ApiError> {
    Ok(Json(counter.office().issue(&authority, request).await?))
}
