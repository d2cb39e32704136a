//! Tables as every kind of file writes them: headings, and rows of cells.

use crate::services::workbook::counted;

/// One table of a file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table {
    /// 签到台账
    pub(super) title: &'static str,
    /// From left to right.
    pub(super) columns: Vec<Column>,
}

/// A column: its heading, and its width in characters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Column(pub(super) &'static str, pub(super) f64);

/// A row, as long as its table has columns.
pub(super) type Row = Vec<Cell>;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// What people or the program wrote: never a formula.
    Text(String),
    /// A number.
    Number(i64),
    /// A number with one decimal.
    Decimal(f64),
    /// Nothing.
    Empty,
}

impl Cell {
    /// Returns the number as workbooks take it.
    pub(super) fn number(number: i64) -> f64 {
        let size = f64::from(counted(number.saturating_abs()));
        if number < 0 { -size } else { size }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text)
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<Option<String>> for Cell {
    fn from(text: Option<String>) -> Self {
        Self::from(text.unwrap_or_default())
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

/// Returns county and town of a place.
pub(super) fn divisions(place: &[String]) -> [Cell; 2] {
    [0, 1].map(|level| Cell::from(place.get(level).cloned()))
}
