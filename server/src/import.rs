//! Reads the owner's lists of areas, organisations, people and teams into changes of the directory, and says
//! of every row that cannot be taken what is wrong with it. Owns file formats, cells and the rules
//! between rows. Never reads a disk, a clock or a database, and never deletes anything.

mod areas;
mod cells;
mod delimited;
mod error_report;
mod fields;
mod memberships;
mod organisations;
mod roster;
mod sheet;
mod table;
mod unique;
mod words;
mod workbook;

use std::collections::BTreeSet;

use shared::codes::Code;
use shared::directory::{Area, City};
use shared::words::AreaLevel;

use crate::directory::{Appointment, DirectoryChanges, DirectorySnapshot};

pub use error_report::ErrorReport;
use table::Table;

/// Rows of a file at most, answered with `file_unreadable`.
pub const FILE_ROWS: usize = 200_000;
/// Bytes of a file at most, answered with `file_unreadable`.
pub const FILE_BYTES: usize = 64 * 1024 * 1024;
/// Bytes that an XLSX file may unpack to, answered with `file_unreadable`.
pub const UNPACKED_BYTES: u64 = 512 * 1024 * 1024;
/// Characters of a cell at most, answered with `cell_invalid`.
pub const CELL_CHARACTERS: usize = 500;

/// What a file lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ImportKind {
    /// Divisions of the area tree.
    Areas,
    /// Party organisations.
    Organisations,
    /// People, their branches and their rights.
    Roster,
    /// Who is in which team.
    Memberships,
}

impl ImportKind {
    /// Every kind, in the order in which a new deployment imports them.
    pub const ALL: &'static [Self] = &[
        Self::Areas,
        Self::Organisations,
        Self::Roster,
        Self::Memberships,
    ];

    /// Returns the word for the kind.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Areas => "areas",
            Self::Organisations => "organisations",
            Self::Roster => "roster",
            Self::Memberships => "memberships",
        }
    }

    /// Reads the word for a kind.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }
}

/// Something in a file that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// The line of the file, 1 for the first; of an XLSX file the row.
    pub line: u32,
    /// The name of the column as the file has it; empty when it is about the whole file.
    pub column: String,
    /// What the cell holds. Numbers of identity cards are masked.
    pub value: String,
    /// The code.
    pub code: Code,
    /// What is wrong, in words.
    pub reason: String,
}

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows beneath the header that are not blank.
    pub rows_read: u32,
    /// The changes that the good rows make.
    pub changes: DirectoryChanges,
    /// Rows whose area, organisation or person is not known yet.
    pub new: u32,
    /// Rows that change one that is known.
    pub changed: u32,
    /// Rows that say what is known already.
    pub unchanged: u32,
    /// What cannot be taken, by line.
    pub errors: Vec<RowError>,
}

impl Report {
    /// Drops the rights that are held already. A snapshot holds none, so [`read`] lists every right
    /// of the file; adding one that is held changes nothing.
    pub fn drop_held_rights(&mut self, held: &BTreeSet<Appointment>) {
        self.changes
            .appointments
            .retain(|right| !held.contains(right));
    }

    /// Returns the report of what cannot be taken.
    pub fn error_report(&self) -> ErrorReport<'_> {
        ErrorReport(&self.errors)
    }

    fn count(&mut self, standing: Standing) {
        match standing {
            Standing::New => self.new += 1,
            Standing::Changed => self.changed += 1,
            Standing::Unchanged => self.unchanged += 1,
        }
    }
}

/// How a row stands to what is known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    New,
    Changed,
    Unchanged,
}

impl Standing {
    fn of<T: PartialEq>(row: &T, known: Option<&T>) -> Self {
        match known {
            None => Self::New,
            Some(known) if known == row => Self::Unchanged,
            Some(_) => Self::Changed,
        }
    }
}

/// Reads a file. Rows are matched by code or path, never by name; the rows that are good make the
/// changes, each of the others is answered with an error. A file read against a snapshot that holds
/// it changes nothing but the rights, see [`Report::drop_held_rights`].
pub fn read(kind: ImportKind, bytes: &[u8], known: &DirectorySnapshot, city: &City) -> Report {
    let mut report = Report::default();
    let table = match Table::read(kind, bytes) {
        Ok(table) => table,
        Err(errors) => {
            report.errors = errors;
            return report;
        }
    };
    report.rows_read = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
    report.errors = table.refused_columns();
    match kind {
        ImportKind::Areas => areas::read(&table, known, city, &mut report),
        ImportKind::Organisations => organisations::read(&table, known, city, &mut report),
        ImportKind::Roster => roster::read(&table, known, city, &mut report),
        ImportKind::Memberships => memberships::read(&table, known, &mut report),
    }
    report.errors.sort_by_key(|error| error.line);
    report
}

/// Returns the area of the city itself, which every deployment has whether a file names it or not.
fn city_area(city: &City) -> Area {
    Area {
        code: city.code.clone(),
        name: city.name.clone(),
        level: AreaLevel::City,
        parent: None,
    }
}
