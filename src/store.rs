//! Data that survive a restart: records that a [`StoreEngine`] keeps outside the process. Instances that share an engine
//! also agree through it on who fetches what and how often providers are asked.
//!
//! Memory is the first level; only what it lacks is looked up here. The store can fail like anything else. Then a lookup
//! finds nothing and a write is lost, after a bounded time. Each change of its state is logged once, and `/api/status`
//! and the metrics show it.
//!
//! # Why a file for each record
//!
//! Measured against redb 4.1, the embedded database that fits best, on one busy machine with 20,000 records of 4 kB:
//!
//! | | a file for each record | redb, quick repair |
//! |---|---|---|
//! | write | 0.06 ms, 0.12 to 0.25 ms over an older one | 4 ms (a commit waits for the disk), 0.11 ms in hundreds |
//! | read | 9 µs | 6 µs |
//! | open after a kill | 0.1 ms | 9 ms (427 ms without quick repair) |
//! | a flipped bit | detected by that record's checksum | not detected, unless a checksum is added, as here |
//! | a zeroed page | detected by that record's checksum | panics when it is read, sometimes when it is opened |
//! | a second process | detected by a lock | detected by a lock |
//! | size on disk | 80 MB | 143 MB |
//! | program | + 0 | + 650 kB |
//!
//! A database keeps records consistent with each other and makes each commit durable. Records here are independent, and
//! each can be fetched again. So a damaged file loses one record, while a damaged page can lose all. Files are not flushed
//! to the disk one by one: a power cut can lose or truncate what the kernel has not written yet (at most half a minute by
//! Linux's default), which the checksums detect. A killed process loses nothing that it wrote.

use std::{
    hash::{BuildHasher, RandomState},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use tokio::{
    sync::Semaphore,
    time::{sleep, timeout},
};

use crate::{
    clock::Clock,
    metrics::{Metrics, StoreWrite},
};

mod disk;
mod engine;
mod guarded;
mod health;
mod lease;
mod record;
#[cfg(test)]
mod tests;
mod valkey;

pub use disk::DiskEngine;
pub use engine::{
    LeaseId, RecordKey, RecordSubject, SharedEngine, SharedPause, StoreEngine, StoreError, UsagePurpose, UsageReply,
    UsageReport,
};
use guarded::GuardedEngine;
pub use health::StoreState;
pub use lease::{Lease, LeaseOutcome};
pub use valkey::ValkeyEngine;

/// How many background writes may be pending; further ones are skipped. At 3 kB for a typical report they take 3 MB.
const MAX_PENDING: usize = 1_000;

/// How long a background write may take. No request waits for it.
const BACKGROUND_WRITE_LIMIT: Duration = Duration::from_secs(2);

/// How many attempts are made, and at what intervals, to tell the other instances about a pause.
const PAUSE_ATTEMPTS: usize = 10;
const PAUSE_RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// Keeps records outside the process, or nothing without an engine. Cheap to clone.
#[derive(Clone, Default)]
pub struct Store(Option<Arc<StoreInner>>);

struct StoreInner {
    engine: Arc<GuardedEngine>,
    /// Permits for background writes.
    pending: Arc<Semaphore>,
    /// The id of this instance.
    instance: String,
}

/// The state of the store, for `/api/status`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreStatus {
    /// The kind of engine; `none` without one.
    pub kind: &'static str,
    /// The state.
    pub state: StoreState,
    /// Why it last failed.
    pub last_error: Option<String>,
}

impl Store {
    /// A store with this engine.
    #[must_use]
    pub fn new(engine: Box<dyn StoreEngine>, clock: &Clock, metrics: &Metrics) -> Self {
        let engine = Arc::new(GuardedEngine::new(engine, clock.clone(), metrics.clone()));
        let instance = format!("{:016x}", RandomState::new().hash_one(()));
        Self(Some(Arc::new(StoreInner { engine, pending: Arc::new(Semaphore::new(MAX_PENDING)), instance })))
    }

