//! `POST /api/sync`.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use shared::{limits, wire};

use super::Counter;
use super::body::{BodyFailure, expect_type};
use super::error::ApiError;
use super::session::Syncing;
use crate::metrics::Reason;

/// There is room for one more sync; asked before anything is read for it.
pub(super) struct Room;

impl FromRequestParts<Counter> for Room {
    type Rejection = ApiError;

    async fn from_request_parts(_: &mut Parts, counter: &Counter) -> Result<Self, ApiError> {
        let office = counter.office();
        let room = office.turnstile.check_room();
        Ok(room
            .map(|()| Self)
            .inspect_err(|_| office.metrics.turned_away(Reason::Syncs))?)
    }
}

pub(super) async fn sync(
    State(counter): State<Counter>,
    _: Room,
    Syncing(caller): Syncing,
    request: Request,
) -> Result<Response, ApiError> {
    let office = counter.office();
    let (turnstile, metrics) = (&office.turnstile, &office.metrics);
    turnstile
        .count(caller.authority.device)
        .inspect_err(|_| metrics.turned_away(Reason::Device))?;
    let body = match expect_type(request.headers(), wire::CONTENT_TYPE) {
        Ok(()) => {
            let bodies = &counter.inner.bodies;
            bodies
                .read(request.into_body(), limits::REQUEST_BYTES)
                .await
        }
        Err(code) => Err(BodyFailure::Refused(code)),
    };
    let body = match body {
        Ok(body) => body,
        Err(BodyFailure::Refused(code)) => {
            office.record_refused_sync(&caller.authority, code).await?;
            return Err(code.into());
        }
        Err(BodyFailure::Busy) => {
            metrics.turned_away(Reason::Bodies);
            return Err(turnstile.busy().into());
        }
    };
    let _turn = turnstile
        .enter()
        .await
        .inspect_err(|_| metrics.turned_away(Reason::Syncs))?;
    let mut response = office.sync(&caller, &body).await?.into_response();
    let content_type = HeaderValue::from_static(wire::CONTENT_TYPE);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    Ok(response)
}
