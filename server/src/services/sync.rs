//! Drives one sync exchange over the store.

use serde::Deserialize;
use shared::codes::Code;
use shared::permission::Authority;
use shared::server::{Exchange, Loaded, Step};
use shared::wire::{self, Verdict};

use super::{Office, ServiceError};
use crate::audit::{AuditEvent, AuditRecord};
use crate::store::StoreError;

/// Bytes of request and documents above which the gate's work leaves the thread that serves
/// requests: more than this could take it milliseconds.
const HEAVY_BYTES: usize = 64 * 1024;

impl Office {
    /// Answers a request's body.
    ///
    /// # Errors
    /// The code that answers the whole request.
    pub async fn sync(&self, authority: &Authority, body: &[u8]) -> Result<Vec<u8>, ServiceError> {
        let result = self.exchange(authority, body).await;
        if let Err(ServiceError::Refused { code, .. }) = &result {
            self.record_refused_sync(authority, *code).await?;
        }
        result
    }

    /// Writes to the audit log that a whole request was refused.
    ///
    /// # Errors
    /// What the store says.
    pub async fn record_refused_sync(
        &self,
        authority: &Authority,
        code: Code,
    ) -> Result<(), StoreError> {
        let record = AuditRecord::of(self.now(), AuditEvent::SyncRefused, "").by(authority);
        self.record(record.refused(code)).await
    }

    async fn exchange(&self, authority: &Authority, body: &[u8]) -> Result<Vec<u8>, ServiceError> {
        let city = self.city.code.clone();
        let (mut exchange, mut step) = Exchange::begin(authority.clone(), city, self.now(), body)?;
        let mut offered = false;
        loop {
            step = match step {
                Step::Load(load) => {
                    offered = true;
                    let loaded = self.store.load(load).await?;
                    let next;
                    (exchange, next) = admit(exchange, loaded, body.len()).await?;
                    next
                }
                Step::Append(appends) => {
                    let appended = self.store.append(authority.device, appends).await?;
                    self.projector.wake();
                    exchange.appended(&appended)
                }
                Step::Read(read) => {
                    let read = self.store.read(read, authority).await?;
                    let Step::Respond(answer) = exchange.read(read) else {
                        unreachable!("an exchange that has read responds");
                    };
                    if offered {
                        self.record_refusals(authority, body, &answer).await?;
                    }
                    return Ok(answer);
                }
                Step::Respond(answer) => return Ok(answer),
            };
        }
    }

    /// Writes each refused change to the audit log.
    async fn record_refusals(
        &self,
        authority: &Authority,
        body: &[u8],
        answer: &[u8],
    ) -> Result<(), StoreError> {
        /// The part of an answer that holds refusals.
        #[derive(Deserialize)]
        struct Verdicts {
            verdicts: Vec<Verdict>,
        }

        let Ok(Verdicts { verdicts }) = wire::decode(answer) else {
            return Ok(());
        };
        if verdicts.iter().all(|verdict| *verdict == Verdict::Stored) {
            return Ok(());
        }
        let Ok(request) = wire::read_request(body) else {
            return Ok(());
        };
        let now = self.now();
        let records: Vec<AuditRecord> = request
            .changes
            .iter()
            .zip(verdicts)
            .filter_map(|(change, verdict)| match verdict {
                Verdict::Stored => None,
                Verdict::Refused(code) => {
                    let object = change.document.id();
                    let record = AuditRecord::of(now, AuditEvent::ChangeRefused, object);
                    Some(record.by(authority).refused(code))
                }
            })
            .collect();
        let count = records.len();
        tracing::info!(change.count = count, device.id = %authority.device, "refused {count} changes");
        self.store.record(records).await
    }
}

async fn admit(
    mut exchange: Exchange,
    loaded: Loaded,
    body_bytes: usize,
) -> Result<(Exchange, Step), ServiceError> {
    let documents = loaded.documents.values();
    let bytes: usize = documents.map(|document| document.changes.len()).sum();
    if bytes + body_bytes <= HEAVY_BYTES {
        let step = exchange.loaded(&loaded);
        return Ok((exchange, step));
    }
    tokio::task::spawn_blocking(move || {
        let step = exchange.loaded(&loaded);
        (exchange, step)
    })
    .await
    .map_err(ServiceError::Lost)
}
