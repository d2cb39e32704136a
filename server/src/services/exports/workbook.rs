//! Tables as a workbook, row by row: what is written lies in unlinked files and not in memory.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::Path;

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use tokio::sync::mpsc::Receiver;

use super::table::{Cell, Row, Table};
use crate::services::workbook::A4;

/// Rows of one sheet, below the 1,048,576 of the format. Source: ECMA-376, part 1.
const SHEET_ROWS: u32 = 1_000_000;

/// One step of the writing.
pub(super) enum Step {
    /// A table begins.
    Begin(Table),
    /// Rows of it.
    Rows(Vec<Row>),
    /// Everything is written.
    End,
}

/// Writes what comes into a file that has no name, and returns it with its length; `None` when whoever
/// sends went away before the end.
pub(super) fn write(
    mut steps: Receiver<Step>,
    folder: &Path,
    about: &str,
) -> Result<Option<(File, u64)>, XlsxError> {
    let mut book = Book::new(folder, about)?;
    loop {
        match steps.blocking_recv() {
            Some(Step::Begin(table)) => book.begin(table)?,
            Some(Step::Rows(rows)) => book.rows(rows)?,
            Some(Step::End) => return book.finish(folder).map(Some),
            None => return Ok(None),
        }
    }
}

struct Book {
    workbook: Workbook,
    /// What every sheet says at the top when it is printed.
    about: String,
    table: Table,
    /// Sheets of the table.
    sheets: u32,
    /// Rows of the last of them, its headings among them.
    filled: u32,
    heading: Format,
    decimal: Format,
}

impl Book {
    fn new(folder: &Path, about: &str) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(folder)?;
        Ok(Self {
            workbook,
            about: about.to_owned(),
            table: Table {
                title: "",
                columns: Vec::new(),
            },
            sheets: 0,
            filled: 0,
            heading: Format::new().set_bold(),
            decimal: Format::new().set_num_format("0.0"),
        })
    }

    fn begin(&mut self, table: Table) -> Result<(), XlsxError> {
        self.table = table;
        self.sheets = 0;
        self.next_sheet()
    }

    fn rows(&mut self, rows: Vec<Row>) -> Result<(), XlsxError> {
        for row in rows {
            if self.filled > SHEET_ROWS {
                self.next_sheet()?;
            }
            let last = self.workbook.worksheets().len().saturating_sub(1);
            let sheet = self.workbook.worksheet_from_index(last)?;
            for (column, cell) in (0..).zip(row) {
                write_cell(sheet, (self.filled, column), cell, &self.decimal)?;
            }
            self.filled += 1;
        }
        Ok(())
    }

    /// A table that is too long for one sheet goes on in the next, under the same headings.
    fn next_sheet(&mut self) -> Result<(), XlsxError> {
        self.sheets += 1;
        let title = self.table.title;
        let name = match self.sheets {
            1 => title.to_owned(),
            number => format!("{title} {number}"),
        };
        let about = self.about.replace('&', "&&");
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?.set_paper_size(A4).set_landscape();
        sheet
            .set_print_fit_to_pages(1, 0)
            .set_header(format!("&C{title}  {about}"))
            .set_footer("&C第 &P 页，共 &N 页")
            .set_repeat_rows(0, 0)?
            .set_freeze_panes(1, 0)?;
        for (column, described) in (0..).zip(&self.table.columns) {
            sheet.set_column_width(column, described.1)?;
            sheet.write_string_with_format(0, column, described.0, &self.heading)?;
        }
        self.filled = 1;
        Ok(())
    }

    fn finish(mut self, folder: &Path) -> Result<(File, u64), XlsxError> {
        let mut file = tempfile::tempfile_in(folder)?;
        self.workbook.save_to_writer(&mut file)?;
        let bytes = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(0))?;
        Ok((file, bytes))
    }
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: Cell,
    decimal: &Format,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(text) => sheet.write_string(row, column, text)?,
        Cell::Number(number) => sheet.write_number(row, column, Cell::number(number))?,
        Cell::Decimal(number) => sheet.write_number_with_format(row, column, number, decimal)?,
        Cell::Empty => return Ok(()),
    };
    Ok(())
}
