//! Rows by their key: a key that stands twice is a duplicate when the rows agree and a conflict when
//! they do not. Which of two that disagree is right cannot be known, so neither is taken.

use std::collections::BTreeMap;
use std::fmt::Display;

use shared::codes::Code;

use super::RowError;
use super::fields::Fields;
use super::table::Table;

/// A row that was read, with the line it stands on.
#[derive(Clone, Debug)]
pub(super) struct Read<T> {
    /// The line.
    pub line: u32,
    /// What the row says.
    pub value: T,
}

/// Reads every row and returns those that can be taken, by key; adds an error for each other.
pub(super) fn by_key<K: Ord + Display, T: PartialEq>(
    table: &Table,
    column: &'static str,
    errors: &mut Vec<RowError>,
    mut read: impl FnMut(Fields<'_>) -> Result<(K, T), Vec<RowError>>,
) -> BTreeMap<K, Read<T>> {
    let mut groups: BTreeMap<K, Vec<Read<T>>> = BTreeMap::new();
    for row in &table.rows {
        match read(Fields::new(table, row)) {
            Ok((key, value)) => {
                groups.entry(key).or_default().push(Read {
                    line: row.line,
                    value,
                });
            }
            Err(wrong) => errors.extend(wrong),
        }
    }
    let error = |line, key: &K, code, reason| RowError {
        line,
        column: table.header(column).to_owned(),
        value: key.to_string(),
        code,
        reason,
    };
    let mut taken = BTreeMap::new();
    for (key, mut group) in groups {
        let first = group.remove(0);
        if group.iter().all(|other| other.value == first.value) {
            for other in group {
                let reason = format!("line {} says the same", first.line);
                errors.push(error(other.line, &key, Code::RowDuplicate, reason));
            }
            taken.insert(key, first);
        } else {
            group.insert(0, first);
            let lines = lines(group.iter().map(|row| row.line));
            for row in group {
                let reason = format!("lines {lines} say different things of it; none is taken");
                errors.push(error(row.line, &key, Code::RowConflict, reason));
            }
        }
    }
    taken
}

/// Returns lines as words, the first few of many.
pub(super) fn lines(lines: impl Iterator<Item = u32>) -> String {
    const SHOWN: usize = 5;
    let all: Vec<String> = lines.map(|line| line.to_string()).collect();
    match all.split_last() {
        Some((last, rest)) if !rest.is_empty() && all.len() <= SHOWN => {
            format!("{} and {last}", rest.join(", "))
        }
        Some(_) if all.len() > SHOWN => {
            format!("{} and {} more", all[..SHOWN].join(", "), all.len() - SHOWN)
        }
        Some(_) | None => all.concat(),
    }
}
