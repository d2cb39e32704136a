//! What records say of devices' signatures, checked against the devices as the server knows them.
//! The cryptography is the caller's.

use std::collections::{BTreeMap, BTreeSet};

use super::{HostKeyRow, MarkRow, Projection, Proof};
use crate::ids::{DeviceId, MemberId};
use crate::time::Timestamp;

/// What the server knows of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceFacts {
    /// Its owner.
    pub member: MemberId,
    /// The 65-byte uncompressed P-256 point; none for a device of the server's own.
    pub public_key: Option<Vec<u8>>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// Tells whether the key (65 bytes) has signed the message with the signature (r, s; SHA-256).
pub type Verify = fn(key: &[u8], message: &[u8], signature: &[u8; 64]) -> bool;

impl Projection {
    /// Returns the devices whose facts [`Projection::attest`] needs.
    pub fn devices(&self) -> BTreeSet<DeviceId> {
        let scanned = self.claims.iter().filter_map(|claim| claim.scan());
        let witnessed = self
            .marks
            .iter()
            .filter_map(|row| row.mark.witness.as_ref());
        scanned
            .map(|scan| scan.host)
            .chain(witnessed.map(|witness| witness.device))
            .chain(self.host_keys.iter().map(|key| key.device))
            .collect()
    }

    /// Says of every signature whether it is what it should be.
    pub fn attest(&mut self, devices: &BTreeMap<DeviceId, DeviceFacts>, verify: Verify) {
        let signed = |device: DeviceId, message: &[u8], signature: &[u8; 64]| {
            let key = devices
                .get(&device)
                .and_then(|facts| facts.public_key.as_ref());
            proof(key.is_some_and(|key| verify(key, message, signature)))
        };
        for claim in &mut self.claims {
            let Some(scan) = claim.scan() else {
                continue;
            };
            let code = scan.host_code(claim.organisation, claim.activity);
            claim.proof = signed(scan.host, &code.message(), &scan.signature);
        }
        for row in &mut self.marks {
            row.proof = attest_mark(row, devices, &signed);
        }
        for key in &mut self.host_keys {
            attest_key(key, devices);
        }
    }
}

fn attest_mark(
    row: &MarkRow,
    devices: &BTreeMap<DeviceId, DeviceFacts>,
    signed: &impl Fn(DeviceId, &[u8], &[u8; 64]) -> Proof,
) -> Proof {
    let Some(witness) = &row.mark.witness else {
        return Proof::Unasked;
    };
    let owner = devices.get(&witness.device).map(|facts| facts.member);
    if owner != Some(row.mark.member) {
        return Proof::Invalid;
    }
    let message = witness.message(row.mark.activity, row.mark.member, row.device);
    signed(witness.device, &message, &witness.signature)
}

fn attest_key(row: &mut HostKeyRow, devices: &BTreeMap<DeviceId, DeviceFacts>) {
    let facts = devices.get(&row.device);
    let enrolled = facts.and_then(|facts| facts.public_key.as_deref());
    row.proof = proof(enrolled == Some(&row.public_key[..]));
    row.revoked_at = facts.and_then(|facts| facts.revoked_at);
}

fn proof(valid: bool) -> Proof {
    if valid { Proof::Valid } else { Proof::Invalid }
}
