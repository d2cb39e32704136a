//! The phone's storage: IndexedDB, one object store a table, all writes strictly durable.
//!
//! Every opening of the app *claims* the storage with a token, and every later transaction checks
//! the token before it writes. So a tab that lost the lead writes nothing, however late it learns
//! of it: two engines over one storage would take each other's change numbers.

mod database;
mod photos;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use indexed_db_futures::database::Database;
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::object_store::ObjectStore;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{Transaction, TransactionMode};
use js_sys::Uint8Array;
use shared::client::{Identity, Row, StorageFault, Table, Write};
use shared::ids::PhotoHash;
use wasm_bindgen::{JsCast, JsValue};

use super::clock;
use super::keys::DeviceKey;
use database::{Handle, IDENTITY, KEYS, STORES};

const DEVICE_ID: &str = "device";
const MEMBER_ID: &str = "member";
/// The row of the store `identity` that says who claimed the storage last.
const LEAD: &str = "lead";
/// The row of the store `keys` that holds the device's key pair.
pub(super) const DEVICE_KEY: &str = "device";
/// The row of the store `keys` that holds the key pair under which the phone is being bound anew.
pub(super) const NEXT_KEY: &str = "next";

/// Why the storage did not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    /// It failed; nothing of the transaction was written.
    #[error("the storage failed: {0:?}")]
    Storage(StorageFault),
    /// Another tab claimed it.
    #[error("another tab took the lead")]
    LeadLost,
    /// Nobody claims it any more: the browser, or somebody, emptied it under the open page.
    #[error("the storage was emptied")]
    Emptied,
}

/// The token of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LeadToken(String);

/// What the storage held when it was claimed.
pub(super) struct Held {
    /// Who this phone is, once it is enrolled.
    pub(super) identity: Option<Identity>,
    /// The device's key.
    pub(super) key: Option<DeviceKey>,
    /// The key under which the phone is being bound anew.
    pub(super) next_key: Option<DeviceKey>,
    /// The engine's rows.
    pub(super) rows: Vec<Row>,
    /// The photos that are here.
    pub(super) photos: BTreeSet<PhotoHash>,
    /// To be shown with every write.
    pub(super) lead: LeadToken,
}

/// The phone's storage.
#[derive(Default)]
pub(super) struct Storage {
    handle: RefCell<Option<Handle>>,
    /// Whether the last transaction found no space. Chromium then closes the database and cannot
    /// open it again, without saying why.
    is_full: Cell<bool>,
}

impl Storage {
    /// Claims the storage and reads all of it.
    ///
    /// # Errors
    /// [`Fault::Storage`]. With no space left the claim of the tab before is taken over instead: what
    /// is there can still be read and uploaded.
    pub(super) async fn claim(&self) -> Result<Held, Fault> {
        let token = LeadToken(
            clock::random::<16>()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        );
        let claimed = self
            .transact(&STORES, TransactionMode::Readwrite, async |transaction| {
                put(
                    transaction,
                    IDENTITY,
                    &LEAD.into(),
                    &token.0.as_str().into(),
                )?;
                read_all(transaction).await
            })
            .await;
        match claimed {
            Err(Fault::Storage(StorageFault::Full)) => {
                self.transact(&STORES, TransactionMode::Readonly, read_all)
                    .await
            }
            claimed => claimed,
        }
    }

    /// Writes rows of the engine in one transaction, strictly durable.
    ///
    /// # Errors
    /// [`Fault`]; nothing was written then.
    pub(super) async fn write(&self, lead: &LeadToken, writes: Vec<Write>) -> Result<(), Fault> {
        let rows: Vec<PreparedWrite> = writes.into_iter().map(PreparedWrite::of).collect();
        let mut stores = vec![IDENTITY];
        for table in Table::ALL {
            if rows.iter().any(|row| row.store == table.as_str()) {
                stores.push(table.as_str());
            }
        }
        self.transact(&stores, TransactionMode::Readwrite, async |transaction| {
            check_lead(transaction, lead).await?;
            for row in &rows {
                match &row.value {
                    Some(value) => put(transaction, row.store, &row.key, value)?,
                    None => delete(transaction, row.store, &row.key)?,
                }
            }
            Ok(())
        })
        .await
    }

