//! A sheet whose columns are known: finds the header, names the columns that are missing and refuses
//! those that must not be there.

use std::collections::BTreeMap;

use shared::codes::Code;

use super::cells::{is_identity_number, plain};
use super::sheet::{self, ROWS_ABOVE, Row, SheetError};
use super::words::WORDS;
use super::{FILE_ROWS, ImportKind, RowError};

/// A sheet and where its columns stand.
pub(super) struct Table {
    /// The rows beneath the header.
    pub rows: Vec<Row>,
    header: Row,
    places: BTreeMap<&'static str, usize>,
}

/// The columns of a kind, and whether a file must have them.
const fn columns(kind: ImportKind) -> &'static [(&'static str, bool)] {
    match kind {
        ImportKind::Areas => &[
            ("code", true),
            ("name", true),
            ("parent_code", false),
            ("level", false),
        ],
        ImportKind::Organisations => &[
            ("path", true),
            ("name", true),
            ("kind", true),
            ("area_code", true),
            ("merged_into", false),
        ],
        ImportKind::Roster => &[
            ("code", true),
            ("name", true),
            ("phone", false),
            ("branch_path", true),
            ("role", false),
            ("scope_path", false),
        ],
        ImportKind::Memberships => &[("code", true), ("team_path", true)],
    }
}

impl Table {
    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong with the file as a whole or with its header.
    pub(super) fn read(kind: ImportKind, bytes: &[u8]) -> Result<Self, Vec<RowError>> {
        let mut rows =
            sheet::read(bytes).map_err(|error| vec![unreadable(1, &error.to_string())])?;
        let is_header = |row: &Row| row.cells.iter().filter(|name| known(kind, name)).count() > 1;
        let above = rows
            .iter()
            .take(ROWS_ABOVE)
            .position(is_header)
            .unwrap_or(0);
        let mut rows = rows.drain(above..);
        let Some(header) = rows.next() else {
            return Err(vec![unreadable(1, &SheetError::Empty.to_string())]);
        };
        let rows: Vec<Row> = rows.collect();
        if rows.len() > FILE_ROWS {
            return Err(vec![unreadable(1, &SheetError::TooManyRows.to_string())]);
        }
        let places = places(kind, &header)?;
        if rows.is_empty() {
            return Err(vec![unreadable(
                header.line,
                "the file has a header and no rows",
            )]);
        }
        Ok(Self {
            rows,
            header,
            places,
        })
    }

    /// Returns the name of a column as the file has it, or its own name.
    pub(super) fn header(&self, column: &'static str) -> &str {
        self.place(column)
            .and_then(|place| self.header.cells.get(place))
            .unwrap_or(column)
    }

    /// Returns where a column stands.
    pub(super) fn place(&self, column: &'static str) -> Option<usize> {
        self.places.get(column).copied()
    }

    /// Returns the number of columns.
    pub(super) fn width(&self) -> usize {
        self.header.cells.len()
    }

    /// Returns an error for each column that holds numbers of identity cards. They are not read.
    pub(super) fn refused_columns(&self) -> Vec<RowError> {
        let used = |place: &usize| self.places.values().any(|used| used == place);
        (0..self.width())
            .filter(|place| !used(place) && self.holds_identity_numbers(*place))
            .map(|place| RowError {
                line: self.header.line,
                column: self.header.cells.get(place).unwrap_or_default().to_owned(),
                value: String::new(),
                code: Code::CellInvalid,
                reason: "ID numbers are not stored; remove the column".into(),
            })
            .collect()
    }

    fn holds_identity_numbers(&self, place: usize) -> bool {
        let header = self.header.cells.get(place).unwrap_or_default();
        let named = WORDS.is_identity_number(&header_key(header));
        let refused = |cell: &str| {
            if named {
                !cell.is_empty()
            } else {
                is_identity_number(cell)
            }
        };
        self.rows
            .iter()
            .filter_map(|row| row.cells.get(place))
            .any(refused)
    }
}

/// Returns where each column of the kind stands.
fn places(kind: ImportKind, header: &Row) -> Result<BTreeMap<&'static str, usize>, Vec<RowError>> {
    let mut places = BTreeMap::new();
    let mut errors = Vec::new();
    let error = |column: &str, code, reason| RowError {
        line: header.line,
        column: column.to_owned(),
        value: String::new(),
        code,
        reason,
    };
    for (column, required) in columns(kind) {
        let names = WORDS.headers(kind, column);
        let mut found = (0..header.cells.len()).filter(|place| {
            header
                .cells
                .get(*place)
                .is_some_and(|cell| is_one_of(names, cell))
        });
        match (found.next(), found.next()) {
            (Some(_), Some(second)) => errors.push(error(
                header.cells.get(second).unwrap_or_default(),
                Code::CellInvalid,
                format!("two columns are named {}; remove one", names.join(" or ")),
            )),
            (Some(place), None) => {
                places.insert(*column, place);
            }
            (None, _) if *required => {
                let reason = format!("no column is named {}", names.join(" or "));
                let shown = names.first().map_or(*column, String::as_str);
                errors.push(error(
                    &format!("{shown} / {column}"),
                    Code::ColumnMissing,
                    reason,
                ));
            }
            (None, _) => {}
        }
    }
    if errors.is_empty() {
        Ok(places)
    } else {
        Err(errors)
    }
}

fn known(kind: ImportKind, header: &str) -> bool {
    columns(kind)
        .iter()
        .any(|(column, _)| is_one_of(WORDS.headers(kind, column), header))
}

fn is_one_of(names: &[String], header: &str) -> bool {
    let key = header_key(header);
    names.contains(&key)
}

/// Returns a header without what templates add to it: white space, stars and notes in brackets.
fn header_key(header: &str) -> String {
    let header = plain(header).to_lowercase();
    let name = header.split(['(', '\u{ff08}']).next().unwrap_or_default();
    name.chars()
        .filter(|character| !character.is_whitespace() && !matches!(character, '*' | '\u{ff0a}'))
        .collect()
}

fn unreadable(line: u32, reason: &str) -> RowError {
    RowError {
        line,
        column: String::new(),
        value: String::new(),
        code: Code::FileUnreadable,
        reason: reason.to_owned(),
    }
}
