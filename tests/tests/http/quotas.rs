//! What one phone may bring in a day, and phones that share one name.

use shared::codes::Code;
use shared::documents::{Document, DocumentKind, DocumentName, SealedChange, Writer};
use shared::ids::{ActivityId, EntryId};
use shared::limits;
use shared::records::Entry;
use shared::time::DAY_MS;
use shared::volume::Volume;
use shared::wire::Verdict;
use tests::http::Phone;
use uuid::Uuid;

use crate::city::{MEMBER, check_in, member, serve, ten};

const QUOTA_EXCEEDED: Verdict = Verdict::Refused(Code::QuotaExceeded);

fn journal() -> DocumentName {
    DocumentName::Journal {
        member: member(MEMBER),
        quarter: ten().day().quarter(),
    }
}

/// A journal as one run of a phone has it.
struct Pen {
    document: Document,
    writer: Writer,
}

impl Pen {
    fn of(phone: &Phone, run: u32) -> Self {
        let device = phone.identity.device;
        Self {
            document: Document::new(DocumentKind::Journal),
            writer: Writer { device, run },
        }
    }

    fn write(&mut self) -> (DocumentName, Vec<u8>) {
        let entry = Entry {
            id: EntryId(Uuid::now_v7()),
            by: member(MEMBER),
            recorded_at: ten(),
            record: check_in(ActivityId(Uuid::now_v7())),
        };
        let SealedChange { bytes, .. } = self.document.write(self.writer, ten(), &[entry]);
        (journal(), bytes)
    }
}

#[tokio::test]
async fn a_phone_that_used_up_its_day_is_heard_again_tomorrow_and_loses_nothing() {
    let mut server = serve().await;
    let mut phone = server.phone(member(MEMBER)).await;
    let mut pen = Pen::of(&phone, 99);
    let first = pen.write();
    let used = Volume {
        changes: limits::DEVICE_DAY_CHANGES - 2,
        bytes: 0,
    };
    let device = phone.identity.device;
    server
        .store()
        .charge(device, ten().day(), used)
        .await
        .unwrap();
    // The second of three fits no more, because a refused one counts too.
    let nonsense = (journal(), vec![7; 50]);
    let second = pen.write();
    let verdicts = phone
        .offer(vec![first.clone(), nonsense, second.clone()])
        .await
        .verdicts;
    let malformed = Verdict::Refused(Code::ChangeMalformed);
    assert_eq!(verdicts, [Verdict::Stored, malformed, QUOTA_EXCEEDED]);
    // It holds across a restart, and what is stored is still said to be.
    server.kill();
    server.start();
    phone.address = server.address();
    let both = vec![first.clone(), second.clone()];
    let verdicts = phone.offer(both.clone()).await.verdicts;
    assert_eq!(verdicts, [Verdict::Stored, QUOTA_EXCEEDED]);
    let other = server.phone(member(MEMBER)).await;
    let own = Pen::of(&other, 1).write();
    assert_eq!(other.offer(vec![own]).await.verdicts, [Verdict::Stored]);
    server.clock.advance(DAY_MS);
    phone.sign_in().await.unwrap();
    assert_eq!(phone.offer(both).await.verdicts, [Verdict::Stored; 2]);
}

#[tokio::test]
async fn a_thousand_changes_over_the_quota_are_one_line_of_the_audit_log() {
    let server = serve().await;
    let phone = server.phone(member(MEMBER)).await;
    let used = Volume {
        changes: limits::DEVICE_DAY_CHANGES,
        bytes: 0,
    };
    let device = phone.identity.device;
    server
        .store()
        .charge(device, ten().day(), used)
        .await
        .unwrap();
    let mut pen = Pen::of(&phone, 1);
    let many: Vec<_> = std::iter::repeat_with(|| pen.write())
        .take(limits::REQUEST_CHANGES)
        .collect();
    let verdicts = phone.offer(many).await.verdicts;
    // Only the first builds on what the server has.
    assert!(verdicts.iter().all(|verdict| *verdict == QUOTA_EXCEEDED));
    let log = server.store().audit_log(2).await.unwrap();
    assert_eq!(
        (&*log[0].event, &*log[0].result),
        ("change_refused", "quota_exceeded")
    );
    assert_eq!(log[1].event, "device_enrolled");
}

#[tokio::test]
async fn two_phones_under_one_name_are_told_apart_and_lose_nothing() {
    let server = serve().await;
    let phone = server.phone(member(MEMBER)).await;
    // Restored from the other's backup: the same device, the same run, the same key and cookie.
    let (mut original, mut copy) = (Pen::of(&phone, 5), Pen::of(&phone, 5));
    let first = original.write();
    let rival = copy.write();
    assert_eq!(phone.offer(vec![first]).await.verdicts, [Verdict::Stored]);
    let copied = Verdict::Refused(Code::DeviceCopied);
    assert_eq!(phone.offer(vec![rival]).await.verdicts, [copied]);
    let log = server.store().audit_log(1).await.unwrap();
    assert_eq!(log[0].result, "device_copied");
    assert_eq!(log[0].device, Some(phone.identity.device));
    // The original goes on; the copy, enrolled anew, brings what it could not.
    let second = original.write();
    assert_eq!(phone.offer(vec![second]).await.verdicts, [Verdict::Stored]);
    let enrolled = server.phone(member(MEMBER)).await;
    let again = Pen::of(&enrolled, 1).write();
    assert_eq!(
        enrolled.offer(vec![again]).await.verdicts,
        [Verdict::Stored]
    );
}
