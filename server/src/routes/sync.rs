//! `POST /api/sync`.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use shared::{limits, wire};

use super::Counter;
use super::body::{expect_type, read};
use super::error::ApiError;
use super::session::Syncing;
use crate::services::ServiceError;

pub(super) async fn sync(
    State(counter): State<Counter>,
    Syncing(caller): Syncing,
    request: Request,
) -> Result<Response, ApiError> {
    let office = counter.office();
    let body = match expect_type(request.headers(), wire::CONTENT_TYPE) {
        Ok(()) => read(request.into_body(), limits::REQUEST_BYTES).await,
        Err(code) => Err(code),
    };
    let body = match body {
        Ok(body) => body,
        Err(code) => {
            office.record_refused_sync(&caller.authority, code).await?;
            return Err(code.into());
        }
    };
    let answer: Result<Vec<u8>, ServiceError> = office.sync(&caller, &body).await;
    let mut response = answer?.into_response();
    let content_type = HeaderValue::from_static(wire::CONTENT_TYPE);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    Ok(response)
}
