//! The cells of one row by the names of their columns. Gathers everything that is wrong with the
//! row, so that the owner mends it once.

use shared::codes::Code;

use super::cells::{is_identity_number, trim};
use super::sheet::Row;
use super::table::Table;
use super::{CELL_CHARACTERS, RowError};

/// What is shown instead of a number of an identity card.
const MASK: &str = "******************";

/// One row being read.
pub(super) struct Fields<'t> {
    table: &'t Table,
    row: &'t Row,
    errors: Vec<RowError>,
}

impl<'t> Fields<'t> {
    /// Begins a row.
    pub(super) fn new(table: &'t Table, row: &'t Row) -> Self {
        let mut fields = Self {
            table,
            row,
            errors: Vec::new(),
        };
        if row.cells.len() > table.width() {
            let extra = row.cells.get(table.width()).unwrap_or_default();
            let reason = format!(
                "the row has {} cells and the header {}; a cell with a comma stands in quotes",
                row.cells.len(),
                table.width(),
            );
            fields.errors.push(RowError {
                line: row.line,
                column: String::new(),
                value: shown(extra),
                code: Code::CellInvalid,
                reason,
            });
        }
        fields
    }

    /// Reads a cell that must hold something.
    pub(super) fn required<T>(
        &mut self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        if self.cell(column).is_empty() {
            self.refuse(column, Code::CellEmpty, "the cell is empty".into());
            return None;
        }
        self.optional(column, parse)
    }

    /// Reads a cell that may be empty.
    pub(super) fn optional<T>(
        &mut self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return None;
        }
        match check(cell).and_then(|()| parse(cell)) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.refuse(column, Code::CellInvalid, reason);
                None
            }
        }
    }

    /// Adds an error about a cell.
    pub(super) fn refuse(&mut self, column: &'static str, code: Code, reason: String) {
        let value = shown(self.cell(column));
        let column = self.table.header(column).to_owned();
        self.errors.push(RowError {
            line: self.row.line,
            column,
            value,
            code,
            reason,
        });
    }

    /// Ends the row: its value when nothing was wrong.
    ///
    /// # Errors
    /// Everything that was wrong.
    pub(super) fn finish<T>(self, value: Option<T>) -> Result<T, Vec<RowError>> {
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            Some(_) | None => Err(self.errors),
        }
    }

    fn cell(&self, column: &'static str) -> &'t str {
        let place = self.table.place(column);
        trim(
            place
                .and_then(|place| self.row.cells.get(place))
                .unwrap_or_default(),
        )
    }
}

/// Refuses what no cell may hold.
fn check(cell: &str) -> Result<(), String> {
    const FAILED: [&str; 8] = [
        "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#DATA!",
    ];
    if cell.chars().count() > CELL_CHARACTERS {
        return Err(format!(
            "the cell has more than {CELL_CHARACTERS} characters; a quote that is not closed does this"
        ));
    }
    if is_identity_number(cell) {
        return Err("ID numbers are not stored".into());
    }
    if FAILED.contains(&cell) {
        return Err("the formula of the cell failed".into());
    }
    if cell.chars().any(char::is_control) {
        return Err("the cell holds a line break or another control character".into());
    }
    Ok(())
}

/// Returns a cell as an error shows it.
fn shown(cell: &str) -> String {
    const CHARACTERS: usize = 40;
    if is_identity_number(cell) {
        return MASK.to_owned();
    }
    let mut shown: String = cell
        .chars()
        .take(CHARACTERS)
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect();
    if cell.chars().nth(CHARACTERS).is_some() {
        shown.push('\u{2026}');
    }
    shown
}
