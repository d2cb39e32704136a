//! What coordinators ask: totals, attendance with names, feedback.

use shared::api::{AttendanceList, FeedbackItem, Overview};
use shared::codes::Code;
use shared::ids::{ActivityId, OrganisationId, OrganisationPath};
use shared::permission::{Action, Authority};
use shared::time::Day;

use super::{Office, ServiceError};
use crate::audit::{AuditEvent, AuditRecord};

/// Activities of an overview at most.
const ACTIVITIES: usize = 200;
/// Feedback of one answer at most.
const FEEDBACK: usize = 500;
/// Days of an overview at most: ten years.
const PERIOD_DAYS: i32 = 3_660;
/// Days of an overview when nothing is asked for.
const DEFAULT_DAYS: i32 = 30;

impl Office {
    /// Returns the totals of an organisation; without one, of the highest that the reader oversees.
    ///
    /// # Errors
    /// [`Code::Forbidden`], or [`Code::RequestMalformed`] for a period that is none.
    pub async fn overview(
        &self,
        authority: &Authority,
        organisation: Option<OrganisationId>,
        from: Option<Day>,
        to: Option<Day>,
    ) -> Result<Overview, ServiceError> {
        let now = self.now();
        let to = to.unwrap_or(now.day());
        let from = from.unwrap_or(to.plus(1 - DEFAULT_DAYS));
        if from > to || to.0.saturating_sub(from.0) >= PERIOD_DAYS {
            return Err(Code::RequestMalformed.into());
        }
        let path = self
            .overseen(authority, organisation, AuditEvent::OverviewRead)
            .await?;
        let rows = self
            .store
            .overview(path.clone(), from, to, ACTIVITIES)
            .await?
            .ok_or(Code::Forbidden)?;
        let mut above: Vec<_> = rows
            .line
            .into_iter()
            .filter(|record| authority.may(Action::Oversee, &record.path))
            .map(|record| record.summary)
            .collect();
        let organisation = above.pop().ok_or(Code::Forbidden)?;
        Ok(Overview {
            organisation,
            above,
            from,
            to,
            totals: rows.totals,
            beneath: rows.beneath,
            days: rows.days,
            activities: rows.activities,
            read_at: now,
        })
    }

    /// Returns who was at an activity.
    ///
    /// # Errors
    /// [`Code::NotFound`] or [`Code::Forbidden`].
    pub async fn attendance(
        &self,
        authority: &Authority,
        activity: ActivityId,
    ) -> Result<AttendanceList, ServiceError> {
        let found = self.store.attendance(activity).await?;
        let record =
            AuditRecord::of(self.now(), AuditEvent::AttendanceRead, activity).by(authority);
        let Some(found) = found else {
            return Err(Code::NotFound.into());
        };
        let allowed = found
            .path
            .is_some_and(|path| authority.may(Action::Oversee, &path));
        if !allowed {
            self.record(record.refused(Code::Forbidden)).await?;
            return Err(Code::Forbidden.into());
        }
        self.record(record).await?;
        Ok(AttendanceList {
            activity: found.activity,
            rows: found.rows,
        })
    }

    /// Returns the feedback of the members at and beneath an organisation, the newest first.
    ///
    /// # Errors
    /// [`Code::Forbidden`].
    pub async fn feedback(
        &self,
        authority: &Authority,
        organisation: Option<OrganisationId>,
    ) -> Result<Vec<FeedbackItem>, ServiceError> {
        let event = AuditEvent::FeedbackRead;
        let path = self.overseen(authority, organisation, event).await?;
        let record = AuditRecord::of(self.now(), event, &path).by(authority);
        self.record(record).await?;
        Ok(self.store.feedback(path, FEEDBACK).await?)
    }

    /// Returns the path of an organisation that the reader oversees. One that does not exist is
    /// refused like one of somebody else's.
    async fn overseen(
        &self,
        authority: &Authority,
        organisation: Option<OrganisationId>,
        event: AuditEvent,
    ) -> Result<OrganisationPath, ServiceError> {
        let path = match organisation {
            Some(id) => self.store.organisation(id).await?.map(|record| record.path),
            None => authority
                .grants
                .iter()
                .map(|grant| grant.path.clone())
                .find(|path| authority.may(Action::Oversee, path)),
        };
        let allowed = path.filter(|path| authority.may(Action::Oversee, path));
        if let Some(path) = allowed {
            return Ok(path);
        }
        let object = organisation.map(|id| id.to_string()).unwrap_or_default();
        let record = AuditRecord::of(self.now(), event, object).by(authority);
        self.record(record.refused(Code::Forbidden)).await?;
        Err(Code::Forbidden.into())
    }
}
