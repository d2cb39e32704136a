//! What can go wrong between a test and the browser, with all that a person needs to see why.

use std::io;
use std::path::{Path, PathBuf};

/// A failure of the browser, of the page in it, or of what the test expected of the page.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("Chromium did not start: {reason}\n{log}")]
    NotStarted { reason: String, log: String },
    #[error("cannot reach Chromium")]
    Unreachable(#[source] Box<tokio_tungstenite::tungstenite::Error>),
    #[error("the page or its browser went away during {method}")]
    Gone { method: String },
    #[error("Chromium did not answer {method} in time")]
    Silent { method: String },
    #[error("Chromium refused {method}: {message}")]
    Refused { method: String, message: String },
    #[error("cannot open {url}: {reason}")]
    NotOpened { url: String, reason: String },
    #[error("a script threw {exception}\n  the script: {script}")]
    Thrown { script: String, exception: String },
    #[error("waited in vain for {what}\n{scene}")]
    TimedOut { what: String, scene: String },
    #[error("Chromium's answer to {method} has no {field}")]
    Incomplete {
        method: &'static str,
        field: &'static str,
    },
    #[error("{}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("AXE_CORE must name axe-core's script; `cargo xtask` does that")]
    NoAxeCore,
    #[error("unreadable answer of Chromium")]
    Unreadable(#[from] serde_json::Error),
}

impl Error {
    /// Returns a function that says which file an input or output error is about.
    pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    /// Tells whether a navigation pulled the page from under a script, which may be tried again.
    pub(super) fn is_navigation(&self) -> bool {
        const SIGNS: [&str; 3] = [
            "context was destroyed",
            "navigated or closed",
            "Cannot find context",
        ];
        match self {
            Self::Refused { message, .. } => SIGNS.iter().any(|sign| message.contains(sign)),
            _ => false,
        }
    }
}
