//! The command line: `baodao serve`, `init`, `demo`, `enrol`, `revoke`, `import`, `backup`,
//! `restore`, `compact`, `rebuild`, `verify`, `token`.

mod backup;
mod city;
mod demo;
mod failure;
mod import;
mod repair;
mod revoke;
mod serve;
mod token;

use std::env;
use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use shared::ids::AreaCode;

use crate::metrics::StoreMetrics;
use crate::store::{Place, Store};
use crate::telemetry::{self, LogFormat};
use failure::Failure;

/// 报到: activities and attendance of a city, offline first.
#[derive(Parser)]
#[command(name = "baodao", version)]
struct Arguments {
    /// How log lines look.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "text",
        env = "BAODAO_LOG_FORMAT"
    )]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves a city.
    Serve(serve::Options),
    /// Makes an empty city with an administrator, and prints a code to enrol with.
    Init(city::InitOptions),
    /// Makes the demo city where there is none, and prints codes to enrol with.
    Demo(demo::Options),
    /// Prints a code with which a member enrols a phone.
    Enrol(city::EnrolOptions),
    /// Takes a device, or all devices of a member, out of use.
    Revoke(revoke::Options),
    /// Reads the owner's lists into the directory.
    Import(import::Options),
    /// Writes a backup of a city into one file, while servers may run.
    Backup(backup::BackupOptions),
    /// Restores a backup into an empty data folder or database, or tries whether it can be restored.
    Restore(backup::RestoreOptions),
    /// Replaces many changes by snapshots, as the server does every hour.
    Compact(repair::Options),
    /// Makes every derived row anew from the documents. The server of a data folder must not run.
    Rebuild(repair::Options),
    /// Checks that documents load, that their hashes are a chain, that nothing is without its owner
    /// and that derived rows are what a rebuild makes.
    Verify(repair::Options),
    /// Gives out, lists and revokes tokens with which other systems read figures and ledgers.
    #[command(subcommand)]
    Token(token::TokenCommand),
}

/// The environment's word for a database, which other people of the machine do not see.
const DATABASE_VARIABLE: &str = "BAODAO_DATABASE";

/// Where a city's data lies.
#[derive(clap::Args)]
struct Data {
    /// The data folder, in which one server keeps the city.
    #[arg(long = "data", value_name = "DIR", conflicts_with = "database")]
    folder: Option<PathBuf>,
    /// A PostgreSQL database, which several servers may share: postgres://user:password@host/name.
    /// Where neither this nor --data is given, the variable BAODAO_DATABASE names it.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

impl Data {
    /// Returns the place that the arguments name.
    fn named(&self) -> Result<Option<Place>, Failure> {
        match (&self.folder, &self.database) {
            (Some(folder), _) => Ok(Some(Place::Folder(folder.clone()))),
            (None, Some(url)) => database(url).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// Returns the place that the arguments name, or else the environment.
    fn place(&self) -> Result<Place, Failure> {
        if let Some(named) = self.named()? {
            return Ok(named);
        }
        let url = env::var(DATABASE_VARIABLE).map_err(|_| Failure::StoreUnnamed)?;
        database(&url)
    }

    async fn open(&self) -> Result<Arc<dyn Store>, Failure> {
        Ok(self.place()?.open(StoreMetrics::default()).await?)
    }
}

/// Reads the address of a database. What is wrong with it is not repeated: it may hold a password.
fn database(url: &str) -> Result<Place, Failure> {
    let url = url.parse().map_err(|_| Failure::DatabaseUnreadable)?;
    Ok(Place::Postgres(url))
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    telemetry::start(arguments.log_format);
    match run(arguments.command) {
        Ok(code) => code,
        Err(failure) => {
            // Nobody may be reading.
            drop(writeln!(io::stderr(), "{failure}"));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::Runtime)?;
    runtime.block_on(async {
        match command {
            Command::Serve(options) => serve::serve(options).await,
            Command::Init(options) => city::init(options).await,
            Command::Demo(options) => demo::demo(options).await,
            Command::Enrol(options) => city::enrol(options).await,
            Command::Revoke(options) => revoke::revoke(options).await,
            Command::Import(options) => import::import(options).await,
            Command::Backup(options) => backup::backup(options).await,
            Command::Restore(options) => backup::restore(options).await,
            Command::Compact(options) => repair::compact(options).await,
            Command::Rebuild(options) => repair::rebuild(options).await,
            Command::Verify(options) => repair::verify(options).await,
            Command::Token(command) => token::token(command).await,
        }
    })
}

/// Prints a line; whoever read it may have gone.
fn say(line: impl fmt::Display) {
    drop(writeln!(io::stdout(), "{line}"));
}

/// Reads the 6-digit code of a city.
fn city_code(text: &str) -> Result<AreaCode, String> {
    AreaCode::parse(text)
        .ok()
        .filter(|code| code.as_str().len() == 6)
        .ok_or_else(|| "a city's code has 6 digits, such as 441200".to_owned())
}
