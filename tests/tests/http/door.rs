//! Three hundred people at a door in five minutes, two hosts, and no network on any phone.

use std::net::SocketAddr;

use serde_bytes::ByteArray;
use server::clock::Clock;
use shared::api::AttendanceList;
use shared::ids::ActivityId;
use shared::reconcile::Attendance;
use shared::records::{Claim, Evidence, HostKey, Mark, MarkEntry, Presence, Record, Scan};
use shared::time::MINUTE_MS;
use shared::witness::{AnswerCode, CODE_SHOWN_MS, HostCode};
use shared::words::{Grade, MarkKind};
use tests::http::{Phone, TestServer};
use uuid::Uuid;

use crate::city::{BRANCH, CROWD, HOST, member, organisation, planned, presence, serve_crowd};

const PEOPLE: usize = 300;

/// A host's phone and the code on its screen.
struct Door {
    phone: Phone,
    code: HostCode,
}

impl Door {
    async fn open(mut phone: Phone, activity: ActivityId) -> Self {
        let key = HostKey {
            organisation: organisation(BRANCH),
            public_key: ByteArray::new(phone.key.point()),
        };
        phone.enter(Record::HostKey(key)).await.unwrap();
        let code = code(&phone, activity, 1);
        Self { phone, code }
    }

    /// Shows the next code once this one was shown for its quarter of a minute.
    fn turn(&mut self) {
        if self.code.age_ms(self.phone.clock().now()) >= CODE_SHOWN_MS {
            self.code = code(&self.phone, self.code.activity, self.code.scan.counter + 1);
        }
    }

    /// Someone scans the code and shows the answer; the host scans that.
    async fn let_in(&mut self, guest: &mut Phone) {
        let activity = self.code.activity;
        let presence = Presence {
            evidence: Evidence::Scan(self.code.scan.clone()),
            ..presence(activity)
        };
        let check_in = Record::Claim(Claim::CheckIn(presence));
        let claim = guest.enter(check_in).await.unwrap();
        let mut answer = AnswerCode {
            activity,
            claim,
            member: guest.identity.member,
            device: guest.identity.device,
            host: self.code.scan.host,
            counter: self.code.scan.counter,
            nonce: self.code.scan.nonce,
            name: String::new(),
            signature: ByteArray::new([0; 64]),
        };
        answer.signature = ByteArray::new(guest.key.sign_bytes(&answer.message()));
        let age_ms = self.code.age_ms(self.phone.clock().now());
        let mark = Mark {
            activity,
            member: answer.member,
            kind: MarkKind::Present,
            corrects: None,
            entered: MarkEntry::Seen,
            witness: Some(answer.witness(age_ms)),
        };
        self.phone.enter(Record::Mark(mark)).await.unwrap();
    }
}

fn code(phone: &Phone, activity: ActivityId, counter: u32) -> HostCode {
    let nonce = Uuid::now_v7().as_u64_pair().1.to_be_bytes();
    let mut code = HostCode {
        organisation: organisation(BRANCH),
        activity,
        scan: Scan {
            host: phone.identity.device,
            counter,
            issued_at: phone.clock().now(),
            nonce: ByteArray::new(nonce),
            signature: ByteArray::new([0; 64]),
        },
    };
    code.scan.signature = ByteArray::new(phone.key.sign_bytes(&code.message()));
    code
}

async fn crowd(server: &TestServer) -> Vec<Phone> {
    let mut phones = Vec::new();
    for number in 0..PEOPLE as u128 {
        phones.push(server.phone(member(CROWD + number)).await);
    }
    phones
}

#[tokio::test]
async fn three_hundred_people_and_two_hosts_without_a_network_are_three_hundred_of_grade_a() {
    let server = serve_crowd(PEOPLE as u128).await;
    let (coordinator, activity) = planned(&server).await;
    let second = server.phone(member(HOST)).await;
    let mut doors = [
        Door::open(coordinator, activity).await,
        Door::open(second, activity).await,
    ];
    let mut crowd = crowd(&server).await;
    let began = server.clock.now();

    // Nobody listens there.
    let nowhere = SocketAddr::from(([127, 0, 0, 1], 1));
    for phone in doors
        .iter_mut()
        .map(|door| &mut door.phone)
        .chain(&mut crowd)
    {
        phone.address = nowhere;
    }
    for (number, guest) in crowd.iter_mut().enumerate() {
        let door = &mut doors[number % 2];
        door.turn();
        door.let_in(guest).await;
        server.clock.advance(1_000);
    }
    assert!(server.clock.now().since(began) <= 5 * MINUTE_MS);
    assert!(crowd.iter().all(|phone| phone.engine.status().unsent == 1));

    for phone in doors
        .iter_mut()
        .map(|door| &mut door.phone)
        .chain(&mut crowd)
        .rev()
    {
        phone.address = server.address();
        phone.sync().await;
        assert_eq!(phone.engine.status().unsent, 0);
        assert_eq!(phone.engine.status().refused, 0);
    }
    server.settled().await;

    let address = format!("/api/activities/{activity}/attendance");
    let list: AttendanceList = doors[0].phone.request("GET", &address).send().await.json();
    assert_eq!(list.rows.len(), PEOPLE);
    for row in &list.rows {
        let outcome = &row.outcome;
        assert_eq!(outcome.attendance, Attendance::Present);
        assert_eq!((outcome.grade, outcome.flags.len()), (Some(Grade::A), 0));
    }
    for door in &mut doors {
        door.phone.sync().await;
        assert_eq!(door.phone.engine.marks(activity).len(), PEOPLE);
    }
}
