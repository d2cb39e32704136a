//! Which address beneath `/service` leads to which screen, and what the screen is called.

use crate::t;

/// A screen of 服务.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceScreen {
    /// `/service`: where everything begins.
    Hub,
    /// `/service/register`: how the owner's registration stands.
    Registration,
    /// `/service/register/new`: the form.
    RegistrationForm,
    /// `/service/register/paper`: 报到单 and 回执 for the printer.
    RegistrationPaper,
    /// `/service/new`: the form of a service.
    NewService,
    /// `/service/records`.
    Services,
    /// `/service/records/REQUEST`.
    Service,
    /// `/service/records/REQUEST/edit`: the form of a service that was returned.
    EditService,
    /// `/service/lists`.
    Lists,
    /// `/service/lists/LISTING`.
    Listing,
}

impl ServiceScreen {
    /// Returns the screen that the parts of an address behind `/service` lead to.
    pub fn at(parts: &[&str]) -> Option<Self> {
        match parts {
            [] => Some(Self::Hub),
            ["register"] => Some(Self::Registration),
            ["register", "new"] => Some(Self::RegistrationForm),
            ["register", "paper"] => Some(Self::RegistrationPaper),
            ["new"] => Some(Self::NewService),
            ["records"] => Some(Self::Services),
            ["records", _] => Some(Self::Service),
            ["records", _, "edit"] => Some(Self::EditService),
            ["lists"] => Some(Self::Lists),
            ["lists", _] => Some(Self::Listing),
            _ => None,
        }
    }

    /// Returns what the screen is called.
    pub fn title(self) -> String {
        match self {
            Self::Hub => t!(service.title),
            Self::Registration | Self::RegistrationForm => t!(register.title),
            Self::RegistrationPaper => t!(register.paper),
            Self::NewService => t!(service.enter),
            Self::Services => t!(service.records),
            Self::Service => t!(record.service),
            Self::EditService => t!(service.again),
            Self::Lists => t!(lists.title),
            Self::Listing => t!(lists.listing),
        }
    }
}
