//! What coordinators ask: attendance with names, feedback.

use std::collections::{BTreeMap, BTreeSet};

use shared::api::{AttendanceList, ExpectedPerson, FeedbackItem};
use shared::codes::Code;
use shared::ids::{ActivityId, EntryId, MemberId, OrganisationId};
use shared::permission::{Action, Authority};
use shared::project::{MarkRow, VisitorRow};
use shared::records::{Audience, Visitor};
use shared::time::Day;
use shared::words::MarkKind;

use super::{Office, ServiceError, attendance_workbook};
use crate::audit::{AuditEvent, AuditRecord};
use crate::store::derived::FactsWanted;
use crate::store::oversight::{AttendanceRows, OrganisationRecord, RosterWanted};

/// People of one list at most.
pub(super) const ROSTER: usize = 2_000;
/// Feedback of one answer at most.
const FEEDBACK: usize = 500;
/// Days of a period at most: ten years.
const PERIOD_DAYS: i32 = 3_660;

impl Office {
    /// Returns who was at an activity.
    ///
    /// # Errors
    /// [`Code::NotFound`] or [`Code::Forbidden`].
    pub async fn attendance(
        &self,
        authority: &Authority,
        activity: ActivityId,
    ) -> Result<AttendanceList, ServiceError> {
        self.attendance_for(authority, activity, AuditEvent::AttendanceRead)
            .await
    }

    /// Returns who was at an activity as a workbook.
    ///
    /// # Errors
    /// As [`Office::attendance`].
    pub async fn attendance_workbook(
        &self,
        authority: &Authority,
        activity: ActivityId,
    ) -> Result<Vec<u8>, ServiceError> {
        let list = self
            .attendance_for(authority, activity, AuditEvent::AttendanceExported)
            .await?;
        tokio::task::spawn_blocking(move || attendance_workbook::write(&list))
            .await
            .map_err(ServiceError::Lost)?
            .map_err(ServiceError::Workbook)
    }

    async fn attendance_for(
        &self,
        authority: &Authority,
        activity: ActivityId,
        event: AuditEvent,
    ) -> Result<AttendanceList, ServiceError> {
        let found = self.store.attendance(activity).await?;
        let record = AuditRecord::of(self.now(), event, activity).by(authority);
        let Some(mut found) = found else {
            return Err(Code::NotFound.into());
        };
        // Who marks a roll call sees what came of it.
        let allowed = found
            .path
            .as_ref()
            .is_some_and(|path| authority.may(Action::Mark, path));
        if !allowed {
            self.record(record.refused(Code::Forbidden)).await?;
            return Err(Code::Forbidden.into());
        }
        self.record(record).await?;
        let organisation = self.store.organisation(found.organisation).await?;
        let organisation = organisation.ok_or(Code::NotFound)?.summary;
        let (expected, names) = self.people_of(&mut found).await?;
        Ok(AttendanceList {
            activity: found.activity,
            plan: found.plan,
            organisation,
            venue: found.venue,
            rows: found.rows,
            expected,
            visitors: standing(found.visitors),
            names,
        })
    }

