//! Whose this phone is: binding it to a person, and letting it go.

use leptos::prelude::*;
use shared::api::Enrolled;
use shared::client::Binding;
use shared::codes::Code;

use super::AppState;

impl AppState {
    /// Returns whether the server knows this phone as its owner's.
    pub fn binding(self) -> Signal<Binding> {
        Signal::derive(move || self.status.with(|status| status.binding))
    }

    /// Returns why the server does not let this phone sign in, such as
    /// [`Code::DeviceRevoked`].
    pub fn session_refused(self) -> Signal<Option<Code>> {
        self.session_refused.into()
    }

    /// Binds this phone with a code; whoever has the code typed may write it with spaces, hyphens
    /// and small letters. The phase becomes [`AppPhase::Ready`](super::AppPhase::Ready) before it resolves.
    ///
    /// # Errors
    /// Why the server or the phone's storage refused; trying again with the same code is safe.
    pub async fn enrol(self, code: String) -> Result<Enrolled, Code> {
        let enrolled = self.driver().enrol(&code).await?;
        self.enrolment_code.set(None);
        Ok(enrolled)
    }

    /// Returns the code that the page was opened with (`/enrol#CODE`), until it was used.
    pub fn enrolment_code(self) -> Signal<Option<String>> {
        self.enrolment_code.into()
    }

    /// Removes everything from this phone and leaves it unbound.
    ///
    /// # Errors
    /// [`Code::NetworkUnreachable`] while something is unsent, or why the storage refused.
    pub async fn sign_out(self) -> Result<(), Code> {
        self.driver().sign_out().await
    }

    /// Lets go what a revoked phone could not hand over: the phone clears itself.
    pub fn let_go(self) {
        self.driver().let_go();
    }
}
