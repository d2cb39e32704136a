//! Exports: ledgers and figures as files. Rows are read in pages and leave as they are read; only a
//! workbook is finished before it is sent, in a file of its own. Whoever goes away ends the work.

mod csv;
mod figures;
mod ledgers;
mod pages;
mod table;
mod under_way;
mod workbook;

use std::path::PathBuf;

use shared::api::{ExportProgress, ExportTable, FiguresPart, VenueFigures};
use shared::codes::Code;
use shared::ids::OrganisationId;
use shared::time::Day;
use tokio::fs::File;
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::dashboard::{DashboardQuestion, VenuesQuestion, period};
use super::reader::{Oversees, Reader};
use super::{Office, ServiceError};
use crate::audit::{AuditEvent, AuditRecord};
use crate::store::ledgers::{Extent, Ledger};
use crate::store::oversight::OrganisationRecord;
use crate::store::tokens::TokenScope;
use pages::Pages;
use table::Table;
pub use under_way::Exports;
use under_way::Work;
use workbook::Step;

/// Bytes of a file sent at a time.
const CHUNK: usize = 64 * 1024;
/// Pages of rows that wait for the one who writes the workbook.
const STEPS_WAITING: usize = 2;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// Comma-separated values: one table.
    Csv,
    /// A workbook.
    Xlsx,
}

/// What is to be taken away.
#[derive(Clone, Debug)]
pub struct ExportQuestion {
    /// The table.
    pub table: ExportTable,
    /// The kind of file.
    pub format: ExportFormat,
    /// The organisation; without one, the highest that the reader oversees.
    pub organisation: Option<OrganisationId>,
    /// First day, included.
    pub from: Option<Day>,
    /// Last day, included; today when none is named.
    pub to: Option<Day>,
    /// Which of the tables of figures a CSV is to hold.
    pub part: FiguresPart,
    /// The name under which the reader asks how far it has come.
    pub progress: Option<Uuid>,
}

/// A file on its way.
pub struct Export {
    /// Its length, where it is known before it is sent.
    pub bytes: Option<u64>,
    content: Content,
    work: Work,
}

enum Content {
    /// The beginning, if it has not left, and where the rest comes from.
    Text(Option<Vec<u8>>, Pages),
    File(File),
}

impl ExportFormat {
    /// Returns the ending of a file's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// Reads the ending of a file's name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Csv, Self::Xlsx]
            .into_iter()
            .find(|format| format.as_str() == text)
    }
}

impl Export {
    /// Returns the next bytes of the file; none at its end.
    ///
    /// # Errors
    /// What the store or the disk says, or [`ServiceError::TooLong`].
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, ServiceError> {
        self.work.check_time()?;
        match &mut self.content {
            Content::Text(begun, pages) => match begun.take() {
                Some(bytes) => Ok(Some(bytes)),
                None => {
                    let rows = pages.next().await?;
                    self.work.add(rows.len());
                    let bytes = csv::rows(rows).map_err(ServiceError::Table)?;
                    Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
                }
            },
            Content::File(file) => {
                let mut bytes = vec![0; CHUNK];
                let read = file.read(&mut bytes).await;
                let read = read.map_err(|error| ServiceError::Workbook(error.into()))?;
                bytes.truncate(read);
                Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
            }
        }
    }
}

impl Office {
    /// Begins an export: a CSV leaves as it is read, a workbook once it is finished.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::TokenScope`], [`Code::RequestMalformed`] for a period that is none,
    /// or [`Code::ExportsBusy`].
    pub async fn export(
        &self,
        reader: &Reader,
        question: ExportQuestion,
    ) -> Result<Export, ServiceError> {
        let now = self.now();
        let event = AuditEvent::LedgerExported;
        let file = format!("{}.{}", question.table.as_str(), question.format.as_str());
        if let Err(code) = reader.check_scope(needed(question.table)) {
            let record = reader.sign(AuditRecord::of(now, event, file));
            self.record(record.refused(code)).await?;
            return Err(code.into());
        }
        let (from, to) = period(question.from, question.to, now.day())?;
        let overseen = self.overseen(reader, question.organisation, event).await?;
        let work = self.exports.begin(reader.id(), question.progress)?;
        let object = format!("{file} {} {from} {to}", overseen.path);
        self.record(reader.sign(AuditRecord::of(now, event, object)))
            .await?;
        let about = format!("{}  {from} 至 {to}", overseen.summary.name);
        let tables = self.tables(reader, &question, overseen, (from, to));
        let tables = tables.await?;
        if question.progress.is_some() {
            for (_, pages) in &tables {
                work.expect(pages.count().await?);
            }
        }
        match question.format {
            ExportFormat::Csv => text(tables, work).await,
            ExportFormat::Xlsx => finished(tables, work, self.exports.folder(), about).await,
        }
    }

    /// Tells how far an export of the same reader has come.
    ///
    /// # Errors
    /// [`Code::NotFound`] when none is under way under that name.
    pub fn export_progress(
        &self,
        reader: &Reader,
        name: Uuid,
    ) -> Result<ExportProgress, ServiceError> {
        let progress = self.exports.progress(reader.id(), name);
        progress.ok_or_else(|| Code::NotFound.into())
    }

