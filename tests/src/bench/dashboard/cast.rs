//! Who looks and who writes: coordinators and members of the city, with sessions that are put
//! straight into the store.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use server::auth;
use server::directory::{Appointment, DirectoryChanges, DirectorySnapshot};
use server::store::Store;
use server::store::figures::{ActivitiesWanted, CellsWanted, DashboardWanted, Depth, NoMemory};
use server::store::identity::{Enrolling, Enrolment};
use server::store::sqlite::SqliteStore;
use shared::ids::{ActivityId, AreaCode, DeviceId, MemberId, OrganisationId, OrganisationPath};
use shared::time::{DAY_MS, Day, Timestamp};
use shared::words::Role;
use uuid::Uuid;

/// Coordinators of each level.
const READERS: usize = 25;
/// Members who write.
const WRITERS: usize = 50;
/// Organisations with halls whose activities are written to.
const HOLDERS: usize = 200;

/// A level of the city.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    City,
    County,
    Town,
    Branch,
}

/// Somebody with a session.
#[derive(Clone, Debug)]
pub struct Seat {
    /// The cookie.
    pub cookie: String,
    /// The device.
    pub device: DeviceId,
    /// Its owner.
    pub member: MemberId,
}

/// An activity that can be written to.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// The activity.
    pub activity: ActivityId,
    /// The organisation that holds it.
    pub organisation: OrganisationId,
    /// Its start.
    pub starts_at: Timestamp,
}

/// Everybody, and what they look at and write to.
pub struct Cast {
    /// Coordinators, each with an organisation of a level.
    pub readers: Vec<(Seat, Level, OrganisationId)>,
    /// Members.
    pub writers: Vec<Seat>,
    /// What members write to.
    pub held: Vec<Held>,
    /// The city.
    pub city: AreaCode,
    /// Its organisation.
    pub root: OrganisationId,
}

impl Level {
    /// Every level, the highest first.
    pub const ALL: [Self; 4] = [Self::City, Self::County, Self::Town, Self::Branch];

    /// Returns the word that lines begin with.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::County => "county",
            Self::Town => "town",
            Self::Branch => "branch",
        }
    }
}

/// Gives sessions to the cast, in the data of a city that nobody serves.
///
/// # Errors
/// What the store says.
pub async fn prepare(data: &Path, today: Day) -> Result<Cast, Box<dyn Error>> {
    let store = SqliteStore::open(data)?;
    let city = store.city().await?.ok_or("a city")?.code;
    let snapshot = store.directory().await?;
    let mut people = snapshot.people.values().map(|person| person.id);
    let mut readers = Vec::new();
    let mut appointments = Vec::new();
    for level in Level::ALL {
        let organisations = of_level(&snapshot, level);
        for place in 0..READERS {
            let member = people.next().ok_or("a member for each reader")?;
            let organisation = organisations[place * 7 % organisations.len()];
            appointments.push(Appointment {
                member,
                role: Role::Coordinator,
                organisation,
            });
            readers.push((member, level, organisation));
        }
    }
    let changes = DirectoryChanges {
        appointments,
        ..DirectoryChanges::default()
    };
    store.change_directory(changes).await?;
    let mut seated = Vec::new();
    for (member, level, organisation) in readers {
        let seat = seat(&store, seated.len(), member, today).await?;
        seated.push((seat, level, organisation));
    }
    let mut writers = Vec::new();
    for number in 0..WRITERS {
        let member = people.next().ok_or("a member for each writer")?;
        writers.push(seat(&store, 1_000 + number, member, today).await?);
    }
    let halls = holders(&snapshot);
    let step = (halls.len() / HOLDERS).max(1);
    let mut held = Vec::new();
    for path in halls.iter().step_by(step) {
        held.extend(held_by(&store, &snapshot, path, today).await?);
    }
    if held.is_empty() {
        return Err("nothing was held in the last days: the city is of another day".into());
    }
    let root = snapshot.organisations.values().next().ok_or("a root")?.id;
    Ok(Cast {
        readers: seated,
        writers,
        held,
        city,
        root,
    })
}

/// The organisations of a level; of the lowest those that have a hall and nothing beneath.
fn of_level(snapshot: &DirectorySnapshot, level: Level) -> Vec<OrganisationId> {
    let steps = match level {
        Level::City => 1,
        Level::County => 2,
        Level::Town => 3,
        Level::Branch => {
            let halls = holders(snapshot).into_iter();
            return halls.map(|path| snapshot.organisations[&path].id).collect();
        }
    };
    let organisations = snapshot.organisations.iter();
    organisations
        .filter(|(path, _)| path.level() == steps && has_beneath(snapshot, path))
        .map(|(_, organisation)| organisation.id)
        .collect()
}

fn has_beneath(snapshot: &DirectorySnapshot, path: &OrganisationPath) -> bool {
    let mut after = snapshot.organisations.range(path.clone()..).skip(1);
    after.next().is_some_and(|(next, _)| path.covers(next))
}

/// The lowest organisations that have a hall.
fn holders(snapshot: &DirectorySnapshot) -> Vec<OrganisationPath> {
    let mut holders: Vec<OrganisationPath> = snapshot
        .organisations
        .iter()
        .filter(|(path, organisation)| {
            path.level() > 3
                && snapshot
                    .venues
                    .values()
                    .any(|venue| venue.organisation == organisation.id)
        })
        .map(|(path, _)| path.clone())
        .collect();
    holders.sort();
    holders
}

async fn held_by(
    store: &SqliteStore,
    snapshot: &DirectorySnapshot,
    path: &OrganisationPath,
    today: Day,
) -> Result<Vec<Held>, Box<dyn Error>> {
    let wanted = DashboardWanted {
        path: path.clone(),
        own: Vec::new(),
        beneath: CellsWanted {
            ranges: Vec::new(),
            depth: Depth::Figures,
        },
        activities: ActivitiesWanted {
            from: today.plus(-20),
            to: today,
            facet: None,
            limit: 10,
        },
        memory: Arc::new(NoMemory),
    };
    let rows = store.dashboard(wanted).await?.ok_or("an organisation")?;
    let organisation = snapshot.organisations[path].id;
    let activities = rows.activities.into_iter().filter(|held| !held.cancelled);
    let held = activities.map(|activity| Held {
        activity: activity.activity,
        organisation,
        starts_at: activity.starts_at,
    });
    Ok(held.collect())
}

async fn seat(
    store: &SqliteStore,
    number: usize,
    member: MemberId,
    today: Day,
) -> Result<Seat, Box<dyn Error>> {
    let code_hash = auth::hash(&format!("dashboard code {number}"));
    let token = BASE64URL_NOPAD.encode(&auth::hash(&format!("dashboard {number}")));
    let device = DeviceId(Uuid::from_u128((0xda5b << 96) | number as u128));
    let now = today.start();
    let later = now.plus(30 * DAY_MS);
    let enrolment = Enrolment {
        code_hash,
        member,
        created_by: None,
        created_at: now,
        expires_at: later,
    };
    let enrolling = Enrolling {
        code_hash,
        device,
        public_key: vec![4; 65],
        label: "bench".to_owned(),
        token_hash: auth::hash(&token),
        session_expires_at: later,
        now,
    };
    store.issue_enrolment(enrolment).await?;
    store.enrol(enrolling).await?;
    Ok(Seat {
        cookie: format!("baodao_session={token}"),
        device,
        member,
    })
}
