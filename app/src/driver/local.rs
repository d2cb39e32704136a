//! Small things of the browser that are neither storage nor network: local storage, events between
//! the page's scripts, downloads, and whether the data will be kept.
//!
//! Local storage holds only what may be lost; where it is missing or full nothing breaks.

use js_sys::{Array, Uint8Array};
use shared::ids::{DeviceId, InstallationId};
use shared::witness::{ANSWER_CODE_PATH, HOST_CODE_PATH};
use uuid::Uuid;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, CustomEvent, CustomEventInit, HtmlAnchorElement, Storage, Url,
};

use super::{Persistence, clock};

/// Says that this browser was enrolled once: without it an emptied storage looks like a new phone.
const ENROLLED: &str = "baodao.enrolled";

/// Which copy of the app this is, whoever is enrolled on it.
const INSTALLATION: &str = "baodao.installation";

/// What begins the keys of what the owner has typed and not entered yet.
const OWN: &str = "baodao.own.";

/// Returns which copy of the app this is: made once, and the same for whoever is enrolled on it.
/// `None` where the browser keeps nothing.
pub(crate) fn installation() -> Option<InstallationId> {
    if let Some(kept) = kept_local(INSTALLATION).and_then(|kept| kept.parse().ok()) {
        return Some(kept);
    }
    let made = uuid::Builder::from_random_bytes(clock::random()).into_uuid();
    keep_local(INSTALLATION, &made.to_string());
    kept_local(INSTALLATION)?
        .parse::<Uuid>()
        .ok()
        .map(InstallationId)
}

/// Returns what was kept under a key.
pub(crate) fn kept_local(key: &str) -> Option<String> {
    local_storage()?.get_item(key).ok()?
}

/// Keeps a text under a key where the browser allows it.
pub(crate) fn keep_local(key: &str, text: &str) {
    if let Some(storage) = local_storage() {
        let _ = storage.set_item(key, text);
    }
}

/// Returns what was kept of the owner under a name.
pub(crate) fn kept_own(name: &str) -> Option<String> {
    kept_local(&format!("{OWN}{name}"))
}

/// Keeps a text of the owner where the browser allows it, until this phone is unbound.
pub(crate) fn keep_own(name: &str, text: &str) {
    keep_local(&format!("{OWN}{name}"), text);
}

/// Lets go what was kept of the owner under a name.
pub(crate) fn forget_own(name: &str) {
    forget_local(&format!("{OWN}{name}"));
}

fn forget_local(key: &str) {
    if let Some(storage) = local_storage() {
        // What cannot be removed is written over later.
        let _ = storage.remove_item(key);
    }
}

/// Tells whether anything that was kept of the owner holds a text.
pub(super) fn own_mentions(text: &str) -> bool {
    let mut kept = own_keys().into_iter().filter_map(|key| kept_local(&key));
    kept.any(|kept| kept.contains(text))
}

fn forget_all_own() {
    for key in own_keys() {
        forget_local(&key);
    }
}

fn own_keys() -> Vec<String> {
    let Some(storage) = local_storage() else {
        return Vec::new();
    };
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|index| storage.key(index).ok()?);
    keys.filter(|key| key.starts_with(OWN)).collect()
}

fn local_storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// Tells whether this browser was enrolled once and not signed out.
pub(super) fn was_enrolled() -> bool {
    kept_local(ENROLLED).is_some()
}

/// Notes that this browser is enrolled.
pub(super) fn note_enrolled(device: DeviceId) {
    keep_local(ENROLLED, &device.to_string());
}

/// Notes that this browser is not enrolled any more, and lets go what was kept of the owner.
pub(super) fn note_signed_out() {
    forget_local(ENROLLED);
    forget_all_own();
}

/// Returns the page's origin, such as `https://example.org`.
pub(crate) fn origin() -> String {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok());
    origin.unwrap_or_default()
}

/// Takes the code from an address such as `/enrol#K7QM-2XTR-9B` and the fragment off the address,
/// so that neither the history nor a shared link keeps it.
pub(super) fn take_enrolment_code() -> Option<String> {
    let window = web_sys::window()?;
    let location = window.location();
    if location.pathname().ok()? != "/enrol" {
        return None;
    }
    let code = code_of_fragment(&location.hash().ok()?)?;
    let history = window.history().ok()?;
    let state = history.state().unwrap_or(JsValue::NULL);
    // Without it the code stays in the address; it is good once only.
    let _ = history.replace_state_with_url(&state, "", Some("/enrol"));
    Some(code)
}

/// Takes a scanned code from the address that the phone's own scanner opened, `/scan#…` or
/// `/answer#…`: returns the whole address, and puts the first screen in its place.
pub(super) fn take_scanned_link() -> Option<String> {
    let window = web_sys::window()?;
    let location = window.location();
    let path = location.pathname().ok()?;
    let fragment = location.hash().ok()?;
    let is_code = path == HOST_CODE_PATH || path == ANSWER_CODE_PATH;
    if !is_code || fragment.len() < 2 {
        return None;
    }
    let address = location.href().ok()?;
    let history = window.history().ok()?;
    // Without it the code stays in the address and is read again at the next start.
    let _ = history.replace_state_with_url(&JsValue::NULL, "", Some("/"));
    Some(address)
}

