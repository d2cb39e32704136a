//! Photos of services: taken in parts once their record is here, looked at when they are whole, and
//! shown to those concerned.

use std::collections::BTreeSet;

use img_parts::jpeg::{Jpeg, markers};
use sha2::{Digest, Sha256};
use shared::codes::Code;
use shared::ids::PhotoHash;
use shared::permission::{Action, Authority};
use shared::project::Party;
use shared::reconcile::Matter;
use shared::records::{Subject, Topic};

use super::{Office, ServiceError};
use crate::audit::{AuditEvent, AuditRecord};
use crate::store::matters::{MatterRecord, person};
use crate::store::photos::{PhotoEnd, PhotoKept, PhotoPart, PhotoProgress, PhotoRecord};

/// What became of a part of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartTaken {
    /// It is durable; so much of the photo is there now.
    Taken(PhotoProgress),
    /// The phone has to go on at another place.
    Misplaced(PhotoProgress),
}

impl Office {
    /// Returns how much of a photo is here, for the one whose record announces it.
    ///
    /// # Errors
    /// [`Code::NotFound`] when no record of the caller announces it, or none that has come so far.
    pub async fn photo_progress(
        &self,
        authority: &Authority,
        hash: PhotoHash,
    ) -> Result<PhotoProgress, ServiceError> {
        let record = self.store.photo(hash).await?;
        announced(&record, authority, hash).ok_or(Code::NotFound)?;
        Ok(record.progress)
    }

    /// Takes a part of a photo.
    ///
    /// # Errors
    /// [`Code::NotFound`] as [`Office::photo_progress`], [`Code::QuotaExceeded`], or
    /// [`Code::PhotoInvalid`] when it is whole and not what was announced.
    pub async fn take_photo_part(
        &self,
        authority: &Authority,
        hash: PhotoHash,
        start: u64,
        data: Vec<u8>,
    ) -> Result<PartTaken, ServiceError> {
        let record = self.store.photo(hash).await?;
        let bytes = announced(&record, authority, hash).ok_or(Code::NotFound)?;
        let part = PhotoPart {
            hash,
            bytes,
            device: authority.device,
            day: self.now().day(),
            start,
            data,
        };
        match self.store.keep_photo_part(part).await? {
            PhotoKept::Kept(progress) if progress.received == bytes => {
                self.look_at(authority, hash).await
            }
            PhotoKept::Kept(progress) => Ok(PartTaken::Taken(progress)),
            PhotoKept::Misplaced(progress) => Ok(PartTaken::Misplaced(progress)),
            PhotoKept::OverQuota => Err(Code::QuotaExceeded.into()),
        }
    }

    /// A photo is kept when it is what its record announces and tells nothing but what it shows.
    async fn look_at(
        &self,
        authority: &Authority,
        hash: PhotoHash,
    ) -> Result<PartTaken, ServiceError> {
        let bytes = self.store.photo_bytes(hash).await?;
        let received = bytes.len() as u64;
        let is_good = tokio::task::spawn_blocking(move || is_announced(&bytes, hash))
            .await
            .map_err(ServiceError::Lost)?;
        if is_good {
            self.store.end_photo(hash, PhotoEnd::Kept).await?;
            return Ok(PartTaken::Taken(PhotoProgress {
                received,
                is_whole: true,
            }));
        }
        self.store.end_photo(hash, PhotoEnd::Dropped).await?;
        let record = AuditRecord::of(self.now(), AuditEvent::PhotoRefused, hash).by(authority);
        self.record(record.refused(Code::PhotoInvalid)).await?;
        Err(Code::PhotoInvalid.into())
    }