    async fn tables(
        &self,
        reader: &Reader,
        question: &ExportQuestion,
        overseen: OrganisationRecord,
        (from, to): (Day, Day),
    ) -> Result<Vec<(Table, Pages)>, ServiceError> {
        let Some(ledger) = ledger(question.table) else {
            let parts = match question.format {
                ExportFormat::Csv => &[question.part][..],
                ExportFormat::Xlsx => &FiguresPart::ALL[..],
            };
            let organisation = overseen.summary.id;
            return self
                .figures_of(reader, organisation, (from, to), parts)
                .await;
        };
        let extent = Extent {
            path: overseen.path,
            from,
            to,
        };
        let pages = Pages::of(self.store.clone(), ledger, extent);
        Ok(vec![(ledgers::table(ledger), pages)])
    }

    async fn figures_of(
        &self,
        reader: &Reader,
        organisation: OrganisationId,
        (from, to): (Day, Day),
        parts: &[FiguresPart],
    ) -> Result<Vec<(Table, Pages)>, ServiceError> {
        let question = DashboardQuestion {
            organisation: Some(organisation),
            from: Some(from),
            to: Some(to),
            facet: None,
        };
        let dashboard = self.dashboard(reader, question).await?;
        let venues = if parts.contains(&FiguresPart::Venues) {
            self.all_venues(reader, organisation, (from, to)).await?
        } else {
            Vec::new()
        };
        let tables = parts.iter().map(|part| {
            let (table, rows) = figures::part(*part, &dashboard, &venues);
            (table, Pages::Ready(rows))
        });
        Ok(tables.collect())
    }

    async fn all_venues(
        &self,
        reader: &Reader,
        organisation: OrganisationId,
        (from, to): (Day, Day),
    ) -> Result<Vec<VenueFigures>, ServiceError> {
        let mut venues = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let question = VenuesQuestion {
                organisation: Some(organisation),
                from: Some(from),
                to: Some(to),
                after: after.as_deref(),
                ..VenuesQuestion::default()
            };
            let page = self.venues(reader, question).await?;
            venues.extend(page.rows);
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(venues),
            }
        }
    }
}

/// Returns the scope that a token needs for a table: those with names of people need more.
const fn needed(table: ExportTable) -> TokenScope {
    match table {
        ExportTable::Figures | ExportTable::Activities => TokenScope::Figures,
        ExportTable::Attendance | ExportTable::Registrations | ExportTable::Service => {
            TokenScope::Ledgers
        }
    }
}

const fn ledger(table: ExportTable) -> Option<Ledger> {
    match table {
        ExportTable::Attendance => Some(Ledger::Attendance),
        ExportTable::Registrations => Some(Ledger::Registrations),
        ExportTable::Service => Some(Ledger::Service),
        ExportTable::Activities => Some(Ledger::Activities),
        ExportTable::Figures => None,
    }
}

/// The first page is read before the answer begins, so that what is wrong by then is answered with a
/// code. A CSV holds one table.
async fn text(tables: Vec<(Table, Pages)>, work: Work) -> Result<Export, ServiceError> {
    let (table, mut pages) = tables.into_iter().next().ok_or(Code::NotFound)?;
    let mut begun = csv::head(&table.columns).map_err(ServiceError::Table)?;
    let rows = pages.next().await?;
    work.add(rows.len());
    begun.extend(csv::rows(rows).map_err(ServiceError::Table)?);
    Ok(Export {
        bytes: None,
        content: Content::Text(Some(begun), pages),
        work,
    })
}

async fn finished(
    tables: Vec<(Table, Pages)>,
    work: Work,
    folder: PathBuf,
    about: String,
) -> Result<Export, ServiceError> {
    let (steps, taken) = mpsc::channel(STEPS_WAITING);
    let writing = tokio::task::spawn_blocking(move || workbook::write(taken, &folder, &about));
    // Whoever writes and fails takes no more steps, and says why below.
    if send(tables, &work, &steps).await?.is_some() {
        drop(steps.send(Step::End).await);
    }
    drop(steps);
    let written = writing.await.map_err(ServiceError::Lost)?;
    let written = written.map_err(ServiceError::Workbook)?;
    let (file, bytes) = written.ok_or(Code::ServerError)?;
    Ok(Export {
        bytes: Some(bytes),
        content: Content::File(File::from_std(file)),
        work,
    })
}

/// Sends every row; none when nobody takes them.
async fn send(
    tables: Vec<(Table, Pages)>,
    work: &Work,
    steps: &mpsc::Sender<Step>,
) -> Result<Option<()>, ServiceError> {
    for (table, mut pages) in tables {
        let mut step = Step::Begin(table);
        loop {
            if steps.send(step).await.is_err() {
                return Ok(None);
            }
            work.check_time()?;
            let rows = pages.next().await?;
            if rows.is_empty() {
                break;
            }
            work.add(rows.len());
            step = Step::Rows(rows);
        }
    }
    Ok(Some(()))
}
