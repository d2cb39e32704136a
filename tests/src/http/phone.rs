//! A phone of software: the app's engine, rows in memory, a P-256 key, and HTTP.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_bytes::ByteBuf;
use server::clock::Clock;
use shared::api::{Challenge, ChallengeRequest, EnrolRequest, Enrolled, SessionRequest};
use shared::client::{Effect, Engine, Identity, Input, NetworkFault, Row, Table, Write};
use shared::codes::Code;
use shared::documents::DocumentName;
use shared::ids::EntryId;
use shared::records::Record;
use shared::wire::{self, OfferedChange, SyncRequest, SyncResponse};
use uuid::Uuid;

use super::HandClock;
use super::client::{Answer, Request};

/// A device's key.
pub struct Key(SigningKey);

impl Key {
    /// Makes a new one.
    ///
    /// # Panics
    /// Never: a hash of 256 bits is all but surely a key.
    pub fn new() -> Self {
        let mut seed = [1; 32];
        seed[..16].copy_from_slice(Uuid::now_v7().as_bytes());
        seed[16..].copy_from_slice(Uuid::now_v7().as_bytes());
        Self::of(seed)
    }

    /// Returns the key of a number.
    ///
    /// # Panics
    /// When it is not below the order of the curve.
    pub fn of(number: [u8; 32]) -> Self {
        Self(SigningKey::from_slice(&number).expect("below the order of the curve"))
    }

    /// Returns the public key as enrolment sends it.
    pub fn public(&self) -> String {
        BASE64URL_NOPAD.encode(&self.point())
    }

    /// Returns the public key as a 65-byte point.
    ///
    /// # Panics
    /// Never: an uncompressed point of this curve has 65 bytes.
    pub fn point(&self) -> [u8; 65] {
        let point = self.0.verifying_key().to_sec1_point(false);
        point.as_bytes().try_into().expect("65 bytes")
    }

    /// Returns a signature as WebCrypto makes it, as text.
    pub fn sign(&self, message: &str) -> String {
        BASE64URL_NOPAD.encode(&self.sign_bytes(message.as_bytes()))
    }

    /// Returns a signature as WebCrypto makes it.
    pub fn sign_bytes(&self, message: &[u8]) -> [u8; 64] {
        let signature: Signature = self.0.sign(message);
        signature.to_bytes().into()
    }

    /// Returns the request that enrols this key with a code.
    pub fn enrol_request(&self, code: &str) -> EnrolRequest {
        EnrolRequest {
            code: code.to_owned(),
            public_key: self.public(),
            signature: self.sign(&format!("baodao-enrol:{code}")),
            label: "test".to_owned(),
        }
    }
}

impl Default for Key {
    fn default() -> Self {
        Self::new()
    }
}

/// An enrolled phone.
pub struct Phone {
    /// Where the server is; a server that was started again has another address.
    pub address: SocketAddr,
    /// Who it is.
    pub identity: Identity,
    /// The session's cookie.
    pub cookie: String,
    /// The engine.
    pub engine: Engine,
    /// The key.
    pub key: Key,
    clock: Arc<HandClock>,
    rows: BTreeMap<(Table, Vec<u8>), Vec<u8>>,
    answers: BTreeMap<EntryId, Result<(), Code>>,
    effects: VecDeque<Effect>,
}

impl Phone {
    /// Enrols with a code.
    ///
    /// # Errors
    /// The answer that refuses it.
    pub async fn enrol(
        address: SocketAddr,
        clock: Arc<HandClock>,
        code: &str,
    ) -> Result<Self, Answer> {
        let key = Key::new();
        let request = Request::new(address, "POST", "/api/enrol");
        let answer = request.json(&key.enrol_request(code)).send().await;
        let Some(cookie) = answer.cookie().filter(|_| answer.status == 200) else {
            return Err(answer);
        };
        let enrolled: Enrolled = answer.json();
        let identity = Identity {
            device: enrolled.device,
            member: enrolled.member,
        };
        let (engine, effects, _) = Engine::open(identity, Vec::new(), 1, clock.now());
        let mut phone = Self {
            address,
            identity,
            cookie,
            engine,
            key,
            clock,
            rows: BTreeMap::new(),
            answers: BTreeMap::new(),
            effects: effects.into(),
        };
        phone.pump().await;
        Ok(phone)
    }

    /// Closes the app and opens it again on its rows.
    pub async fn reopen(&mut self) {
        let rows = self.rows.iter().map(|((table, key), value)| Row {
            table: *table,
            key: key.clone(),
            value: value.clone(),
        });
        let (engine, effects, _) = Engine::open(self.identity, rows.collect(), 2, self.clock.now());
        self.engine = engine;
        self.effects = effects.into();
        self.pump().await;
    }

