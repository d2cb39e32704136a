//! What the server keeps, as a trait that each database implements. Knows rows and transactions and
//! no rules of the domain. Every method is one transaction, and every method stands in
//! [`conformance`].

pub mod conformance;
pub mod derived;
pub mod figures;
pub mod identity;
pub mod kept;
pub mod matters;
pub mod oversight;
pub mod photos;
pub mod postgres;
pub mod sqlite;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
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

use crate::audit::AuditRecord;
use crate::directory::{DirectoryChanges, DirectorySnapshot};
use crate::metrics::StoreMetrics;
use derived::{Applied, Delta, Facts, FactsWanted, Feed, Queue};
use figures::{
    CountedRows, CountedWanted, DashboardRows, DashboardWanted, UnconfirmedPlace, UnconfirmedRows,
    VenueRows, VenuesWanted,
};
use identity::{
    DeviceRecord, Enrolling, Enrolment, EnrolmentResult, MemberRecord, NewChallenge, NewDevice,
    NewSession, Renewal, SessionRecord,
};
use kept::{Compacted, Head, Kept};
use matters::{
    Communities, Edition, MatterKey, MatterRecord, MattersWanted, RegistrationRows, ServiceRows,
};
use oversight::{AttendanceRows, FeedbackRows, OrganisationRecord, RosterRow, RosterWanted};
use photos::{PhotoEnd, PhotoKept, PhotoPart, PhotoRecord};
use postgres::{PostgresStore, PostgresUrl};
use sqlite::SqliteStore;

/// Why a store could not do something.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed.
    #[error("the database does not answer")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The folder or the file of the database cannot be used.
    #[error("the database cannot be opened")]
    Unopened(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database belongs to a newer version of the program.
    #[error("the database belongs to a newer version of the program")]
    Newer,
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// The database already holds a city.
    #[error("the database already holds a city")]
    Founded,
    /// The database holds no city.
    #[error("the database holds no city")]
    Unfounded,
    /// Directory rows contradict each other or what is there.
    #[error("the rows contradict what the directory holds")]
    Contradiction(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A stored row cannot be read.
    #[error("a stored row of `{table}` cannot be read")]
    Damaged {
        /// The table.
        table: &'static str,
    },
}

/// What a store says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vitals {
    /// Bytes of the database.
    pub bytes: u64,
    /// Documents that wait for projection.
    pub queued: u64,
}

/// Where a city's rows lie.
#[derive(Clone)]
pub enum Place {
    /// In one file of a data folder.
    Folder(PathBuf),
    /// In a database that several servers may share.
    Postgres(PostgresUrl),
}

impl From<&Path> for Place {
    fn from(folder: &Path) -> Self {
        Self::Folder(folder.to_owned())
    }
}

impl Place {
    /// Opens the store, and makes it where it is not.
    ///
    /// # Errors
    /// [`StoreError::Unopened`] when it cannot be used, [`StoreError::Newer`] when a newer version of
    /// the program wrote it.
    pub async fn open(&self, metrics: StoreMetrics) -> Result<Arc<dyn Store>, StoreError> {
        Ok(match self {
            Self::Folder(folder) => Arc::new(SqliteStore::open_counted(folder, metrics)?),
            Self::Postgres(url) => Arc::new(PostgresStore::open_counted(url, metrics).await?),
        })
    }
}

