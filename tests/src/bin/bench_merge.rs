//! `cargo xtask bench merge`: accepted pushes a second through HTTP on loopback, beside the floor:
//! the same documents loaded, changed, checked and saved in one process without IO. The server has
//! one core, the phones another; the floor runs on one.
//!
//! Lines: `merge_per_s`, `merge_floor_per_s`, `merge_ratio` (medians of the rounds), and
//! `merge_server_cpu_us`, the processor time of the server for one push.

use std::error::Error;
use std::time::Instant;

use shared::documents::Document;
use shared::gate::{self, Admission, Offer};
use shared::ids::{AreaCode, OrganisationPath};
use shared::permission::Authority;
use shared::time::Timestamp;
use shared::volume::Volume;
use shared::wire::{SyncResponse, Verdict};
use tests::bench::load::{self, Connection, Phone};
use tests::bench::{cores, median, server::BenchServer};

/// Phones of one round, each with a journal of its own.
const PHONES: usize = 200;
/// Pushes of one phone in one round, each one check-in in one change.
const PUSHES: usize = 15;
/// Connections at a time.
const CONNECTIONS: usize = 16;
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    cores::pin_self(1);
    let server = BenchServer::start(PHONES)?;
    let mut phones = server.enrol(PHONES)?;
    let (mut rates, mut floors, mut cpu) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        // A journal of its own each round, so that every round does the same work.
        let bodies: Vec<Vec<Vec<u8>>> = phones
            .iter_mut()
            .map(|phone| phone.prepare(round, PUSHES))
            .collect();
        let before = server.cpu_seconds()?;
        rates.push(push(&server, &phones, &bodies)?);
        cpu.push((server.cpu_seconds()? - before) * 1e6 / (PHONES * PUSHES) as f64);
        floors.push(floor(&phones, round)?);
    }
    let (rate, floor) = (median(&mut rates), median(&mut floors));
    println!("merge_per_s {rate:.0} pushes/s");
    println!("merge_floor_per_s {floor:.0} pushes/s");
    println!("merge_ratio {:.2} x", rate / floor);
    println!("merge_server_cpu_us {:.0} us/push", median(&mut cpu));
    println!("merge_floor_cpu_us {:.0} us/push", 1e6 / floor);
    Ok(())
}

/// Sends every push and returns how many were accepted a second.
fn push(
    server: &BenchServer,
    phones: &[Phone],
    bodies: &[Vec<Vec<u8>>],
) -> Result<f64, Box<dyn Error>> {
    let address = server.address();
    let began = Instant::now();
    let accepted: usize = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS)
            .map(|worker| {
                scope.spawn(move || {
                    let own: Vec<usize> = (worker..phones.len()).step_by(CONNECTIONS).collect();
                    send_all(address, phones, bodies, &own)
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("a worker returns its errors"))
            .sum::<Result<usize, load::Failure>>()
    })?;
    let seconds = began.elapsed().as_secs_f64();
    if accepted != phones.len() * PUSHES {
        return Err(format!("only {accepted} pushes were accepted").into());
    }
    Ok(accepted as f64 / seconds)
}

fn send_all(
    address: std::net::SocketAddr,
    phones: &[Phone],
    bodies: &[Vec<Vec<u8>>],
    own: &[usize],
) -> Result<usize, load::Failure> {
    let mut connection = Connection::open(address)?;
    let mut accepted = 0;
    let turns = (0..PUSHES).flat_map(|push| own.iter().map(move |&phone| (phone, push)));
    for (phone, push) in turns {
        let cookie = Some(phones[phone].cookie.as_str());
        let body = &bodies[phone][push];
        let answer = connection.post("/api/sync", shared::wire::CONTENT_TYPE, cookie, body)?;
        let response: SyncResponse = load::decode(&answer)?;
        let stored = response
            .verdicts
            .iter()
            .filter(|verdict| **verdict == Verdict::Stored);
        accepted += stored.count();
    }
    Ok(accepted)
}

/// Loads, changes, checks and saves the same documents in memory and returns pushes a second.
fn floor(phones: &[Phone], round: usize) -> Result<f64, Box<dyn Error>> {
    let city = AreaCode::parse(tests::bench::server::CITY)?;
    let path = OrganisationPath::parse("001001")?;
    let mut stored: Vec<Vec<u8>> = vec![Vec::new(); phones.len()];
    let began = Instant::now();
    for push in 0..PUSHES {
        for (phone, changes) in phones.iter().zip(&mut stored) {
            let name = phone.journal(round);
            let authority = Authority {
                device: phone.device,
                member: phone.member,
                home: path.clone(),
                grants: Vec::new(),
            };
            let offer = Offer {
                authority: &authority,
                city: &city,
                name: &name,
                path: None,
                now: Timestamp(phone.clock),
                held: Volume::default(),
                brought: Volume::default(),
                hand_over: None,
            };
            let mut document = Document::load(name.kind(), changes)?;
            match gate::admit(offer, &mut document, &phone.changes[push]) {
                Ok(Admission::Admitted(change)) => changes.extend_from_slice(&change.bytes),
                other => return Err(format!("the floor refused a push: {other:?}").into()),
            }
        }
    }
    Ok((phones.len() * PUSHES) as f64 / began.elapsed().as_secs_f64())
}
