//! Photos of services: named by their SHA-256, kept in the parts in which they come.

use shared::ids::{DeviceId, PhotoHash};
use shared::limits;
use shared::time::Day;

use super::matters::MatterRecord;

/// What is known of a photo.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhotoRecord {
    /// How much of it there is.
    pub progress: PhotoProgress,
    /// The services that show it.
    pub shown_in: Vec<MatterRecord>,
}

/// How much of a photo there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PhotoProgress {
    /// Bytes that have come.
    pub received: u64,
    /// Whether it is all there and was looked at.
    pub is_whole: bool,
}

/// A part of a photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoPart {
    /// The photo.
    pub hash: PhotoHash,
    /// Bytes of the whole, as the service announces it.
    pub bytes: u64,
    /// The device that sends it.
    pub device: DeviceId,
    /// The day.
    pub day: Day,
    /// Where it begins.
    pub start: u64,
    /// Its bytes.
    pub data: Vec<u8>,
}

/// What became of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoKept {
    /// It is durable; so much of the photo is there now.
    Kept(PhotoProgress),
    /// It does not begin where the last part ended; so much is there.
    Misplaced(PhotoProgress),
    /// The device has begun as many photos as it may on the day.
    OverQuota,
}

/// What becomes of a photo that is all there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoEnd {
    /// It is what it was announced to be.
    Kept,
    /// It is not; it may be sent anew.
    Dropped,
}

/// What is to be done with a part, by what is there of its photo and what the device began on the day.
pub(super) enum Placing {
    /// The part is kept.
    Keep,
    /// Nothing is.
    Refuse(PhotoKept),
}

impl PhotoPart {
    /// Says what is to be done with the part.
    pub(super) fn placing(&self, there: Option<PhotoProgress>, begun_bytes: u64) -> Placing {
        let progress = there.unwrap_or_default();
        let begins_there = !progress.is_whole && self.start == progress.received;
        // An empty part would take the place of the next one.
        let fits = (1..=self.bytes.saturating_sub(progress.received)).contains(&self.length());
        if !begins_there || !fits {
            return Placing::Refuse(PhotoKept::Misplaced(progress));
        }
        if there.is_none() && begun_bytes + self.bytes > limits::PHOTO_DAY_BYTES {
            return Placing::Refuse(PhotoKept::OverQuota);
        }
        Placing::Keep
    }

    /// Returns how much of the photo is there with the part.
    pub(super) fn progress(&self) -> PhotoProgress {
        PhotoProgress {
            received: self.start + self.length(),
            is_whole: false,
        }
    }

    fn length(&self) -> u64 {
        self.data.len() as u64
    }
}
