//! Photos of services, sent in parts that can be resumed.
//! Source of the headers: draft-ietf-httpbis-resumable-upload.

use axum::extract::{Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use shared::codes::Code;
use shared::ids::PhotoHash;
use shared::limits;

use super::Counter;
use super::body::{BodyFailure, expect_type};
use super::error::ApiError;
use super::session::SignedIn;
use crate::services::photos::PartTaken;
use crate::store::photos::PhotoProgress;

const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_COMPLETE: HeaderName = HeaderName::from_static("upload-complete");
const PARTIAL_UPLOAD: &str = "application/partial-upload";

pub(super) async fn progress(
    State(counter): State<Counter>,
    SignedIn(authority): SignedIn,
    Path(hash): Path<String>,
) -> Result<Response, ApiError> {
    let progress = counter
        .office()
        .photo_progress(&authority, named(&hash)?)
        .await?;
    Ok((StatusCode::NO_CONTENT, offset(progress)).into_response())
}

pub(super) async fn append(
    State(counter): State<Counter>,
    SignedIn(authority): SignedIn,
    Path(hash): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let hash = named(&hash)?;
    expect_type(request.headers(), PARTIAL_UPLOAD)?;
    let start = request.headers().get(UPLOAD_OFFSET);
    let start = start.and_then(|value| value.to_str().ok()?.parse().ok());
    let start: u64 = start.ok_or(Code::RequestMalformed)?;
    let bodies = &counter.inner.bodies;
    let body = bodies.read(request.into_body(), limits::PHOTO_PART_BYTES);
    let data = match body.await {
        Ok(data) => data,
        Err(BodyFailure::Refused(code)) => return Err(code.into()),
        Err(BodyFailure::Busy) => return Err(counter.office().turnstile.busy().into()),
    };
    let office = counter.office();
    let taken = office
        .take_photo_part(&authority, hash, start, data.into())
        .await?;
    Ok(match taken {
        PartTaken::Taken(progress) => (StatusCode::NO_CONTENT, offset(progress)).into_response(),
        PartTaken::Misplaced(progress) => {
            let refused = ApiError::from(Code::PhotoMisplaced);
            (offset(progress), refused).into_response()
        }
    })
}

pub(super) async fn photo(
    State(counter): State<Counter>,
    SignedIn(authority): SignedIn,
    Path(hash): Path<String>,
) -> Result<Response, ApiError> {
    let photo = counter.office().photo(&authority, named(&hash)?).await?;
    let headers = [(CONTENT_TYPE, "image/jpeg"), (CACHE_CONTROL, "no-store")];
    Ok((headers, photo).into_response())
}

fn named(hash: &str) -> Result<PhotoHash, Code> {
    hash.parse().map_err(|_| Code::NotFound)
}

fn offset(progress: PhotoProgress) -> HeaderMap {
    let complete = if progress.is_whole { "?1" } else { "?0" };
    HeaderMap::from_iter([
        (UPLOAD_OFFSET, HeaderValue::from(progress.received)),
        (UPLOAD_COMPLETE, HeaderValue::from_static(complete)),
    ])
}
