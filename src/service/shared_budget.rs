//! A provider's rate limits, when several instances send requests for the same account.
//!
//! While the instances reach the store, it counts the requests of all of them, and each may use what is left. Each
//! reports to the store every half second. An instance that cannot reach it takes its share: of what was left when it
//! last reached it, and after one period of the limit, of the whole limit. The store reserves as much for instances
//! that do not report. So together they keep within the limit when the store fails, while it is unreachable, and when
//! it comes back, even empty: each instance then reports again what it sent, and none gets more than its share until
//! all have done so.
//!
//! An instance does not know what the others sent between its last report and the loss of the store: half a second's
//! worth.

use std::{
    collections::{HashSet, VecDeque},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    provider::RateLimit,
    store::{UsagePurpose, UsageReply, UsageReport},
};

/// How often each instance reports.
pub const REPORT_INTERVAL: Duration = Duration::from_millis(500);

/// For how long a reply counts as current.
const REPLY_VALID_FOR: Duration = Duration::from_millis(1_500);

/// How long instances that no longer report still count.
const INSTANCES_KEPT_FOR: Duration = Duration::from_mins(1);

/// Requests take different times to arrive, so periods are longer by one part in so many: a second of a minute.
const MARGIN: u32 = 60;

/// The budget of one account.
#[derive(Debug)]
pub struct SharedBudget {
    instance: String,
    /// With the margin.
    limits: Vec<RateLimit>,
    /// What this instance has sent within the longest period, oldest first.
    sent: VecDeque<SentRequest>,
    next_number: u64,
    epoch: u64,
    /// When the store was last found to have lost its data.
    lost_at: Option<Instant>,
    instances: u32,
    /// Since when, without a gap, no more than `instances` have been seen.
    instances_since: Instant,
    last_reply: Option<LastReply>,
}

#[derive(Debug)]
struct SentRequest {
    number: u64,
    at: Instant,
    is_reported: bool,
    /// Whether the last reply counted it. It stays set when the store loses its data.
    is_counted: bool,
}

#[derive(Debug)]
struct LastReply {
    at: Instant,
    /// How much of each limit was used by all.
    used: Vec<u32>,
    /// When requests may be sent.
    free_at: Instant,
}

/// An instance's share of a limit.
struct LimitShare {
    /// How many requests it may send in a period.
    allowed: u32,
    /// How many of them it has sent.
    sent: u32,
    /// When more are allowed or fewer count as sent.
    changes_at: Instant,
}

impl SharedBudget {
    /// A budget with these limits. Until the store has been reached, this many instances are assumed.
    pub fn new(instance: &str, limits: &[RateLimit], instances: u32) -> Self {
        let with_margin = |limit: &RateLimit| RateLimit { per: limit.per + limit.per / MARGIN, ..*limit };
        Self {
            instance: instance.to_owned(),
            limits: limits.iter().map(with_margin).collect(),
            sent: VecDeque::new(),
            next_number: 0,
            epoch: 0,
            lost_at: None,
            instances: instances.max(1),
            instances_since: Instant::now(),
            last_reply: None,
        }
    }

    /// How many instances there are, as far as is known.
    pub fn instances(&self) -> u32 {
        self.instances
    }

    /// How long until so many requests may be sent, by the last reply or by this instance's share; `None` if they may be
    /// sent now.
    pub fn wait_for(&self, requests: u32) -> Option<Duration> {
        match self.current_reply() {
            Some(reply) => Some(reply.free_at.saturating_duration_since(Instant::now())).filter(|wait| !wait.is_zero()),
            None => self.wait_for_share(requests),
        }
    }

    /// How many more requests may be sent now; `None` if there is no limit.
    pub fn left(&self) -> Option<u32> {
        let left = |(n, limit): (usize, &RateLimit)| {
            if let Some(reply) = self.current_reply() {
                return limit.requests.saturating_sub(reply.used.get(n).copied().unwrap_or_default());
            }
            let share = self.share(n, limit);
            share.allowed.saturating_sub(share.sent)
        };
        self.limits.iter().enumerate().map(left).min()
    }

    fn current_reply(&self) -> Option<&LastReply> {
        self.last_reply.as_ref().filter(|reply| reply.at.elapsed() < REPLY_VALID_FOR)
    }

