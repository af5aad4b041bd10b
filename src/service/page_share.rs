//! The share of the providers' budgets that pages may use.
//!
//! A page can be sent without weather, which its script then requests. So crawlers, however many pages they read,
//! cannot use up the budget for requests for weather.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::{guard::ProviderGuard, sliding_window::SlidingWindow};

/// Pages may use one part in so many of a budget.
const PARTS: u32 = 5;

/// The fetches of pages, for each limit of each provider.
pub(super) struct PageShare(Mutex<Vec<Vec<SlidingWindow>>>);

impl PageShare {
    /// The unused share of the budgets of these providers.
    pub(super) fn new(guards: &[ProviderGuard]) -> Self {
        let windows = |guard: &ProviderGuard| {
            let limits = guard.limits();
            limits.iter().map(|limit| SlidingWindow::new(limit.requests / PARTS, limit.per)).collect()
        };
        Self(Mutex::new(guards.iter().map(windows).collect()))
    }

    /// Lets a page cause a fetch, or returns how long to wait. The fetch counts against each provider that it may ask.
    pub(super) fn admit<'a>(&self, guards: impl Iterator<Item = &'a ProviderGuard>) -> Result<(), Duration> {
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut asked: Vec<_> = guards.zip(used.iter_mut()).filter(|(guard, _)| guard.would_fetch()).collect();
        let waits = asked.iter_mut().flat_map(|(guard, windows)| {
            let requests = guard.requests_per_fetch();
            if guard.instances() > 1 {
                // Each instance has a part of the share, so that it need not ask the others.
                for (window, limit) in windows.iter_mut().zip(guard.limits()) {
                    window.limit_to((limit.requests / PARTS / guard.instances()).max(1));
                }
            }
            windows.iter_mut().filter_map(move |window| window.wait_for(requests))
        });
        if let Some(wait) = waits.max() {
            return Err(wait);
        }
        for (guard, windows) in asked {
            for window in windows {
                window.note(guard.requests_per_fetch());
            }
        }
        Ok(())
    }
}
