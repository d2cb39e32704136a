//! The server's side of one sync exchange, as a state machine without IO. The caller loads, appends
//! and reads what [`Step`] asks for and hands the result back; every step may fail, and a caller
//! that dies between two steps has lost nothing but the answer.

use std::collections::{BTreeMap, BTreeSet};

use serde_bytes::ByteBuf;

use crate::codes::Code;
use crate::directory::DirectorySlice;
use crate::documents::{ChangeHash, Document, DocumentName, SealedChange};
use crate::gate::{self, Admission, Offer};
use crate::ids::{AreaCode, DocumentId, OrganisationId, OrganisationPath};
use crate::limits;
use crate::permission::Authority;
use crate::reconcile::Outcome;
use crate::time::Timestamp;
use crate::wire::{self, DirectoryNews, DocumentNews, SyncRequest, SyncResponse, Verdict};

/// What the exchange needs next.
#[derive(Debug)]
pub enum Step {
    /// Load documents whole; continue with [`Exchange::loaded`].
    Load(Load),
    /// Append changes, each document only if it still is at its base version; continue with
    /// [`Exchange::appended`].
    Append(Vec<Append>),
    /// Read what the phone has not seen; continue with [`Exchange::read`].
    Read(Read),
    /// Answer with this body. The exchange is over.
    Respond(Vec<u8>),
}

/// What to load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    /// The documents.
    pub documents: Vec<DocumentId>,
    /// The organisations whose paths are needed.
    pub organisations: Vec<OrganisationId>,
}

/// What was loaded. A document or organisation that does not exist is left out.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The documents.
    pub documents: BTreeMap<DocumentId, StoredDocument>,
    /// The paths.
    pub paths: BTreeMap<OrganisationId, OrganisationPath>,
}

/// A document as the store holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDocument {
    /// The name.
    pub name: DocumentName,
    /// The number of its last change.
    pub version: u64,
    /// Its changes, concatenated in the order of their numbers; a snapshot may lead them.
    pub changes: Vec<u8>,
}

/// Changes to append to one document in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append {
    /// The document; created when it does not exist and the base is 0.
    pub name: DocumentName,
    /// The version that the changes were checked against.
    pub base: u64,
    /// The changes.
    pub changes: Vec<SealedChange>,
    /// When they arrived.
    pub received_at: Timestamp,
}

/// What became of one [`Append`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// Durable.
    Stored,
    /// The document has moved on since it was loaded; nothing of this append was stored.
    Moved,
}

/// What to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The documents followed and the version the phone has of each.
    pub follows: Vec<(DocumentId, u64)>,
    /// The version of the phone's directory slice.
    pub directory: u64,
    /// The revision of the phone's last outcome.
    pub outcomes: u64,
}

/// What was read, all of it for the owner of the exchange.
#[derive(Clone, Debug, Default)]
pub struct ReadResult {
    /// The server's epoch.
    pub epoch: u64,
    /// For each followed document that exists: its name, its version, and its changes after the
    /// version asked for.
    pub documents: Vec<StoredNews>,
    /// The paths of the documents' organisations.
    pub paths: BTreeMap<OrganisationId, OrganisationPath>,
    /// The newest slice, when the phone's is older.
    pub directory: Option<(u64, DirectorySlice)>,
    /// The owner's outcomes after the revision asked for.
    pub outcomes: Vec<Outcome>,
    /// The revision of the last of them, or the one asked for.
    pub outcomes_revision: u64,
}

/// The changes of one document after a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredNews {
    /// The document.
    pub name: DocumentName,
    /// The version of the last change.
    pub version: u64,
    /// The first versions as one snapshot, for a phone that has nothing or lacks what was replaced.
    pub snapshot: Option<StoredSnapshot>,
    /// The changes, oldest first: those after the snapshot, where there is one.
    pub changes: Vec<SealedChange>,
}

/// The changes of a document up to a version, as one chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSnapshot {
    /// The version of the last change in it.
    pub version: u64,
    /// The chunk.
    pub bytes: Vec<u8>,
}

