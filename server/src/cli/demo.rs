//! `baodao demo`: the made-up city, and codes to enter it with.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde::Serialize;
use shared::documents::{Document, DocumentName, Writer};
use shared::ids::{DeviceId, MemberId};
use shared::limits::ENTRIES_PER_CHANGE;
use shared::records::{Entry, Record};
use shared::server::Append;
use shared::time::Timestamp;
use uuid::Uuid;

use super::city::found;
use super::failure::Failure;
use super::{Data, say};
use crate::clock::{Clock, SystemClock};
use crate::demo::{Census, DemoCity, DemoMark, DemoPlan, DemoStatement, Persona, generate};
use crate::projector::project_all;
use crate::services::identity::issue_code;
use crate::store::Store;
use crate::store::identity::NewDevice;

/// Documents stored at a time.
const APPENDS: usize = 500;

#[derive(clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// The port that the addresses name.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// What the city is made of; the same seed makes the same city.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Prints a JSON array.
    #[arg(long)]
    json: bool,
}

/// A person to try the city as.
#[derive(Serialize)]
struct Entrance {
    persona: &'static str,
    name: String,
    organisation: String,
    code: String,
    url: String,
}

pub(super) async fn demo(options: Options) -> Result<ExitCode, Failure> {
    let store = options.data.open().await?;
    let now = SystemClock.now();
    let demo = generate(options.seed, now.day());
    match store.city().await? {
        None => create(&*store, &demo, now).await?,
        Some(city) if city.demo => {}
        Some(_) => return Err(Failure::NotDemo),
    }
    let mut entrances = Vec::new();
    for persona in &demo.personas {
        entrances.push(entrance(&*store, &demo, persona, options.port, now).await?);
    }
    if options.json {
        let json = serde_json::to_string_pretty(&entrances).expect("texts are all JSON");
        say(json);
    } else {
        say("The demo city is ready. It has");
        say(Census::of(&demo));
        say("");
        print_table(&entrances);
    }
    Ok(ExitCode::SUCCESS)
}

async fn create(store: &dyn Store, demo: &DemoCity, now: Timestamp) -> Result<(), Failure> {
    found(store, demo.city.clone(), demo.changes.clone()).await?;
    if let Some(plan) = demo.plans.first() {
        write_records(store, demo, plan.entry.by, now).await?;
    }
    project_all(store).await?;
    Ok(())
}

/// Writes the plans into calendars, the marks into roll calls and what is said about registrations,
/// lists and service into journals, ledgers and boards, under a device of the server's own, on the way
/// that every other change takes.
async fn write_records(
    store: &dyn Store,
    demo: &DemoCity,
    member: MemberId,
    now: Timestamp,
) -> Result<(), Failure> {
    let device = DeviceId(Uuid::now_v7());
    store
        .add_device(NewDevice {
            id: device,
            member,
            label: "demo".to_owned(),
            at: now,
        })
        .await?;
    let mut documents: BTreeMap<DocumentName, Vec<Entry>> = BTreeMap::new();
    for DemoPlan {
        organisation,
        entry,
    } in &demo.plans
    {
        if let Record::Plan(plan) = &entry.record {
            let name = DocumentName::Calendar {
                organisation: *organisation,
                quarter: plan.starts_at.day().quarter(),
            };
            documents.entry(name).or_default().push(entry.clone());
        }
    }
    for DemoMark {
        organisation,
        activity,
        entry,
    } in &demo.marks
    {
        let name = DocumentName::Rollcall {
            organisation: *organisation,
            activity: *activity,
        };
        documents.entry(name).or_default().push(entry.clone());
    }
    for DemoStatement { document, entry } in &demo.statements {
        documents.entry(*document).or_default().push(entry.clone());
    }
    let writer = Writer { device, run: 1 };
    let appends: Vec<Append> = documents
        .into_iter()
        .map(|(name, entries)| written(name, &entries, writer, now))
        .collect();
    for some in appends.chunks(APPENDS) {
        store.append(device, some.to_vec()).await?;
    }
    Ok(())
}

fn written(name: DocumentName, entries: &[Entry], writer: Writer, now: Timestamp) -> Append {
    let mut document = Document::new(name.kind());
    Append {
        name,
        base: 0,
        allowance: None,
        changes: entries
            .chunks(ENTRIES_PER_CHANGE)
            .map(|entries| document.write(writer, now, entries))
            .collect(),
        received_at: now,
    }
}

async fn entrance(
    store: &dyn Store,
    demo: &DemoCity,
    persona: &Persona,
    port: u16,
    now: Timestamp,
) -> Result<Entrance, Failure> {
    let member = store.member(persona.member).await?;
    let organisation = store.organisation(persona.organisation).await?;
    let (Some(member), Some(organisation)) = (member, organisation) else {
        return Err(Failure::OtherSeed);
    };
    let mut people = demo.changes.people.iter();
    if !people.any(|person| person.id == member.id && person.name == member.name) {
        return Err(Failure::OtherSeed);
    }
    let code = issue_code(store, member.id, None, now).await?.code;
    Ok(Entrance {
        persona: persona.key,
        name: member.name,
        organisation: organisation.summary.name,
        url: format!("http://localhost:{port}/enrol#{code}"),
        code,
    })
}

fn print_table(entrances: &[Entrance]) {
    say("Each address enrols one phone, once:");
    say("");
    let widest = entrances
        .iter()
        .map(|entrance| entrance.persona.len())
        .max();
    for entrance in entrances {
        say(format_args!(
            "{:width$}  {}  {}  {}（{}）",
            entrance.persona,
            entrance.code,
            entrance.url,
            entrance.name,
            entrance.organisation,
            width = widest.unwrap_or_default()
        ));
    }
}
