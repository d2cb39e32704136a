//! A server from its start to its end.

use std::fs::{File, TryLockError};
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::auth::Lockout;
use crate::config::ServerConfig;
use crate::projector::{self, Projector};
use crate::routes::{self, Bundle, Counter};
use crate::services::Office;
use crate::store::sqlite::SqliteStore;
use crate::store::{Store, StoreError};

/// The file that says who serves a data folder.
const LOCK: &str = "baodao.lock";
/// How long open requests may take when the server ends.
const GRACE: Duration = Duration::from_secs(10);

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
    store: Arc<dyn Store>,
    projector: Projector,
    ending: watch::Sender<bool>,
    serving: JoinHandle<io::Result<()>>,
    projecting: JoinHandle<()>,
    /// Held as long as the server runs.
    _lock: DataLock,
}

/// The right to serve or rebuild a data folder, which one process at a time has.
pub struct DataLock {
    _file: File,
}

impl DataLock {
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
    let lock = DataLock::take(&config.data)?;
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&config.data)?);
    let city = store.city().await?.ok_or(StoreError::Unfounded)?;
    projector::finish_rebuild(&*store).await?;
    let address = config.address;
    let listen = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    let projector = Projector::default();
    let (ending, ended) = watch::channel(false);
    let bundle = config.web.clone().map_or(Bundle::Embedded, Bundle::Folder);
    let office = Office {
        store: store.clone(),
        clock: config.clock.clone(),
        city,
        lockout: Lockout::default(),
        projector: projector.clone(),
    };
    let counter = Counter::new(
        office,
        bundle,
        config.is_https(),
        config.proxy,
        ended.clone(),
    );
    let service = routes::router(counter).into_make_service_with_connect_info::<SocketAddr>();
    // Answers are small and wait for nothing.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let mut until = ended;
    let serving = axum::serve(listener, service)
        .with_graceful_shutdown(async move { drop(until.wait_for(|ended| *ended).await) });
    Ok(RunningServer {
        address,
        projecting: tokio::spawn(projector.clone().run(store.clone())),
        serving: tokio::spawn(serving.into_future()),
        store,
        projector,
        ending,
        _lock: lock,
    })
}

impl RunningServer {
    /// Returns the address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the store.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Waits until everything stored is projected.
    pub async fn settled(&self) {
        self.projector.settled().await;
    }

    /// Takes no new requests, finishes the open ones, and ends.
    pub async fn shutdown(mut self) {
        self.ending.send_replace(true);
        if tokio::time::timeout(GRACE, &mut self.serving)
            .await
            .is_err()
        {
            tracing::warn!("open requests were cut off");
        }
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        self.serving.abort();
        self.projecting.abort();
    }
}
