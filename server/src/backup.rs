//! Backups: one file that says what it holds, and whether it is whole. Written beside its place and
//! moved there when it is on the disk; restored the same way, so that no failure leaves half of one.
//!
//! The file is an image of all rows, a SQLite file whichever store they came from, then a manifest in
//! JSON, its length in four bytes, big-endian,
//! and eight bytes that name the format.

mod target;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::ids::AreaCode;
use shared::time::Timestamp;

use crate::audit::{AuditEvent, AuditRecord};
use crate::auth;
use crate::inspection::{self, Report};
use crate::running::StartError;
use crate::scratch::Scratch;
use crate::store::sqlite::{DATABASE, SqliteStore};
use crate::store::{Place, Store, StoreError};
use target::Target;

const SIGNATURE: &[u8; 8] = b"BAODAOBK";
const FORMAT: u32 = 1;
/// The store whose image a backup holds; an image of another is told apart by this word.
const SQLITE: &str = "sqlite";
/// Source: the SQLite file format, "Magic header string".
const SQLITE_HEADER: &[u8] = b"SQLite format 3\0";
/// Bytes of a manifest at most.
const MANIFEST_BYTES: u64 = 64 * 1024;
const COPY_BYTES: usize = 256 * 1024;

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of this format.
    pub format: u32,
    /// The store whose image it holds.
    pub store: String,
    /// The newest step of the schema in it.
    pub schema: u32,
    /// The version of the program that wrote it.
    pub program: String,
    /// The code of the city.
    pub city: AreaCode,
    /// When it was made, in UTC milliseconds.
    pub made_at: Timestamp,
    /// Bytes of the image.
    pub bytes: u64,
    /// SHA-256 of the image, in hex.
    pub sha256: String,
}

