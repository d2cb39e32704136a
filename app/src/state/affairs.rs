//! What coordinators ask the server about registrations, the lists and service. Each call needs the
//! network and answers [`Code::NetworkUnreachable`] without it.

use shared::api::{ListingTally, Phone, PhoneRequest, RegistrationList, ServiceReport};
use shared::codes::Code;
use shared::ids::OrganisationId;
use shared::reconcile::Matter;
use shared::time::Day;

use super::AppState;
use super::coordinator::{XLSX, of_days};

impl AppState {
    /// Returns the telephone number of a registration in full; the audit log notes who looked.
    ///
    /// # Errors
    /// The server's code, or [`Code::NetworkUnreachable`].
    pub async fn telephone(self, matter: &Matter) -> Result<String, Code> {
        let request = PhoneRequest {
            request: matter.request,
            topic: matter.topic,
        };
        let answer: Phone = self.driver().tell("/api/matters/phone", &request).await?;
        Ok(answer.phone)
    }

    /// Returns how much of a community's listings is taken.
    ///
    /// # Errors
    /// The server's code, or [`Code::NetworkUnreachable`].
    pub async fn listing_tallies(
        self,
        community: OrganisationId,
    ) -> Result<Vec<ListingTally>, Code> {
        let path = format!("/api/listings?organisation={community}");
        self.driver().ask(&path).await
    }

    /// Returns who of an organisation's members has registered where they live.
    ///
    /// # Errors
    /// The server's code, or [`Code::NetworkUnreachable`].
    pub async fn registrations(
        self,
        organisation: OrganisationId,
    ) -> Result<RegistrationList, Code> {
        let path = format!("/api/registrations?organisation={organisation}");
        self.driver().ask(&path).await
    }

    /// Returns the service of a period, both days included.
    ///
    /// # Errors
    /// The server's code, or [`Code::NetworkUnreachable`].
    pub async fn service_report(
        self,
        organisation: OrganisationId,
        from: Day,
        to: Day,
    ) -> Result<ServiceReport, Code> {
        let path = format!("/api/service?{}", of_days(organisation, from, to));
        self.driver().ask(&path).await
    }

    /// Hands the person the server's workbook of the service of a period. Tells whether the browser
    /// took it.
    ///
    /// # Errors
    /// The server's code, or [`Code::NetworkUnreachable`].
    pub async fn download_service(
        self,
        organisation: OrganisationId,
        from: Day,
        to: Day,
    ) -> Result<bool, Code> {
        let path = format!("/api/service.xlsx?{}", of_days(organisation, from, to));
        let workbook = self.driver().fetch(&path).await?;
        let name = format!("service-{from}-{to}.xlsx");
        Ok(crate::driver::download_bytes(&name, XLSX, &workbook))
    }
}
