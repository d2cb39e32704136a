//! The audit log: who did what to what, when, and how it ended. Never holds names, telephone
//! numbers, codes or tokens. The store lets rows be added and read, and nothing else.

use shared::codes::Code;
use shared::ids::{DeviceId, MemberId};
use shared::permission::Authority;
use shared::time::Timestamp;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuditEvent {
    /// A city was made.
    CityFounded,
    /// Directory rows changed.
    DirectoryChanged,
    /// An enrolment code was given out.
    EnrolmentIssued,
    /// A device was enrolled, or was not.
    DeviceEnrolled,
    /// A device was revoked, or was not.
    DeviceRevoked,
    /// Another person's devices were listed, or were not.
    DevicesRead,
    /// A session was ended by its owner.
    SessionEnded,
    /// A session was renewed, or was not.
    SessionRenewed,
    /// A change was refused.
    ChangeRefused,
    /// A sync request was refused whole.
    SyncRefused,
    /// Attendance with names was read, or was not.
    AttendanceRead,
    /// Attendance with names was taken away as a file, or was not.
    AttendanceExported,
    /// Feedback was read, or was not.
    FeedbackRead,
    /// Totals were refused.
    DashboardRead,
    /// Another person's photo was shown, or was not.
    PhotoSeen,
    /// A photo was not what its record announces.
    PhotoRefused,
    /// Requests with names were read, or were not.
    MattersRead,
    /// A telephone number was read in full, or was not.
    PhoneRead,
    /// Who has registered was read, or was not.
    RegistrationsRead,
    /// Totals of service were refused.
    ServiceRead,
    /// Service with names was taken away as a file, or was not.
    ServiceExported,
    /// Derived rows were made anew.
    Rebuilt,
    /// A backup was made.
    BackedUp,
    /// A backup took the place of the data, under a new epoch.
    Restored,
}

impl AuditEvent {
    /// Returns the event as the log writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CityFounded => "city_founded",
            Self::DirectoryChanged => "directory_changed",
            Self::EnrolmentIssued => "enrolment_issued",
            Self::DeviceEnrolled => "device_enrolled",
            Self::DeviceRevoked => "device_revoked",
            Self::DevicesRead => "devices_read",
            Self::SessionEnded => "session_ended",
            Self::SessionRenewed => "session_renewed",
            Self::ChangeRefused => "change_refused",
            Self::SyncRefused => "sync_refused",
            Self::AttendanceRead => "attendance_read",
            Self::AttendanceExported => "attendance_exported",
            Self::FeedbackRead => "feedback_read",
            Self::DashboardRead => "dashboard_read",
            Self::PhotoSeen => "photo_seen",
            Self::PhotoRefused => "photo_refused",
            Self::MattersRead => "matters_read",
            Self::PhoneRead => "phone_read",
            Self::RegistrationsRead => "registrations_read",
            Self::ServiceRead => "service_read",
            Self::ServiceExported => "service_exported",
            Self::Rebuilt => "rebuilt",
            Self::BackedUp => "backed_up",
            Self::Restored => "restored",
        }
    }
}

/// One row of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// The server's clock.
    pub at: Timestamp,
    /// What happened, as the log writes it.
    pub event: String,
    /// The person who did it, when known.
    pub member: Option<MemberId>,
    /// The device it was done with, when known.
    pub device: Option<DeviceId>,
    /// What it was done to: ids only.
    pub object: String,
    /// `ok`, or the code of the refusal.
    pub result: String,
}

impl AuditRecord {
    /// Returns the record of an event that nobody signed in for.
    pub fn of(at: Timestamp, event: AuditEvent, object: impl ToString) -> Self {
        Self {
            at,
            event: event.as_str().to_owned(),
            member: None,
            device: None,
            object: object.to_string(),
            result: "ok".to_owned(),
        }
    }

    /// Adds who did it.
    #[must_use]
    pub fn by(mut self, authority: &Authority) -> Self {
        self.member = Some(authority.member);
        self.device = Some(authority.device);
        self
    }

    /// Adds the device alone.
    #[must_use]
    pub fn with_device(mut self, device: DeviceId) -> Self {
        self.device = Some(device);
        self
    }

    /// Adds the person alone.
    #[must_use]
    pub fn with_member(mut self, member: MemberId) -> Self {
        self.member = Some(member);
        self
    }

    /// Says that it was refused.
    #[must_use]
    pub fn refused(mut self, code: Code) -> Self {
        code.as_str().clone_into(&mut self.result);
        self
    }
}
