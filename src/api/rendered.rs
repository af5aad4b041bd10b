//! Bodies that are made once for everyone who asks the same.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use serde::Serialize;

use super::wire::UnitSystem;
use crate::{
    memory::{Kept, Weigh, kept},
    ready::Ready,
};

/// What a body typically takes, in bytes: a current weather, that is.
const TYPICAL_BYTES: u64 = 4_000;

/// Local hours and days begin at full quarters of an hour; until then the same report reads the same.
const SECONDS_UNTIL_REREAD: i64 = 15 * 60;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which document.
    pub kind: Kind,
    /// In which units.
    pub units: UnitSystem,
    /// Of which place, in the words of the request.
    pub place: String,
}

/// A document about a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Weather,
    Forecast,
}

/// What a body depends on beside its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    fetched_at: Timestamp,
    stale: bool,
    quarter_hour: i64,
}

/// The bodies that are made.
pub struct Rendered(Kept<Key, Body>);

/// A body and when it was made.
#[derive(Clone)]
pub struct Body {
    /// Of which version it is.
    pub version: Version,
    /// The bytes.
    pub ready: Arc<Ready>,
    /// When they were made.
    pub made_at: Timestamp,
}

impl Version {
    /// Of a report as it reads at `now`.
    pub fn new(fetched_at: Timestamp, stale: bool, now: Timestamp) -> Self {
        Self { fetched_at, stale, quarter_hour: now.as_second().div_euclid(SECONDS_UNTIL_REREAD) }
    }

    /// For how long after `now` the report still reads so.
    pub fn reads_the_same_for(&self, now: Timestamp) -> Duration {
        let ends = (self.quarter_hour + 1) * SECONDS_UNTIL_REREAD;
        Duration::from_secs(u64::try_from(ends - now.as_second()).unwrap_or_default())
    }
}

impl Weigh for Key {
    fn bytes_elsewhere(&self) -> usize {
        self.place.len()
    }
}

impl Weigh for Body {
    fn bytes_elsewhere(&self) -> usize {
        self.ready.bytes_elsewhere()
    }
}

impl Rendered {
    /// Nothing is made yet, and no more than so many bytes will be kept.
    pub fn new(most_bytes: u64) -> Self {
        Self(kept(most_bytes, TYPICAL_BYTES))
    }

    /// The body of that version, made now if it is not there.
    pub fn body<T: Serialize>(&self, key: Key, version: Version, now: Timestamp, render: impl FnOnce() -> T) -> Body {
        if let Some(body) = self.0.get(&key).filter(|body| body.version == version) {
            return body;
        }
        let ready = Arc::new(Ready::json(&render()));
        let body = Body { version, ready, made_at: now };
        self.0.insert(key, body.clone());
        body
    }
}
