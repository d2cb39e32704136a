//! `GET /metrics`.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use super::Counter;

/// Source: the OpenMetrics specification, "Content type".
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(super) async fn figures(State(counter): State<Counter>) -> impl IntoResponse {
    (
        [(CONTENT_TYPE, OPEN_METRICS)],
        counter.office().figures().await,
    )
}