    /// The report to send for so many requests.
    pub fn report(&mut self, requests: u32, is_look: bool) -> UsageReport {
        let now = Instant::now();
        let longest = self.limits.iter().map(|limit| limit.per).max().unwrap_or_default();
        while self.sent.front().is_some_and(|request| request.at + longest <= now) {
            self.sent.pop_front();
        }
        let purpose = if is_look {
            UsagePurpose::Look
        } else if self.has_lost_data(now) && self.wait_for_share(requests).is_some() {
            UsagePurpose::TakeWhenComplete
        } else {
            UsagePurpose::Take
        };
        let first_number = self.next_number;
        if !is_look {
            self.next_number += u64::from(requests);
        }
        let unreported = self.sent.iter().filter(|request| !request.is_reported);
        UsageReport {
            instance: self.instance.clone(),
            epoch: self.epoch,
            // The configured number is only for a store that was never reached.
            instances: if self.epoch == 0 { 1 } else { self.instances },
            wanted: requests,
            purpose,
            first_number,
            limits: self.limits.clone(),
            unreported: unreported.map(|request| (request.number, now - request.at)).collect(),
        }
    }

    /// Takes in the reply to a report. Returns whether the report was accepted; if not, the next one is complete.
    pub fn apply_reply(&mut self, report: &UsageReport, reply: &UsageReply) -> bool {
        let now = Instant::now();
        let is_first = self.epoch == 0;
        self.epoch = reply.epoch;
        if !reply.is_accepted {
            self.lost_at = Some(now);
            self.sent.iter_mut().for_each(|request| request.is_reported = false);
            return false;
        }
        let reported: HashSet<_> = report.unreported.iter().map(|(number, _)| *number).collect();
        for request in &mut self.sent {
            request.is_reported |= reported.contains(&request.number);
            request.is_counted |= request.is_reported;
        }
        if is_first {
            self.instances = 1;
        }
        if self.current_reply().is_none() {
            // Other instances may have lost the store as well, and not have reported again yet.
            self.instances_since = now;
        }
        if reply.instances >= self.instances || now - self.instances_since >= INSTANCES_KEPT_FOR {
            self.instances = reply.instances.max(1);
            self.instances_since = now;
        }
        let mut used = reply.used.clone();
        if report.purpose != UsagePurpose::Look && reply.wait.is_zero() {
            self.note(report, now, true);
            for used in &mut used {
                *used += report.wanted;
            }
        }
        self.last_reply = Some(LastReply { at: now, used, free_at: now + reply.wait });
        true
    }

    /// Takes this instance's share, because the report could not be exchanged. Returns how long to wait if it is used up.
    pub fn take_share(&mut self, report: &UsageReport) -> Result<(), Duration> {
        if let Some(wait) = self.wait_for_share(report.wanted) {
            return Err(wait);
        }
        self.note(report, Instant::now(), false);
        Ok(())
    }

    fn note(&mut self, report: &UsageReport, at: Instant, is_reported: bool) {
        let numbers = report.first_number..report.first_number + u64::from(report.wanted);
        self.sent.extend(numbers.map(|number| SentRequest { number, at, is_reported, is_counted: is_reported }));
    }

    fn has_lost_data(&self, now: Instant) -> bool {
        self.lost_at.is_some_and(|lost_at| now - lost_at < INSTANCES_KEPT_FOR)
    }

    fn wait_for_share(&self, requests: u32) -> Option<Duration> {
        let now = Instant::now();
        let waits = self.limits.iter().enumerate().filter_map(|(n, limit)| {
            let share = self.share(n, limit);
            let wait = || share.changes_at.saturating_duration_since(now).max(Duration::from_secs(1));
            (share.sent + requests > share.allowed).then(wait)
        });
        waits.max()
    }

    /// This instance's share of limit number `n`.
    fn share(&self, n: usize, limit: &RateLimit) -> LimitShare {
        let now = Instant::now();
        // After that, all that was counted in the last reply has left the period, and so has what others sent soon after.
        let counted_until = |reply: &LastReply| reply.at + limit.per + REPLY_VALID_FOR;
        if let Some(reply) = self.last_reply.as_ref().filter(|reply| now < counted_until(reply)) {
            let left = limit.requests.saturating_sub(reply.used.get(n).copied().unwrap_or(limit.requests));
            let sent = self.sent.iter().filter(|request| !request.is_counted).count();
            return LimitShare { allowed: left / self.instances, sent: count(sent), changes_at: counted_until(reply) };
        }
        let within: Vec<_> = self.sent.iter().filter(|request| request.at + limit.per > now).collect();
        let changes_at = within.first().map_or(now, |request| request.at) + limit.per;
        LimitShare { allowed: limit.requests / self.instances, sent: count(within.len()), changes_at }
    }
}

