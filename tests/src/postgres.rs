//! A PostgreSQL of the tests' own: a folder, a port and a password that are gone with it. The programs
//! are those of the folder that `POSTGRES_BIN` names.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, geteuid, kill_process};
use tempfile::TempDir;
use tokio::time::interval;
use tokio_postgres::{Client, NoTls};

const USER: &str = "baodao";
/// It must never stand in anything that is printed; see [`Cluster::password`].
const PASSWORD: &str = "never-printed";
const READY_DEADLINE: Duration = Duration::from_secs(60);
const READY_POLL: Duration = Duration::from_millis(20);
/// Another process may take a port between its choice and its use.
const STARTS: usize = 5;

/// A failure of PostgreSQL's, with what it printed.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    #[error("POSTGRES_BIN must name the folder of PostgreSQL's programs; `cargo xtask` does that")]
    NoPrograms,
    #[error("cannot prepare a folder for PostgreSQL")]
    Folder(#[from] io::Error),
    #[error("initdb failed\n{0}")]
    NotMade(String),
    #[error("PostgreSQL was not ready in time\n{log}")]
    NotReady { log: String },
    #[error("PostgreSQL refused a statement")]
    Refused(#[from] tokio_postgres::Error),
}

/// A running PostgreSQL, ended on drop.
pub struct Cluster {
    folder: TempDir,
    process: Child,
    port: u16,
    databases: AtomicUsize,
}

impl Cluster {
    /// Makes a cluster and starts it.
    pub async fn start() -> Result<Self, ClusterError> {
        let programs = env::var_os("POSTGRES_BIN").ok_or(ClusterError::NoPrograms)?;
        let programs = PathBuf::from(programs);
        let owner = Owner::find();
        let folder = tempfile::tempdir()?;
        owner.take(folder.path())?;
        make(&programs, folder.path(), owner)?;
        for _ in 0..STARTS {
            let port = free_port()?;
            let mut process = spawn(&programs, folder.path(), port, owner)?;
            if ready(&mut process, port).await {
                return Ok(Self {
                    folder,
                    process,
                    port,
                    databases: AtomicUsize::new(0),
                });
            }
            end(&mut process);
        }
        Err(ClusterError::NotReady {
            log: fs::read_to_string(folder.path().join("log")).unwrap_or_default(),
        })
    }

    /// Returns the address that it listens on; a [`crate::cable::Cable`] leads there.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// Returns the password that stands in every address of a database.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Makes an empty database and returns its name.
    pub async fn database(&self) -> Result<String, ClusterError> {
        let name = format!("city_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let client = connect(&url(self.port, "postgres")).await?;
        client
            .batch_execute(&format!("create database {name}"))
            .await?;
        Ok(name)
    }

    /// Returns what a server is given to find a database.
    pub fn url(&self, database: &str) -> String {
        url(self.port, database)
    }

    /// Returns what a server is given to find a database through something that leads there.
    pub fn url_through(&self, address: SocketAddr, database: &str) -> String {
        url(address.port(), database)
    }

    /// Opens a connection of the test's own.
    pub async fn client(&self, database: &str) -> Result<Client, ClusterError> {
        Ok(connect(&self.url(database)).await?)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        end(&mut self.process);
        // The folder goes after the processes that write in it.
        let _ = &self.folder;
    }
}

fn url(port: u16, database: &str) -> String {
    format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{port}/{database}")
}

async fn connect(url: &str) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(async move { drop(connection.await) });
    Ok(client)
}

/// Whom PostgreSQL runs as: it refuses to run as root.
#[derive(Clone, Copy)]
struct Owner(Option<(u32, u32)>);

impl Owner {
    fn find() -> Self {
        if !geteuid().is_root() {
            return Self(None);
        }
        let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let account = |name: &str| {
            let mut lines = accounts
                .lines()
                .map(|line| line.split(':').collect::<Vec<_>>());
            let line = lines.find(|fields| fields.first() == Some(&name))?;
            Some((line.get(2)?.parse().ok()?, line.get(3)?.parse().ok()?))
        };
        Self(account("postgres").or_else(|| account("nobody")))
    }

    fn take(self, path: &Path) -> io::Result<()> {
        match self.0 {
            Some((user, group)) => chown(path, Some(user), Some(group)),
            None => Ok(()),
        }
    }

    fn command(self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).stdin(Stdio::null());
        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
        command
    }
}

fn make(programs: &Path, folder: &Path, owner: Owner) -> Result<(), ClusterError> {
    let password = folder.join("password");
    let mut file = fs::File::create(&password)?;
    file.write_all(PASSWORD.as_bytes())?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    owner.take(&password)?;
    let output = owner
        .command(&programs.join("initdb"), folder)
        .args([
            "--pgdata=data",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ])
        .args(["--auth=scram-sha-256", "--pwfile=password"])
        .arg(format!("--username={USER}"))
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(ClusterError::NotMade(words))
}

/// Starts it. It need not outlive the machine, so it waits for no disk.
fn spawn(programs: &Path, folder: &Path, port: u16, owner: Owner) -> io::Result<Child> {
    let log = fs::File::create(folder.join("log"))?;
    owner
        .command(&programs.join("postgres"), folder)
        .args(["-D", "data", "-F", "-p", &port.to_string()])
        .args(["-h", "127.0.0.1", "-c", "unix_socket_directories="])
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Asks until it answers; tells whether it did.
async fn ready(process: &mut Child, port: u16) -> bool {
    let begun = Instant::now();
    let mut polls = interval(READY_POLL);
    while begun.elapsed() < READY_DEADLINE && matches!(process.try_wait(), Ok(None)) {
        polls.tick().await;
        if connect(&url(port, "postgres")).await.is_ok() {
            return true;
        }
    }
    false
}

/// Ends it at once, with all processes of its own.
fn end(process: &mut Child) {
    let id = i32::try_from(process.id()).ok().and_then(Pid::from_raw);
    if let Some(id) = id.filter(|_| matches!(process.try_wait(), Ok(None))) {
        // It may have ended by itself in this moment.
        let _ = kill_process(id, Signal::QUIT);
    }
    drop(process.wait());
}
