//! The store in one SQLite file: WAL, one writer thread with group commit, a few readers.
//!
//! Reads of a request run on the caller's thread: they touch few pages and take microseconds, less
//! than a hop to another thread. Reads of many rows go to a blocking thread.
//!
//! Longer than other files because the trait is: a few lines for each of its methods, which stand in
//! the modules beneath.

mod brought;
mod connection;
mod derived;
mod directory;
mod documents;
mod figures;
mod identity;
mod image;
mod kept;
mod log;
mod matters;
mod migrations;
mod oversight;
mod photos;
mod readers;
mod rebuild;
mod rollup;
mod rows;
mod slice;
mod soundness;
mod told;
mod writer;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::Connection;
use shared::api::ListingTally;
use shared::directory::City;
use shared::gate::HandOver;
use shared::ids::{
    ActivityId, DeviceId, DocumentId, MemberId, OrganisationId, OrganisationPath, PhotoHash,
};
use shared::permission::Authority;
use shared::project::{DeviceFacts, Projection};
use shared::server::{Append, Appended, Load, Loaded, Read, ReadResult, StoredSnapshot};
use shared::time::{Day, Timestamp};
use shared::volume::Volume;
use shared::wire::MatterRow;
use uuid::Uuid;

use super::derived::{Applied, Delta, Facts, FactsWanted, Feed, Queue};
use super::figures::{
    CountedRows, CountedWanted, DashboardRows, DashboardWanted, UnconfirmedPlace, UnconfirmedRows,
    VenueRows, VenuesWanted,
};
use super::identity::{
    DeviceRecord, Enrolling, Enrolment, EnrolmentResult, MemberRecord, NewChallenge, NewDevice,
    NewSession, Renewal, SessionRecord,
};
use super::kept::{Compacted, Head, Kept};
use super::matters::{
    Communities, Edition, MatterKey, MatterRecord, MattersWanted, RegistrationRows, ServiceRows,
};
use super::oversight::{AttendanceRows, FeedbackRows, OrganisationRecord, RosterRow, RosterWanted};
use super::photos::{PhotoEnd, PhotoKept, PhotoPart, PhotoRecord};
use super::{Store, StoreError, Vitals};
use crate::audit::AuditRecord;
use crate::directory::{DirectoryChanges, DirectorySnapshot};
use crate::metrics::StoreMetrics;
use connection::{connect, contradiction};
pub(super) use image::{blank, finish};
use readers::Readers;
use told::Told;
use writer::Writer;

/// The name of the database in a data folder; SQLite keeps files beside it that begin with it.
pub const DATABASE: &str = "baodao.sqlite";

const READERS: usize = 4;

/// A store in one SQLite file.
pub struct SqliteStore {
    path: PathBuf,
    readers: Arc<Readers>,
    writer: Writer,
    told: Told,
}

