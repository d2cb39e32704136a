//! SQLite's own checks of a file.

use rusqlite::Connection;

use super::rows::all;
use crate::store::StoreError;

pub(super) fn unsound(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut words = all(
        connection,
        "select * from pragma_integrity_check",
        [],
        |row| Ok(row.get::<_, String>(0)?),
    )?;
    words.retain(|word| word != "ok");
    words.extend(all(
        connection,
        "select \"table\", parent, count(*) from pragma_foreign_key_check group by 1, 2",
        [],
        |row| {
            let (table, parent): (String, String) = (row.get(0)?, row.get(1)?);
            let count: i64 = row.get(2)?;
            Ok(format!(
                "{count} rows of {table} name a {parent} that is not there"
            ))
        },
    )?);
    Ok(words)
}
