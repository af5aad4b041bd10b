//! Limits how often something may happen in any period of time.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// Into how many parts the window is divided to save the ages of events.
const PARTS: u32 = 60;

/// Allows at most `max_events` events in any period of a given length.
///
/// A token bucket would let through twice as many in the first period (the full bucket and its refill), for which
/// providers block clients. Remembering each event keeps the limit exactly.
#[derive(Debug)]
pub struct SlidingWindow {
    max_events: usize,
    length: Duration,
    events: VecDeque<Instant>,
}

impl SlidingWindow {
    /// A window without events.
    pub fn new(max_events: u32, length: Duration) -> Self {
        Self { max_events: usize::try_from(max_events).unwrap_or(usize::MAX), length, events: VecDeque::new() }
    }

    /// Changes how many events are allowed.
    pub fn limit_to(&mut self, max_events: u32) {
        self.max_events = usize::try_from(max_events).unwrap_or(usize::MAX);
    }

    /// How long until `count` more events are allowed; `None` if they are allowed now.
    pub fn wait_for(&mut self, count: usize) -> Option<Duration> {
        let now = Instant::now();
        self.drop_expired(now);
        let excess = (self.events.len() + count).checked_sub(self.max_events).filter(|excess| *excess > 0)?;
        let last_excess = self.events.get(excess - 1);
        Some(last_excess.map_or(self.length, |event| *event + self.length - now))
    }

    /// How many more events are allowed now.
    pub fn left(&mut self) -> usize {
        self.drop_expired(Instant::now());
        self.max_events.saturating_sub(self.events.len())
    }

    /// Records `count` events now.
    pub fn note(&mut self, count: usize) {
        self.events.extend(std::iter::repeat_n(Instant::now(), count));
    }

    /// The length of the period.
    pub fn length(&self) -> Duration {
        self.length
    }

    /// The ages of the events, and how many there are of each, oldest first. Ages are rounded down to a part of the window,
    /// so that no event looks older than it is.
    pub fn ages(&mut self) -> Vec<(Duration, usize)> {
        let now = Instant::now();
        self.drop_expired(now);
        let part = self.length / PARTS;
        let mut ages: Vec<(Duration, usize)> = Vec::new();
        for event in &self.events {
            let age = (now - *event).div_duration_f64(part).floor();
            let age = part.mul_f64(age);
            match ages.last_mut() {
                Some((last, count)) if *last == age => *count += 1,
                _ => ages.push((age, 1)),
            }
        }
        ages
    }

    /// Adds events of these ages before those already recorded. The oldest come first.
    pub fn restore(&mut self, ages: &[(Duration, usize)]) {
        let now = Instant::now();
        for (age, count) in ages.iter().rev() {
            let at = now.checked_sub(*age).unwrap_or(now);
            (0..*count).for_each(|_| self.events.push_front(at));
        }
    }

    fn drop_expired(&mut self, now: Instant) {
        while self.events.front().is_some_and(|event| *event + self.length <= now) {
            self.events.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn take(window: &mut SlidingWindow, count: usize) -> Option<Duration> {
        let wait = window.wait_for(count);
        if wait.is_none() {
            window.note(count);
        }
        wait
    }

    #[tokio::test(start_paused = true)]
    async fn never_more_than_allowed_in_any_minute() {
        let mut window = SlidingWindow::new(3, MINUTE);
        assert_eq!(take(&mut window, 1), None);
        assert_eq!(window.left(), 2);
        advance(Duration::from_secs(40)).await;
        assert_eq!(take(&mut window, 2), None);
        assert_eq!(take(&mut window, 1), Some(Duration::from_secs(20)));
        assert_eq!(take(&mut window, 2), Some(MINUTE));
        advance(Duration::from_secs(20)).await;
        assert_eq!(window.left(), 1);
        assert_eq!(take(&mut window, 1), None);
        assert_eq!(take(&mut window, 1), Some(Duration::from_secs(40)));
    }

    #[tokio::test(start_paused = true)]
    async fn events_from_before_a_restart_count_at_least_as_long_after_it() {
        let mut before = SlidingWindow::new(10, MINUTE);
        for count in [2, 1, 3] {
            before.note(count);
            advance(Duration::from_millis(10_500)).await;
        }
        before.note(1);
        let ages = [(31, 2), (21, 1), (10, 3), (0, 1)].map(|(age, count)| (Duration::from_secs(age), count));
        assert_eq!(before.ages(), ages);
        let mut after = SlidingWindow::new(10, MINUTE);
        after.restore(&ages);
        assert_eq!((after.left(), after.wait_for(4)), (3, Some(Duration::from_secs(29))));
        advance(Duration::from_secs(39)).await;
        assert_eq!(after.left(), 6);
    }

    #[tokio::test(start_paused = true)]
    async fn more_than_the_limit_has_to_wait() {
        assert_eq!(SlidingWindow::new(1, MINUTE).wait_for(2), Some(MINUTE));
        assert_eq!(SlidingWindow::new(0, MINUTE).wait_for(1), Some(MINUTE));
    }
}
