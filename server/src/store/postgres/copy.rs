//! All rows, from here into a SQLite store's file and back, table by table and column by column as
//! the file names them. Only a document's key differs: its id here, a number there.

use std::collections::HashMap;
use std::path::Path;

use deadpool_postgres::Transaction;
use futures::TryStreamExt;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};
use tokio::sync::mpsc;
use tokio_postgres::Row;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::rows::{damaged, get, one, run};
use crate::store::StoreError;
use crate::store::sqlite;

/// Every table that a city is in, those that others refer to first.
const TABLES: [&str; 37] = [
    "meta",
    "area",
    "organisation",
    "venue",
    "member",
    "appointment",
    "membership",
    "device",
    "device_day",
    "enrolment",
    "session",
    "challenge",
    "audit",
    "document",
    "change",
    "snapshot",
    "receipt",
    "projection_queue",
    "claim",
    "plan",
    "mark",
    "ruling",
    "visitor",
    "host_key",
    "statement",
    "statement_topic",
    "feedback",
    "anomaly",
    "activity",
    "outcome",
    "outcome_before",
    "matter",
    "matter_before",
    "ordinal",
    "rollup",
    "photo",
    "photo_part",
];

/// Rows on their way from one database to the other.
const ROWS_UNDERWAY: usize = 256;

/// Reads every row, as they are at this moment, into a SQLite store's file.
pub(super) async fn copy_to(transaction: &Transaction<'_>, file: &Path) -> Result<(), StoreError> {
    let mut copy = sqlite::blank(file)?;
    let mut numbers = HashMap::new();
    for table in TABLES {
        copy_table(transaction, &mut copy, table, &mut numbers).await?;
    }
    sqlite::finish(copy)
}

async fn copy_table(
    transaction: &Transaction<'_>,
    copy: &mut Connection,
    table: &'static str,
    numbers: &mut HashMap<Uuid, i64>,
) -> Result<(), StoreError> {
    let columns = columns(copy, table)?;
    let names = columns.join(", ");
    // Documents are numbered in the order of their ids.
    let order = if table == "document" {
        "order by id"
    } else {
        ""
    };
    let statement = transaction
        .prepare(&format!("select {names} from {table} {order}"))
        .await?;
    let (number, place) = match table {
        "document" => ("number, ", "?, "),
        _ => ("", ""),
    };
    let places = vec!["?"; columns.len()].join(", ");
    let insert = format!("insert into {table} ({number}{names}) values ({place}{places})");
    let no_params: [i64; 0] = [];
    let rows = transaction.query_raw(&statement, no_params).await?;
    futures::pin_mut!(rows);
    while let Some(row) = rows.try_next().await? {
        let mut values = Vec::with_capacity(columns.len() + 1);
        if table == "document" {
            let next = i64::try_from(numbers.len()).unwrap_or(i64::MAX) + 1;
            let id = columns.iter().position(|column| column == "id");
            numbers.insert(get(&row, id.ok_or(damaged(table))?)?, next);
            values.push(Value::Integer(next));
        }
        for (place, column) in columns.iter().enumerate() {
            values.push(match column.as_str() {
                "document" => Value::Integer(numbers[&get(&row, place)?]),
                _ => value(&row, place)?,
            });
        }
        put(copy, &insert, values)?;
    }
    Ok(())
}

fn put(copy: &mut Connection, insert: &str, values: Vec<Value>) -> Result<(), StoreError> {
    let mut statement = copy.prepare_cached(insert)?;
    statement.execute(params_from_iter(values))?;
    Ok(())
}

/// Returns the columns that both databases have.
fn columns(connection: &Connection, table: &str) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached("select name from pragma_table_info(?1)")?;
    let names = statement.query_map([table], |row| row.get(0))?;
    let mut names = names.collect::<rusqlite::Result<Vec<String>>>()?;
    names.retain(|name| (table, name.as_str()) != ("document", "number"));
    Ok(names)
}

/// Returns a value as SQLite keeps it.
fn value(row: &Row, place: usize) -> Result<Value, StoreError> {
    let null = Value::Null;
    Ok(match *row.columns()[place].type_() {
        Type::INT4 => get::<Option<i32>>(row, place)?.map_or(null, |n| Value::Integer(n.into())),
        Type::INT8 => get::<Option<i64>>(row, place)?.map_or(null, Value::Integer),
        Type::UUID => {
            get::<Option<Uuid>>(row, place)?.map_or(null, |id| Value::Blob(id.as_bytes().to_vec()))
        }
        Type::BYTEA => get::<Option<Vec<u8>>>(row, place)?.map_or(null, Value::Blob),
        _ => get::<Option<String>>(row, place)?.map_or(null, Value::Text),
    })
}

