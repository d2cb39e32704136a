//! Files to take away.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use futures::stream;
use serde::Deserialize;
use shared::api::{ErrorAnswer, ExportProgress, ExportTable, FiguresPart};
use shared::codes::Code;
use shared::ids::OrganisationId;
use uuid::Uuid;

use super::Counter;
use super::error::ApiError;
use super::oversight::{Question, XLSX};
use super::reading::Reading;
use crate::projector::chain;
use crate::services::exports::{Export, ExportFormat, ExportQuestion};

/// Source: RFC 4180, section 3.
const CSV: &str = "text/csv; charset=utf-8; header=present";

/// What only exports are asked.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wishes {
    part: Option<String>,
    progress: Option<String>,
}

/// Returns a ledger or the figures of an organisation and all beneath it as a file. Attendance and
/// activities come by day, registrations and services the newest day first. Telephone numbers are masked.
#[utoipa::path(
    get,
    path = "/api/export/{file}",
    tag = "exports",
    params(
        ("file" = String, Path, description = "`attendance`, `registrations`, `service`, `activities` or `figures`, and `.csv` or `.xlsx`. A token of the scope `figures` may read `activities` and `figures`.", example = "activities.csv"),
        ("organisation" = Option<OrganisationId>, Query, description = "The organisation; without one, the highest that the reader may see."),
        ("from" = Option<String>, Query, description = "First day, included: `2026-11-01`. Without one, 29 days before the last."),
        ("to" = Option<String>, Query, description = "Last day, included. Without one, today."),
        ("part" = Option<String>, Query, description = "Which table `figures.csv` holds: `figures`, `facets`, `organisations`, `days`, `months` or `venues`."),
        ("progress" = Option<Uuid>, Query, description = "A name of the reader's own choice, to ask how far the export has come."),
    ),
    responses(
        (status = 200, description = "The file.", content(
            (String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        )),
        (status = "default", description = "Why there is none.", body = ErrorAnswer),
    ),
    security(("token" = [])),
)]
pub(super) async fn export(
    State(counter): State<Counter>,
    Reading(reader): Reading,
    Path(file): Path<String>,
    Query(question): Query<Question>,
    Query(wishes): Query<Wishes>,
) -> Result<Response, ApiError> {
    let (table, format) = named(&file).ok_or(Code::NotFound)?;
    let asked = ExportQuestion {
        table,
        format,
        organisation: question.organisation()?,
        from: question.from()?,
        to: question.to()?,
        part: wishes.part()?,
        progress: wishes.progress()?,
    };
    let export = counter.office().export(&reader, asked).await?;
    let kind = match format {
        ExportFormat::Csv => CSV,
        ExportFormat::Xlsx => XLSX,
    };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    // The name is one of few, so it needs no quoting.
    let disposition = format!(
        "attachment; filename=\"{}.{}\"",
        table.as_str(),
        format.as_str()
    );
    let disposition = HeaderValue::from_str(&disposition).map_err(|_| Code::ServerError)?;
    headers.insert(CONTENT_DISPOSITION, disposition);
    if let Some(bytes) = export.bytes {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes));
    }
    Ok((headers, body(export)).into_response())
}

/// Tells how far an export of the same device or token has come, while the server works on it.
#[utoipa::path(
    get,
    path = "/api/export/progress/{name}",
    tag = "exports",
    params(("name" = Uuid, Path, description = "The name that the export was given.")),
    responses(
        (status = 200, description = "How far it has come.", body = ExportProgress),
        (status = "default", description = "Why nothing is known of it.", body = ErrorAnswer),
    ),
    security(("token" = [])),
)]
pub(super) async fn progress(
    State(counter): State<Counter>,
    Reading(reader): Reading,
    Path(name): Path<String>,
) -> Result<Json<ExportProgress>, ApiError> {
    let name = name.parse().map_err(|_| Code::NotFound)?;
    Ok(Json(counter.office().export_progress(&reader, name)?))
}

impl Wishes {
    fn part(&self) -> Result<FiguresPart, Code> {
        match self.part.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => FiguresPart::parse(text).ok_or(Code::RequestMalformed),
            None => Ok(FiguresPart::default()),
        }
    }

    fn progress(&self) -> Result<Option<Uuid>, Code> {
        let text = self.progress.as_deref().filter(|text| !text.is_empty());
        text.map(|text| text.parse().map_err(|_| Code::RequestMalformed))
            .transpose()
    }
}

/// Reads the name of a file, as `attendance.csv`.
fn named(file: &str) -> Option<(ExportTable, ExportFormat)> {
    let (table, format) = file.split_once('.')?;
    Some((ExportTable::parse(table)?, ExportFormat::parse(format)?))
}

/// The rest is read when the reader takes it: one who goes away drops the export and ends it. What goes
/// wrong cuts the answer short, so that nobody takes a part for the whole.
fn body(export: Export) -> Body {
    Body::from_stream(stream::try_unfold(export, async |mut export| {
        let next = export.next().await.inspect_err(|error| {
            tracing::error!(error = %chain(error), "an export was cut short");
        })?;
        Ok::<_, crate::services::ServiceError>(next.map(|bytes| (Bytes::from(bytes), export)))
    }))
}