    /// Keeps a new device's key before it is bound to anybody.
    pub(super) async fn keep_key(&self, place: &str, key: &DeviceKey) -> Result<(), Fault> {
        self.transact(&[KEYS], TransactionMode::Readwrite, async |transaction| {
            put(transaction, KEYS, &place.into(), key.pair())
        })
        .await
    }

    /// Keeps who this phone is, and the key it was bound with.
    pub(super) async fn keep_identity(
        &self,
        identity: Identity,
        key: &DeviceKey,
    ) -> Result<(), Fault> {
        let stores = [IDENTITY, KEYS];
        self.transact(&stores, TransactionMode::Readwrite, async |transaction| {
            put_identity(transaction, identity)?;
            put(transaction, KEYS, &DEVICE_KEY.into(), key.pair())?;
            delete(transaction, KEYS, &NEXT_KEY.into())
        })
        .await
    }

    /// Claims a storage that was emptied under the open page, for the same phone.
    pub(super) async fn claim_again(
        &self,
        lead: &LeadToken,
        identity: Identity,
        key: Option<&DeviceKey>,
    ) -> Result<(), Fault> {
        let stores = [IDENTITY, KEYS];
        self.transact(&stores, TransactionMode::Readwrite, async |transaction| {
            put(transaction, IDENTITY, &LEAD.into(), &lead.0.as_str().into())?;
            put_identity(transaction, identity)?;
            match key {
                Some(key) => put(transaction, KEYS, &DEVICE_KEY.into(), key.pair()),
                None => Ok(()),
            }
        })
        .await
    }

    /// Removes everything but the claim.
    pub(super) async fn clear(&self, lead: &LeadToken) -> Result<(), Fault> {
        self.transact(&STORES, TransactionMode::Readwrite, async |transaction| {
            check_lead(transaction, lead).await?;
            for name in STORES {
                store(transaction, name)?.clear().map_err(database::fault)?;
            }
            put(transaction, IDENTITY, &LEAD.into(), &lead.0.as_str().into())
        })
        .await
    }

    /// Closes the storage; the next transaction opens it again.
    pub(super) fn close(&self) {
        self.handle.borrow_mut().take();
    }

