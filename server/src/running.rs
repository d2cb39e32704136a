//! A server from its start to its end.

use std::fs::{File, TryLockError};
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::auth::Lockout;
use crate::compaction;
use crate::config::ServerConfig;
use crate::connections;
use crate::metrics::Metrics;
use crate::projector::{self, Projector};
use crate::routes::{self, Bundle, Counter};
use crate::services::{Exports, Office, TokenDesk, Turnstile};
use crate::store::{Place, Store, StoreError};

/// The file that says who serves a data folder.
pub(crate) const LOCK: &str = "baodao.lock";
/// Connections that the system holds until they are accepted.
const BACKLOG: u32 = 4_096;
/// When the operator's own tools come again, should they hold too many connections.
const TOOLS_COME_AGAIN: Duration = Duration::from_secs(1);
/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be used.
    #[error("the data folder cannot be used")]
    Data(#[source] io::Error),
    /// Another process serves or rebuilds it.
    #[error("another process is at work on this data folder")]
    InUse,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address is taken or not allowed.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
}

/// A running server. Dropping it ends it like a power cut; [`RunningServer::shutdown`] ends it in
/// order.
pub struct RunningServer {
    address: SocketAddr,
    metrics_address: Option<SocketAddr>,
    store: Arc<dyn Store>,
    projector: Projector,
    grace: Duration,
    ending: watch::Sender<bool>,
    serving: JoinHandle<()>,
    background: Vec<JoinHandle<()>>,
    /// Held as long as the server runs.
    _lock: Option<DataLock>,
}

/// The right to serve or rebuild a data folder, which one process at a time has.
pub struct DataLock {
    _file: File,
}

impl DataLock {
    /// Takes the right to a data folder; a database is shared.
    ///
    /// # Errors
    /// As [`DataLock::take`].
    pub fn of(place: &Place) -> Result<Option<Self>, StartError> {
        match place {
            Place::Folder(folder) => Self::take(folder).map(Some),
            Place::Postgres(_) => Ok(None),
        }
    }

    /// Takes the right.
    ///
    /// # Errors
    /// [`StartError::InUse`] when another process has it.
    pub fn take(folder: &Path) -> Result<Self, StartError> {
        std::fs::create_dir_all(folder).map_err(StartError::Data)?;
        let file = File::create(folder.join(LOCK)).map_err(StartError::Data)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StartError::InUse),
            Err(TryLockError::Error(error)) => Err(StartError::Data(error)),
        }
    }
}

/// Starts a server on the current runtime.
///
/// # Errors
/// Why it did not start.
pub async fn start(config: ServerConfig) -> Result<RunningServer, StartError> {
    let lock = DataLock::of(&config.place)?;
    let metrics = Arc::new(Metrics::default());
    let store = config.place.open(metrics.store.clone()).await?;
    let city = store.city().await?.ok_or(StoreError::Unfounded)?;
    projector::finish_rebuild(&*store).await?;
    let (listener, address) = listen(config.address).await?;
    let projector = Projector::counted(metrics.clone());
    let (ending, ended) = watch::channel(false);
    let bundle = config.web.clone().map_or(Bundle::Embedded, Bundle::Folder);
    let office = Office {
        store: store.clone(),
        clock: config.clock.clone(),
        city,
        lockout: Lockout::default(),
        projector: projector.clone(),
        turnstile: Turnstile::new(&config.limits),
        exports: Exports::new(&config.limits, config.place.scratch()),
        tokens: TokenDesk::new(&config.limits),
        sums: Arc::default(),
        metrics: metrics.clone(),
    };
    let counter = Counter::new(
        office,
        bundle,
        config.is_https(),
        config.proxy,
        &config.limits,
        ended.clone(),
    );
    let compaction = compaction::run(store.clone(), config.clock.clone(), metrics.clone());
    let mut background = vec![
        tokio::spawn(projector.clone().run(store.clone())),
        tokio::spawn(compaction),
    ];
    let mut metrics_address = None;
    if let Some(address) = config.metrics {
        let (listener, address) = listen(address).await?;
        metrics_address = Some(address);
        let figures = routes::figures(counter.clone());
        background.push(tokio::spawn(connections::serve(
            listener,
            figures,
            config.limits.clone(),
            Arc::default(),
            || TOOLS_COME_AGAIN,
            std::future::pending(),
        )));
    }
    let mut until = ended;
    let asked = counter.clone();
    let serving = connections::serve(
        listener,
        routes::router(counter),
        config.limits.clone(),
        metrics,
        move || asked.come_again(),
        async move { drop(until.wait_for(|ended| *ended).await) },
    );
    Ok(RunningServer {
        address,
        metrics_address,
        serving: tokio::spawn(serving),
        background,
        store,
        projector,
        grace: config.limits.grace,
        ending,
        _lock: lock,
    })
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let fail = |source| StartError::Listen { address, source };
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }
    .map_err(fail)?;
    socket.set_reuseaddr(true).map_err(fail)?;
    socket.bind(address).map_err(fail)?;
    let listener = socket.listen(BACKLOG).map_err(fail)?;
    let address = listener.local_addr().map_err(fail)?;
    Ok((listener, address))
}

impl RunningServer {
    /// Returns the address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the address of `/metrics`, if it is served.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    /// Returns the store.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Waits until everything stored is projected.
    pub async fn settled(&self) {
        self.projector.settled().await;
    }

    /// Takes no new requests, finishes the open ones, projects what they stored, and ends. What is
    /// not projected in time waits in its queue for the next start.
    pub async fn shutdown(mut self) {
        self.ending.send_replace(true);
        let ordered = async {
            let served = (&mut self.serving).await;
            self.projector.settled().await;
            served
        };
        match tokio::time::timeout(self.grace, ordered).await {
            Ok(Ok(())) => tracing::info!("every accepted request was answered"),
            Ok(Err(error)) => tracing::error!(%error, "serving ended before its time"),
            Err(_) => tracing::warn!("the time to end was up; what was open is cut off"),
        }
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        self.serving.abort();
        self.background.iter().for_each(JoinHandle::abort);
    }
}
