//! What is asked of registrations, service and the lists: where one can register, how much of the lists
//! is taken, what became of requests, and the service of a period.

use data_encoding::HEXLOWER;
use shared::api::{
    ExpectedPerson, ListingTally, MatterList, Phone, PhoneRequest, RegistrationList, ServiceReport,
    Side,
};
use shared::codes::Code;
use shared::ids::OrganisationId;
use shared::permission::{Action, Authority};
use shared::records::{Subject, Topic};
use shared::time::Day;
use shared::wire::MatterRow;
use shared::words::{RequestKind, RequestState};

use super::oversight::{ROSTER, check_period};
use super::{Office, ServiceError, service_workbook};
use crate::audit::{AuditEvent, AuditRecord};
use crate::store::ledgers::Extent;
use crate::store::matters::{Communities, Edition, MatterPlace, MattersWanted};
use crate::store::oversight::OrganisationRecord;

/// Requests of one page.
const PAGE: usize = 200;
/// Services of one workbook.
const LEDGER: usize = 50_000;

/// Which requests are asked for.
#[derive(Clone, Debug)]
pub struct MatterQuestion {
    /// The organisation; without one, the highest that the reader oversees.
    pub organisation: Option<OrganisationId>,
    /// The side on which it stands.
    pub side: Side,
    /// Of this kind alone.
    pub kind: Option<RequestKind>,
    /// In this state alone.
    pub state: Option<RequestState>,
    /// First day, included.
    pub from: Option<Day>,
    /// Last day, included.
    pub to: Option<Day>,
    /// The page before ended here.
    pub after: Option<String>,
}

/// Whose service is asked for, and of which days.
#[derive(Clone, Copy, Debug)]
pub struct ServiceQuestion {
    /// The organisation; without one, the highest that the reader oversees.
    pub organisation: Option<OrganisationId>,
    /// First day, included; without one, that of the quarter.
    pub from: Option<Day>,
    /// Last day, included; without one, today.
    pub to: Option<Day>,
}

impl Office {
    /// Returns where one can register, unless the asker knows that edition.
    ///
    /// # Errors
    /// What the store says.
    pub async fn communities(&self, known: Option<Edition>) -> Result<Communities, ServiceError> {
        Ok(self.store.communities(known).await?)
    }

    /// Returns how much is taken of what stands on a community's lists.
    ///
    /// # Errors
    /// What the store says.
    pub async fn listings(
        &self,
        organisation: OrganisationId,
    ) -> Result<Vec<ListingTally>, ServiceError> {
        Ok(self.store.listings(organisation).await?)
    }

    /// Returns a page of requests that an organisation decides on or asks, the newest first.
    ///
    /// # Errors
    /// [`Code::Forbidden`], or [`Code::RequestMalformed`] for a page that is none.
    pub async fn matters(
        &self,
        authority: &Authority,
        question: MatterQuestion,
    ) -> Result<MatterList, ServiceError> {
        let after = match question.after.as_deref() {
            Some(text) => Some(read_place(text).ok_or(Code::RequestMalformed)?),
            None => None,
        };
        let overseen = self
            .seen(authority, question.organisation, AuditEvent::MattersRead)
            .await?;
        let wanted = MattersWanted {
            path: overseen.path,
            side: question.side,
            kind: question.kind,
            state: question.state,
            from: question.from.unwrap_or(Day(i32::MIN)),
            to: question.to.unwrap_or(Day(i32::MAX)),
            after,
            limit: PAGE + 1,
        };
        let mut rows = self.store.matters(wanted).await?;
        let is_last = rows.len() <= PAGE;
        rows.truncate(PAGE);
        let last = rows.last().filter(|_| !is_last);
        Ok(MatterList {
            organisation: overseen.summary,
            next: last.map(written_place),
            rows: masked(rows),
        })
    }

    /// Returns the telephone number of a registration, to those who oversee either side. The audit log
    /// notes who asked.
    ///
    /// # Errors
    /// [`Code::NotFound`] or [`Code::Forbidden`].
    pub async fn phone(
        &self,
        authority: &Authority,
        asked: PhoneRequest,
    ) -> Result<Phone, ServiceError> {
        let record = AuditRecord::of(self.now(), AuditEvent::PhoneRead, asked.request);
        let record = record.by(authority);
        let found = self.store.matter((asked.request, asked.topic)).await?;
        let answer = match found {
            None => Err(Code::NotFound),
            Some(found) => {
                let mut paths = found.paths.iter();
                if paths.any(|path| authority.may(Action::Oversee, path)) {
                    number(found.matter.subject).ok_or(Code::NotFound)
                } else {
                    Err(Code::Forbidden)
                }
            }
        };
        let record = match &answer {
            Ok(_) => record,
            Err(code) => record.refused(*code),
        };
        self.record(record).await?;
        Ok(Phone { phone: answer? })
    }

