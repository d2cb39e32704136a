//! The bytes of a file as rows of text, whatever its format. Knows no columns.

use csv::StringRecord;

use super::{FILE_BYTES, FILE_ROWS, UNPACKED_BYTES, delimited, workbook};

/// Rows that may stand above the first row of data: titles and the header.
pub(super) const ROWS_ABOVE: usize = 10;
/// Columns that are looked at.
pub(super) const COLUMNS: usize = 200;

/// A row that is not blank.
pub(super) struct Row {
    /// The line of the file, 1 for the first.
    pub line: u32,
    /// The cells as the file has them, trimmed; those at the end that are empty are left out.
    pub cells: StringRecord,
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum SheetError {
    #[error("the file is empty")]
    Empty,
    #[error("the file is larger than {} MiB", FILE_BYTES / 1024 / 1024)]
    TooLarge,
    #[error("the file has more than {FILE_ROWS} rows; split it")]
    TooManyRows,
    #[error("the text is neither UTF-8 nor GB18030")]
    NotText,
    #[error("the line cannot be read as CSV")]
    Csv(#[from] csv::Error),
    #[error("this is an old .xls workbook; save it as .xlsx")]
    OldWorkbook,
    #[error("the file begins like an XLSX workbook and is not one, or is damaged")]
    Zip(#[from] zip::result::ZipError),
    #[error("the file begins like an XLSX workbook and is not one, or is damaged")]
    Workbook(#[from] calamine::XlsxError),
    #[error("a part of the workbook cannot be unpacked")]
    WorkbookPart(#[source] std::io::Error),
    #[error("the workbook is damaged")]
    WorkbookDamaged,
    #[error("the workbook unpacks to more than {} MiB", UNPACKED_BYTES / 1024 / 1024)]
    WorkbookUnpacksTooLarge,
}

/// Reads the rows of a CSV or XLSX file.
///
/// # Errors
/// [`SheetError`] when the bytes are neither, or are too many.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Row>, SheetError> {
    if bytes.len() > FILE_BYTES {
        return Err(SheetError::TooLarge);
    }
    let rows = if bytes.starts_with(b"PK") {
        workbook::read(bytes)?
    } else if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(SheetError::OldWorkbook);
    } else {
        delimited::read(bytes)?
    };
    if rows.is_empty() {
        Err(SheetError::Empty)
    } else {
        Ok(rows)
    }
}

/// Adds a row unless it is blank.
///
/// # Errors
/// [`SheetError::TooManyRows`] when it is one too many.
pub(super) fn push<'c>(
    rows: &mut Vec<Row>,
    line: u32,
    cells: impl Iterator<Item = &'c str>,
) -> Result<(), SheetError> {
    let cells: Vec<&str> = cells.take(COLUMNS).map(super::cells::trim).collect();
    let Some(last) = cells.iter().rposition(|cell| !cell.is_empty()) else {
        return Ok(());
    };
    if rows.len() >= FILE_ROWS + ROWS_ABOVE {
        return Err(SheetError::TooManyRows);
    }
    let cells = StringRecord::from_iter(&cells[..=last]);
    rows.push(Row { line, cells });
    Ok(())
}
