//! Every stable code that a person or a program may meet, with a plain sentence and the next step.
//! The app shows its own translation of each; these sentences are for logs, tools and strangers.

mod handling;

use serde::{Deserialize, Deserializer, Serialize};

pub use handling::Handling;

macro_rules! codes {
    ($($variant:ident = $code:literal, $message:literal, $next:literal;)+) => {
        /// A stable code: its spelling never changes once released.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub enum Code {
            $(#[doc = $message] #[serde(rename = $code)] $variant,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Returns the code as it is written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// Returns the sentence that says what happened.
            pub const fn message(self) -> &'static str {
                match self { $(Self::$variant => $message,)+ }
            }

            /// Returns the sentence that says what to do next.
            pub const fn next(self) -> &'static str {
                match self { $(Self::$variant => $next,)+ }
            }

            /// Reads a code, `None` when this version does not know it.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($code => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

/// A code of a newer version reads as [`Code::Unknown`]: an old app understands the rest of the answer.
impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Self::parse(&text).unwrap_or(Self::Unknown))
    }
}

codes! {
    Unknown = "unknown", "This version does not know the reason.", "Update the app; records stay on the phone.";
    NotSignedIn = "not_signed_in", "This device is not signed in.", "Enrol the device with a code from your branch.";
    SessionExpired = "session_expired", "The session has ended.", "The app signs in again by itself; reload the page if it does not.";
    Forbidden = "forbidden", "Your role does not allow this.", "Ask the coordinator of the organisation.";
    DeviceRevoked = "device_revoked", "This device has been revoked.", "Export what is unsent and ask your branch for a new code.";
    DeviceCopied = "device_copied", "Another phone writes under this phone's name.", "Ask your branch for a new code and enrol this phone again; its records stay on it.";
    CodeUnknown = "code_unknown", "No such enrolment code.", "Check the letters and type it again, or ask your branch for a new one.";
    CodeUsed = "code_used", "This enrolment code has been used.", "Ask your branch for a new one.";
    CodeExpired = "code_expired", "This enrolment code has expired.", "Ask your branch for a new one.";
    TooManyAttempts = "too_many_attempts", "Too many wrong attempts.", "Wait fifteen minutes and try again.";
    TokenUnknown = "token_unknown", "No such token.", "Check the token, or ask the operator of the city for a new one.";
    TokenExpired = "token_expired", "The token has expired.", "Ask the operator of the city for a new one.";
    TokenRevoked = "token_revoked", "The token has been revoked.", "Ask the operator of the city for a new one.";
    TokenScope = "token_scope", "The token is not for this.", "Ask the operator of the city for a token with the scope that this needs.";
    TokenElsewhere = "token_elsewhere", "This address takes no token.", "Ask only what /api/openapi.json describes.";
    KeyInvalid = "key_invalid", "The device's key or signature is not valid.", "Reload the page and try again; if it stays, enrol again.";

    NotFound = "not_found", "There is nothing at this address.", "Check the address.";
    ContentTypeUnsupported = "content_type_unsupported", "The body is not of the expected type.", "Send application/cbor to sync and application/json elsewhere.";
    RequestTooLarge = "request_too_large", "The request is larger than 1 MiB.", "Send fewer changes at a time.";
    RequestTruncated = "request_truncated", "The body ends before it is complete.", "Send it again.";
    RequestMalformed = "request_malformed", "The body cannot be read.", "Update the app and try again.";
    VersionUnsupported = "version_unsupported", "The app and the server speak different versions.", "Reload the page to update the app; records stay on the phone.";
    TooManyChanges = "too_many_changes", "The request holds too many changes.", "Send them in several requests.";
    ServerBusy = "server_busy", "Too many phones are asking at once.", "Nothing to do: the app asks again at the time the server named.";
    TooManyRequests = "too_many_requests", "This device asks too often.", "Nothing to do: the app asks again at the time the server named.";
    ExportsBusy = "exports_busy", "As many exports as the server makes at a time are under way.", "Try again at the time the server named.";
    ServerError = "server_error", "The server could not do this.", "Try again in a minute; records stay on the phone.";

    ChangeTooLarge = "change_too_large", "The change is larger than 64 KiB or holds too many operations.", "Shorten the text and enter the record again.";
    ChangeMalformed = "change_malformed", "The change cannot be read.", "Enter the record again; export it if this happens twice.";
    ChangeForbidden = "change_forbidden", "This device may not write this record.", "Ask the coordinator of the organisation.";
    ChangeOutOfOrder = "change_out_of_order", "The change does not follow the one before it.", "The app rebuilds the document by itself.";
    DependencyMissing = "dependency_missing", "The change builds on one the server does not have.", "The app sends the earlier ones by itself.";
    DocumentTooLarge = "document_too_large", "The document is full.", "Tell the administrator; the record stays on the phone.";
    QuotaExceeded = "quota_exceeded", "This device has sent as much as it may in a day.", "Nothing to do: the record is kept and offered again tomorrow.";
    EntryMalformed = "entry_malformed", "The record does not have the form of its kind.", "Update the app and enter the record again.";
    EntryRewritten = "entry_rewritten", "The change would alter a record that is already there.", "Enter a correction instead.";
    ClockInsane = "clock_insane", "The device's clock is years off.", "Set the date and time of the phone, then enter the record again.";
    ActivityElsewhere = "activity_elsewhere", "The activity belongs to another city.", "Open the app of that city.";

    ActivityUnknown = "activity_unknown", "No such activity is known here.", "Ask the host for the right code; the record is kept until the activity arrives.";
    ActivityOver = "activity_over", "The activity is over.", "Ask the host to enter you afterwards.";
    ActivityCancelled = "activity_cancelled", "The activity has been cancelled.", "Look for its new date in the list.";
    ActivityNotOpen = "activity_not_open", "Check-in has not opened yet.", "Try again half an hour before the start.";
    AlreadyRecorded = "already_recorded", "This is recorded already.", "Nothing needs to be done.";

    ScanUnreadable = "scan_unreadable", "This is not a code of an activity.", "Scan the code on the host's phone, or type the six digits under it.";
    ScanElsewhere = "scan_elsewhere", "The code is another activity's.", "Scan the code of this activity, or check in at the other one.";
    ScanForged = "scan_forged", "The code was not made by the host's phone.", "Ask the host to show the code and scan it there.";
    ScanStale = "scan_stale", "The code is no longer fresh.", "Scan the code that the host's phone shows now.";
    AnswerUnknown = "answer_unknown", "The answer is not to a code of this phone.", "Let the member scan the code that this phone shows now, and scan the answer again.";

    PhotoMisplaced = "photo_misplaced", "The part of the photo does not begin where the last one ended.", "Nothing to do: the app goes on where the server is.";
    PhotoInvalid = "photo_invalid", "This is not the photo that was announced, or it still tells where it was taken.", "Add the photo again; the record itself is safe.";

    StorageFull = "storage_full", "There is no space left on this device.", "Free some space, then tap again.";
    StorageDenied = "storage_denied", "The browser does not allow the app to save.", "Leave private browsing or allow site data, then open the app again.";
    StorageUnavailable = "storage_unavailable", "The browser's storage does not answer.", "Close the other tabs of the app and reload.";
    StorageEvicted = "storage_evicted", "The browser emptied the app's storage while it was open.", "Keep the page open a moment: what it holds is written again.";
    NetworkUnreachable = "network_unreachable", "The server cannot be reached.", "Nothing to do: it is sent when the network is back.";

    FileUnreadable = "file_unreadable", "The file cannot be read.", "Save it as CSV (UTF-8 or GB18030) or XLSX.";
    ColumnMissing = "column_missing", "A required column is missing.", "Compare the first line with the template.";
    CellEmpty = "cell_empty", "A required cell is empty.", "Fill it in.";
    CellInvalid = "cell_invalid", "The value does not have the expected form.", "Correct it as the reason says.";
    RowDuplicate = "row_duplicate", "The same row stands in the file already.", "Remove one of the two.";
    RowConflict = "row_conflict", "The row contradicts what is already there.", "Correct one of the two.";
    BranchUnknown = "branch_unknown", "No such branch.", "Import the organisations first, or correct the path.";
    AreaUnknown = "area_unknown", "No such area.", "Import the areas first, or correct the code.";
    ParentUnknown = "parent_unknown", "The parent does not exist.", "Import the parent first, or correct the code.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_and_says_what_to_do() {
        for code in Code::ALL {
            assert_eq!(Code::parse(code.as_str()), Some(*code));
            assert!(code.message().ends_with('.'), "{}", code.as_str());
            assert!(code.next().ends_with('.'), "{}", code.as_str());
        }
    }

    #[test]
    fn a_code_of_a_newer_version_is_read_as_unknown() {
        use crate::wire::{decode, encode};
        assert_eq!(decode(&encode(&"no_such_code_yet")), Ok(Code::Unknown));
        for code in Code::ALL {
            assert_eq!(decode(&encode(code)), Ok(*code));
        }
        assert!(decode::<Code>(&encode(&7)).is_err());
    }
}
