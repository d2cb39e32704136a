//! What coordinators ask.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde::Deserialize;
use shared::api::{AttendanceList, FeedbackItem, VenueUse};
use shared::codes::Code;
use shared::ids::{ActivityId, OrganisationId};
use shared::rollup::Facet;
use shared::time::Day;

use super::Counter;
use super::error::ApiError;
use super::session::SignedIn;

/// Source: ECMA-376, part 1, section 12.2.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The query of whatever is asked about an organisation, some of it for a period.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Question {
    organisation: Option<String>,
    from: Option<String>,
    to: Option<String>,
    facet: Option<String>,
    r#use: Option<String>,
    after: Option<String>,
}

pub(super) async fn attendance(
    State(counter): State<Counter>,
    SignedIn(authority): SignedIn,
    Path(activity): Path<String>,
) -> Result<Json<AttendanceList>, ApiError> {
    let activity = activity.parse().map_err(|_| Code::NotFound)?;
    Ok(Json(
        counter.office().attendance(&authority, activity).await?,
    ))
}

pub(super) async fn attendance_workbook(
    State(counter): State<Counter>,
    SignedIn(authority): SignedIn,
    Path(activity): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    let activity: ActivityId = activity.parse().map_err(|_| Code::NotFound)?;
    let office = counter.office();
    let workbook = office.attendance_workbook(&authority, activity).await?;
    let name = format!("attachment; filename=\"attendance-{activity}.xlsx\"");
    Ok((
        [(CONTENT_TYPE, XLSX.to_owned()), (CONTENT_DISPOSITION, name)],
        workbook,
    ))
}

pub(super) async fn feedback(
    State(counter): State<Counter>,
    SignedIn(authority): SignedIn,
    Query(question): Query<Question>,
) -> Result<Json<Vec<FeedbackItem>>, ApiError> {
    let organisation = question.organisation()?;
    Ok(Json(
        counter.office().feedback(&authority, organisation).await?,
    ))
}

impl Question {
    pub(super) fn organisation(&self) -> Result<Option<OrganisationId>, Code> {
        let text = self.organisation.as_deref().filter(|text| !text.is_empty());
        text.map(|text| text.parse().map_err(|_| Code::RequestMalformed))
            .transpose()
    }

    pub(super) fn facet(&self) -> Result<Option<Facet>, Code> {
        let text = self.facet.as_deref().filter(|text| !text.is_empty());
        text.map(|text| text.parse().map_err(|_| Code::RequestMalformed))
            .transpose()
    }

    pub(super) fn venue_use(&self) -> Result<VenueUse, Code> {
        match self.r#use.as_deref().unwrap_or_default() {
            "" | "any" => Ok(VenueUse::Any),
            "unused" => Ok(VenueUse::Unused),
            _ => Err(Code::RequestMalformed),
        }
    }

    pub(super) fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    pub(super) fn from(&self) -> Result<Option<Day>, Code> {
        self.from.as_deref().map(read_day).transpose()
    }

    pub(super) fn to(&self) -> Result<Option<Day>, Code> {
        self.to.as_deref().map(read_day).transpose()
    }
}

/// Reads a day as `2026-11-22`, or as the number of days since 1970 that JSON bodies write.
pub(super) fn read_day(text: &str) -> Result<Day, Code> {
    let day = match text.parse() {
        Ok(number) => Day(number),
        Err(_) => read_date(text).ok_or(Code::RequestMalformed)?,
    };
    let (first, last) = (Day::of(1900, 1, 1), Day::of(2200, 1, 1));
    if (first..=last).contains(&day) {
        Ok(day)
    } else {
        Err(Code::RequestMalformed)
    }
}

fn read_date(text: &str) -> Option<Day> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let date = (
        year.parse().ok().filter(|year| (1..=9999).contains(year))?,
        month
            .parse()
            .ok()
            .filter(|month| (1..=12).contains(month))?,
        day.parse().ok().filter(|day| (1..=31).contains(day))?,
    );
    let found = Day::of(date.0, date.1, date.2);
    (found.date() == date).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_date_or_a_number_and_nothing_else() {
        let day = Day::of(2026, 11, 22);
        assert_eq!(read_day("2026-11-22"), Ok(day));
        assert_eq!(read_day(&day.0.to_string()), Ok(day));
        for text in [
            "",
            "2026-13-01",
            "2026-02-30",
            "yesterday",
            "999999999",
            "1-1",
        ] {
            assert_eq!(read_day(text), Err(Code::RequestMalformed), "{text}");
        }
    }
}
