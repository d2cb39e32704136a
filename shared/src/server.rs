//! The server's side of one sync exchange, as a state machine without IO. The caller loads, appends
//! and reads what [`Step`] asks for and hands the result back; every step may fail, and a caller
//! that dies between two steps has lost nothing but the answer.

mod steps;

use std::collections::{BTreeMap, BTreeSet};

use serde_bytes::ByteBuf;

use crate::codes::Code;
use crate::documents::{ChangeHash, Document, DocumentName};
use crate::gate::{self, Admission, HandOver, Offer};
use crate::ids::{AreaCode, DocumentId};
use crate::limits;
use crate::permission::Authority;
use crate::time::Timestamp;
use crate::volume::{Allowance, Volume};
use crate::wire::{self, DirectoryNews, DocumentNews, SyncRequest, SyncResponse, Verdict};

pub use steps::{
    Append, Appended, Load, Loaded, Read, ReadResult, Step, StoredDocument, StoredNews,
    StoredSnapshot,
};

/// A change that is not stored, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The document that it was offered for.
    pub document: DocumentId,
    /// The code.
    pub code: Code,
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
    /// What the gate examined and refused.
    refused: Volume,
    hand_over: Option<HandOver>,
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
/// What a change is told that did not come to a verdict by then.
const GAVE_UP: Verdict = Verdict::Refused(Code::ServerError);

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
            refused: Volume::default(),
            hand_over: None,
            rounds: 0,
        };
        let step = exchange.next_step();
        Ok((exchange, step))
    }

    /// Makes it the exchange of a revoked device: claims may come, and nothing goes out.
    ///
    /// # Errors
    /// [`Code::DeviceRevoked`] when the request offers nothing: the device has nothing left to say
    /// and clears itself.
    pub fn handing_over(mut self, hand_over: HandOver) -> Result<Self, Code> {
        if self.request.changes.is_empty() {
            return Err(Code::DeviceRevoked);
        }
        self.hand_over = Some(hand_over);
        Ok(self)
    }

    /// Returns what is refused, in the order of the request. Complete when [`Step::Read`] is asked
    /// for.
    pub fn refusals(&self) -> Vec<Refusal> {
        let changes = self.request.changes.iter().zip(&self.verdicts);
        changes
            .filter_map(|(change, verdict)| match verdict.unwrap_or(GAVE_UP) {
                Verdict::Stored => None,
                Verdict::Refused(code) => Some(Refusal {
                    document: change.document.id(),
                    code,
                }),
            })
            .collect()
    }

    /// Returns the changes that the gate examined and refused, which count like stored ones.
    pub fn refused(&self) -> Volume {
        self.refused
    }

    /// Continues with the documents that [`Step::Load`] asked for: every change that waits for one
    /// of them passes the gate or is refused.
    pub fn loaded(&mut self, loaded: &Loaded) -> Step {
        let mut brought = Volume {
            changes: loaded.brought.changes + self.refused.changes,
            bytes: loaded.brought.bytes + self.refused.bytes,
        };
        for (id, places) in self.round() {
            self.admit(loaded, id, &places, &mut brought);
        }
        if self.admitted.is_empty() {
            self.next_step()
        } else {
            let attempts = self.admitted.iter();
            Step::Append(attempts.map(|attempt| attempt.append.clone()).collect())
        }
    }

    /// The documents of the next round with the places of their changes that wait for a verdict.
    fn round(&self) -> BTreeMap<DocumentId, Vec<usize>> {
        let mut waiting: BTreeMap<DocumentId, Vec<usize>> = BTreeMap::new();
        for (place, change) in self.request.changes.iter().enumerate() {
            if self.verdicts[place].is_none() {
                waiting.entry(change.document.id()).or_default().push(place);
            }
        }
        waiting.into_iter().take(limits::ROUND_DOCUMENTS).collect()
    }

    fn admit(&mut self, loaded: &Loaded, id: DocumentId, places: &[usize], brought: &mut Volume) {
        let name = self.request.changes[places[0]].document;
        let stored = loaded.documents.get(&id);
        let changes = stored.map_or(&[][..], |stored| &stored.changes);
        let Ok(mut document) = Document::load(name.kind(), changes) else {
            self.refuse(places, Code::ServerError);
            return;
        };
        let base = stored.map_or(0, |stored| stored.version);
        let mut held = Volume {
            changes: base,
            bytes: changes.len() as u64,
        };
        let mut append = Append {
            name,
            base,
            changes: Vec::new(),
            received_at: self.now,
            allowance: Some(Allowance::of(self.now.day())),
        };
        let mut admitted_places = Vec::new();
        for &place in places {
            let bytes = &self.request.changes[place].bytes;
            let path = name.organisation().and_then(|id| loaded.paths.get(&id));
            let offer = Offer {
                authority: &self.authority,
                city: &self.city,
                name: &name,
                path,
                now: self.now,
                held,
                brought: *brought,
                hand_over: self.hand_over,
            };
            match gate::admit(offer, &mut document, bytes) {
                Ok(Admission::Admitted(change)) => {
                    held = held.with_change(bytes.len());
                    *brought = brought.with_change(bytes.len());
                    self.offered.insert(change.hash);
                    append.changes.push(change);
                    admitted_places.push(place);
                }
                // Stored before, or standing twice in this request behind its own first copy.
                Ok(Admission::Known(hash)) => {
                    self.offered.insert(hash);
                    admitted_places.push(place);
                }
                Err(code) => {
                    if code != Code::QuotaExceeded {
                        *brought = brought.with_change(bytes.len());
                        self.refused = self.refused.with_change(bytes.len());
                    }
                    self.verdicts[place] = Some(Verdict::Refused(code));
                }
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
        let mut moved = 0;
        for (attempt, result) in std::mem::take(&mut self.admitted).into_iter().zip(results) {
            match result {
                Appended::Stored => {
                    for place in attempt.places {
                        self.verdicts[place] = Some(Verdict::Stored);
                    }
                }
                Appended::Moved => moved = 1,
            }
        }
        self.rounds += moved;
        self.next_step()
    }

    fn next_step(&self) -> Step {
        let round = self.round();
        if round.is_empty() || self.rounds == ROUNDS {
            return Step::Read(Read {
                follows: self.request.follows.clone(),
                directory: self.request.directory,
                outcomes: self.request.outcomes,
                matters: self.request.matters,
                today: self.now.day(),
            });
        }
        let names = round
            .values()
            .map(|places| &self.request.changes[places[0]]);
        let organisations: BTreeSet<_> = names
            .filter_map(|change| change.document.organisation())
            .collect();
        Step::Load(Load {
            documents: round.into_keys().collect(),
            organisations: organisations.into_iter().collect(),
            brought: Some((self.authority.device, self.now.day())),
        })
    }

    /// Returns the document and the verdict of every change, final once [`Step::Read`] was asked for.
    pub fn verdicts(&self) -> impl Iterator<Item = (&DocumentName, Verdict)> {
        let names = self.request.changes.iter().map(|change| &change.document);
        let verdicts = self.verdicts.iter();
        names.zip(verdicts.map(|verdict| verdict.unwrap_or(GAVE_UP)))
    }

    /// Finishes with what [`Step::Read`] asked for.
    pub fn read(self, mut read: ReadResult) -> Step {
        if self.hand_over.is_some() {
            read = ReadResult {
                epoch: read.epoch,
                outcomes_revision: self.request.outcomes,
                matters_revision: self.request.matters.unwrap_or_default(),
                ..ReadResult::default()
            };
        }
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
            matters: read.matters,
            matters_revision: self.request.matters.map(|_| read.matters_revision),
            more: more || read.more,
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
