//! The words of the history, from `data/demo/history.toml`.

use serde::Deserialize;

/// The words.
#[derive(Deserialize)]
pub(in crate::demo) struct Words {
    pub minutes: Vec<String>,
    pub cancelled: Vec<String>,
    pub proxy_entry: Vec<String>,
    pub late_entry: Vec<String>,
    pub leave: Vec<String>,
    /// Why a dispute was settled.
    pub settled: String,
}

impl Words {
    /// Reads the words that the binary carries.
    pub(in crate::demo) fn embedded() -> Self {
        toml::from_str(include_str!("../../../data/demo/history.toml"))
            .expect("history.toml has the form of Words; the demo's tests read it")
    }
}