/// The rows of a city.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Tells whether the database answers.
    async fn ready(&self) -> Result<(), StoreError>;

    /// Returns what the store says about itself.
    async fn vitals(&self) -> Result<Vitals, StoreError>;

    /// Writes a consistent copy of everything, as a SQLite store's file, into one that does not exist
    /// or is empty, while others read and write. It is not yet on the disk: the caller syncs it.
    async fn copy_to(&self, file: &Path) -> Result<(), StoreError>;

    /// Begins another life of the city, after a backup was restored: phones then offer again all
    /// that is theirs.
    ///
    /// # Errors
    /// [`StoreError::Unfounded`] when there is no city.
    async fn begin_epoch(&self, epoch: u64) -> Result<(), StoreError>;

    /// Makes the city: its name, its epoch, its first directory rows.
    ///
    /// # Errors
    /// [`StoreError::Founded`] when there is a city.
    async fn found(
        &self,
        city: City,
        epoch: u64,
        changes: DirectoryChanges,
    ) -> Result<(), StoreError>;

    /// Returns the city, if there is one.
    async fn city(&self) -> Result<Option<City>, StoreError>;

    /// Returns the whole directory.
    async fn directory(&self) -> Result<DirectorySnapshot, StoreError>;

    /// Inserts directory rows or replaces them by id, and returns the directory's version.
    ///
    /// # Errors
    /// [`StoreError::Contradiction`] when a row names one that does not exist or takes a place that
    /// is taken; nothing of the changes is then applied.
    async fn change_directory(&self, changes: DirectoryChanges) -> Result<u64, StoreError>;

    /// Returns a person with the path of the home branch.
    async fn member(&self, id: MemberId) -> Result<Option<MemberRecord>, StoreError>;

    /// Loads documents whole, and paths of organisations.
    async fn load(&self, load: Load) -> Result<Loaded, StoreError>;

    /// Appends changes, each document only if it still is at its base version and its device may
    /// bring as much, counts them, and queues what was stored for projection.
    async fn append(
        &self,
        device: DeviceId,
        appends: Vec<Append>,
    ) -> Result<Vec<Appended>, StoreError>;

    /// Counts changes of a device that were refused.
    async fn charge(&self, device: DeviceId, day: Day, volume: Volume) -> Result<(), StoreError>;

    /// Reads what a phone has not seen.
    async fn read(&self, read: Read, authority: &Authority) -> Result<ReadResult, StoreError>;

    /// Returns documents in the order of their ids, after one.
    async fn heads(&self, after: Option<DocumentId>, limit: usize)
    -> Result<Vec<Head>, StoreError>;

    /// Returns everything that is kept of a document.
    async fn kept(&self, document: DocumentId) -> Result<Option<Kept>, StoreError>;

    /// Puts a snapshot in the place of the changes up to its version, which stay for a while.
    async fn compact(
        &self,
        document: DocumentId,
        snapshot: StoredSnapshot,
        at: Timestamp,
    ) -> Result<Compacted, StoreError>;

    /// Removes changes that were replaced before an instant, the oldest first, up to `limit`.
    /// Returns how many.
    async fn drop_replaced(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError>;

    /// Keeps an enrolment code's hash.
    async fn issue_enrolment(&self, enrolment: Enrolment) -> Result<(), StoreError>;

    /// Uses an enrolment code: binds a new device and opens its first session.
    async fn enrol(&self, enrolling: Enrolling) -> Result<EnrolmentResult, StoreError>;

    /// Adds a device without a code: one of the server's own.
    async fn add_device(&self, device: NewDevice) -> Result<(), StoreError>;

    /// Returns a device.
    async fn device(&self, id: DeviceId) -> Result<Option<DeviceRecord>, StoreError>;

    /// Returns a person's devices, in the order of their enrolment.
    async fn devices(&self, member: MemberId) -> Result<Vec<DeviceRecord>, StoreError>;

    /// Revokes a device, ends its sessions' rights, and queues what rests on its codes for projection.
    async fn revoke_device(&self, id: DeviceId, at: Timestamp) -> Result<(), StoreError>;

    /// Remembers when a revoked device first came back; its revocation stands as it was.
    async fn meet_revoked(
        &self,
        id: DeviceId,
        at: Timestamp,
    ) -> Result<Option<HandOver>, StoreError>;

    /// Keeps a challenge's hash; a device has few at a time.
    async fn keep_challenge(&self, challenge: NewChallenge) -> Result<(), StoreError>;

    /// Takes a challenge, once, and opens a session for it.
    async fn renew_session(
        &self,
        challenge_hash: [u8; 32],
        session: NewSession,
        now: Timestamp,
    ) -> Result<Renewal, StoreError>;

    /// Returns a session with its owner's rights as they are now.
    async fn session(&self, token_hash: [u8; 32]) -> Result<Option<SessionRecord>, StoreError>;

    /// Ends a session, and returns the device that it was of.
    async fn end_session(&self, token_hash: [u8; 32]) -> Result<Option<DeviceId>, StoreError>;

    /// Appends to the audit log.
    async fn record(&self, records: Vec<AuditRecord>) -> Result<(), StoreError>;

    /// Returns the last records of the audit log, the newest first.
    async fn audit_log(&self, limit: usize) -> Result<Vec<AuditRecord>, StoreError>;

    /// Returns documents that wait for projection, with their changes.
    async fn queued(&self, limit: usize) -> Result<Queue, StoreError>;

    /// Returns the rows derived from documents.
    async fn projections(
        &self,
        documents: Vec<DocumentId>,
    ) -> Result<BTreeMap<DocumentId, Projection>, StoreError>;

    /// Returns the rows that decide facts.
    async fn facts(&self, wanted: FactsWanted) -> Result<Facts, StoreError>;

    /// Returns what is known of devices, by which signatures are checked.
    async fn device_facts(
        &self,
        devices: BTreeSet<DeviceId>,
    ) -> Result<BTreeMap<DeviceId, DeviceFacts>, StoreError>;

    /// Returns what counts of people, teams and requests, as it stands.
    async fn counted(&self, wanted: CountedWanted) -> Result<CountedRows, StoreError>;

    /// Applies what a projection changes, if the derived rows are still those it was made from.
    async fn apply(&self, delta: Delta) -> Result<Applied, StoreError>;

    /// Tells whether other servers may work on the same rows, so that what they do must be asked for.
    fn is_shared(&self) -> bool;

    /// Returns what projections changed since a version of the derived rows. Versions are committed
    /// in their order, so that nothing comes late.
    async fn feed(&self, after: u64) -> Result<Feed, StoreError>;

    /// Makes a process the one that projects, for a while, or lets it stay so; tells whether it is.
    async fn lead(&self, process: Uuid, lease: Duration) -> Result<bool, StoreError>;

    /// Drops every derived row and queues every document.
    async fn begin_rebuild(&self) -> Result<(), StoreError>;

    /// Tells whether a rebuild was begun and not ended.
    async fn is_rebuilding(&self) -> Result<bool, StoreError>;

    /// Ends a rebuild.
    async fn end_rebuild(&self) -> Result<(), StoreError>;

    /// Returns the number of rows and the SHA-256 of every derived table.
    async fn digest(&self) -> Result<BTreeMap<&'static str, (u64, String)>, StoreError>;

    /// Returns an organisation with the county and town it sits in.
    async fn organisation(
        &self,
        id: OrganisationId,
    ) -> Result<Option<OrganisationRecord>, StoreError>;

    /// Returns what a dashboard shows of an organisation; `None` when nothing stands at the path.
    async fn dashboard(&self, wanted: DashboardWanted)
    -> Result<Option<DashboardRows>, StoreError>;

    /// Returns venues, by the path of their organisation, name, id.
    async fn venues(&self, wanted: VenuesWanted) -> Result<VenueRows, StoreError>;

    /// Returns activities at and beneath a path of which something waits or is in dispute, by day,
    /// then id.
    async fn unconfirmed(
        &self,
        path: OrganisationPath,
        after: Option<UnconfirmedPlace>,
        limit: usize,
    ) -> Result<UnconfirmedRows, StoreError>;

    /// Returns the outcomes of an activity with names, by name, then id.
    async fn attendance(&self, activity: ActivityId) -> Result<Option<AttendanceRows>, StoreError>;

    /// Returns people of the roster, by name, then id.
    async fn roster(&self, wanted: RosterWanted) -> Result<Vec<RosterRow>, StoreError>;

    /// Returns where one can register, unless the directory is still the edition `known`.
    async fn communities(&self, known: Option<Edition>) -> Result<Communities, StoreError>;

    /// Returns how much is taken of what stands on a community's lists, of what anybody claims.
    async fn listings(&self, organisation: OrganisationId)
    -> Result<Vec<ListingTally>, StoreError>;

    /// Returns matters, the newest day first, then the newest request.
    async fn matters(&self, wanted: MattersWanted) -> Result<Vec<MatterRow>, StoreError>;

    /// Returns one matter with the organisations whose coordinators see it.
    async fn matter(&self, key: MatterKey) -> Result<Option<MatterRecord>, StoreError>;

    /// Returns who of the members at and beneath a path has registered, of each list up to `limit`.
    async fn registrations(
        &self,
        path: OrganisationPath,
        limit: usize,
    ) -> Result<RegistrationRows, StoreError>;

    /// Returns the service of a period that counts: for an organisation at or beneath a path, entered
    /// by one, or of their members.
    async fn service(
        &self,
        path: OrganisationPath,
        from: Day,
        to: Day,
    ) -> Result<ServiceRows, StoreError>;

    /// Returns the services that [`Store::service`] counts, the newest day first, then the newest
    /// request.
    async fn service_ledger(
        &self,
        path: OrganisationPath,
        from: Day,
        to: Day,
        limit: usize,
    ) -> Result<Vec<MatterRow>, StoreError>;

    /// Returns what is known of a photo, and the services that show it.
    async fn photo(&self, hash: PhotoHash) -> Result<PhotoRecord, StoreError>;

    /// Keeps a part of a photo, if it begins where the last one ended and the device may bring it.
    async fn keep_photo_part(&self, part: PhotoPart) -> Result<PhotoKept, StoreError>;

    /// Returns what there is of a photo.
    async fn photo_bytes(&self, hash: PhotoHash) -> Result<Vec<u8>, StoreError>;

    /// Notes that a photo is whole, or drops what has come of it.
    async fn end_photo(&self, hash: PhotoHash, end: PhotoEnd) -> Result<(), StoreError>;

    /// Returns the newest feedback of the members at and beneath a path.
    async fn feedback(
        &self,
        path: OrganisationPath,
        limit: usize,
    ) -> Result<FeedbackRows, StoreError>;
}

/// Returns each element once, in order.
pub(crate) fn unique<T: Ord + Clone>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    items
        .into_iter()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}
