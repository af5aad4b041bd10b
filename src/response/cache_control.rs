//! How long caches may use a response.

use std::{sync::Mutex, time::Duration};

use http::HeaderValue;

use crate::clock::Moment;

/// For responses that change only with the program: clients revalidate them each time and get 304 while they are the same.
pub const REVALIDATE: &str = "no-cache";

/// For a file whose address contains its hash.
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// How many seconds a cache may serve a stale response while it revalidates it (RFC 5861).
const STALE_WHILE_REVALIDATE: &str = ", stale-while-revalidate=60";

/// A `Cache-Control` header.
#[derive(Clone, Debug)]
pub enum CacheControl {
    /// A constant value.
    Fixed(&'static str),
    /// The seconds left until these times.
    FromFreshness(Freshness),
}

/// Until when a report may be used.
#[derive(Clone, Copy, Debug)]
pub struct Freshness {
    /// Until when it is fresh.
    pub fresh_until: Moment,
    /// The minimum `max-age`, even if the report is stale.
    pub min_max_age: Duration,
    /// Until when it may be served if nothing newer is available.
    pub usable_until: Moment,
}

impl CacheControl {
    /// The header's value at that moment.
    #[must_use]
    pub fn header(&self, now: Moment) -> HeaderValue {
        match self {
            Self::Fixed(value) => HeaderValue::from_static(value),
            Self::FromFreshness(freshness) => freshness.header(now),
        }
    }

    /// The header of a response made from both: of two that depend on freshness, the stricter one.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::FromFreshness(one), Self::FromFreshness(other)) => Self::FromFreshness(Freshness {
                fresh_until: one.fresh_until.or_earlier(other.fresh_until),
                min_max_age: one.min_max_age.max(other.min_max_age),
                usable_until: one.usable_until.or_earlier(other.usable_until),
            }),
            (Self::Fixed(_), freshness) | (freshness, Self::Fixed(_)) => freshness,
        }
    }

    /// Whether the response is stale at that moment.
    #[must_use]
    pub fn is_stale(&self, now: Moment) -> bool {
        matches!(self, Self::FromFreshness(freshness) if freshness.fresh_until.is_reached(now))
    }
}

impl Freshness {
    fn header(&self, now: Moment) -> HeaderValue {
        self.seconds_left(now).header()
    }

    fn seconds_left(&self, now: Moment) -> SecondsLeft {
        SecondsLeft {
            fresh: self.fresh_until.left(now).max(self.min_max_age).as_secs(),
            usable: self.usable_until.left(now).as_secs(),
        }
    }
}

/// What a `Cache-Control` header says about a report.
#[derive(Clone, Copy, Debug, PartialEq)]
struct SecondsLeft {
    fresh: u64,
    usable: u64,
}

impl SecondsLeft {
    fn header(self) -> HeaderValue {
        let (mut fresh, mut usable) = (itoa::Buffer::new(), itoa::Buffer::new());
        let control = [
            "public, max-age=",
            fresh.format(self.fresh),
            STALE_WHILE_REVALIDATE,
            ", stale-if-error=",
            usable.format(self.usable),
        ];
        HeaderValue::try_from(control.concat()).unwrap_or(HeaderValue::from_static("no-cache"))
    }
}

/// A `Cache-Control` header that is formatted only when its seconds have changed: a popular response is sent many times
/// a second.
#[derive(Debug)]
pub struct ReusedCacheControl {
    control: CacheControl,
    last: Mutex<Option<(SecondsLeft, HeaderValue)>>,
}

impl ReusedCacheControl {
    /// A header that has not been sent yet.
    #[must_use]
    pub fn new(control: CacheControl) -> Self {
        Self { control, last: Mutex::new(None) }
    }

    /// The header's value at that moment.
    pub fn header(&self, now: Moment) -> HeaderValue {
        let CacheControl::FromFreshness(freshness) = &self.control else { return self.control.header(now) };
        let left = freshness.seconds_left(now);
        // Another thread is sending the same response: formatting takes less time than waiting.
        let Ok(mut last) = self.last.try_lock() else { return left.header() };
        match &*last {
            Some((seconds, header)) if *seconds == left => header.clone(),
            _ => last.insert((left, left.header())).1.clone(),
        }
    }

    /// Whether the response is stale at that moment.
    #[must_use]
    pub fn is_stale(&self, now: Moment) -> bool {
        self.control.is_stale(now)
    }
}
