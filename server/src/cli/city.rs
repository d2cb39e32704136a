//! `baodao init` and `baodao enrol`.

use std::process::ExitCode;

use shared::directory::{Area, City, Organisation};
use shared::ids::{AreaCode, OrganisationPath};
use shared::words::{AreaLevel, OrganisationKind, Role};

use super::failure::Failure;
use super::{Data, city_code, say};
use crate::audit::{AuditEvent, AuditRecord};
use crate::auth;
use crate::clock::{Clock, SystemClock};
use crate::directory::{self, Appointment, DirectoryChanges, Person};
use crate::services::ServiceError;
use crate::services::identity::issue_code;
use crate::store::{Store, StoreError};

/// The code of the first administrator in the roster.
const ADMINISTRATOR: &str = "admin";

#[derive(clap::Args)]
pub(super) struct InitOptions {
    #[command(flatten)]
    data: Data,
    /// The 6-digit code of the city.
    #[arg(long, value_parser = city_code)]
    city_code: AreaCode,
    /// The name of the city.
    #[arg(long)]
    city_name: String,
    /// The name of the administrator.
    #[arg(long)]
    admin_name: String,
}

pub(super) async fn init(options: InitOptions) -> Result<ExitCode, Failure> {
    let store = options.data.open().await?;
    let city = City {
        code: options.city_code,
        name: options.city_name,
        demo: false,
    };
    let changes = first_rows(&city, options.admin_name);
    let administrator = changes.people[0].id;
    found(&*store, city, changes).await?;
    let issued = issue_code(&*store, administrator, None, SystemClock.now()).await?;
    say("The city is made. The administrator enrols with this code, once, within 7 days:");
    say("");
    say(format_args!("    {}", issued.code));
    say("");
    say(format_args!(
        "Open the app's address followed by /enrol#{}",
        issued.code
    ));
    Ok(ExitCode::SUCCESS)
}

/// Makes a city under a new epoch.
pub(super) async fn found(
    store: &dyn Store,
    city: City,
    changes: DirectoryChanges,
) -> Result<(), Failure> {
    let epoch = auth::epoch().map_err(ServiceError::from)?;
    let record = AuditRecord::of(SystemClock.now(), AuditEvent::CityFounded, &city.code);
    store.found(city, epoch, changes).await?;
    store.record(vec![record]).await?;
    Ok(())
}

/// The city's area, its root organisation, and the administrator in it.
fn first_rows(city: &City, admin_name: String) -> DirectoryChanges {
    let path = OrganisationPath::parse("001").expect("three digits are one level");
    let root = Organisation {
        id: directory::organisation_id(&city.code, &path),
        path,
        name: city.name.clone(),
        kind: OrganisationKind::Committee,
        area: city.code.clone(),
    };
    let person = Person {
        id: directory::member_id(&city.code, ADMINISTRATOR),
        code: ADMINISTRATOR.to_owned(),
        name: admin_name,
        branch: root.id,
        phone: None,
    };
    DirectoryChanges {
        areas: vec![Area {
            code: city.code.clone(),
            name: city.name.clone(),
            level: AreaLevel::City,
            parent: None,
        }],
        appointments: vec![Appointment {
            member: person.id,
            role: Role::Administrator,
            organisation: root.id,
        }],
        organisations: vec![root],
        people: vec![person],
        ..DirectoryChanges::default()
    }
}

#[derive(clap::Args)]
pub(super) struct EnrolOptions {
    #[command(flatten)]
    data: Data,
    /// The member's code in the roster.
    #[arg(long, value_name = "CODE")]
    member: String,
}

pub(super) async fn enrol(options: EnrolOptions) -> Result<ExitCode, Failure> {
    let store = options.data.open().await?;
    let city = store.city().await?.ok_or(StoreError::Unfounded)?;
    let member = directory::member_id(&city.code, &options.member);
    if store.member(member).await?.is_none() {
        return Err(Failure::MemberUnknown {
            code: options.member,
        });
    }
    let now = SystemClock.now();
    let issued = issue_code(&*store, member, None, now).await?;
    let record = AuditRecord::of(now, AuditEvent::EnrolmentIssued, member);
    store.record(vec![record]).await?;
    say(issued.code);
    Ok(ExitCode::SUCCESS)
}
