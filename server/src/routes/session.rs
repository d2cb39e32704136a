//! The session cookie, and who is behind it.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum_extra::extract::cookie::{Cookie, SameSite};
use shared::permission::Authority;

use super::Counter;
use super::error::ApiError;
use crate::config::Proxy;
use crate::services::devices::Caller;
use crate::services::identity::SessionToken;

const COOKIE_NAME: &str = "baodao_session";
/// How long a browser keeps the cookie, the longest that browsers allow. The session behind it ends
/// much sooner; a phone that still sends its token is told `session_expired` and proves its key,
/// where one without a cookie would be told to enrol.
const COOKIE_SECONDS: i64 = 400 * 24 * 60 * 60;

/// The one who is signed in.
pub(super) struct SignedIn(pub(super) Authority);

impl FromRequestParts<Counter> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, counter: &Counter) -> Result<Self, ApiError> {
        let authority = counter.office().authority(token(&parts.headers)).await?;
        Ok(Self(authority))
    }
}

/// The one who syncs; a revoked device may, for a while.
pub(super) struct Syncing(pub(super) Caller);

impl FromRequestParts<Counter> for Syncing {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, counter: &Counter) -> Result<Self, ApiError> {
        let caller = counter.office().caller(token(&parts.headers)).await?;
        Ok(Self(caller))
    }
}

/// Returns the token of the session cookie.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE_NAME).then_some(value))
}

/// Returns the cookie of a new session.
pub(super) fn cookie(counter: &Counter, headers: &HeaderMap, token: SessionToken) -> String {
    let forwarded = headers.get("x-forwarded-proto");
    let https = counter.inner.https || forwarded.is_some_and(|scheme| scheme == "https");
    let mut cookie = Cookie::new(COOKIE_NAME, token.0);
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Strict);
    cookie.set_path("/");
    cookie.set_secure(https);
    format!("{cookie}; Max-Age={COOKIE_SECONDS}")
}

/// Returns the cookie that takes the place of a session's.
pub(super) fn no_cookie() -> String {
    format!("{COOKIE_NAME}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0")
}

/// The address that a request comes from.
pub(super) struct Client(pub(super) IpAddr);

impl FromRequestParts<Counter> for Client {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, counter: &Counter) -> Result<Self, ApiError> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::from([0, 0, 0, 0]), |info| info.0.ip());
        Ok(Self(match counter.inner.proxy {
            Proxy::None => peer,
            Proxy::Trusted => forwarded_for(&parts.headers).unwrap_or(peer),
        }))
    }
}

/// Only the last address was written by the proxy; those before it are the client's own words.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?;
    last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}
