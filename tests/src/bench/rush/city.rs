//! The city of a rush, written straight through the store: four levels, a plan in every calendar, an
//! enrolled phone for each member. Everything of a phone follows from its number, so that the
//! processes of phones need no list.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

use data_encoding::BASE64URL_NOPAD;
use server::auth;
use server::directory::{DirectoryChanges, Person};
use server::store::Store;
use server::store::identity::{Enrolling, Enrolment, NewDevice};
use server::store::sqlite::SqliteStore;
use shared::directory::{Area, City, Organisation};
use shared::documents::{Document, DocumentKind, DocumentName, Writer};
use shared::ids::{
    ActivityId, AreaCode, DeviceId, DocumentId, EntryId, MemberId, OrganisationId, OrganisationPath,
};
use shared::records::{Claim, Details, Entry, Evidence, Plan, Presence, Record, Standing};
use shared::server::{Append, Load};
use shared::time::{DAY_MS, HOUR_MS, Quarter, Timestamp};
use shared::wire::{self, OfferedChange, SyncRequest};
use shared::words::{ActivityKind, AreaLevel, OrganisationKind};
use uuid::Uuid;

use super::Errand;

/// Members of a branch; the reference city has about 120 a village.
const BRANCH_MEMBERS: usize = 120;
/// Branches of a town, and towns of a county.
const TOWN_BRANCHES: usize = 15;
const COUNTY_TOWNS: usize = 12;
/// Claims that a phone made offline.
pub const CLAIMS: usize = 3;
/// Jobs handed to the store at a time.
const AT_ONCE: usize = 512;
/// The version of the directory after the city was founded.
const DIRECTORY: u64 = 2;

fn uuid(kind: u128, number: usize) -> Uuid {
    Uuid::from_u128((kind << 96) | number as u128)
}

/// Returns the member with a number.
pub fn member(number: usize) -> MemberId {
    MemberId(uuid(1, number))
}

fn device(number: usize) -> DeviceId {
    DeviceId(uuid(2, number))
}

/// Returns the session token of a phone.
pub fn token(number: usize) -> String {
    BASE64URL_NOPAD.encode(&auth::hash(&format!("phone {number}")))
}

fn area() -> AreaCode {
    AreaCode::parse(crate::bench::server::CITY).expect("six digits")
}

/// Returns the path of a branch: city, county, town, branch.
fn path(branch: usize) -> OrganisationPath {
    let (town, branch) = (branch / TOWN_BRANCHES, branch % TOWN_BRANCHES);
    let (county, town) = (town / COUNTY_TOWNS, town % COUNTY_TOWNS);
    let text = format!("001{:03}{:03}{:03}", county + 1, town + 1, branch + 1);
    OrganisationPath::parse(&text).expect("three digits a level")
}

/// Returns the paths from the city to a branch.
fn line(branch: usize) -> Vec<OrganisationPath> {
    path(branch).line().collect()
}

fn organisation(path: &OrganisationPath) -> OrganisationId {
    OrganisationId(Uuid::new_v5(&Uuid::NAMESPACE_OID, path.as_str().as_bytes()))
}

/// The clock of the rush: that of this machine at its start, to the day.
fn now() -> Timestamp {
    let seconds = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |now| now.as_secs());
    let ms = i64::try_from(seconds).unwrap_or(0) * 1_000;
    Timestamp(ms - ms % DAY_MS)
}

fn quarter() -> Quarter {
    now().day().quarter()
}

/// Returns the journal of a phone's owner.
pub fn journal(number: usize) -> DocumentName {
    DocumentName::Journal {
        member: member(number),
        quarter: quarter(),
    }
}

fn calendar(path: &OrganisationPath) -> DocumentName {
    DocumentName::Calendar {
        organisation: organisation(path),
        quarter: quarter(),
    }
}

/// Founds the city and enrols a phone for each member.
///
/// # Errors
/// What the store says.
pub async fn found(data: &Path, phones: usize) -> Result<(), Box<dyn Error>> {
    let store = SqliteStore::open(data)?;
    let city = City {
        code: area(),
        name: "Rush".to_owned(),
        demo: false,
    };
    let paths: BTreeSet<OrganisationPath> = (0..phones.div_ceil(BRANCH_MEMBERS))
        .flat_map(line)
        .collect();
    store.found(city, 1, rows(&paths, phones)).await?;
    plan(&store, &paths).await?;
    for first in (0..phones).step_by(AT_ONCE) {
        let numbers = first..phones.min(first + AT_ONCE);
        let enrolled = numbers.map(|number| enrol(&store, number));
        futures::future::try_join_all(enrolled).await?;
    }
    server::projector::project_all(&store).await?;
    Ok(())
}

fn rows(paths: &BTreeSet<OrganisationPath>, phones: usize) -> DirectoryChanges {
    let kind = |path: &OrganisationPath| match path.level() {
        4 => OrganisationKind::Branch,
        _ => OrganisationKind::Committee,
    };
    DirectoryChanges {
        areas: vec![Area {
            code: area(),
            name: "Rush".to_owned(),
            level: AreaLevel::City,
            parent: None,
        }],
        organisations: paths
            .iter()
            .map(|path| Organisation {
                id: organisation(path),
                path: path.clone(),
                name: format!("Organisation {path}"),
                kind: kind(path),
                area: area(),
            })
            .collect(),
        venues: Vec::new(),
        people: (0..phones)
            .map(|number| Person {
                id: member(number),
                code: format!("M{number:06}"),
                name: format!("Member {number}"),
                branch: organisation(&path(number / BRANCH_MEMBERS)),
                phone: None,
            })
            .collect(),
        ..DirectoryChanges::default()
    }
}