    /// Returns who is expected of whom nothing is said, and the names of those who marked; notes in
    /// the rows who was expected.
    async fn people_of(
        &self,
        found: &mut AttendanceRows,
    ) -> Result<(Vec<ExpectedPerson>, BTreeMap<MemberId, String>), ServiceError> {
        let organisations = match &found.plan.details.audience {
            Audience::Everybody => [found.organisation].into(),
            Audience::Organisations(organisations) => organisations.iter().copied().collect(),
            Audience::Invitation => BTreeSet::new(),
        };
        let mut audience = self
            .store
            .roster(RosterWanted {
                organisations,
                members: BTreeSet::new(),
                limit: ROSTER + 1,
            })
            .await?;
        // A part of an audience, the first by name, would pass for the whole.
        if audience.len() > ROSTER {
            audience.clear();
        }
        let of_audience: BTreeSet<MemberId> = audience.iter().map(|row| row.member).collect();
        let facts = self.store.facts(FactsWanted {
            activities: [found.plan.activity].into(),
            ..FactsWanted::default()
        });
        let invited = invited(facts.await?.marks.into_iter().map(|(_, row)| row));
        for row in &mut found.rows {
            let member = row.outcome.member;
            row.expected = of_audience.contains(&member) || invited.contains(&member);
        }
        let said: BTreeSet<MemberId> = found.rows.iter().map(|row| row.outcome.member).collect();
        let expected = audience
            .into_iter()
            .filter(|person| !said.contains(&person.member))
            .map(|person| ExpectedPerson {
                member: person.member,
                name: person.name,
                branch: person.branch,
            })
            .collect();
        let pieces = found.rows.iter().flat_map(|row| &row.outcome.evidence);
        let members = pieces.filter_map(|piece| piece.source.by()).collect();
        let names = self
            .store
            .roster(RosterWanted {
                organisations: BTreeSet::new(),
                members,
                limit: ROSTER,
            })
            .await?;
        let names = names.into_iter().map(|person| (person.member, person.name));
        Ok((expected, names.collect()))
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
        let OrganisationRecord { path, .. } = self.overseen(authority, organisation, event).await?;
        let record = AuditRecord::of(self.now(), event, &path).by(authority);
        self.record(record).await?;
        Ok(self.store.feedback(path, FEEDBACK).await?)
    }

    /// Returns an organisation that the reader oversees, the first of them when none is named. One that
    /// does not exist is refused like one of somebody else's.
    pub(super) async fn overseen(
        &self,
        authority: &Authority,
        organisation: Option<OrganisationId>,
        event: AuditEvent,
    ) -> Result<OrganisationRecord, ServiceError> {
        let mut grants = authority.grants.iter();
        let first = || {
            let overseen = grants.find(|grant| authority.may(Action::Oversee, &grant.path));
            overseen.map(|grant| grant.organisation)
        };
        let record = match organisation.or_else(first) {
            Some(id) => self.store.organisation(id).await?,
            None => None,
        };
        let allowed = record.filter(|record| authority.may(Action::Oversee, &record.path));
        if let Some(record) = allowed {
            return Ok(record);
        }
        let object = organisation.map(|id| id.to_string()).unwrap_or_default();
        let record = AuditRecord::of(self.now(), event, object).by(authority);
        self.record(record.refused(Code::Forbidden)).await?;
        Err(Code::Forbidden.into())
    }
}

/// Refuses a period that is none, or longer than any question needs.
pub(super) fn check_period(from: Day, to: Day) -> Result<(), Code> {
    if from > to || to.0.saturating_sub(from.0) >= PERIOD_DAYS {
        return Err(Code::RequestMalformed);
    }
    Ok(())
}

/// Returns those whose invitation stands: no other mark takes it back.
fn invited(marks: impl Iterator<Item = MarkRow>) -> BTreeSet<MemberId> {
    let marks: Vec<MarkRow> = marks.collect();
    let corrected: BTreeSet<EntryId> = marks.iter().filter_map(|row| row.mark.corrects).collect();
    marks
        .iter()
        .filter(|row| row.mark.kind == MarkKind::Expected && !corrected.contains(&row.id))
        .map(|row| row.mark.member)
        .collect()
}

/// Returns the visitors that stand: those that no later record corrects, and that were not taken back.
fn standing(rows: Vec<VisitorRow>) -> Vec<Visitor> {
    let corrected: BTreeSet<EntryId> = rows.iter().filter_map(|row| row.visitor.corrects).collect();
    rows.into_iter()
        .filter(|row| !corrected.contains(&row.id) && row.visitor.kind != MarkKind::Withdrawn)
        .map(|row| row.visitor)
        .collect()
}