    /// Enters a record and waits until everything that follows from it is done.
    ///
    /// # Errors
    /// Why it cannot be entered.
    ///
    /// # Panics
    /// When the engine never answers.
    pub async fn enter(&mut self, record: Record) -> Result<EntryId, Code> {
        let id = EntryId(Uuid::now_v7());
        self.handle(Input::Enter { id, record }).await;
        let answer = self.answers.remove(&id);
        answer.expect("the engine answers").map(|()| id)
    }

    /// Syncs until there is nothing more to do.
    pub async fn sync(&mut self) {
        self.handle(Input::Wake).await;
    }

    async fn handle(&mut self, input: Input) {
        let effects = self.engine.handle(self.clock.now(), input);
        self.effects.extend(effects);
        self.pump().await;
    }

    async fn pump(&mut self) {
        while let Some(effect) = self.effects.pop_front() {
            let input = match effect {
                Effect::Persist { ticket, writes } => {
                    writes.into_iter().for_each(|write| self.write(write));
                    Input::Persisted {
                        ticket,
                        result: Ok(()),
                    }
                }
                Effect::Send { exchange, body } => Input::Answered {
                    exchange,
                    result: self.send(body).await,
                },
                Effect::SignIn => match self.sign_in().await {
                    Ok(()) => Input::SignedIn,
                    Err(_) => continue,
                },
                Effect::Answer { id, result } => {
                    self.answers.insert(id, result);
                    continue;
                }
                Effect::Clear => {
                    self.rows.clear();
                    continue;
                }
                Effect::WakeAt(_) | Effect::Changed => continue,
            };
            let effects = self.engine.handle(self.clock.now(), input);
            self.effects.extend(effects);
        }
    }

    fn write(&mut self, write: Write) {
        let key = (write.table, write.key);
        match write.value {
            Some(value) => self.rows.insert(key, value),
            None => self.rows.remove(&key),
        };
    }

    async fn send(&self, body: Vec<u8>) -> Result<Vec<u8>, NetworkFault> {
        let answer = self.post_sync(body).await;
        match answer {
            None => Err(NetworkFault::Unreachable),
            Some(answer) if answer.status == 200 => Ok(answer.body),
            Some(answer) => Err(NetworkFault::Refused {
                code: answer.code().unwrap_or(Code::ServerError),
                retry_after_ms: None,
            }),
        }
    }

    /// Returns the phone's clock.
    pub fn clock(&self) -> Arc<HandClock> {
        self.clock.clone()
    }

    /// Posts a body to sync.
    pub async fn post_sync(&self, body: Vec<u8>) -> Option<Answer> {
        self.request("POST", "/api/sync")
            .body(wire::CONTENT_TYPE, body)
            .try_send()
            .await
    }

    /// Begins a signed-in request.
    pub fn request(&self, method: &str, path: &str) -> Request {
        Request::new(self.address, method, path).cookie(&self.cookie)
    }

    /// Renews the session by proof of the key.
    ///
    /// # Errors
    /// The answer that refuses it.
    pub async fn sign_in(&mut self) -> Result<(), Answer> {
        let device = self.identity.device;
        let answer = self
            .request("POST", "/api/session/challenge")
            .json(&ChallengeRequest { device })
            .send()
            .await;
        if answer.status != 200 {
            return Err(answer);
        }
        let Challenge { challenge } = answer.json();
        let request = SessionRequest {
            device,
            signature: self.key.sign(&format!("baodao-session:{challenge}")),
            challenge,
        };
        let answer = self
            .request("POST", "/api/session")
            .json(&request)
            .send()
            .await;
        match answer.cookie() {
            Some(cookie) if answer.status == 204 => {
                self.cookie = cookie;
                Ok(())
            }
            _ => Err(answer),
        }
    }

    /// Offers changes past the engine, as a stranger's program could, and returns the answer.
    ///
    /// # Panics
    /// When the server does not answer with a sync response.
    pub async fn offer(&self, changes: Vec<(DocumentName, Vec<u8>)>) -> SyncResponse {
        let answer = self.offer_raw(changes).await;
        assert_eq!(answer.status, 200, "{:?}", answer.code());
        wire::decode(&answer.body).expect("the answer is a sync response")
    }

    /// Offers nothing past the engine, as a phone does that has nothing unsent.
    pub async fn sync_once(&self) -> Answer {
        self.offer_raw(Vec::new()).await
    }

    /// Offers changes past the engine and returns whatever the server answers.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn offer_raw(&self, changes: Vec<(DocumentName, Vec<u8>)>) -> Answer {
        let request = SyncRequest {
            protocol: wire::PROTOCOL,
            schema: wire::SCHEMA,
            exchange: 1,
            device_time: self.clock.now(),
            directory: 0,
            outcomes: 0,
            matters: Some(0),
            follows: Vec::new(),
            changes: changes
                .into_iter()
                .map(|(document, bytes)| OfferedChange {
                    document,
                    bytes: ByteBuf::from(bytes),
                })
                .collect(),
        };
        let answer = self.post_sync(wire::encode(&request)).await;
        answer.expect("the server answers")
    }
}
