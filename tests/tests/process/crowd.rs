//! Phones that push one check-in after another and remember what was acknowledged.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use shared::wire::{self, SyncResponse, Verdict};
use tests::bench::load::{self, Connection, Phone};
use tests::process::{Baodao, Place};

/// Any error, told in full.
pub type Told<T = ()> = Result<T, Box<dyn Error>>;

/// How long no server may answer before the phones of a thread give up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Phones, each with a journal of its own and pushes that are prepared.
pub struct Crowd {
    pub phones: Vec<Pusher>,
}

pub struct Pusher {
    pub phone: Phone,
    bodies: Vec<Vec<u8>>,
    /// Pushes acknowledged so far.
    pub acknowledged: usize,
}

impl Crowd {
    /// Enrols the first members of a city.
    pub async fn enrol(
        server: &Baodao,
        place: impl Into<Place>,
        phones: usize,
        pushes: usize,
    ) -> Told<Self> {
        let place = place.into();
        let mut crowd = Vec::new();
        for member in 0..phones {
            let code = Baodao::code(place.clone(), member).await?;
            let mut phone = Phone::enrol(server.address(), &code)?;
            let bodies = phone.prepare(0, pushes);
            crowd.push(Pusher {
                phone,
                bodies,
                acknowledged: 0,
            });
        }
        Ok(Self { phones: crowd })
    }

    /// Pushes from several threads until everything is acknowledged or the server is gone. Runs
    /// `meanwhile` beside them, with the count of what this round had acknowledged.
    pub fn push(
        &mut self,
        address: SocketAddr,
        threads: usize,
        meanwhile: impl FnOnce(&AtomicUsize) + Send,
    ) {
        let count = AtomicUsize::new(0);
        let share = self.phones.len().div_ceil(threads);
        std::thread::scope(|scope| {
            for phones in self.phones.chunks_mut(share) {
                let count = &count;
                scope.spawn(move || push_in_turn(address, phones, count));
            }
            meanwhile(&count);
        });
    }

    /// Pushes to whichever server answers, each push to the next, until everything is acknowledged or
    /// nobody has answered for long. Runs `meanwhile` beside them, with the count of what was
    /// acknowledged.
    pub fn push_anywhere(
        &mut self,
        servers: &[SocketAddr],
        threads: usize,
        meanwhile: impl FnOnce(&AtomicUsize) + Send,
    ) {
        let count = AtomicUsize::new(0);
        let share = self.phones.len().div_ceil(threads);
        std::thread::scope(|scope| {
            for phones in self.phones.chunks_mut(share) {
                let count = &count;
                scope.spawn(move || push_in_rounds(servers, phones, count));
            }
            meanwhile(&count);
        });
    }

    /// Returns the number of pushes acknowledged.
    pub fn acknowledged(&self) -> usize {
        self.phones.iter().map(|phone| phone.acknowledged).sum()
    }

    /// Returns the number of all pushes.
    pub fn pushes(&self) -> usize {
        self.phones.iter().map(|phone| phone.bodies.len()).sum()
    }

    /// Checks that every acknowledged change is there, once.
    pub fn check_stored(&self, address: SocketAddr) -> Told {
        let mut connection = Connection::open(address)?;
        for pusher in &self.phones {
            let stored = pusher.phone.stored(&mut connection, 0)?;
            let acknowledged = &pusher.phone.changes[..pusher.acknowledged];
            let missing = acknowledged
                .iter()
                .filter(|change| !stored.contains(change));
            assert_eq!(missing.count(), 0, "acknowledged changes are missing");
            // The last push may be stored without having been acknowledged; none is there twice.
            assert!(
                stored.len() <= pusher.acknowledged + 1,
                "changes stand twice"
            );
        }
        Ok(())
    }
}

impl Pusher {
    /// Pushes the next change.
    pub fn push_next(&mut self, server: SocketAddr) -> Told {
        let body = self
            .bodies
            .get(self.acknowledged)
            .ok_or("nothing is left")?;
        let mut connection = Connection::open(server)?;
        push(&mut connection, &self.phone, body).ok_or("the push was not acknowledged")?;
        self.acknowledged += 1;
        Ok(())
    }
}

/// Each phone of a thread in its turn, so that a kill meets all of them in the middle.
fn push_in_turn(address: SocketAddr, phones: &mut [Pusher], count: &AtomicUsize) {
    let Ok(mut connection) = Connection::open(address) else {
        return;
    };
    loop {
        let mut pushed = false;
        for pusher in &mut *phones {
            let Some(body) = pusher.bodies.get(pusher.acknowledged) else {
                continue;
            };
            if push(&mut connection, &pusher.phone, body).is_none() {
                return;
            }
            pusher.acknowledged += 1;
            count.fetch_add(1, Ordering::Relaxed);
            pushed = true;
        }
        if !pushed {
            return;
        }
    }
}

/// A phone has no server of its own: each push goes to the next, and so does one that failed.
fn push_in_rounds(servers: &[SocketAddr], phones: &mut [Pusher], count: &AtomicUsize) {
    let mut connections: Vec<Option<Connection>> = servers.iter().map(|_| None).collect();
    let (mut turn, mut silent_since) = (0, None::<Instant>);
    loop {
        let mut pushed = false;
        for pusher in &mut *phones {
            let Some(body) = pusher.bodies.get(pusher.acknowledged) else {
                continue;
            };
            pushed = true;
            turn += 1;
            let connection = &mut connections[turn % servers.len()];
            if connection.is_none() {
                *connection = Connection::open(servers[turn % servers.len()]).ok();
            }
            let answer = connection
                .as_mut()
                .and_then(|connection| push(connection, &pusher.phone, body));
            if answer.is_some() {
                pusher.acknowledged += 1;
                count.fetch_add(1, Ordering::Relaxed);
                silent_since = None;
                continue;
            }
            *connection = None;
            if silent_since.get_or_insert_with(Instant::now).elapsed() > PATIENCE {
                return;
            }
            std::thread::yield_now();
        }
        if !pushed {
            return;
        }
    }
}

fn push(connection: &mut Connection, phone: &Phone, body: &[u8]) -> Option<()> {
    let cookie = Some(phone.cookie.as_str());
    let answer = connection
        .post("/api/sync", wire::CONTENT_TYPE, cookie, body)
        .ok()?;
    let response: SyncResponse = load::decode(&answer).ok()?;
    (response.verdicts == [Verdict::Stored]).then_some(())
}
