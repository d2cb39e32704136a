//! What the driver tells the screens.

use shared::client::Engine;
use shared::codes::Code;
use shared::time::Timestamp;

/// Something happened that a screen may show.
pub(crate) enum News<'a> {
    /// The app as a whole stands elsewhere now.
    Phase(AppPhase),
    /// What the engine shows may have changed.
    Changed(&'a Engine),
    /// Something about the storage that the owner should be told once.
    Notice(StorageNotice),
    /// What the browser said about keeping the data.
    Persistence(Persistence),
    /// The browser has, or lost, a network.
    Online(bool),
    /// The clock moved on.
    Clock(Timestamp),
    /// The server says that something is new.
    Poked,
    /// The server refused to sign this phone in, or did sign it in.
    SignIn(Result<(), Code>),
    /// The server did not take a photo.
    PhotoRefused,
    /// A new version of the app waits.
    UpdateWaits,
    /// The page was opened with an enrolment code.
    EnrolmentCode(String),
    /// The page went to another path.
    Path(String),
    /// The page was opened by the address in a code that the phone's own scanner read.
    Scanned(String),
}

/// Where the app stands as a whole; the frame shows one screen for each but [`AppPhase::Ready`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppPhase {
    /// The phone's storage is being read.
    Opening,
    /// The phone is not bound to a person.
    NotEnrolled,
    /// Pages may be shown.
    Ready,
    /// Another tab took the lead; this one writes nothing more.
    Elsewhere,
    /// The storage could not be opened, and why.
    StorageFailed(Code),
}

/// Something about the phone's storage that its owner should be told once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageNotice {
    /// The browser threw away what this phone held; binding it again brings back what was uploaded.
    Evicted,
    /// The browser emptied the storage under the open page; what the page holds is written anew.
    Emptied,
    /// The phone was revoked, handed over what it had, and is now empty.
    Revoked,
    /// So many rows could not be read. What the server has of them comes again by itself.
    Damaged(usize),
}

/// What the browser said about keeping this phone's data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Persistence {
    /// It does not say.
    #[default]
    Unknown,
    /// It promised to keep the data.
    Granted,
    /// It may throw the data away.
    Refused,
}
