//! Every refusal of the gate, each proven by a change crafted for it, and a crowd of mutants.

mod crafted;
mod hostile;
mod mutants;
mod rights;
mod statements;
mod terms;

use automerge::Automerge;
use automerge::transaction::{CommitOptions, Transaction};
use uuid::Uuid;

use super::*;
use crate::directory::Grant;
use crate::documents::DocumentKind;
use crate::ids::{ActivityId, DeviceId, EntryId, ListingId, MemberId, OrganisationId};
use crate::records::{
    Claim, Details, Evidence, Listing, Mark, MarkEntry, Plan, Presence, Ruling, Standing,
};
use crate::time::{DAY_MS, Day, HOUR_MS};
use crate::words::{ActivityKind, ListingKind, MarkKind, Role, ServiceCategory};

/// A server, and a phone that offers it changes.
struct Gatehouse {
    authority: Authority,
    city: AreaCode,
    name: DocumentName,
    path: Option<OrganisationPath>,
    document: Document,
    held: Volume,
    brought: Volume,
    hand_over: Option<HandOver>,
}

fn device() -> DeviceId {
    DeviceId(Uuid::from_u128(0xd1))
}

fn member() -> MemberId {
    MemberId(Uuid::from_u128(0xe1))
}

fn organisation() -> OrganisationId {
    OrganisationId(Uuid::from_u128(0xf1))
}

fn seed() -> Uuid {
    Uuid::from_u128(0xa1)
}

fn activity() -> ActivityId {
    ActivityId::of(organisation(), seed())
}

fn path(text: &str) -> OrganisationPath {
    OrganisationPath::parse(text).unwrap()
}

fn now() -> Timestamp {
    Day::of(2026, 11, 22).start().plus(10 * HOUR_MS)
}

fn id(number: u128) -> EntryId {
    EntryId(Uuid::from_u128(0xc000 + number))
}

impl Gatehouse {
    fn of(name: DocumentName) -> Self {
        Self {
            authority: Authority {
                device: device(),
                member: member(),
                home: path("001001"),
                grants: vec![Grant {
                    role: Role::Coordinator,
                    organisation: organisation(),
                    path: path("001001"),
                }],
            },
            city: AreaCode::parse("441200").unwrap(),
            path: name.organisation().map(|_| path("001001")),
            document: Document::new(name.kind()),
            name,
            held: Volume::default(),
            brought: Volume::default(),
            hand_over: None,
        }
    }

    fn journal() -> Self {
        Self::of(DocumentName::Journal {
            member: member(),
            quarter: now().day().quarter(),
        })
    }

    fn calendar() -> Self {
        Self::of(DocumentName::Calendar {
            organisation: organisation(),
            quarter: now().day().quarter(),
        })
    }

    fn rollcall() -> Self {
        Self::of(DocumentName::Rollcall {
            organisation: organisation(),
            activity: activity(),
        })
    }

    fn ledger() -> Self {
        Self::of(DocumentName::Ledger {
            organisation: organisation(),
            quarter: now().day().quarter(),
        })
    }

    fn board() -> Self {
        Self::of(DocumentName::Board {
            organisation: organisation(),
        })
    }

    fn admit(&mut self, bytes: &[u8]) -> Result<Admission, Code> {
        let offer = Offer {
            authority: &self.authority,
            city: &self.city,
            name: &self.name,
            path: self.path.as_ref(),
            now: now(),
            held: self.held,
            brought: self.brought,
            hand_over: self.hand_over,
        };
        admit(offer, &mut self.document, bytes)
    }

    /// Expects a refusal, and the document as it was.
    #[track_caller]
    fn refuses(&mut self, bytes: &[u8], code: Code) {
        let before = (self.document.heads(), self.document.entries());
        assert_eq!(self.admit(bytes), Err(code));
        assert_eq!((self.document.heads(), self.document.entries()), before);
    }

    #[track_caller]
    fn admits(&mut self, bytes: &[u8]) {
        let admission = self.admit(bytes);
        assert!(
            matches!(admission, Ok(Admission::Admitted(_))),
            "{admission:?}"
        );
    }

