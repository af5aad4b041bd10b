//! The time to wait before a retry, for a sentence and for the `Retry-After` header.

use std::{
    fmt::{self, Display, Formatter},
    time::Duration,
};

/// How long to wait before a retry, in whole seconds, minutes or hours. Rounded up, so that a retry is never early; the
/// sentence and the header say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RetryAfter {
    count: u64,
    unit: WaitUnit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WaitUnit {
    Second = 1,
    Minute = 60,
    Hour = 3600,
}

impl RetryAfter {
    /// The value of the header.
    pub(super) fn seconds(self) -> u64 {
        self.count * self.unit as u64
    }
}

impl From<Duration> for RetryAfter {
    fn from(wait: Duration) -> Self {
        let seconds = u64::try_from(wait.as_millis().div_ceil(1000).max(1)).unwrap_or(u64::MAX);
        let unit = match seconds {
            ..=120 => WaitUnit::Second,
            121..=7200 => WaitUnit::Minute,
            7201.. => WaitUnit::Hour,
        };
        Self { count: seconds.div_ceil(unit as u64), unit }
    }
}

impl Display for RetryAfter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            WaitUnit::Second => "second",
            WaitUnit::Minute => "minute",
            WaitUnit::Hour => "hour",
        };
        let plural = if self.count == 1 { "" } else { "s" };
        write!(f, "{} {unit}{plural}", self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_wait_does_not_overflow() {
        assert_eq!(RetryAfter::from(Duration::MAX).to_string(), "5124095576030432 hours");
    }
}
