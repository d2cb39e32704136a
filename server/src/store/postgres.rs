//! The store in a PostgreSQL database, which any number of servers share.
//!
//! Whoever appends locks the documents' rows, and nothing that others share: there is no global
//! sequence. Whoever changes derived rows holds the city's one row, whose version is therefore
//! committed in its own order; followers read after it and miss nothing.
//!
//! Longer than other files because the trait is: a few lines for each of its methods, which stand in
//! the modules beneath.

mod append;
mod brought;
mod connection;
mod copy;
mod derived;
mod directory;
mod documents;
mod feed;
mod figures;
mod identity;
mod kept;
mod log;
mod matters;
mod migrations;
mod oversight;
mod photos;
mod rebuild;
mod rollup;
mod rows;
mod slice;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use deadpool_postgres::{Client, Pool, Transaction};
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
pub use connection::PostgresUrl;
use connection::{contradiction, is_passing, snapshot};

/// How often a transaction is tried that the database ends for the sake of another.
const TRIES: usize = 5;

/// A store in a PostgreSQL database.
pub struct PostgresStore {
    pool: Pool,
    metrics: StoreMetrics,
}

/// Runs work in a transaction and commits it.
macro_rules! writing {
    ($store:expr, |$transaction:ident| $work:expr) => {{
        let mut tries = 1;
        loop {
            let done = async {
                let began = Instant::now();
                let mut client = $store.client().await?;
                let begun = client.transaction().await?;
                let $transaction = &begun;
                let value = $work.await?;
                $store.commit(begun, began).await?;
                Ok(value)
            };
            match done.await {
                Err(error) if is_passing(&error) && tries < TRIES => tries += 1,
                done => break done,
            }
        }
    }};
}

/// Runs reads that see one state of the database.
macro_rules! reading {
    ($store:expr, |$transaction:ident| $work:expr) => {{
        let mut client = $store.client().await?;
        let $transaction = &snapshot(&mut client).await?;
        $work.await
    }};
}

impl PostgresStore {
    /// Opens a database, and makes the schema where it is not.
    ///
    /// # Errors
    /// [`StoreError::Unopened`] when there is no way in or its text is not UTF-8,
    /// [`StoreError::Newer`] when a newer version of the program made the schema.
    pub async fn open(url: &PostgresUrl) -> Result<Self, StoreError> {
        Self::open_counted(url, StoreMetrics::default()).await
    }

    /// Opens a database and counts what it does.
    ///
    /// # Errors
    /// As [`PostgresStore::open`].
    pub async fn open_counted(
        url: &PostgresUrl,
        metrics: StoreMetrics,
    ) -> Result<Self, StoreError> {
        let pool = connection::pool(url)?;
        let unopened = |error| StoreError::Unopened(Box::new(error));
        let mut client = pool.get().await.map_err(unopened)?;
        let encoding = client.query_one("show server_encoding", &[]).await?;
        let encoding: String = encoding.try_get(0)?;
        if encoding != "UTF8" {
            let words = format!("the database keeps text as {encoding}; baodao needs UTF8");
            return Err(StoreError::Unopened(words.into()));
        }
        migrations::migrate(&mut client).await?;
        drop(client);
        Ok(Self { pool, metrics })
    }

    /// Takes all rows of a SQLite store's file into a database that holds no city.
    ///
    /// # Errors
    /// [`StoreError::Founded`] when it holds one; it is then as it was, as after any other failure.
    pub async fn take(&self, file: &Path) -> Result<(), StoreError> {
        writing!(self, |t| copy::take(t, file))
    }

    async fn client(&self) -> Result<Client, StoreError> {
        Ok(self.pool.get().await?)
    }

