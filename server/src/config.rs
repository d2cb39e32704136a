//! What a running server is told.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use crate::clock::{Clock, SystemClock};

/// What a server is told when it starts.
#[derive(Clone)]
pub struct ServerConfig {
    /// The data folder.
    pub data: PathBuf,
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
    /// Returns the configuration of a server on a free port of this machine.
    pub fn local(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            web: None,
            public_url: None,
            proxy: Proxy::None,
            clock: Arc::new(SystemClock),
        }
    }

    /// Tells whether people reach the server by https.
    pub fn is_https(&self) -> bool {
        self.public_url
            .as_deref()
            .is_some_and(|url| url.starts_with("https://"))
    }
}
