//! The frames of `POST /api/sync` and the CBOR that carries them.
//!
//! One round trip: the phone says what it holds and offers what it has not had acknowledged; the
//! server answers with a verdict for every change and with what the phone has not seen.

mod bytes;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use self::bytes::{EndOfBytes, Growing, Rest};
use crate::codes::Code;
use crate::directory::DirectorySlice;
use crate::documents::DocumentName;
use crate::ids::DocumentId;
use crate::reconcile::{Matter, Outcome};
use crate::time::Timestamp;

/// The version of the frames.
pub const PROTOCOL: u16 = 1;
/// The version of the documents' schema: 2 since there are boards, requests and what is said to them.
pub const SCHEMA: u16 = 2;
/// The schema of a request that offers nothing newer: a server of before takes it.
pub const FIRST_SCHEMA: u16 = 1;
/// The media type of both frames.
pub const CONTENT_TYPE: &str = "application/cbor";

/// What a phone sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncRequest {
    /// [`PROTOCOL`].
    pub protocol: u16,
    /// [`SCHEMA`].
    pub schema: u16,
    /// Counted by the phone and echoed, so that it can tell an answer from a late one.
    pub exchange: u64,
    /// The phone's clock.
    pub device_time: Timestamp,
    /// The version of the directory slice that the phone holds, 0 for none.
    pub directory: u64,
    /// The revision of the last outcome that the phone holds, 0 for none.
    pub outcomes: u64,
    /// The revision of the last matter that the phone holds, 0 for none; an app of before matters
    /// asks for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matters: Option<u64>,
    /// The documents that the phone follows, with the version it has integrated of each.
    pub follows: Vec<(DocumentId, u64)>,
    /// Changes not yet acknowledged, each after those it depends on.
    pub changes: Vec<OfferedChange>,
}

/// A change that a phone asks the server to store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedChange {
    /// The document.
    pub document: DocumentName,
    /// One uncompressed change chunk.
    pub bytes: ByteBuf,
}

/// What the server answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncResponse {
    /// [`PROTOCOL`].
    pub protocol: u16,
    /// The request's number.
    pub exchange: u64,
    /// The server's clock.
    pub server_time: Timestamp,
    /// Changes when a backup is restored: phones then offer all their own changes again.
    pub epoch: u64,
    /// One for each change of the request, in its order.
    pub verdicts: Vec<Verdict>,
    /// What is new in the followed documents, without the changes of this request.
    pub documents: Vec<DocumentNews>,
    /// Documents that the phone may no longer read.
    pub forget: Vec<DocumentId>,
    /// The directory slice, when the phone's is not the newest.
    pub directory: Option<DirectoryNews>,
    /// Outcomes about the phone's owner that the phone has not seen.
    pub outcomes: Vec<Outcome>,
    /// The revision to send next time.
    pub outcomes_revision: u64,
    /// What became of requests that concern the phone's owner, or that the owner decides on, as far
    /// as the phone has not seen it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matters: Vec<MatterRow>,
    /// The revision to send next time; a server of before matters tells of none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matters_revision: Option<u64>,
    /// Whether there is more to fetch at once.
    pub more: bool,
}

/// What became of a request, with the names of those concerned: a phone need not know them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatterRow {
    /// What became of it.
    pub matter: Matter,
    /// Whom it is about, or who claims: a person or an organisation.
    pub name: String,
    /// Where they belong: the home branch, or the team that entered it. May say nothing.
    pub from: String,
    /// Who decides.
    pub to: String,
    /// County and town of who decides, the county first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub place: Vec<String>,
}

/// What became of an offered change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is durable.
    Stored,
    /// It was not stored.
    Refused(Code),
}

/// What is new in one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentNews {
    /// The document.
    pub document: DocumentName,
    /// The version that the phone has after integrating the changes.
    pub version: u64,
    /// The changes, each after those it depends on.
    pub changes: Vec<ByteBuf>,
}

/// A directory slice and its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryNews {
    /// The version.
    pub version: u64,
    /// The slice.
    pub slice: DirectorySlice,
}

