//! The phone's side of sync, as a state machine without IO: inputs in, effects out.
//!
//! What a person enters becomes a *command*; it is durable before anything says 已保存. Commands are
//! sealed into one change a document when the phone is about to send, and the change is durable
//! before it is sent. A command leaves the phone's own tables only when the server has said
//! `stored`; a refused one stays, with its reason.

mod engine;
mod enter;
mod exchange;
mod held;
mod keep;
mod restore;
mod rows;
mod scope;
mod seal;
mod view;

use crate::codes::Code;
use crate::ids::{DeviceId, EntryId, MemberId};
use crate::records::Record;
use crate::time::Timestamp;

pub use engine::{Damage, Engine};
pub use rows::{Row, Table, Write};
pub use view::{ActivityView, RecordState, RecordView, SyncStatus, Trouble};

/// Who this phone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The device.
    pub device: DeviceId,
    /// Its owner.
    pub member: MemberId,
}

/// What happens to the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A person enters something. `id` is a new UUIDv7.
    Enter {
        /// The id of the new record.
        id: EntryId,
        /// What is entered.
        record: Record,
    },
    /// The page opened, came to the front, is online again, or the server poked.
    Wake,
    /// The instant of an [`Effect::WakeAt`] has come.
    Tick,
    /// The writes of an [`Effect::Persist`] are durable, or failed as a whole.
    Persisted {
        /// The ticket of the effect.
        ticket: u64,
        /// What became of it.
        result: Result<(), StorageFault>,
    },
    /// The answer to an [`Effect::Send`].
    Answered {
        /// The number of the exchange.
        exchange: u64,
        /// The body of the answer.
        result: Result<Vec<u8>, NetworkFault>,
    },
    /// The session was renewed after an [`Effect::SignIn`].
    SignedIn,
}

/// What the engine asks its driver to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Write these rows in one transaction, strictly durable, then say [`Input::Persisted`].
    Persist {
        /// Names the transaction.
        ticket: u64,
        /// The rows.
        writes: Vec<Write>,
    },
    /// Send a body to `POST /api/sync`, then say [`Input::Answered`].
    Send {
        /// Names the exchange.
        exchange: u64,
        /// The body.
        body: Vec<u8>,
    },
    /// Tell the person what became of what they entered.
    Answer {
        /// The record's id.
        id: EntryId,
        /// Saved, or why not.
        result: Result<(), Code>,
    },
    /// Renew the session with the device's key, then say [`Input::SignedIn`].
    SignIn,
    /// Say [`Input::Tick`] at this instant.
    WakeAt(Timestamp),
    /// What the view shows may have changed.
    Changed,
}

/// Why the storage did not take a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StorageFault {
    /// There is no space.
    Full,
    /// The browser does not allow it.
    Denied,
    /// The handle is closed or the browser fails.
    Unavailable,
}

impl StorageFault {
    /// Returns the code that people see.
    pub const fn code(self) -> Code {
        match self {
            Self::Full => Code::StorageFull,
            Self::Denied => Code::StorageDenied,
            Self::Unavailable => Code::StorageUnavailable,
        }
    }
}

/// Why an exchange has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkFault {
    /// No connection, or it was cut.
    Unreachable,
    /// The server refused the whole request.
    Refused {
        /// Its code.
        code: Code,
        /// The pause it asks for.
        retry_after_ms: Option<i64>,
    },
}
