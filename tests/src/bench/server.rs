//! A `baodao` process on one core with a roster of its own, for the benchmarks.

use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::cores;
use super::load::Phone;

/// The city of the benchmark.
pub const CITY: &str = "441200";

/// The core the server runs on.
const SERVER_CORE: usize = 0;

/// A running server, killed on drop.
pub struct BenchServer {
    child: Child,
    data: TempDir,
    address: SocketAddr,
    metrics: Option<SocketAddr>,
}

impl BenchServer {
    /// Initialises a city with `members` people and serves it.
    pub fn start(members: usize) -> Result<Self, Box<dyn Error>> {
        let data = tempfile::tempdir()?;
        run(
            &[
                "init",
                "--city-code",
                CITY,
                "--city-name",
                "Bench",
                "--admin-name",
                "Admin",
            ],
            data.path(),
        )?;
        let organisations = "path,name,kind,area_code\n001001,Branch,branch,441200\n";
        import("organisations", organisations, data.path())?;
        let mut roster = String::from("code,name,branch_path\n");
        for number in 0..members {
            roster += &format!("{},Member {number},001001\n", code(number));
        }
        import("roster", &roster, data.path())?;
        Self::serve(data, cores::command(SERVER_CORE, &binary()?), &[])
    }

    /// Serves a folder that holds a city, on every core.
    pub fn serve_on_all(data: TempDir, arguments: &[&str]) -> Result<Self, Box<dyn Error>> {
        Self::serve(data, Command::new(binary()?), arguments)
    }

    fn serve(
        data: TempDir,
        mut command: Command,
        arguments: &[&str],
    ) -> Result<Self, Box<dyn Error>> {
        let mut child = command
            .args(["serve", "--port", "0", "--data"])
            .arg(data.path())
            .args(arguments)
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child
            .stdout
            .take()
            .ok_or("the server has a standard output")?;
        let mut lines = BufReader::new(stdout).lines();
        let port = loop {
            let line = lines
                .next()
                .ok_or("the server ended before it listened")??;
            if let Some((_, port)) = line.split_once("listening on http://localhost:") {
                break port.trim_matches('/').trim().parse::<u16>()?;
            }
        };
        let metrics = match arguments {
            [] => None,
            _ => lines
                .next()
                .transpose()?
                .and_then(|line| {
                    line.strip_prefix("metrics on http://")?
                        .strip_suffix("/metrics")
                        .map(str::to_owned)
                })
                .and_then(|address| address.parse().ok()),
        };
        // What the server prints later is read, or it would stop when the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        let address = ("127.0.0.1", port)
            .to_socket_addrs()?
            .next()
            .ok_or("an address")?;
        Ok(Self {
            child,
            data,
            address,
            metrics,
        })
    }

    /// Returns where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Enrols one phone for each of the first members.
    pub fn enrol(&self, phones: usize) -> Result<Vec<Phone>, Box<dyn Error>> {
        (0..phones)
            .map(|number| {
                let printed = run(&["enrol", "--member", &code(number)], self.data.path())?;
                let issued = printed
                    .split_whitespace()
                    .find(|word| word.matches('-').count() == 2)
                    .ok_or_else(|| format!("no code in {printed:?}"))?;
                Ok(Phone::enrol(self.address, issued)?)
            })
            .collect()
    }

    /// Ends the server and returns its data.
    pub fn end(mut self) -> Result<TempDir, Box<dyn Error>> {
        self.child.kill()?;
        self.child.wait()?;
        let empty = tempfile::tempdir()?;
        Ok(std::mem::replace(&mut self.data, empty))
    }

    /// Begins to measure the most memory anew.
    pub fn forget_peak(&self) -> Result<(), Box<dyn Error>> {
        // Source: proc(5), clear_refs.
        Ok(fs::write(
            format!("/proc/{}/clear_refs", self.child.id()),
            "5",
        )?)
    }

    /// Returns the most memory that the server had, in MiB.
    pub fn peak_mib(&self) -> Result<f64, Box<dyn Error>> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
        Ok(kib
            .ok_or("Linux tells a process's peak")?
            .trim()
            .parse::<f64>()?
            / 1024.0)
    }

    /// Returns a figure of `/metrics`.
    pub fn figure(&self, name: &str) -> Result<f64, Box<dyn Error>> {
        let address = self.metrics.ok_or("the server serves no metrics")?;
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        Ok(line.ok_or("no such figure")?.trim().parse()?)
    }

    /// Returns the processor time of the server so far.
    pub fn cpu_seconds(&self) -> Result<f64, Box<dyn Error>> {
        cpu_seconds(self.child.id())
    }
}

/// Returns the processor time of a process so far.
pub fn cpu_seconds(process: u32) -> Result<f64, Box<dyn Error>> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let fields: Vec<&str> = stat
        .rsplit(") ")
        .next()
        .unwrap_or_default()
        .split(' ')
        .collect();
    // utime and stime, the 14th and 15th fields, in clock ticks of 1/100 s on Linux.
    let ticks: u64 = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
    Ok(ticks as f64 / 100.0)
}

impl Drop for BenchServer {
    fn drop(&mut self) {
        // Both fail only if the process has already ended, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn code(number: usize) -> String {
    format!("M{number:06}")
}

fn import(kind: &str, rows: &str, data: &Path) -> Result<(), Box<dyn Error>> {
    let file = data.join(kind).with_extension("csv");
    fs::write(&file, rows)?;
    run(&["import", kind, &file.to_string_lossy()], data).map(drop)
}

fn binary() -> Result<OsString, Box<dyn Error>> {
    Ok(std::env::var_os("BAODAO_BIN").ok_or("BAODAO_BIN must name the server's binary")?)
}

fn run(arguments: &[&str], data: &Path) -> Result<String, Box<dyn Error>> {
    let output = Command::new(binary()?)
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output()?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        Ok(printed)
    } else {
        let error = String::from_utf8_lossy(&output.stderr);
        Err(format!("`baodao {}` failed: {printed}{error}", arguments.join(" ")).into())
    }
}
