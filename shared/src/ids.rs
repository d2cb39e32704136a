//! Identifiers, each a type of its own so that none can stand in for another.

use std::fmt;
use std::str::FromStr;

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteArray;
use uuid::Uuid;

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

uuid_ids! {
    /// One party member or volunteer.
    MemberId;
    /// One organisation of the organisation tree.
    OrganisationId;
    /// One hall, service centre, party school or education base.
    VenueId;
    /// One activity: a lecture, a meeting, a service action.
    ActivityId;
    /// One thing on a community's lists.
    ListingId;
    /// One enrolled phone, tablet or the server itself when an administrator imports.
    DeviceId;
    /// One copy of the app in one browser's storage, whoever is enrolled on it.
    InstallationId;
    /// One claim, plan or mark (UUIDv7, so that ids of one writer sort by time).
    EntryId;
    /// One Automerge document; derived from its name, see [`crate::documents::DocumentName::id`].
    DocumentId;
}

impl ActivityId {
    /// Returns the id of an activity: made of its organisation and a seed, so that nobody can plan
    /// another organisation's activity in a calendar of their own.
    pub fn of(organisation: OrganisationId, seed: Uuid) -> Self {
        Self(Uuid::new_v5(&organisation.0, seed.as_bytes()))
    }
}

impl ListingId {
    /// Returns the id of a listing: made of its community and a seed, so that nobody can put
    /// another community's listing on a board of their own.
    pub fn of(organisation: OrganisationId, seed: Uuid) -> Self {
        Self(Uuid::new_v5(&organisation.0, seed.as_bytes()))
    }
}

/// The SHA-256 of a photo, by which it is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PhotoHash(pub ByteArray<32>);

impl fmt::Display for PhotoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0[..]))
    }
}

impl FromStr for PhotoHash {
    type Err = CodeError;

    /// Reads 64 hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, CodeError> {
        let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes());
        let bytes = bytes.ok().and_then(|bytes| bytes.try_into().ok());
        Ok(Self(ByteArray::new(bytes.ok_or(CodeError::Hash)?)))
    }
}

/// A code that does not have the form its tree asks for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Area codes are 6 (city and county), 9 (town) or 12 (village) digits.
    #[error("an area code has 6, 9 or 12 digits")]
    Area,
    /// A SHA-256 is 64 hexadecimal digits.
    #[error("a hash has 64 hexadecimal digits")]
    Hash,
    /// Organisation paths are 3 capital letters or digits a level, at most 12 levels.
    #[error("an organisation path has 3 capital letters or digits a level")]
    Path,
}

/// A code of the area tree: 6 digits for city and county, 9 for a town, 12 for a village.
/// Source: GB/T 2260 and GB/T 10114.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AreaCode(String);

impl AreaCode {
    /// Reads a code.
    ///
    /// # Errors
    /// [`CodeError::Area`] when it is not 6, 9 or 12 digits.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        if digits && matches!(text.len(), 6 | 9 | 12) {
            Ok(Self(text.to_owned()))
        } else {
            Err(CodeError::Area)
        }
    }

    /// Returns the digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for AreaCode {
    type Error = CodeError;

    fn try_from(text: String) -> Result<Self, CodeError> {
        Self::parse(&text)
    }
}

impl From<AreaCode> for String {
    fn from(code: AreaCode) -> Self {
        code.0
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The place of an organisation in its tree: 3 characters a level, so that a prefix is an ancestor
/// and a prefix query is the roll-up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrganisationPath(String);

impl OrganisationPath {
    /// Characters a level.
    pub const STEP: usize = 3;
    /// Levels at most.
    pub const LEVELS: usize = 12;

    /// Reads a path.
    ///
    /// # Errors
    /// [`CodeError::Path`] when it is not whole levels of capital letters and digits.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let whole = !text.is_empty() && text.len().is_multiple_of(Self::STEP);
        let short = text.len() <= Self::STEP * Self::LEVELS;
        let plain = text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if whole && short && plain {
            Ok(Self(text.to_owned()))
        } else {
            Err(CodeError::Path)
        }
    }

    /// Returns the characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the number of levels, 1 for the root.
    pub fn level(&self) -> usize {
        self.0.len() / Self::STEP
    }

    /// Tells whether `other` is this organisation or stands beneath it.
    pub fn covers(&self, other: &OrganisationPath) -> bool {
        other.0.starts_with(&self.0)
    }

    /// Returns this path and those of its ancestors, the root first.
    pub fn line(&self) -> impl Iterator<Item = OrganisationPath> + '_ {
        (1..=self.level()).map(|level| Self(self.0[..level * Self::STEP].to_owned()))
    }

    /// Returns the path of the organisation above, if any.
    pub fn parent(&self) -> Option<OrganisationPath> {
        (self.level() > 1).then(|| Self(self.0[..self.0.len() - Self::STEP].to_owned()))
    }
}

impl TryFrom<String> for OrganisationPath {
    type Error = CodeError;

    fn try_from(text: String) -> Result<Self, CodeError> {
        Self::parse(&text)
    }
}

impl From<OrganisationPath> for String {
    fn from(path: OrganisationPath) -> Self {
        path.0
    }
}

impl fmt::Display for OrganisationPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_covers_itself_and_what_is_beneath_it_and_nothing_else() {
        let path = |text: &str| OrganisationPath::parse(text).unwrap();
        assert!(path("001").covers(&path("001")));
        assert!(path("001").covers(&path("00100A")));
        assert!(!path("00100A").covers(&path("001")));
        assert!(!path("002").covers(&path("001002")));
        assert_eq!(path("00100A").line().count(), 2);
        assert_eq!(path("00100A").parent(), Some(path("001")));
        assert_eq!(path("001").parent(), None);
    }

    #[test]
    fn codes_of_another_shape_are_refused() {
        for text in ["", "44120", "4412000", "44120A", "肇庆市肇庆市"] {
            assert_eq!(AreaCode::parse(text), Err(CodeError::Area), "{text}");
        }
        for text in ["", "01", "0011", "ab1", "肇庆市"] {
            assert_eq!(
                OrganisationPath::parse(text),
                Err(CodeError::Path),
                "{text}"
            );
        }
    }
}
