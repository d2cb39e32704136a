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
        Ok(BASE64URL_NOPAD.encode(&self.public_bytes().await?))
    }

    /// Returns the public key: the 65-byte uncompressed point.
    pub(super) async fn public_bytes(&self) -> Result<[u8; 65], KeyFault> {
        let exported = subtle()?.export_key("raw", &self.public)?;
        let point: JsValue = JsFuture::from(exported).await?;
        bytes(&point)
    }

    /// Signs a text: base64url of the 64-byte signature.
    pub(super) async fn sign(&self, text: &str) -> Result<String, KeyFault> {
        let signature = self.sign_bytes(text.as_bytes()).await?;
        Ok(BASE64URL_NOPAD.encode(&signature))
    }

    /// Signs bytes: the 64-byte signature (r, s; SHA-256).
    pub(super) async fn sign_bytes(&self, message: &[u8]) -> Result<[u8; 64], KeyFault> {
        let algorithm = algorithm("hash", "SHA-256")?;
        let signed = subtle()?.sign_with_object_and_u8_array(&algorithm, &self.private, message)?;
        let signature: JsValue = JsFuture::from(signed).await?;
        bytes(&signature)
    }
}

/// Tells whether the key of a 65-byte point signed a message.
pub(super) async fn is_signed(
    point: &[u8; 65],
    message: &[u8],
    signature: &[u8; 64],
) -> Result<bool, KeyFault> {
    let point = Uint8Array::from(point.as_slice());
    let curve = algorithm("namedCurve", "P-256")?;
    let uses = Array::of1(&"verify".into());
    let imported = subtle()?.import_key_with_object("raw", point.as_ref(), &curve, false, &uses)?;
    let imported: JsValue = JsFuture::from(imported).await?;
    let key: CryptoKey = imported.dyn_into()?;
    let verified = subtle()?.verify_with_object_and_u8_array_and_u8_array(
        &algorithm("hash", "SHA-256")?,
        &key,
        signature,
        message,
    )?;
    let verified: JsValue = JsFuture::from(verified).await?;
    Ok(verified.is_truthy())
}

/// Returns the SHA-256 of bytes.
pub(super) async fn digest(of: &[u8]) -> Result<[u8; 32], KeyFault> {
    let digest = subtle()?.digest_with_str_and_u8_array("SHA-256", of)?;
    let digest: JsValue = JsFuture::from(digest).await?;
    bytes(&digest)
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

fn bytes<const N: usize>(buffer: &JsValue) -> Result<[u8; N], KeyFault> {
    let bytes = Uint8Array::new(buffer).to_vec();
    bytes.try_into().map_err(|_| KeyFault(buffer.clone()))
}