    /// Returns who of an organisation's members has registered where they live.
    ///
    /// # Errors
    /// [`Code::Forbidden`].
    pub async fn registrations(
        &self,
        authority: &Authority,
        organisation: Option<OrganisationId>,
    ) -> Result<RegistrationList, ServiceError> {
        let overseen = self
            .seen(authority, organisation, AuditEvent::RegistrationsRead)
            .await?;
        let found = self.store.registrations(overseen.path, ROSTER).await?;
        let missing = found.missing.into_iter().map(|person| ExpectedPerson {
            member: person.member,
            name: person.name,
            branch: person.branch,
        });
        Ok(RegistrationList {
            organisation: overseen.summary,
            members: found.members,
            registered: found.registered,
            missing: missing.collect(),
            rows: masked(found.rows),
        })
    }

    /// Returns the service done for a community, or by a team, or by a unit's members.
    ///
    /// # Errors
    /// [`Code::Forbidden`], or [`Code::RequestMalformed`] for a period that is none.
    pub async fn service(
        &self,
        authority: &Authority,
        question: ServiceQuestion,
    ) -> Result<ServiceReport, ServiceError> {
        let (report, _) = self
            .service_for(authority, question, AuditEvent::ServiceRead)
            .await?;
        Ok(report)
    }

    /// Returns the service of a period with every one of it, as a workbook.
    ///
    /// # Errors
    /// As [`Office::service`].
    pub async fn service_workbook(
        &self,
        authority: &Authority,
        question: ServiceQuestion,
    ) -> Result<Vec<u8>, ServiceError> {
        let event = AuditEvent::ServiceExported;
        let (report, overseen) = self.service_for(authority, question, event).await?;
        let record = AuditRecord::of(self.now(), event, &overseen.path).by(authority);
        self.record(record).await?;
        let extent = Extent {
            path: overseen.path,
            from: report.from,
            to: report.to,
        };
        let ledger = self.store.service_ledger(extent, None, LEDGER).await?;
        tokio::task::spawn_blocking(move || service_workbook::write(&report, &ledger))
            .await
            .map_err(ServiceError::Lost)?
            .map_err(ServiceError::Workbook)
    }

    async fn service_for(
        &self,
        authority: &Authority,
        question: ServiceQuestion,
        event: AuditEvent,
    ) -> Result<(ServiceReport, OrganisationRecord), ServiceError> {
        let to = question.to.unwrap_or(self.now().day());
        let from = question.from.unwrap_or(to.quarter().first_day());
        check_period(from, to)?;
        let overseen = self
            .overseen(authority, question.organisation, event)
            .await?;
        let rows = self.store.service(overseen.path.clone(), from, to).await?;
        let report = ServiceReport {
            organisation: overseen.summary.clone(),
            from,
            to,
            totals: rows.totals,
            people: rows.people,
            categories: rows.categories,
            groups: rows.groups,
        };
        Ok((report, overseen))
    }

    /// Returns an organisation whose people's names are about to be shown, and notes it.
    async fn seen(
        &self,
        authority: &Authority,
        organisation: Option<OrganisationId>,
        event: AuditEvent,
    ) -> Result<OrganisationRecord, ServiceError> {
        let overseen = self.overseen(authority, organisation, event).await?;
        let record = AuditRecord::of(self.now(), event, &overseen.path).by(authority);
        self.record(record).await?;
        Ok(overseen)
    }
}

fn masked(rows: Vec<MatterRow>) -> Vec<MatterRow> {
    rows.into_iter()
        .map(|row| MatterRow {
            matter: row.matter.masked(),
            ..row
        })
        .collect()
}

fn number(subject: Subject) -> Option<String> {
    match subject {
        Subject::MemberRegistration(form) => Some(form.phone),
        Subject::OrganisationRegistration(form) => Some(form.phone),
        Subject::Service(_) | Subject::Pledge(_) => None,
    }
}

/// Writes where a page ends: day, request and topic.
fn written_place(row: &MatterRow) -> String {
    let matter = &row.matter;
    let topic = HEXLOWER.encode(&matter.topic.key());
    format!("{}.{}.{topic}", matter.day.0, matter.request)
}

fn read_place(text: &str) -> Option<MatterPlace> {
    let mut parts = text.splitn(3, '.');
    let day = Day(parts.next()?.parse().ok()?);
    let request = parts.next()?.parse().ok()?;
    let topic = HEXLOWER.decode(parts.next()?.as_bytes()).ok()?;
    let key = (request, Topic::of_key(&topic)?);
    Some(MatterPlace { day, key })
}
