//! What a screen may show of the engine.

use std::collections::BTreeMap;

use crate::codes::Code;
use crate::documents::{DocumentName, HeldEntry};
use crate::ids::{ActivityId, DeviceId, EntryId};
use crate::project::{Activity, HostKeyRow, MarkRow, Projection, RulingRow, VisitorRow};
use crate::reconcile::Outcome;
use crate::records::{Claim, Entry, Record};
use crate::time::Timestamp;

use super::engine::{Engine, SyncPhase};
use super::rows::{Command, CommandState};
use super::{Binding, NetworkFault, StorageFault};

/// How far a record has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordState {
    /// 已保存: durable on this phone.
    Saved,
    /// 上传中
    Sending,
    /// 已上传: durable on the server.
    Uploaded,
    /// 未被接受: kept here, with the reason.
    Refused(Code),
}

/// A record of this phone's owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordView {
    /// The record.
    pub entry: Entry,
    /// The document it belongs to.
    pub document: DocumentName,
    /// The device that wrote it.
    pub device: DeviceId,
    /// How far it has come.
    pub state: RecordState,
}

impl RecordView {
    pub(super) fn uploaded(document: DocumentName, held: HeldEntry) -> Self {
        Self {
            entry: held.entry,
            document,
            device: held.device,
            state: RecordState::Uploaded,
        }
    }

    pub(super) fn newest_first(&self) -> std::cmp::Reverse<(Timestamp, EntryId)> {
        std::cmp::Reverse((self.entry.recorded_at, self.entry.id))
    }
}

/// An activity with what the owner did about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityView {
    /// The activity.
    pub activity: Activity,
    /// The owner's first check-in.
    pub check_in: Option<RecordView>,
    /// Everything that the owner says of it, newest first.
    pub claims: Vec<RecordView>,
    /// What the server made of it.
    pub outcome: Option<Outcome>,
}

/// What stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The phone's storage.
    Storage(StorageFault),
    /// The way to the server.
    Network(NetworkFault),
}

/// How sync stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncStatus {
    /// 未上传: records that the server does not have yet.
    pub unsent: usize,
    /// Records that the server did not accept.
    pub refused: usize,
    /// Whether an exchange is under way.
    pub busy: bool,
    /// When the last exchange succeeded, by the phone's clock.
    pub synced_at: Option<Timestamp>,
    /// The server's clock less the phone's.
    pub clock_offset_ms: i64,
    /// What stands in the way.
    pub trouble: Option<Trouble>,
    /// Until when the server asked this phone to wait, by the phone's clock.
    pub held_until: Option<Timestamp>,
    /// Whether the server knows this phone as its owner's.
    pub binding: Binding,
}

impl Engine {
    /// Returns how sync stands.
    pub fn status(&self) -> SyncStatus {
        let refused = self
            .commands
            .values()
            .filter(|command| command.is_refused())
            .count();
        SyncStatus {
            unsent: self.commands.len() - refused,
            refused,
            busy: self.phase != SyncPhase::Idle,
            synced_at: self.meta.synced_at,
            clock_offset_ms: self.meta.clock_offset_ms,
            trouble: self
                .storage_fault
                .map(Trouble::Storage)
                .or(self.network_fault.map(Trouble::Network)),
            held_until: self.hold.map(|hold| hold.until),
            binding: self.binding(),
        }
    }

    /// Returns the activities of the calendars held, by start, then id.
    pub fn activities(&self) -> Vec<ActivityView> {
        let mut claims = self.own_claims();
        let mut views: Vec<ActivityView> = self
            .activities
            .iter()
            .map(|(id, activity)| {
                let claims = claims.remove(id).unwrap_or_default();
                ActivityView {
                    activity: activity.clone(),
                    check_in: first_check_in(&claims).cloned(),
                    claims,
                    outcome: self.outcomes.get(id).cloned(),
                }
            })
            .collect();
        views.sort_by_key(|view| {
            let plan = &view.activity.current.plan;
            (plan.starts_at, plan.activity)
        });
        views
    }

