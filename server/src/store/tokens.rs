//! Tokens with which other systems read figures and ledgers, as rows.

use std::fmt;

use shared::ids::OrganisationId;
use shared::time::{Day, Timestamp};
use uuid::Uuid;

use super::oversight::OrganisationRecord;

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenId(pub Uuid);

impl From<Uuid> for TokenId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenScope {
    /// Figures and activities: no names of people.
    Figures,
    /// Every ledger as well.
    Ledgers,
}

impl TokenScope {
    /// Every scope.
    pub const ALL: [Self; 2] = [Self::Figures, Self::Ledgers];

    /// Returns the scope as tables and commands write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Figures => "figures",
            Self::Ledgers => "ledgers",
        }
    }

    /// Reads a scope.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }

    /// Tells whether whoever has the scope may read what needs another.
    pub const fn allows(self, needed: Self) -> bool {
        match (self, needed) {
            (Self::Ledgers, Self::Figures | Self::Ledgers) | (Self::Figures, Self::Figures) => true,
            (Self::Figures, Self::Ledgers) => false,
        }
    }
}

/// A token to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// The id.
    pub id: TokenId,
    /// The SHA-256 of its text.
    pub hash: [u8; 32],
    /// The organisation that it may read about, with all beneath it.
    pub organisation: OrganisationId,
    /// What it is good for.
    pub scope: TokenScope,
    /// Who uses it, in the operator's words.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ceases to be good.
    pub expires_at: Timestamp,
}

/// A token as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRecord {
    /// The id.
    pub id: TokenId,
    /// The organisation that it may read about, with all beneath it.
    pub organisation: OrganisationRecord,
    /// What it is good for.
    pub scope: TokenScope,
    /// Who uses it, in the operator's words.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ceases to be good.
    pub expires_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// The last day on which it was used.
    pub used_on: Option<Day>,
}