    /// Runs `work` in one transaction and commits it.
    ///
    /// `work` may await nothing but requests of this very transaction.
    async fn transact<T>(
        &self,
        stores: &[&str],
        mode: TransactionMode,
        work: impl AsyncFn(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut result = self.attempt(stores, mode, work).await;
        let unexplained = Fault::Storage(StorageFault::Unavailable);
        if self.is_full.get() && result.as_ref().err() == Some(&unexplained) {
            result = Err(Fault::Storage(StorageFault::Full));
        }
        let is_full = result.as_ref().err() == Some(&Fault::Storage(StorageFault::Full));
        self.is_full.set(is_full);
        result
    }

    /// Browsers close handles behind the page's back: a closed one is opened once more.
    async fn attempt<T>(
        &self,
        stores: &[&str],
        mode: TransactionMode,
        work: impl AsyncFn(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let database = self.database().await?;
        if let Ok(transaction) = database::begin(&database, stores, mode) {
            return database::run(transaction, &work).await;
        }
        self.close();
        let database = self.database().await?;
        let transaction = database::begin(&database, stores, mode).map_err(database::fault)?;
        database::run(transaction, &work).await
    }

    async fn database(&self) -> Result<Database, Fault> {
        let open = self.handle.borrow().as_ref().and_then(Handle::database);
        if let Some(database) = open {
            return Ok(database);
        }
        let handle = Handle::open().await?;
        let database = handle.database();
        *self.handle.borrow_mut() = Some(handle);
        database.ok_or(Fault::Storage(StorageFault::Unavailable))
    }
}

/// A write with everything made before its transaction begins.
struct PreparedWrite {
    store: &'static str,
    key: JsValue,
    value: Option<JsValue>,
}

impl PreparedWrite {
    fn of(write: Write) -> Self {
        let bytes = |bytes: &[u8]| JsValue::from(Uint8Array::from(bytes));
        Self {
            store: write.table.as_str(),
            key: bytes(&write.key),
            value: write.value.as_deref().map(bytes),
        }
    }
}

/// Fails unless the storage is still claimed by this tab.
async fn check_lead(transaction: &Transaction<'_>, lead: &LeadToken) -> Result<(), Fault> {
    match get(transaction, IDENTITY, LEAD).await?.as_string() {
        Some(token) if token == lead.0 => Ok(()),
        Some(_) => Err(Fault::LeadLost),
        // What is written now would be a stranger's, without identity and key.
        None => Err(Fault::Emptied),
    }
}

async fn read_all(transaction: &Transaction<'_>) -> Result<Held, Fault> {
    let lead = get(transaction, IDENTITY, LEAD).await?.as_string();
    let device = get(transaction, IDENTITY, DEVICE_ID).await?.as_string();
    let member = get(transaction, IDENTITY, MEMBER_ID).await?.as_string();
    let identity = device.zip(member).and_then(|(device, member)| {
        Some(Identity {
            device: device.parse().ok()?,
            member: member.parse().ok()?,
        })
    });
    let key = DeviceKey::of_pair(get(transaction, KEYS, DEVICE_KEY).await?);
    let next_key = DeviceKey::of_pair(get(transaction, KEYS, NEXT_KEY).await?);
    let mut rows = Vec::new();
    for table in Table::ALL {
        read_table(transaction, table, &mut rows).await?;
    }
    Ok(Held {
        identity,
        key,
        next_key,
        rows,
        photos: photos::held(transaction).await?,
        lead: LeadToken(lead.unwrap_or_default()),
    })
}

async fn read_table(
    transaction: &Transaction<'_>,
    table: Table,
    rows: &mut Vec<Row>,
) -> Result<(), Fault> {
    let store = store(transaction, table.as_str())?;
    let keys = store
        .get_all_keys::<JsValue>()
        .await
        .map_err(database::fault)?;
    let values = store.get_all::<JsValue>().await.map_err(database::fault)?;
    for (key, value) in keys.zip(values) {
        rows.push(Row {
            table,
            // Binary keys come back as buffers. What is no buffer reads as no bytes, and the engine
            // reports the row as damaged.
            key: Uint8Array::new(&key.map_err(database::fault)?).to_vec(),
            value: value
                .map_err(database::fault)?
                .dyn_into::<Uint8Array>()
                .map_or_else(|_| Vec::new(), |bytes| bytes.to_vec()),
        });
    }
    Ok(())
}

fn store<'a>(transaction: &'a Transaction<'_>, name: &str) -> Result<ObjectStore<'a>, Fault> {
    transaction.object_store(name).map_err(database::fault)
}

/// Reads one row; undefined where there is none.
async fn get(transaction: &Transaction<'_>, name: &str, key: &str) -> Result<JsValue, Fault> {
    let store = store(transaction, name)?;
    let value: Option<JsValue> = store.get(key).await.map_err(database::fault)?;
    Ok(value.unwrap_or(JsValue::UNDEFINED))
}

fn put_identity(transaction: &Transaction<'_>, identity: Identity) -> Result<(), Fault> {
    let device = JsValue::from(identity.device.to_string());
    let member = JsValue::from(identity.member.to_string());
    put(transaction, IDENTITY, &DEVICE_ID.into(), &device)?;
    put(transaction, IDENTITY, &MEMBER_ID.into(), &member)
}

/// Puts a row. What fails in it fails the whole transaction, so that nobody waits for it.
fn put(
    transaction: &Transaction<'_>,
    name: &str,
    key: &JsValue,
    value: &JsValue,
) -> Result<(), Fault> {
    let store = store(transaction, name)?;
    let request = store.as_sys().put_with_key(value, key);
    request
        .map(drop)
        .map_err(|error| database::fault(error.into()))
}

/// Deletes a row, as [`put`].
fn delete(transaction: &Transaction<'_>, name: &str, key: &JsValue) -> Result<(), Fault> {
    let store = store(transaction, name)?;
    let request = store.as_sys().delete(key);
    request
        .map(drop)
        .map_err(|error| database::fault(error.into()))
}
