//! Who reads about organisations: somebody who is signed in, or another system with a token.

use shared::codes::Code;
use shared::ids::{DeviceId, OrganisationId, OrganisationPath};
use shared::permission::{Action, Authority};
use uuid::Uuid;

use crate::audit::AuditRecord;
use crate::store::tokens::{TokenRecord, TokenScope};

/// Somebody or something that may oversee organisations.
pub trait Oversees: Sync {
    /// Tells whether it may see the organisation at a path.
    fn oversees(&self, path: &OrganisationPath) -> bool;

    /// Returns the first organisation that it oversees.
    fn first(&self) -> Option<OrganisationId>;

    /// Adds it to a record of the audit log.
    fn sign(&self, record: AuditRecord) -> AuditRecord;
}

/// Who reads figures and ledgers.
#[derive(Clone, Debug)]
pub enum Reader {
    /// Somebody on a device.
    Person(Authority),
    /// Another system.
    System(TokenRecord),
}

impl Reader {
    /// Returns what tells this reader from others: the device, or the token.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Person(authority) => authority.device.0,
            Self::System(token) => token.id.0,
        }
    }

    /// Refuses a token that is not for what is asked. What a person may see, the role says.
    ///
    /// # Errors
    /// [`Code::TokenScope`].
    pub fn check_scope(&self, needed: TokenScope) -> Result<(), Code> {
        match self {
            Self::Person(_) => Ok(()),
            Self::System(token) if token.scope.allows(needed) => Ok(()),
            Self::System(_) => Err(Code::TokenScope),
        }
    }
}

impl Oversees for Authority {
    fn oversees(&self, path: &OrganisationPath) -> bool {
        self.may(Action::Oversee, path)
    }

    fn first(&self) -> Option<OrganisationId> {
        let mut grants = self.grants.iter();
        let overseen = grants.find(|grant| self.oversees(&grant.path));
        overseen.map(|grant| grant.organisation)
    }

    fn sign(&self, record: AuditRecord) -> AuditRecord {
        record.by(self)
    }
}

impl Oversees for Reader {
    fn oversees(&self, path: &OrganisationPath) -> bool {
        match self {
            Self::Person(authority) => authority.oversees(path),
            Self::System(token) => token.organisation.path.covers(path),
        }
    }

    fn first(&self) -> Option<OrganisationId> {
        match self {
            Self::Person(authority) => authority.first(),
            Self::System(token) => Some(token.organisation.summary.id),
        }
    }

    fn sign(&self, record: AuditRecord) -> AuditRecord {
        match self {
            Self::Person(authority) => authority.sign(record),
            Self::System(token) => record.with_device(DeviceId(token.id.0)),
        }
    }
}
