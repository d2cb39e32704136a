//! The baodao server: stores what phones send after it passed the gate, derives rows from it, and
//! serves the app. `routes → services → store`.

pub mod audit;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod directory;
pub mod import;
pub mod metrics;
pub mod projector;
pub mod routes;
pub mod services;
pub mod store;
pub mod telemetry;

mod connections;
mod running;

pub use config::ServerConfig;
pub use running::{RunningServer, StartError, start};