    /// Whether there is an engine.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Whether other instances may use the same records.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.0.as_ref().is_some_and(|inner| inner.engine.is_shared())
    }

    /// The id of this instance among those that share the store.
    #[must_use]
    pub fn instance(&self) -> &str {
        self.0.as_ref().map_or("", |inner| &inner.instance)
    }

    /// The contents of a record; `None` if there is none or it cannot be read within the engine's time limit.
    pub async fn get(&self, key: &RecordKey) -> Option<Vec<u8>> {
        self.0.as_ref()?.engine.get(key).await
    }

    /// Writes a record before the caller goes on, or gives up after the engine's time limit.
    pub async fn put(&self, key: &RecordKey, contents: &[u8], expires_at: Timestamp) {
        if let Some(StoreInner { engine, .. }) = self.0.as_deref() {
            engine.put(key, contents, expires_at, engine.time_limit()).await;
        }
    }

    /// Writes a record in the background, unless too many writes are pending. The contents are made in the background,
    /// too.
    pub fn put_in_background(
        &self,
        key: RecordKey,
        expires_at: Timestamp,
        contents: impl FnOnce() -> Vec<u8> + Send + 'static,
    ) {
        let Some(inner) = &self.0 else { return };
        let Ok(permit) = Arc::clone(&inner.pending).try_acquire_owned() else {
            inner.engine.metrics().count_store_write(StoreWrite::Skipped);
            return;
        };
        let engine = Arc::clone(&inner.engine);
        tokio::spawn(async move {
            engine.put(&key, &contents(), expires_at, BACKGROUND_WRITE_LIMIT).await;
            drop(permit);
        });
    }

    /// Waits until all background writes have finished or failed.
    pub async fn flush(&self) {
        if let Some(inner) = &self.0 {
            let all = u32::try_from(MAX_PENDING).unwrap_or(u32::MAX);
            // The semaphore is never closed; writes that exceed the limit have failed by then.
            let _ = timeout(BACKGROUND_WRITE_LIMIT, inner.pending.acquire_many(all)).await;
        }
    }

    /// Takes the lease of a record, so that one instance at a time fetches what is in it.
    pub async fn lease(&self, key: &RecordKey) -> LeaseOutcome {
        match &self.0 {
            Some(inner) => LeaseOutcome::take(&inner.engine, key).await,
            None => LeaseOutcome::alone(),
        }
    }

    /// Exchanges the usage of a provider's account with other instances; `None` if that fails.
    pub async fn exchange_usage(&self, account: &str, report: &UsageReport) -> Option<UsageReply> {
        let engine = &self.0.as_ref()?.engine;
        match report.purpose {
            UsagePurpose::Look => engine.exchange_in_background(|shared| shared.exchange_usage(account, report)).await,
            _ => engine.exchange(|shared| shared.exchange_usage(account, report)).await,
        }
    }

    /// Pauses a provider's account for all instances, in the background.
    pub fn pause_account(&self, account: &str, pause: SharedPause) {
        let Some(inner) = self.0.as_ref().filter(|inner| inner.engine.is_shared()) else { return };
        let (engine, account) = (Arc::clone(&inner.engine), account.to_owned());
        tokio::spawn(async move {
            for _ in 0..PAUSE_ATTEMPTS {
                if engine.exchange_in_background(|shared| shared.pause_account(&account, &pause)).await.is_some() {
                    return;
                }
                sleep(PAUSE_RETRY_INTERVAL).await;
            }
        });
    }

    /// The state of the store.
    #[must_use]
    pub fn status(&self) -> StoreStatus {
        let Some(inner) = &self.0 else {
            return StoreStatus { kind: "none", state: StoreState::Off, last_error: None };
        };
        let (state, last_error) = inner.engine.state();
        StoreStatus { kind: inner.engine.kind(), state, last_error }
    }
}
