//! The one thread that writes. It takes all jobs that wait, runs each inside a savepoint of one
//! transaction, commits once, and only then answers them all: an answer means durable.

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

/// A job, which is told why when no transaction could be begun for it.
type Job = Box<dyn FnOnce(Result<&Connection, Arc<rusqlite::Error>>) -> Ending + Send>;

/// The result of a job that waits for the commit.
struct Ending {
    failed: bool,
    answer: Box<dyn FnOnce(Commit) + Send>,
}

/// What became of the transaction.
type Commit = Result<(), Arc<rusqlite::Error>>;

pub(super) struct Writer {
    jobs: Option<Sender<Job>>,
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
        job: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (sender, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = match connection {
                Ok(connection) => job(connection),
                Err(error) => Err(StoreError::Database(Box::new(error))),
            };
            Ending {
                failed: result.is_err(),
                answer: Box::new(move |commit| {
                    let result = result.and_then(|value| match commit {
                        Ok(()) => Ok(value),
                        Err(error) => Err(StoreError::Database(Box::new(error))),
                    });
                    // Nobody may be waiting any more; the job stands all the same.
                    drop(sender.send(result));
                }),
            }
        });
        let jobs = self.jobs.as_ref().ok_or(StoreError::Closed)?;
        jobs.send(job).map_err(|_| StoreError::Closed)?;
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

fn run(connection: &Connection, jobs: &Receiver<Job>, metrics: &StoreMetrics) {
    let mut group = Vec::new();
    while let Ok(first) = jobs.recv() {
        group.push(first);
        while group.len() < GROUP
            && let Ok(next) = jobs.try_recv()
        {
            group.push(next);
        }
        metrics.commit_jobs.observe(group.len() as f64);
        let began = Instant::now();
        if group.len() == 1 {
            group.drain(..).for_each(|job| commit_one(connection, job));
        } else {
            commit_group(connection, group.drain(..));
        }
        metrics
            .commit_seconds
            .observe(began.elapsed().as_secs_f64());
    }
}

/// A job that has the transaction for itself needs no savepoint.
fn commit_one(connection: &Connection, job: Job) {
    let begun = execute(connection, "begin immediate").map(|()| connection);
    let ending = call(begun.map_err(Arc::new), job);
    let commit = if ending.failed {
        roll_back(connection);
        Ok(())
    } else {
        commit(connection)
    };
    answer(vec![ending], commit);
}

fn commit_group(connection: &Connection, jobs: impl Iterator<Item = Job>) {
    let mut endings: Vec<Ending> = Vec::new();
    for job in jobs {
        // A full disk ends the whole transaction by itself: whatever ran in it is gone.
        if connection.is_autocommit() {
            answer(std::mem::take(&mut endings), Err(Arc::new(rolled_back())));
        }
        endings.push(run_job(connection, job));
    }
    answer(endings, commit(connection));
}

/// A job that fails or panics leaves nothing behind, and the others of its group stand.
fn run_job(connection: &Connection, job: Job) -> Ending {
    let begun = if connection.is_autocommit() {
        execute(connection, "begin immediate")
    } else {
        Ok(())
    };
    let saved = begun.and_then(|()| execute(connection, "savepoint job"));
    let ran = saved.is_ok();
    let ending = call(saved.map(|()| connection).map_err(Arc::new), job);
    if ran && !connection.is_autocommit() {
        let undone = if ending.failed {
            execute(connection, "rollback to job")
        } else {
            Ok(())
        };
        // Half a job must not be committed with the others.
        if undone
            .and_then(|()| execute(connection, "release job"))
            .is_err()
        {
            roll_back(connection);
        }
    }
    ending
}

/// Runs a job; one that panics has failed, and the dropped sender tells the one who waits.
fn call(connection: Result<&Connection, Arc<rusqlite::Error>>, job: Job) -> Ending {
    let run = std::panic::AssertUnwindSafe(|| job(connection));
    std::panic::catch_unwind(run).unwrap_or_else(|_| Ending {
        failed: true,
        answer: Box::new(|_| {}),
    })
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

fn answer(endings: Vec<Ending>, commit: Commit) {
    for ending in endings {
        (ending.answer)(commit.clone());
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

    fn insert(number: i64) -> impl FnOnce(&Connection) -> Result<(), StoreError> + Send {
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
