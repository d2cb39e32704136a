//! Photos of services: made small, kept on this phone, and sent once the server has the record that
//! shows them. A phone whose photo is on the server keeps none of it.

mod pause;
mod shrink;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use serde_bytes::ByteArray;
use shared::client::{Binding, Engine, NetworkFault, RecordState};
use shared::codes::Code;
use shared::ids::PhotoHash;
use shared::limits;
use shared::records::{Photo, Record, Subject};
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use self::pause::Pause;
use super::enrolment::{code_of, refused};
use super::local::{self, ObjectUrl};
use super::network::{self, PhotoProgress};
use super::run::Run;
use super::{Driver, News, clock, keys, wake};

const JPEG: &str = "image/jpeg";
const UPLOADED: &str = "uploaded";
const REFUSED: &str = "refused";

/// How a photo that was taken on this phone stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoStanding {
    /// It is on this phone only.
    Waiting,
    /// The server has all of it.
    Uploaded,
    /// The server did not take it.
    Refused,
}

/// Why a photo cannot be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoFault {
    /// The browser cannot read it.
    Unreadable,
    /// The phone's storage did not take it.
    NotKept(Code),
}

/// The photos on this phone.
#[derive(Default)]
pub(super) struct Photos {
    held: RefCell<BTreeSet<PhotoHash>>,
    is_sending: Cell<bool>,
    failures: Cell<u32>,
    rest: RefCell<Option<Rest>>,
}

/// A pause after a failure.
struct Rest {
    is_asked: bool,
    _timer: Timeout,
}

impl Photos {
    /// Begins with what the storage holds.
    pub(super) fn begin(&self, held: BTreeSet<PhotoHash>) {
        self.held.replace(held);
        self.failures.set(0);
        self.rest.take();
    }

    /// Ends a pause that the server did not ask for: somebody wants to go on.
    pub(super) fn hurry(&self) {
        let mut rest = self.rest.borrow_mut();
        if rest.as_ref().is_some_and(|rest| !rest.is_asked) {
            rest.take();
        }
    }
}

impl Driver {
    /// Makes a photo small and keeps it; nothing of it leaves the phone before a record shows it.
    ///
    /// # Errors
    /// [`PhotoFault`]; nothing was kept then.
    pub(crate) async fn take_photo(&self, file: &File) -> Result<Photo, PhotoFault> {
        let bytes = shrink::shrink(file).await.ok_or(PhotoFault::Unreadable)?;
        let not_kept = PhotoFault::NotKept;
        let hash = keys::digest(&bytes).await;
        let hash = hash.map_err(|_| not_kept(Code::StorageUnavailable))?;
        let hash = PhotoHash(ByteArray::new(hash));
        let run = self.current();
        let run = run.ok_or_else(|| not_kept(Code::StorageUnavailable))?;
        let kept = self.storage.keep_photo(run.lead(), hash, &bytes).await;
        kept.map_err(|fault| not_kept(code_of(fault)))?;
        self.photos.held.borrow_mut().insert(hash);
        Ok(Photo {
            hash,
            bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        })
    }

    /// Returns a photo that is on this phone.
    pub(crate) async fn kept_photo(&self, hash: PhotoHash) -> Option<ObjectUrl> {
        let bytes = self.storage.photo(hash).await.ok()??;
        ObjectUrl::of(JPEG, &bytes)
    }

    /// Returns a photo that the server has.
    pub(crate) async fn fetch_photo(&self, hash: PhotoHash) -> Result<ObjectUrl, Code> {
        let bytes = self.fetch(&network::photo_path(hash)).await?;
        ObjectUrl::of(JPEG, &bytes).ok_or(Code::StorageUnavailable)
    }

    /// Returns how a photo stands; `None` of one that was not taken on this phone.
    pub(crate) fn photo_standing(&self, hash: PhotoHash) -> Option<PhotoStanding> {
        if self.photos.held.borrow().contains(&hash) {
            return Some(PhotoStanding::Waiting);
        }
        match local::kept_own(&note(hash))?.as_str() {
            UPLOADED => Some(PhotoStanding::Uploaded),
            REFUSED => Some(PhotoStanding::Refused),
            _ => None,
        }
    }

