//! What a page said and did while nobody asked: console, exceptions, documents loaded.

use std::sync::{Mutex, MutexGuard};

use serde_json::Value;
use tokio::sync::watch;

/// More lines than anyone reads; older ones are dropped.
const LINES_KEPT: usize = 1000;

/// The journal of one page.
#[derive(Default)]
pub(super) struct Journal {
    lines: Mutex<Vec<Line>>,
    /// The loader of the last document of the main frame that finished loading.
    loaded: watch::Sender<String>,
    main_frame: Mutex<String>,
}

#[derive(Clone)]
struct Line {
    text: String,
    is_error: bool,
}

impl Journal {
    /// Notes an event.
    pub(super) fn note(&self, method: &str, parameters: &Value) {
        match method {
            "Runtime.consoleAPICalled" => {
                let level = parameters["type"].as_str().unwrap_or("log");
                self.add(
                    level,
                    &spoken(&parameters["args"]),
                    matches!(level, "error" | "assert"),
                );
            }
            "Runtime.exceptionThrown" => {
                self.add(
                    "exception",
                    &exception(&parameters["exceptionDetails"]),
                    true,
                );
            }
            "Log.entryAdded" => {
                let entry = &parameters["entry"];
                let level = entry["level"].as_str().unwrap_or("info");
                let text = entry["text"].as_str().unwrap_or_default();
                let url = entry["url"].as_str().unwrap_or_default();
                self.add(level, &format!("{text} {url}"), level == "error");
            }
            "Page.lifecycleEvent"
                if parameters["name"] == "load" && self.is_main(&parameters["frameId"]) =>
            {
                let loader = parameters["loaderId"].as_str().unwrap_or_default();
                self.loaded.send_replace(loader.to_owned());
            }
            _ => {}
        }
    }

    /// Says which frame is the page itself.
    pub(super) fn set_main_frame(&self, frame: &str) {
        *lock(&self.main_frame) = frame.to_owned();
    }

    /// Returns a watch on the loader of the last document that finished loading.
    pub(super) fn loaded(&self) -> watch::Receiver<String> {
        self.loaded.subscribe()
    }

    /// Returns every line of the console, exceptions included, oldest first.
    pub(super) fn console(&self) -> Vec<String> {
        lock(&self.lines)
            .iter()
            .map(|line| line.text.clone())
            .collect()
    }

    /// Returns the lines that tell of an error.
    pub(super) fn errors(&self) -> Vec<String> {
        let lines = lock(&self.lines);
        lines
            .iter()
            .filter(|line| line.is_error)
            .map(|line| line.text.clone())
            .collect()
    }

    fn is_main(&self, frame: &Value) -> bool {
        frame.as_str() == Some(lock(&self.main_frame).as_str())
    }

    fn add(&self, level: &str, text: &str, is_error: bool) {
        let mut lines = lock(&self.lines);
        if lines.len() == LINES_KEPT {
            lines.remove(0);
        }
        lines.push(Line {
            text: format!("{level}: {}", text.trim_end()),
            is_error,
        });
    }
}

/// Returns the text of an exception, with its stack where there is one.
pub(super) fn exception(details: &Value) -> String {
    let thrown = &details["exception"];
    let text = thrown["description"]
        .as_str()
        .map(str::to_owned)
        .or_else(|| {
            let value = thrown.get("value")?;
            Some(
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned),
            )
        });
    text.unwrap_or_else(|| {
        details["text"]
            .as_str()
            .unwrap_or("an exception")
            .to_owned()
    })
}

fn spoken(arguments: &Value) -> String {
    let words = arguments.as_array().into_iter().flatten().map(|argument| {
        match (argument["value"].as_str(), argument["description"].as_str()) {
            (Some(text), _) | (None, Some(text)) => text.to_owned(),
            (None, None) => argument
                .get("value")
                .map_or_else(|| "undefined".to_owned(), Value::to_string),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .expect("no code panics while it holds the journal")
}
