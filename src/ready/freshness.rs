//! How long an answer counts: for whoever keeps it, and for ourselves.

use std::time::Duration;

use http::HeaderValue;
use jiff::Timestamp;
use tokio::time::Instant;

/// For how many seconds a cache may serve what is no longer fresh while it asks for newer (RFC 5861).
const STALE_WHILE_REVALIDATE: &str = ", stale-while-revalidate=60";

/// How long and from when an answer counts.
#[derive(Clone, Debug)]
pub struct Freshness {
    /// What caches are told.
    pub control: CacheControl,
    /// When the content last changed.
    pub last_modified: Option<Timestamp>,
    /// How long the same question gets the same answer.
    pub holds: Holds,
}

/// What caches are told.
#[derive(Clone, Debug)]
pub enum CacheControl {
    /// The same at any time.
    Fixed(HeaderValue),
    /// How long it still is fresh, and how long usable.
    Counted {
        /// Until when it is fresh.
        fresh_until: Instant,
        /// For how long it may be kept at any rate, though no longer fresh.
        at_least: Duration,
        /// Until when it may be served where nothing newer can be had.
        usable_until: Instant,
    },
}

/// How long the same question gets the same answer.
#[derive(Clone, Copy, Debug)]
pub enum Holds {
    /// Each question is answered anew.
    Once,
    /// For a time.
    Until(Instant),
    /// As long as the program runs.
    Always,
}

impl Freshness {
    /// Asked again each time, and answered with 304 while nothing changed.
    pub const REVALIDATE: Self = Self::fixed("no-cache", Holds::Always);

    /// As `REVALIDATE`, for what can be another the next time.
    pub const REVALIDATE_ANEW: Self = Self::fixed("no-cache", Holds::Once);

    /// Under an address that names the content.
    pub const IMMUTABLE: Self = Self::fixed("public, max-age=31536000, immutable", Holds::Always);

    /// What changes with the program only, for an hour.
    pub const AN_HOUR: Self = Self::fixed("public, max-age=3600", Holds::Always);

    /// Not to be kept by anyone but us, where it is always the same.
    pub const NO_STORE: Self = Self::fixed("no-store", Holds::Always);

    const fn fixed(control: &'static str, holds: Holds) -> Self {
        Self { control: CacheControl::Fixed(HeaderValue::from_static(control)), last_modified: None, holds }
    }
}

impl CacheControl {
    /// The header's value at that moment.
    #[must_use]
    pub fn at(&self, now: Instant) -> HeaderValue {
        let (fresh_until, at_least, usable_until) = match self {
            Self::Fixed(value) => return value.clone(),
            Self::Counted { fresh_until, at_least, usable_until } => (*fresh_until, *at_least, *usable_until),
        };
        let left = |until: Instant| until.saturating_duration_since(now);
        let (mut fresh, mut usable) = (itoa::Buffer::new(), itoa::Buffer::new());
        let control = [
            "public, max-age=",
            fresh.format(left(fresh_until).max(at_least).as_secs()),
            STALE_WHILE_REVALIDATE,
            ", stale-if-error=",
            usable.format(left(usable_until).as_secs()),
        ];
        HeaderValue::try_from(control.concat()).unwrap_or(HeaderValue::from_static("no-cache"))
    }

    /// Whether it is past its freshness at that moment.
    #[must_use]
    pub fn is_stale(&self, now: Instant) -> bool {
        matches!(self, Self::Counted { fresh_until, .. } if *fresh_until <= now)
    }
}

impl Holds {
    /// Whether the same question still gets the same answer.
    #[must_use]
    pub fn at(self, now: Instant) -> bool {
        match self {
            Self::Once => false,
            Self::Until(until) => now < until,
            Self::Always => true,
        }
    }
}