/// Puts one plan into every calendar.
async fn plan(
    store: &SqliteStore,
    paths: &BTreeSet<OrganisationPath>,
) -> Result<(), Box<dyn Error>> {
    let planner = DeviceId(uuid(3, 0));
    let owner = NewDevice {
        id: planner,
        member: member(0),
        label: "rush".to_owned(),
        at: now(),
    };
    store.add_device(owner).await?;
    for path in paths {
        let name = calendar(path);
        let entry = Entry {
            id: EntryId(Uuid::new_v5(&Uuid::NAMESPACE_URL, path.as_str().as_bytes())),
            by: member(0),
            recorded_at: now(),
            record: Record::Plan(Plan {
                activity: activity(path),
                seed: Uuid::nil(),
                revises: None,
                kind: ActivityKind::Lecture,
                topic: "Lecture".to_owned(),
                speaker: None,
                venue: None,
                starts_at: now(),
                ends_at: now().plus(2 * HOUR_MS),
                campaign: None,
                standing: Standing::Planned,
                details: Details::default(),
            }),
        };
        let writer = Writer {
            device: planner,
            run: 1,
        };
        let change = Document::new(DocumentKind::Calendar).write(writer, now(), &[entry]);
        let append = Append {
            name,
            base: 0,
            changes: vec![change],
            received_at: now(),
            allowance: None,
        };
        store.append(planner, vec![append]).await?;
    }
    Ok(())
}

fn activity(path: &OrganisationPath) -> ActivityId {
    ActivityId::of(organisation(path), Uuid::nil())
}

async fn enrol(store: &SqliteStore, number: usize) -> Result<(), Box<dyn Error>> {
    let code_hash = auth::hash(&format!("code {number}"));
    let later = now().plus(10 * DAY_MS);
    let enrolment = Enrolment {
        code_hash,
        member: member(number),
        created_by: None,
        created_at: now(),
        expires_at: later,
    };
    let enrolling = Enrolling {
        code_hash,
        device: device(number),
        public_key: vec![4; 65],
        label: "rush".to_owned(),
        token_hash: auth::hash(&token(number)),
        session_expires_at: later,
        now: now(),
    };
    store.issue_enrolment(enrolment).await?;
    store.enrol(enrolling).await?;
    Ok(())
}

/// Returns the body of a phone's sync: what it follows, as its engine would, and its claims.
pub fn body(number: usize, errand: Errand) -> Vec<u8> {
    let line = line(number / BRANCH_MEMBERS);
    let mut follows: Vec<(DocumentId, u64)> =
        line.iter().map(|path| (calendar(path).id(), 1)).collect();
    follows.push((journal(number).id(), 0));
    let changes = match errand {
        Errand::Pull => Vec::new(),
        Errand::Push => vec![OfferedChange {
            document: journal(number),
            bytes: serde_bytes::ByteBuf::from(claims(number, &line)),
        }],
    };
    wire::encode(&SyncRequest {
        protocol: wire::PROTOCOL,
        schema: wire::SCHEMA,
        exchange: 1,
        device_time: now(),
        directory: DIRECTORY,
        outcomes: 0,
        matters: Some(0),
        follows,
        changes,
    })
}

/// Three check-ins that waited, in the one change that a phone seals them in.
fn claims(number: usize, line: &[OrganisationPath]) -> Vec<u8> {
    let entries: Vec<Entry> = line
        .iter()
        .rev()
        .take(CLAIMS)
        .enumerate()
        .map(|(place, path)| Entry {
            id: EntryId(uuid(4, number * CLAIMS + place)),
            by: member(number),
            recorded_at: now(),
            record: Record::Claim(Claim::CheckIn(Presence {
                city: area(),
                organisation: organisation(path),
                activity: activity(path),
                evidence: Evidence::SelfReport,
                installation: None,
            })),
        })
        .collect();
    let writer = Writer {
        device: device(number),
        run: 1,
    };
    let mut document = Document::new(DocumentKind::Journal);
    document.write(writer, now(), &entries).bytes
}

/// Returns how many of the phones' claims the data does not hold, exactly once.
///
/// # Errors
/// What the store says.
pub async fn lost(data: &Path, phones: usize) -> Result<usize, Box<dyn Error>> {
    let store = SqliteStore::open(data)?;
    let mut found = 0;
    for first in (0..phones).step_by(AT_ONCE) {
        let names: Vec<DocumentName> = (first..phones.min(first + AT_ONCE)).map(journal).collect();
        let load = Load {
            documents: names.iter().map(DocumentName::id).collect(),
            organisations: Vec::new(),
            brought: None,
        };
        for (_, stored) in store.load(load).await?.documents {
            let document = Document::load(stored.name.kind(), &stored.changes)?;
            found += document.entries().0.len().min(CLAIMS);
        }
    }
    Ok(phones * CLAIMS - found)
}
