//! Everybody at once: each on a connection of their own.

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rusqlite::{Connection as Database, OpenFlags};
use serde_bytes::ByteBuf;
use shared::api::Dashboard;
use shared::documents::{Document, DocumentKind, DocumentName, Writer};
use shared::ids::{AreaCode, EntryId, OrganisationId};
use shared::records::{Claim, Entry, Evidence, Presence, Record};
use shared::time::Day;
use shared::wire::{self, OfferedChange, SyncRequest, SyncResponse, Verdict};
use shared::words::Measure;
use uuid::Uuid;

use super::cast::{Cast, Held, Level, Seat};
use crate::bench::load::{Connection, decode};

/// The longest pause of a coordinator between two looks; the shortest is nothing.
const PAUSE_MS: u64 = 2_000;
/// How often a phone writes.
const WRITE_EVERY: Duration = Duration::from_secs(1);
/// How often the floors are measured.
const FLOOR_EVERY: Duration = Duration::from_millis(20);
/// How long a change may take to appear.
const APPEARS: Duration = Duration::from_secs(30);

/// Whatever a thread met.
pub type Trouble = Box<dyn Error + Send + Sync>;

/// A period of a dashboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Period {
    Week,
    Year,
    TenYears,
}

/// One look, or one floor beside it.
#[derive(Clone, Copy, Debug)]
pub enum Look {
    /// A dashboard.
    Dashboard(Level, Period, f64),
    /// A row by its key, straight from the file.
    Row(f64),
    /// An answer of the server without anything behind it.
    Http(f64),
    /// A change that a phone wrote.
    Written(f64),
}

/// What is to be done for how long.
pub struct Load<'a> {
    /// Where.
    pub address: SocketAddr,
    /// The data, for the floor.
    pub data: &'a Path,
    /// By whom.
    pub cast: &'a Cast,
    /// Today.
    pub today: Day,
    /// How long.
    pub lasts: Duration,
}

impl Period {
    /// Every period.
    pub const ALL: [Self; 3] = [Self::Week, Self::Year, Self::TenYears];

    /// Returns the word that lines name it by.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Year => "year",
            Self::TenYears => "10y",
        }
    }

    /// Returns its first day when today is its last.
    fn from(self, today: Day) -> Day {
        match self {
            Self::Week => today.plus(-6),
            Self::Year => today.plus(-364),
            Self::TenYears => today.plus(-3_652),
        }
    }

    fn path(self, organisation: OrganisationId, today: Day) -> String {
        let from = self.from(today);
        format!("/api/dashboard?organisation={organisation}&from={from}&to={today}")
    }
}

/// Lets everybody look and write at once, and returns how long each took in milliseconds.
///
/// # Errors
/// The first that somebody met.
pub fn run(load: &Load<'_>) -> Result<Vec<Look>, Trouble> {
    let (told, looks) = mpsc::channel();
    let until = Instant::now() + load.lasts;
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for (number, (seat, level, organisation)) in load.cast.readers.iter().enumerate() {
            let told = told.clone();
            threads
                .push(scope.spawn(move || {
                    read(load, (seat, *level, *organisation), number, until, &told)
                }));
        }
        for number in 0..load.cast.writers.len() {
            let told = told.clone();
            threads.push(scope.spawn(move || write(load, number, until, &told)));
        }
        let told_floor = told.clone();
        threads.push(scope.spawn(move || row_floor(load.data, until, &told_floor)));
        threads.push(scope.spawn(move || http_floor(load.address, until, &told)));
        for thread in threads {
            thread.join().map_err(|_| "a thread panicked")??;
        }
        Ok(looks.iter().collect())
    })
}

/// Looks at each level and period alone, so many times each.
///
/// # Errors
/// What the server says.
pub fn gather(load: &Load<'_>, times: usize) -> Result<Vec<Look>, Trouble> {
    let mut looks = Vec::new();
    let mut connection = Connection::open(load.address)?;
    for level in Level::ALL {
        let readers = load.cast.readers.iter().filter(|reader| reader.1 == level);
        let readers: Vec<_> = readers.collect();
        for place in 0..times {
            let (seat, _, organisation) = readers[place % readers.len()];
            for period in Period::ALL {
                let path = period.path(*organisation, load.today);
                let began = Instant::now();
                connection.get(&path, &seat.cookie)?;
                looks.push(Look::Dashboard(level, period, ms(began)));
            }
        }
    }
    Ok(looks)
}

/// Lets a member check in while nothing else happens, and returns after how many milliseconds the
/// city's dashboard shows it.
///
/// # Errors
/// When it does not appear.
pub fn live(load: &Load<'_>, times: usize) -> Result<Vec<f64>, Trouble> {
    let (seat, ..) = load
        .cast
        .readers
        .iter()
        .find(|reader| reader.1 == Level::City)
        .ok_or("a reader of the city")?;
    let path = Period::TenYears.path(load.cast.root, load.today);
    let mut connection = Connection::open(load.address)?;
    let mut attendances = || -> Result<i64, Trouble> {
        let body = connection.get(&path, &seat.cookie)?;
        let dashboard: Dashboard = serde_json::from_slice(&body)?;
        Ok(dashboard.figures.get(Measure::Attendances))
    };
    let mut pen = Pen::new(load, 0, 2)?;
    // Beyond what the writers have written to.
    pen.place = load.cast.held.len() / 2;
    let mut found = Vec::new();
    while found.len() < times {
        let before = attendances()?;
        pen.push()?;
        let began = Instant::now();
        while attendances()? == before {
            if APPEARS < began.elapsed() {
                return Err("a check-in does not appear".into());
            }
            thread::sleep(Duration::from_millis(5));
        }
        found.push(ms(began));
    }
    Ok(found)
}

