//! The phone's side of sync, as a state machine without IO: inputs in, effects out.
//!
//! What a person enters becomes a *command*; it is durable before anything says 已保存. Commands are
//! sealed into one change a document when the phone is about to send, and the change is durable
//! before it is sent. A command leaves the phone's own tables only when the server has said
//! `stored`; a refused one stays, with its reason.

mod binding;
mod clock;
mod engine;
mod enter;
mod exchange;
mod held;
mod keep;
mod matters;
mod rebuild;
mod refusal;
mod resend;
mod restore;
mod retention;
mod retry;
mod rows;
mod scope;
mod seal;
mod view;

use crate::codes::Code;
use crate::ids::{DeviceId, EntryId, MemberId};
use crate::records::Record;
use crate::time::Timestamp;

pub use binding::Binding;
pub use engine::{Damage, Engine};
pub use matters::{MatterKey, MatterView};
pub use retention::SealedRecord;
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
    /// A person wants a refused record to be offered again as it is.
    Resend {
        /// The record.
        id: EntryId,
    },
    /// A person edited a refused record; the edited one takes its place. Answered under its own id,
    /// a new UUIDv7.
    Amend {
        /// The refused record.
        refused: EntryId,
        /// The id of the edited record.
        id: EntryId,
        /// What it is now.
        record: Record,
    },
    /// The owner of a revoked phone has seen what it could not hand over, and lets it go.
    LetGo,
    /// The page opened, came to the front, is online again, the server poked, or a person asks.
    Wake,
    /// The stream of the server's pokes is there again after a cut, as it is for all other phones.
    Reconnected,
    /// The time up to the instant of an [`Effect::WakeAt`] has passed.
    Tick {
        /// The instant that was asked for. The clock may have been set since and show another.
        at: Timestamp,
    },
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
    /// The session could not be renewed.
    SignInFailed {
        /// Why not.
        fault: NetworkFault,
    },
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
    /// Renew the session with the device's key, then say [`Input::SignedIn`] or
    /// [`Input::SignInFailed`].
    SignIn,
    /// Tell the owner that the phone was revoked and everything handed over, then remove all rows.
    Clear,
    /// Say [`Input::Tick`] when the time from now to this instant has passed, however the clock is
    /// set meanwhile.
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
    /// The browser has emptied it under the open page. The driver has claimed it again: it takes
    /// writes, and the engine writes anew everything that it holds.
    Evicted,
}

impl StorageFault {
    /// Returns the code that people see.
    pub const fn code(self) -> Code {
        match self {
            Self::Full => Code::StorageFull,
            Self::Denied => Code::StorageDenied,
            Self::Unavailable => Code::StorageUnavailable,
            Self::Evicted => Code::StorageEvicted,
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
        /// The pause it asks for, from the answer on. Until it is over nothing is sent, whoever asks.
        retry_after_ms: Option<i64>,
    },
}