/// One request on its way to its answer.
#[derive(Debug)]
pub struct Exchange {
    authority: Authority,
    city: AreaCode,
    now: Timestamp,
    request: SyncRequest,
    verdicts: Vec<Option<Verdict>>,
    offered: BTreeSet<ChangeHash>,
    admitted: Vec<Attempt>,
    rounds: u32,
}

/// One document's admitted changes and the places of their verdicts.
#[derive(Debug)]
struct Attempt {
    append: Append,
    places: Vec<usize>,
}

/// How often a document may move between loading and appending before the phone is asked to come
/// again.
const ROUNDS: u32 = 16;

impl Exchange {
    /// Begins an exchange with a request's body.
    ///
    /// # Errors
    /// The code that answers the whole request.
    pub fn begin(
        authority: Authority,
        city: AreaCode,
        now: Timestamp,
        body: &[u8],
    ) -> Result<(Self, Step), Code> {
        let request = wire::read_request(body)?;
        let exchange = Self {
            verdicts: vec![None; request.changes.len()],
            authority,
            city,
            now,
            request,
            offered: BTreeSet::new(),
            admitted: Vec::new(),
            rounds: 0,
        };
        let step = exchange.next_step();
        Ok((exchange, step))
    }

    /// Continues with the documents that [`Step::Load`] asked for: every waiting change passes the
    /// gate or is refused.
    pub fn loaded(&mut self, loaded: &Loaded) -> Step {
        self.rounds += 1;
        let mut waiting: BTreeMap<DocumentId, Vec<usize>> = BTreeMap::new();
        for (place, change) in self.request.changes.iter().enumerate() {
            if self.verdicts[place].is_none() {
                waiting.entry(change.document.id()).or_default().push(place);
            }
        }
        for (id, places) in waiting {
            self.admit(loaded, id, &places);
        }
        if self.admitted.is_empty() {
            self.next_step()
        } else {
            Step::Append(
                self.admitted
                    .iter()
                    .map(|attempt| attempt.append.clone())
                    .collect(),
            )
        }
    }

    fn admit(&mut self, loaded: &Loaded, id: DocumentId, places: &[usize]) {
        let name = self.request.changes[places[0]].document;
        let stored = loaded.documents.get(&id);
        let changes = stored.map_or(&[][..], |stored| &stored.changes);
        let Ok(mut document) = Document::load(name.kind(), changes) else {
            self.refuse(places, Code::ServerError);
            return;
        };
        let mut size = changes.len();
        let mut append = Append {
            name,
            base: stored.map_or(0, |stored| stored.version),
            changes: Vec::new(),
            received_at: self.now,
        };
        let mut admitted_places = Vec::new();
        for &place in places {
            let offered = &self.request.changes[place];
            let path = name
                .organisation()
                .and_then(|organisation| loaded.paths.get(&organisation));
            let offer = Offer {
                authority: &self.authority,
                city: &self.city,
                name: &name,
                path,
                now: self.now,
            };
            if size + offered.bytes.len() > limits::DOCUMENT_BYTES {
                self.verdicts[place] = Some(Verdict::Refused(Code::DocumentTooLarge));
                continue;
            }
            match gate::admit(offer, &mut document, &offered.bytes) {
                Ok(Admission::Admitted(change)) => {
                    size += change.bytes.len();
                    self.offered.insert(change.hash);
                    append.changes.push(change);
                    admitted_places.push(place);
                }
                // Stored before, or standing twice in this request behind its own first copy.
                Ok(Admission::Known(hash)) => {
                    self.offered.insert(hash);
                    admitted_places.push(place);
                }
                Err(code) => self.verdicts[place] = Some(Verdict::Refused(code)),
            }
        }
        if append.changes.is_empty() {
            for place in admitted_places {
                self.verdicts[place] = Some(Verdict::Stored);
            }
        } else {
            self.admitted.push(Attempt {
                append,
                places: admitted_places,
            });
        }
    }

