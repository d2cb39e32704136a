//! A large file from the server: how far it is written, how much of it has arrived, and its end when
//! the person has changed their mind.
//!
//! The parts stay in the browser's own memory; the program sees none of them.

use std::cell::Cell;
use std::rc::Rc;

use gloo::net::http::{Request, Response};
use gloo::timers::callback::Interval;
use js_sys::{Array, Reflect, Uint8Array};
use serde::Deserialize;
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

/// What the server says of a file that it still writes.
#[derive(Deserialize)]
struct Written {
    rows: u64,
    of: u64,
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
    let is_written = Rc::new(Cell::new(false));
    let watching = watch(key, Rc::clone(told), Rc::clone(&is_written));
    let response = request.send().await;
    is_written.set(true);
    drop(watching);
    let response = response.map_err(|_| NetworkFault::Unreachable)?;
    if !response.ok() {
        return Err(network::refusal(&response).await);
    }
    arrive(&response, told)
        .await
        .ok_or(NetworkFault::Unreachable)
}

/// Asks again and again how far the server is, until it answers with the file itself.
fn watch(key: Uuid, told: Rc<dyn Fn(DownloadNews)>, is_written: Rc<Cell<bool>>) -> Interval {
    Interval::new(PAUSE_MS, move || {
        let (told, is_written) = (Rc::clone(&told), Rc::clone(&is_written));
        spawn_local(async move {
            let path = format!("/api/export/progress/{key}");
            // No answer, or none yet, is no news; neither is one that the file has overtaken.
            if let Ok(Written { rows, of }) = network::read_json(network::get(&path).await)
                && !is_written.get()
            {
                told(DownloadNews::Writing { rows, of });
            }
        });
    })
}

/// Reads the answer part by part, `None` when it breaks off.
async fn arrive(response: &Response, told: &Rc<dyn Fn(DownloadNews)>) -> Option<Array> {
    let headers = response.headers();
    // The length of what is packed says nothing of what is in it.
    let is_packed = headers.get("content-encoding").is_some();
    let length = headers.get("content-length").filter(|_| !is_packed);
    let of: Option<u64> = length.and_then(|length| length.parse().ok());
    let reader: ReadableStreamDefaultReader = response.body()?.get_reader().unchecked_into();
    let parts = Array::new();
    let mut bytes = 0;
    told(DownloadNews::Arriving { bytes, of });
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
        told(DownloadNews::Arriving { bytes, of });
    }
}
