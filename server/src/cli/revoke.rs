//! `baodao revoke`. The server may run.

use std::process::ExitCode;

use shared::ids::DeviceId;

use super::failure::Failure;
use super::{Data, say};
use crate::audit::{AuditEvent, AuditRecord};
use crate::clock::{Clock, SystemClock};
use crate::directory;
use crate::store::{Store, StoreError};

#[derive(clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    which: Which,
}

/// One device, or all of one person's.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// The id of a device.
    #[arg(long, value_name = "ID")]
    device: Option<String>,
    /// The member's code in the roster: all phones of this person.
    #[arg(long, value_name = "CODE")]
    member: Option<String>,
}

pub(super) async fn revoke(options: Options) -> Result<ExitCode, Failure> {
    let store = options.data.open().await?;
    let now = SystemClock.now();
    for device in options.which.devices(&*store).await? {
        store.revoke_device(device, now).await?;
        let record = AuditRecord::of(now, AuditEvent::DeviceRevoked, device);
        store.record(vec![record]).await?;
        say(device);
    }
    Ok(ExitCode::SUCCESS)
}

impl Which {
    async fn devices(self, store: &dyn Store) -> Result<Vec<DeviceId>, Failure> {
        let city = store.city().await?.ok_or(StoreError::Unfounded)?;
        if let Some(text) = self.device {
            let found = match text.parse() {
                Ok(id) => store.device(id).await?,
                Err(_) => None,
            };
            let device = found.ok_or(Failure::DeviceUnknown { id: text })?;
            return Ok(vec![device.id]);
        }
        let code = self.member.unwrap_or_default();
        let member = directory::member_id(&city.code, &code);
        if store.member(member).await?.is_none() {
            return Err(Failure::MemberUnknown { code });
        }
        let devices = store.devices(member).await?.into_iter();
        let in_use = devices.filter(|device| device.revoked_at.is_none());
        Ok(in_use
            .filter(|device| device.public_key.is_some())
            .map(|device| device.id)
            .collect())
    }
}
