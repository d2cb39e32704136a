//! The ledgers that the server writes for coordinators: 签到台账 and the like, as a workbook or as text.

use shared::api::ExportTable;
use shared::codes::Code;
use shared::ids::OrganisationId;
use shared::time::Day;

use super::AppState;
use super::coordinator::{XLSX, of_days};
use crate::driver::{DownloadNews, DownloadTask};

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// A workbook.
    Xlsx,
    /// Lines of text.
    Csv,
}

/// What is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportWanted {
    /// The ledger.
    pub table: ExportTable,
    /// The kind of file.
    pub format: ExportFormat,
    /// Of which organisation, with all beneath it.
    pub organisation: OrganisationId,
    /// First day, included.
    pub from: Day,
    /// Last day, included.
    pub to: Day,
}

impl ExportFormat {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Xlsx, Self::Csv];

    /// Returns the ending of the file's name.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => XLSX,
            Self::Csv => "text/csv;charset=utf-8",
        }
    }
}

impl AppState {
    /// Hands the person a ledger, telling how far the server and the network are. Tells whether the
    /// browser took it.
    ///
    /// # Errors
    /// The server's code, or [`Code::NetworkUnreachable`], also when it was cancelled.
    pub async fn download_ledger(
        self,
        wanted: ExportWanted,
        task: &DownloadTask,
        told: impl Fn(DownloadNews) + 'static,
    ) -> Result<bool, Code> {
        let ExportWanted {
            table,
            format,
            organisation,
            from,
            to,
        } = wanted;
        let (table, ending) = (table.as_str(), format.ending());
        let path = format!(
            "/api/export/{table}.{ending}?{}",
            of_days(organisation, from, to)
        );
        let name = format!("{table}-{from}-{to}.{ending}");
        let driver = self.driver();
        driver
            .download(&path, &name, format.media_type(), task, told)
            .await
    }
}
