//! Registrations, service and the lists.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use shared::api::{
    ListingTally, MatterList, Phone, PhoneRequest, RegistrationList, ServiceReport, Side,
};
use shared::codes::Code;
use shared::words::{RequestKind, RequestState};

use super::Counter;
use super::body::JsonBody;
use super::error::ApiError;
use super::oversight::{Question, XLSX, read_day};
use super::session::SignedIn;
use crate::services::matters::{MatterQuestion, ServiceQuestion};
use crate::store::matters::Edition;

/// The query of a list of requests.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Matters {
    organisation: Option<String>,
    side: Option<String>,
    kind: Option<String>,
    state: Option<String>,
    from: Option<String>,
    to: Option<String>,
    after: Option<String>,
}

/// The list changes with the directory alone, so a phone that has it is told so.
pub(super) async fn communities(
    State(counter): State<Counter>,
    SignedIn(_): SignedIn,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let tag = headers.get(IF_NONE_MATCH).and_then(|tag| tag.to_str().ok());
    let known = tag.and_then(read_tag);
    let communities = counter.office().communities(known).await?;
    let Edition { epoch, version } = communities.edition;
    let headers = [
        (ETAG, format!("\"{epoch}-{version}\"")),
        (CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    Ok(match communities.organisations {
        Some(organisations) => (headers, Json(organisations)).into_response(),
        None => (StatusCode::NOT_MODIFIED, headers).into_response(),
    })
}

pub(super) async fn listings(
    State(counter): State<Counter>,
    SignedIn(_): SignedIn,
    Query(question): Query<Question>,
) -> Result<Json<Vec<ListingTally>>, ApiError> {
    let organisation = question.organisation()?.ok_or(Code::RequestMalformed)?;
    Ok(Json(counter.office().listings(organisation).await?))
}

pub(super) async fn matters(
    State(counter): State<Counter>,
    SignedIn(authority): SignedIn,
    Query(asked): Query<Matters>,
) -> Result<Json<MatterList>, ApiError> {
    let question = asked.read()?;
    Ok(Json(counter.office().matters(&authority, question).await?))
}

pub(super) async fn phone(
    State(counter): State<Counter>,
    SignedIn(authority): SignedIn,
    JsonBody(asked): JsonBody<PhoneRequest>,
) -> Result<Json<Phone>, ApiError> {
    Ok(Json(counter.office().phone(&authority, asked).await?))
}

pub(super) async fn registrations(
    State(counter): State<Counter>,
    SignedIn(authority): SignedIn,
    Query(question): Query<Question>,
) -> Result<Json<RegistrationList>, ApiError> {
    let organisation = question.organisation()?;
    let office = counter.office();
    Ok(Json(office.registrations(&authority, organisation).await?))
}

pub(super) async fn service(
    State(counter): State<Counter>,
    SignedIn(authority): SignedIn,
    Query(question): Query<Question>,
) -> Result<Json<ServiceReport>, ApiError> {
    let question = of_service(&question)?;
    Ok(Json(counter.office().service(&authority, question).await?))
}

pub(super) async fn service_workbook(
    State(counter): State<Counter>,
    SignedIn(authority): SignedIn,
    Query(question): Query<Question>,
) -> Result<impl IntoResponse, ApiError> {
    let question = of_service(&question)?;
    let office = counter.office();
    let workbook = office.service_workbook(&authority, question).await?;
    let name = "attachment; filename=\"service.xlsx\"";
    Ok((
        [(CONTENT_TYPE, XLSX), (CONTENT_DISPOSITION, name)],
        workbook,
    ))
}

fn of_service(question: &Question) -> Result<ServiceQuestion, Code> {
    Ok(ServiceQuestion {
        organisation: question.organisation()?,
        from: question.from()?,
        to: question.to()?,
    })
}

impl Matters {
    fn read(self) -> Result<MatterQuestion, Code> {
        let side = match word(self.side.as_deref()) {
            None | Some("asked") => Side::Asked,
            Some("asking") => Side::Asking,
            Some(_) => return Err(Code::RequestMalformed),
        };
        let organisation = word(self.organisation.as_deref())
            .map(|text| text.parse().map_err(|_| Code::RequestMalformed));
        let kind = word(self.kind.as_deref())
            .map(|text| RequestKind::parse(text).ok_or(Code::RequestMalformed));
        let state = word(self.state.as_deref())
            .map(|text| RequestState::parse(text).ok_or(Code::RequestMalformed));
        Ok(MatterQuestion {
            organisation: organisation.transpose()?,
            side,
            kind: kind.transpose()?,
            state: state.transpose()?,
            from: word(self.from.as_deref()).map(read_day).transpose()?,
            to: word(self.to.as_deref()).map(read_day).transpose()?,
            after: self.after.filter(|text| !text.is_empty()),
        })
    }
}

/// What is asked for with nothing behind it is not asked for.
fn word(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// A proxy that compresses calls the tag a weak one.
fn read_tag(tag: &str) -> Option<Edition> {
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    let (epoch, version) = tag.strip_prefix('"')?.strip_suffix('"')?.split_once('-')?;
    Some(Edition {
        epoch: epoch.parse().ok()?,
        version: version.parse().ok()?,
    })
}