    /// Returns how many photos of records wait on this phone; what is only typed does not count.
    pub(crate) fn photos_waiting(&self) -> usize {
        let held = self.photos.held.borrow().clone();
        if held.is_empty() {
            return 0;
        }
        let shown = self.read(|engine| shown(engine, |_| true));
        held.intersection(&shown.unwrap_or_default()).count()
    }

    /// Removes every photo that neither a record nor something half typed shows.
    pub(crate) fn forget_unnamed_photos(self: &Rc<Self>) {
        let Some(run) = self.current() else {
            return;
        };
        let held = self.photos.held.borrow().clone();
        let unnamed = held.into_iter().filter(|hash| {
            let is_typed = serde_json::to_string(hash).is_ok_and(|it| local::own_mentions(&it));
            !is_typed && !run.read(|engine| is_shown(engine, *hash))
        });
        let unnamed: Vec<PhotoHash> = unnamed.collect();
        let driver = Rc::clone(self);
        spawn_local(async move {
            for hash in unnamed {
                driver.drop_photo(&run, hash).await;
            }
        });
    }

    /// Sends the photos whose records the server has, one after the other. Does nothing while that is
    /// under way or rests, nor while something is in the way of sync, which then begins it again.
    pub(super) fn send_photos(self: &Rc<Self>) {
        let photos = &self.photos;
        let rests = photos.rest.borrow().is_some() || photos.is_sending.get();
        if rests || !wake::is_online() || self.next_photo().is_none() {
            return;
        }
        photos.is_sending.set(true);
        let driver = Rc::clone(self);
        spawn_local(async move {
            let mut sent = Ok(());
            while let (Ok(()), Some((run, hash))) = (sent, driver.next_photo()) {
                sent = driver.send_photo(&run, hash).await;
            }
            driver.photos.is_sending.set(false);
            match sent {
                Ok(()) => driver.photos.failures.set(0),
                Err(fault) => driver.rest(fault),
            }
        });
    }

    /// Returns a photo that can be sent now.
    fn next_photo(&self) -> Option<(Rc<Run>, PhotoHash)> {
        if self.photos.held.borrow().is_empty() {
            return None;
        }
        let run = self.current()?;
        let due = run.read(|engine| is_open(engine).then(|| shown(engine, is_uploaded)))?;
        let held = self.photos.held.borrow();
        let next = held.intersection(&due).next().copied();
        next.map(|hash| (run, hash))
    }

    async fn send_photo(&self, run: &Run, hash: PhotoHash) -> Result<(), NetworkFault> {
        let kept = self.storage.photo(hash).await;
        // A storage that cannot be read now is tried again like a server out of reach.
        let Some(bytes) = kept.map_err(|_| NetworkFault::Unreachable)? else {
            self.photos.held.borrow_mut().remove(&hash);
            return Ok(());
        };
        let end = match self.send_parts(hash, &bytes).await {
            Ok(()) => UPLOADED,
            Err(NetworkFault::Refused {
                code: Code::PhotoInvalid,
                ..
            }) => REFUSED,
            Err(fault) => return Err(fault),
        };
        // Another tab may lead by now, or nobody may be bound to this phone any more.
        if self
            .current()
            .is_none_or(|current| !std::ptr::eq(&*current, run))
        {
            return Ok(());
        }
        local::keep_own(&note(hash), end);
        self.drop_photo(run, hash).await;
        if end == REFUSED {
            (self.tell)(News::PhotoRefused);
        }
        run.read(|engine| (self.tell)(News::Changed(engine)));
        Ok(())
    }

    async fn send_parts(&self, hash: PhotoHash, bytes: &[u8]) -> Result<(), NetworkFault> {
        let mut there = self.answer(|| network::photo_progress(hash)).await?;
        while let Some(part) = next_part(there, bytes.len()) {
            let (start, data) = (part.start, &bytes[part]);
            let taken = self
                .answer(|| network::send_photo_part(hash, start, data))
                .await?;
            if !taken.is_whole && taken.received <= there.received {
                return Err(refused(Code::PhotoMisplaced));
            }
            there = taken;
        }
        Ok(())
    }

    /// What cannot be removed is there at the next start, and found to be sent or unnamed again.
    async fn drop_photo(&self, run: &Run, hash: PhotoHash) {
        let _ = self.storage.drop_photo(run.lead(), hash).await;
        self.photos.held.borrow_mut().remove(&hash);
    }

