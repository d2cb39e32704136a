//! The baodao server: stores what phones send after it passed the gate, derives rows from it, and
//! serves the app. `routes → services → store`.

pub mod audit;
pub mod auth;
pub mod backup;
pub mod cli;
pub mod clock;
pub mod compaction;
pub mod config;
pub mod demo;
pub mod directory;
pub mod import;
pub mod inspection;
pub mod metrics;
pub mod projector;
pub mod rollup;
pub mod routes;
pub mod services;
pub mod store;
pub mod telemetry;

mod connections;
mod running;
mod scratch;

pub use config::ServerConfig;
pub use running::{DataLock, RunningServer, StartError, start};
