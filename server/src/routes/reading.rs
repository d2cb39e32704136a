//! Who reads figures and exports: somebody who is signed in, or another system with a token. Nothing
//! else takes a token.

use axum::extract::{FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use shared::codes::Code;

use super::Counter;
use super::error::ApiError;
use super::session::{Client, SignedIn};
use crate::services::reader::Reader;

/// Source: RFC 6750, section 2.1.
const SCHEME: &str = "bearer";

/// The one who reads.
pub(super) struct Reading(pub(super) Reader);

impl FromRequestParts<Counter> for Reading {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, counter: &Counter) -> Result<Self, ApiError> {
        let Some(token) = token(&parts.headers).map(str::to_owned) else {
            let SignedIn(authority) = SignedIn::from_request_parts(parts, counter).await?;
            return Ok(Self(Reader::Person(authority)));
        };
        let Client(address) = Client::from_request_parts(parts, counter).await?;
        let token = counter.office().token(&token, address).await?;
        Ok(Self(Reader::System(token)))
    }
}

/// Refuses whoever comes with a token where none is taken.
pub(super) async fn without_token(request: Request, next: Next) -> Response {
    if token(request.headers()).is_some() {
        return ApiError::from(Code::TokenElsewhere).into_response();
    }
    next.run(request).await
}

/// Returns the token that a request carries. A proxy's own scheme is not ours to judge.
fn token(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case(SCHEME).then(|| token.trim())
}
