//! Figures for the operator, in the text that Prometheus reads. Labels hold words and codes of the
//! program only: no names, no ids, no tokens.

mod process;

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use crate::store::Vitals;
pub use process::peak_memory;

/// Everything that a server counts.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// What the store counts.
    pub store: StoreMetrics,
    syncs: Family<CodeLabel, Counter>,
    verdicts: Family<CodeLabel, Counter>,
    received_bytes: Counter,
    sent_bytes: Counter,
    sync_seconds: Histogram,
    documents_loaded: Counter,
    waiting: Gauge,
    turned_away: Family<ReasonLabel, Counter>,
    connections: Gauge,
    connections_accepted: Counter,
    event_streams: Gauge,
    projected_documents: Counter,
    projector_lag_seconds: Gauge<f64, AtomicU64>,
    projection_queue: Gauge,
    database_bytes: Gauge,
    compacted_documents: Counter,
    process: process::Figures,
}

/// What a store counts while it works.
#[derive(Clone, Debug)]
pub struct StoreMetrics {
    /// Seconds from the beginning of a transaction of writers to its end on the disk.
    pub commit_seconds: Histogram,
    /// Writers that shared one transaction.
    pub commit_jobs: Histogram,
}

impl Default for StoreMetrics {
    fn default() -> Self {
        Self {
            commit_seconds: Histogram::new(exponential_buckets(0.000_25, 2.0, 16)),
            commit_jobs: Histogram::new(exponential_buckets(1.0, 2.0, 10)),
        }
    }
}

/// Why someone was sent away before any work was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Too many connections are open.
    Connections,
    /// Too many syncs wait.
    Syncs,
    /// Too many large bodies are being read.
    Bodies,
    /// Too many event streams are open.
    Streams,
    /// One device asks too often.
    Device,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CodeLabel {
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReasonLabel {
    reason: Reason,
}

impl EncodeLabelValue for Reason {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), std::fmt::Error> {
        let word = match self {
            Self::Connections => "connections",
            Self::Syncs => "syncs",
            Self::Bodies => "bodies",
            Self::Streams => "streams",
            Self::Device => "device",
        };
        EncodeLabelValue::encode(&word, encoder)
    }
}

/// A gauge that is one higher as long as this lives.
#[derive(Debug)]
pub struct Counted(Gauge);