/// A number of requests as it is counted together with those of other instances.
pub fn count(requests: usize) -> u32 {
    u32::try_from(requests).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);
    const SECOND: Duration = Duration::from_secs(1);
    /// A minute with its margin, and some.
    const PERIOD: Duration = Duration::from_secs(63);

    fn budget(instances: u32) -> SharedBudget {
        SharedBudget::new("a", &[RateLimit { requests: 60, per: MINUTE }], instances)
    }

    fn reply(instances: u32, used: u32) -> UsageReply {
        UsageReply { epoch: 7, is_accepted: true, instances, wait: Duration::ZERO, used: vec![used], pause: None }
    }

    /// Reports, and takes in what the store replies.
    fn exchange(budget: &mut SharedBudget, requests: u32, reply: &UsageReply) -> UsageReport {
        let report = budget.report(requests, requests == 0);
        budget.apply_reply(&report, reply);
        report
    }

    /// How many requests this instance gets while the store is gone.
    fn taken_alone(budget: &mut SharedBudget) -> usize {
        let takes = || {
            let report = budget.report(1, false);
            budget.take_share(&report).ok()
        };
        std::iter::repeat_with(takes).map_while(|taken| taken).count()
    }

    #[tokio::test(start_paused = true)]
    async fn without_the_store_each_takes_its_share_of_what_was_left_and_then_of_all() {
        let mut budget = budget(1);
        exchange(&mut budget, 2, &reply(8, 18));
        assert_eq!(taken_alone(&mut budget), 5, "an eighth of 60 - 18 - 2");
        assert_eq!(budget.left(), Some(58 - 18), "by the last reply, which is still current");
        advance(SECOND * 2).await;
        assert_eq!((budget.left(), budget.wait_for(1).is_some()), (Some(0), true));
        advance(PERIOD).await;
        assert_eq!(taken_alone(&mut budget), 7, "an eighth of 60");
        advance(PERIOD).await;
        assert_eq!(taken_alone(&mut budget), 7, "in each minute");
    }

    #[tokio::test(start_paused = true)]
    async fn a_store_that_was_never_reached_leaves_each_its_share_of_the_set_number() {
        assert_eq!(taken_alone(&mut budget(6)), 10);
        assert_eq!(taken_alone(&mut budget(1)), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_sent_without_the_store_is_reported_once() {
        let mut budget = budget(1);
        exchange(&mut budget, 0, &reply(8, 0));
        advance(SECOND * 10).await;
        assert_eq!(taken_alone(&mut budget), 7);
        advance(SECOND).await;
        let report = exchange(&mut budget, 0, &reply(8, 7));
        assert_eq!(report.unreported, (0..7).map(|number| (number, SECOND)).collect::<Vec<_>>());
        assert_eq!(exchange(&mut budget, 0, &reply(8, 7)).unreported, []);
    }

    #[tokio::test(start_paused = true)]
    async fn a_store_that_lost_its_data_is_told_everything_and_gives_more_than_a_share_when_all_have_done_so() {
        let mut budget = budget(1);
        exchange(&mut budget, 2, &reply(8, 50));
        let lost = UsageReply { epoch: 9, is_accepted: false, ..reply(0, 0) };
        exchange(&mut budget, 2, &lost);
        let report = budget.report(2, false);
        assert_eq!((report.epoch, report.unreported.len()), (9, 2));
        assert_eq!(report.purpose, UsagePurpose::TakeWhenComplete, "an eighth of 60 - 50 - 2 is 1");
        assert_eq!(budget.report(1, false).purpose, UsagePurpose::Take);
        advance(PERIOD).await;
        assert_eq!(budget.report(2, false).purpose, UsagePurpose::Take);
    }

    #[tokio::test(start_paused = true)]
    async fn instances_that_were_seen_are_reckoned_with_for_a_minute() {
        let mut budget = budget(6);
        exchange(&mut budget, 0, &reply(1, 0));
        assert_eq!(budget.instances(), 1, "the set number is for a store that was never reached");
        exchange(&mut budget, 0, &reply(8, 0));
        for _ in 0..59 {
            advance(SECOND).await;
            exchange(&mut budget, 0, &reply(3, 0));
            assert_eq!(budget.instances(), 8);
        }
        advance(SECOND).await;
        exchange(&mut budget, 0, &reply(3, 0));
        assert_eq!(budget.instances(), 3);
        advance(MINUTE * 10).await;
        exchange(&mut budget, 0, &reply(1, 0));
        assert_eq!(budget.instances(), 3, "the others may not be back yet");
    }
}
