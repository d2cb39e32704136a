//! The answer to a sync, as the phone's engine takes it; then the app is closed and opened again.

use std::collections::{BTreeMap, VecDeque};

use serde_bytes::ByteBuf;
use shared::client::{Effect, Engine, Identity, Input, NetworkFault, Row, Table};
use shared::codes::Code;
use shared::documents::DocumentKind;
use shared::reconcile::{Attendance, Basis, Confirmation, Outcome, Piece, Source};
use shared::wire::{self, DirectoryNews, DocumentNews, SyncResponse, Verdict};
use shared::words::Grade;

use super::records::entry;
use super::world;

/// Answers that the phone hears before the network goes.
const ANSWERS: u32 = 3;
/// The seed of the phone's first run, from which it counts its exchanges.
const SEED: u64 = 1;

struct Phone {
    engine: Engine,
    effects: VecDeque<Effect>,
    rows: BTreeMap<(Table, Vec<u8>), Vec<u8>>,
}

pub(super) fn run(bytes: &[u8]) {
    let mut phone = Phone::open(BTreeMap::new(), SEED);
    let entry = entry(DocumentKind::Journal, 20);
    phone.give(Input::Enter {
        id: entry.id,
        record: entry.record,
    });
    phone.talk(bytes);
    phone.give(Input::Wake);
    phone.talk(bytes);
    phone.look();
    let mut again = Phone::open(phone.rows, SEED + 1);
    again.talk(bytes);
    again.look();
}

impl Phone {
    fn open(rows: BTreeMap<(Table, Vec<u8>), Vec<u8>>, seed: u64) -> Self {
        let identity = Identity {
            device: world::device(),
            member: world::member(),
        };
        let kept = rows.iter().map(|((table, key), value)| Row {
            table: *table,
            key: key.clone(),
            value: value.clone(),
        });
        let (engine, effects, _) = Engine::open(identity, kept.collect(), seed, world::now());
        Self {
            engine,
            effects: effects.into(),
            rows,
        }
    }

    fn give(&mut self, input: Input) {
        let effects = self.engine.handle(world::now(), input);
        self.effects.extend(effects);
    }

    /// Performs what the engine asks for; the first sends are answered with the bytes.
    fn talk(&mut self, bytes: &[u8]) {
        let mut answered = 0;
        while let Some(effect) = self.effects.pop_front() {
            match effect {
                Effect::Persist { ticket, writes } => {
                    for write in writes {
                        let key = (write.table, write.key);
                        match write.value {
                            Some(value) => self.rows.insert(key, value),
                            None => self.rows.remove(&key),
                        };
                    }
                    let result = Ok(());
                    self.give(Input::Persisted { ticket, result });
                }
                Effect::Send { exchange, .. } => {
                    answered += 1;
                    let result = if answered <= ANSWERS {
                        Ok(bytes.to_vec())
                    } else {
                        Err(NetworkFault::Unreachable)
                    };
                    self.give(Input::Answered { exchange, result });
                }
                Effect::SignIn => self.give(Input::SignedIn),
                Effect::Clear => self.rows.clear(),
                Effect::Answer { .. } | Effect::WakeAt(_) | Effect::Changed => {}
            }
        }
    }

    /// Looks at everything that a screen shows.
    fn look(&self) {
        let _ = (self.engine.status(), self.engine.records());
        for view in self.engine.activities() {
            let _ = self.engine.marks(view.activity.current.plan.activity);
        }
    }
}

pub(super) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let news = |kind| DocumentNews {
        document: world::name(kind),
        version: 2,
        changes: world::document(kind)
            .changes()
            .into_iter()
            .map(|change| ByteBuf::from(change.bytes))
            .collect(),
    };
    let bare = SyncResponse {
        protocol: wire::PROTOCOL,
        exchange: SEED + 1,
        server_time: world::now(),
        epoch: 1,
        verdicts: vec![Verdict::Stored],
        documents: Vec::new(),
        forget: Vec::new(),
        directory: None,
        outcomes: Vec::new(),
        outcomes_revision: 0,
        matters: Vec::new(),
        matters_revision: None,
        more: false,
    };
    let entry = entry(DocumentKind::Journal, 1);
    let full = SyncResponse {
        verdicts: vec![Verdict::Refused(Code::ActivityElsewhere)],
        documents: DocumentKind::ALL.map(news).into(),
        directory: Some(DirectoryNews {
            version: 1,
            slice: world::slice(),
        }),
        outcomes: vec![Outcome {
            activity: world::activity(),
            member: world::member(),
            organisation: world::organisation(),
            day: world::now().day(),
            attendance: Attendance::Unmatched(Code::ActivityUnknown),
            grade: Some(Grade::D),
            confirmation: Confirmation::Waiting,
            evidence: vec![Piece {
                entry: entry.id,
                device: world::device(),
                source: Source::Claim(Basis::SelfReport),
                recorded_at: world::now(),
                note: None,
                installation: None,
            }],
            flags: Vec::new(),
            decision: None,
            objection: None,
            left_at: None,
            study_minutes: 0,
        }],
        outcomes_revision: 3,
        matters: world::matter_rows(),
        matters_revision: Some(2),
        more: true,
        ..bare.clone()
    };
    let forgetting = SyncResponse {
        exchange: SEED + 2,
        epoch: 9,
        forget: DocumentKind::ALL.map(|kind| world::name(kind).id()).into(),
        ..bare.clone()
    };
    let mut phone = Phone::open(BTreeMap::new(), SEED);
    phone.talk(&wire::encode(&full));
    assert_eq!(
        phone.engine.directory(),
        Some(&world::slice()),
        "it is taken"
    );
    vec![
        ("bare", wire::encode(&bare)),
        ("full", wire::encode(&full)),
        ("forgetting", wire::encode(&forgetting)),
    ]
}