impl SqliteStore {
    /// Opens the database of a data folder, and makes both where they are not.
    ///
    /// # Errors
    /// [`StoreError::Unopened`] when the file cannot be used, [`StoreError::Newer`] when a newer
    /// version of the program wrote it.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        Self::open_counted(folder, StoreMetrics::default())
    }

    /// Opens the database of a data folder and counts what it does.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub fn open_counted(folder: &Path, metrics: StoreMetrics) -> Result<Self, StoreError> {
        fs::create_dir_all(folder).map_err(|error| StoreError::Unopened(Box::new(error)))?;
        let path = folder.join(DATABASE);
        let unopened = |error| StoreError::Unopened(Box::new(error));
        let connection = connect(&path).map_err(unopened)?;
        migrations::migrate(&connection)?;
        let readers = (0..READERS)
            .map(|_| {
                let reader = connect(&path)?;
                reader.pragma_update(None, "query_only", true)?;
                Ok(reader)
            })
            .collect::<rusqlite::Result<_>>()
            .map_err(unopened)?;
        Ok(Self {
            path,
            readers: Arc::new(Readers::new(readers)),
            writer: Writer::start(connection, metrics)
                .map_err(|error| StoreError::Unopened(Box::new(error)))?,
            told: Told::default(),
        })
    }

    /// Returns what the database finds wrong with itself: pages, indices, rows without their owner.
    ///
    /// # Errors
    /// [`StoreError::Database`] when it cannot even be read.
    pub fn unsound(&self) -> Result<Vec<String>, StoreError> {
        self.quick(soundness::unsound)
    }

    /// Puts everything into the one file and closes it.
    ///
    /// # Errors
    /// [`StoreError::Database`] when there is no space.
    pub fn close(self) -> Result<(), StoreError> {
        let Self {
            path,
            readers,
            writer,
            ..
        } = self;
        drop((readers, writer));
        let connection = connect(&path)?;
        connection.pragma_update(None, "journal_mode", "delete")?;
        Ok(())
    }

    /// Returns the number of the newest step of the schema that this program knows.
    pub fn newest_schema() -> u32 {
        migrations::newest()
    }

    /// Reads on this thread.
    fn quick<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.readers.read(read)
    }

    /// Reads on a blocking thread.
    async fn long<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let readers = self.readers.clone();
        tokio::task::spawn_blocking(move || readers.read(read))
            .await
            .map_err(|error| StoreError::Database(Box::new(error)))?
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn ready(&self) -> Result<(), StoreError> {
        self.quick(log::ready)
    }

    async fn vitals(&self) -> Result<Vitals, StoreError> {
        self.quick(log::vitals)
    }

    async fn copy_to(&self, file: &Path) -> Result<(), StoreError> {
        image::copy(self.path.clone(), file).await
    }

    async fn begin_epoch(&self, epoch: u64) -> Result<(), StoreError> {
        self.writer
            .write(move |c| directory::begin_epoch(c, epoch))
            .await
    }

    async fn found(
        &self,
        city: City,
        epoch: u64,
        changes: DirectoryChanges,
    ) -> Result<(), StoreError> {
        self.writer
            .write(move |c| directory::found(c, &city, epoch, &changes).map_err(contradiction))
            .await
    }

    async fn city(&self) -> Result<Option<City>, StoreError> {
        self.quick(directory::city)
    }

    async fn directory(&self) -> Result<DirectorySnapshot, StoreError> {
        self.long(directory::snapshot).await
    }

    async fn change_directory(&self, changes: DirectoryChanges) -> Result<u64, StoreError> {
        self.writer
            .write(move |c| directory::change(c, &changes).map_err(contradiction))
            .await
    }

    async fn member(&self, id: MemberId) -> Result<Option<MemberRecord>, StoreError> {
        self.quick(|c| directory::member(c, id))
    }

    async fn load(&self, load: Load) -> Result<Loaded, StoreError> {
        self.quick(|c| documents::load(c, &load))
    }

    async fn append(
        &self,
        device: DeviceId,
        appends: Vec<Append>,
    ) -> Result<Vec<Appended>, StoreError> {
        self.writer
            .write(move |c| documents::append(c, device, &appends))
            .await
    }

    async fn charge(&self, device: DeviceId, day: Day, volume: Volume) -> Result<(), StoreError> {
        self.writer
            .write(move |c| brought::charge(c, device, day, volume))
            .await
    }

    async fn read(&self, read: Read, authority: &Authority) -> Result<ReadResult, StoreError> {
        self.quick(|c| documents::read(c, &read, authority))
    }

    async fn heads(
        &self,
        after: Option<DocumentId>,
        limit: usize,
    ) -> Result<Vec<Head>, StoreError> {
        self.long(move |c| kept::heads(c, after, limit)).await
    }

    async fn kept(&self, document: DocumentId) -> Result<Option<Kept>, StoreError> {
        self.long(move |c| kept::kept(c, document)).await
    }

    async fn compact(
        &self,
        document: DocumentId,
        snapshot: StoredSnapshot,
        at: Timestamp,
    ) -> Result<Compacted, StoreError> {
        self.writer
            .write(move |c| kept::compact(c, document, &snapshot, at))
            .await
    }

    async fn drop_replaced(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.writer
            .write(move |c| kept::drop_replaced(c, before, limit))
            .await
    }

    async fn issue_enrolment(&self, enrolment: Enrolment) -> Result<(), StoreError> {
        self.writer
            .write(move |c| identity::issue_enrolment(c, &enrolment))
            .await
    }

    async fn enrol(&self, enrolling: Enrolling) -> Result<EnrolmentResult, StoreError> {
        self.writer
            .write(move |c| identity::enrol(c, &enrolling))
            .await
    }

    async fn add_device(&self, device: NewDevice) -> Result<(), StoreError> {
        self.writer
            .write(move |c| identity::add_device(c, &device))
            .await
    }

    async fn device(&self, id: DeviceId) -> Result<Option<DeviceRecord>, StoreError> {
        self.quick(|c| identity::device(c, id))
    }

    async fn devices(&self, member: MemberId) -> Result<Vec<DeviceRecord>, StoreError> {
        self.quick(|c| identity::devices(c, member))
    }

    async fn revoke_device(&self, id: DeviceId, at: Timestamp) -> Result<(), StoreError> {
        self.writer
            .write(move |c| identity::revoke_device(c, id, at))
            .await
    }

    async fn meet_revoked(
        &self,
        id: DeviceId,
        at: Timestamp,
    ) -> Result<Option<HandOver>, StoreError> {
        self.writer
            .write(move |c| identity::meet_revoked(c, id, at))
            .await
    }

    async fn keep_challenge(&self, challenge: NewChallenge) -> Result<(), StoreError> {
        self.writer
            .write(move |c| identity::keep_challenge(c, &challenge))
            .await
    }

    async fn renew_session(
        &self,
        challenge_hash: [u8; 32],
        session: NewSession,
        now: Timestamp,
    ) -> Result<Renewal, StoreError> {
        self.writer
            .write(move |c| identity::renew_session(c, challenge_hash, &session, now))
            .await
    }

    async fn session(&self, token_hash: [u8; 32]) -> Result<Option<SessionRecord>, StoreError> {
        self.quick(|c| identity::session(c, token_hash))
    }

    async fn end_session(&self, token_hash: [u8; 32]) -> Result<Option<DeviceId>, StoreError> {
        self.writer
            .write(move |c| identity::end_session(c, token_hash))
            .await
    }

    async fn record(&self, records: Vec<AuditRecord>) -> Result<(), StoreError> {
        self.writer.write(move |c| log::record(c, &records)).await
    }

    async fn audit_log(&self, limit: usize) -> Result<Vec<AuditRecord>, StoreError> {
        self.long(move |c| log::audit_log(c, limit)).await
    }

    async fn queued(&self, limit: usize) -> Result<Queue, StoreError> {
        self.long(move |c| derived::queued(c, limit)).await
    }

    async fn projections(
        &self,
        documents: Vec<DocumentId>,
    ) -> Result<BTreeMap<DocumentId, Projection>, StoreError> {
        self.long(move |c| derived::projections(c, &documents))
            .await
    }

    async fn facts(&self, wanted: FactsWanted) -> Result<Facts, StoreError> {
        self.long(move |c| derived::facts(c, &wanted)).await
    }

    async fn device_facts(
        &self,
        devices: BTreeSet<DeviceId>,
    ) -> Result<BTreeMap<DeviceId, DeviceFacts>, StoreError> {
        self.long(move |c| identity::device_facts(c, &devices))
            .await
    }

    async fn counted(&self, wanted: CountedWanted) -> Result<CountedRows, StoreError> {
        self.long(move |c| rollup::counted(c, &wanted)).await
    }

    async fn apply(&self, mut delta: Delta) -> Result<Applied, StoreError> {
        let poke = std::mem::take(&mut delta.poke);
        let version = delta.base + 1;
        let applied = self
            .writer
            .write(move |c| derived::apply(c, &delta))
            .await?;
        if applied == Applied::Done {
            self.told.tell(version, poke);
        }
        Ok(applied)
    }

    fn is_shared(&self) -> bool {
        false
    }

    async fn feed(&self, after: u64) -> Result<Feed, StoreError> {
        let (position, waiting) = self.quick(derived::position)?;
        Ok(self.told.feed(after, position, waiting))
    }

    async fn lead(&self, process: Uuid, lease: Duration) -> Result<bool, StoreError> {
        Ok(self.told.lead(process, lease))
    }

    async fn begin_rebuild(&self) -> Result<(), StoreError> {
        self.writer.write(rebuild::begin).await
    }

    async fn is_rebuilding(&self) -> Result<bool, StoreError> {
        self.quick(rebuild::is_rebuilding)
    }

    async fn end_rebuild(&self) -> Result<(), StoreError> {
        self.writer.write(rebuild::end).await
    }

    async fn digest(&self) -> Result<BTreeMap<&'static str, (u64, String)>, StoreError> {
        self.long(rebuild::digest).await
    }

    async fn organisation(
        &self,
        id: OrganisationId,
    ) -> Result<Option<OrganisationRecord>, StoreError> {
        self.quick(|c| oversight::organisation(c, id))
    }

    async fn dashboard(
        &self,
        wanted: DashboardWanted,
    ) -> Result<Option<DashboardRows>, StoreError> {
        self.long(move |c| figures::dashboard(c, &wanted)).await
    }

    async fn venues(&self, wanted: VenuesWanted) -> Result<VenueRows, StoreError> {
        self.long(move |c| figures::venues(c, &wanted)).await
    }

    async fn unconfirmed(
        &self,
        path: OrganisationPath,
        after: Option<UnconfirmedPlace>,
        limit: usize,
    ) -> Result<UnconfirmedRows, StoreError> {
        self.long(move |c| figures::unconfirmed(c, &path, after, limit))
            .await
    }

    async fn attendance(&self, activity: ActivityId) -> Result<Option<AttendanceRows>, StoreError> {
        self.long(move |c| oversight::attendance(c, activity)).await
    }

    async fn roster(&self, wanted: RosterWanted) -> Result<Vec<RosterRow>, StoreError> {
        self.long(move |c| oversight::roster(c, &wanted)).await
    }

    async fn communities(&self, known: Option<Edition>) -> Result<Communities, StoreError> {
        self.long(move |c| matters::communities(c, known)).await
    }

    async fn listings(
        &self,
        organisation: OrganisationId,
    ) -> Result<Vec<ListingTally>, StoreError> {
        self.long(move |c| matters::listings(c, organisation)).await
    }

    async fn matters(&self, wanted: MattersWanted) -> Result<Vec<MatterRow>, StoreError> {
        self.long(move |c| matters::matters(c, &wanted)).await
    }

    async fn matter(&self, key: MatterKey) -> Result<Option<MatterRecord>, StoreError> {
        self.quick(|c| matters::matter(c, key))
    }

    async fn registrations(
        &self,
        path: OrganisationPath,
        limit: usize,
    ) -> Result<RegistrationRows, StoreError> {
        self.long(move |c| matters::registrations(c, &path, limit))
            .await
    }

    async fn service(
        &self,
        path: OrganisationPath,
        from: Day,
        to: Day,
    ) -> Result<ServiceRows, StoreError> {
        self.long(move |c| matters::service(c, &path, from, to))
            .await
    }

    async fn service_ledger(
        &self,
        path: OrganisationPath,
        from: Day,
        to: Day,
        limit: usize,
    ) -> Result<Vec<MatterRow>, StoreError> {
        self.long(move |c| matters::service_ledger(c, &path, from, to, limit))
            .await
    }

    async fn photo(&self, hash: PhotoHash) -> Result<PhotoRecord, StoreError> {
        self.long(move |c| photos::photo(c, hash)).await
    }

    async fn keep_photo_part(&self, part: PhotoPart) -> Result<PhotoKept, StoreError> {
        self.writer
            .write(move |c| photos::keep_part(c, &part))
            .await
    }

    async fn photo_bytes(&self, hash: PhotoHash) -> Result<Vec<u8>, StoreError> {
        self.long(move |c| photos::photo_bytes(c, hash)).await
    }

    async fn end_photo(&self, hash: PhotoHash, end: PhotoEnd) -> Result<(), StoreError> {
        self.writer
            .write(move |c| photos::end_photo(c, hash, end))
            .await
    }

    async fn feedback(
        &self,
        path: OrganisationPath,
        limit: usize,
    ) -> Result<FeedbackRows, StoreError> {
        self.long(move |c| oversight::feedback(c, &path, limit))
            .await
    }
}

#[cfg(test)]
mod tests;