    /// Returns every claim of the owner, and every plan and mark not yet uploaded, newest first.
    pub fn records(&self) -> Vec<RecordView> {
        let journals = self
            .held
            .values()
            .filter(|held| matches!(held.kept.name, DocumentName::Journal { .. }));
        let mut views: Vec<RecordView> = journals
            .flat_map(|held| {
                held.entries()
                    .values()
                    .filter(|held| !self.commands.contains_key(&held.entry.id))
                    .map(|entry| RecordView::uploaded(held.kept.name, entry.clone()))
            })
            .chain(
                self.commands
                    .values()
                    .map(|command| self.command_view(command)),
            )
            .collect();
        views.sort_by_key(RecordView::newest_first);
        views
    }

    /// Returns how far a command has come.
    pub(super) fn command_state(&self, command: &Command) -> RecordState {
        match (command.state, self.phase) {
            (CommandState::Refused(code), _) => RecordState::Refused(code),
            (CommandState::Sealed(_), SyncPhase::Sending { .. }) => RecordState::Sending,
            (CommandState::Saved | CommandState::Sealed(_), _) => RecordState::Saved,
        }
    }

    fn command_view(&self, command: &Command) -> RecordView {
        let state = self.command_state(command);
        RecordView {
            entry: command.entry.clone(),
            document: command.document,
            device: self.identity.device,
            state,
        }
    }

    /// Returns what the owner says of each activity, newest first.
    pub(super) fn own_claims(&self) -> BTreeMap<ActivityId, Vec<RecordView>> {
        let mut found: BTreeMap<ActivityId, Vec<RecordView>> = BTreeMap::new();
        for view in self.records() {
            if let Record::Claim(claim) = &view.entry.record
                && let Some(activity) = claim.activity()
            {
                found.entry(activity).or_default().push(view);
            }
        }
        found
    }

    /// Returns what became of the owner at every activity that the server told of, by day, newest
    /// first.
    pub fn outcomes(&self) -> Vec<Outcome> {
        let mut outcomes: Vec<Outcome> = self.outcomes.values().cloned().collect();
        outcomes.sort_by_key(|outcome| (std::cmp::Reverse(outcome.day), outcome.activity));
        outcomes
    }

    /// Returns the marks of an activity's roll call, those not yet uploaded among them.
    pub fn marks(&self, activity: ActivityId) -> Vec<MarkRow> {
        self.roll_call(activity).marks
    }

    /// Returns the people at an activity whom no roster here knows.
    pub fn visitors(&self, activity: ActivityId) -> Vec<VisitorRow> {
        self.roll_call(activity).visitors
    }

    fn roll_call(&self, activity: ActivityId) -> Projection {
        self.rows(
            |name| matches!(name, DocumentName::Rollcall { activity: of, .. } if *of == activity),
        )
    }

    /// Returns the rulings about an activity in the ledgers held, those not yet uploaded among them.
    pub fn rulings(&self, activity: ActivityId) -> Vec<RulingRow> {
        let mut rulings = self
            .rows(|name| matches!(name, DocumentName::Ledger { .. }))
            .rulings;
        rulings.retain(|row| row.ruling.activity == activity);
        rulings
    }

    /// Returns the devices that show codes, as the calendars held announce them: a phone verifies a
    /// code by these without a network.
    pub fn host_keys(&self) -> &[HostKeyRow] {
        &self.host_keys
    }
}

/// Returns the first check-in of claims that are sorted newest first; a refused one does not stand in
/// the way of another.
pub(super) fn first_check_in(claims: &[RecordView]) -> Option<&RecordView> {
    claims.iter().rev().find(|view| {
        let refused = matches!(view.state, RecordState::Refused(_));
        !refused && matches!(view.entry.record, Record::Claim(Claim::CheckIn(_)))
    })
}
