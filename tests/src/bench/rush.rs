//! A city that reconnects at once: every phone has a connection of its own, one request, and obeys
//! `Retry-After`. The phones run in processes apart from the server's.

pub mod city;
pub mod generator;

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// What a phone does in the rush.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// Sends a change with three claims.
    Push,
    /// Asks what is new, and nothing is.
    Pull,
}

impl Errand {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Pull => "pull",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Push, Self::Pull]
            .into_iter()
            .find(|errand| errand.as_str() == word)
    }
}

/// How one phone fared.
#[derive(Clone, Copy, Debug)]
pub struct Fare {
    /// From its first connection to its good answer, in milliseconds, without the pauses it was told
    /// to make.
    pub sync_ms: f64,
    /// Bytes it sent, HTTP's among them.
    pub up_bytes: u64,
    /// Bytes it received, HTTP's among them.
    pub down_bytes: u64,
    /// Requests it made.
    pub round_trips: u32,
}

/// What came of a rush.
pub struct Rushed {
    /// Seconds from the start to the last good answer.
    pub seconds: f64,
    /// One for each phone that was served.
    pub fares: Vec<Fare>,
    /// The processor time of the phones, from the word to go to the last answer.
    pub phones_cpu_ms: f64,
}

/// Processes that generate the load.
const PROCESSES: usize = 2;

/// Sends the first `phones` of the city on an errand, all at once.
///
/// # Errors
/// When a process of phones fails.
pub fn rush(address: SocketAddr, phones: usize, errand: Errand) -> Result<Rushed, Box<dyn Error>> {
    let share = phones.div_ceil(PROCESSES);
    let mut crowds = Vec::new();
    for first in (0..phones).step_by(share.max(1)) {
        crowds.push(Crowd::gather(
            address,
            first,
            share.min(phones - first),
            errand,
        )?);
    }
    let began = Instant::now();
    for crowd in &mut crowds {
        writeln!(crowd.phones.stdin.as_mut().ok_or("a standard input")?, "go")?;
    }
    let (mut fares, mut seconds, mut phones_cpu_ms) = (Vec::new(), 0_f64, 0_f64);
    for mut crowd in crowds {
        let mut line = String::new();
        while crowd.told.read_line(&mut line)? > 0 {
            if let Some(cpu_ms) = line.strip_prefix("done ") {
                // Its phones are told one by one after the last of them was served.
                seconds = seconds.max(began.elapsed().as_secs_f64());
                phones_cpu_ms += cpu_ms.trim().parse::<f64>()?;
            } else {
                fares.push(read_fare(&line).ok_or_else(|| format!("a fare, not {line:?}"))?);
            }
            line.clear();
        }
        if !crowd.phones.wait()?.success() {
            return Err("a process of phones failed".into());
        }
    }
    Ok(Rushed {
        seconds,
        fares,
        phones_cpu_ms,
    })
}

/// A process of phones.
struct Crowd {
    phones: Child,
    told: BufReader<std::process::ChildStdout>,
}

impl Crowd {
    /// Starts a process and waits until its phones are ready to go.
    fn gather(
        address: SocketAddr,
        first: usize,
        count: usize,
        errand: Errand,
    ) -> Result<Self, Box<dyn Error>> {
        let mut phones = Command::new(std::env::current_exe()?)
            .args(["phones", &address.to_string(), errand.as_str()])
            .args([first.to_string(), count.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut told = BufReader::new(phones.stdout.take().ok_or("a standard output")?);
        let mut line = String::new();
        told.read_line(&mut line)?;
        if line.trim() == "ready" {
            Ok(Self { phones, told })
        } else {
            Err(format!("the phones are not ready: {line:?}").into())
        }
    }
}

/// Writes a fare as a line.
pub fn write_fare(fare: &Fare) -> String {
    let Fare {
        sync_ms,
        up_bytes,
        down_bytes,
        round_trips,
    } = fare;
    format!("{sync_ms} {up_bytes} {down_bytes} {round_trips}")
}

fn read_fare(line: &str) -> Option<Fare> {
    let mut words = line.split_whitespace();
    Some(Fare {
        sync_ms: words.next()?.parse().ok()?,
        up_bytes: words.next()?.parse().ok()?,
        down_bytes: words.next()?.parse().ok()?,
        round_trips: words.next()?.parse().ok()?,
    })
}
