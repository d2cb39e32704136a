//! Drives one sync exchange over the store.

use std::collections::BTreeSet;
use std::time::Instant;

use shared::codes::Code;
use shared::ids::DocumentId;
use shared::permission::Authority;
use shared::server::{Exchange, Loaded, Step};
use shared::volume::Volume;
use shared::wire::Verdict;

use super::devices::Caller;
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
    pub async fn sync(&self, caller: &Caller, body: &[u8]) -> Result<Vec<u8>, ServiceError> {
        let began = Instant::now();
        let result = self.exchange(caller, body).await;
        let (code, sent) = match &result {
            Ok(answer) => (None, answer.len()),
            Err(error) => (Some(error.code().as_str()), 0),
        };
        self.metrics.sync(code, body.len(), sent, began.elapsed());
        if let Err(ServiceError::Refused { code, .. }) = &result {
            self.record_refused_sync(&caller.authority, *code).await?;
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

    async fn exchange(&self, caller: &Caller, body: &[u8]) -> Result<Vec<u8>, ServiceError> {
        let authority = &caller.authority;
        let city = self.city.code.clone();
        let (mut exchange, mut step) = Exchange::begin(authority.clone(), city, self.now(), body)?;
        if let Some(hand_over) = caller.hand_over {
            exchange = exchange.handing_over(hand_over)?;
        }
        loop {
            step = match step {
                Step::Load(load) => {
                    let mut loaded = self.store.load(load.clone()).await?;
                    // Many large documents in memory at once would be the end of it: they come one
                    // after another, loaded when it is their turn.
                    let _turn = match is_heavy(&loaded, body.len()) {
                        false => None,
                        true => {
                            drop(loaded);
                            let turn = self.turnstile.heavy().await?;
                            loaded = self.store.load(load).await?;
                            Some(turn)
                        }
                    };
                    self.metrics.documents_loaded(loaded.documents.len());
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
                    self.record_verdicts(authority, &exchange).await?;
                    let read = self.store.read(read, authority).await?;
                    let Step::Respond(answer) = exchange.read(read) else {
                        unreachable!("an exchange that has read responds");
                    };
                    return Ok(answer);
                }
                Step::Respond(answer) => return Ok(answer),
            };
        }
    }

    /// Counts every verdict, writes what is refused to the audit log, and counts it against the
    /// device's day.
    async fn record_verdicts(
        &self,
        authority: &Authority,
        exchange: &Exchange,
    ) -> Result<(), StoreError> {
        for (_, verdict) in exchange.verdicts() {
            self.metrics.verdict(match verdict {
                Verdict::Stored => "stored",
                Verdict::Refused(code) => code.as_str(),
            });
        }
        let refusals = exchange.refusals();
        if refusals.is_empty() {
            return Ok(());
        }
        let now = self.now();
        // One row a document and code, and one for all that is over the quota: whoever sends a
        // thousand changes fills no log with them.
        let rows: BTreeSet<(Code, Option<DocumentId>)> = refusals
            .iter()
            .map(|refusal| match refusal.code {
                Code::QuotaExceeded => (refusal.code, None),
                code => (code, Some(refusal.document)),
            })
            .collect();
        let records = rows.into_iter().map(|(code, document)| {
            let object = document.map_or_else(String::new, |id| id.to_string());
            let record = AuditRecord::of(now, AuditEvent::ChangeRefused, object);
            record.by(authority).refused(code)
        });
        let count = refusals.len();
        tracing::info!(change.count = count, device.id = %authority.device, "refused {count} changes");
        self.store.record(records.collect()).await?;
        let refused = exchange.refused();
        if refused == Volume::default() {
            return Ok(());
        }
        self.store
            .charge(authority.device, now.day(), refused)
            .await
    }
}

fn is_heavy(loaded: &Loaded, body_bytes: usize) -> bool {
    let documents = loaded.documents.values();
    let bytes: usize = documents.map(|document| document.changes.len()).sum();
    bytes + body_bytes > HEAVY_BYTES
}

async fn admit(
    mut exchange: Exchange,
    loaded: Loaded,
    body_bytes: usize,
) -> Result<(Exchange, Step), ServiceError> {
    if !is_heavy(&loaded, body_bytes) {
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
