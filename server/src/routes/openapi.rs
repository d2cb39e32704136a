//! `GET /api/openapi.json`: what other systems may read, described from the types that answer.

use axum::Json;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi, openapi};

use super::{dashboard, exports};

/// The read interface of a city for the platform of a superior.
///
/// Times are UTC milliseconds since 1970, days are the city's (UTC+8), counted from 1970-01-01; in queries
/// a day may also be written `2026-11-01`. Numbers that are not there are zero. An error has a stable code,
/// and with 429 and 503 the header `Retry-After`.
#[derive(OpenApi)]
#[openapi(
    info(title = "baodao 报到"),
    paths(
        dashboard::dashboard,
        dashboard::venues,
        dashboard::unconfirmed,
        exports::export,
        exports::progress,
    ),
    modifiers(&Token),
)]
struct ReadInterface;

/// The token of another system.
struct Token;

impl Modify for Token {
    fn modify(&self, description: &mut openapi::OpenApi) {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.description = Some("A token of `baodao token issue`.".to_owned());
        let components = description.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

pub(super) async fn description() -> Json<openapi::OpenApi> {
    Json(ReadInterface::openapi())
}
