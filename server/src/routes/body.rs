//! Request bodies: read whole, within a limit and a time, and only so many large ones at once.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRef, FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use futures::StreamExt;
use serde::de::DeserializeOwned;
use shared::codes::Code;
use tokio::sync::Semaphore;

use super::Counter;
use super::error::ApiError;
use crate::config::Limits;

/// Bytes of a JSON body.
const JSON_BYTES: usize = 16 * 1024;
/// A body that is too large is read on up to this, so that the answer reaches its sender.
const DRAIN_BYTES: usize = 8 * 1024 * 1024;

/// A JSON body.
pub(super) struct JsonBody<T>(pub(super) T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T>
where
    Counter: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        expect_type(request.headers(), "application/json")?;
        let counter = Counter::from_ref(state);
        let bodies = &counter.inner.bodies;
        let bytes = match bodies.read(request.into_body(), JSON_BYTES).await {
            Ok(bytes) => bytes,
            Err(BodyFailure::Refused(code)) => return Err(code.into()),
            Err(BodyFailure::Busy) => return Err(counter.office().turnstile.busy().into()),
        };
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

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyFailure {
    /// It is refused, with a code.
    Refused(Code),
    /// Too many large ones are being read.
    Busy,
}

impl From<Code> for BodyFailure {
    fn from(code: Code) -> Self {
        Self::Refused(code)
    }
}

/// The desk at which bodies are read.
pub(super) struct Bodies {
    time: Duration,
    large: Semaphore,
}

impl Bodies {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            time: limits.body_time,
            large: Semaphore::new(limits.large_bodies),
        }
    }

    /// Reads a body of at most `limit` bytes.
    pub(super) async fn read(&self, body: Body, limit: usize) -> Result<Bytes, BodyFailure> {
        tokio::time::timeout(self.time, self.collect(body, limit))
            .await
            .unwrap_or(Err(Code::RequestTruncated.into()))
    }

    async fn collect(&self, body: Body, limit: usize) -> Result<Bytes, BodyFailure> {
        let mut chunks = body.into_data_stream();
        let mut whole = Bytes::new();
        let mut more: Vec<u8> = Vec::new();
        let mut size = 0;
        let mut large = None;
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| Code::RequestTruncated)?;
            size += chunk.len();
            if size > limit + DRAIN_BYTES {
                break;
            }
            if size > limit {
                continue;
            }
            if size > Limits::LARGE_BODY && large.is_none() {
                let place = self.large.try_acquire();
                large = Some(place.map_err(|_| BodyFailure::Busy)?);
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
            (true, _) => Err(Code::RequestTooLarge.into()),
            (false, true) => Ok(whole),
            (false, false) => Ok(more.into()),
        }
    }
}
