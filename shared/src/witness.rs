//! The two codes of a check-in that both sides see: the one that the host's phone shows, and the
//! answer that the member's phone shows back. What their texts are, what is signed, how old they may
//! be. Knows no cryptography: who signs and verifies is the driver and the server.

use data_encoding::BASE64URL_NOPAD;
use serde_bytes::ByteArray;

use crate::codes::Code;
use crate::ids::{ActivityId, DeviceId, EntryId, MemberId, OrganisationId};
use crate::records::{Scan, Witness};
use crate::time::Timestamp;
use crate::wire;

/// How long a host's phone shows one code.
pub const CODE_SHOWN_MS: i64 = 15_000;
/// How old a code may be to be called fresh.
pub const CODE_FRESH_MS: i64 = 60_000;
/// Within what time of its code a scan reaches the server that counts as grade B.
pub const SCAN_ARRIVES_MS: i64 = 120_000;
/// How far two clocks may lie apart before it is flagged.
pub const CLOCKS_APART_MS: i64 = 60_000;

/// The path in the app of a host's code; the code follows in the fragment.
pub const HOST_CODE_PATH: &str = "/scan";
/// The path in the app of a member's answer; the answer follows in the fragment.
pub const ANSWER_CODE_PATH: &str = "/answer";

/// Characters that a code's text may have; what is longer is not one.
const TEXT_AT_MOST: usize = 600;
/// The version of both texts.
const VERSION: u8 = 1;

/// What a host's phone shows for a quarter of a minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostCode {
    /// The organisation whose calendar holds the activity.
    pub organisation: OrganisationId,
    /// The activity.
    pub activity: ActivityId,
    /// Which code of which device it is, when it was made, and the signature.
    pub scan: Scan,
}

/// What a member's phone shows back once it has written its claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerCode {
    /// The activity.
    pub activity: ActivityId,
    /// The claim.
    pub claim: EntryId,
    /// The member.
    pub member: MemberId,
    /// The member's device.
    pub device: DeviceId,
    /// The host's device.
    pub host: DeviceId,
    /// Which of the host's codes it answers.
    pub counter: u32,
    /// The random bytes of that code.
    pub nonce: ByteArray<8>,
    /// The member's name, for a host whose roster does not have it.
    pub name: String,
    /// The member's signature.
    pub signature: ByteArray<64>,
}

impl HostCode {
    /// Returns what the host's device signs.
    pub fn message(&self) -> Vec<u8> {
        let scan = &self.scan;
        signed(
            "baodao-code:",
            &(
                self.organisation,
                self.activity,
                scan.host,
                scan.counter,
                scan.issued_at,
                scan.nonce,
            ),
        )
    }

    /// Returns the code as it stands in the fragment of its address.
    pub fn to_text(&self) -> String {
        let scan = &self.scan;
        text(&(
            VERSION,
            self.organisation,
            self.activity,
            scan.host,
            scan.counter,
            scan.issued_at,
            scan.nonce,
            scan.signature,
        ))
    }

    /// Reads a code from a whole address or from its fragment.
    ///
    /// # Errors
    /// [`Code::ScanUnreadable`] when it is not a host's code.
    pub fn parse(scanned: &str) -> Result<Self, Code> {
        let (version, organisation, activity, host, counter, issued_at, nonce, signature) =
            read(scanned, HOST_CODE_PATH)?;
        check_version(version)?;
        Ok(Self {
            organisation,
            activity,
            scan: Scan {
                host,
                counter,
                issued_at,
                nonce,
                signature,
            },
        })
    }

    /// Returns the six digits that stand under the code, for people who cannot scan.
    pub fn digits(&self) -> u32 {
        let [a, b, c, d, ..] = *self.scan.nonce;
        u32::from_be_bytes([a, b, c, d]) % 1_000_000
    }

    /// Returns how old the code is.
    pub fn age_ms(&self, now: Timestamp) -> i64 {
        now.since(self.scan.issued_at)
    }
}

impl Scan {
    /// Returns the code that was scanned, for a presence at an activity.
    pub fn host_code(&self, organisation: OrganisationId, activity: ActivityId) -> HostCode {
        HostCode {
            organisation,
            activity,
            scan: self.clone(),
        }
    }
}

impl AnswerCode {
    /// Returns what the member's device signs.
    pub fn message(&self) -> Vec<u8> {
        answer_message(
            self.activity,
            self.claim,
            self.member,
            (self.device, self.host),
            (self.counter, self.nonce),
        )
    }

    /// Returns the answer as it stands in the fragment of its address.
    pub fn to_text(&self) -> String {
        text(&(
            VERSION,
            self.activity,
            self.claim,
            self.member,
            self.device,
            self.host,
            self.counter,
            self.nonce,
            &self.name,
            self.signature,
        ))
    }

    /// Reads an answer from a whole address or from its fragment.
    ///
    /// # Errors
    /// [`Code::ScanUnreadable`] when it is not a member's answer.
    pub fn parse(scanned: &str) -> Result<Self, Code> {
        let (version, activity, claim, member, device, host, counter, nonce, name, signature) =
            read(scanned, ANSWER_CODE_PATH)?;
        check_version(version)?;
        Ok(Self {
            activity,
            claim,
            member,
            device,
            host,
            counter,
            nonce,
            name,
            signature,
        })
    }

