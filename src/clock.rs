//! The current time, and durations that are right even if a clock jumps. The clock is passed in, so that tests can set it.

use std::{ops::Add, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// The farthest that a moment may lie ahead. Without a bound, adding a duration could overflow.
const MAX_AHEAD: Duration = Duration::from_hours(24 * 366 * 30);

/// A source of the wall-clock time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The system clock.
    #[must_use]
    pub fn system() -> Self {
        Self::from_fn(Timestamp::now)
    }

    /// A clock that returns the result of a function.
    pub fn from_fn(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The current time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }

    /// Now, on the wall clock and on the monotonic clock.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment { monotonic: Instant::now(), wall: self.now() }
    }
}

/// A moment on the monotonic clock and on the wall clock.
///
/// Neither clock is enough to measure elapsed time: the monotonic clock stands still while the machine sleeps, and the
/// wall clock can be set back. The larger of the two differences counts, so that nothing looks younger than it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    monotonic: Instant,
    wall: Timestamp,
}

impl Moment {
    /// The wall-clock time.
    #[must_use]
    pub fn wall(self) -> Timestamp {
        self.wall
    }

    /// The time from `earlier` to this moment, by the clock that shows more; never negative.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        let monotonic = self.monotonic.saturating_duration_since(earlier.monotonic);
        monotonic.max(not_negative(self.wall.duration_since(earlier.wall)))
    }

    /// The time from `now` to this moment, by the clock that shows less; zero once either clock has reached it.
    #[must_use]
    pub fn left(self, now: Self) -> Duration {
        let monotonic = self.monotonic.saturating_duration_since(now.monotonic);
        monotonic.min(not_negative(self.wall.duration_since(now.wall)))
    }

    /// Whether either clock has reached this moment at `now`.
    #[must_use]
    pub fn is_reached(self, now: Self) -> bool {
        self.monotonic <= now.monotonic || self.wall <= now.wall
    }

    /// The moment that is reached as soon as either of two is.
    #[must_use]
    pub fn or_earlier(self, other: Self) -> Self {
        Self { monotonic: self.monotonic.min(other.monotonic), wall: self.wall.min(other.wall) }
    }
}

impl Add<Duration> for Moment {
    type Output = Self;

    /// A later moment. One that lies decades ahead is never reached and need not be exact.
    fn add(self, duration: Duration) -> Self {
        let duration = duration.min(MAX_AHEAD);
        let wall = self.wall.saturating_add(SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX));
        Self { monotonic: self.monotonic + duration, wall: wall.unwrap_or(Timestamp::MAX) }
    }
}

fn not_negative(difference: SignedDuration) -> Duration {
    Duration::try_from(difference).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use tokio::time::advance;

    use super::*;

    const HOUR: Duration = Duration::from_hours(1);
    const MINUTE: Duration = Duration::from_mins(1);

    /// A wall clock that moves only when it is set, and its setting.
    fn settable() -> (Clock, Arc<AtomicI64>) {
        let seconds = Arc::new(AtomicI64::new(1_743_163_200));
        let set = Arc::clone(&seconds);
        (Clock::from_fn(move || Timestamp::from_second(seconds.load(Ordering::Relaxed)).unwrap()), set)
    }

    #[tokio::test(start_paused = true)]
    async fn elapsed_time_is_that_of_the_clock_that_shows_more() {
        for (monotonic, wall_seconds, passed) in [
            (MINUTE, 60, MINUTE),
            // The machine slept: the monotonic clock stood still.
            (Duration::ZERO, 3600, HOUR),
            // The wall clock was set back, by less and by more than the time that has passed.
            (HOUR, 600, HOUR),
            (HOUR, -86_400, HOUR),
        ] {
            let (clock, wall) = settable();
            let before = clock.moment();
            let deadline = before + HOUR;
            advance(monotonic).await;
            wall.fetch_add(wall_seconds, Ordering::Relaxed);
            let now = clock.moment();
            assert_eq!(now.since(before), passed, "{monotonic:?} {wall_seconds}");
            assert_eq!(deadline.left(now), HOUR.saturating_sub(passed), "{monotonic:?} {wall_seconds}");
            assert_eq!(deadline.is_reached(now), passed >= HOUR, "{monotonic:?} {wall_seconds}");
            assert_eq!((before.since(before), deadline.left(deadline + HOUR)), (Duration::ZERO, Duration::ZERO));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_earlier_of_two_moments_is_reached_when_either_clock_reaches_it() {
        let (clock, wall) = settable();
        let sooner = clock.moment() + MINUTE;
        wall.fetch_sub(600, Ordering::Relaxed);
        // Later on the monotonic clock, and earlier on the wall clock that was set back meanwhile.
        let later = clock.moment() + MINUTE * 2;
        let either = sooner.or_earlier(later);
        assert_eq!(either, later.or_earlier(sooner));
        assert_eq!(either.left(clock.moment()), MINUTE);
        wall.fetch_add(120, Ordering::Relaxed);
        assert!(either.is_reached(clock.moment()));
    }

    #[tokio::test(start_paused = true)]
    async fn no_duration_overflows() {
        let now = Clock::system().moment();
        assert!((now + Duration::MAX).left(now) >= MAX_AHEAD.saturating_sub(HOUR));
        assert!(((now + Duration::MAX) + Duration::MAX).since(now) >= MAX_AHEAD);
    }
}
