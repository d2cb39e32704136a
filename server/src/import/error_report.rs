//! What cannot be taken, for the owner to mend: a plain table and a CSV file that spreadsheets open.

use std::fmt;

use super::RowError;

const COLUMNS: [&str; 6] = ["line", "column", "value", "code", "reason", "next"];

/// The errors of a file. `Display` writes them as a plain table.
#[derive(Clone, Copy, Debug)]
pub struct ErrorReport<'e>(pub &'e [RowError]);

impl ErrorReport<'_> {
    /// Returns the errors as CSV in UTF-8 with a byte order mark, which spreadsheets need.
    pub fn to_csv(&self) -> Vec<u8> {
        let mut text = String::from("\u{feff}");
        text += &COLUMNS.join(",");
        text += "\r\n";
        for error in self.0 {
            let cells = cells(error).map(|cell| quoted(&cell));
            text += &cells.join(",");
            text += "\r\n";
        }
        text.into_bytes()
    }
}

impl fmt::Display for ErrorReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<[String; 6]> = self.0.iter().map(cells).collect();
        let mut widths = COLUMNS.map(str::len);
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = display_width(cell).max(*width);
            }
        }
        let header = COLUMNS.map(str::to_owned);
        for row in std::iter::once(&header).chain(&rows) {
            let mut line = String::new();
            for (width, cell) in widths.iter().zip(row) {
                line += cell;
                line += &" ".repeat(width - display_width(cell) + 2);
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

fn cells(error: &RowError) -> [String; 6] {
    [
        error.line.to_string(),
        error.column.clone(),
        error.value.clone(),
        error.code.as_str().to_owned(),
        error.reason.clone(),
        error.code.next().to_owned(),
    ]
}

/// Returns a cell in quotes. A spreadsheet would run one that begins like a formula.
fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

/// Returns the columns of a terminal that a text takes: Chinese characters and their signs take two.
fn display_width(text: &str) -> usize {
    let wide = |character: char| {
        matches!(character, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}'
            | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}'
            | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}')
    };
    text.chars()
        .map(|character| if wide(character) { 2 } else { 1 })
        .sum()
}
