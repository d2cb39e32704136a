//! The phones of a benchmark: keep-alive HTTP connections, device keys, and prepared pushes. Written
//! straight on a socket, so that the load costs as little as it can.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{SystemTime, UNIX_EPOCH};

use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde::de::DeserializeOwned;
use serde_bytes::ByteBuf;
use shared::api::{EnrolRequest, Enrolled};
use shared::documents::{Document, DocumentKind, DocumentName, Writer};
use shared::ids::{ActivityId, AreaCode, DeviceId, DocumentId, EntryId, MemberId, OrganisationId};
use shared::records::{Claim, Entry, Evidence, Presence, Record};
use shared::time::{Quarter, Timestamp};
use shared::wire::{self, OfferedChange, SyncRequest, SyncResponse};
use uuid::Uuid;

/// Why the load could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("the connection failed")]
    Connection(#[from] io::Error),
    #[error("the server answered {status}: {body}")]
    Refused { status: u16, body: String },
    #[error("the answer cannot be read")]
    Unreadable,
}

/// Reads an answer of sync.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    wire::decode(body).map_err(|_| Failure::Unreadable)
}

/// A keep-alive connection.
pub struct Connection {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
    /// The cookie that the last answer set.
    pub cookie: Option<String>,
}

impl Connection {
    /// Opens a connection.
    pub fn open(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            address,
            cookie: None,
        })
    }

    /// Posts a body and returns that of the answer.
    pub fn post(
        &mut self,
        path: &str,
        content_type: &str,
        cookie: Option<&str>,
        body: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let mut request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n",
            self.address,
            body.len(),
        )
        .into_bytes();
        if let Some(cookie) = cookie {
            request.extend_from_slice(format!("Cookie: {cookie}\r\n").as_bytes());
        }
        request.extend_from_slice(b"\r\n");
        request.extend_from_slice(body);
        self.stream.get_mut().write_all(&request)?;
        self.answer()
    }

    /// Gets what stands at a path.
    pub fn get(&mut self, path: &str, cookie: &str) -> Result<Vec<u8>, Failure> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\n\r\n",
            self.address
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.answer()
    }

    fn answer(&mut self) -> Result<Vec<u8>, Failure> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let status: u16 = status.ok_or(Failure::Unreadable)?;
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().map_err(|_| Failure::Unreadable)?,
                "set-cookie" => self.cookie = value.split(';').next().map(str::to_owned),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        if (200..300).contains(&status) {
            Ok(body)
        } else {
            Err(Failure::Refused {
                status,
                body: String::from_utf8_lossy(&body).into_owned(),
            })
        }
    }
}

/// One enrolled phone.
pub struct Phone {
    /// The device.
    pub device: DeviceId,
    /// Its owner.
    pub member: MemberId,
    /// The session's cookie.
    pub cookie: String,
    /// The phone's clock, in UTC milliseconds.
    pub clock: i64,
    /// The changes prepared last.
    pub changes: Vec<Vec<u8>>,
    directory: u64,
}

