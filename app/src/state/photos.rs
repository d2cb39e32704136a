//! Photos of services: adding one, how far it has come, and looking at it.

use leptos::prelude::*;
use leptos::web_sys::File;
use shared::codes::Code;
use shared::ids::PhotoHash;
use shared::records::Photo;

use super::{AppState, ObjectUrl, PhotoFault, PhotoStanding};

impl AppState {
    /// Makes a photo small and keeps it on this phone, for the record that is to show it; it is sent
    /// once the server has that.
    ///
    /// # Errors
    /// Why it cannot be added.
    pub async fn take_photo(self, file: &File) -> Result<Photo, PhotoFault> {
        self.driver().take_photo(file).await
    }

    /// Removes the photos that no record shows and nobody is about to send.
    pub fn forget_unnamed_photos(self) {
        self.driver().forget_unnamed_photos();
    }

    /// Returns how a photo stands; `None` of one that was not taken on this phone.
    pub fn photo_standing(self, hash: PhotoHash) -> Memo<Option<PhotoStanding>> {
        Memo::new(move |_| {
            self.revision.track();
            self.driver().photo_standing(hash)
        })
    }

    /// Returns how many photos of records are not uploaded yet.
    pub fn photos_waiting(self) -> Memo<usize> {
        Memo::new(move |_| {
            self.revision.track();
            self.driver().photos_waiting()
        })
    }

    /// Returns a photo that is on this phone.
    pub(crate) async fn kept_photo(self, hash: PhotoHash) -> Option<ObjectUrl> {
        self.driver().kept_photo(hash).await
    }

    /// Asks the server for a photo.
    ///
    /// # Errors
    /// The server's code, [`Code::NotFound`] while the photo has not come so far, or
    /// [`Code::NetworkUnreachable`].
    pub(crate) async fn fetch_photo(self, hash: PhotoHash) -> Result<ObjectUrl, Code> {
        self.driver().fetch_photo(hash).await
    }
}
