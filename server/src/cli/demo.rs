//! `baodao demo`: the made-up city, and codes to enter it with.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;
use shared::ids::MemberId;
use shared::time::Timestamp;

use super::city::found;
use super::failure::Failure;
use super::{Data, say};
use crate::clock::{Clock, SystemClock};
use crate::demo::{Census, DemoCity, Founding, Persona, Scale, counted, store_city};
use crate::metrics::peak_memory;
use crate::services::identity::issue_code;
use crate::store::Store;

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
    /// How much there is: `demo` is made in seconds and has a roster in a few towns; `city` is the
    /// whole city with its ten years, which takes minutes and gigabytes.
    #[arg(long, value_enum, default_value_t = Size::Demo)]
    scale: Size,
    /// Prints a JSON array.
    #[arg(long)]
    json: bool,
}

/// How much of the city there is.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Size {
    Demo,
    City,
}

impl From<Size> for Scale {
    fn from(size: Size) -> Self {
        match size {
            Size::Demo => Self::Demo,
            Size::City => Self::City { parts: 1 },
        }
    }
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
    let began = Instant::now();
    let store = options.data.open().await?;
    let now = SystemClock.now();
    let founding = Arc::new(Founding::new(options.seed, now.day(), options.scale.into()));
    let mut demo = founding.city();
    let names = names(&demo);
    let census = Census::of(&demo);
    match store.city().await? {
        None => create(&*store, founding.clone(), &mut demo, now).await?,
        Some(city) if city.demo => {}
        Some(_) => return Err(Failure::NotDemo),
    }
    let mut entrances = Vec::new();
    for persona in &demo.personas {
        entrances.push(entrance(&*store, &names, persona, options.port, now).await?);
    }
    if options.json {
        let json = serde_json::to_string_pretty(&entrances).expect("texts are all JSON");
        say(json);
    } else {
        say("The demo city is ready. It has");
        say(census);
        say("");
        print_table(&entrances);
        if options.scale == Size::City {
            say("");
            print_figures(&*store, &founding, began).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Founds the city, and stores what was and is in it.
async fn create(
    store: &dyn Store,
    founding: Arc<Founding>,
    demo: &mut DemoCity,
    now: Timestamp,
) -> Result<(), Failure> {
    let changes = std::mem::take(&mut demo.changes);
    found(store, demo.city.clone(), changes).await?;
    store_city(store, founding, demo, now).await?;
    Ok(())
}

/// The names of the personas.
fn names(demo: &DemoCity) -> BTreeMap<MemberId, String> {
    let personas: BTreeSet<MemberId> = demo.personas.iter().map(|persona| persona.member).collect();
    let people = demo.changes.people.iter();
    people
        .filter(|person| personas.contains(&person.id))
        .map(|person| (person.id, person.name.clone()))
        .collect()
}

async fn entrance(
    store: &dyn Store,
    names: &BTreeMap<MemberId, String>,
    persona: &Persona,
    port: u16,
    now: Timestamp,
) -> Result<Entrance, Failure> {
    let member = store.member(persona.member).await?;
    let organisation = store.organisation(persona.organisation).await?;
    let (Some(member), Some(organisation)) = (member, organisation) else {
        return Err(Failure::OtherSeed);
    };
    if names.get(&member.id) != Some(&member.name) {
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

/// What the roll-ups count of the ten years and after, and what making it took.
async fn print_figures(
    store: &dyn Store,
    founding: &Founding,
    began: Instant,
) -> Result<(), Failure> {
    let figures = counted(store, founding.first_day(), founding.today()).await?;
    for (measure, number) in figures.iter() {
        say(format_args!("{} {number}", measure.as_str()));
    }
    let vitals = store.vitals().await?;
    say(format_args!("seconds {}", began.elapsed().as_secs()));
    say(format_args!("bytes {}", vitals.bytes));
    if let Some(bytes) = peak_memory() {
        say(format_args!("peak_memory_bytes {bytes}"));
    }
    Ok(())
}