fn code_of_fragment(fragment: &str) -> Option<String> {
    let code = fragment.strip_prefix('#')?.trim();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    (!code.is_empty() && code.len() <= 64 && code.chars().all(plain)).then(|| code.to_owned())
}

/// Dispatches an event on the window, for the scripts beside the app.
pub(super) fn dispatch(name: &str) {
    if let (Some(window), Ok(event)) = (web_sys::window(), web_sys::Event::new(name)) {
        // Dispatching fails only for an event under way.
        let _ = window.dispatch_event(&event);
    }
}

/// Tells the page's scripts that the app is mounted, so that they take the shell away.
pub(crate) fn announce_ready() {
    dispatch("baodao:ready");
}

/// Lets a panic, after which nothing more will happen, be seen: the page's scripts show what to do.
pub(crate) fn report_crashes() {
    std::panic::set_hook(Box::new(|panic| {
        let detail = JsValue::from(panic.to_string());
        web_sys::console::error_1(&detail);
        let options = CustomEventInit::new();
        options.set_detail(&detail);
        let event = CustomEvent::new_with_event_init_dict("baodao:crash", &options);
        if let (Some(window), Ok(event)) = (web_sys::window(), event) {
            // Dispatching fails only for an event under way.
            let _ = window.dispatch_event(&event);
        }
    }));
}

/// Hands the person a file. Tells whether the browser took it.
pub(crate) fn download(name: &str, media_type: &str, text: &str) -> bool {
    let parts = Array::of1(&text.into());
    let offered = Blob::new_with_str_sequence_and_options(&parts, &of_type(media_type))
        .and_then(|blob| offer(name, &blob));
    offered.is_ok()
}

/// Hands the person a file of bytes. Tells whether the browser took it.
pub(crate) fn download_bytes(name: &str, media_type: &str, bytes: &[u8]) -> bool {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let offered = Blob::new_with_u8_array_sequence_and_options(&parts, &of_type(media_type))
        .and_then(|blob| offer(name, &blob));
    offered.is_ok()
}

/// Hands the person a file of parts that the browser holds. Tells whether it took it.
pub(super) fn download_parts(name: &str, media_type: &str, parts: &Array) -> bool {
    let offered = Blob::new_with_u8_array_sequence_and_options(parts, &of_type(media_type))
        .and_then(|blob| offer(name, &blob));
    offered.is_ok()
}

/// An address of bytes that this page holds; it leads nowhere once this is dropped.
pub(crate) struct ObjectUrl(String);

impl ObjectUrl {
    /// Returns the address of a copy of the bytes, `None` where the browser gives none.
    pub(super) fn of(media_type: &str, bytes: &[u8]) -> Option<Self> {
        let parts = Array::of1(&Uint8Array::from(bytes));
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &of_type(media_type));
        Url::create_object_url_with_blob(&blob.ok()?).ok().map(Self)
    }

    /// Returns the address.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        // The browser revokes whatever is its own.
        let _ = Url::revoke_object_url(&self.0);
    }
}

/// Opens the browser's print dialogue, where there is one.
pub(crate) fn print() {
    if let Some(window) = web_sys::window() {
        // A web view without printing says so by an error, and the page stays as it is.
        let _ = window.print();
    }
}

fn of_type(media_type: &str) -> BlobPropertyBag {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    options
}

fn offer(name: &str, blob: &Blob) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(blob)?;
    let document = web_sys::window()
        .and_then(|window| window.document())
        .ok_or(JsValue::UNDEFINED)?;
    let link: HtmlAnchorElement = document.create_element("a")?.dyn_into()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The browser may still be reading it; a minute is enough for a few megabytes.
    gloo::timers::callback::Timeout::new(60_000, move || {
        let _ = Url::revoke_object_url(&url);
    })
    .forget();
    Ok(())
}

/// Asks the browser to keep this phone's data, and returns what it said.
pub(super) async fn ask_for_persistence() -> Persistence {
    match storage_of_origin().map(|storage| storage.persist()) {
        Some(Ok(promise)) => said(JsFuture::from(promise).await),
        Some(Err(_)) | None => Persistence::Unknown,
    }
}

/// Returns whether the browser has promised to keep this phone's data.
pub(super) async fn persistence() -> Persistence {
    match storage_of_origin().map(|storage| storage.persisted()) {
        Some(Ok(promise)) => said(JsFuture::from(promise).await),
        Some(Err(_)) | None => Persistence::Unknown,
    }
}

/// The browser's storage manager; old web views have none, so its presence is looked at first.
fn storage_of_origin() -> Option<web_sys::StorageManager> {
    let navigator = web_sys::window()?.navigator();
    let storage = js_sys::Reflect::get(&navigator, &"storage".into()).ok()?;
    storage.dyn_into().ok()
}

fn said(answer: Result<JsValue, JsValue>) -> Persistence {
    match answer.ok().and_then(|answer| answer.as_bool()) {
        Some(true) => Persistence::Granted,
        Some(false) => Persistence::Refused,
        None => Persistence::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fragment_that_is_no_code_is_left_alone() {
        assert_eq!(
            code_of_fragment("#K7QM-2XTR-9B").as_deref(),
            Some("K7QM-2XTR-9B")
        );
        for fragment in ["", "#", "K7QM", "#a b", "#<script>", "#码"] {
            assert_eq!(code_of_fragment(fragment), None, "{fragment}");
        }
        assert_eq!(code_of_fragment(&format!("#{}", "A".repeat(65))), None);
    }
}
