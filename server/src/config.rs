//! What a running server is told.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::store::Place;

/// What a server is told when it starts.
#[derive(Clone)]
pub struct ServerConfig {
    /// Where the city's rows lie.
    pub place: Place,
    /// Where to listen; port 0 lets the system choose one.
    pub address: SocketAddr,
    /// The folder of the bundle; without it the one inside the binary is served, if there is one.
    pub web: Option<PathBuf>,
    /// The address that people type, when a proxy stands before the server.
    pub public_url: Option<String>,
    /// Whether the last address of `X-Forwarded-For` is the client's.
    pub proxy: Proxy,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where `/metrics` is served; nowhere without it.
    pub metrics: Option<SocketAddr>,
    /// What it bears.
    pub limits: Limits,
}

/// What a server bears before it says no. Each limit is answered, never met with silence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections open at a time.
    pub connections: usize,
    /// How long the head of a request may take, and how long a connection may lie idle before it.
    pub head_time: Duration,
    /// How long a body may take.
    pub body_time: Duration,
    /// How long a client may leave unread what it was sent. Source: RFC 5482.
    pub unread_time: Duration,
    /// Syncs worked on at a time.
    pub syncs: usize,
    /// Syncs that wait for their turn.
    pub waiting: usize,
    /// Bodies above [`Limits::LARGE_BODY`] read at a time.
    pub large_bodies: usize,
    /// Event streams open at a time.
    pub streams: usize,
    /// Syncs that a device may make at once.
    pub burst: u32,
    /// Syncs that a device gets back each second.
    pub refill_per_s: u32,
    /// Exports made at a time.
    pub exports: usize,
    /// Requests that a token may make a minute.
    pub token_requests_per_min: u32,
    /// How long open requests and the projector may take when the server ends.
    pub grace: Duration,
}

impl Limits {
    /// Bytes of a body from which it counts as large.
    pub const LARGE_BODY: usize = 64 * 1024;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 8_192,
            head_time: Duration::from_secs(20),
            body_time: Duration::from_secs(30),
            unread_time: Duration::from_secs(30),
            syncs: 512,
            waiting: 8_192,
            large_bodies: 64,
            streams: 6_144,
            burst: 240,
            refill_per_s: 4,
            exports: 2,
            token_requests_per_min: 60,
            grace: Duration::from_secs(10),
        }
    }
}

/// Whether a proxy of the operator's own stands before the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proxy {
    /// Clients connect by themselves.
    None,
    /// A proxy appends the client's address to `X-Forwarded-For`.
    Trusted,
}

impl ServerConfig {
    /// Returns the configuration of a server of a data folder on a free port of this machine.
    pub fn local(data: impl Into<PathBuf>) -> Self {
        Self {
            place: Place::Folder(data.into()),
            address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            web: None,
            public_url: None,
            proxy: Proxy::None,
            clock: Arc::new(SystemClock),
            metrics: None,
            limits: Limits::default(),
        }
    }

    /// Tells whether people reach the server by https.
    pub fn is_https(&self) -> bool {
        self.public_url
            .as_deref()
            .is_some_and(|url| url.starts_with("https://"))
    }
}
