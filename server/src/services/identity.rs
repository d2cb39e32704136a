//! Enrolment, sessions, and who is signed in.

use std::net::IpAddr;

use shared::api::{
    Challenge, ChallengeRequest, EnrolRequest, Enrolled, IssueRequest, Issued, SessionRequest,
};
use shared::codes::Code;
use shared::ids::{DeviceId, MemberId};
use shared::permission::Authority;
use shared::time::Timestamp;
use uuid::Uuid;

use super::{Office, ServiceError};
use crate::audit::{AuditEvent, AuditRecord};
use crate::auth::{self, EnrolmentCode, PublicKey, Secret};
use crate::store::Store;
use crate::store::identity::{
    DeviceRecord, Enrolling, Enrolment, EnrolmentResult, NewChallenge, NewSession, Renewal,
    SessionRecord,
};

/// Characters of a device's label; what is longer is cut.
const LABEL_CHARACTERS: usize = 80;

/// A session's token, to be put into a cookie.
pub struct SessionToken(pub String);

impl Office {
    /// Returns who is signed in with a session's token.
    ///
    /// # Errors
    /// [`Code::NotSignedIn`], [`Code::SessionExpired`] or [`Code::DeviceRevoked`].
    pub async fn authority(&self, token: Option<&str>) -> Result<Authority, ServiceError> {
        let session = self.open_session(token).await?;
        match session.revoked_at {
            None => Ok(session.authority),
            Some(_) => Err(Code::DeviceRevoked.into()),
        }
    }

    /// Returns a session that is not over, also a revoked device's.
    pub(super) async fn open_session(
        &self,
        token: Option<&str>,
    ) -> Result<SessionRecord, ServiceError> {
        let token = token.ok_or(Code::NotSignedIn)?;
        // A token that nobody knows was good once, or its cookie would not be here: the phone
        // proves its key again.
        let session = self
            .store
            .session(auth::hash(token))
            .await?
            .ok_or(Code::SessionExpired)?;
        if session.expires_at <= self.now() {
            return Err(Code::SessionExpired.into());
        }
        Ok(session)
    }

    /// Binds a new device to the person a code was made for.
    ///
    /// # Errors
    /// [`Code::TooManyAttempts`], [`Code::KeyInvalid`], [`Code::CodeUnknown`], [`Code::CodeUsed`]
    /// or [`Code::CodeExpired`].
    pub async fn enrol(
        &self,
        request: EnrolRequest,
        address: IpAddr,
    ) -> Result<(Enrolled, SessionToken), ServiceError> {
        let now = self.now();
        if let Some(left_ms) = self.lockout.locked_ms(address, now) {
            return Err(ServiceError::Refused {
                code: Code::TooManyAttempts,
                retry_after_ms: Some(left_ms),
            });
        }
        let result = self.try_enrol(request, now).await;
        let record = AuditRecord::of(now, AuditEvent::DeviceEnrolled, "");
        match &result {
            Ok((enrolled, _)) => {
                let record = record
                    .with_member(enrolled.member)
                    .with_device(enrolled.device);
                self.record(record).await?;
            }
            Err(ServiceError::Refused { code, .. }) => {
                if *code == Code::CodeUnknown {
                    self.lockout.remember(address, now);
                }
                self.record(record.refused(*code)).await?;
            }
            Err(
                ServiceError::Store(_)
                | ServiceError::Randomness(_)
                | ServiceError::Lost(_)
                | ServiceError::Workbook(_)
                | ServiceError::Table(_)
                | ServiceError::TooLong,
            ) => {}
        }
        result
    }

    async fn try_enrol(
        &self,
        request: EnrolRequest,
        now: Timestamp,
    ) -> Result<(Enrolled, SessionToken), ServiceError> {
        let key = PublicKey::parse(&request.public_key).map_err(|_| Code::KeyInvalid)?;
        key.verify(
            &format!("baodao-enrol:{}", request.code),
            &request.signature,
        )
        .map_err(|_| Code::KeyInvalid)?;
        let code = EnrolmentCode::parse(&request.code).ok_or(Code::CodeUnknown)?;
        let token = Secret::new()?;
        let result = self
            .store
            .enrol(Enrolling {
                code_hash: code.hash(),
                device: DeviceId(Uuid::now_v7()),
                public_key: key.into_bytes(),
                label: label(&request.label),
                token_hash: token.hash,
                session_expires_at: now.plus(auth::SESSION_MS),
                now,
            })
            .await?;
        match result {
            EnrolmentResult::Enrolled {
                device,
                member,
                name,
            } => Ok((
                Enrolled {
                    device,
                    member,
                    name,
                },
                SessionToken(token.text),
            )),
            EnrolmentResult::Unknown => Err(Code::CodeUnknown.into()),
            EnrolmentResult::Used => Err(Code::CodeUsed.into()),
            EnrolmentResult::Expired => Err(Code::CodeExpired.into()),
        }
    }

