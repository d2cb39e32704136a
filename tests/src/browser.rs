//! Drives a real Chromium over its devtools protocol: several phones in one browser, each an isolated
//! context with a network cable of its own. Owns clicking, typing, waiting and looking; knows nothing
//! of what is tested. No auto-attach, because a service worker hangs while it waits to be attached.
//!
//! Every wait happens inside the page and has a deadline; nothing here sleeps and hopes.

mod axe;
mod connection;
mod context;
mod error;
mod input;
mod journal;
mod page;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::{Instant, interval};

pub use axe::Violation;
pub use context::{ColorScheme, Context, ContextOptions};
pub use error::Error;
pub use page::{Capture, NetworkConditions, Page};

use connection::Connection;

const START_DEADLINE: Duration = Duration::from_secs(60);
const START_POLL: Duration = Duration::from_millis(20);

const FLAGS: [&str; 13] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
];

/// A running Chromium with a fresh profile; dropping it ends it.
pub struct Browser {
    connection: Connection,
    user_agent: String,
    // Before the profile: the process must be gone when its folder is removed.
    _process: Process,
    _profile: TempDir,
}

impl Browser {
    /// Starts Chromium: the one that `CHROMIUM` names, or `chromium` on the `PATH`.
    pub async fn launch() -> Result<Self, Error> {
        Self::launch_with(&json!({}), &[]).await
    }

    /// Starts a Chromium whose only camera shows a film, and whose owner allows every site to use it.
    pub async fn launch_with_camera(film: &Path) -> Result<Self, Error> {
        let flags = [
            "--use-fake-device-for-media-stream".to_owned(),
            "--use-fake-ui-for-media-stream".to_owned(),
            format!("--use-file-for-fake-video-capture={}", film.display()),
        ];
        Self::launch_with(&json!({}), &flags).await
    }

    /// Starts a Chromium whose owner allows no site to store anything.
    pub async fn launch_without_storage() -> Result<Self, Error> {
        const BLOCKED: u8 = 2;
        let setting = json!({ "cookies": BLOCKED });
        let preferences = json!({ "profile": { "default_content_setting_values": setting } });
        Self::launch_with(&preferences, &[]).await
    }

    /// Starts Chromium with preferences of its owner's and more flags.
    async fn launch_with(preferences: &Value, flags: &[String]) -> Result<Self, Error> {
        let program = std::env::var_os("CHROMIUM").unwrap_or_else(|| "chromium".into());
        let program = PathBuf::from(program);
        let profile = tempfile::tempdir().map_err(Error::at(Path::new("a temporary folder")))?;
        let folder = profile.path().join("Default");
        fs::create_dir(&folder).map_err(Error::at(&folder))?;
        let file = folder.join("Preferences");
        fs::write(&file, preferences.to_string()).map_err(Error::at(&file))?;
        let mut process = Process::start(&program, profile.path(), flags)?;
        let address = process.devtools_address(profile.path()).await?;
        let connection = Connection::open(&address).await?;
        let version = connection
            .command(None, "Browser.getVersion", json!({}))
            .await?;
        // The word "Headless" in it would make this browser one that no person uses.
        let user_agent = version["userAgent"]
            .as_str()
            .unwrap_or_default()
            .replace("Headless", "");
        Ok(Self {
            connection,
            user_agent,
            _process: process,
            _profile: profile,
        })
    }

    /// Returns a new context: a phone of its own, with separate storage, service workers and proxy.
    pub async fn phone(&self, options: ContextOptions) -> Result<Context, Error> {
        Context::create(self.connection.clone(), &self.user_agent, options).await
    }
}

/// Chromium's main process, killed on drop; the others follow it.
struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    fn start(program: &Path, profile: &Path, flags: &[String]) -> Result<Self, Error> {
        let log = profile.join("chromium.log");
        let stderr = File::create(&log).map_err(Error::at(&log))?;
        let child = Command::new(program)
            .args(FLAGS)
            .args(flags)
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(stderr)
            .spawn()
            .map_err(Error::at(program))?;
        Ok(Self { child, log })
    }

    /// Returns the devtools address, which Chromium writes to a file when it is ready.
    async fn devtools_address(&mut self, profile: &Path) -> Result<String, Error> {
        let file = profile.join("DevToolsActivePort");
        let deadline = Instant::now() + START_DEADLINE;
        let mut polls = interval(START_POLL);
        while Instant::now() < deadline {
            polls.tick().await;
            let content = fs::read_to_string(&file).unwrap_or_default();
            if let Some((port, path)) = content.split_once('\n') {
                return Ok(format!("ws://127.0.0.1:{port}{}", path.trim()));
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(self.did_not_start(&status.to_string()));
            }
        }
        Err(self.did_not_start("it opened no devtools port in time"))
    }

    fn did_not_start(&self, reason: &str) -> Error {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        Error::NotStarted {
            reason: reason.to_owned(),
            log,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only if the process has already ended, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