    /// Returns the change that a phone of this document makes of one entry.
    fn write(&self, writer: Writer, entries: &[Entry]) -> Vec<u8> {
        self.document.fork().write(writer, now(), entries).bytes
    }

    /// Returns a change made with Automerge itself, of whatever operations.
    fn craft(&self, operations: impl FnOnce(&mut Transaction<'_>, &automerge::ObjId)) -> Vec<u8> {
        craft(&self.document, writer(1), operations)
    }
}

fn craft(
    document: &Document,
    writer: Writer,
    operations: impl FnOnce(&mut Transaction<'_>, &automerge::ObjId),
) -> Vec<u8> {
    let (mut inner, container) = raw(document);
    let actor = [&writer.device.0.as_bytes()[..], &writer.run.to_be_bytes()].concat();
    inner.set_actor(automerge::ActorId::from(actor));
    let mut transaction = inner.transaction();
    operations(&mut transaction, &container);
    transaction.commit_with(CommitOptions::default().with_time(now().0));
    inner.get_last_local_change().unwrap().raw_bytes().to_vec()
}

/// Returns the Automerge document within, and its container.
fn raw(document: &Document) -> (Automerge, automerge::ObjId) {
    let bytes: Vec<u8> = document
        .changes()
        .into_iter()
        .flat_map(|change| change.bytes)
        .collect();
    let copy = Document::load(document.kind(), &bytes).unwrap();
    let container = copy.container().clone();
    (copy.into_inner(), container)
}

fn writer(run: u32) -> Writer {
    Writer {
        device: device(),
        run,
    }
}

fn entry(number: u128, record: Record) -> Entry {
    Entry {
        id: id(number),
        by: member(),
        recorded_at: now(),
        record,
    }
}

fn feedback(number: u128) -> Entry {
    let text = format!("第{number}条意见");
    entry(number, Record::Claim(Claim::Feedback { text }))
}

fn check_in(number: u128, city: &str) -> Entry {
    let presence = Presence {
        city: AreaCode::parse(city).unwrap(),
        organisation: organisation(),
        activity: activity(),
        evidence: Evidence::SelfReport,
        installation: None,
    };
    entry(number, Record::Claim(Claim::CheckIn(presence)))
}

fn plan(number: u128, starts_at: Timestamp) -> Entry {
    let plan = Plan {
        activity: activity(),
        seed: seed(),
        revises: None,
        kind: ActivityKind::Lecture,
        topic: "初心讲坛".into(),
        speaker: None,
        venue: None,
        starts_at,
        ends_at: starts_at.plus(HOUR_MS),
        campaign: None,
        standing: Standing::Planned,
        details: Details::default(),
    };
    entry(number, Record::Plan(plan))
}

fn mark(number: u128, activity: ActivityId) -> Entry {
    let mark = Mark {
        activity,
        member: member(),
        kind: MarkKind::Present,
        corrects: None,
        entered: MarkEntry::Seen,
        witness: None,
    };
    entry(number, Record::Mark(mark))
}

fn ruling(number: u128) -> Entry {
    let ruling = Ruling {
        activity: activity(),
        member: member(),
        decision: MarkKind::Present,
        reason: "看过签到表".into(),
        settles: Vec::new(),
        signed_by: "王书记".into(),
    };
    entry(number, Record::Ruling(ruling))
}

fn listing(number: u128) -> Entry {
    let listing = Listing {
        listing: ListingId::of(organisation(), seed()),
        seed: seed(),
        revises: None,
        kind: ListingKind::MicroWish,
        title: "一副老花镜".into(),
        text: String::new(),
        category: ServiceCategory::Assistance,
        skills: Vec::new(),
        times: Vec::new(),
        places: 1,
        place: None,
        until: None,
        closed: None,
    };
    entry(number, Record::Listing(listing))
}

/// Puts an entry as the phone does.
fn put(transaction: &mut Transaction<'_>, container: &automerge::ObjId, entry: &Entry) {
    use automerge::transaction::Transactable;
    transaction
        .put(container, entry.id.to_string(), documents::encode(entry))
        .unwrap();
}
