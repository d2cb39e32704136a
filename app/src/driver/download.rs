//! A large file from the server: how far it is written, how much of it has arrived, and its end when
//! the person has changed their mind.
//!
//! The parts stay in the browser's own memory; the program sees none of them.

use std::cell::Cell;
use std::rc::Rc;

use gloo::net::http::{Request, Response};
use gloo::timers::callback::Interval;
use js_sys::{Array, Reflect, Uint8Array};
use shared::api::ExportProgress;
use shared::client::NetworkFault;
use shared::codes::Code;
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AbortController, ReadableStreamDefaultReader, RequestCache, RequestCredentials, RequestRedirect,
};

use super::{Driver, local, network};

/// How long to wait before asking again how far the server is.
const PAUSE_MS: u32 = 700;

/// How far a download is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DownloadNews {
    /// The server writes the file: so many of its rows.
    Writing {
        /// Rows written.
        rows: u64,
        /// Rows in all.
        of: u64,
    },
    /// The file arrives.
    Arriving {
        /// Bytes that have arrived.
        bytes: u64,
        /// Bytes in all, where the server says so.
        of: Option<u64>,
    },
}

/// A download that can be ended before its time.
#[derive(Clone)]
pub struct DownloadTask(Rc<Task>);

struct Task {
    controller: Option<AbortController>,
    ended: Cell<bool>,
}

impl DownloadTask {
    /// Makes a task that nothing has begun yet.
    #[must_use]
    pub fn new() -> Self {
        Self(Rc::new(Task {
            controller: AbortController::new().ok(),
            ended: Cell::new(false),
        }))
    }

    /// Ends it.
    pub fn cancel(&self) {
        self.0.ended.set(true);
        if let Some(controller) = &self.0.controller {
            controller.abort();
        }
    }

    /// Tells whether it was ended before its time.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.ended.get()
    }
}

impl Default for DownloadTask {
    fn default() -> Self {
        Self::new()
    }
}

impl Driver {
    /// Fetches a file and hands it to the person; tells whether the browser took it. An ended
    /// session is renewed once.
    pub(crate) async fn download(
        &self,
        path: &str,
        name: &str,
        media_type: &str,
        task: &DownloadTask,
        told: impl Fn(DownloadNews) + 'static,
    ) -> Result<bool, Code> {
        let key = self.new_uuid();
        let path = format!("{path}&progress={key}");
        let told: Rc<dyn Fn(DownloadNews)> = Rc::new(told);
        let answer = self.answer(|| fetch(&path, key, task, &told)).await;
        let parts = answer.map_err(network::code)?;
        Ok(local::download_parts(name, media_type, &parts))
    }
}

async fn fetch(
    path: &str,
    key: Uuid,
    task: &DownloadTask,
    told: &Rc<dyn Fn(DownloadNews)>,
) -> Result<Array, NetworkFault> {
    let signal = task.0.controller.as_ref().map(AbortController::signal);
    let request = Request::get(path)
        .credentials(RequestCredentials::SameOrigin)
        .cache(RequestCache::NoStore)
        .redirect(RequestRedirect::Error)
        .abort_signal(signal.as_ref())
        .build()
        .map_err(|_| NetworkFault::Unreachable)?;
    let watch = Rc::new(Watch::default());
    let asking = ask_on(key, Rc::clone(told), Rc::clone(&watch));
    let response = request.send().await;
    let response = response.map_err(|_| NetworkFault::Unreachable)?;
    if !response.ok() {
        return Err(network::refusal(&response).await);
    }
    let of = length(&response);
    // A file without a length is sent while it is written: its rows say more than its bytes.
    watch.is_over.set(of.is_some());
    let parts = arrive(&response, of, told, &watch).await;
    watch.is_over.set(true);
    drop(asking);
    parts.ok_or(NetworkFault::Unreachable)
}

/// What is known of a file that the server still writes.
#[derive(Default)]
struct Watch {
    is_over: Cell<bool>,
    has_rows: Cell<bool>,
}

/// Asks again and again how far the server is, until that is known otherwise.
fn ask_on(key: Uuid, told: Rc<dyn Fn(DownloadNews)>, watch: Rc<Watch>) -> Interval {
    Interval::new(PAUSE_MS, move || {
        let (told, watch) = (Rc::clone(&told), Rc::clone(&watch));
        spawn_local(async move {
            let path = format!("/api/export/progress/{key}");
            // No answer, or none yet, is no news; neither is one that the file has overtaken.
            if let Ok(ExportProgress { rows, of }) = network::read_json(network::get(&path).await)
                && !watch.is_over.get()
            {
                watch.has_rows.set(true);
                told(DownloadNews::Writing { rows, of });
            }
        });
    })
}

/// Returns how long a file is, where the server says so.
fn length(response: &Response) -> Option<u64> {
    let headers = response.headers();
    // The length of what is packed says nothing of what is in it.
    let is_packed = headers.get("content-encoding").is_some();
    let length = headers.get("content-length").filter(|_| !is_packed);
    length.and_then(|length| length.parse().ok())
}

/// Reads the answer part by part, `None` when it breaks off.
async fn arrive(
    response: &Response,
    of: Option<u64>,
    told: &Rc<dyn Fn(DownloadNews)>,
    watch: &Watch,
) -> Option<Array> {
    let reader: ReadableStreamDefaultReader = response.body()?.get_reader().unchecked_into();
    let parts = Array::new();
    let mut bytes = 0;
    loop {
        let part = JsFuture::from(reader.read()).await.ok()?;
        let field = |name: &str| Reflect::get(&part, &JsValue::from_str(name)).ok();
        if field("done")?.is_truthy() {
            // An answer that is cut short is no file.
            return of.is_none_or(|of| of == bytes).then_some(parts);
        }
        let part: Uint8Array = field("value")?.dyn_into().ok()?;
        bytes += u64::from(part.length());
        parts.push(&part);
        if !watch.has_rows.get() || of.is_some() {
            told(DownloadNews::Arriving { bytes, of });
        }
    }
}
