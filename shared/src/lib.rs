//! The domain of baodao: words, documents, reconciliation, projection, permission and the two sync
//! engines. Performs no IO, reads no clock, draws no random number; builds for wasm32 and native.
//!
//! Every fact has two sides. A member's phone writes *claims* in its journal, an organisation's
//! phones write *plans* in a calendar, *marks* in a roll call and *rulings* in a ledger, all offline;
//! [`reconcile`] turns them into outcomes.

pub mod api;
pub mod client;
pub mod codes;
pub mod directory;
pub mod documents;
pub mod gate;
pub mod ids;
pub mod limits;
pub mod permission;
pub mod project;
pub mod reconcile;
pub mod records;
pub mod rollup;
pub mod server;
pub mod time;
pub mod volume;
pub mod wire;
pub mod witness;
pub mod words;
