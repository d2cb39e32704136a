//! The server as its operator meets it: a process with a data folder or a database, which can be killed
//! and started again. The binary is the one that `BAODAO_BIN` names.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::time::{interval, timeout};

use crate::bench::server::CITY;

const READY_DEADLINE: Duration = Duration::from_secs(60);
const READY_POLL: Duration = Duration::from_millis(20);
const READY_LINE: &str = "listening on http://localhost:";

/// Log lines kept for a failure to show.
const LINES_KEPT: usize = 2000;
const LINES_SHOWN: usize = 40;

/// A failure of the server's process, with what it printed.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    #[error("BAODAO_BIN must name the server's binary; `cargo xtask` does that")]
    NoBinary,
    #[error("cannot start {}", path.display())]
    NotStarted { path: PathBuf, source: io::Error },
    #[error("`baodao {arguments}` failed ({status})\n{output}")]
    Failed {
        arguments: String,
        status: ExitStatus,
        output: String,
    },
    #[error("the server was not ready in time\n{log}")]
    NotReady { log: String },
    #[error("cannot end the server")]
    NotEnded(#[source] io::Error),
}

/// Where a server keeps its city.
#[derive(Clone, Debug)]
pub enum Place {
    /// In a data folder.
    Folder(PathBuf),
    /// In the PostgreSQL database of an address, which is told by `BAODAO_DATABASE`.
    Database(String),
}

impl From<&Path> for Place {
    fn from(folder: &Path) -> Self {
        Self::Folder(folder.to_owned())
    }
}

impl From<&PathBuf> for Place {
    fn from(folder: &PathBuf) -> Self {
        Self::Folder(folder.clone())
    }
}

impl Place {
    fn tell(&self, command: &mut Command) {
        match self {
            Self::Folder(folder) => command.arg("--data").arg(folder),
            Self::Database(url) => command.env("BAODAO_DATABASE", url),
        };
    }
}

/// A running server, killed on drop.
pub struct Baodao {
    child: Child,
    place: Place,
    web: PathBuf,
    address: SocketAddr,
    log: Arc<Log>,
}

impl Baodao {
    /// Makes the demo city in a data folder and returns what the command printed: enrolment codes.
    pub async fn demo(data: &Path) -> Result<String, ProcessError> {
        Self::run([OsStr::new("demo"), OsStr::new("--data"), data.as_os_str()]).await
    }

    /// Makes a city of one branch with members `M000000`, `M000001`, …
    pub async fn city(place: impl Into<Place>, members: usize) -> Result<(), ProcessError> {
        let place = place.into();
        let lists = tempfile::tempdir().map_err(|source| ProcessError::NotStarted {
            path: env::temp_dir(),
            source,
        })?;
        let init = [
            "init",
            "--city-code",
            CITY,
            "--city-name",
            "City",
            "--admin-name",
            "Admin",
        ];
        Self::run_on(&place, init.map(OsStr::new)).await?;
        let mut roster = String::from("code,name,branch_path\n");
        for number in 0..members {
            roster += &format!("{},Member {number},001001\n", member_code(number));
        }
        let organisations = "path,name,kind,area_code\n001001,Branch,branch,441200\n";
        for (kind, rows) in [
            ("organisations", organisations),
            ("roster", roster.as_str()),
        ] {
            let file = lists.path().join(kind).with_extension("csv");
            fs::write(&file, rows).map_err(|source| ProcessError::NotStarted {
                path: file.clone(),
                source,
            })?;
            let import = [OsStr::new("import"), OsStr::new(kind), file.as_os_str()];
            Self::run_on(&place, import).await?;
        }
        Ok(())
    }

    /// Returns a one-use code for a member of [`Baodao::city`].
    pub async fn code(place: impl Into<Place>, member: usize) -> Result<String, ProcessError> {
        let member = member_code(member);
        let enrol = ["enrol", "--member", &member];
        let printed = Self::run_on(&place.into(), enrol.map(OsStr::new)).await?;
        Ok(printed.trim().to_owned())
    }

