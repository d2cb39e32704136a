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
use crate::config::{Proxy, ServerConfig};
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
}

pub(super) async fn serve(options: Options) -> Result<ExitCode, Failure> {
    let proxy = if options.behind_proxy {
        Proxy::Trusted
    } else {
        Proxy::None
    };
    let server = start(ServerConfig {
        data: options.data.folder,
        address: SocketAddr::new(options.host, options.port),
        web: options.web,
        public_url: options.public_url,
        proxy,
        clock: Arc::new(SystemClock),
    })
    .await?;
    say(format_args!(
        "listening on http://localhost:{}",
        server.address().port()
    ));
    // Whoever waits for the line reads through a pipe, which would keep it back.
    drop(std::io::stdout().flush());
    wait_for_the_end().await;
    tracing::info!("the server ends");
    server.shutdown().await;
    Ok(ExitCode::SUCCESS)
}

#[cfg(unix)]
async fn wait_for_the_end() {
    use signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = terminate.recv() => {}
            _ = signal::ctrl_c() => {}
        },
        Err(_) => drop(signal::ctrl_c().await),
    }
}

#[cfg(not(unix))]
async fn wait_for_the_end() {
    drop(signal::ctrl_c().await);
}
