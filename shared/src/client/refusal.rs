//! What becomes of the changes that were sent: acknowledged ones leave the phone's tables, refused
//! ones are taken apart so that only the guilty record stays behind, with its reason.

use std::collections::{BTreeMap, BTreeSet};

use crate::codes::Code;
use crate::documents::DocumentName;
use crate::ids::{DocumentId, EntryId};
use crate::time::Timestamp;
use crate::wire::Verdict;

use super::engine::{Engine, delete_change, delete_command};
use super::held::Held;
use super::rows::{CommandState, Write};

/// How often a change may come back for its order or its clock before its records are shown as
/// refused.
const RETURNS: u32 = 5;

/// What became of the changes sent.
#[derive(Default)]
pub(super) struct Sent {
    /// Whether one stays in the queue, to be sent again after a pause.
    pub(super) kept_back: bool,
    /// Whether the device has brought what it may in a day.
    pub(super) over_quota: bool,
    /// Whether another phone writes under this device.
    pub(super) copied: bool,
    /// Documents of which the server has lost what the phone builds on.
    pub(super) baseless: BTreeSet<DocumentName>,
}

impl Engine {
    /// Takes the verdicts, which stand in the order in which the changes were sent.
    pub(super) fn take_verdicts(
        &mut self,
        now: Timestamp,
        sent: &[(u64, Verdict)],
        touched: &mut BTreeSet<DocumentId>,
        writes: &mut Vec<Write>,
    ) -> Sent {
        let mut became = Sent::default();
        let mut waiting: BTreeSet<DocumentName> = BTreeSet::new();
        let mut refused: BTreeMap<u64, (DocumentName, Code)> = BTreeMap::new();
        for (number, verdict) in sent.iter().copied() {
            let Some(name) = self.changes.get(&number).map(|change| change.document) else {
                continue;
            };
            match verdict {
                Verdict::Stored => writes.extend(self.acknowledge(number, touched)),
                // The server could not say: the change stays as it is and is sent again.
                Verdict::Refused(Code::ServerError) => {
                    became.kept_back = true;
                    waiting.insert(name);
                }
                Verdict::Refused(Code::QuotaExceeded) => {
                    became.over_quota = true;
                    waiting.insert(name);
                }
                Verdict::Refused(Code::DeviceCopied) => {
                    became.copied = true;
                    waiting.insert(name);
                }
                // It builds on one that waits, and waits with it.
                Verdict::Refused(code) if is_of_order(code) && waiting.contains(&name) => {}
                Verdict::Refused(code) => {
                    refused.insert(number, (name, code));
                }
            }
        }
        let mut names = BTreeSet::new();
        for (number, (name, code)) in refused {
            writes.extend(self.take_refusal(now, number, name, code));
            // Not because of one refused before it: the server has lost what the phone builds on.
            if names.insert(name) && code == Code::DependencyMissing {
                became.baseless.insert(name);
            }
        }
        became
    }

    /// The server has a change: it is part of the document, and its commands are done.
    fn acknowledge(&mut self, number: u64, touched: &mut BTreeSet<DocumentId>) -> Vec<Write> {
        let Some(change) = self.changes.remove(&number) else {
            return Vec::new();
        };
        let held = self
            .held
            .entry(change.document.id())
            .or_insert_with(|| Held::new(change.document));
        held.kept.changes.extend_from_slice(&change.bytes);
        touched.insert(change.document.id());
        let done: Vec<EntryId> = self
            .commands
            .values()
            .filter(|command| command.state == CommandState::Sealed(number))
            .map(|command| command.entry.id)
            .collect();
        let mut writes = vec![delete_change(number)];
        for id in done {
            self.commands.remove(&id);
            writes.push(delete_command(id));
        }
        writes
    }

    /// Rebuilds the document from the server's and keeps the refused record, with its reason. Of a
    /// change with several records each is sent alone next time, so that only the guilty one stays.
    fn take_refusal(
        &mut self,
        now: Timestamp,
        number: u64,
        name: DocumentName,
        code: Code,
    ) -> Vec<Write> {
        let guilty: BTreeSet<EntryId> = self
            .commands
            .values()
            .filter(|command| command.state == CommandState::Sealed(number))
            .map(|command| command.entry.id)
            .collect();
        let right_times: BTreeMap<EntryId, Timestamp> = guilty
            .iter()
            .filter(|_| code == Code::ClockInsane)
            .filter_map(|id| {
                let right = self.right_time(now, self.commands[id].entry.recorded_at)?;
                Some((*id, right))
            })
            .collect();
        let single = guilty.len() == 1;
        self.unseal(name, |command| {
            let id = command.entry.id;
            if !guilty.contains(&id) {
                return;
            }
            let heals = is_of_order(code) || !right_times.is_empty();
            if heals {
                command.returns += 1;
                if let Some(at) = right_times.get(&id) {
                    command.move_to(*at);
                }
            }
            if heals && command.returns > RETURNS || !heals && single {
                command.state = CommandState::Refused(code);
            } else if !heals {
                command.alone = true;
            }
        })
    }
}

/// A refusal for what stands around a change, not for what is in it.
fn is_of_order(code: Code) -> bool {
    matches!(code, Code::DependencyMissing | Code::ChangeOutOfOrder)
}
