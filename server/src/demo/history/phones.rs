//! The phones of members and hosts, and what they sign. Their keys follow from the seed like everything
//! else of the made-up city, so nothing but a demo may rest on them.

use std::collections::BTreeMap;

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_bytes::ByteArray;
use shared::ids::{ActivityId, DeviceId, EntryId, MemberId, OrganisationId};
use shared::records::{Scan, Witness};
use shared::time::{DAY_MS, Timestamp};

use super::NewPhone;
use crate::demo::dice::{Dice, Part};

/// Of a hundred members so many have enrolled a phone.
const ENROLLED: u8 = 45;

pub(super) struct Phones {
    dice: Dice,
    held: BTreeMap<MemberId, Phone>,
    new: Vec<NewPhone>,
}

/// A phone that can sign.
#[derive(Clone)]
pub(super) struct Phone {
    pub device: DeviceId,
    key: SigningKey,
}

impl Phones {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed, Part::Phones),
            held: BTreeMap::new(),
            new: Vec::new(),
        }
    }

    /// Tells whether somebody checks in by phone.
    pub(super) fn are_used_by(member: MemberId) -> bool {
        member.0.as_bytes()[0] % 100 < ENROLLED
    }

    /// Returns somebody's phone, enrolled the day before where it is the first time.
    pub(super) fn of(&mut self, member: MemberId, at: Timestamp) -> Phone {
        if let Some(phone) = self.held.get(&member) {
            return phone.clone();
        }
        let at = at.plus(-DAY_MS);
        let device = DeviceId(self.dice.id(at));
        let key = loop {
            // All but one of 2^32 strings of bytes are keys.
            if let Ok(key) = SigningKey::from_slice(&self.dice.bytes::<32>()) {
                break key;
            }
        };
        let phone = Phone { device, key };
        self.new.push(NewPhone {
            device,
            member,
            public_key: phone.public_key().to_vec(),
            at,
        });
        self.held.insert(member, phone.clone());
        phone
    }

    /// Returns the phones that are to be enrolled before what they wrote is stored.
    pub(super) fn take_new(&mut self) -> Vec<NewPhone> {
        std::mem::take(&mut self.new)
    }

    /// Returns a code that a host's phone shows at an activity.
    pub(super) fn code(
        &mut self,
        host: &Phone,
        (organisation, activity): (OrganisationId, ActivityId),
        counter: u32,
        issued_at: Timestamp,
    ) -> Scan {
        let mut scan = Scan {
            host: host.device,
            counter,
            issued_at,
            nonce: ByteArray::new(self.dice.bytes()),
            signature: ByteArray::new([0; 64]),
        };
        let message = scan.host_code(organisation, activity).message();
        scan.signature = host.sign(&message);
        scan
    }
}

impl Phone {
    /// Returns the 65-byte uncompressed point of the phone's key.
    pub(super) fn public_key(&self) -> ByteArray<65> {
        let point = self.key.verifying_key().to_sec1_point(false);
        let bytes = point.as_bytes().try_into();
        ByteArray::new(bytes.expect("an uncompressed point of P-256 has 65 bytes"))
    }

    /// Returns the answer to a code as the host's phone reads it.
    pub(super) fn answer(
        &self,
        (activity, member): (ActivityId, MemberId),
        claim: EntryId,
        code: &Scan,
        age_ms: i64,
    ) -> Witness {
        let mut witness = Witness {
            claim,
            device: self.device,
            counter: code.counter,
            nonce: code.nonce,
            age_ms,
            signature: ByteArray::new([0; 64]),
        };
        witness.signature = self.sign(&witness.message(activity, member, code.host));
        witness
    }

    fn sign(&self, message: &[u8]) -> ByteArray<64> {
        let signature: Signature = self.key.sign(message);
        ByteArray::new(signature.to_bytes().into())
    }
}
