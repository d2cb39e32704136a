//! Tokens of other systems: which are good, and how often one may ask.

use std::net::IpAddr;
use std::time::Instant;

use shared::codes::Code;

use super::pace::Pace;
use super::turnstile::refused;
use super::{Office, ServiceError};
use crate::audit::{AuditEvent, AuditRecord};
use crate::auth::{self, Lockout};
use crate::config::Limits;
use crate::store::tokens::{TokenId, TokenRecord};

/// What is remembered of those who come with a token.
#[derive(Debug)]
pub struct TokenDesk {
    /// Whoever guesses is locked out for a while, so that nobody fills the audit log.
    lockout: Lockout,
    pace: Pace<TokenId>,
}

impl TokenDesk {
    /// Returns a desk at which nobody has been.
    pub fn new(limits: &Limits) -> Self {
        let requests = limits.token_requests_per_min;
        Self {
            lockout: Lockout::default(),
            pace: Pace::new(requests, f64::from(requests) / 60.0),
        }
    }
}

impl Office {
    /// Returns the token that a text is, and notes its use.
    ///
    /// # Errors
    /// [`Code::TokenUnknown`], [`Code::TokenExpired`], [`Code::TokenRevoked`],
    /// [`Code::TooManyRequests`] or [`Code::TooManyAttempts`].
    pub async fn token(&self, text: &str, address: IpAddr) -> Result<TokenRecord, ServiceError> {
        let now = self.now();
        if let Some(left_ms) = self.tokens.lockout.locked_ms(address, now) {
            return Err(ServiceError::Refused {
                code: Code::TooManyAttempts,
                retry_after_ms: Some(left_ms),
            });
        }
        let Some(token) = self.store.token(auth::hash(text)).await? else {
            self.tokens.lockout.remember(address, now);
            return self.refuse_token("", Code::TokenUnknown).await;
        };
        let counted = self.tokens.pace.count(token.id, Instant::now());
        counted.map_err(|wait| refused(Code::TooManyRequests, wait))?;
        if token.revoked_at.is_some() {
            return self.refuse_token(token.id, Code::TokenRevoked).await;
        }
        if token.expires_at <= now {
            return self.refuse_token(token.id, Code::TokenExpired).await;
        }
        if token.used_on != Some(now.day()) {
            self.store.note_token_use(token.id, now.day()).await?;
        }
        Ok(token)
    }

    async fn refuse_token<T>(&self, token: impl ToString, code: Code) -> Result<T, ServiceError> {
        let record = AuditRecord::of(self.now(), AuditEvent::TokenRefused, token);
        self.record(record.refused(code)).await?;
        Err(code.into())
    }
}
