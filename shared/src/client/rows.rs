//! What the phone keeps: rows of six tables, each a key and CBOR bytes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::codes::Code;
use crate::directory::DirectorySlice;
use crate::documents::{ChangeHash, DocumentName};
use crate::ids::{DeviceId, EntryId};
use crate::records::Entry;

use super::binding::Binding;

/// A table of the phone's storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// One row: [`Meta`].
    Meta,
    /// What was entered and not yet acknowledged, by record id.
    Commands,
    /// Changes sealed and not yet acknowledged, by the order of sealing.
    Changes,
    /// Documents, by id.
    Documents,
    /// Outcomes that the server derived, by activity.
    Outcomes,
    /// What became of requests, by request and topic.
    Matters,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 6] = [
        Self::Meta,
        Self::Commands,
        Self::Changes,
        Self::Documents,
        Self::Outcomes,
        Self::Matters,
    ];

    /// Returns the table's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Commands => "commands",
            Self::Changes => "changes",
            Self::Documents => "documents",
            Self::Outcomes => "outcomes",
            Self::Matters => "matters",
        }
    }
}

/// A row as it is read at the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The table.
    pub table: Table,
    /// The key.
    pub key: Vec<u8>,
    /// The bytes.
    pub value: Vec<u8>,
}

/// One write of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The table.
    pub table: Table,
    /// The key.
    pub key: Vec<u8>,
    /// The new bytes; `None` deletes the row.
    pub value: Option<Vec<u8>>,
}

pub(super) const META_KEY: &[u8] = b"meta";

/// What the phone knows of itself and of the server.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Meta {
    /// The number of the app's last run; a new actor each run.
    pub(super) run: u32,
    /// The server's epoch, 0 before the first answer.
    pub(super) epoch: u64,
    pub(super) directory_version: u64,
    pub(super) directory: Option<DirectorySlice>,
    pub(super) outcomes_revision: u64,
    /// How many outcomes the phone holds: with fewer rows than these some are lost, and asked for again.
    #[serde(default)]
    pub(super) outcomes_held: usize,
    #[serde(default)]
    pub(super) matters_revision: u64,
    /// As `outcomes_held`.
    #[serde(default)]
    pub(super) matters_held: usize,
    /// The server's clock less the phone's, when last seen.
    pub(super) clock_offset_ms: i64,
    /// When the last exchange succeeded, by the phone's clock.
    pub(super) synced_at: Option<crate::time::Timestamp>,
    /// The device under which these rows were written; unknown to the first version of rows.
    #[serde(default)]
    pub(super) device: Option<DeviceId>,
    /// The devices that this phone was before it was enrolled again.
    #[serde(default)]
    pub(super) former: BTreeSet<DeviceId>,
    #[serde(default)]
    pub(super) binding: Binding,
}

/// Something entered and not yet acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Command {
    pub(super) document: DocumentName,
    pub(super) entry: Entry,
    pub(super) state: CommandState,
    /// Whether it shared a change with a refused record: it is then sealed alone, so that only the
    /// guilty one is refused.
    pub(super) alone: bool,
    /// How often its change was sent back for its order, not for itself.
    pub(super) returns: u32,
}

/// How far a command has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CommandState {
    /// Durable on the phone.
    Saved,
    /// In the change of this number.
    Sealed(u64),
    /// Not accepted by the server; kept, with the reason.
    Refused(Code),
}

/// A change not yet acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UnsentChange {
    pub(super) document: DocumentName,
    pub(super) hash: ChangeHash,
    pub(super) bytes: ByteBuf,
}

/// A document as the server is known to have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptDocument {
    pub(super) name: DocumentName,
    /// The server's version of which everything is integrated.
    pub(super) version: u64,
    pub(super) changes: ByteBuf,
    /// Whether the server may have left the line of these changes: they are shown, and replaced by
    /// what it answers next.
    #[serde(default)]
    pub(super) doubted: bool,
}

pub(super) fn command_key(id: EntryId) -> Vec<u8> {
    id.0.as_bytes().to_vec()
}

pub(super) fn change_key(number: u64) -> Vec<u8> {
    number.to_be_bytes().to_vec()
}

impl Command {
    /// Returns a command that is saved and not yet sealed.
    pub(super) fn saved(document: DocumentName, entry: Entry) -> Self {
        Self {
            document,
            entry,
            state: CommandState::Saved,
            alone: false,
            returns: 0,
        }
    }

    pub(super) fn is_refused(&self) -> bool {
        matches!(self.state, CommandState::Refused(_))
    }

    /// Returns the command as the document will hold it.
    pub(super) fn held(&self, device: crate::ids::DeviceId) -> crate::documents::HeldEntry {
        crate::documents::HeldEntry {
            entry: self.entry.clone(),
            device,
        }
    }
}
