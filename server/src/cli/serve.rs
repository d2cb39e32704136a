//! `baodao serve`.

use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::signal;

use super::failure::Failure;
use super::{Data, say};
use crate::clock::SystemClock;
use crate::config::{Limits, Proxy, ServerConfig};
use crate::running::start;

#[derive(clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// The port; 0 takes any that is free.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// The folder of the app's bundle; without it the one inside the program is served.
    #[arg(long, value_name = "DIR")]
    web: Option<PathBuf>,
    /// The address that people type, when a proxy stands before the server.
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// A proxy of your own appends the client's address to X-Forwarded-For.
    #[arg(long)]
    behind_proxy: bool,
    /// Serves /metrics on an address of its own, such as 127.0.0.1:9090; nobody but the operator may
    /// reach it.
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
    /// Connections open at a time; the files that the system allows set a lower bound.
    #[arg(long, default_value_t = Limits::default().connections)]
    connections: usize,
}

/// File descriptors for everything but connections.
const OTHER_FILES: u64 = 256;

pub(super) async fn serve(options: Options) -> Result<ExitCode, Failure> {
    let proxy = if options.behind_proxy {
        Proxy::Trusted
    } else {
        Proxy::None
    };
    let server = start(ServerConfig {
        place: options.data.place()?,
        address: SocketAddr::new(options.host, options.port),
        web: options.web,
        public_url: options.public_url,
        proxy,
        clock: Arc::new(SystemClock),
        metrics: options.metrics,
        limits: limits(options.connections),
    })
    .await?;
    say(format_args!(
        "listening on http://localhost:{}",
        server.address().port()
    ));
    if let Some(address) = server.metrics_address() {
        say(format_args!("metrics on http://{address}/metrics"));
    }
    // Whoever waits for the line reads through a pipe, which would keep it back.
    drop(std::io::stdout().flush());
    let mut signals = Signals::listen();
    signals.next().await;
    tracing::info!("the server ends; another signal ends it at once");
    tokio::select! {
        () = server.shutdown() => Ok(ExitCode::SUCCESS),
        () = signals.next() => {
            tracing::warn!("ended at once; what was open is cut off");
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Raises the limit of open files as far as the system allows, and takes no more connections than
/// that.
fn limits(connections: usize) -> Limits {
    let mut limits = Limits {
        connections,
        ..Limits::default()
    };
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut files = getrlimit(Resource::Nofile);
        files.current = files.maximum;
        if let Err(error) = setrlimit(Resource::Nofile, files) {
            tracing::warn!(%error, "the limit of open files stays");
        }
        if let Some(most) = getrlimit(Resource::Nofile).current {
            let room = most.saturating_sub(OTHER_FILES).max(1);
            limits.connections = connections.min(usize::try_from(room).unwrap_or(usize::MAX));
        }
    }
    limits.streams = limits.streams.min(limits.connections * 3 / 4);
    limits
}

/// The signals that end a process.
struct Signals {
    #[cfg(unix)]
    terminate: Option<signal::unix::Signal>,
}

impl Signals {
    #[cfg(unix)]
    fn listen() -> Self {
        use signal::unix::{SignalKind, signal};
        Self {
            terminate: signal(SignalKind::terminate()).ok(),
        }
    }

    #[cfg(not(unix))]
    fn listen() -> Self {
        Self {}
    }

    /// Waits for the next of them.
    async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(terminate) = &mut self.terminate {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = signal::ctrl_c() => {}
            }
            return;
        }
        drop(signal::ctrl_c().await);
    }
}
