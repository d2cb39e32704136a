//! The server's addresses. Turns HTTP into calls of services and back; knows no SQL.

mod body;
mod dashboard;
mod devices;
mod error;
mod events;
mod figures;
mod headers;
mod identity;
mod matters;
mod oversight;
mod photos;
mod session;
mod sync;
mod web;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::middleware;
use axum::routing::{get, post};
use shared::codes::Code;
use tokio::sync::watch;

use crate::config::{Limits, Proxy};
use crate::services::Office;
use body::Bodies;
use error::ApiError;
pub use web::Bundle;

/// What every handler works with.
#[derive(Clone)]
pub struct Counter {
    inner: Arc<Inner>,
}

struct Inner {
    office: Office,
    bundle: Bundle,
    https: bool,
    proxy: Proxy,
    bodies: Bodies,
    /// Event streams open at a time.
    streams: usize,
    /// Turns true when the server ends.
    ending: watch::Receiver<bool>,
}

impl Counter {
    /// Puts services and bundle behind one counter.
    pub fn new(
        office: Office,
        bundle: Bundle,
        https: bool,
        proxy: Proxy,
        limits: &Limits,
        ending: watch::Receiver<bool>,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                office,
                bundle,
                https,
                proxy,
                bodies: Bodies::new(limits),
                streams: limits.streams,
                ending,
            }),
        }
    }

    /// Returns how long one who finds no room is to stay away.
    pub fn come_again(&self) -> Duration {
        self.office().turnstile.come_again()
    }

    fn office(&self) -> &Office {
        &self.inner.office
    }
}

/// Returns the routes.
pub fn router(counter: Counter) -> Router {
    let api = Router::new()
        .route("/sync", post(sync::sync))
        .route("/enrol", post(identity::enrol))
        .route("/session/challenge", post(identity::challenge))
        .route("/session", post(identity::renew))
        .route("/session/end", post(devices::sign_out))
        .route("/enrolments", post(identity::issue))
        .route("/devices", get(devices::list))
        .route("/devices/{id}/revoke", post(devices::revoke))
        .route("/dashboard", get(dashboard::dashboard))
        .route("/venues", get(dashboard::venues))
        .route("/unconfirmed", get(dashboard::unconfirmed))
        .route("/activities/{id}/attendance", get(oversight::attendance))
        .route(
            "/activities/{id}/attendance.xlsx",
            get(oversight::attendance_workbook),
        )
        .route("/communities", get(matters::communities))
        .route("/listings", get(matters::listings))
        .route("/matters", get(matters::matters))
        .route("/matters/phone", post(matters::phone))
        .route("/registrations", get(matters::registrations))
        .route("/service", get(matters::service))
        .route("/service.xlsx", get(matters::service_workbook))
        .route("/feedback", get(oversight::feedback))
        .route(
            "/photos/{hash}",
            get(photos::photo)
                .head(photos::progress)
                .patch(photos::append),
        )
        .route("/events", get(events::events))
        .fallback(nothing)
        .method_not_allowed_fallback(nothing)
        .layer(middleware::from_fn(headers::same_origin));
    Router::new()
        .nest("/api", api)
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .fallback(web::page)
        .layer(middleware::from_fn(headers::secure))
        .with_state(counter)
}

/// Returns the routes of the operator's own address.
pub fn figures(counter: Counter) -> Router {
    Router::new()
        .route("/metrics", get(figures::figures))
        .with_state(counter)
}

async fn nothing() -> ApiError {
    ApiError::from(Code::NotFound)
}

async fn ready(State(counter): State<Counter>) -> Result<&'static str, ApiError> {
    if *counter.inner.ending.borrow() {
        return Err(counter.office().turnstile.busy().into());
    }
    counter.office().store.ready().await?;
    Ok("ok")
}
