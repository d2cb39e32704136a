//! A real server in this process, spoken to over loopback: its clock is turned by hand, and it can
//! be killed and started again on the same data.

mod client;
mod phone;

use std::fs;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use server::clock::Clock;
use server::config::Limits;
use server::directory::DirectoryChanges;
use server::services::identity::issue_code;
use server::store::Store;
use server::store::sqlite::SqliteStore;
use server::{RunningServer, ServerConfig};
use shared::directory::City;
use shared::ids::MemberId;
use shared::time::Timestamp;
use tempfile::TempDir;
use tokio::sync::oneshot;

pub use client::{Answer, Request};
pub use phone::{Key, Phone};

/// The folder of the bundle in the data folder.
const WEB: &str = "web";

/// A clock that stands until it is turned.
pub struct HandClock(AtomicI64);

impl HandClock {
    /// Turns the clock.
    pub fn advance(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// A server with a city.
pub struct TestServer {
    data: TempDir,
    /// The clock of the server and of the phones.
    pub clock: Arc<HandClock>,
    limits: Limits,
    running: Option<Running>,
}

struct Running {
    server: Arc<RunningServer>,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl TestServer {
    /// Founds a city and serves it.
    ///
    /// # Panics
    /// When the server does not start.
    pub async fn found(city: City, rows: DirectoryChanges, now: Timestamp) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let store = SqliteStore::open(data.path()).expect("a store");
        store.found(city, 7, rows).await.expect("a city");
        drop(store);
        let clock = Arc::new(HandClock(AtomicI64::new(now.0)));
        let mut server = Self {
            data,
            clock,
            limits: Limits::default(),
            running: None,
        };
        server.start();
        server
    }

    /// Serves the data again.
    ///
    /// # Panics
    /// When the server does not start.
    pub fn start(&mut self) {
        let mut config = ServerConfig::local(self.data.path());
        config.clock = self.clock.clone();
        config.limits = self.limits.clone();
        let web = self.data.path().join(WEB);
        config.web = web.exists().then_some(web);
        config.metrics = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
        let (stop, stopped) = oneshot::channel();
        let (sender, started) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let server = Arc::new(server::start(config).await.expect("the server starts"));
                drop(sender.send(server));
                drop(stopped.await);
            });
            // Like a power cut: no task comes to its end.
            runtime.shutdown_background();
        });
        let server = started.recv().expect("the server starts");
        self.running = Some(Running {
            server,
            stop,
            thread,
        });
    }

    /// Puts a file into the bundle that is served from the next start on.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn put_file(&self, path: &str, bytes: &[u8]) {
        let file = self.data.path().join(WEB).join(path);
        let folder = file.parent().expect("a file stands in a folder");
        fs::create_dir_all(folder).expect("a folder");
        fs::write(file, bytes).expect("a file");
    }

    /// Serves the data again within other limits.
    pub fn restart_with(&mut self, limits: Limits) {
        self.limits = limits;
        self.kill();
        self.start();
    }

    /// Returns what `/metrics` says.
    ///
    /// # Panics
    /// When it is not served.
    pub async fn figures(&self) -> String {
        let address = self.running().metrics_address();
        let request = Request::new(address.expect("it is served"), "GET", "/metrics");
        String::from_utf8(request.send().await.body).expect("figures are text")
    }

    /// Returns one figure of `/metrics`, by its name and labels.
    pub async fn figure(&self, name: &str) -> Option<f64> {
        let figures = self.figures().await;
        let line = figures.lines().find_map(|line| line.strip_prefix(name));
        line?.trim().parse().ok()
    }

    /// Ends the server in the middle of whatever it does.
    ///
    /// # Panics
    /// When its thread panicked.
    pub fn kill(&mut self) {
        if let Some(running) = self.running.take() {
            drop(running.server);
            drop(running.stop);
            running.thread.join().expect("the server's thread ends");
        }
    }

    fn running(&self) -> &RunningServer {
        let running = self.running.as_ref();
        &running.expect("the server was not killed").server
    }

    /// Returns where it listens.
    pub fn address(&self) -> SocketAddr {
        self.running().address()
    }

    /// Returns its store.
    pub fn store(&self) -> &Arc<dyn Store> {
        self.running().store()
    }

    /// Waits until everything stored is projected.
    pub async fn settled(&self) {
        self.running().settled().await;
    }

    /// Returns an enrolment code, as the command line gives one out.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn code(&self, member: MemberId) -> String {
        let issued = issue_code(&**self.store(), member, None, self.clock.now()).await;
        issued.expect("a code").code
    }

    /// Enrols a phone for a member.
    ///
    /// # Panics
    /// When the server refuses it.
    pub async fn phone(&self, member: MemberId) -> Phone {
        let code = self.code(member).await;
        Phone::enrol(self.address(), self.clock.clone(), &code)
            .await
            .expect("a good code enrols")
    }

    /// Begins a request.
    pub fn request(&self, method: &str, path: &str) -> Request {
        Request::new(self.address(), method, path)
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.kill();
    }
}