    fn refuse(&mut self, places: &[usize], code: Code) {
        for &place in places {
            self.verdicts[place] = Some(Verdict::Refused(code));
        }
    }

    /// Continues with what became of each [`Append`], in their order.
    pub fn appended(&mut self, results: &[Appended]) -> Step {
        for (attempt, result) in std::mem::take(&mut self.admitted).into_iter().zip(results) {
            if *result == Appended::Stored {
                for place in attempt.places {
                    self.verdicts[place] = Some(Verdict::Stored);
                }
            }
        }
        self.next_step()
    }

    fn next_step(&self) -> Step {
        let mut documents = BTreeSet::new();
        let mut organisations = BTreeSet::new();
        for (change, verdict) in self.request.changes.iter().zip(&self.verdicts) {
            if verdict.is_none() && self.rounds < ROUNDS {
                documents.insert(change.document.id());
                organisations.extend(change.document.organisation());
            }
        }
        if documents.is_empty() {
            Step::Read(Read {
                follows: self.request.follows.clone(),
                directory: self.request.directory,
                outcomes: self.request.outcomes,
            })
        } else {
            Step::Load(Load {
                documents: documents.into_iter().collect(),
                organisations: organisations.into_iter().collect(),
            })
        }
    }

    /// Returns the document and the verdict of every change, final once [`Step::Read`] was asked for.
    pub fn verdicts(&self) -> impl Iterator<Item = (&DocumentName, Verdict)> {
        let names = self.request.changes.iter().map(|change| &change.document);
        let verdicts = self.verdicts.iter();
        names.zip(verdicts.map(|verdict| verdict.unwrap_or(Verdict::Refused(Code::ServerError))))
    }

    /// Finishes with what [`Step::Read`] asked for.
    pub fn read(self, read: ReadResult) -> Step {
        let (documents, forget, more) = self.news(&read);
        let verdicts = self.verdicts().map(|(_, verdict)| verdict).collect();
        Step::Respond(wire::encode(&SyncResponse {
            protocol: wire::PROTOCOL,
            exchange: self.request.exchange,
            server_time: self.now,
            epoch: read.epoch,
            verdicts,
            documents,
            forget,
            directory: read
                .directory
                .map(|(version, slice)| DirectoryNews { version, slice }),
            outcomes: read.outcomes,
            outcomes_revision: read.outcomes_revision,
            more,
        }))
    }

    fn news(&self, read: &ReadResult) -> (Vec<DocumentNews>, Vec<DocumentId>, bool) {
        let (mut documents, mut forget, mut more) = (Vec::new(), Vec::new(), false);
        let mut room = limits::RESPONSE_DOCUMENT_BYTES;
        for news in &read.documents {
            let path = news.name.organisation().and_then(|id| read.paths.get(&id));
            if !self.authority.may_read(&news.name, path) {
                forget.push(news.name.id());
                continue;
            }
            let base = news.version - news.changes.len() as u64;
            let (mut version, mut changes) = (base, Vec::new());
            if let Some(snapshot) = &news.snapshot {
                if snapshot.bytes.len() > room && room < limits::RESPONSE_DOCUMENT_BYTES {
                    more = true;
                    continue;
                }
                room = room.saturating_sub(snapshot.bytes.len());
                changes.push(ByteBuf::from(snapshot.bytes.clone()));
            }
            for change in &news.changes {
                // The first change always fits, so every exchange moves forward.
                if change.bytes.len() > room && room < limits::RESPONSE_DOCUMENT_BYTES {
                    more = true;
                    break;
                }
                room = room.saturating_sub(change.bytes.len());
                version += 1;
                if !self.offered.contains(&change.hash) {
                    changes.push(ByteBuf::from(change.bytes.clone()));
                }
            }
            if version > base || news.snapshot.is_some() {
                documents.push(DocumentNews {
                    document: news.name,
                    version,
                    changes,
                });
            }
        }
        (documents, forget, more)
    }
}
