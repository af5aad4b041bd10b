//! How often a provider may be asked.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    shared_budget::{SharedBudget, count},
    sliding_window::SlidingWindow,
};
use crate::provider::RateLimit;

/// An exhausted budget is logged again only if it has rejected no request for this long.
const BUDGET_LOG_INTERVAL: Duration = Duration::from_mins(1);

/// Requests that only add to another provider's report may use one part in so many of a budget; the rest is for
/// fail-over.
const COMPLEMENT_SHARE: u32 = 2;

/// The requests sent within each of a provider's rate limits.
pub struct RequestBudget {
    limits: Vec<RateLimit>,
    /// Empty if the limits are shared.
    windows: Vec<SlidingWindow>,
    /// Half of the limits, for requests that only add to another provider's report.
    complement_windows: Vec<SlidingWindow>,
    /// The limits as several instances share them.
    shared: Option<SharedBudget>,
    /// When a request was last rejected.
    last_rejected: Option<Instant>,
}

impl RequestBudget {
    /// The limits of a provider, and, if several instances share them, the id of this one and the number of instances to
    /// assume at first.
    pub fn new(limits: &[RateLimit], sharing: Option<(&str, u32)>) -> Self {
        let windows_of = |share: u32| {
            let window = |limit: &RateLimit| SlidingWindow::new(limit.requests / share, limit.per);
            limits.iter().map(window).collect()
        };
        Self {
            windows: if sharing.is_none() { windows_of(1) } else { Vec::new() },
            complement_windows: windows_of(COMPLEMENT_SHARE),
            shared: sharing.map(|(instance, instances)| SharedBudget::new(instance, limits, instances)),
            limits: limits.to_vec(),
            last_rejected: None,
        }
    }

    /// The windows of limits that are not shared.
    pub fn windows(&mut self) -> &mut [SlidingWindow] {
        &mut self.windows
    }

    /// The limits that are shared.
    pub fn shared(&mut self) -> Option<&mut SharedBudget> {
        self.shared.as_mut()
    }

    /// Restores requests from before a restart: for each window, their ages.
    pub fn restore(&mut self, used: &[(Duration, Vec<(Duration, usize)>)]) {
        for window in &mut self.windows {
            if let Some((_, ages)) = used.iter().find(|(length, _)| *length == window.length()) {
                window.restore(ages);
            }
        }
    }

    /// How long until so many requests may be sent; `None` if they may be sent now.
    pub fn wait_for(&mut self, requests: usize) -> Option<Duration> {
        match &self.shared {
            Some(shared) => shared.wait_for(count(requests)),
            None => self.wait_in_windows(requests),
        }
    }

    /// The same for limits that are not shared.
    pub fn wait_in_windows(&mut self, requests: usize) -> Option<Duration> {
        self.windows.iter_mut().filter_map(|window| window.wait_for(requests)).max()
    }

    /// How many more requests may be sent now; `None` if there is no limit.
    pub fn left(&mut self) -> Option<usize> {
        match &self.shared {
            Some(shared) => shared.left().map(|left| usize::try_from(left).unwrap_or(usize::MAX)),
            None => self.windows.iter_mut().map(SlidingWindow::left).min(),
        }
    }

    /// How many instances share the limits.
    pub fn instances(&self) -> u32 {
        self.shared.as_ref().map_or(1, SharedBudget::instances)
    }

    /// Records a rejected request. Returns whether to log it: an exhausted budget that now and then has room for one more
    /// request is not logged again.
    pub fn reject(&mut self) -> bool {
        let before = self.last_rejected.replace(Instant::now());
        before.is_none_or(|before| before.elapsed() >= BUDGET_LOG_INTERVAL)
    }

    /// Whether so many requests may be sent to complement another report. Each instance has a part of the share, so that
    /// it need not ask the others.
    pub fn may_complement(&mut self, requests: usize) -> bool {
        let instances = self.instances();
        if instances > 1 {
            for (window, limit) in self.complement_windows.iter_mut().zip(&self.limits) {
                window.limit_to((limit.requests / COMPLEMENT_SHARE / instances).max(count(requests)));
            }
        }
        self.complement_windows.iter_mut().all(|window| window.wait_for(requests).is_none())
    }

    /// Records that so many requests are sent to complement another report, unless there are too many.
    pub fn take_for_complement(&mut self, requests: usize) -> bool {
        let is_allowed = self.may_complement(requests);
        if is_allowed {
            self.complement_windows.iter_mut().for_each(|window| window.note(requests));
        }
        is_allowed
    }

    /// Records that so many requests are sent now.
    pub fn note(&mut self, requests: usize) {
        self.windows.iter_mut().for_each(|window| window.note(requests));
    }
}
