//! One process of phones. Written straight on sockets, so that the load costs as little as it can.

use std::error::Error;
use std::io::{self, BufRead, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use shared::wire::{self, SyncResponse, Verdict};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Semaphore;

use super::city::{body, token};
use super::{Errand, Fare, write_fare};
use crate::bench::server::cpu_seconds;

/// Connections that one process has open at a time: as many phones as fit through its files.
const CONNECTIONS: usize = 3_500;
/// Phones that share an address of loopback: ports of one address run out.
const PHONES_PER_ADDRESS: usize = 10_000;
/// Bytes of an answer at most.
const ANSWER_BYTES: u64 = 256 * 1024;

struct Phone {
    number: usize,
    request: Vec<u8>,
}

/// Prepares phones, waits for the word, sends them off and tells how they fared.
///
/// # Errors
/// When a phone is answered with something that no retry mends.
pub fn run(
    address: SocketAddr,
    errand: Errand,
    first: usize,
    count: usize,
) -> Result<(), Box<dyn Error>> {
    let phones: Vec<Phone> = (first..first + count)
        .map(|number| Phone {
            number,
            request: request(number, errand),
        })
        .collect();
    println!("ready");
    io::stdin().lock().read_line(&mut String::new())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let before = cpu_seconds(std::process::id())?;
    let fares = runtime.block_on(rush(address, phones))?;
    let cpu_ms = (cpu_seconds(std::process::id())? - before) * 1e3;
    let mut told = io::stdout().lock();
    writeln!(told, "done {cpu_ms}")?;
    for fare in &fares {
        writeln!(told, "{}", write_fare(fare))?;
    }
    Ok(told.flush()?)
}

fn request(number: usize, errand: Errand) -> Vec<u8> {
    let body = body(number, errand);
    let mut request = format!(
        "POST /api/sync HTTP/1.1\r\nHost: city.example\r\nContent-Type: {}\r\n\
         Cookie: baodao_session={}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        wire::CONTENT_TYPE,
        token(number),
        body.len(),
    )
    .into_bytes();
    request.extend_from_slice(&body);
    request
}

async fn rush(address: SocketAddr, phones: Vec<Phone>) -> Result<Vec<Fare>, Box<dyn Error>> {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let fares = Arc::new(Mutex::new(Vec::with_capacity(phones.len())));
    let mut tasks = Vec::with_capacity(phones.len());
    for phone in phones {
        let (places, fares) = (places.clone(), fares.clone());
        tasks.push(tokio::spawn(async move {
            let fare = serve(address, &phone, &places).await?;
            fares
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(fare);
            Ok::<_, io::Error>(())
        }));
    }
    for task in tasks {
        task.await??;
    }
    let fares = std::mem::take(&mut *fares.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(fares)
}

/// Asks until there is a good answer, as the server says.
async fn serve(address: SocketAddr, phone: &Phone, places: &Semaphore) -> io::Result<Fare> {
    let mut fare = Fare {
        sync_ms: 0.0,
        up_bytes: 0,
        down_bytes: 0,
        round_trips: 0,
    };
    loop {
        let place = places.acquire().await.map_err(io::Error::other)?;
        let began = Instant::now();
        let answered = ask(address, phone).await;
        fare.sync_ms += began.elapsed().as_secs_f64() * 1e3;
        drop(place);
        fare.round_trips += 1;
        fare.up_bytes += phone.request.len() as u64;
        // A connection that the system refused costs a second, as a phone's own pause would.
        let answer = answered.unwrap_or_default();
        fare.down_bytes += answer.len() as u64;
        match judge(&answer)? {
            None => return Ok(fare),
            Some(pause) => tokio::time::sleep(pause).await,
        }
    }
}

async fn ask(address: SocketAddr, phone: &Phone) -> io::Result<Vec<u8>> {
    let socket = TcpSocket::new_v4()?;
    let place = u32::try_from(phone.number / PHONES_PER_ADDRESS).unwrap_or(0);
    let source = Ipv4Addr::from_bits(Ipv4Addr::LOCALHOST.to_bits() + 1 + place);
    socket.bind(SocketAddr::new(IpAddr::V4(source), 0))?;
    let mut stream: TcpStream = socket.connect(address).await?;
    stream.write_all(&phone.request).await?;
    let mut answer = Vec::with_capacity(1024);
    stream.take(ANSWER_BYTES).read_to_end(&mut answer).await?;
    Ok(answer)
}

/// Returns the pause before another try, `None` after a good answer.
fn judge(answer: &[u8]) -> io::Result<Option<Duration>> {
    let Some(split) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(Some(Duration::from_secs(1)));
    };
    let (head, body) = (&answer[..split], &answer[split + 4..]);
    let head = String::from_utf8_lossy(head);
    match head.split(' ').nth(1) {
        Some("200") => {
            let response: SyncResponse = wire::decode(body).map_err(io::Error::other)?;
            let stored = response.verdicts.iter().all(|v| *v == Verdict::Stored);
            match stored && !response.more && response.directory.is_none() {
                true => Ok(None),
                false => Err(io::Error::other(format!(
                    "not what is measured: {response:?}"
                ))),
            }
        }
        Some("503" | "429") => {
            let seconds = head.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("retry-after")
                    .then(|| value.trim().parse().ok())?
            });
            let seconds = seconds.ok_or_else(|| io::Error::other("no Retry-After"))?;
            Ok(Some(Duration::from_secs(seconds)))
        }
        _ => Err(io::Error::other(format!("answered {head}"))),
    }
}
