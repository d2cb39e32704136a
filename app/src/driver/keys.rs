//! The device's key: made here, used here, never readable, not even by the app.

use data_encoding::BASE64URL_NOPAD;
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

/// The browser refused something about a key; it gives no reason that a person could act on.
#[derive(Debug, thiserror::Error)]
#[error("the browser's cryptography does not work")]
pub(super) struct KeyFault(JsValue);

impl From<JsValue> for KeyFault {
    fn from(error: JsValue) -> Self {
        Self(error)
    }
}

/// An ECDSA P-256 key pair whose private part cannot be extracted.
#[derive(Clone)]
pub(super) struct DeviceKey {
    pair: JsValue,
    private: CryptoKey,
    public: CryptoKey,
}

impl DeviceKey {
    /// Makes a new key.
    pub(super) async fn generate() -> Result<Self, KeyFault> {
        let uses = Array::of2(&"sign".into(), &"verify".into());
        let made =
            subtle()?.generate_key_with_object(&algorithm("namedCurve", "P-256")?, false, &uses)?;
        let pair: JsValue = JsFuture::from(made).await?;
        Self::of_pair(pair.clone()).ok_or(KeyFault(pair))
    }

    /// Reads a key pair as the storage keeps it.
    pub(super) fn of_pair(pair: JsValue) -> Option<Self> {
        let part = |name: &str| Reflect::get(&pair, &name.into()).ok()?.dyn_into().ok();
        let (private, public) = (part("privateKey")?, part("publicKey")?);
        Some(Self {
            pair,
            private,
            public,
        })
    }

    /// Returns the pair for the storage to keep; the browser copies it without showing it.
    pub(super) fn pair(&self) -> &JsValue {
        &self.pair
    }

    /// Returns the public key: base64url of the 65-byte uncompressed point.
    pub(super) async fn public_point(&self) -> Result<String, KeyFault> {
        let exported = subtle()?.export_key("raw", &self.public)?;
        let point: JsValue = JsFuture::from(exported).await?;
        Ok(base64url(&point))
    }

    /// Signs a text: base64url of the 64-byte signature.
    pub(super) async fn sign(&self, text: &str) -> Result<String, KeyFault> {
        let algorithm = algorithm("hash", "SHA-256")?;
        let signed =
            subtle()?.sign_with_object_and_u8_array(&algorithm, &self.private, text.as_bytes())?;
        let signature: JsValue = JsFuture::from(signed).await?;
        Ok(base64url(&signature))
    }
}

fn algorithm(name: &str, value: &str) -> Result<Object, KeyFault> {
    let algorithm = Object::new();
    Reflect::set(&algorithm, &"name".into(), &"ECDSA".into())?;
    Reflect::set(&algorithm, &name.into(), &value.into())?;
    Ok(algorithm)
}

/// The browser's cryptography; pages that are not served securely have none.
fn subtle() -> Result<SubtleCrypto, KeyFault> {
    let window = web_sys::window().ok_or(KeyFault(JsValue::UNDEFINED))?;
    let subtle = Reflect::get(window.crypto()?.as_ref(), &"subtle".into())?;
    subtle.dyn_into().map_err(KeyFault)
}

fn base64url(buffer: &JsValue) -> String {
    BASE64URL_NOPAD.encode(&Uint8Array::new(buffer).to_vec())
}
