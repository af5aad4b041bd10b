//! A circuit breaker: pauses a provider after failures, and keeps its state.

use std::time::Duration;

use jiff::Timestamp;

use crate::{clock::Moment, provider::ProviderError};

/// How many failures in a row open the breaker.
const FAILURES_TO_OPEN: u32 = 5;

/// How long it stays open at first; doubled each time that the probe fails.
const INITIAL_PAUSE: Duration = Duration::from_secs(5);

/// The longest time for which it stays open.
const MAX_PAUSE: Duration = Duration::from_mins(1);

/// The pause after a provider rejected the key or the application. The operator has to act first.
const PAUSE_AFTER_REJECTION: Duration = Duration::from_mins(5);

/// The pause after a rate limit without a Retry-After.
const PAUSE_AFTER_RATE_LIMIT: Duration = Duration::from_mins(2);

/// How long to wait while another request probes whether the provider answers again.
const PROBE_WAIT: Duration = Duration::from_secs(1);

/// The longest pause that a provider can request.
const MAX_REQUESTED_PAUSE: Duration = Duration::from_hours(24);

/// The state of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderState {
    /// Its last answer was good, or it has not been asked yet.
    Ok,
    /// Its last request failed.
    Failing,
    /// It failed repeatedly or refused the request, and is paused.
    Open,
    /// It rejected the key and is paused for minutes.
    KeyRejected,
    /// It limits the rate and is paused for as long as it requests.
    RateLimited,
}

impl ProviderState {
    /// The names of all states.
    pub const NAMES: &'static [&'static str] = &["ok", "failing", "open", "key-rejected", "rate-limited"];

    /// The state of this name.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let all = [Self::Ok, Self::Failing, Self::Open, Self::KeyRejected, Self::RateLimited];
        all.into_iter().find(|state| state.name() == name)
    }

    /// Its name in the API and in the metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// The breaker of one provider.
///
/// Requests overlap, so the outcome of one may be reported long after others have changed the state. Each request is
/// admitted with a [`Ticket`]. Each failure that counts starts a new generation, and an outcome reported with a ticket of
/// an older generation only updates the time of the last success or error. So simultaneous failures count as one, and a
/// late outcome neither ends nor extends a pause.
#[derive(Debug)]
pub struct CircuitBreaker {
    state: ProviderState,
    generation: u64,
    failures_in_a_row: u32,
    paused_until: Option<Moment>,
    is_probing: bool,
    next_pause: Duration,
    last_success: Option<Timestamp>,
    last_error: Option<Timestamp>,
}

/// The permission to send one request, with which its outcome is reported.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub struct Ticket {
    generation: u64,
}

impl Default for CircuitBreaker {
    fn default() -> Self {
        Self {
            state: ProviderState::Ok,
            generation: 0,
            failures_in_a_row: 0,
            paused_until: None,
            is_probing: false,
            next_pause: INITIAL_PAUSE,
            last_success: None,
            last_error: None,
        }
    }
}

impl CircuitBreaker {
    /// Admits a request, or returns how long the provider is still paused.
    ///
    /// After a pause one request is admitted as a probe. Until its outcome is reported, others are rejected.
    pub fn admit(&mut self, now: Moment) -> Result<Ticket, Duration> {
        if let Some(wait) = self.wait(now) {
            return Err(wait);
        }
        self.is_probing = self.paused_until.is_some();
        Ok(Ticket { generation: self.generation })
    }

    /// How long the provider is still paused; `None` if a request would be admitted.
    pub fn wait(&self, now: Moment) -> Option<Duration> {
        let left = self.paused_until?.left(now);
        if left.is_zero() && !self.is_probing { None } else { Some(left.max(PROBE_WAIT)) }
    }

    /// Reports that the request was cancelled.
    pub fn release(&mut self, ticket: &Ticket) {
        // If this request is a probe, it is the only one of its generation.
        if self.is_current(ticket) {
            self.is_probing = false;
        }
    }

    /// Reports success. Returns the state that this ended, unless it was [`ProviderState::Ok`].
    pub fn succeed(&mut self, ticket: &Ticket, now: Moment) -> Option<ProviderState> {
        self.record_success(now);
        if !self.is_current(ticket) {
            return None;
        }
        let Self { state: ended, generation, last_success, last_error, .. } = *self;
        *self = Self { generation, last_success, last_error, ..Self::default() };
        (ended != ProviderState::Ok).then_some(ended)
    }