    /// Returns a photo, for those whom its service concerns: whoever entered it, whose service it is,
    /// and the coordinators of either side.
    ///
    /// # Errors
    /// [`Code::NotFound`], or [`Code::Forbidden`].
    pub async fn photo(
        &self,
        authority: &Authority,
        hash: PhotoHash,
    ) -> Result<Vec<u8>, ServiceError> {
        let record = self.store.photo(hash).await?;
        if record.shown_in.is_empty() || !record.progress.is_whole {
            return Err(Code::NotFound.into());
        }
        let own = record.shown_in.iter().any(|shown| {
            let matter = &shown.matter;
            matter.by == authority.member || person(matter) == Some(authority.member)
        });
        let audit = AuditRecord::of(self.now(), AuditEvent::PhotoSeen, hash).by(authority);
        let oversees = |shown: &MatterRecord| {
            let mut paths = shown.paths.iter();
            paths.any(|path| authority.may(Action::Oversee, path))
        };
        if !own && !record.shown_in.iter().any(oversees) {
            self.record(audit.refused(Code::Forbidden)).await?;
            return Err(Code::Forbidden.into());
        }
        if !own {
            self.record(audit).await?;
        }
        Ok(self.store.photo_bytes(hash).await?)
    }
}

/// Returns the size with which a record of the caller announces a photo.
fn announced(record: &PhotoRecord, authority: &Authority, hash: PhotoHash) -> Option<u64> {
    let matters = record.shown_in.iter().map(|shown| &shown.matter);
    let mut own = matters.filter(|matter| is_by(matter, authority));
    own.find_map(|matter| match &matter.subject {
        Subject::Service(service) => {
            let photo = service.photo.filter(|photo| photo.hash == hash)?;
            Some(u64::from(photo.bytes))
        }
        Subject::MemberRegistration(_)
        | Subject::OrganisationRegistration(_)
        | Subject::Pledge(_) => None,
    })
}

fn is_by(matter: &Matter, authority: &Authority) -> bool {
    let own_topic = matter.topic == Topic::Member(authority.member);
    match matter.asker {
        Party::Member(_) => own_topic,
        Party::Organisation(_) => matter.by == authority.member,
    }
}

/// Tells whether bytes are the JPEG of that name, with nothing in it but the picture: what a camera
/// notes about place and device stands in segments of their own. Source: ITU-T T.81, B.2.4.6; Exif 3.0.
fn is_announced(bytes: &[u8], hash: PhotoHash) -> bool {
    let found: [u8; 32] = Sha256::digest(bytes).into();
    let Ok(jpeg) = Jpeg::from_bytes(bytes.to_vec().into()) else {
        return false;
    };
    let plain: BTreeSet<u8> = [markers::APP0, markers::APP2, markers::APP14].into();
    let tells_more = jpeg.segments().iter().any(|segment| {
        let marker = segment.marker();
        let is_application = (markers::APP0..=markers::APP15).contains(&marker);
        marker == markers::COM || is_application && !plain.contains(&marker)
    });
    found == hash.0.into_array() && !tells_more
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A white square of eight pixels.
    const WHITE: &[u8] = include_bytes!("../../tests/fixtures/white.jpg");

    fn hash(bytes: &[u8]) -> PhotoHash {
        let digest: [u8; 32] = Sha256::digest(bytes).into();
        PhotoHash(digest.into())
    }

    #[test]
    fn a_photo_is_the_bytes_of_its_name_and_nothing_but_a_picture() {
        assert!(is_announced(WHITE, hash(WHITE)));
        assert!(!is_announced(WHITE, hash(b"another")));
        let png = b"\x89PNG\r\n\x1a\n";
        assert!(!is_announced(png, hash(png)));
        // An Exif segment behind the first marker.
        let exif = b"\xff\xe1\x00\x10Exif\0\0MM\0*\0\0\0\x08";
        let told = [&WHITE[..2], exif, &WHITE[2..]].concat();
        assert!(!is_announced(&told, hash(&told)));
        let comment = b"\xff\xfe\x00\x08here!!";
        let told = [&WHITE[..2], comment, &WHITE[2..]].concat();
        assert!(!is_announced(&told, hash(&told)));
    }
}