/// Takes every row of a SQLite store's file into tables that are empty.
pub(super) async fn take(transaction: &Transaction<'_>, file: &Path) -> Result<(), StoreError> {
    let taken = one(
        transaction,
        "select 1 where exists (select 1 from meta) or exists (select 1 from audit)",
        &[],
        |_| Ok(()),
    );
    if taken.await?.is_some() {
        return Err(StoreError::Founded);
    }
    for table in TABLES {
        take_table(transaction, file, table).await?;
    }
    run(
        transaction,
        "select setval(pg_get_serial_sequence('audit', 'id'), max(id)) from audit",
        &[],
    )
    .await
    .map(drop)
}

async fn take_table(
    transaction: &Transaction<'_>,
    file: &Path,
    table: &'static str,
) -> Result<(), StoreError> {
    let source = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let columns = columns(&source, table)?;
    let names = columns.join(", ");
    let statement = transaction
        .prepare(&format!("select {names} from {table}"))
        .await?;
    let types: Vec<Type> = statement
        .columns()
        .iter()
        .map(|column| column.type_().clone())
        .collect();
    let (sender, mut rows) = mpsc::channel(ROWS_UNDERWAY);
    let select = select(table, &columns);
    let reading = tokio::task::spawn_blocking(move || read(&source, &select, &sender));
    let sql = format!("copy {table} ({names}) from stdin (format binary)");
    let writer = BinaryCopyInWriter::new(transaction.copy_in(&sql).await?, &types);
    futures::pin_mut!(writer);
    while let Some(row) = rows.recv().await {
        let row: Vec<Value> = row;
        let values = row
            .into_iter()
            .zip(&types)
            .map(|(value, kind)| parameter(value, kind).ok_or(damaged(table)))
            .collect::<Result<Vec<_>, _>>()?;
        let values: Vec<&(dyn ToSql + Sync)> = values
            .iter()
            .map(|value| &**value as &(dyn ToSql + Sync))
            .collect();
        writer.as_mut().write(&values).await?;
    }
    writer.finish().await?;
    let read = reading.await;
    read.map_err(|error| StoreError::Database(Box::new(error)))?
}

/// A document's number is read as its id.
fn select(table: &str, columns: &[String]) -> String {
    let mut join = String::new();
    let columns: Vec<String> = columns
        .iter()
        .map(|column| match column.as_str() {
            "document" => {
                join = "join document d on d.number = r.document".to_owned();
                "d.id".to_owned()
            }
            other => format!("r.{other}"),
        })
        .collect();
    format!("select {} from {table} r {join}", columns.join(", "))
}

/// Reads every row of a query; whoever takes them may have gone.
fn read(
    source: &Connection,
    select: &str,
    rows: &mpsc::Sender<Vec<Value>>,
) -> Result<(), StoreError> {
    let mut statement = source.prepare(select)?;
    let width = statement.column_count();
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let values = (0..width)
            .map(|column| row.get(column))
            .collect::<rusqlite::Result<Vec<Value>>>()?;
        if rows.blocking_send(values).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

type Parameter = Box<dyn ToSql + Sync + Send>;

/// Returns a value of SQLite's as a column's type takes it.
fn parameter(value: Value, kind: &Type) -> Option<Parameter> {
    Some(match (value, kind) {
        (Value::Null, &Type::INT4) => Box::new(None::<i32>),
        (Value::Null, &Type::INT8) => Box::new(None::<i64>),
        (Value::Null, &Type::UUID) => Box::new(None::<Uuid>),
        (Value::Null, &Type::BYTEA) => Box::new(None::<Vec<u8>>),
        (Value::Null, _) => Box::new(None::<String>),
        (Value::Integer(number), &Type::INT4) => Box::new(i32::try_from(number).ok()?),
        (Value::Integer(number), _) => Box::new(number),
        (Value::Blob(bytes), &Type::UUID) => Box::new(Uuid::from_slice(&bytes).ok()?),
        (Value::Blob(bytes), _) => Box::new(bytes),
        (Value::Text(text), _) => Box::new(text),
        (Value::Real(number), _) => Box::new(number),
    })
}
