//! `baodao token issue`, `list` and `revoke`: tokens with which other systems read figures and ledgers.
//! The server may run.

use std::process::ExitCode;

use clap::Subcommand;
use shared::ids::{OrganisationId, OrganisationPath};
use shared::time::DAY_MS;
use uuid::Uuid;

use super::failure::Failure;
use super::{Data, say};
use crate::audit::{AuditEvent, AuditRecord};
use crate::auth::Secret;
use crate::clock::{Clock, SystemClock};
use crate::directory;
use crate::services::ServiceError;
use crate::store::oversight::OrganisationRecord;
use crate::store::tokens::{NewToken, TokenId, TokenRecord, TokenScope};
use crate::store::{Store, StoreError};

/// Days that a token may be good for: two years, after which somebody has to ask again.
const DAYS_AT_MOST: i64 = 731;

#[derive(Subcommand)]
pub(super) enum TokenCommand {
    /// Prints a new token, once.
    Issue(IssueOptions),
    /// Lists every token without its text.
    List(ListOptions),
    /// Takes a token out of use.
    Revoke(RevokeOptions),
}

#[derive(clap::Args)]
pub(super) struct IssueOptions {
    #[command(flatten)]
    data: Data,
    /// The organisation about which it may read, with all beneath it: its id, or its path in the
    /// imported lists.
    #[arg(long, value_name = "ID")]
    organisation: String,
    /// `figures`: figures and activities, without names of people; `ledgers`: every ledger as well.
    #[arg(long, value_parser = scope)]
    scope: TokenScope,
    /// Days that it is good for.
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..=DAYS_AT_MOST))]
    days: i64,
    /// Who uses it.
    #[arg(long, value_name = "TEXT")]
    name: String,
}

#[derive(clap::Args)]
pub(super) struct ListOptions {
    #[command(flatten)]
    data: Data,
}

#[derive(clap::Args)]
pub(super) struct RevokeOptions {
    #[command(flatten)]
    data: Data,
    /// The id that `baodao token list` shows.
    id: Uuid,
}

pub(super) async fn token(command: TokenCommand) -> Result<ExitCode, Failure> {
    match command {
        TokenCommand::Issue(options) => issue(options).await?,
        TokenCommand::List(options) => list(options).await?,
        TokenCommand::Revoke(options) => revoke(options).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn issue(options: IssueOptions) -> Result<(), Failure> {
    let store = options.data.open().await?;
    let organisation = organisation(&*store, &options.organisation).await?;
    let now = SystemClock.now();
    let secret = Secret::new().map_err(ServiceError::from)?;
    let token = NewToken {
        id: TokenId(Uuid::now_v7()),
        hash: secret.hash,
        organisation: organisation.summary.id,
        scope: options.scope,
        name: options.name,
        created_at: now,
        expires_at: now.plus(options.days * DAY_MS),
    };
    let record = AuditRecord::of(now, AuditEvent::TokenIssued, token.id);
    store.issue_token(token).await?;
    store.record(vec![record]).await?;
    say(secret.text);
    Ok(())
}

async fn list(options: ListOptions) -> Result<(), Failure> {
    let store = options.data.open().await?;
    for token in store.tokens().await? {
        say(line(&token));
    }
    Ok(())
}

async fn revoke(options: RevokeOptions) -> Result<(), Failure> {
    let store = options.data.open().await?;
    let (token, now) = (TokenId(options.id), SystemClock.now());
    if !store.revoke_token(token, now).await? {
        return Err(Failure::TokenUnknown { id: options.id });
    }
    let record = AuditRecord::of(now, AuditEvent::TokenRevoked, token);
    store.record(vec![record]).await?;
    say(token);
    Ok(())
}

async fn organisation(store: &dyn Store, text: &str) -> Result<OrganisationRecord, Failure> {
    let city = store.city().await?.ok_or(StoreError::Unfounded)?;
    let id: Option<OrganisationId> = match (text.parse(), OrganisationPath::parse(text)) {
        (Ok(id), _) => Some(id),
        (Err(_), Ok(path)) => Some(directory::organisation_id(&city.code, &path)),
        (Err(_), Err(_)) => None,
    };
    let found = match id {
        Some(id) => store.organisation(id).await?,
        None => None,
    };
    found.ok_or_else(|| Failure::OrganisationUnknown {
        id: text.to_owned(),
    })
}

/// Writes a token, its columns apart by tabs.
fn line(token: &TokenRecord) -> String {
    let used = token.used_on.map(|day| day.to_string());
    let state = match token.revoked_at {
        Some(at) => format!("revoked {}", at.day()),
        None => format!("until {}", token.expires_at.day()),
    };
    [
        token.id.to_string(),
        token.scope.as_str().to_owned(),
        token.organisation.path.to_string(),
        token.organisation.summary.name.clone(),
        token.name.clone(),
        format!("since {}", token.created_at.day()),
        state,
        used.map_or("never used".to_owned(), |day| format!("last used {day}")),
    ]
    .join("\t")
}

fn scope(text: &str) -> Result<TokenScope, String> {
    TokenScope::parse(text).ok_or_else(|| {
        let scopes = TokenScope::ALL.map(TokenScope::as_str);
        format!("a scope is one of {}", scopes.join(", "))
    })
}
