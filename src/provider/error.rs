//! How a provider can fail.

use std::time::Duration;

use jiff::Timestamp;

/// Why a provider gave no answer. No text contains a URL or a key.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ProviderError {
    /// No connection, or one that failed: DNS, TCP, TLS, reset.
    #[error("could not be reached: {0}")]
    Unreachable(String),
    /// No answer in time.
    #[error("did not answer in time")]
    TimedOut,
    /// The key is wrong, not active yet, or not valid for this request.
    #[error("rejected the key")]
    KeyRejected,
    /// Too many requests were sent, or the provider is overloaded and says for how long.
    #[error("limits the rate")]
    RateLimited {
        /// How long to wait, if the provider says so.
        retry_after: Option<Duration>,
    },
    /// It is paused after failures or a refusal.
    #[error("is paused after failures")]
    Paused,
    /// It has been sent as many requests as its rate limits allow.
    #[error("has used up its request budget")]
    BudgetExhausted,
    /// It refused this request or the whole application.
    #[error("refused with status {0}")]
    Refused(u16),
    /// It reported an error of its own.
    #[error("failed with status {0}")]
    Failing(u16),
    /// Its answer was not as documented.
    #[error("sent an invalid answer: {0}")]
    Malformed(String),
    /// Its answer was not current: a reading or a model run that is old or in the future, or a forecast that has ended.
    #[error("sent outdated weather of {0}")]
    Outdated(Timestamp),
    /// It does not cover this point.
    #[error("does not cover this place")]
    NotCovered,
}

impl ProviderError {
    /// The kinds of failure.
    pub const KINDS: &'static [&'static str] =
        &["unreachable", "timed-out", "key-rejected", "rate-limited", "refused", "failing", "malformed", "outdated"];

    /// Whether the provider refuses requests, which a restart does not change.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::KeyRejected | Self::RateLimited { .. } | Self::Refused(_))
    }

    /// The kind of failure; `None` if the provider was not asked, or does not cover the point.
    #[must_use]
    pub fn kind(&self) -> Option<&'static str> {
        match self {
            Self::Unreachable(_) => Some("unreachable"),
            Self::TimedOut => Some("timed-out"),
            Self::KeyRejected => Some("key-rejected"),
            Self::RateLimited { .. } => Some("rate-limited"),
            Self::Refused(_) => Some("refused"),
            Self::Failing(_) => Some("failing"),
            Self::Malformed(_) => Some("malformed"),
            Self::Outdated(_) => Some("outdated"),
            Self::Paused | Self::BudgetExhausted | Self::NotCovered => None,
        }
    }
}