    /// Runs a command of the server's on a place to its end and returns what it printed.
    pub async fn run_on<A: AsRef<OsStr>>(
        place: &Place,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<String, ProcessError> {
        Self::run_told(Some(place), arguments).await
    }

    /// Runs a command of the server's to its end and returns what it printed.
    pub async fn run<A: AsRef<OsStr>>(
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<String, ProcessError> {
        Self::run_told(None, arguments).await
    }

    async fn run_told<A: AsRef<OsStr>>(
        place: Option<&Place>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<String, ProcessError> {
        let arguments: Vec<OsString> = arguments
            .into_iter()
            .map(|argument| argument.as_ref().to_owned())
            .collect();
        let path = binary()?;
        let mut command = Command::new(&path);
        command.args(&arguments).env_remove("BAODAO_DATABASE");
        if let Some(place) = place {
            place.tell(&mut command);
        }
        let output = command
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .map_err(|source| ProcessError::NotStarted { path, source })?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(printed);
        }
        Err(ProcessError::Failed {
            arguments: arguments
                .join(OsStr::new(" "))
                .to_string_lossy()
                .into_owned(),
            status: output.status,
            output: format!("{printed}{}", String::from_utf8_lossy(&output.stderr)),
        })
    }

    /// Starts the server and waits until it is healthy; port 0 lets the system choose one.
    pub async fn serve(
        place: impl Into<Place>,
        web: &Path,
        port: u16,
    ) -> Result<Self, ProcessError> {
        let place = place.into();
        let path = binary()?;
        let mut command = Command::new(&path);
        command.arg("serve").env_remove("BAODAO_DATABASE");
        place.tell(&mut command);
        let mut child = command
            .args(["--port", &port.to_string()])
            .arg("--web")
            .arg(web)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| ProcessError::NotStarted { path, source })?;
        let log = Arc::new(Log::default());
        let mut port = log.port.subscribe();
        if let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) {
            tokio::spawn(keep(stdout, log.clone()));
            tokio::spawn(keep(stderr, log.clone()));
        }
        let ready = async {
            tokio::select! {
                port = port.wait_for(Option::is_some) => healthy((*port.ok()?)?).await,
                _ = child.wait() => None,
            }
        };
        match timeout(READY_DEADLINE, ready).await {
            Ok(Some(address)) => Ok(Self {
                child,
                place,
                web: web.to_owned(),
                address,
                log,
            }),
            Ok(None) | Err(_) => Err(ProcessError::NotReady { log: log.tail() }),
        }
    }

    /// Returns the address that the server listens on; a [`crate::cable::Cable`] leads there.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns what a phone types: `http://localhost:PORT`, because WebAuthn refuses 127.0.0.1.
    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    /// Returns what the server has printed, oldest first.
    pub fn log(&self) -> Vec<String> {
        self.log.lines().clone()
    }

    /// Asks the server to end, as `systemctl stop` does.
    ///
    /// # Panics
    /// When the server has ended.
    pub fn terminate(&self) {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok());
        let id = id.and_then(rustix::process::Pid::from_raw);
        let id = id.expect("the server runs");
        rustix::process::kill_process(id, rustix::process::Signal::TERM)
            .expect("a process may end its child");
    }

    /// Waits until the server has ended by itself.
    pub async fn ended(&mut self) -> Result<ExitStatus, ProcessError> {
        self.child.wait().await.map_err(ProcessError::NotEnded)
    }

    /// Ends the server as a power cut does, and waits until it is gone.
    pub async fn kill_9(&mut self) -> Result<(), ProcessError> {
        self.child.kill().await.map_err(ProcessError::NotEnded)
    }

    /// Starts the server again on its port and place, after killing it if it still runs.
    pub async fn restart(&mut self) -> Result<(), ProcessError> {
        self.kill_9().await?;
        *self = Self::serve(self.place.clone(), &self.web, self.address.port()).await?;
        Ok(())
    }
}

fn member_code(number: usize) -> String {
    format!("M{number:06}")
}

/// What a server printed, and the port it named.
#[derive(Default)]
struct Log {
    lines: Mutex<Vec<String>>,
    port: watch::Sender<Option<u16>>,
}

impl Log {
    fn add(&self, line: String) {
        let named = line.split_once(READY_LINE).map(|(_, port)| port.trim());
        if let Some(port) = named.and_then(|port| port.trim_end_matches('/').parse().ok()) {
            self.port.send_replace(Some(port));
        }
        let mut lines = self.lines();
        if lines.len() == LINES_KEPT {
            lines.remove(0);
        }
        lines.push(line);
    }

    fn tail(&self) -> String {
        let lines = self.lines();
        lines[lines.len().saturating_sub(LINES_SHOWN)..].join("\n")
    }

    fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.lines
            .lock()
            .expect("no code panics while it holds the log")
    }
}

fn binary() -> Result<PathBuf, ProcessError> {
    env::var_os("BAODAO_BIN")
        .map(PathBuf::from)
        .ok_or(ProcessError::NoBinary)
}

/// Reads a stream to its end, or the server would stop when the pipe is full.
async fn keep(stream: impl AsyncRead + Unpin, log: Arc<Log>) {
    let mut lines = BufReader::new(stream).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        log.add(line);
    }
}

/// Asks the server how it is until it is well, and returns the address that answered.
async fn healthy(port: u16) -> Option<SocketAddr> {
    let mut polls = interval(READY_POLL);
    loop {
        polls.tick().await;
        if let Ok(address) = ask_health(port).await {
            return Some(address);
        }
    }
}

async fn ask_health(port: u16) -> io::Result<SocketAddr> {
    let mut stream = TcpStream::connect(("localhost", port)).await?;
    let request =
        format!("GET /healthz HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let status = answer.split(' ').nth(1);
    if status == Some("200") {
        stream.peer_addr()
    } else {
        Err(io::Error::other(answer))
    }
}
