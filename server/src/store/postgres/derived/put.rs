//! Puts the rows of a batch's documents in the place of those before, table by table.

use deadpool_postgres::Transaction;
use shared::project::ClaimRow;
use shared::wire;
use uuid::Uuid;

use super::super::rows::{Params, run};
use crate::store::StoreError;
use crate::store::derived::{DocumentDelta, RowDelta};

pub(super) async fn documents(
    transaction: &Transaction<'_>,
    documents: &[DocumentDelta],
) -> Result<(), StoreError> {
    put_claims(transaction, documents).await?;
    put_plans(transaction, documents).await?;
    put_marks(transaction, documents).await?;
    put_rulings(transaction, documents).await?;
    put_visitors(transaction, documents).await?;
    put_host_keys(transaction, documents).await?;
    put_statements(transaction, documents).await?;
    put_feedback(transaction, documents).await?;
    put_anomalies(transaction, documents).await
}

/// A table's rows of all documents, column by column.
struct Columns {
    documents: Vec<Uuid>,
    ids: Vec<Uuid>,
    bodies: Vec<Vec<u8>>,
}

impl Columns {
    fn of<'a, T: serde::Serialize + 'a>(
        documents: &'a [DocumentDelta],
        rows: impl Fn(&'a DocumentDelta) -> &'a RowDelta<T>,
        id: impl Fn(&T) -> Uuid,
    ) -> Self {
        let mut columns = Self {
            documents: Vec::new(),
            ids: Vec::new(),
            bodies: Vec::new(),
        };
        for document in documents {
            for row in &rows(document).put {
                columns.documents.push(document.id.0);
                columns.ids.push(id(row));
                columns.bodies.push(wire::encode(row));
            }
        }
        columns
    }
}

/// Returns one column of the rows to put.
fn column<'a, T: 'a, V>(
    documents: &'a [DocumentDelta],
    rows: impl Fn(&'a DocumentDelta) -> &'a RowDelta<T>,
    value: impl Fn(&'a T) -> V,
) -> Vec<V> {
    let put = documents.iter().flat_map(|document| &rows(document).put);
    put.map(value).collect()
}

async fn remove<'a, T: 'a>(
    transaction: &Transaction<'_>,
    table: &str,
    documents: &'a [DocumentDelta],
    rows: impl Fn(&'a DocumentDelta) -> &'a RowDelta<T>,
) -> Result<(), StoreError> {
    let mut keys: (Vec<Uuid>, Vec<Uuid>) = (Vec::new(), Vec::new());
    for document in documents {
        for id in &rows(document).removed {
            keys.0.push(document.id.0);
            keys.1.push(id.0);
        }
    }
    if keys.0.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "delete from {table} where (document, id) in (select * from unnest($1::uuid[], $2::uuid[]))"
    );
    run(transaction, &sql, &[&keys.0, &keys.1]).await.map(drop)
}

async fn put_claims(
    transaction: &Transaction<'_>,
    documents: &[DocumentDelta],
) -> Result<(), StoreError> {
    remove(transaction, "claim", documents, |delta| &delta.claims).await?;
    let columns = Columns::of(documents, |delta| &delta.claims, |row| row.id.0);
    let activities = column(documents, |delta| &delta.claims, |row| row.activity.0);
    let members = column(documents, |delta| &delta.claims, |row| row.member.0);
    let host = |row: &ClaimRow| row.scan().map(|scan| scan.host.0);
    let hosts = column(documents, |delta| &delta.claims, host);
    run(
        transaction,
        "insert into claim (document, id, activity, member, host, body)
         select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[],
             $6::bytea[])
         on conflict (document, id) do update set activity = excluded.activity,
             member = excluded.member, host = excluded.host, body = excluded.body",
        &[
            &columns.documents,
            &columns.ids,
            &activities,
            &members,
            &hosts,
            &columns.bodies,
        ],
    )
    .await
    .map(drop)
}

async fn put_rulings(
    transaction: &Transaction<'_>,
    documents: &[DocumentDelta],
) -> Result<(), StoreError> {
    remove(transaction, "ruling", documents, |delta| &delta.rulings).await?;
    let columns = Columns::of(documents, |delta| &delta.rulings, |row| row.id.0);
    let activities = column(
        documents,
        |delta| &delta.rulings,
        |row| row.ruling.activity.0,
    );
    let members = column(documents, |delta| &delta.rulings, |row| row.ruling.member.0);
    put_said(transaction, "ruling", &columns, &activities, &members).await
}

async fn put_visitors(
    transaction: &Transaction<'_>,
    documents: &[DocumentDelta],
) -> Result<(), StoreError> {
    remove(transaction, "visitor", documents, |delta| &delta.visitors).await?;
    let columns = Columns::of(documents, |delta| &delta.visitors, |row| row.id.0);
    let activities = column(
        documents,
        |delta| &delta.visitors,
        |row| row.visitor.activity.0,
    );
    put_of_activity(transaction, "visitor", &columns, &activities).await
}

async fn put_host_keys(
    transaction: &Transaction<'_>,
    documents: &[DocumentDelta],
) -> Result<(), StoreError> {
    remove(transaction, "host_key", documents, |delta| &delta.host_keys).await?;
    let columns = Columns::of(documents, |delta| &delta.host_keys, |row| row.id.0);
    let organisations = column(
        documents,
        |delta| &delta.host_keys,
        |row| row.organisation.0,
    );
    let devices = column(documents, |delta| &delta.host_keys, |row| row.device.0);
    run(
        transaction,
        "insert into host_key (document, id, organisation, device, body)
         select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bytea[])
         on conflict (document, id) do update set organisation = excluded.organisation,
             device = excluded.device, body = excluded.body",
        &[
            &columns.documents,
            &columns.ids,
            &organisations,
            &devices,
            &columns.bodies,
        ],
    )
    .await
    .map(drop)
}

async fn put_marks(
    transaction: &Transaction<'_>,
    documents: &[DocumentDelta],
) -> Result<(), StoreError> {
    remove(transaction, "mark", documents, |delta| &delta.marks).await?;
    let columns = Columns::of(documents, |delta| &delta.marks, |row| row.id.0);
    let activities = column(documents, |delta| &delta.marks, |row| row.mark.activity.0);
    let members = column(documents, |delta| &delta.marks, |row| row.mark.member.0);
    put_said(transaction, "mark", &columns, &activities, &members).await
}

/// Puts what is said of one member at one activity.
async fn put_said(
    transaction: &Transaction<'_>,
    table: &str,
    columns: &Columns,
    activities: &[Uuid],
    members: &[Uuid],
) -> Result<(), StoreError> {
    if columns.ids.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "insert into {table} (document, id, activity, member, body)
         select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bytea[])
         on conflict (document, id) do update set activity = excluded.activity,
             member = excluded.member, body = excluded.body"
    );
    let params: Params<'_> = &[
        &columns.documents,
        &columns.ids,
        &activities,
        &members,
        &columns.bodies,
    ];
    run(transaction, &sql, params).await.map(drop)
}