impl Counted {
    fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            store: StoreMetrics::default(),
            syncs: Family::default(),
            verdicts: Family::default(),
            received_bytes: Counter::default(),
            sent_bytes: Counter::default(),
            sync_seconds: Histogram::new(exponential_buckets(0.000_5, 2.0, 16)),
            documents_loaded: Counter::default(),
            waiting: Gauge::default(),
            turned_away: Family::default(),
            connections: Gauge::default(),
            connections_accepted: Counter::default(),
            event_streams: Gauge::default(),
            projected_documents: Counter::default(),
            projector_lag_seconds: Gauge::default(),
            projection_queue: Gauge::default(),
            database_bytes: Gauge::default(),
            compacted_documents: Counter::default(),
            process: process::Figures::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let Self {
            registry: all,
            store,
            ..
        } = self;
        let baodao = all.sub_registry_with_prefix("baodao");
        let code = "by the code that answered it";
        baodao.register(
            "syncs",
            format!("Sync requests, {code}"),
            self.syncs.clone(),
        );
        baodao.register(
            "verdicts",
            format!("Offered changes, {code}"),
            self.verdicts.clone(),
        );
        let bytes = Unit::Bytes;
        let received = self.received_bytes.clone();
        baodao.register_with_unit("sync_received", "Bodies of sync requests", bytes, received);
        let sent = self.sent_bytes.clone();
        baodao.register_with_unit("sync_sent", "Bodies of sync answers", Unit::Bytes, sent);
        let seconds = self.sync_seconds.clone();
        let help = "From the last byte of a sync request to its answer";
        baodao.register_with_unit("sync_duration", help, Unit::Seconds, seconds);
        let help = "Documents loaded to check changes against";
        baodao.register("documents_loaded", help, self.documents_loaded.clone());
        baodao.register(
            "syncs_waiting",
            "Syncs that wait for their turn",
            self.waiting.clone(),
        );
        let help = "Requests sent away before any work was done, by reason";
        baodao.register("turned_away", help, self.turned_away.clone());
        baodao.register("connections", "Open connections", self.connections.clone());
        let help = "Connections accepted";
        baodao.register(
            "connections_accepted",
            help,
            self.connections_accepted.clone(),
        );
        baodao.register(
            "event_streams",
            "Open event streams",
            self.event_streams.clone(),
        );
        let help = "Documents turned into rows";
        baodao.register(
            "projected_documents",
            help,
            self.projected_documents.clone(),
        );
        let (help, lag) = (
            "Age of the oldest change not yet shown",
            &self.projector_lag_seconds,
        );
        baodao.register_with_unit("projector_lag", help, Unit::Seconds, lag.clone());
        let help = "Documents that wait for projection";
        baodao.register("projection_queue", help, self.projection_queue.clone());
        let database = self.database_bytes.clone();
        baodao.register_with_unit("database", "Size of the database", Unit::Bytes, database);
        let help = "Documents replaced by one snapshot";
        baodao.register(
            "compacted_documents",
            help,
            self.compacted_documents.clone(),
        );
        let (help, commits) = ("From begin to durable", store.commit_seconds.clone());
        baodao.register_with_unit("store_commit", help, Unit::Seconds, commits);
        let help = "Writers that shared one commit";
        baodao.register("store_commit_jobs", help, store.commit_jobs.clone());
        self.process.register(all);
    }

    /// Counts an answered sync: the code of a refusal, or `None`.
    pub fn sync(&self, code: Option<&'static str>, received: usize, sent: usize, took: Duration) {
        let code = CodeLabel {
            code: code.unwrap_or("ok"),
        };
        self.syncs.get_or_create(&code).inc();
        self.received_bytes.inc_by(received as u64);
        self.sent_bytes.inc_by(sent as u64);
        self.sync_seconds.observe(took.as_secs_f64());
    }

    /// Counts an offered change by its verdict.
    pub fn verdict(&self, code: &'static str) {
        self.verdicts.get_or_create(&CodeLabel { code }).inc();
    }

    /// Counts documents loaded for the gate.
    pub fn documents_loaded(&self, count: usize) {
        self.documents_loaded.inc_by(count as u64);
    }

    /// Counts one that was sent away.
    pub fn turned_away(&self, reason: Reason) {
        self.turned_away
            .get_or_create(&ReasonLabel { reason })
            .inc();
    }

    /// Counts a connection until it is dropped.
    pub fn connection(&self) -> Counted {
        self.connections_accepted.inc();
        Counted::new(&self.connections)
    }

    /// Counts an event stream until it is dropped.
    pub fn event_stream(&self) -> Counted {
        Counted::new(&self.event_streams)
    }

    /// Returns the number of open event streams.
    pub fn event_streams(&self) -> usize {
        usize::try_from(self.event_streams.get()).unwrap_or(0)
    }

    /// Counts projected documents.
    pub fn projected(&self, documents: usize) {
        self.projected_documents.inc_by(documents as u64);
    }

    /// Counts documents that were compacted.
    pub fn compacted(&self, documents: usize) {
        self.compacted_documents.inc_by(documents as u64);
    }

    /// Writes every figure, with those that are only known when asked.
    pub fn text(&self, vitals: Option<Vitals>, lag: Duration, waiting: usize) -> String {
        if let Some(vitals) = vitals {
            self.database_bytes
                .set(i64::try_from(vitals.bytes).unwrap_or(i64::MAX));
            self.projection_queue
                .set(i64::try_from(vitals.queued).unwrap_or(i64::MAX));
        }
        self.projector_lag_seconds.set(lag.as_secs_f64());
        self.waiting.set(i64::try_from(waiting).unwrap_or(i64::MAX));
        self.process.read();
        let mut text = String::new();
        text::encode(&mut text, &self.registry).expect("a string takes everything");
        text
    }
}
