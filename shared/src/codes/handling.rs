//! What a phone does when it meets a code: one table for the engine, the tests and the documentation.

use super::Code;

/// What a phone does about a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Handling {
    /// Asks its owner for an enrolment code.
    Enrols,
    /// Proves its key for a new session.
    SignsIn,
    /// Stops syncing, keeps everything, and asks its owner to enrol it again; what is unsent goes
    /// up under its new name.
    EnrolsAgain,
    /// Hands over the claims of its owner that are unsent, offers the rest as a file, and clears
    /// itself.
    HandsOver,
    /// Waits, longer each time, and tries again.
    Retries,
    /// Keeps the record unsent and offers it again on the next day of the city.
    OffersTomorrow,
    /// Rebuilds the document from the server's and seals the records anew.
    SealsAnew,
    /// Sends less at a time.
    SendsLess,
    /// Waits to be updated.
    WaitsForUpdate,
    /// Keeps the record, shows it with the reason, and lets its owner edit, send again or export it.
    KeepsRefused,
    /// Keeps the record and shows the state it is in.
    KeepsNoted,
    /// Says it; there is nothing to keep.
    Says,
    /// Does not meet it: a report of an import says it.
    NeverMeets,
}

impl Handling {
    /// Returns the sentence for the documentation.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Enrols => "asks for an enrolment code",
            Self::SignsIn => "proves its key for a new session, then tries again",
            Self::EnrolsAgain => {
                "stops syncing, keeps everything and asks to be enrolled again; what is unsent goes up under its new name"
            }
            Self::HandsOver => {
                "hands over its owner's unsent claims, offers the rest as a file, then clears itself"
            }
            Self::Retries => "waits, longer each time, and tries again",
            Self::OffersTomorrow => "keeps the record unsent and offers it again the next day",
            Self::SealsAnew => {
                "rebuilds the document from the server's and sends the records in a new change"
            }
            Self::SendsLess => "sends less at a time",
            Self::WaitsForUpdate => "keeps everything and waits to be updated",
            Self::KeepsRefused => {
                "keeps the record, shows it with the reason, and lets it be edited, sent again or exported"
            }
            Self::KeepsNoted => "keeps the record and shows what state it is in",
            Self::Says => "says it; there is nothing to keep",
            Self::NeverMeets => "does not meet it: a report of an import says it",
        }
    }
}

impl Code {
    /// Returns what a phone does about the code.
    pub const fn handling(self) -> Handling {
        match self {
            Self::NotSignedIn => Handling::Enrols,
            Self::SessionExpired => Handling::SignsIn,
            Self::DeviceCopied => Handling::EnrolsAgain,
            Self::DeviceRevoked => Handling::HandsOver,
            Self::ServerError
            | Self::ServerBusy
            | Self::TooManyRequests
            | Self::NetworkUnreachable
            | Self::RequestTruncated
            | Self::PhotoMisplaced => Handling::Retries,
            Self::QuotaExceeded => Handling::OffersTomorrow,
            Self::ChangeOutOfOrder | Self::DependencyMissing => Handling::SealsAnew,
            Self::RequestTooLarge | Self::TooManyChanges => Handling::SendsLess,
            Self::VersionUnsupported | Self::RequestMalformed | Self::ContentTypeUnsupported => {
                Handling::WaitsForUpdate
            }
            Self::Unknown
            | Self::ChangeTooLarge
            | Self::ChangeMalformed
            | Self::ChangeForbidden
            | Self::DocumentTooLarge
            | Self::EntryMalformed
            | Self::EntryRewritten
            | Self::ClockInsane
            | Self::ActivityElsewhere => Handling::KeepsRefused,
            Self::ActivityUnknown => Handling::KeepsNoted,
            Self::Forbidden
            | Self::CodeUnknown
            | Self::CodeUsed
            | Self::CodeExpired
            | Self::TooManyAttempts
            | Self::TokenUnknown
            | Self::TokenExpired
            | Self::TokenRevoked
            | Self::TokenScope
            | Self::TokenElsewhere
            | Self::KeyInvalid
            | Self::NotFound
            | Self::ExportsBusy
            | Self::ActivityOver
            | Self::ActivityCancelled
            | Self::ActivityNotOpen
            | Self::AlreadyRecorded
            | Self::ScanUnreadable
            | Self::ScanElsewhere
            | Self::ScanForged
            | Self::ScanStale
            | Self::AnswerUnknown
            | Self::PhotoInvalid
            | Self::StorageFull
            | Self::StorageDenied
            | Self::StorageUnavailable
            | Self::StorageEvicted => Handling::Says,
            Self::FileUnreadable
            | Self::ColumnMissing
            | Self::CellEmpty
            | Self::CellInvalid
            | Self::RowDuplicate
            | Self::RowConflict
            | Self::BranchUnknown
            | Self::AreaUnknown
            | Self::ParentUnknown => Handling::NeverMeets,
        }
    }
}
