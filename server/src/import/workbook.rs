//! XLSX: the first sheet that holds anything. Cells are streamed, so that one cell in the farthest
//! corner does not ask for a grid of the size of the sheet.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, Xlsx};
use zip::ZipArchive;

use super::UNPACKED_BYTES;
use super::sheet::{COLUMNS, Row, SheetError, push};

/// The largest whole number that every smaller one can be told from in a spreadsheet's cell.
const WHOLE_NUMBERS: f64 = 9_007_199_254_740_992.0;

/// Reads the rows of an XLSX file.
///
/// # Errors
/// [`SheetError`] when it is none, is damaged or unpacks to too much.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Row>, SheetError> {
    check_unpacked_size(bytes)?;
    // The reader is not made for hostile files; whatever happens in there ends in a refusal.
    catch_unwind(AssertUnwindSafe(|| first_sheet(bytes)))
        .unwrap_or(Err(SheetError::WorkbookDamaged))
}

/// Unpacks every file of the workbook without keeping it: what an archive says of its own size is
/// not to be believed.
fn check_unpacked_size(bytes: &[u8]) -> Result<(), SheetError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    let mut left = UNPACKED_BYTES;
    for index in 0..archive.len() {
        let mut file = archive.by_index(index)?.take(left + 1);
        let size = io::copy(&mut file, &mut io::sink()).map_err(SheetError::WorkbookPart)?;
        left = left
            .checked_sub(size)
            .ok_or(SheetError::WorkbookUnpacksTooLarge)?;
    }
    Ok(())
}

fn first_sheet(bytes: &[u8]) -> Result<Vec<Row>, SheetError> {
    let mut workbook = Xlsx::new(Cursor::new(bytes))?;
    for name in workbook.sheet_names() {
        let rows = sheet(&mut workbook, &name)?;
        if !rows.is_empty() {
            return Ok(rows);
        }
    }
    Ok(Vec::new())
}

fn sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<Row>, SheetError> {
    let mut reader = workbook.worksheet_cells_reader(name)?;
    let mut rows = Vec::new();
    let mut index = 0;
    let mut cells: BTreeMap<u32, String> = BTreeMap::new();
    while let Some(cell) = reader.next_cell()? {
        let (row, column) = cell.get_position();
        if row != index {
            if row < index {
                return Err(SheetError::WorkbookDamaged);
            }
            push_row(&mut rows, index, &cells)?;
            (index, cells) = (row, BTreeMap::new());
        }
        if usize::try_from(column).is_ok_and(|column| column < COLUMNS) {
            cells.insert(column, text(cell.get_value()));
        }
    }
    push_row(&mut rows, index, &cells)?;
    Ok(rows)
}

fn push_row(
    rows: &mut Vec<Row>,
    index: u32,
    cells: &BTreeMap<u32, String>,
) -> Result<(), SheetError> {
    let width = cells.keys().next_back().map_or(0, |last| last + 1);
    let cell = |column| cells.get(&column).map_or("", String::as_str);
    push(rows, index.saturating_add(1), (0..width).map(cell))
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < WHOLE_NUMBERS => {
            format!("{number:.0}")
        }
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(value) => {
            let (year, month, day, ..) = value.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}