    async fn commit(&self, begun: Transaction<'_>, began: Instant) -> Result<(), StoreError> {
        begun.commit().await?;
        let seconds = began.elapsed().as_secs_f64();
        self.metrics.commit_seconds.observe(seconds);
        self.metrics.commit_jobs.observe(1.0);
        Ok(())
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn ready(&self) -> Result<(), StoreError> {
        reading!(self, |t| log::ready(t))
    }

    async fn vitals(&self) -> Result<Vitals, StoreError> {
        reading!(self, |t| log::vitals(t))
    }

    async fn copy_to(&self, file: &Path) -> Result<(), StoreError> {
        reading!(self, |t| copy::copy_to(t, file))
    }

    async fn begin_epoch(&self, epoch: u64) -> Result<(), StoreError> {
        writing!(self, |t| directory::begin_epoch(t, epoch))
    }

    async fn found(
        &self,
        city: City,
        epoch: u64,
        changes: DirectoryChanges,
    ) -> Result<(), StoreError> {
        writing!(self, |t| directory::found(t, &city, epoch, &changes)).map_err(contradiction)
    }

    async fn city(&self) -> Result<Option<City>, StoreError> {
        reading!(self, |t| directory::city(t))
    }

    async fn directory(&self) -> Result<DirectorySnapshot, StoreError> {
        reading!(self, |t| directory::snapshot(t))
    }

    async fn change_directory(&self, changes: DirectoryChanges) -> Result<u64, StoreError> {
        writing!(self, |t| directory::change(t, &changes)).map_err(contradiction)
    }

    async fn member(&self, id: MemberId) -> Result<Option<MemberRecord>, StoreError> {
        reading!(self, |t| directory::member(t, id))
    }

    async fn load(&self, load: Load) -> Result<Loaded, StoreError> {
        reading!(self, |t| documents::load(t, &load))
    }

    async fn append(
        &self,
        device: DeviceId,
        appends: Vec<Append>,
    ) -> Result<Vec<Appended>, StoreError> {
        writing!(self, |t| append::append(t, device, &appends))
    }

    async fn charge(&self, device: DeviceId, day: Day, volume: Volume) -> Result<(), StoreError> {
        writing!(self, |t| brought::charge(t, device, day, volume))
    }

    async fn read(&self, read: Read, authority: &Authority) -> Result<ReadResult, StoreError> {
        reading!(self, |t| documents::read(t, &read, authority))
    }

    async fn heads(
        &self,
        after: Option<DocumentId>,
        limit: usize,
    ) -> Result<Vec<Head>, StoreError> {
        reading!(self, |t| kept::heads(t, after, limit))
    }

    async fn kept(&self, document: DocumentId) -> Result<Option<Kept>, StoreError> {
        reading!(self, |t| kept::kept(t, document))
    }

    async fn compact(
        &self,
        document: DocumentId,
        snapshot: StoredSnapshot,
        at: Timestamp,
    ) -> Result<Compacted, StoreError> {
        writing!(self, |t| kept::compact(t, document, &snapshot, at))
    }

    async fn drop_replaced(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        writing!(self, |t| kept::drop_replaced(t, before, limit))
    }

    async fn issue_enrolment(&self, enrolment: Enrolment) -> Result<(), StoreError> {
        writing!(self, |t| identity::issue_enrolment(t, &enrolment))
    }

    async fn enrol(&self, enrolling: Enrolling) -> Result<EnrolmentResult, StoreError> {
        writing!(self, |t| identity::enrol(t, &enrolling))
    }

    async fn add_device(&self, device: NewDevice) -> Result<(), StoreError> {
        writing!(self, |t| identity::add_device(t, &device))
    }

    async fn device(&self, id: DeviceId) -> Result<Option<DeviceRecord>, StoreError> {
        reading!(self, |t| identity::device(t, id))
    }

    async fn devices(&self, member: MemberId) -> Result<Vec<DeviceRecord>, StoreError> {
        reading!(self, |t| identity::devices(t, member))
    }

    async fn revoke_device(&self, id: DeviceId, at: Timestamp) -> Result<(), StoreError> {
        writing!(self, |t| identity::revoke_device(t, id, at))
    }

    async fn meet_revoked(
        &self,
        id: DeviceId,
        at: Timestamp,
    ) -> Result<Option<HandOver>, StoreError> {
        writing!(self, |t| identity::meet_revoked(t, id, at))
    }

    async fn keep_challenge(&self, challenge: NewChallenge) -> Result<(), StoreError> {
        writing!(self, |t| identity::keep_challenge(t, &challenge))
    }

    async fn renew_session(
        &self,
        challenge_hash: [u8; 32],
        session: NewSession,
        now: Timestamp,
    ) -> Result<Renewal, StoreError> {
        writing!(self, |t| identity::renew_session(
            t,
            challenge_hash,
            &session,
            now
        ))
    }

    async fn session(&self, token_hash: [u8; 32]) -> Result<Option<SessionRecord>, StoreError> {
        reading!(self, |t| identity::session(t, token_hash))
    }

    async fn end_session(&self, token_hash: [u8; 32]) -> Result<Option<DeviceId>, StoreError> {
        writing!(self, |t| identity::end_session(t, token_hash))
    }

    async fn record(&self, records: Vec<AuditRecord>) -> Result<(), StoreError> {
        writing!(self, |t| log::record(t, &records))
    }

    async fn audit_log(&self, limit: usize) -> Result<Vec<AuditRecord>, StoreError> {
        reading!(self, |t| log::audit_log(t, limit))
    }

    async fn queued(&self, limit: usize) -> Result<Queue, StoreError> {
        reading!(self, |t| derived::queued(t, limit))
    }

    async fn projections(
        &self,
        documents: Vec<DocumentId>,
    ) -> Result<BTreeMap<DocumentId, Projection>, StoreError> {
        reading!(self, |t| derived::projections(t, &documents))
    }

    async fn facts(&self, wanted: FactsWanted) -> Result<Facts, StoreError> {
        reading!(self, |t| derived::facts(t, &wanted))
    }

    async fn device_facts(
        &self,
        devices: BTreeSet<DeviceId>,
    ) -> Result<BTreeMap<DeviceId, DeviceFacts>, StoreError> {
        reading!(self, |t| identity::device_facts(t, &devices))
    }

    async fn counted(&self, wanted: CountedWanted) -> Result<CountedRows, StoreError> {
        reading!(self, |t| rollup::counted(t, &wanted))
    }

    async fn apply(&self, delta: Delta) -> Result<Applied, StoreError> {
        writing!(self, |t| derived::apply(t, &delta))
    }

    fn is_shared(&self) -> bool {
        true
    }

    async fn feed(&self, after: u64) -> Result<Feed, StoreError> {
        reading!(self, |t| feed::feed(t, after))
    }

    async fn lead(&self, process: Uuid, lease: Duration) -> Result<bool, StoreError> {
        writing!(self, |t| feed::lead(t, process, lease))
    }

    async fn begin_rebuild(&self) -> Result<(), StoreError> {
        writing!(self, |t| rebuild::begin(t))
    }

    async fn is_rebuilding(&self) -> Result<bool, StoreError> {
        reading!(self, |t| rebuild::is_rebuilding(t))
    }

    async fn end_rebuild(&self) -> Result<(), StoreError> {
        writing!(self, |t| rebuild::end(t))
    }

    async fn digest(&self) -> Result<BTreeMap<&'static str, (u64, String)>, StoreError> {
        reading!(self, |t| rebuild::digest(t))
    }

