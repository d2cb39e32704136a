//! Every error answer.

use axum::Json;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use shared::api::{ErrorAnswer, ErrorBody};
use shared::codes::Code;

use crate::projector::chain;
use crate::services::ServiceError;
use crate::store::StoreError;

/// An error on its way to the client.
#[derive(Debug)]
pub(super) struct ApiError(ServiceError);

impl From<ServiceError> for ApiError {
    fn from(error: ServiceError) -> Self {
        Self(error)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self(error.into())
    }
}

impl From<Code> for ApiError {
    fn from(code: Code) -> Self {
        Self(code.into())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let code = self.0.code();
        let retry_after_ms = match self.0 {
            ServiceError::Refused { retry_after_ms, .. } => retry_after_ms,
            ServiceError::Store(_)
            | ServiceError::Randomness(_)
            | ServiceError::Lost(_)
            | ServiceError::Workbook(_)
            | ServiceError::Table(_)
            | ServiceError::TooLong => {
                tracing::error!(error = %chain(&self.0), "a request could not be served");
                None
            }
        };
        let body = ErrorBody {
            code: code.as_str().to_owned(),
            message: code.message().to_owned(),
            next: code.next().to_owned(),
        };
        let mut response = (status(code), Json(ErrorAnswer { error: body })).into_response();
        if is_of_token(code) {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
        }
        if let Some(ms) = retry_after_ms {
            let seconds = HeaderValue::from(ms.max(0).unsigned_abs().div_ceil(1_000));
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        response
    }
}

/// Tells whether the code says that a token is not good. Source: RFC 6750, section 3.
const fn is_of_token(code: Code) -> bool {
    matches!(
        code,
        Code::TokenUnknown | Code::TokenExpired | Code::TokenRevoked
    )
}

/// Codes that only phones, documents and imports meet answer 422 should they ever come here.
const fn status(code: Code) -> StatusCode {
    match code {
        Code::NotSignedIn
        | Code::SessionExpired
        | Code::TokenUnknown
        | Code::TokenExpired
        | Code::TokenRevoked => StatusCode::UNAUTHORIZED,
        Code::Forbidden
        | Code::DeviceRevoked
        | Code::DeviceCopied
        | Code::TokenScope
        | Code::TokenElsewhere => StatusCode::FORBIDDEN,
        Code::CodeUnknown | Code::NotFound => StatusCode::NOT_FOUND,
        Code::CodeUsed | Code::CodeExpired => StatusCode::GONE,
        Code::TooManyAttempts | Code::TooManyRequests | Code::QuotaExceeded => {
            StatusCode::TOO_MANY_REQUESTS
        }
        Code::PhotoMisplaced => StatusCode::CONFLICT,
        Code::ServerBusy | Code::ExportsBusy => StatusCode::SERVICE_UNAVAILABLE,
        Code::ContentTypeUnsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::RequestTooLarge | Code::TooManyChanges => StatusCode::PAYLOAD_TOO_LARGE,
        Code::KeyInvalid
        | Code::RequestTruncated
        | Code::RequestMalformed
        | Code::VersionUnsupported => StatusCode::BAD_REQUEST,
        Code::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
        Code::Unknown
        | Code::ChangeTooLarge
        | Code::ChangeMalformed
        | Code::ChangeForbidden
        | Code::ChangeOutOfOrder
        | Code::DependencyMissing
        | Code::DocumentTooLarge
        | Code::EntryMalformed
        | Code::EntryRewritten
        | Code::ClockInsane
        | Code::ActivityElsewhere
        | Code::ScanUnreadable
        | Code::ScanElsewhere
        | Code::ScanForged
        | Code::ScanStale
        | Code::AnswerUnknown
        | Code::PhotoInvalid
        | Code::ActivityUnknown
        | Code::ActivityOver
        | Code::ActivityCancelled
        | Code::ActivityNotOpen
        | Code::AlreadyRecorded
        | Code::StorageFull
        | Code::StorageDenied
        | Code::StorageUnavailable
        | Code::StorageEvicted
        | Code::NetworkUnreachable
        | Code::FileUnreadable
        | Code::ColumnMissing
        | Code::CellEmpty
        | Code::CellInvalid
        | Code::RowDuplicate
        | Code::RowConflict
        | Code::BranchUnknown
        | Code::AreaUnknown
        | Code::ParentUnknown => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