    /// Reports a failure. Returns the new state if it has changed.
    pub fn fail(&mut self, ticket: &Ticket, error: &ProviderError, now: Moment) -> Option<ProviderState> {
        self.record_error(now);
        if !self.is_current(ticket) {
            return None;
        }
        let before = self.state;
        self.generation += 1;
        self.is_probing = false;
        self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
        let (state, pause) = self.consequence(error);
        self.state = state;
        self.paused_until = pause.map(|pause| now + pause);
        (state != before).then_some(state)
    }

    /// The state after an error, and the pause.
    fn consequence(&mut self, error: &ProviderError) -> (ProviderState, Option<Duration>) {
        match error {
            ProviderError::KeyRejected => (ProviderState::KeyRejected, Some(PAUSE_AFTER_REJECTION)),
            ProviderError::Refused(_) => (ProviderState::Open, Some(PAUSE_AFTER_REJECTION)),
            ProviderError::RateLimited { retry_after } => (
                ProviderState::RateLimited,
                Some(retry_after.unwrap_or(PAUSE_AFTER_RATE_LIMIT).min(MAX_REQUESTED_PAUSE)),
            ),
            ProviderError::Unreachable(_)
            | ProviderError::TimedOut
            | ProviderError::Failing(_)
            | ProviderError::Malformed(_)
            | ProviderError::Outdated(_)
                if self.failures_in_a_row >= FAILURES_TO_OPEN =>
            {
                let pause = self.next_pause;
                self.next_pause = (pause * 2).min(MAX_PAUSE);
                (ProviderState::Open, Some(pause))
            }
            _ => (ProviderState::Failing, None),
        }
    }

    fn is_current(&self, ticket: &Ticket) -> bool {
        ticket.generation == self.generation
    }

    /// Begins a pause with a cause outside this process: a failure before the program was started, or one in another
    /// instance. Requests in flight neither end nor extend it.
    pub fn resume_pause(&mut self, state: ProviderState, pause: Duration, now: Moment) {
        self.generation += 1;
        self.is_probing = false;
        self.state = state;
        self.paused_until = Some(now + pause.min(MAX_REQUESTED_PAUSE));
    }

    /// Its state.
    pub fn state(&self) -> ProviderState {
        self.state
    }

    /// When it last answered.
    pub fn last_success(&self) -> Option<Timestamp> {
        self.last_success
    }

    /// When it last failed.
    pub fn last_error(&self) -> Option<Timestamp> {
        self.last_error
    }

    /// Records that it answered in part.
    pub fn record_success(&mut self, now: Moment) {
        self.last_success = Some(now.wall());
    }

