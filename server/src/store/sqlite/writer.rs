//! The one thread that writes. It takes all jobs that wait, runs them in one transaction, commits
//! once, and only then answers them all: an answer means durable. When one of them fails, the whole
//! group runs again with a savepoint for each: that is rare, and savepoints copy every page.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;
use std::time::Instant;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::metrics::StoreMetrics;
use crate::store::StoreError;

/// Jobs of one commit at most.
const GROUP: usize = 512;

/// A job that waits for its commit. It may be run more than once: what it did before was rolled back.
trait Job: Send {
    /// Runs in an open transaction, or hears why there is none.
    fn run(&mut self, connection: Result<&Connection, Arc<rusqlite::Error>>) -> Ending;

    /// Answers whoever waits.
    fn answer(self: Box<Self>, commit: Commit);
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Well,
    Failed,
}

/// What became of the transaction.
type Commit = Result<(), Arc<rusqlite::Error>>;

/// A closure, what came of it, and who waits for that.
struct Work<T, F> {
    work: F,
    result: Option<Result<T, StoreError>>,
    asked: oneshot::Sender<Result<T, StoreError>>,
}

impl<T: Send, F: Fn(&Connection) -> Result<T, StoreError> + Send> Job for Work<T, F> {
    fn run(&mut self, connection: Result<&Connection, Arc<rusqlite::Error>>) -> Ending {
        self.result = None;
        let run = || match connection {
            Ok(connection) => (self.work)(connection),
            Err(error) => Err(StoreError::Database(Box::new(error))),
        };
        // Of a panic there is no result, and the dropped sender tells the one who waits.
        self.result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).ok();
        match &self.result {
            Some(Ok(_)) => Ending::Well,
            Some(Err(_)) | None => Ending::Failed,
        }
    }

    fn answer(self: Box<Self>, commit: Commit) {
        let Some(result) = self.result else {
            return;
        };
        let result = result.and_then(|value| match commit {
            Ok(()) => Ok(value),
            Err(error) => Err(StoreError::Database(Box::new(error))),
        });
        // Nobody may be waiting any more; the job stands all the same.
        drop(self.asked.send(result));
    }
}

pub(super) struct Writer {
    jobs: Option<Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection, metrics: StoreMetrics) -> std::io::Result<Self> {
        let (jobs, received) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || run(&connection, &received, &metrics))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Runs a job in a transaction and returns when it is durable.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (asked, answer) = oneshot::channel();
        let jobs = self.jobs.as_ref().ok_or(StoreError::Closed)?;
        jobs.send(Box::new(Work {
            work,
            result: None,
            asked,
        }))
        .map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn run(connection: &Connection, jobs: &Receiver<Box<dyn Job>>, metrics: &StoreMetrics) {
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        group.extend(jobs.try_iter().take(GROUP - 1));
        metrics.commit_jobs.observe(group.len() as f64);
        let began = Instant::now();
        commit_group(connection, group);
        metrics
            .commit_seconds
            .observe(began.elapsed().as_secs_f64());
    }
}

fn commit_group(connection: &Connection, mut group: Vec<Box<dyn Job>>) {
    let begun = execute(connection, "begin immediate").map_err(Arc::new);
    let connected = || begun.clone().map(|()| connection);
    let well = group
        .iter_mut()
        .all(|job| job.run(connected()) == Ending::Well);
    if well {
        return answer(group, commit(connection));
    }
    roll_back(connection);
    if group.len() == 1 {
        return answer(group, Ok(()));
    }
    commit_one_by_one(connection, group);
}

/// A job that fails or panics leaves nothing behind, and the others of its group stand.
fn commit_one_by_one(connection: &Connection, group: Vec<Box<dyn Job>>) {
    let mut ran: Vec<Box<dyn Job>> = Vec::new();
    for mut job in group {
        // A full disk ends the whole transaction by itself: whatever ran in it is gone.
        if connection.is_autocommit() {
            answer(std::mem::take(&mut ran), Err(Arc::new(rolled_back())));
        }
        run_in_savepoint(connection, &mut *job);
        ran.push(job);
    }
    answer(ran, commit(connection));
}

fn run_in_savepoint(connection: &Connection, job: &mut dyn Job) {
    let begun = if connection.is_autocommit() {
        execute(connection, "begin immediate")
    } else {
        Ok(())
    };
    let saved = begun.and_then(|()| execute(connection, "savepoint job"));
    let is_saved = saved.is_ok();
    let ending = job.run(saved.map(|()| connection).map_err(Arc::new));
    if is_saved && !connection.is_autocommit() {
        let undone = match ending {
            Ending::Failed => execute(connection, "rollback to job"),
            Ending::Well => Ok(()),
        };
        // Half a job must not be committed with the others.
        if undone
            .and_then(|()| execute(connection, "release job"))
            .is_err()
        {
            roll_back(connection);
        }
    }
}

fn commit(connection: &Connection) -> Commit {
    if connection.is_autocommit() {
        return Err(Arc::new(rolled_back()));
    }
    execute(connection, "commit").map_err(|error| {
        roll_back(connection);
        Arc::new(error)
    })
}

fn roll_back(connection: &Connection) {
    if !connection.is_autocommit()
        && let Err(error) = execute(connection, "rollback")
    {
        tracing::error!(%error, "a transaction could not be rolled back");
    }
}

fn answer(group: Vec<Box<dyn Job>>, commit: Commit) {
    for job in group {
        job.answer(commit.clone());
    }
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

fn rolled_back() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ABORT_ROLLBACK),
        Some("the transaction was rolled back".to_owned()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("create table t (n integer primary key) strict")
            .unwrap();
        connection
    }

    fn insert(number: i64) -> impl Fn(&Connection) -> Result<(), StoreError> + Send {
        move |connection| {
            connection.execute("insert into t values (?1)", [number])?;
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_failing_job_of_a_group_leaves_the_others_standing() {
        let writer = Writer::start(table(), StoreMetrics::default()).unwrap();
        let results = futures::join!(
            writer.write(insert(1)),
            writer.write(move |connection| {
                insert(2)(connection)?;
                insert(1)(connection)
            }),
            writer.write(insert(3)),
            writer.write(|_| -> Result<(), StoreError> { panic!("a job that panics") }),
        );
        assert!(results.0.is_ok() && results.1.is_err() && results.2.is_ok());
        assert!(matches!(results.3, Err(StoreError::Closed)));
        let numbers = writer
            .write(|connection| {
                let sum = "select group_concat(n) from (select n from t order by n)";
                Ok(connection.query_one(sum, [], |row| row.get::<_, String>(0))?)
            })
            .await;
        assert_eq!(numbers.unwrap(), "1,3");
    }
}
