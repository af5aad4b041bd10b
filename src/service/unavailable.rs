//! Why no weather could be served.

use std::{
    fmt::{self, Display, Formatter},
    sync::Arc,
    time::Duration,
};

use crate::{byte_cache::HeapSize, provider::ProviderError};

/// The failure of one provider.
#[derive(Clone, Debug)]
pub struct ProviderFailure {
    /// The provider's name.
    pub provider: &'static str,
    /// Why it did not answer.
    pub error: ProviderError,
}

/// Why there is no answer, and when to retry. Its display is the cause for the log.
#[derive(Clone, Debug)]
pub enum Unavailable {
    /// No provider answered, and there is no last answer.
    AllProvidersFailed {
        /// The error of each provider; empty if the time was up first.
        failures: Arc<[ProviderFailure]>,
        /// How long until the first of them may be asked again.
        retry_after: Duration,
    },
    /// The caller has caused too many fetches, and there is no last answer. Contains how long to wait.
    TooManyMisses(Duration),
}

impl ProviderFailure {
    pub(super) fn timed_out(provider: &'static str) -> Self {
        Self { provider, error: ProviderError::TimedOut }
    }
}

impl Display for Unavailable {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let failures = match self {
            Self::TooManyMisses(_) => return f.write_str("the client address has caused too many upstream fetches"),
            Self::AllProvidersFailed { failures, .. } => failures,
        };
        match failures.len() {
            0 => return f.write_str("no provider answered in time"),
            1 => f.write_str("the only provider failed: ")?,
            count => write!(f, "all {count} providers failed: ")?,
        }
        for (n, ProviderFailure { provider, error }) in failures.iter().enumerate() {
            let separator = if n == 0 { "" } else { "; " };
            write!(f, "{separator}{provider} {error}")?;
        }
        Ok(())
    }
}

impl HeapSize for ProviderFailure {
    fn heap_bytes(&self) -> usize {
        match &self.error {
            ProviderError::Unreachable(text) | ProviderError::Malformed(text) => text.len(),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_names_every_provider_and_does_not_change_from_one_second_to_the_next() {
        let failure = |provider, error| ProviderFailure { provider, error };
        let failed = |failures: Vec<ProviderFailure>, seconds| Unavailable::AllProvidersFailed {
            failures: failures.into(),
            retry_after: Duration::from_secs(seconds),
        };
        let both = vec![failure("a", ProviderError::TimedOut), failure("b", ProviderError::Failing(502))];
        for seconds in [1, 2] {
            let text = failed(both.clone(), seconds).to_string();
            assert_eq!(text, "all 2 providers failed: a did not answer in time; b failed with status 502");
        }
        let only = failed(vec![failure("a", ProviderError::Paused)], 1).to_string();
        assert_eq!(only, "the only provider failed: a is paused after failures");
        assert_eq!(failed(Vec::new(), 1).to_string(), "no provider answered in time");
    }
}
