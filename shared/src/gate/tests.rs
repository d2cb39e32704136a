//! Every refusal of the gate, each proven by a change crafted for it, and a crowd of mutants.

mod crafted;
mod hostile;
mod mutants;

use automerge::Automerge;
use automerge::transaction::{CommitOptions, Transaction};
use uuid::Uuid;

use super::*;
use crate::directory::Grant;
use crate::documents::DocumentKind;
use crate::ids::{ActivityId, DeviceId, EntryId, MemberId, OrganisationId};
use crate::records::{Evidence, Mark, Plan, Presence, Standing};
use crate::time::{DAY_MS, Day, HOUR_MS};
use crate::words::{ActivityKind, MarkKind, Role};

/// A server, and a phone that offers it changes.
struct Gatehouse {
    authority: Authority,
    city: AreaCode,
    name: DocumentName,
    path: Option<OrganisationPath>,
    document: Document,
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

fn activity() -> ActivityId {
    ActivityId(Uuid::from_u128(0xa1))
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

    fn admit(&mut self, bytes: &[u8]) -> Result<Admission, Code> {
        let offer = Offer {
            authority: &self.authority,
            city: &self.city,
            name: &self.name,
            path: self.path.as_ref(),
            now: now(),
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
    };
    entry(number, Record::Claim(Claim::CheckIn(presence)))
}

fn plan(number: u128, starts_at: Timestamp) -> Entry {
    let plan = Plan {
        activity: activity(),
        revises: None,
        kind: ActivityKind::Lecture,
        topic: "初心讲坛".into(),
        speaker: None,
        venue: None,
        starts_at,
        ends_at: starts_at.plus(HOUR_MS),
        campaign: None,
        standing: Standing::Planned,
    };
    entry(number, Record::Plan(plan))
}

fn mark(number: u128, activity: ActivityId) -> Entry {
    let mark = Mark {
        activity,
        member: member(),
        kind: MarkKind::Present,
        corrects: None,
    };
    entry(number, Record::Mark(mark))
}

#[test]
fn each_kind_admits_the_records_that_belong_to_it() {
    for (mut gate, entry) in [
        (Gatehouse::journal(), feedback(1)),
        (Gatehouse::journal(), check_in(1, "441200")),
        (Gatehouse::calendar(), plan(1, now())),
        (Gatehouse::rollcall(), mark(1, activity())),
    ] {
        let change = gate.write(writer(1), &[entry]);
        gate.admits(&change);
        let hash = gate.document.heads()[0];
        assert_eq!(gate.admit(&change), Ok(Admission::Known(hash)));
    }
}

#[test]
fn records_in_a_document_of_another_kind_are_malformed() {
    let records = [feedback(1), plan(1, now()), mark(1, activity())];
    for kind in DocumentKind::ALL {
        for (belongs, record) in DocumentKind::ALL.into_iter().zip(&records) {
            let mut gate = match kind {
                DocumentKind::Journal => Gatehouse::journal(),
                DocumentKind::Calendar => Gatehouse::calendar(),
                DocumentKind::Rollcall => Gatehouse::rollcall(),
            };
            let change = gate.write(writer(1), std::slice::from_ref(record));
            if belongs == kind {
                gate.admits(&change);
            } else {
                gate.refuses(&change, Code::EntryMalformed);
            }
        }
    }
}

#[test]
fn a_device_that_writes_under_another_device_is_forbidden() {
    let mut gate = Gatehouse::journal();
    let stranger = Writer {
        device: DeviceId(Uuid::from_u128(0xd2)),
        run: 1,
    };
    let change = gate.write(stranger, &[feedback(1)]);
    gate.refuses(&change, Code::ChangeForbidden);
}

#[test]
fn an_actor_that_is_no_device_and_run_is_forbidden() {
    let mut gate = Gatehouse::journal();
    let (mut inner, container) = raw(&gate.document);
    inner.set_actor(automerge::ActorId::from(&device().0.as_bytes()[..]));
    let mut transaction = inner.transaction();
    let entry = feedback(1);
    put(&mut transaction, &container, &entry);
    transaction.commit();
    let change = inner.get_last_local_change().unwrap().raw_bytes().to_vec();
    gate.refuses(&change, Code::ChangeForbidden);
}

#[test]
fn a_member_cannot_write_another_members_journal() {
    let mut gate = Gatehouse::journal();
    let change = gate.write(writer(1), &[feedback(1)]);
    gate.authority.member = MemberId(Uuid::from_u128(0xe2));
    gate.refuses(&change, Code::ChangeForbidden);
}

#[test]
fn an_entry_under_another_members_name_is_forbidden() {
    let mut gate = Gatehouse::calendar();
    let mut entry = plan(1, now());
    entry.by = MemberId(Uuid::from_u128(0xe2));
    let change = gate.write(writer(1), &[entry]);
    gate.refuses(&change, Code::ChangeForbidden);
}

#[test]
fn an_unknown_organisation_is_nobodys() {
    let mut gate = Gatehouse::calendar();
    gate.path = None;
    let change = gate.write(writer(1), &[plan(1, now())]);
    gate.refuses(&change, Code::ChangeForbidden);
}

#[test]
fn a_host_marks_and_does_not_plan_and_neither_elsewhere() {
    for (mut gate, entry, role, place, right) in [
        (
            Gatehouse::calendar(),
            plan(1, now()),
            Role::Host,
            "001001",
            false,
        ),
        (
            Gatehouse::rollcall(),
            mark(1, activity()),
            Role::Host,
            "001001",
            true,
        ),
        (
            Gatehouse::rollcall(),
            mark(1, activity()),
            Role::Host,
            "001002",
            false,
        ),
        (
            Gatehouse::calendar(),
            plan(1, now()),
            Role::Coordinator,
            "001",
            true,
        ),
        (
            Gatehouse::calendar(),
            plan(1, now()),
            Role::Coordinator,
            "001001001",
            false,
        ),
    ] {
        gate.authority.grants[0].role = role;
        gate.authority.grants[0].path = path(place);
        let change = gate.write(writer(1), &[entry]);
        if right {
            gate.admits(&change);
        } else {
            gate.refuses(&change, Code::ChangeForbidden);
        }
    }
}

#[test]
fn a_quarter_that_does_not_exist_is_forbidden() {
    let mut gate = Gatehouse::journal();
    let change = gate.write(writer(1), &[feedback(1)]);
    if let DocumentName::Journal { quarter, .. } = &mut gate.name {
        quarter.number = 5;
    }
    gate.refuses(&change, Code::ChangeForbidden);
}

#[test]
fn a_clock_is_taken_up_to_its_limit_and_not_beyond() {
    for (offset_ms, taken) in [
        (limits::CLOCK_SKEW_MS, true),
        (-limits::CLOCK_SKEW_MS, true),
        (limits::CLOCK_SKEW_MS + 1, false),
        (-limits::CLOCK_SKEW_MS - 1, false),
        (i64::MAX - now().0, false),
        (i64::MIN, false),
    ] {
        let mut gate = Gatehouse::journal();
        let mut entry = feedback(1);
        entry.recorded_at = now().plus(offset_ms);
        let change = gate.write(writer(1), &[entry]);
        if taken {
            gate.admits(&change);
        } else {
            gate.refuses(&change, Code::ClockInsane);
        }
    }
}

#[test]
fn a_claim_for_another_city_is_elsewhere() {
    let mut gate = Gatehouse::journal();
    let change = gate.write(writer(1), &[check_in(1, "440100")]);
    gate.refuses(&change, Code::ActivityElsewhere);
}

#[test]
fn a_plan_stands_in_the_calendar_of_its_quarter_only() {
    let mut gate = Gatehouse::calendar();
    let change = gate.write(writer(1), &[plan(1, now().plus(100 * DAY_MS))]);
    gate.refuses(&change, Code::EntryMalformed);
}

#[test]
fn a_mark_stands_in_the_roll_call_of_its_activity_only() {
    let mut gate = Gatehouse::rollcall();
    let other = ActivityId(Uuid::from_u128(0xa2));
    let change = gate.write(writer(1), &[mark(1, other)]);
    gate.refuses(&change, Code::EntryMalformed);
}

/// Puts an entry as the phone does.
fn put(transaction: &mut Transaction<'_>, container: &automerge::ObjId, entry: &Entry) {
    use automerge::transaction::Transactable;
    transaction
        .put(container, entry.id.to_string(), documents::encode(entry))
        .unwrap();
}
