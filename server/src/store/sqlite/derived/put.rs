//! Puts the rows of one document in the place of those before.

use rusqlite::{Connection, ToSql, params};
use shared::ids::EntryId;
use shared::wire;

use super::super::rows::{damaged, run};
use super::number;
use crate::store::StoreError;
use crate::store::derived::DocumentDelta;

pub(super) fn document(connection: &Connection, delta: &DocumentDelta) -> Result<(), StoreError> {
    let number = number(connection, delta.id)?.ok_or(damaged("document"))?;
    remove_rows(connection, number, delta)?;
    put_facts(connection, number, delta)?;
    put_rulings(connection, number, delta)?;
    put_texts(connection, number, delta)?;
    put_statements(connection, number, delta)?;
    finish(connection, number, delta)
}

fn remove_rows(
    connection: &Connection,
    number: i64,
    delta: &DocumentDelta,
) -> Result<(), StoreError> {
    let tables: [(&str, &[EntryId]); 9] = [
        ("claim", &delta.claims.removed),
        ("plan", &delta.plans.removed),
        ("mark", &delta.marks.removed),
        ("ruling", &delta.rulings.removed),
        ("visitor", &delta.visitors.removed),
        ("host_key", &delta.host_keys.removed),
        ("statement", &delta.statements.removed),
        ("statement_topic", &delta.statements.removed),
        ("feedback", &delta.feedback.removed),
    ];
    for (table, removed) in tables {
        for id in removed {
            let sql = format!("delete from {table} where document = ?1 and id = ?2");
            run(connection, &sql, params![number, entry(*id)])?;
        }
    }
    Ok(())
}

/// Puts what is said of one member at one activity.
fn put_facts(
    connection: &Connection,
    number: i64,
    delta: &DocumentDelta,
) -> Result<(), StoreError> {
    for row in &delta.claims.put {
        run(
            connection,
            "replace into claim (document, id, activity, member, host, body)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                number,
                entry(row.id),
                row.activity.0.into_bytes(),
                row.member.0.into_bytes(),
                row.scan().map(|scan| scan.host.0.into_bytes()),
                wire::encode(row),
            ],
        )?;
    }
    for row in &delta.marks.put {
        run(
            connection,
            "replace into mark (document, id, activity, member, body) values (?1, ?2, ?3, ?4, ?5)",
            params![
                number,
                entry(row.id),
                row.mark.activity.0.into_bytes(),
                row.mark.member.0.into_bytes(),
                wire::encode(row),
            ],
        )?;
    }
    Ok(())
}

/// Puts rulings, visitors, and devices that show codes.
fn put_rulings(
    connection: &Connection,
    number: i64,
    delta: &DocumentDelta,
) -> Result<(), StoreError> {
    for row in &delta.rulings.put {
        run(
            connection,
            "replace into ruling (document, id, activity, member, body)
             values (?1, ?2, ?3, ?4, ?5)",
            params![
                number,
                entry(row.id),
                row.ruling.activity.0.into_bytes(),
                row.ruling.member.0.into_bytes(),
                wire::encode(row),
            ],
        )?;
    }
    for row in &delta.visitors.put {
        run(
            connection,
            "replace into visitor (document, id, activity, body) values (?1, ?2, ?3, ?4)",
            params![
                number,
                entry(row.id),
                row.visitor.activity.0.into_bytes(),
                wire::encode(row),
            ],
        )?;
    }
    for row in &delta.host_keys.put {
        run(
            connection,
            "replace into host_key (document, id, organisation, device, body)
             values (?1, ?2, ?3, ?4, ?5)",
            params![
                number,
                entry(row.id),
                row.organisation.0.into_bytes(),
                row.device.0.into_bytes(),
                wire::encode(row),
            ],
        )?;
    }
    Ok(())
}

/// Puts plans and feedback.
fn put_texts(
    connection: &Connection,
    number: i64,
    delta: &DocumentDelta,
) -> Result<(), StoreError> {
    for row in &delta.plans.put {
        run(
            connection,
            "replace into plan (document, id, activity, body) values (?1, ?2, ?3, ?4)",
            params![
                number,
                entry(row.id),
                row.plan.activity.0.into_bytes(),
                wire::encode(row),
            ],
        )?;
    }
    for row in &delta.feedback.put {
        run(
            connection,
            "replace into feedback (document, id, member, recorded_at, body)
             values (?1, ?2, ?3, ?4, ?5)",
            params![
                number,
                entry(row.id),
                row.member.0.into_bytes(),
                row.recorded_at.0,
                wire::encode(row),
            ],
        )?;
    }
    Ok(())
}

/// Puts what is said about registrations, service and the lists.
fn put_statements(
    connection: &Connection,
    number: i64,
    delta: &DocumentDelta,
) -> Result<(), StoreError> {
    for row in &delta.statements.put {
        run(
            connection,
            "replace into statement (document, id, body) values (?1, ?2, ?3)",
            params![number, entry(row.id), wire::encode(row)],
        )?;
        run(
            connection,
            "delete from statement_topic where document = ?1 and id = ?2",
            params![number, entry(row.id)],
        )?;
        for topic in row.topics() {
            run(
                connection,
                "replace into statement_topic (document, id, topic) values (?1, ?2, ?3)",
                params![number, entry(row.id), topic.key()],
            )?;
        }
    }
    Ok(())
}

/// Replaces the anomalies, and takes the document from the queue unless it has moved on.
fn finish(connection: &Connection, number: i64, delta: &DocumentDelta) -> Result<(), StoreError> {
    run(
        connection,
        "delete from anomaly where document = ?1",
        [number],
    )?;
    for (position, anomaly) in (0_i64..).zip(&delta.anomalies) {
        run(
            connection,
            "insert into anomaly (document, position, body) values (?1, ?2, ?3)",
            params![number, position, wire::encode(anomaly)],
        )?;
    }
    let version = i64::try_from(delta.version).unwrap_or(i64::MAX);
    run(
        connection,
        "delete from projection_queue where document = ?1 and version = ?2",
        [number, version],
    )
    .map(drop)
}

fn entry(id: EntryId) -> impl ToSql {
    id.0.into_bytes()
}
