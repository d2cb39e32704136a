//! Device keys: ECDSA on P-256 with SHA-256, as WebCrypto makes and signs.

use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};

/// The length of an uncompressed point.
const POINT_BYTES: usize = 65;

/// A key or a signature that is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key or the signature is not valid")]
pub struct SignatureInvalid;

/// A device's public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    bytes: Vec<u8>,
    key: VerifyingKey,
}

impl PublicKey {
    /// Reads base64url of an uncompressed point.
    ///
    /// # Errors
    /// [`SignatureInvalid`] when it is not a point of the curve.
    pub fn parse(text: &str) -> Result<Self, SignatureInvalid> {
        let bytes = BASE64URL_NOPAD
            .decode(text.as_bytes())
            .map_err(|_| SignatureInvalid)?;
        Self::from_bytes(bytes)
    }

    /// Reads an uncompressed point.
    ///
    /// # Errors
    /// [`SignatureInvalid`] when it is not a point of the curve.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, SignatureInvalid> {
        if bytes.len() != POINT_BYTES {
            return Err(SignatureInvalid);
        }
        let key = VerifyingKey::from_sec1_bytes(&bytes).map_err(|_| SignatureInvalid)?;
        Ok(Self { bytes, key })
    }

    /// Returns the uncompressed point.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Checks base64url of a raw signature (r, s) over a message.
    ///
    /// # Errors
    /// [`SignatureInvalid`] when it is not this key's signature of the message.
    pub fn verify(&self, message: &str, signature: &str) -> Result<(), SignatureInvalid> {
        let raw = BASE64URL_NOPAD
            .decode(signature.as_bytes())
            .map_err(|_| SignatureInvalid)?;
        let signature = Signature::from_slice(&raw).map_err(|_| SignatureInvalid)?;
        self.key
            .verify(message.as_bytes(), &signature)
            .map_err(|_| SignatureInvalid)
    }
}

/// Tells whether the key of an uncompressed point has signed the message with a raw signature (r, s).
pub fn is_signed(key: &[u8], message: &[u8], signature: &[u8; 64]) -> bool {
    let key = VerifyingKey::from_sec1_bytes(key);
    let signature = Signature::from_slice(signature);
    match (key, signature) {
        (Ok(key), Ok(signature)) => key.verify(message, &signature).is_ok(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::SigningKey;
    use p256::ecdsa::signature::Signer;

    use super::*;

    fn key() -> SigningKey {
        SigningKey::from_slice(&[7; 32]).unwrap()
    }

    fn public(key: &SigningKey) -> String {
        BASE64URL_NOPAD.encode(key.verifying_key().to_sec1_point(false).as_bytes())
    }

    fn sign(key: &SigningKey, message: &str) -> String {
        let signature: Signature = key.sign(message.as_bytes());
        BASE64URL_NOPAD.encode(&signature.to_bytes())
    }

    #[test]
    fn a_signature_is_good_for_its_key_and_message_alone() {
        let good = sign(&key(), "baodao-session:one");
        let public_key = PublicKey::parse(&public(&key())).unwrap();
        assert_eq!(public_key.verify("baodao-session:one", &good), Ok(()));
        assert_eq!(
            public_key.verify("baodao-session:two", &good),
            Err(SignatureInvalid)
        );
        let other = SigningKey::from_slice(&[8; 32]).unwrap();
        let other = PublicKey::parse(&public(&other)).unwrap();
        assert_eq!(
            other.verify("baodao-session:one", &good),
            Err(SignatureInvalid)
        );
    }

    #[test]
    fn bytes_that_are_no_signature_or_no_point_are_refused() {
        let public_key = PublicKey::parse(&public(&key())).unwrap();
        for text in ["", "AAAA", "not base64!", &BASE64URL_NOPAD.encode(&[0; 64])] {
            assert_eq!(
                public_key.verify("m", text),
                Err(SignatureInvalid),
                "{text}"
            );
        }
        let mut off_curve = [1; 65];
        off_curve[0] = 4;
        for bytes in [vec![], vec![4; 64], off_curve.to_vec(), vec![0; 65]] {
            assert!(PublicKey::from_bytes(bytes).is_err());
        }
    }
}
