//! The names of documents and the ids made of them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{ActivityId, DocumentId, MemberId, OrganisationId};
use crate::time::Quarter;

/// A kind of document: one set of writers, one schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// One member's claims of a quarter.
    Journal,
    /// One organisation's plans of a quarter.
    Calendar,
    /// The marks of one activity.
    Rollcall,
    /// One organisation's rulings of a quarter.
    Ledger,
    /// What one community's lists hold.
    Board,
}

impl DocumentKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Journal,
        Self::Calendar,
        Self::Rollcall,
        Self::Ledger,
        Self::Board,
    ];

    /// Returns the kind's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Journal => "journal",
            Self::Calendar => "calendar",
            Self::Rollcall => "rollcall",
            Self::Ledger => "ledger",
            Self::Board => "board",
        }
    }

    /// Returns the name of the map that holds the kind's records.
    pub(super) const fn container(self) -> &'static str {
        match self {
            Self::Journal => "claims",
            Self::Calendar => "plans",
            Self::Rollcall => "marks",
            Self::Ledger => "rulings",
            Self::Board => "listings",
        }
    }
}

/// What a document is about. Two devices offline name the same document and so share its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentName {
    /// A member's journal.
    Journal {
        /// The member.
        member: MemberId,
        /// The quarter in which the claims were recorded.
        quarter: Quarter,
    },
    /// An organisation's calendar.
    Calendar {
        /// The organisation.
        organisation: OrganisationId,
        /// The quarter in which the activities start.
        quarter: Quarter,
    },
    /// An activity's roll call.
    Rollcall {
        /// The organisation whose calendar holds the activity.
        organisation: OrganisationId,
        /// The activity.
        activity: ActivityId,
    },
    /// An organisation's ledger.
    Ledger {
        /// The organisation.
        organisation: OrganisationId,
        /// The quarter in which the rulings were recorded.
        quarter: Quarter,
    },
    /// A community's board.
    Board {
        /// The community.
        organisation: OrganisationId,
    },
}

impl DocumentName {
    /// The namespace of document ids: a random constant, never changed.
    const NAMESPACE: Uuid = Uuid::from_u128(0x5d1c_7f0e_3c1b_5c43_9a63_6b1f_2f0d_8e11);

    /// Returns the kind.
    pub const fn kind(&self) -> DocumentKind {
        match self {
            Self::Journal { .. } => DocumentKind::Journal,
            Self::Calendar { .. } => DocumentKind::Calendar,
            Self::Rollcall { .. } => DocumentKind::Rollcall,
            Self::Ledger { .. } => DocumentKind::Ledger,
            Self::Board { .. } => DocumentKind::Board,
        }
    }

    /// Returns the organisation that owns the document, none for a journal.
    pub const fn organisation(&self) -> Option<OrganisationId> {
        match self {
            Self::Journal { .. } => None,
            Self::Calendar { organisation, .. }
            | Self::Rollcall { organisation, .. }
            | Self::Ledger { organisation, .. }
            | Self::Board { organisation } => Some(*organisation),
        }
    }

    /// Returns the document's id: the UUIDv5 of its kind, owner and period.
    pub fn id(&self) -> DocumentId {
        let text = match self {
            Self::Journal { member, quarter } => format!("journal/{member}/{quarter}"),
            Self::Calendar {
                organisation,
                quarter,
            } => format!("calendar/{organisation}/{quarter}"),
            Self::Rollcall {
                organisation,
                activity,
            } => {
                format!("rollcall/{organisation}/{activity}")
            }
            Self::Ledger {
                organisation,
                quarter,
            } => format!("ledger/{organisation}/{quarter}"),
            Self::Board { organisation } => format!("board/{organisation}"),
        };
        DocumentId(Uuid::new_v5(&Self::NAMESPACE, text.as_bytes()))
    }

    /// Tells whether the name can be that of a document: its quarter is one of four.
    pub fn is_valid(&self) -> bool {
        match self {
            Self::Journal { quarter, .. }
            | Self::Calendar { quarter, .. }
            | Self::Ledger { quarter, .. } => quarter.is_valid(),
            Self::Rollcall { .. } | Self::Board { .. } => true,
        }
    }
}
