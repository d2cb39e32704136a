//! Every way in which a command of xtask can fail, worded for the person at the terminal.

use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{0}")]
    ToolsMissing(String),
    #[error("cannot start `{program}`")]
    Start { program: String, source: io::Error },
    #[error("`{command}` failed ({status})")]
    Command { command: String, status: String },
    #[error("{}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{}: nothing replaces the placeholder {placeholder}", path.display())]
    Placeholder { path: PathBuf, placeholder: String },
    #[error("the program could not be cut into its parts")]
    Split(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("wasm-bindgen refused the compiled app")]
    Bindgen(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("unreadable output of `{command}`")]
    Output {
        command: String,
        source: std::string::FromUtf8Error,
    },
    #[error("{0}")]
    Boundary(String),
    #[error("no benchmark is called `{name}`; there are: {known}")]
    UnknownBench { name: String, known: String },
    #[error(
        "step `{step}` failed after {duration}; run it alone with `cargo xtask test --only {step}`"
    )]
    Step {
        step: &'static str,
        duration: String,
        source: Box<Failure>,
    },
}

impl Failure {
    /// Returns a function that says which file an input or output error is about.
    pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}
