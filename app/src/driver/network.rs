//! Requests to the server, and what a failed one means.
//!
//! Every request carries the session's cookie and ends by itself before the engine gives it up.

use gloo::net::http::{Method, Request, RequestBuilder, Response};
use gloo::timers::callback::Timeout;
use js_sys::Uint8Array;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::api::ErrorAnswer;
use shared::client::NetworkFault;
use shared::codes::Code;
use shared::ids::PhotoHash;
use shared::limits;
use shared::wire;
use web_sys::{AbortController, RequestCache, RequestCredentials, RequestRedirect};

const JSON: &str = "application/json";
const PARTIAL_UPLOAD: &str = "application/partial-upload";
const UPLOAD_OFFSET: &str = "upload-offset";
const UPLOAD_COMPLETE: &str = "upload-complete";
/// A request ends before the engine stops waiting for it.
const WAIT_MS: i64 = limits::ANSWER_WAIT_MS - 5_000;

/// Sends a sync request and returns the body of the answer.
pub(super) async fn sync(body: &[u8]) -> Result<Vec<u8>, NetworkFault> {
    send(Request::post("/api/sync"), Some((wire::CONTENT_TYPE, body))).await
}

/// Gets an address.
pub(super) async fn get(path: &str) -> Result<Vec<u8>, NetworkFault> {
    send(Request::get(path), None).await
}

/// An answer, with the tag by which the server knows it again.
pub(crate) struct Tagged {
    pub(crate) body: Vec<u8>,
    pub(crate) tag: Option<String>,
}

/// Gets an address, `None` when it is still what the tag names.
pub(super) async fn get_newer(
    path: &str,
    tag: Option<&str>,
) -> Result<Option<Tagged>, NetworkFault> {
    let request = Request::get(path);
    let request = match tag {
        Some(tag) => request.header("if-none-match", tag),
        None => request,
    };
    let (response, body) = exchange(request, None).await?;
    if response.status() == 304 {
        return Ok(None);
    }
    let tag = response.headers().get("etag");
    let body = read(&response, body)?;
    Ok(Some(Tagged { body, tag }))
}

/// How much of a photo the server has. Source: draft-ietf-httpbis-resumable-upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PhotoProgress {
    /// The bytes that have arrived, from the first on.
    pub(super) received: usize,
    /// Whether that is all of it, and was found good.
    pub(super) is_whole: bool,
}

/// Returns where a photo is.
pub(super) fn photo_path(hash: PhotoHash) -> String {
    format!("/api/photos/{hash}")
}

/// Asks how much of a photo the server has.
pub(super) async fn photo_progress(hash: PhotoHash) -> Result<PhotoProgress, NetworkFault> {
    let request = RequestBuilder::new(&photo_path(hash)).method(Method::HEAD);
    let (response, body) = exchange(request, None).await?;
    // An answer to HEAD has no body that could name the code.
    if response.status() == 404 {
        return Err(NetworkFault::Refused {
            code: Code::NotFound,
            retry_after_ms: None,
        });
    }
    read(&response, body)?;
    told_progress(&response)
}

/// Sends a part of a photo and returns where to go on, which may be elsewhere.
pub(super) async fn send_photo_part(
    hash: PhotoHash,
    start: usize,
    part: &[u8],
) -> Result<PhotoProgress, NetworkFault> {
    let request = Request::patch(&photo_path(hash)).header(UPLOAD_OFFSET, &start.to_string());
    let (response, body) = exchange(request, Some((PARTIAL_UPLOAD, part))).await?;
    if response.status() != 409 {
        read(&response, body)?;
    }
    told_progress(&response)
}

fn told_progress(response: &Response) -> Result<PhotoProgress, NetworkFault> {
    let headers = response.headers();
    let received = headers.get(UPLOAD_OFFSET).and_then(|it| it.parse().ok());
    // What something in between says is no answer of the server.
    Ok(PhotoProgress {
        received: received.ok_or(NetworkFault::Unreachable)?,
        is_whole: headers.get(UPLOAD_COMPLETE).as_deref() == Some("?1"),
    })
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
    let (response, body) = exchange(request, body).await?;
    read(&response, body)
}

