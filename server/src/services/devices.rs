//! People's devices: who sees them, who takes one out of use, and what one so taken may still do.

use shared::api::DeviceSummary;
use shared::codes::Code;
use shared::gate::HandOver;
use shared::ids::{DeviceId, MemberId};
use shared::permission::Authority;
use shared::time::Timestamp;

use super::{Office, ServiceError};
use crate::audit::{AuditEvent, AuditRecord};
use crate::auth;
use crate::store::identity::DeviceRecord;

/// Who syncs: a signed-in device, or a revoked one that hands over what it has not sent.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The device, its owner and the owner's rights.
    pub authority: Authority,
    /// Set when the device was revoked.
    pub hand_over: Option<HandOver>,
}

impl From<&Authority> for Caller {
    fn from(authority: &Authority) -> Self {
        Self {
            authority: authority.clone(),
            hand_over: None,
        }
    }
}

impl Office {
    /// Returns who syncs with a session's token. The first time that a revoked device comes back is
    /// remembered: from then on it has a while to hand over.
    ///
    /// # Errors
    /// [`Code::NotSignedIn`], [`Code::SessionExpired`], or [`Code::DeviceRevoked`] when the while is
    /// over.
    pub async fn caller(&self, token: Option<&str>) -> Result<Caller, ServiceError> {
        let session = self.open_session(token).await?;
        let mut caller = Caller::from(&session.authority);
        if session.revoked_at.is_some() {
            let now = self.now();
            let device = caller.authority.device;
            let hand_over = self.store.meet_revoked(device, now).await?;
            let hand_over = hand_over.ok_or(Code::DeviceRevoked)?;
            if !hand_over.is_open(now) {
                return Err(Code::DeviceRevoked.into());
            }
            caller.hand_over = Some(hand_over);
        }
        Ok(caller)
    }

    /// Lists the devices of a person: the reader's own, or those of somebody whom the reader enrols.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; also for a member whom nobody knows.
    pub async fn devices(
        &self,
        authority: &Authority,
        member: Option<MemberId>,
    ) -> Result<Vec<DeviceSummary>, ServiceError> {
        let member = member.unwrap_or(authority.member);
        if member != authority.member {
            let record = AuditRecord::of(self.now(), AuditEvent::DevicesRead, member);
            let record = record.by(authority);
            self.check_enrols(authority, member, &record).await?;
            self.record(record).await?;
        }
        let devices = self.store.devices(member).await?.into_iter();
        let phones = devices.filter(|device| device.public_key.is_some());
        Ok(phones.map(|phone| summary(authority, phone)).collect())
    }

    /// Takes a device out of use: one of the reader's own, or of somebody whom the reader enrols.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; also for a device that nobody knows.
    pub async fn revoke(
        &self,
        authority: &Authority,
        device: DeviceId,
    ) -> Result<(), ServiceError> {
        let now = self.now();
        let record = AuditRecord::of(now, AuditEvent::DeviceRevoked, device).by(authority);
        let found = self.store.device(device).await?;
        match found.filter(|device| device.public_key.is_some()) {
            Some(phone) if phone.member == authority.member => {}
            Some(phone) => self.check_enrols(authority, phone.member, &record).await?,
            None => {
                self.record(record.refused(Code::Forbidden)).await?;
                return Err(Code::Forbidden.into());
            }
        }
        self.store.revoke_device(device, now).await?;
        Ok(self.record(record).await?)
    }

    /// Ends the session of a token, if there is one.
    ///
    /// # Errors
    /// What the store says.
    pub async fn sign_out(&self, token: Option<&str>) -> Result<(), ServiceError> {
        let Some(token) = token else {
            return Ok(());
        };
        if let Some(device) = self.store.end_session(auth::hash(token)).await? {
            let record = AuditRecord::of(self.now(), AuditEvent::SessionEnded, "");
            self.record(record.with_device(device)).await?;
        }
        Ok(())
    }

    /// Checks that the reader may enrol a member, and records a refusal.
    pub(super) async fn check_enrols(
        &self,
        authority: &Authority,
        member: MemberId,
        record: &AuditRecord,
    ) -> Result<(), ServiceError> {
        let found = self.store.member(member).await?;
        if found.is_some_and(|member| authority.may_enrol(&member.path, &member.grants)) {
            return Ok(());
        }
        self.record(record.clone().refused(Code::Forbidden)).await?;
        Err(Code::Forbidden.into())
    }
}

impl DeviceRecord {
    /// Tells whether the device may open a session: one that was revoked may as long as it has not
    /// handed over.
    pub(super) fn may_sign_in(&self, now: Timestamp) -> bool {
        match (self.revoked_at, self.met_at) {
            (None, _) | (Some(_), None) => true,
            (Some(revoked_at), Some(met_at)) => HandOver { revoked_at, met_at }.is_open(now),
        }
    }
}

fn summary(authority: &Authority, device: DeviceRecord) -> DeviceSummary {
    DeviceSummary {
        device: device.id,
        label: device.label,
        enrolled_at: device.enrolled_at,
        revoked_at: device.revoked_at,
        this: device.id == authority.device,
    }
}