/// Why bytes are not a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The bytes end early.
    #[error("the bytes end early")]
    Truncated,
    /// The bytes are not CBOR of the expected shape.
    #[error("the bytes are not CBOR of the expected shape")]
    Malformed,
}

/// Returns the CBOR of a value.
///
/// # Panics
/// Never: the domain's types hold nothing that CBOR cannot write.
pub fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = Growing::default();
    ciborium::into_writer(value, &mut bytes).expect("the domain's types are all CBOR");
    bytes.0
}

/// Reads a value; bytes behind it are an error.
///
/// # Errors
/// [`DecodeError::Truncated`] or [`DecodeError::Malformed`].
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut rest = Rest(bytes);
    let value = ciborium::from_reader(&mut rest).map_err(|error| match error {
        ciborium::de::Error::Io(EndOfBytes) => DecodeError::Truncated,
        ciborium::de::Error::Syntax(_)
        | ciborium::de::Error::Semantic(_, _)
        | ciborium::de::Error::RecursionLimitExceeded => DecodeError::Malformed,
    })?;
    if rest.0.is_empty() {
        Ok(value)
    } else {
        Err(DecodeError::Malformed)
    }
}

/// Reads a sync request and checks its versions and counts.
///
/// # Errors
/// The code that answers the request.
pub fn read_request(bytes: &[u8]) -> Result<SyncRequest, Code> {
    /// The part of a request that every version has.
    #[derive(Deserialize)]
    struct Versions {
        protocol: u16,
        schema: u16,
    }

    if bytes.len() > crate::limits::REQUEST_BYTES {
        return Err(Code::RequestTooLarge);
    }
    let refuse = |error| match error {
        DecodeError::Truncated => Code::RequestTruncated,
        DecodeError::Malformed => Code::RequestMalformed,
    };
    let is_known = |protocol, schema| protocol == PROTOCOL && schema <= SCHEMA;
    let request: SyncRequest = match decode(bytes) {
        Ok(request) => request,
        // A request of another version may have another shape.
        Err(error) => {
            let versions: Versions = decode(bytes).map_err(refuse)?;
            return Err(if is_known(versions.protocol, versions.schema) {
                refuse(error)
            } else {
                Code::VersionUnsupported
            });
        }
    };
    if !is_known(request.protocol, request.schema) {
        return Err(Code::VersionUnsupported);
    }
    if request.changes.len() > crate::limits::REQUEST_CHANGES
        || request.follows.len() > crate::limits::REQUEST_FOLLOWS
    {
        return Err(Code::TooManyChanges);
    }
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> SyncRequest {
        SyncRequest {
            protocol: PROTOCOL,
            schema: FIRST_SCHEMA,
            exchange: 7,
            device_time: Timestamp(1_795_000_000_000),
            directory: 3,
            outcomes: 4,
            matters: None,
            follows: vec![(DocumentId(uuid::Uuid::from_u128(5)), 6)],
            changes: Vec::new(),
        }
    }

    #[test]
    fn a_request_cut_anywhere_is_called_truncated() {
        let bytes = encode(&request());
        assert_eq!(read_request(&bytes), Ok(request()));
        for end in 0..bytes.len() {
            assert_eq!(
                read_request(&bytes[..end]),
                Err(Code::RequestTruncated),
                "{end}"
            );
        }
    }

    #[test]
    fn another_version_is_told_apart_from_nonsense() {
        let newer = SyncRequest {
            protocol: 2,
            ..request()
        };
        assert_eq!(read_request(&encode(&newer)), Err(Code::VersionUnsupported));
        assert_eq!(
            read_request(b"{\"protocol\":1}"),
            Err(Code::RequestMalformed)
        );
        let mut followed = encode(&request());
        followed.push(0);
        assert_eq!(read_request(&followed), Err(Code::RequestMalformed));
    }

    #[test]
    fn the_request_of_version_1_is_golden() {
        let hex: String = encode(&request())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        insta::assert_snapshot!(hex);
    }
}
