//! An engine whose operations have a time limit, whose failures are counted and logged, and which is paused after a
//! timeout.

use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::time::{Instant, timeout};

use super::{
    engine::{RecordKey, SharedEngine, StoreEngine, StoreError},
    health::{StoreHealth, StoreOperation, StoreState},
    record,
};
use crate::{
    clock::Clock,
    metrics::{Metrics, StoreLookup, StoreWrite},
};

/// How long an exchange in the background may take.
const BACKGROUND_LIMIT: Duration = Duration::from_millis(400);

/// An engine that cannot hold requests up for longer than its time limit.
pub struct GuardedEngine {
    engine: Box<dyn StoreEngine>,
    health: StoreHealth,
    clock: Clock,
    metrics: Metrics,
}

impl GuardedEngine {
    /// Guards an engine.
    pub fn new(engine: Box<dyn StoreEngine>, clock: Clock, metrics: Metrics) -> Self {
        let health = StoreHealth::new(engine.kind());
        metrics.set_store_up(true);
        Self { engine, health, clock, metrics }
    }

    /// The engine's name.
    pub fn kind(&self) -> &'static str {
        self.engine.kind()
    }

    /// How long a request waits for one operation.
    pub fn time_limit(&self) -> Duration {
        self.engine.time_limit()
    }

    /// Whether other instances use it as well.
    pub fn is_shared(&self) -> bool {
        self.engine.shared().is_some()
    }

    /// The state, and the last error in words.
    pub fn state(&self) -> (StoreState, Option<String>) {
        self.health.state()
    }

    /// The metrics.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The contents of a record; `None` if there is none or it cannot be read.
    pub async fn get(&self, key: &RecordKey) -> Option<Vec<u8>> {
        let (contents, result) = self.look_up(key).await;
        self.metrics.count_store_lookup(result);
        contents
    }

    async fn look_up(&self, key: &RecordKey) -> (Option<Vec<u8>>, StoreLookup) {
        if !self.health.may_ask() {
            return (None, StoreLookup::Skipped);
        }
        let bytes = within(self.time_limit(), self.engine.get(key)).await;
        let contents = bytes.and_then(|bytes| {
            let decoded = bytes.map(|bytes| Ok(record::decode(key, &bytes, self.clock.now())?.map(<[u8]>::to_vec)));
            decoded.transpose().map(Option::flatten)
        });
        match contents {
            Ok(Some(contents)) => {
                self.record(|health| health.succeeded(StoreOperation::Read));
                (Some(contents), StoreLookup::Found)
            }
            Ok(None) => {
                self.record(StoreHealth::found_nothing);
                (None, StoreLookup::Absent)
            }
            Err(error) => {
                self.record(|health| health.failed(StoreOperation::Read, error));
                (None, StoreLookup::Failed)
            }
        }
    }

    /// Writes a record, unless that takes longer than `limit`.
    pub async fn put(&self, key: &RecordKey, contents: &[u8], expires_at: Timestamp, limit: Duration) {
        if !self.health.may_ask() {
            self.metrics.count_store_write(StoreWrite::Skipped);
            return;
        }
        let bytes = record::encode(key, contents, expires_at);
        match within(limit, self.engine.put(key, bytes, expires_at)).await {
            Ok(()) => {
                self.record(|health| health.succeeded(StoreOperation::Write));
                self.metrics.count_store_write(StoreWrite::Written);
            }
            Err(error) => {
                self.record(|health| health.failed(StoreOperation::Write, error));
                self.metrics.count_store_write(StoreWrite::Failed);
            }
        }
    }

    /// Exchanges something with other instances; `None` if there are none or the engine fails.
    pub async fn exchange<'a, T>(
        &'a self,
        operation: impl FnOnce(&'a dyn SharedEngine) -> BoxFuture<'a, Result<T, StoreError>>,
    ) -> Option<T> {
        let engine = self.engine.shared().filter(|_| self.health.may_ask())?;
        match within(self.time_limit(), operation(engine)).await {
            Ok(reply) => {
                self.record(|health| health.succeeded(StoreOperation::Exchange));
                Some(reply)
            }
            Err(error) => {
                self.record(|health| health.failed(StoreOperation::Exchange, error));
                None
            }
        }
    }

    /// The same for an exchange that no request waits for: it may take longer, and is also tried while the engine is
    /// paused. If it is quick enough for requests, the pause ends.
    pub async fn exchange_in_background<'a, T>(
        &'a self,
        operation: impl FnOnce(&'a dyn SharedEngine) -> BoxFuture<'a, Result<T, StoreError>>,
    ) -> Option<T> {
        let (engine, began) = (self.engine.shared()?, Instant::now());
        match within(BACKGROUND_LIMIT, operation(engine)).await {
            Ok(reply) => {
                if began.elapsed() <= self.time_limit() {
                    self.record(|health| health.succeeded(StoreOperation::Exchange));
                }
                Some(reply)
            }
            Err(error) => {
                self.record(|health| health.failed(StoreOperation::Exchange, error));
                None
            }
        }
    }

    fn record(&self, outcome: impl FnOnce(&StoreHealth)) {
        outcome(&self.health);
        self.metrics.set_store_up(self.health.state().0 != StoreState::Failing);
    }
}

async fn within<T>(limit: Duration, operation: BoxFuture<'_, Result<T, StoreError>>) -> Result<T, StoreError> {
    timeout(limit, operation).await.unwrap_or(Err(StoreError::TimedOut(limit)))
}
