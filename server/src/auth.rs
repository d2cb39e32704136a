//! Proof of identity: enrolment codes, device keys, tokens, and the lock after wrong codes. Knows
//! no database and no HTTP.

mod code;
mod key;
mod lockout;

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use shared::time::{DAY_MS, HOUR_MS, MINUTE_MS};

pub use code::EnrolmentCode;
pub use key::{PublicKey, SignatureInvalid, is_signed};
pub use lockout::Lockout;

/// How long an enrolment code is good.
pub const ENROLMENT_MS: i64 = 7 * DAY_MS;
/// How long a session is good.
pub const SESSION_MS: i64 = 12 * HOUR_MS;
/// How long a challenge is good.
pub const CHALLENGE_MS: i64 = 2 * MINUTE_MS;

/// The system gives out no random numbers.
#[derive(Debug, thiserror::Error)]
#[error("the system gives out no random numbers")]
pub struct NoRandomness(#[source] getrandom::Error);

/// Returns random bytes.
///
/// # Errors
/// [`NoRandomness`] when the system has none.
pub fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(NoRandomness)?;
    Ok(bytes)
}

/// Returns a number for an epoch: 1 to 2⁵³, so that JavaScript can hold it and it is never the
/// phone's 0 for none.
///
/// # Errors
/// [`NoRandomness`] when the system has none.
pub fn epoch() -> Result<u64, NoRandomness> {
    Ok((u64::from_be_bytes(random()?) >> 11) + 1)
}

/// A secret that is given out once and kept only as its hash: a session's token or a challenge.
pub struct Secret {
    /// base64url of 32 random bytes.
    pub text: String,
    /// The SHA-256 of the text.
    pub hash: [u8; 32],
}

impl Secret {
    /// Makes a new one.
    ///
    /// # Errors
    /// [`NoRandomness`] when the system has none.
    pub fn new() -> Result<Self, NoRandomness> {
        let text = BASE64URL_NOPAD.encode(&random::<32>()?);
        let hash = hash(&text);
        Ok(Self { text, hash })
    }
}

/// Returns the SHA-256 of a text.
pub fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}
