//! Signs and verifies the codes of a check-in with the keys of devices.

use serde_bytes::ByteArray;
use shared::client::Identity;
use shared::codes::Code;

use super::keys::{self, DeviceKey};
use super::{Driver, clock};

impl Driver {
    /// Returns who this phone is, `None` while there is no engine.
    pub(crate) fn identity(&self) -> Option<Identity> {
        self.current().map(|run| run.identity())
    }

    /// Returns the public key of this phone: the 65-byte uncompressed point.
    pub(crate) async fn public_key(&self) -> Result<ByteArray<65>, Code> {
        let point = self.device_key()?.public_bytes().await;
        point.map(ByteArray::new).map_err(|_| Code::KeyInvalid)
    }

    /// Signs a message with this phone's key.
    pub(crate) async fn sign(&self, message: &[u8]) -> Result<ByteArray<64>, Code> {
        let signature = self.device_key()?.sign_bytes(message).await;
        signature.map(ByteArray::new).map_err(|_| Code::KeyInvalid)
    }

    /// Tells whether the device with this key signed a message; what is no key has signed nothing.
    pub(crate) async fn is_signed(
        &self,
        key: &ByteArray<65>,
        message: &[u8],
        signature: &ByteArray<64>,
    ) -> bool {
        keys::is_signed(key, message, signature)
            .await
            .unwrap_or(false)
    }

    /// Returns the random bytes of one code.
    pub(crate) fn nonce(&self) -> ByteArray<8> {
        ByteArray::new(clock::random())
    }

    fn device_key(&self) -> Result<DeviceKey, Code> {
        let run = self.current().ok_or(Code::StorageUnavailable)?;
        run.key().ok_or(Code::KeyInvalid)
    }
}