    /// Gives out a challenge for a device to sign.
    ///
    /// # Errors
    /// [`Code::NotSignedIn`] for an unknown device, [`Code::DeviceRevoked`].
    pub async fn challenge(&self, request: ChallengeRequest) -> Result<Challenge, ServiceError> {
        let now = self.now();
        let device = self.live_device(request.device).await?;
        let challenge = Secret::new()?;
        self.store
            .keep_challenge(NewChallenge {
                hash: challenge.hash,
                device: device.id,
                expires_at: now.plus(auth::CHALLENGE_MS),
                now,
            })
            .await?;
        Ok(Challenge {
            challenge: challenge.text,
        })
    }

    /// Opens a session for a device that signed its challenge.
    ///
    /// # Errors
    /// [`Code::NotSignedIn`], [`Code::DeviceRevoked`] or [`Code::KeyInvalid`].
    pub async fn renew(&self, request: SessionRequest) -> Result<SessionToken, ServiceError> {
        let now = self.now();
        let device = self.live_device(request.device).await?;
        let result = self.try_renew(&device, request, now).await;
        let record = AuditRecord::of(now, AuditEvent::SessionRenewed, "")
            .with_member(device.member)
            .with_device(device.id);
        match &result {
            Ok(_) => self.record(record).await?,
            Err(error) => self.record(record.refused(error.code())).await?,
        }
        result
    }

    async fn try_renew(
        &self,
        device: &DeviceRecord,
        request: SessionRequest,
        now: Timestamp,
    ) -> Result<SessionToken, ServiceError> {
        let bytes = device.public_key.clone().ok_or(Code::KeyInvalid)?;
        let message = format!("baodao-session:{}", request.challenge);
        PublicKey::from_bytes(bytes)
            .and_then(|key| key.verify(&message, &request.signature))
            .map_err(|_| Code::KeyInvalid)?;
        let token = Secret::new()?;
        let session = NewSession {
            token_hash: token.hash,
            device: device.id,
            expires_at: now.plus(auth::SESSION_MS),
        };
        let challenge_hash = auth::hash(&request.challenge);
        match self
            .store
            .renew_session(challenge_hash, session, now)
            .await?
        {
            Renewal::Opened => Ok(SessionToken(token.text)),
            Renewal::ChallengeUnknown => Err(Code::KeyInvalid.into()),
        }
    }

    async fn live_device(&self, id: DeviceId) -> Result<DeviceRecord, ServiceError> {
        let device = self.store.device(id).await?.ok_or(Code::NotSignedIn)?;
        if device.may_sign_in(self.now()) {
            Ok(device)
        } else {
            Err(Code::DeviceRevoked.into())
        }
    }

    /// Gives out an enrolment code for a member of a branch that the reader may enrol for.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; also for a member whom nobody knows.
    pub async fn issue(
        &self,
        authority: &Authority,
        request: IssueRequest,
    ) -> Result<Issued, ServiceError> {
        let now = self.now();
        let record =
            AuditRecord::of(now, AuditEvent::EnrolmentIssued, request.member).by(authority);
        self.check_enrols(authority, request.member, &record)
            .await?;
        let issued = issue_code(&*self.store, request.member, Some(authority.member), now).await?;
        self.record(record).await?;
        Ok(issued)
    }
}

/// Makes a code and keeps its hash.
///
/// # Errors
/// What the store says.
pub async fn issue_code(
    store: &dyn Store,
    member: MemberId,
    created_by: Option<MemberId>,
    now: Timestamp,
) -> Result<Issued, ServiceError> {
    let code = EnrolmentCode::new()?;
    let expires_at = now.plus(auth::ENROLMENT_MS);
    store
        .issue_enrolment(Enrolment {
            code_hash: code.hash(),
            member,
            created_by,
            created_at: now,
            expires_at,
        })
        .await?;
    Ok(Issued {
        code: code.to_string(),
        expires_at,
    })
}

/// Returns a label that can be kept and shown: of bounded length, without control characters.
fn label(asked: &str) -> String {
    let shown = asked.chars().filter(|letter| !letter.is_control());
    shown.take(LABEL_CHARACTERS).collect()
}