    async fn organisation(
        &self,
        id: OrganisationId,
    ) -> Result<Option<OrganisationRecord>, StoreError> {
        reading!(self, |t| oversight::organisation(t, id))
    }

    async fn dashboard(
        &self,
        wanted: DashboardWanted,
    ) -> Result<Option<DashboardRows>, StoreError> {
        reading!(self, |t| figures::dashboard(t, &wanted))
    }

    async fn venues(&self, wanted: VenuesWanted) -> Result<VenueRows, StoreError> {
        reading!(self, |t| figures::venues(t, &wanted))
    }

    async fn unconfirmed(
        &self,
        path: OrganisationPath,
        after: Option<UnconfirmedPlace>,
        limit: usize,
    ) -> Result<UnconfirmedRows, StoreError> {
        reading!(self, |t| figures::unconfirmed(t, &path, after, limit))
    }

    async fn attendance(&self, activity: ActivityId) -> Result<Option<AttendanceRows>, StoreError> {
        reading!(self, |t| oversight::attendance(t, activity))
    }

    async fn roster(&self, wanted: RosterWanted) -> Result<Vec<RosterRow>, StoreError> {
        reading!(self, |t| oversight::roster(t, &wanted))
    }

    async fn communities(&self, known: Option<Edition>) -> Result<Communities, StoreError> {
        reading!(self, |t| matters::communities(t, known))
    }

    async fn listings(
        &self,
        organisation: OrganisationId,
    ) -> Result<Vec<ListingTally>, StoreError> {
        reading!(self, |t| matters::listings(t, organisation))
    }

    async fn matters(&self, wanted: MattersWanted) -> Result<Vec<MatterRow>, StoreError> {
        reading!(self, |t| matters::matters(t, &wanted))
    }

    async fn matter(&self, key: MatterKey) -> Result<Option<MatterRecord>, StoreError> {
        reading!(self, |t| matters::matter(t, key))
    }

    async fn registrations(
        &self,
        path: OrganisationPath,
        limit: usize,
    ) -> Result<RegistrationRows, StoreError> {
        reading!(self, |t| matters::registrations(t, &path, limit))
    }

    async fn service(
        &self,
        path: OrganisationPath,
        from: Day,
        to: Day,
    ) -> Result<ServiceRows, StoreError> {
        reading!(self, |t| matters::service(t, &path, from, to))
    }

    async fn service_ledger(
        &self,
        path: OrganisationPath,
        from: Day,
        to: Day,
        limit: usize,
    ) -> Result<Vec<MatterRow>, StoreError> {
        reading!(self, |t| matters::service_ledger(t, &path, from, to, limit))
    }

    async fn photo(&self, hash: PhotoHash) -> Result<PhotoRecord, StoreError> {
        reading!(self, |t| photos::photo(t, hash))
    }

    async fn keep_photo_part(&self, part: PhotoPart) -> Result<PhotoKept, StoreError> {
        writing!(self, |t| photos::keep_part(t, &part))
    }

    async fn photo_bytes(&self, hash: PhotoHash) -> Result<Vec<u8>, StoreError> {
        reading!(self, |t| photos::photo_bytes(t, hash))
    }

    async fn end_photo(&self, hash: PhotoHash, end: PhotoEnd) -> Result<(), StoreError> {
        writing!(self, |t| photos::end_photo(t, hash, end))
    }

    async fn feedback(
        &self,
        path: OrganisationPath,
        limit: usize,
    ) -> Result<FeedbackRows, StoreError> {
        reading!(self, |t| oversight::feedback(t, &path, limit))
    }
}
