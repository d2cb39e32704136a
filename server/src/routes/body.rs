//! Request bodies: read whole, within a limit and a time.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use futures::StreamExt;
use serde::de::DeserializeOwned;
use shared::codes::Code;

use super::error::ApiError;

/// Bytes of a JSON body.
const JSON_BYTES: usize = 16 * 1024;
/// A body that is too large is read on up to this, so that the answer reaches its sender.
const DRAIN_BYTES: usize = 8 * 1024 * 1024;
/// How long a body may take.
const BODY_TIME: Duration = Duration::from_secs(60);

/// A JSON body.
pub(super) struct JsonBody<T>(pub(super) T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        expect_type(request.headers(), "application/json")?;
        let bytes = read(request.into_body(), JSON_BYTES).await?;
        match serde_json::from_slice(&bytes) {
            Ok(value) => Ok(Self(value)),
            Err(error) if error.is_eof() => Err(Code::RequestTruncated.into()),
            Err(_) => Err(Code::RequestMalformed.into()),
        }
    }
}

/// Checks the media type of a body.
pub(super) fn expect_type(headers: &HeaderMap, expected: &str) -> Result<(), Code> {
    let found = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = found
        .and_then(|value| value.split(';').next())
        .map(str::trim);
    match essence {
        Some(essence) if essence.eq_ignore_ascii_case(expected) => Ok(()),
        Some(_) | None => Err(Code::ContentTypeUnsupported),
    }
}

/// Reads a body of at most `limit` bytes.
pub(super) async fn read(body: Body, limit: usize) -> Result<Bytes, Code> {
    tokio::time::timeout(BODY_TIME, collect(body, limit))
        .await
        .unwrap_or(Err(Code::RequestTruncated))
}

async fn collect(body: Body, limit: usize) -> Result<Bytes, Code> {
    let mut chunks = body.into_data_stream();
    let mut whole = Bytes::new();
    let mut more: Vec<u8> = Vec::new();
    let mut size = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Code::RequestTruncated)?;
        size += chunk.len();
        if size > limit + DRAIN_BYTES {
            break;
        }
        if size > limit {
            continue;
        }
        // Most bodies come in one chunk and are not copied.
        if whole.is_empty() && more.is_empty() {
            whole = chunk;
        } else {
            if more.is_empty() {
                more.extend_from_slice(&whole);
            }
            more.extend_from_slice(&chunk);
        }
    }
    match (size > limit, more.is_empty()) {
        (true, _) => Err(Code::RequestTooLarge),
        (false, true) => Ok(whole),
        (false, false) => Ok(more.into()),
    }
}
