//! The baodao client: Leptos in the browser, client-side rendered, working without a network.
//!
//! `app` holds routes and frame, `pages` the screens, `components` their parts, `state` the only
//! bridge to the engine, `driver` the browser around it.

pub mod app;
pub mod components;
mod driver;
pub mod locale;
pub mod pages;
pub mod state;