async fn exchange(
    request: RequestBuilder,
    body: Option<(&str, &[u8])>,
) -> Result<(Response, Vec<u8>), NetworkFault> {
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
    read.await.map_err(|_| NetworkFault::Unreachable)
}

/// Returns the body of a success, and what any other answer means.
fn read(response: &Response, body: Vec<u8>) -> Result<Vec<u8>, NetworkFault> {
    if response.ok() {
        return Ok(body);
    }
    Err(refused(response, &body))
}

/// Returns what an answer that is no success means, reading its body.
pub(super) async fn refusal(response: &Response) -> NetworkFault {
    match response.binary().await {
        Ok(body) => refused(response, &body),
        Err(_) => NetworkFault::Unreachable,
    }
}

fn refused(response: &Response, body: &[u8]) -> NetworkFault {
    let headers = response.headers();
    let pause_ms = headers
        .get("retry-after")
        .and_then(|wish| pause_ms(&wish, headers.get("date").as_deref()));
    fault(response.status(), pause_ms, body)
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
/// phone and server, unless the session ended, and is obeyed when it names a pause; a code that this
/// version does not know is the server's all the same.
fn fault(status: u16, retry_after_ms: Option<i64>, body: &[u8]) -> NetworkFault {
    let answer: Option<ErrorAnswer> = serde_json::from_slice(body).ok();
    let code = answer.map(|answer| Code::parse(&answer.error.code).unwrap_or(Code::ServerError));
    let code = match (status, code) {
        (401, Some(Code::NotSignedIn) | None) => Code::SessionExpired,
        (_, Some(code)) => code,
        (429 | 503, None) if retry_after_ms.is_some() => Code::ServerError,
        (_, None) => return NetworkFault::Unreachable,
    };
    NetworkFault::Refused {
        code,
        retry_after_ms,
    }
}

/// Reads `Retry-After`: seconds, or a date, which is held against the answer's own `Date` and not
/// against the phone's clock. Source: RFC 9110, section 10.2.3.
fn pause_ms(retry_after: &str, date: Option<&str>) -> Option<i64> {
    let wish = retry_after.trim();
    if let Ok(seconds) = wish.parse::<u32>() {
        return Some(i64::from(seconds) * 1_000);
    }
    let until = httpdate::parse_http_date(wish).ok()?;
    let answered = httpdate::parse_http_date(date?).ok()?;
    let pause = until.duration_since(answered).unwrap_or_default();
    i64::try_from(pause.as_millis()).ok()
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
        let answer = fault(503, Some(7_000), &body("server_error"));
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
    fn a_pause_that_something_in_between_asks_for_is_kept_too() {
        for status in [429, 503] {
            let answer = fault(status, Some(9_000), b"<html>busy</html>");
            assert_eq!(answer, refused(Code::ServerError, Some(9_000)));
        }
        assert_eq!(fault(502, Some(9_000), b""), NetworkFault::Unreachable);
    }

    #[test]
    fn a_code_of_a_later_version_is_still_the_servers() {
        let answer = fault(429, Some(30_000), &body("of_a_later_version"));
        assert_eq!(answer, refused(Code::ServerError, Some(30_000)));
    }

    #[test]
    fn a_pause_is_read_in_seconds_or_from_the_answers_own_date() {
        let date = |text| Some(text);
        assert_eq!(pause_ms(" 120 ", None), Some(120_000));
        let answered = "Sun, 22 Nov 2026 12:00:00 GMT";
        let until = "Sun, 22 Nov 2026 12:01:30 GMT";
        assert_eq!(pause_ms(until, date(answered)), Some(90_000));
        assert_eq!(pause_ms(answered, date(until)), Some(0), "it is over");
        assert_eq!(pause_ms(until, None), None);
        assert_eq!(pause_ms(until, date("yesterday")), None);
        assert_eq!(pause_ms("-1", date(answered)), None);
    }
}