    /// Returns what the host's mark says of the answer; `age_ms` is how old the code was by the
    /// host's clock.
    pub fn witness(&self, age_ms: i64) -> Witness {
        Witness {
            claim: self.claim,
            device: self.device,
            counter: self.counter,
            nonce: self.nonce,
            age_ms,
            signature: self.signature,
        }
    }
}

impl Witness {
    /// Returns what the member's device has signed, where the host `host` marked `member` at
    /// `activity`.
    pub fn message(&self, activity: ActivityId, member: MemberId, host: DeviceId) -> Vec<u8> {
        answer_message(
            activity,
            self.claim,
            member,
            (self.device, host),
            (self.counter, self.nonce),
        )
    }
}

fn answer_message(
    activity: ActivityId,
    claim: EntryId,
    member: MemberId,
    (device, host): (DeviceId, DeviceId),
    (counter, nonce): (u32, ByteArray<8>),
) -> Vec<u8> {
    let said = (activity, claim, member, device, host, counter, nonce);
    signed("baodao-answer:", &said)
}

fn signed<T: serde::Serialize>(purpose: &str, said: &T) -> Vec<u8> {
    let mut message = purpose.as_bytes().to_vec();
    message.extend(wire::encode(said));
    message
}

fn text<T: serde::Serialize>(parts: &T) -> String {
    BASE64URL_NOPAD.encode(&wire::encode(parts))
}

fn check_version(version: u8) -> Result<(), Code> {
    if version == VERSION {
        Ok(())
    } else {
        Err(Code::ScanUnreadable)
    }
}

/// Reads the parts of a text; an address must be of `path`.
fn read<T: serde::de::DeserializeOwned>(scanned: &str, path: &str) -> Result<T, Code> {
    let scanned = scanned.trim();
    let text = match scanned.split_once('#') {
        Some((address, fragment)) if address.ends_with(path) => fragment,
        Some(_) => return Err(Code::ScanUnreadable),
        None => scanned,
    };
    if text.len() > TEXT_AT_MOST {
        return Err(Code::ScanUnreadable);
    }
    let bytes = BASE64URL_NOPAD
        .decode(text.as_bytes())
        .map_err(|_| Code::ScanUnreadable)?;
    wire::decode(&bytes).map_err(|_| Code::ScanUnreadable)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn code() -> HostCode {
        HostCode {
            organisation: OrganisationId(Uuid::from_u128(0xf1)),
            activity: ActivityId(Uuid::from_u128(0xa1)),
            scan: Scan {
                host: DeviceId(Uuid::from_u128(0xd1)),
                counter: 41,
                issued_at: Timestamp(1_795_000_000_000),
                nonce: ByteArray::new([0, 15, 66, 63, 5, 6, 7, 8]),
                signature: ByteArray::new([9; 64]),
            },
        }
    }

    fn answer() -> AnswerCode {
        AnswerCode {
            activity: code().activity,
            claim: EntryId(Uuid::from_u128(0xc1)),
            member: MemberId(Uuid::from_u128(0xe1)),
            device: DeviceId(Uuid::from_u128(0xd2)),
            host: code().scan.host,
            counter: 41,
            nonce: code().scan.nonce,
            name: "欧阳建国".into(),
            signature: ByteArray::new([7; 64]),
        }
    }

    #[test]
    fn a_code_reads_back_from_its_text_and_from_its_address() {
        let text = code().to_text();
        assert_eq!(HostCode::parse(&text), Ok(code()));
        let address = format!("https://baodao.example{HOST_CODE_PATH}#{text}");
        assert_eq!(HostCode::parse(&address), Ok(code()));
        let text = answer().to_text();
        assert_eq!(AnswerCode::parse(&text), Ok(answer()));
        // Small enough for a screen and a camera: a QR code of version 13 at most.
        assert!(address.len() < 330 && text.len() < 330, "{}", address.len());
    }

    #[test]
    fn what_is_not_a_code_says_so_at_once() {
        let other = format!("https://baodao.example/enrol#{}", code().to_text());
        let long = "A".repeat(10_000);
        let answered = answer().to_text();
        for text in [
            "",
            "12345",
            "https://example.com/",
            &other,
            &long,
            &answered,
        ] {
            assert_eq!(HostCode::parse(text), Err(Code::ScanUnreadable), "{text}");
        }
        assert_eq!(
            AnswerCode::parse(&code().to_text()),
            Err(Code::ScanUnreadable)
        );
    }

    #[test]
    fn the_digits_are_six_and_the_age_is_that_of_the_code() {
        assert_eq!(code().digits(), 999_999);
        let later = code().scan.issued_at.plus(61_000);
        assert_eq!(code().age_ms(later), 61_000);
    }

    #[test]
    fn what_host_and_member_sign_is_what_the_server_verifies() {
        let witness = answer().witness(3_000);
        let message = witness.message(answer().activity, answer().member, answer().host);
        assert_eq!(message, answer().message());
        let other = witness.message(answer().activity, answer().member, answer().device);
        assert_ne!(other, message);
        let scanned = code().scan.host_code(code().organisation, code().activity);
        assert_eq!(scanned.message(), code().message());
    }
}