/// Why a backup was not made or not restored. The target is untouched.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file is no backup of this program.
    #[error("the file is no backup of baodao")]
    Foreign,
    /// The file ends before the backup does.
    #[error("the backup is cut short")]
    Truncated,
    /// The bytes are not those that were written.
    #[error("the backup is damaged: its checksum differs")]
    Damaged,
    /// A newer program wrote it.
    #[error("the backup was written by the newer version {program}")]
    Newer {
        /// The version of that program.
        program: String,
    },
    /// It holds the image of another store.
    #[error("the backup holds the data of a {store} store")]
    OtherStore {
        /// That store.
        store: String,
    },
    /// The data folder already holds something.
    #[error("{} is not empty", folder.display())]
    Occupied {
        /// The folder.
        folder: PathBuf,
    },
    /// The backup is whole and what it holds is not.
    #[error("what the backup holds does not pass verification")]
    Unsound(Box<Report>),
    /// Another process is at work on the target.
    #[error(transparent)]
    Target(#[from] StartError),
    /// A file cannot be read or written.
    #[error("cannot use {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Says which file or folder an error came from.
fn at(path: &Path) -> impl Fn(io::Error) -> BackupError {
    move |source| BackupError::File {
        path: path.to_owned(),
        source,
    }
}

/// Writes a backup of a database that others may read and write meanwhile.
///
/// # Errors
/// Why there is none; a file that was there before is as it was.
pub async fn write(
    store: &dyn Store,
    file: &Path,
    now: Timestamp,
) -> Result<Manifest, BackupError> {
    let city = store.city().await?.ok_or(StoreError::Unfounded)?;
    let part = Part::beside(file)?;
    store.copy_to(&part.path).await?;
    let mut image = OpenOptions::new()
        .read(true)
        .write(true)
        .open(&part.path)
        .map_err(at(&part.path))?;
    let (bytes, sha256) = digest(&mut image, u64::MAX).map_err(at(&part.path))?;
    let manifest = Manifest {
        format: FORMAT,
        store: SQLITE.to_owned(),
        schema: SqliteStore::newest_schema(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        city: city.code,
        made_at: now,
        bytes,
        sha256,
    };
    let json = serde_json::to_vec(&manifest).map_err(|error| at(&part.path)(error.into()))?;
    let length = u32::try_from(json.len()).unwrap_or(u32::MAX).to_be_bytes();
    let end = [&json[..], &length, SIGNATURE].concat();
    image
        .write_all(&end)
        .and_then(|()| image.sync_all())
        .map_err(at(&part.path))?;
    part.move_to(file)?;
    let record = AuditRecord::of(now, AuditEvent::BackedUp, "");
    store.record(vec![record]).await?;
    Ok(manifest)
}

/// Reads what a backup says of itself and checks that it is whole.
///
/// # Errors
/// What is wrong with it.
pub fn check(file: &Path) -> Result<Manifest, BackupError> {
    let mut backup = File::open(file).map_err(at(file))?;
    let (manifest, image_bytes) = read_manifest(&mut backup, file)?;
    if manifest.format > FORMAT || manifest.schema > SqliteStore::newest_schema() {
        return Err(BackupError::Newer {
            program: manifest.program,
        });
    }
    if manifest.store != SQLITE {
        return Err(BackupError::OtherStore {
            store: manifest.store,
        });
    }
    backup.rewind().map_err(at(file))?;
    let (bytes, sha256) = digest(&mut backup, image_bytes).map_err(at(file))?;
    if bytes != manifest.bytes || sha256 != manifest.sha256 {
        return Err(BackupError::Damaged);
    }
    Ok(manifest)
}

fn read_manifest(backup: &mut File, file: &Path) -> Result<(Manifest, u64), BackupError> {
    let mut begin = vec![0; SQLITE_HEADER.len()];
    let is_image = match backup.read_exact(&mut begin) {
        Ok(()) => begin == SQLITE_HEADER,
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => false,
        Err(error) => return Err(at(file)(error)),
    };
    // An image without its end was cut; anything else was never one, or is an end without its image.
    let unfit = if is_image {
        BackupError::Truncated
    } else {
        BackupError::Foreign
    };
    let mut end = [0; 12];
    let size = backup.seek(SeekFrom::End(0)).map_err(at(file))?;
    if size < end.len() as u64 {
        return Err(unfit);
    }
    backup
        .seek(SeekFrom::End(-12))
        .and_then(|_| backup.read_exact(&mut end))
        .map_err(at(file))?;
    let (length, signature) = end.split_at(4);
    if signature != SIGNATURE {
        return Err(unfit);
    }
    let length = u32::from_be_bytes([length[0], length[1], length[2], length[3]]);
    let length = u64::from(length);
    let image = size.checked_sub(end.len() as u64 + length);
    let image = image.filter(|_| length <= MANIFEST_BYTES);
    let image = image.ok_or(BackupError::Damaged)?;
    let mut json = vec![0; usize::try_from(length).unwrap_or_default()];
    backup
        .seek(SeekFrom::Start(image))
        .and_then(|_| backup.read_exact(&mut json))
        .map_err(at(file))?;
    let manifest = serde_json::from_slice(&json).map_err(|_| BackupError::Damaged)?;
    Ok((manifest, image))
}

/// Whether a backup is inspected before it takes its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verify {
    /// Its checksum is enough.
    Checksum,
    /// Documents load, their hashes are a chain, derived rows are what a rebuild makes.
    Everything,
}

/// Restores a backup into an empty data folder or database, under a new epoch: phones then offer again
/// what the backup missed. Without a place it is restored into a temporary folder, and removed.
///
/// # Errors
/// Why it was not; the place is then as it was.
pub async fn restore(
    file: &Path,
    place: Option<&Place>,
    verify: Verify,
    now: Timestamp,
) -> Result<(Manifest, Option<Report>), BackupError> {
    let manifest = check(file)?;
    let target = Target::take(place).await?;
    let parent = target.scratch();
    let scratch = Scratch::new(&parent, "restore").map_err(at(&parent))?;
    let image = scratch.path().join(DATABASE);
    copy_image(file, manifest.bytes, &image)?;
    let store = SqliteStore::open(scratch.path())?;
    store.city().await?.ok_or(StoreError::Unfounded)?;
    let report = match verify {
        Verify::Checksum => None,
        Verify::Everything => {
            let report = inspection::inspect(&store).await?;
            if !report.findings.is_empty() {
                return Err(BackupError::Unsound(Box::new(report)));
            }
            Some(report)
        }
    };
    let epoch = auth::epoch().map_err(|error| at(&image)(io::Error::other(error)))?;
    store.begin_epoch(epoch).await?;
    let record = AuditRecord::of(now, AuditEvent::Restored, &manifest.city);
    store.record(vec![record]).await?;
    store.close()?;
    target.receive(&image).await?;
    Ok((manifest, report))
}

fn copy_image(file: &Path, bytes: u64, image: &Path) -> Result<(), BackupError> {
    let backup = File::open(file).map_err(at(file))?;
    let mut copy = create(image).map_err(at(image))?;
    io::copy(&mut backup.take(bytes), &mut copy)
        .and_then(|_| copy.sync_all())
        .map_err(at(image))
}

/// Makes an empty file that only its owner may read: a backup holds what the database holds.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a file or a folder's list of files durable.
fn sync(path: &Path) -> Result<(), BackupError> {
    let opened = File::open(path);
    opened.and_then(|file| file.sync_all()).map_err(at(path))
}

/// Returns the size and the SHA-256 of a file's next bytes.
fn digest(file: &mut File, bytes: u64) -> io::Result<(u64, String)> {
    let (mut hash, mut size) = (Sha256::new(), 0);
    let mut chunk = vec![0; COPY_BYTES];
    let mut rest = file.take(bytes);
    loop {
        let read = rest.read(&mut chunk)?;
        if read == 0 {
            return Ok((size, HEXLOWER.encode(&hash.finalize())));
        }
        hash.update(&chunk[..read]);
        size += read as u64;
    }
}

/// A file that is not yet in its place, removed on drop.
struct Part {
    path: PathBuf,
    moved: bool,
    /// Two backups into one file would write over each other.
    _lock: File,
}

impl Part {
    fn beside(file: &Path) -> Result<Self, BackupError> {
        let mut name = file.as_os_str().to_owned();
        name.push(".part");
        let path = PathBuf::from(name);
        let lock = create(&path).map_err(at(&path))?;
        lock.try_lock().map_err(|error| at(&path)(error.into()))?;
        Ok(Self {
            path,
            moved: false,
            _lock: lock,
        })
    }

    fn move_to(mut self, file: &Path) -> Result<(), BackupError> {
        fs::rename(&self.path, file).map_err(at(file))?;
        self.moved = true;
        let parent = file
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        sync(parent.unwrap_or(Path::new(".")))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.moved {
            // A part that is left over is written over by the next backup.
            drop(fs::remove_file(&self.path));
        }
    }
}

#[cfg(test)]
mod tests;