fn ms(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e3
}

type Told = mpsc::Sender<Look>;
type Done = Result<(), Trouble>;

fn read(
    load: &Load<'_>,
    (seat, level, organisation): (&Seat, Level, OrganisationId),
    number: usize,
    until: Instant,
    told: &Told,
) -> Done {
    let mut dice = ChaCha8Rng::seed_from_u64(number as u64);
    let mut connection = Connection::open(load.address)?;
    loop {
        thread::sleep(Duration::from_millis(dice.next_u64() % PAUSE_MS));
        if until < Instant::now() {
            return Ok(());
        }
        let place = usize::try_from(dice.next_u64() % Period::ALL.len() as u64)?;
        let period = Period::ALL[place];
        let path = period.path(organisation, load.today);
        let began = Instant::now();
        connection.get(&path, &seat.cookie)?;
        told.send(Look::Dashboard(level, period, ms(began)))?;
    }
}

fn write(load: &Load<'_>, number: usize, until: Instant, told: &Told) -> Done {
    let mut pen = Pen::new(load, number, 1)?;
    let share = WRITE_EVERY / u32::try_from(load.cast.writers.len())?;
    thread::sleep(share * u32::try_from(number)?);
    while Instant::now() < until {
        let began = Instant::now();
        pen.push()?;
        told.send(Look::Written(ms(began)))?;
        thread::sleep(WRITE_EVERY.saturating_sub(began.elapsed()));
    }
    Ok(())
}

/// A phone that checks in at one activity after the other.
struct Pen<'a> {
    seat: &'a Seat,
    city: &'a AreaCode,
    held: &'a [Held],
    place: usize,
    /// Two pens of one device write under different names.
    run: u32,
    name: DocumentName,
    document: Document,
    connection: Connection,
}

impl<'a> Pen<'a> {
    fn new(load: &'a Load<'_>, number: usize, run: u32) -> Result<Self, Trouble> {
        let seat = &load.cast.writers[number];
        Ok(Self {
            seat,
            city: &load.cast.city,
            held: &load.cast.held,
            place: number * load.cast.held.len() / load.cast.writers.len(),
            run,
            name: DocumentName::Journal {
                member: seat.member,
                quarter: load.today.quarter(),
            },
            document: Document::new(DocumentKind::Journal),
            connection: Connection::open(load.address)?,
        })
    }

    fn push(&mut self) -> Result<(), Trouble> {
        let held = self.held[self.place % self.held.len()];
        self.place += 1;
        let entry = Entry {
            id: EntryId(Uuid::now_v7()),
            by: self.seat.member,
            recorded_at: held.starts_at,
            record: Record::Claim(Claim::CheckIn(Presence {
                city: self.city.clone(),
                organisation: held.organisation,
                activity: held.activity,
                evidence: Evidence::SelfReport,
                installation: None,
            })),
        };
        let writer = Writer {
            device: self.seat.device,
            run: self.run,
        };
        let change = self.document.write(writer, held.starts_at, &[entry]);
        let body = wire::encode(&SyncRequest {
            protocol: wire::PROTOCOL,
            schema: wire::SCHEMA,
            exchange: 1,
            device_time: held.starts_at,
            directory: u64::MAX,
            outcomes: u64::MAX,
            matters: None,
            follows: Vec::new(),
            changes: vec![OfferedChange {
                document: self.name,
                bytes: ByteBuf::from(change.bytes),
            }],
        });
        let cookie = Some(self.seat.cookie.as_str());
        let answer = self
            .connection
            .post("/api/sync", wire::CONTENT_TYPE, cookie, &body)?;
        let response: SyncResponse = decode(&answer)?;
        match response.verdicts[..] {
            [Verdict::Stored] => Ok(()),
            _ => Err(format!("not stored: {:?}", response.verdicts).into()),
        }
    }
}

fn row_floor(data: &Path, until: Instant, told: &Told) -> Done {
    let file = data.join(server::store::sqlite::DATABASE);
    let database = Database::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut keys = database.prepare("select scope, start from rollup where span = 1 limit 5000")?;
    let keys: Vec<(String, i32)> = keys
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut lookup = database
        .prepare("select figures from rollup where scope = ?1 and span = 1 and start = ?2")?;
    for (scope, start) in keys.iter().cycle() {
        if until < Instant::now() {
            break;
        }
        let began = Instant::now();
        let _: Vec<u8> = lookup.query_row((scope, start), |row| row.get(0))?;
        told.send(Look::Row(ms(began)))?;
        thread::sleep(FLOOR_EVERY);
    }
    Ok(())
}

fn http_floor(address: SocketAddr, until: Instant, told: &Told) -> Done {
    let mut connection = Connection::open(address)?;
    while Instant::now() < until {
        let began = Instant::now();
        connection.get("/healthz", "")?;
        told.send(Look::Http(ms(began)))?;
        thread::sleep(FLOOR_EVERY);
    }
    Ok(())
}
