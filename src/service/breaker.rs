//! When to leave a provider alone, and how it fares.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::provider::ProviderError;

/// So many failures in a row open the breaker.
const OPENS_AFTER: u32 = 5;

/// How long it first stays open; twice as long each time that the probe fails.
const FIRST_REST: Duration = Duration::from_secs(5);

/// How long it stays open at most.
const LONGEST_REST: Duration = Duration::from_mins(1);

/// How long a provider is left alone that rejected our key or our application: somebody has to act first.
const REST_AFTER_REJECTION: Duration = Duration::from_mins(5);

/// How long a provider is left alone that limits the rate and does not say for how long.
const REST_AFTER_LIMIT: Duration = Duration::from_mins(2);

/// However long a provider wants to be left alone, it is asked once a day.
const LONGEST_REQUESTED_REST: Duration = Duration::from_hours(24);

/// Whether a provider can be counted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its last answer was good, or it was not asked yet.
    Ok,
    /// Its last answer was none or a bad one.
    Failing,
    /// It failed so often, or refused us, that it is left alone for a while.
    Open,
    /// It rejected the key and is left alone for minutes.
    KeyRejected,
    /// It limits the rate and is left alone for as long as it wants.
    RateLimited,
}

impl State {
    /// The names of all states.
    pub const NAMES: &'static [&'static str] = &["ok", "failing", "open", "key-rejected", "rate-limited"];

    /// Its name, as the API gives it too.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// The breaker of one provider.
#[derive(Debug)]
pub struct Breaker {
    state: State,
    failures_in_a_row: u32,
    resting_until: Option<Instant>,
    is_probing: bool,
    next_rest: Duration,
    last_success: Option<Timestamp>,
    last_error: Option<Timestamp>,
}

impl Default for Breaker {
    fn default() -> Self {
        Self {
            state: State::Ok,
            failures_in_a_row: 0,
            resting_until: None,
            is_probing: false,
            next_rest: FIRST_REST,
            last_success: None,
            last_error: None,
        }
    }
}

impl Breaker {
    /// Whether the provider may be asked now, or how long it is still left alone.
    ///
    /// After a rest one question goes through as a probe; until it is answered the others are turned away.
    pub fn admit(&mut self) -> Result<(), Duration> {
        let Some(until) = self.resting_until else { return Ok(()) };
        let left = until.saturating_duration_since(Instant::now());
        if !left.is_zero() || self.is_probing {
            return Err(left.max(Duration::from_secs(1)));
        }
        self.is_probing = true;
        Ok(())
    }

    /// Whether the provider would be admitted now.
    pub fn is_admitting(&self) -> bool {
        self.resting_until.is_none_or(|until| until <= Instant::now() && !self.is_probing)
    }

    /// A question that was neither answered nor failed: somebody else was quicker.
    pub fn forget(&mut self) {
        self.is_probing = false;
    }

    /// It answered.
    pub fn succeed(&mut self, now: Timestamp) {
        *self = Self { last_success: Some(now), last_error: self.last_error, ..Self::default() };
    }

    /// It failed; gives the new state if that is news.
    pub fn fail(&mut self, error: &ProviderError, now: Timestamp) -> Option<State> {
        let before = self.state;
        self.last_error = Some(now);
        self.is_probing = false;
        self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
        let (state, rest) = match error {
            ProviderError::KeyRejected => (State::KeyRejected, Some(REST_AFTER_REJECTION)),
            ProviderError::Refused(_) => (State::Open, Some(REST_AFTER_REJECTION)),
            ProviderError::RateLimited { retry_after } => {
                (State::RateLimited, Some(retry_after.unwrap_or(REST_AFTER_LIMIT).min(LONGEST_REQUESTED_REST)))
            }
            ProviderError::Unreachable(_)
            | ProviderError::TimedOut
            | ProviderError::Failing(_)
            | ProviderError::Malformed(_)
                if self.failures_in_a_row >= OPENS_AFTER =>
            {
                let rest = self.next_rest;
                self.next_rest = (rest * 2).min(LONGEST_REST);
                (State::Open, Some(rest))
            }
            _ => (State::Failing, None),
        };
        self.state = state;
        self.resting_until = rest.map(|rest| Instant::now() + rest);
        (state != before).then_some(state)
    }

    /// How it fares.
    pub fn state(&self) -> State {
        self.state
    }

    /// When it last answered.
    pub fn last_success(&self) -> Option<Timestamp> {
        self.last_success
    }

    /// When it last failed to.
    pub fn last_error(&self) -> Option<Timestamp> {
        self.last_error
    }

    /// Notes a failure of one part while another was answered.
    pub fn note_error(&mut self, now: Timestamp) {
        self.last_error = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn failed(times: u32) -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 0..times {
            breaker.fail(&ProviderError::TimedOut, NOW);
        }
        breaker
    }

    #[tokio::test(start_paused = true)]
    async fn opens_after_failures_in_a_row_and_lets_one_probe_through() {
        let mut breaker = failed(OPENS_AFTER - 1);
        assert_eq!((breaker.state(), breaker.admit()), (State::Failing, Ok(())));
        assert_eq!(breaker.fail(&ProviderError::TimedOut, NOW), Some(State::Open));
        assert_eq!(breaker.admit(), Err(FIRST_REST));
        advance(FIRST_REST).await;
        assert_eq!(breaker.admit(), Ok(()), "the probe");
        assert!(breaker.admit().is_err(), "one at a time");
        breaker.forget();
        assert_eq!(breaker.admit(), Ok(()), "the next probe");
        breaker.succeed(NOW);
        assert_eq!((breaker.state(), breaker.admit(), breaker.admit()), (State::Ok, Ok(()), Ok(())));
    }

    #[tokio::test(start_paused = true)]
    async fn rests_longer_each_time_the_probe_fails_but_not_for_ever() {
        let mut breaker = failed(OPENS_AFTER);
        let mut rests = Vec::new();
        for _ in 0..6 {
            let rest = breaker.admit().unwrap_err();
            rests.push(rest.as_secs());
            advance(rest).await;
            assert_eq!(breaker.admit(), Ok(()));
            breaker.fail(&ProviderError::Failing(502), NOW);
        }
        assert_eq!(rests, [5, 10, 20, 40, 60, 60]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_it_says_of_itself_is_respected_at_once() {
        let minutes = |minutes| Duration::from_mins(minutes);
        let table = [
            (ProviderError::KeyRejected, State::KeyRejected, minutes(5)),
            (ProviderError::Refused(403), State::Open, minutes(5)),
            (ProviderError::RateLimited { retry_after: None }, State::RateLimited, minutes(2)),
            (ProviderError::RateLimited { retry_after: Some(minutes(7)) }, State::RateLimited, minutes(7)),
            (ProviderError::RateLimited { retry_after: Some(Duration::MAX) }, State::RateLimited, minutes(24 * 60)),
        ];
        for (error, state, rest) in table {
            let mut breaker = Breaker::default();
            assert_eq!(breaker.fail(&error, NOW), Some(state));
            assert_eq!(breaker.admit(), Err(rest), "{error}");
            assert_eq!(breaker.fail(&error, NOW), None, "said once");
        }
    }
}
