//! What the world knows of a request and the exchange is not told.

use shared::codes::Code;
use shared::wire::{self, SyncRequest, SyncResponse, Verdict};

/// On which terms a request is answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    /// How many changes the device may still bring today.
    pub(super) allowed: usize,
}

impl Terms {
    /// Takes from a request what is over the day's quota.
    pub(super) fn cut(self, request: Option<&SyncRequest>, body: Vec<u8>) -> Vec<u8> {
        match request {
            Some(request) if request.changes.len() > self.allowed => {
                let mut allowed = request.clone();
                allowed.changes.truncate(self.allowed);
                wire::encode(&allowed)
            }
            Some(_) | None => body,
        }
    }

    /// Adds to an answer what is over the day's quota.
    pub(super) fn amend(self, request: Option<&SyncRequest>, body: Vec<u8>) -> Vec<u8> {
        let (Some(request), Ok(mut response)) = (request, wire::decode::<SyncResponse>(&body))
        else {
            return body;
        };
        if request.changes.len() <= self.allowed {
            return body;
        }
        let over = Verdict::Refused(Code::QuotaExceeded);
        response.verdicts.resize(request.changes.len(), over);
        wire::encode(&response)
    }
}