impl Phone {
    /// Enrols a phone with a code.
    pub fn enrol(address: SocketAddr, code: &str) -> Result<Self, Failure> {
        let mut seed = [0; 32];
        seed[..16].copy_from_slice(Uuid::now_v7().as_bytes());
        seed[16..].copy_from_slice(Uuid::now_v7().as_bytes());
        let key = SigningKey::from_slice(&seed).map_err(|_| Failure::Unreadable)?;
        let signature: Signature = key.sign(format!("baodao-enrol:{code}").as_bytes());
        let point = key.verifying_key().to_sec1_point(false);
        let request = EnrolRequest {
            code: code.to_owned(),
            public_key: BASE64URL_NOPAD.encode(point.as_bytes()),
            signature: BASE64URL_NOPAD.encode(&signature.to_bytes()),
            label: "bench".to_owned(),
        };
        let body = serde_json::to_vec(&request).map_err(|_| Failure::Unreadable)?;
        let mut connection = Connection::open(address)?;
        let answer = connection.post("/api/enrol", "application/json", None, &body)?;
        let enrolled: Enrolled =
            serde_json::from_slice(&answer).map_err(|_| Failure::Unreadable)?;
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |now| now.as_millis());
        let mut phone = Self {
            device: enrolled.device,
            member: enrolled.member,
            cookie: connection.cookie.take().ok_or(Failure::Unreadable)?,
            clock: i64::try_from(now).unwrap_or(i64::MAX),
            changes: Vec::new(),
            directory: 0,
        };
        let first = phone.request(0, Vec::new(), Vec::new());
        let cookie = Some(phone.cookie.as_str());
        let answer = connection.post("/api/sync", wire::CONTENT_TYPE, cookie, &first)?;
        let response: SyncResponse = decode(&answer)?;
        phone.directory = response.directory.ok_or(Failure::Unreadable)?.version;
        Ok(phone)
    }

    /// Returns the journal of a round: each its own quarter, so that each begins empty.
    pub fn journal(&self, round: usize) -> DocumentName {
        let quarter = Quarter {
            year: 2000 + u16::try_from(round / 4).unwrap_or(0),
            number: u8::try_from(round % 4 + 1).unwrap_or(1),
        };
        DocumentName::Journal {
            member: self.member,
            quarter,
        }
    }

    /// Writes one check-in after another and returns the bodies that push them.
    pub fn prepare(&mut self, round: usize, pushes: usize) -> Vec<Vec<u8>> {
        let name = self.journal(round);
        let mut document = Document::new(DocumentKind::Journal);
        let writer = Writer {
            device: self.device,
            run: u32::try_from(round).unwrap_or(0),
        };
        self.changes.clear();
        (0..pushes)
            .map(|push| {
                let entry = self.check_in();
                let change = document.write(writer, Timestamp(self.clock), &[entry]);
                self.changes.push(change.bytes.clone());
                let offered = OfferedChange {
                    document: name,
                    bytes: ByteBuf::from(change.bytes),
                };
                self.request(push as u64, vec![(name.id(), push as u64)], vec![offered])
            })
            .collect()
    }

    /// Returns the body that fetches a round's journal from its beginning.
    pub fn follow(&self, round: usize) -> Vec<u8> {
        self.request(0, vec![(self.journal(round).id(), 0)], Vec::new())
    }

    /// Fetches a round's journal and returns its changes, oldest first.
    pub fn stored(
        &self,
        connection: &mut Connection,
        round: usize,
    ) -> Result<Vec<Vec<u8>>, Failure> {
        let cookie = Some(self.cookie.as_str());
        let body = self.follow(round);
        let answer = connection.post("/api/sync", wire::CONTENT_TYPE, cookie, &body)?;
        let response: SyncResponse = decode(&answer)?;
        let name = self.journal(round);
        let news = response.documents.iter().flat_map(|news| &news.changes);
        let bytes: Vec<u8> = news.flat_map(|change| change.to_vec()).collect();
        let document = Document::load(name.kind(), &bytes).map_err(|_| Failure::Unreadable)?;
        Ok(document
            .changes()
            .into_iter()
            .map(|change| change.bytes)
            .collect())
    }

    fn request(
        &self,
        exchange: u64,
        follows: Vec<(DocumentId, u64)>,
        changes: Vec<OfferedChange>,
    ) -> Vec<u8> {
        wire::encode(&SyncRequest {
            protocol: wire::PROTOCOL,
            schema: wire::SCHEMA,
            exchange,
            device_time: Timestamp(self.clock),
            directory: self.directory,
            // No outcome or matter is newer: what is measured is pushing, not what is derived meanwhile.
            outcomes: i64::MAX.unsigned_abs(),
            matters: Some(i64::MAX.unsigned_abs()),
            follows,
            changes,
        })
    }

    fn check_in(&self) -> Entry {
        Entry {
            id: EntryId(Uuid::now_v7()),
            by: self.member,
            recorded_at: Timestamp(self.clock),
            record: Record::Claim(Claim::CheckIn(Presence {
                city: AreaCode::parse(super::server::CITY).expect("six digits"),
                organisation: OrganisationId(Uuid::from_u128(1)),
                activity: ActivityId(Uuid::now_v7()),
                evidence: Evidence::SelfReport,
                installation: None,
            })),
        }
    }
}