    fn rest(self: &Rc<Self>, fault: NetworkFault) {
        let failures = self.photos.failures.get();
        self.photos.failures.set(failures.saturating_add(1));
        let offset_ms = self.read(|engine| engine.status().clock_offset_ms);
        let city = clock::now().plus(offset_ms.unwrap_or(0));
        let pause = Pause::after(fault, failures, city);
        let length_ms = pause.least_ms + clock::random_ms(pause.spread_ms);
        let driver = Rc::clone(self);
        let timer = Timeout::new(u32::try_from(length_ms).unwrap_or(u32::MAX), move || {
            driver.photos.rest.take();
            driver.send_photos();
        });
        self.photos.rest.replace(Some(Rest {
            is_asked: pause.least_ms > 0,
            _timer: timer,
        }));
    }
}

/// Tells whether sync has found the server and nothing is in its way.
fn is_open(engine: &Engine) -> bool {
    let status = engine.status();
    let is_held = status.held_until.is_some_and(|until| until > clock::now());
    status.binding == Binding::Bound && status.trouble.is_none() && !is_held
}

fn is_uploaded(state: Option<RecordState>) -> bool {
    matches!(state, Some(RecordState::Uploaded) | None)
}

/// Returns the photos that records in memory show and whose state is `wanted`; a record that only the
/// server's rows tell of has none.
fn shown(engine: &Engine, wanted: fn(Option<RecordState>) -> bool) -> BTreeSet<PhotoHash> {
    let records = engine.records().into_iter().filter_map(|view| {
        let photo = photo_of(&view.entry.record)?;
        wanted(Some(view.state)).then_some(photo)
    });
    let matters = engine.matters().into_iter().filter_map(|view| {
        let photo = photo_in(&view.row.matter.subject)?;
        wanted(view.sending).then_some(photo)
    });
    records.chain(matters).collect()
}

/// Tells whether any record of this phone shows a photo, one of a quarter that is over too.
fn is_shown(engine: &Engine, hash: PhotoHash) -> bool {
    let mut quarters = engine.sealed_quarters().into_iter();
    shown(engine, |_| true).contains(&hash)
        || quarters.any(|quarter| {
            let records = engine.sealed_records(quarter).into_iter();
            let mut photos = records.filter_map(|sealed| photo_of(&sealed.view.entry.record));
            photos.any(|photo| photo == hash)
        })
}

fn photo_of(record: &Record) -> Option<PhotoHash> {
    match record {
        Record::Request(request) => photo_in(&request.subject),
        _ => None,
    }
}

fn photo_in(subject: &Subject) -> Option<PhotoHash> {
    match subject {
        Subject::Service(service) => service.photo.map(|photo| photo.hash),
        Subject::MemberRegistration(_)
        | Subject::OrganisationRegistration(_)
        | Subject::Pledge(_) => None,
    }
}

/// Returns what of a photo is to be sent next; `None` when the server has it. What arrived whole and
/// was not looked at is brought to its end by an empty part.
fn next_part(there: PhotoProgress, bytes: usize) -> Option<Range<usize>> {
    let start = there.received.min(bytes);
    let end = (start + limits::PHOTO_PART_BYTES).min(bytes);
    (!there.is_whole).then_some(start..end)
}

/// The name under which it is noted what became of a photo.
fn note(hash: PhotoHash) -> String {
    format!("photo.{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there(received: usize, is_whole: bool) -> PhotoProgress {
        PhotoProgress { received, is_whole }
    }

    #[test]
    fn a_photo_goes_on_where_the_server_is_until_it_is_whole() {
        let part = limits::PHOTO_PART_BYTES;
        assert_eq!(next_part(there(0, false), 10), Some(0..10));
        assert_eq!(next_part(there(0, false), part + 1), Some(0..part));
        assert_eq!(
            next_part(there(part, false), part + 1),
            Some(part..part + 1)
        );
        assert_eq!(next_part(there(10, false), 10), Some(10..10));
        assert_eq!(next_part(there(99, false), 10), Some(10..10));
        assert_eq!(next_part(there(10, true), 10), None);
    }
}
