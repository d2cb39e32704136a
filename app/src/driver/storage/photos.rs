//! The photos that wait for the server, by hash.

use std::collections::BTreeSet;

use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{Transaction, TransactionMode};
use js_sys::Uint8Array;
use shared::ids::PhotoHash;
use wasm_bindgen::{JsCast, JsValue};

use super::database::{self, IDENTITY, PHOTOS};
use super::{Fault, LeadToken, Storage, check_lead, delete, get, put, store};

impl Storage {
    /// Keeps a photo, strictly durable.
    ///
    /// # Errors
    /// [`Fault`]; nothing was written then.
    pub(in crate::driver) async fn keep_photo(
        &self,
        lead: &LeadToken,
        hash: PhotoHash,
        bytes: &[u8],
    ) -> Result<(), Fault> {
        let (key, value) = (key(hash), JsValue::from(Uint8Array::from(bytes)));
        let stores = [IDENTITY, PHOTOS];
        self.transact(&stores, TransactionMode::Readwrite, async |transaction| {
            check_lead(transaction, lead).await?;
            put(transaction, PHOTOS, &key, &value)
        })
        .await
    }

    /// Returns a photo, `None` when it is not here.
    ///
    /// # Errors
    /// [`Fault`].
    pub(in crate::driver) async fn photo(&self, hash: PhotoHash) -> Result<Option<Vec<u8>>, Fault> {
        let name = hash.to_string();
        let value = self
            .transact(&[PHOTOS], TransactionMode::Readonly, async |transaction| {
                get(transaction, PHOTOS, &name).await
            })
            .await?;
        let bytes = value.dyn_into::<Uint8Array>().ok();
        Ok(bytes.map(|bytes| bytes.to_vec()))
    }

    /// Removes a photo.
    ///
    /// # Errors
    /// [`Fault`]; it is still there then.
    pub(in crate::driver) async fn drop_photo(
        &self,
        lead: &LeadToken,
        hash: PhotoHash,
    ) -> Result<(), Fault> {
        let key = key(hash);
        let stores = [IDENTITY, PHOTOS];
        self.transact(&stores, TransactionMode::Readwrite, async |transaction| {
            check_lead(transaction, lead).await?;
            delete(transaction, PHOTOS, &key)
        })
        .await
    }
}

/// Returns which photos are here.
pub(super) async fn held(transaction: &Transaction<'_>) -> Result<BTreeSet<PhotoHash>, Fault> {
    let keys = store(transaction, PHOTOS)?
        .get_all_keys::<JsValue>()
        .await
        .map_err(database::fault)?;
    let mut held = BTreeSet::new();
    for key in keys {
        let key = key.map_err(database::fault)?.as_string();
        held.extend(key.and_then(|key| key.parse::<PhotoHash>().ok()));
    }
    Ok(held)
}

fn key(hash: PhotoHash) -> JsValue {
    hash.to_string().into()
}
