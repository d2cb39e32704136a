//! Rows as CSV that spreadsheets open as it is meant: RFC 4180, UTF-8 with a byte order mark, and no
//! cell that a spreadsheet would take for a formula.

use super::table::{Cell, Column, Row};

/// Without it Excel in China reads UTF-8 as GB18030.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Writes the first line.
pub(super) fn head(columns: &[Column]) -> Result<Vec<u8>, csv::Error> {
    let mut bytes = BYTE_ORDER_MARK.as_bytes().to_vec();
    let headings = columns.iter().map(|column| column.0);
    bytes.extend(lines([headings.map(str::to_owned).collect::<Vec<_>>()])?);
    Ok(bytes)
}

/// Writes rows.
pub(super) fn rows(rows: Vec<Row>) -> Result<Vec<u8>, csv::Error> {
    lines(
        rows.into_iter()
            .map(|row| row.into_iter().map(written).collect::<Vec<_>>()),
    )
}

fn lines(records: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for record in records {
        writer.write_record(record)?;
    }
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))
}

fn written(cell: Cell) -> String {
    match cell {
        Cell::Text(text) => harmless(text),
        Cell::Number(number) => number.to_string(),
        Cell::Decimal(number) => format!("{number:.1}"),
        Cell::Empty => String::new(),
    }
}

/// Source: OWASP, "CSV Injection": what begins so may be run as a formula; an apostrophe makes it text.
fn harmless(text: String) -> String {
    let begins_a_formula = |first: char| {
        matches!(first, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') || first.is_control()
    };
    if text.starts_with(begins_a_formula) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: Cell, expected: &str) {
        let bytes = rows(vec![vec![cell, Cell::Empty]]).unwrap();
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            format!("{expected},\r\n")
        );
    }

    #[test]
    fn no_cell_is_a_formula() {
        check(Cell::from("=1+1"), "'=1+1");
        check(
            Cell::from("=HYPERLINK(\"x\",\"y\")"),
            "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"",
        );
        check(Cell::from("+86 138"), "'+86 138");
        check(Cell::from("-"), "'-");
        check(Cell::from("@SUM"), "'@SUM");
        check(Cell::from("＝1"), "'＝1");
        check(Cell::from("\tx"), "'\tx");
        check(Cell::from("\r\nx"), "\"'\r\nx\"");
        check(Cell::from("党员=甲"), "党员=甲");
        check(Cell::from("138****8000"), "138****8000");
    }

    #[test]
    fn numbers_stay_numbers_and_what_needs_quotes_has_them() {
        check(Cell::Number(-3), "-3");
        check(Cell::Decimal(1.84), "1.8");
        check(Cell::from("甲,乙"), "\"甲,乙\"");
        check(Cell::from("一\n二"), "\"一\n二\"");
        let head = head(&[Column("姓名", 1.0), Column("日期", 1.0)]).unwrap();
        assert_eq!(String::from_utf8(head).unwrap(), "\u{feff}姓名,日期\r\n");
    }
}