    /// Records that it failed in part, without changing the state.
    pub fn record_error(&mut self, now: Moment) {
        self.last_error = Some(now.wall());
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;
    use crate::clock::Clock;

    const HOUR: Duration = Duration::from_hours(1);

    fn now() -> Moment {
        Clock::from_fn(|| Timestamp::UNIX_EPOCH).moment()
    }

    fn fail(breaker: &mut CircuitBreaker, error: &ProviderError) -> Option<ProviderState> {
        let ticket = breaker.admit(now()).unwrap();
        breaker.fail(&ticket, error, now())
    }

    fn failed(times: u32) -> CircuitBreaker {
        let mut breaker = CircuitBreaker::default();
        for _ in 0..times {
            fail(&mut breaker, &ProviderError::TimedOut);
        }
        breaker
    }

    fn rate_limited(retry_after: Duration) -> ProviderError {
        ProviderError::RateLimited { retry_after: Some(retry_after) }
    }

    #[tokio::test(start_paused = true)]
    async fn opens_after_failures_in_a_row_and_lets_one_probe_through() {
        let mut breaker = failed(FAILURES_TO_OPEN - 1);
        assert_eq!(breaker.state(), ProviderState::Failing);
        assert_eq!(fail(&mut breaker, &ProviderError::TimedOut), Some(ProviderState::Open));
        assert_eq!(breaker.admit(now()), Err(INITIAL_PAUSE));
        advance(INITIAL_PAUSE).await;
        let probe = breaker.admit(now()).unwrap();
        assert!(breaker.admit(now()).is_err(), "one at a time");
        breaker.release(&probe);
        let next_probe = breaker.admit(now()).unwrap();
        assert_eq!(breaker.succeed(&next_probe, now()), Some(ProviderState::Open), "what has ended");
        assert_eq!(breaker.state(), ProviderState::Ok);
        assert!(breaker.admit(now()).is_ok() && breaker.admit(now()).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_double_when_the_probe_fails_up_to_a_limit() {
        let mut breaker = failed(FAILURES_TO_OPEN);
        let mut pauses = Vec::new();
        for _ in 0..6 {
            let pause = breaker.admit(now()).unwrap_err();
            pauses.push(pause.as_secs());
            advance(pause).await;
            fail(&mut breaker, &ProviderError::Failing(502));
        }
        assert_eq!(pauses, [5, 10, 20, 40, 60, 60]);
    }

    #[tokio::test(start_paused = true)]
    async fn explicit_refusals_pause_at_once() {
        let minutes = |minutes| Duration::from_mins(minutes);
        let table = [
            (ProviderError::KeyRejected, ProviderState::KeyRejected, minutes(5)),
            (ProviderError::Refused(403), ProviderState::Open, minutes(5)),
            (ProviderError::RateLimited { retry_after: None }, ProviderState::RateLimited, minutes(2)),
            (rate_limited(minutes(7)), ProviderState::RateLimited, minutes(7)),
            (rate_limited(Duration::MAX), ProviderState::RateLimited, minutes(24 * 60)),
        ];
        for (error, state, pause) in table {
            let mut breaker = CircuitBreaker::default();
            assert_eq!(fail(&mut breaker, &error), Some(state));
            assert_eq!(breaker.admit(now()), Err(pause), "{error}");
            advance(pause).await;
            assert_eq!(fail(&mut breaker, &error), None, "the same state is not reported again");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn simultaneous_failures_count_as_one() {
        for at_once in [5, 6, 9, 50] {
            let mut breaker = CircuitBreaker::default();
            let tickets: Vec<_> = (0..at_once).map(|_| breaker.admit(now()).unwrap()).collect();
            for ticket in &tickets {
                breaker.fail(ticket, &ProviderError::TimedOut, now());
            }
            assert_eq!(breaker.state(), ProviderState::Failing, "{at_once}");
            for _ in 1..FAILURES_TO_OPEN {
                let tickets = [(); 3].map(|()| breaker.admit(now()).unwrap());
                for ticket in &tickets {
                    breaker.fail(ticket, &ProviderError::TimedOut, now());
                }
            }
            assert_eq!((breaker.state(), breaker.wait(now())), (ProviderState::Open, Some(INITIAL_PAUSE)), "{at_once}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_late_outcome_neither_ends_nor_extends_nor_shortens_a_pause() {
        for error in [ProviderError::KeyRejected, rate_limited(HOUR)] {
            let mut breaker = CircuitBreaker::default();
            let [first, soft, good, limited, cancelled] = [(); 5].map(|()| breaker.admit(now()).unwrap());
            let state = breaker.fail(&first, &error, now()).unwrap();
            let pause = breaker.wait(now()).unwrap();
            breaker.fail(&soft, &ProviderError::TimedOut, now());
            assert_eq!((breaker.state(), breaker.wait(now())), (state, Some(pause)), "a soft failure after {error}");
            breaker.succeed(&good, now());
            assert_eq!((breaker.state(), breaker.wait(now())), (state, Some(pause)), "a success after {error}");
            breaker.fail(&limited, &rate_limited(HOUR * 9), now());
            breaker.release(&cancelled);
            assert_eq!((breaker.state(), breaker.wait(now())), (state, Some(pause)), "a limit after {error}");
            assert_eq!(breaker.last_success(), Some(Timestamp::UNIX_EPOCH), "it is seen all the same");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_from_before_the_pause_does_not_admit_a_second_probe() {
        let mut breaker = CircuitBreaker::default();
        let [late, later] = [(); 2].map(|()| breaker.admit(now()).unwrap());
        fail(&mut breaker, &rate_limited(HOUR));
        advance(HOUR).await;
        let probe = breaker.admit(now()).unwrap();
        breaker.release(&late);
        breaker.succeed(&later, now());
        assert!(breaker.admit(now()).is_err(), "the probe is still under way");
        breaker.fail(&probe, &rate_limited(HOUR), now());
        assert_eq!(breaker.wait(now()), Some(HOUR));
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_is_over_after_the_machine_has_slept() {
        let mut breaker = CircuitBreaker::default();
        fail(&mut breaker, &rate_limited(HOUR));
        let an_hour_later = Clock::from_fn(|| Timestamp::from_second(3600).unwrap()).moment();
        assert!(breaker.admit(an_hour_later).is_ok());
    }
}
