//! What coordinators ask the server: totals, attendance, feedback, enrolment codes.
//!
//! Each call needs the network and answers [`Code::NetworkUnreachable`] without it. An ended
//! session is renewed with the phone's key and the call made once more.

use shared::api::{AttendanceList, FeedbackItem, IssueRequest, Issued, Overview};
use shared::codes::Code;
use shared::ids::{ActivityId, MemberId, OrganisationId};
use shared::time::Day;

use super::AppState;

/// Source: ECMA-376, part 1, section 12.2.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

impl AppState {
    /// Returns the totals of an organisation and all beneath it, from `from` to `to`, both
    /// included.
    ///
    /// # Errors
    /// The server's code, or [`Code::NetworkUnreachable`].
    pub async fn overview(
        self,
        organisation: OrganisationId,
        from: Day,
        to: Day,
    ) -> Result<Overview, Code> {
        let path = format!(
            "/api/overview?organisation={organisation}&from={}&to={}",
            from.0, to.0
        );
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
