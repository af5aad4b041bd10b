//! How often something may happen in any stretch of time.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// At most so many events in any stretch of a length.
///
/// A token bucket of that size would let through twice as many in its first stretch (the full bucket and what drips in
/// meanwhile), which is what providers block for; remembering each event keeps the bound exactly.
#[derive(Debug)]
pub struct Window {
    most: usize,
    stretch: Duration,
    events: VecDeque<Instant>,
}

impl Window {
    /// Nothing has happened yet.
    pub fn new(most: u32, stretch: Duration) -> Self {
        Self { most: usize::try_from(most).unwrap_or(usize::MAX), stretch, events: VecDeque::new() }
    }

    /// How long to wait until `count` more may happen; nothing if they may now.
    pub fn wait_for(&mut self, count: usize) -> Option<Duration> {
        let now = Instant::now();
        self.forget_old(now);
        let in_the_way = (self.events.len() + count).checked_sub(self.most).filter(|excess| *excess > 0)?;
        let last_in_the_way = self.events.get(in_the_way - 1);
        Some(last_in_the_way.map_or(self.stretch, |event| *event + self.stretch - now))
    }

    /// How many more may happen now.
    pub fn left(&mut self) -> usize {
        self.forget_old(Instant::now());
        self.most.saturating_sub(self.events.len())
    }

    /// Notes that `count` happen now.
    pub fn note(&mut self, count: usize) {
        self.events.extend(std::iter::repeat_n(Instant::now(), count));
    }

    fn forget_old(&mut self, now: Instant) {
        while self.events.front().is_some_and(|event| *event + self.stretch <= now) {
            self.events.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn take(window: &mut Window, count: usize) -> Option<Duration> {
        let wait = window.wait_for(count);
        if wait.is_none() {
            window.note(count);
        }
        wait
    }

    #[tokio::test(start_paused = true)]
    async fn never_more_in_any_minute() {
        let mut window = Window::new(3, MINUTE);
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
    async fn more_than_is_ever_allowed_has_to_wait() {
        assert_eq!(Window::new(1, MINUTE).wait_for(2), Some(MINUTE));
        assert_eq!(Window::new(0, MINUTE).wait_for(1), Some(MINUTE));
    }
}
