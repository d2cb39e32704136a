//! The conformance suite over every store.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use server::store::sqlite::SqliteStore;
use server::store::{Store, conformance};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_is_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let opened = AtomicUsize::new(0);
    conformance::run(async || {
        let number = opened.fetch_add(1, Ordering::Relaxed);
        let store = SqliteStore::open(&folder.path().join(number.to_string()));
        let store: Arc<dyn Store> = Arc::new(store.unwrap());
        assert!(!store.is_shared());
        store
    })
    .await;
}
