//! What coordinators ask the server: totals, attendance, feedback, enrolment codes.
//!
//! Each call needs the network and answers [`Code::NetworkUnreachable`] without it. An ended
//! session is renewed with the phone's key and the call made once more.

use shared::api::{
    AttendanceList, Dashboard, FeedbackItem, IssueRequest, Issued, UnconfirmedList, VenueList,
};
use shared::codes::Code;
use shared::ids::{ActivityId, MemberId, OrganisationId};
use shared::time::Day;

use super::AppState;

/// Source: ECMA-376, part 1, section 12.2.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

impl AppState {
    /// Returns the numbers of an organisation and all beneath it, from `from` to `to`, both
    /// included; of a facet alone where one is named, written as a query has it.
    ///
    /// # Errors
    /// The server's code, or [`Code::NetworkUnreachable`].
    pub async fn dashboard(
        self,
        organisation: OrganisationId,
        from: Day,
        to: Day,
        facet: Option<&str>,
    ) -> Result<Dashboard, Code> {
        let mut path = format!("/api/dashboard?{}", of_days(organisation, from, to));
        if let Some(facet) = facet {
            path.push_str("&facet=");
            path.push_str(facet);
        }
        self.driver().ask(&path).await
    }

    /// Returns venues where nothing was held in a period, a hundred at most, those behind `after`
    /// where it is named; and how many there are of each kind.
    ///
    /// # Errors
    /// The server's code, or [`Code::NetworkUnreachable`].
    pub async fn unused_venues(
        self,
        organisation: OrganisationId,
        from: Day,
        to: Day,
        after: Option<&str>,
    ) -> Result<VenueList, Code> {
        let mut path = format!("/api/venues?{}&use=unused", of_days(organisation, from, to));
        if let Some(after) = after {
            path.push_str("&after=");
            path.push_str(after);
        }
        self.driver().ask(&path).await
    }

    /// Returns the activities at and beneath an organisation of which something waits to be
    /// confirmed or is in dispute, the oldest first, a hundred at most.
    ///
    /// # Errors
    /// The server's code, or [`Code::NetworkUnreachable`].
    pub async fn unconfirmed(self, organisation: OrganisationId) -> Result<UnconfirmedList, Code> {
        let path = format!("/api/unconfirmed?organisation={organisation}");
        self.driver().ask(&path).await
    }

    /// Returns who was at an activity.
    ///
    /// # Errors
    /// The server's code, or [`Code::NetworkUnreachable`].
    pub async fn attendance(self, activity: ActivityId) -> Result<AttendanceList, Code> {
        let path = format!("/api/activities/{activity}/attendance");
        self.driver().ask(&path).await
    }

    /// Hands the person the server's workbook of who was at an activity. Tells whether the browser
    /// took it.
    ///
    /// # Errors
    /// The server's code, or [`Code::NetworkUnreachable`].
    pub async fn download_attendance(self, activity: ActivityId) -> Result<bool, Code> {
        let path = format!("/api/activities/{activity}/attendance.xlsx");
        let workbook = self.driver().fetch(&path).await?;
        let name = format!("attendance-{activity}.xlsx");
        Ok(crate::driver::download_bytes(&name, XLSX, &workbook))
    }

    /// Prints the page.
    pub fn print(self) {
        crate::driver::print();
    }

    /// Returns what the members of an organisation and all beneath it wrote, newest first.
    ///
    /// # Errors
    /// The server's code, or [`Code::NetworkUnreachable`].
    pub async fn feedback(self, organisation: OrganisationId) -> Result<Vec<FeedbackItem>, Code> {
        let path = format!("/api/feedback?organisation={organisation}");
        self.driver().ask(&path).await
    }

    /// Returns a new one-use enrolment code for a member; [`AppState::enrolment_link`] makes the link of it.
    ///
    /// # Errors
    /// The server's code, or [`Code::NetworkUnreachable`].
    pub async fn issue_enrolment(self, member: MemberId) -> Result<Issued, Code> {
        let request = IssueRequest { member };
        self.driver().tell("/api/enrolments", &request).await
    }

    /// Returns the link behind the QR code of an enrolment code. The code stands in the fragment,
    /// which no server's log sees.
    pub fn enrolment_link(self, code: &str) -> String {
        format!("{}/enrol#{code}", crate::driver::origin())
    }
}

/// The query of what is asked about an organisation and a period.
pub(super) fn of_days(organisation: OrganisationId, from: Day, to: Day) -> String {
    format!("organisation={organisation}&from={}&to={}", from.0, to.0)
}