async fn put_plans(
    transaction: &Transaction<'_>,
    documents: &[DocumentDelta],
) -> Result<(), StoreError> {
    remove(transaction, "plan", documents, |delta| &delta.plans).await?;
    let columns = Columns::of(documents, |delta| &delta.plans, |row| row.id.0);
    let activities = column(documents, |delta| &delta.plans, |row| row.plan.activity.0);
    put_of_activity(transaction, "plan", &columns, &activities).await
}

/// Puts what is said of an activity.
async fn put_of_activity(
    transaction: &Transaction<'_>,
    table: &str,
    columns: &Columns,
    activities: &[Uuid],
) -> Result<(), StoreError> {
    let sql = format!(
        "insert into {table} (document, id, activity, body)
         select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bytea[])
         on conflict (document, id) do update
         set activity = excluded.activity, body = excluded.body"
    );
    let params: Params<'_> = &[
        &columns.documents,
        &columns.ids,
        &activities,
        &columns.bodies,
    ];
    run(transaction, &sql, params).await.map(drop)
}

async fn put_feedback(
    transaction: &Transaction<'_>,
    documents: &[DocumentDelta],
) -> Result<(), StoreError> {
    remove(transaction, "feedback", documents, |delta| &delta.feedback).await?;
    let columns = Columns::of(documents, |delta| &delta.feedback, |row| row.id.0);
    let members = column(documents, |delta| &delta.feedback, |row| row.member.0);
    let recorded = column(documents, |delta| &delta.feedback, |row| row.recorded_at.0);
    run(
        transaction,
        "insert into feedback (document, id, member, recorded_at, body)
         select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bytea[])
         on conflict (document, id) do update set member = excluded.member,
             recorded_at = excluded.recorded_at, body = excluded.body",
        &[
            &columns.documents,
            &columns.ids,
            &members,
            &recorded,
            &columns.bodies,
        ],
    )
    .await
    .map(drop)
}

async fn put_statements(
    transaction: &Transaction<'_>,
    documents: &[DocumentDelta],
) -> Result<(), StoreError> {
    for table in ["statement", "statement_topic"] {
        remove(transaction, table, documents, |delta| &delta.statements).await?;
    }
    let columns = Columns::of(documents, |delta| &delta.statements, |row| row.id.0);
    if columns.ids.is_empty() {
        return Ok(());
    }
    run(
        transaction,
        "insert into statement (document, id, body)
         select * from unnest($1::uuid[], $2::uuid[], $3::bytea[])
         on conflict (document, id) do update set body = excluded.body",
        &[&columns.documents, &columns.ids, &columns.bodies],
    )
    .await?;
    run(
        transaction,
        "delete from statement_topic
         where (document, id) in (select * from unnest($1::uuid[], $2::uuid[]))",
        &[&columns.documents, &columns.ids],
    )
    .await?;
    let (mut owners, mut ids, mut topics) = (Vec::new(), Vec::new(), Vec::new());
    for document in documents {
        for row in &document.statements.put {
            for topic in row.topics() {
                owners.push(document.id.0);
                ids.push(row.id.0);
                topics.push(topic.key().to_vec());
            }
        }
    }
    run(
        transaction,
        "insert into statement_topic (document, id, topic)
         select * from unnest($1::uuid[], $2::uuid[], $3::bytea[]) on conflict do nothing",
        &[&owners, &ids, &topics],
    )
    .await
    .map(drop)
}

/// Replaces all that could not be read.
async fn put_anomalies(
    transaction: &Transaction<'_>,
    documents: &[DocumentDelta],
) -> Result<(), StoreError> {
    let ids: Vec<Uuid> = documents.iter().map(|document| document.id.0).collect();
    let (mut owners, mut positions, mut bodies) = (Vec::new(), Vec::new(), Vec::new());
    for document in documents {
        for (position, anomaly) in (0_i64..).zip(&document.anomalies) {
            owners.push(document.id.0);
            positions.push(position);
            bodies.push(wire::encode(anomaly));
        }
    }
    let delete = "delete from anomaly where document = any($1)";
    run(transaction, delete, &[&ids]).await?;
    run(
        transaction,
        "insert into anomaly (document, position, body)
         select * from unnest($1::uuid[], $2::bigint[], $3::bytea[])",
        &[&owners, &positions, &bodies],
    )
    .await
    .map(drop)
}
