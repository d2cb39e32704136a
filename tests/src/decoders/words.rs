//! What people type and what programs post as text: enrolment codes, keys, ids, dates, JSON bodies.

use server::auth::{EnrolmentCode, PublicKey};
use shared::api::{ChallengeRequest, EnrolRequest, IssueRequest, PhoneRequest, SessionRequest};
use shared::codes::Code;
use shared::documents::DocumentKind;
use shared::ids::{AreaCode, DeviceId, OrganisationPath, PhotoHash};
use shared::records::Topic;

use super::records::entry;
use super::world;
use crate::http::Key;

pub(super) fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some(code) = EnrolmentCode::parse(&text) {
        let written = code.to_string();
        assert_eq!(EnrolmentCode::parse(&written), Some(code));
    }
    if let Ok(key) = PublicKey::parse(&text) {
        let again = PublicKey::from_bytes(key.clone().into_bytes());
        assert_eq!(again, Ok(key));
    }
    if let Some(code) = Code::parse(&text) {
        assert_eq!(code.as_str(), text);
    }
    if let Ok(code) = AreaCode::parse(&text) {
        assert_eq!(code.as_str(), text);
    }
    if let Ok(path) = OrganisationPath::parse(&text) {
        assert_eq!(path.as_str(), text);
    }
    if let Ok(id) = text.parse::<DeviceId>() {
        assert_eq!(id.to_string().parse(), Ok(id));
    }
    if let Ok(hash) = text.parse::<PhotoHash>() {
        assert_eq!(hash.to_string().parse(), Ok(hash));
    }
    if let Ok(request) = serde_json::from_slice::<EnrolRequest>(bytes)
        && let Ok(key) = PublicKey::parse(&request.public_key)
    {
        let message = format!("baodao-enrol:{}", request.code);
        let _ = key.verify(&message, &request.signature);
    }
    let _ = serde_json::from_slice::<SessionRequest>(bytes);
    let _ = serde_json::from_slice::<ChallengeRequest>(bytes);
    let _ = serde_json::from_slice::<IssueRequest>(bytes);
    let _ = serde_json::from_slice::<PhoneRequest>(bytes);
}

pub(super) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    // A key of fixed bytes, so that the corpus is the same whenever it is written.
    let key = Key::of([7; 32]);
    let enrol = serde_json::to_vec(&key.enrol_request("K7QM-2XTR-90")).expect("JSON");
    let asked = PhoneRequest {
        request: entry(DocumentKind::Journal, 2).id,
        topic: Topic::Member(world::member()),
    };
    vec![
        ("code", b"K7QM-2XTR-90".to_vec()),
        ("code-as-typed", "k7qm 2xtr 9o".as_bytes().to_vec()),
        ("key", key.public().into_bytes()),
        ("enrol", enrol),
        ("area", b"441204103".to_vec()),
        ("path", b"001001002".to_vec()),
        ("hash", "0123456789abcdef".repeat(4).into_bytes()),
        ("phone", serde_json::to_vec(&asked).expect("JSON")),
        ("id", b"00000000-0000-0000-0000-0000000000d1".to_vec()),
    ]
}
