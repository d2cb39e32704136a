//! Requests to the server, and what a failed one means.
//!
//! Every request carries the session's cookie and ends by itself before the engine gives it up.

use gloo::net::http::{Request, RequestBuilder, Response};
use gloo::timers::callback::Timeout;
use js_sys::Uint8Array;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::api::ErrorAnswer;
use shared::client::NetworkFault;
use shared::codes::Code;
use shared::limits;
use shared::wire;
use web_sys::{AbortController, RequestCache, RequestCredentials, RequestRedirect};

const JSON: &str = "application/json";
/// A request ends before the engine stops waiting for it.
const WAIT_MS: i64 = limits::ANSWER_WAIT_MS - 5_000;
/// The longest pause that a server may ask for.
const LONGEST_PAUSE_MS: i64 = 60 * 60 * 1_000;

/// Sends a sync request and returns the body of the answer.
pub(super) async fn sync(body: &[u8]) -> Result<Vec<u8>, NetworkFault> {
    send(Request::post("/api/sync"), Some((wire::CONTENT_TYPE, body))).await
}

/// Gets an address.
pub(super) async fn get(path: &str) -> Result<Vec<u8>, NetworkFault> {
    send(Request::get(path), None).await
}

/// Posts a JSON body.
pub(super) async fn post_json(path: &str, body: &impl Serialize) -> Result<Vec<u8>, NetworkFault> {
    let body = serde_json::to_vec(body).map_err(|_| NetworkFault::Unreachable)?;
    send(Request::post(path), Some((JSON, &body))).await
}

/// Reads a JSON answer, or the code of a failure.
pub(super) fn read_json<T: DeserializeOwned>(
    answer: Result<Vec<u8>, NetworkFault>,
) -> Result<T, Code> {
    let body = answer.map_err(code)?;
    // What a captive portal says instead of the server is no answer of it.
    serde_json::from_slice(&body).map_err(|_| Code::NetworkUnreachable)
}

/// Returns the code that people see.
pub(super) fn code(fault: NetworkFault) -> Code {
    match fault {
        NetworkFault::Unreachable => Code::NetworkUnreachable,
        NetworkFault::Refused { code, .. } => code,
    }
}

async fn send(
    request: RequestBuilder,
    body: Option<(&str, &[u8])>,
) -> Result<Vec<u8>, NetworkFault> {
    let limit = TimeLimit::start();
    let request = request
        .credentials(RequestCredentials::SameOrigin)
        .cache(RequestCache::NoStore)
        .redirect(RequestRedirect::Error)
        .abort_signal(limit.signal().as_ref());
    let request = match body {
        Some((media_type, bytes)) => request
            .header("content-type", media_type)
            .body(Uint8Array::from(bytes)),
        None => request.build(),
    };
    let Ok(request) = request else {
        return Err(NetworkFault::Unreachable);
    };
    let read = async {
        let response = request.send().await?;
        let body = response.binary().await?;
        Ok::<(Response, Vec<u8>), gloo::net::Error>((response, body))
    };
    let (response, body) = read.await.map_err(|_| NetworkFault::Unreachable)?;
    if response.ok() {
        return Ok(body);
    }
    let retry_after = response.headers().get("retry-after");
    Err(fault(response.status(), retry_after.as_deref(), &body))
}

/// Aborts a request that takes too long.
struct TimeLimit {
    controller: Option<AbortController>,
    _timer: Timeout,
}

impl TimeLimit {
    fn start() -> Self {
        let controller = AbortController::new().ok();
        let aborting = controller.clone();
        let timer = Timeout::new(u32::try_from(WAIT_MS).unwrap_or(u32::MAX), move || {
            if let Some(controller) = aborting {
                controller.abort();
            }
        });
        Self {
            controller,
            _timer: timer,
        }
    }

    fn signal(&self) -> Option<web_sys::AbortSignal> {
        self.controller.as_ref().map(AbortController::signal)
    }
}

/// Says what an answer that is no success means. One without a code comes from something between
/// phone and server, unless the session ended; a code that this version does not know is the
/// server's all the same.
fn fault(status: u16, retry_after: Option<&str>, body: &[u8]) -> NetworkFault {
    let answer: Option<ErrorAnswer> = serde_json::from_slice(body).ok();
    let code = answer.map(|answer| Code::parse(&answer.error.code).unwrap_or(Code::ServerError));
    let code = match (status, code) {
        (401, Some(Code::NotSignedIn) | None) => Code::SessionExpired,
        (_, Some(code)) => code,
        (_, None) => return NetworkFault::Unreachable,
    };
    NetworkFault::Refused {
        code,
        retry_after_ms: retry_after.and_then(pause_ms),
    }
}

/// Reads `Retry-After`, which the server writes in seconds.
fn pause_ms(retry_after: &str) -> Option<i64> {
    let seconds: u32 = retry_after.trim().parse().ok()?;
    Some((i64::from(seconds) * 1_000).min(LONGEST_PAUSE_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(code: &str) -> Vec<u8> {
        format!(r#"{{"error":{{"code":"{code}","message":"","next":""}}}}"#).into_bytes()
    }

    fn refused(code: Code, retry_after_ms: Option<i64>) -> NetworkFault {
        NetworkFault::Refused {
            code,
            retry_after_ms,
        }
    }

    #[test]
    fn a_refusal_carries_its_code_and_the_pause_it_asks_for() {
        let answer = fault(503, Some("7"), &body("server_error"));
        assert_eq!(answer, refused(Code::ServerError, Some(7_000)));
        let answer = fault(403, None, &body("device_revoked"));
        assert_eq!(answer, refused(Code::DeviceRevoked, None));
    }

    #[test]
    fn an_ended_session_is_known_by_its_status_or_its_code() {
        let expired = refused(Code::SessionExpired, None);
        assert_eq!(fault(401, None, b""), expired);
        assert_eq!(fault(401, None, &body("not_signed_in")), expired);
        assert_eq!(fault(401, None, &body("session_expired")), expired);
        let revoked = refused(Code::DeviceRevoked, None);
        assert_eq!(fault(401, None, &body("device_revoked")), revoked);
    }

    #[test]
    fn what_something_in_between_says_is_no_answer_of_the_server() {
        for (status, body) in [(502, &b"<html>Bad Gateway</html>"[..]), (511, b"{}")] {
            assert_eq!(fault(status, None, body), NetworkFault::Unreachable);
        }
    }

    #[test]
    fn a_code_of_a_later_version_is_still_the_servers() {
        let answer = fault(429, Some("30"), &body("of_a_later_version"));
        assert_eq!(answer, refused(Code::ServerError, Some(30_000)));
    }

    #[test]
    fn a_pause_is_read_in_seconds_and_never_longer_than_an_hour() {
        assert_eq!(pause_ms(" 120 "), Some(120_000));
        assert_eq!(pause_ms("999999"), Some(LONGEST_PAUSE_MS));
        assert_eq!(pause_ms("Sun, 22 Nov 2026 12:00:00 GMT"), None);
        assert_eq!(pause_ms("-1"), None);
    }
}
