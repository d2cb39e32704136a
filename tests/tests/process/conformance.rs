//! The conformance suite over PostgreSQL, and what two servers of one database see of each other.

use std::sync::Arc;

use server::metrics::StoreMetrics;
use server::store::postgres::PostgresStore;
use server::store::{Place, Store, StoreError, conformance};
use tests::postgres::Cluster;

use crate::crowd::Told;

async fn open(url: &str) -> Result<PostgresStore, StoreError> {
    PostgresStore::open(&url.parse()?).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_a_store() -> Told {
    let cluster = Cluster::start().await?;
    conformance::run(async || {
        let database = cluster.database().await.expect("a database");
        let store: Arc<dyn Store> = Arc::new(open(&cluster.url(&database)).await.expect("a store"));
        assert!(store.is_shared());
        store
    })
    .await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_open_a_new_database_together_make_its_schema_once() -> Told {
    let cluster = Cluster::start().await?;
    let url = cluster.url(&cluster.database().await?);
    let opened = futures::future::join_all((0..8).map(|_| open(&url))).await;
    for store in opened {
        store?.ready().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_database_of_a_newer_program_or_of_other_letters_is_left_alone() -> Told {
    let cluster = Cluster::start().await?;
    let database = cluster.database().await?;
    let url = cluster.url(&database);
    open(&url).await?.ready().await?;
    let client = cluster.client(&database).await?;
    client
        .batch_execute("insert into migration values (999)")
        .await?;
    assert!(matches!(open(&url).await, Err(StoreError::Newer)));
    client
        .batch_execute("create database latin encoding 'LATIN1' template template0")
        .await?;
    let latin = open(&cluster.url("latin")).await;
    assert!(matches!(latin, Err(StoreError::Unopened(_))));
    let nowhere: Place = Place::Postgres(cluster.url("nowhere").parse()?);
    let nowhere = nowhere.open(StoreMetrics::default()).await;
    assert!(matches!(nowhere, Err(StoreError::Unopened(_))));
    Ok(())
}

#[tokio::test]
async fn the_audit_log_of_a_database_can_neither_be_changed_nor_cut() -> Told {
    let cluster = Cluster::start().await?;
    let database = cluster.database().await?;
    open(&cluster.url(&database)).await?.ready().await?;
    let client = cluster.client(&database).await?;
    client
        .batch_execute("insert into audit (at, type, object, result) values (1, 'x', '', 'ok')")
        .await?;
    for sql in [
        "update audit set result = 'x'",
        "delete from audit",
        "truncate audit",
    ] {
        let changed = client.batch_execute(sql).await;
        let words = changed.expect_err("is refused").as_db_error().cloned();
        let words = words.ok_or("the database answers")?;
        assert_eq!(words.message(), "the audit log is append-only", "{sql}");
    }
    Ok(())
}
