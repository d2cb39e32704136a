//! Connections to the database, and what their errors mean.

use std::str::FromStr;
use std::time::Duration;

use deadpool_postgres::{
    Client, Hook, HookError, Manager, ManagerConfig, Pool, PoolError, RecyclingMethod, Runtime,
    Transaction,
};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Config, IsolationLevel, NoTls};

use crate::store::StoreError;

/// Connections of one process. Three servers leave half of what PostgreSQL allows by itself.
const CONNECTIONS: usize = 16;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a request waits for one of the connections.
const WAIT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the database may leave unanswered what was sent to it.
const SILENCE: Duration = Duration::from_secs(10);

/// What a session is set to. A server that is cut off in the middle of a transaction must not hold its
/// rows for long, and what is acknowledged is durable, whatever the database's own setting.
const SESSION: &str = "
    set idle_in_transaction_session_timeout = '15s';
    set lock_timeout = '15s';
    select set_config('synchronous_commit', 'on', false)
    where current_setting('synchronous_commit') in ('off', 'local')";

/// Where a database is, and who enters it. It is never printed: it holds a password.
#[derive(Clone)]
pub struct PostgresUrl(Box<Config>);

impl FromStr for PostgresUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let unopened = |error| StoreError::Unopened(Box::new(error));
        let config = Config::from_str(text).map_err(unopened)?;
        Ok(Self(Box::new(config)))
    }
}

/// Returns connections that are made when they are wanted.
pub(super) fn pool(url: &PostgresUrl) -> Result<Pool, StoreError> {
    let mut config = Config::clone(&url.0);
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE);
    }
    if config.get_application_name().is_none() {
        config.application_name("baodao");
    }
    config.keepalives_idle(config.get_keepalives_idle().min(SILENCE));
    let recycling = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    let manager = Manager::from_config(config, NoTls, recycling);
    Pool::builder(manager)
        .max_size(CONNECTIONS)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(WAIT_TIMEOUT))
        .create_timeout(Some(CONNECT_TIMEOUT))
        .post_create(Hook::async_fn(|client, _| {
            Box::pin(async move {
                let set = client.batch_execute(SESSION).await;
                set.map_err(HookError::Backend)
            })
        }))
        .build()
        .map_err(|error| StoreError::Unopened(Box::new(error)))
}

/// Begins a read that sees one state of the database.
pub(super) async fn snapshot(client: &mut Client) -> Result<Transaction<'_>, StoreError> {
    let snapshot = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true);
    Ok(snapshot.start().await?)
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(Box::new(error))
    }
}

impl From<PoolError> for StoreError {
    fn from(error: PoolError) -> Self {
        Self::Database(Box::new(error))
    }
}

fn state(error: &StoreError) -> Option<&SqlState> {
    let StoreError::Database(source) = error else {
        return None;
    };
    source.downcast_ref::<tokio_postgres::Error>()?.code()
}

/// Tells whether the database ended a transaction for the sake of another, so that it may be tried
/// again: nothing of it stands.
pub(super) fn is_passing(error: &StoreError) -> bool {
    let state = state(error);
    state == Some(&SqlState::T_R_DEADLOCK_DETECTED)
        || state == Some(&SqlState::T_R_SERIALIZATION_FAILURE)
}

/// Tells a broken rule of the schema apart from a failing database.
pub(super) fn contradiction(error: StoreError) -> StoreError {
    let broken = state(&error).is_some_and(|state| state.code().starts_with("23"));
    match error {
        StoreError::Database(source) if broken => StoreError::Contradiction(source),
        other => other,
    }
}
