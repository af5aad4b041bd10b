//! What the store keeps about an account with a provider: until when it is paused, and how much of its quota is used.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{breaker::ProviderState, sliding_window::SlidingWindow};
use crate::store::{RecordKey, RecordSubject, SharedPause, Store, UsageReply, UsageReport};

/// The shortest rate-limit window that is saved. A restart takes as long as a shorter one.
const MIN_SAVED_WINDOW: Duration = Duration::from_secs(10);

/// An account with a provider, kept under a name that reveals neither URL nor key. Another key is another account.
pub struct ProviderAccount {
    store: Store,
    id: String,
}

/// A pause, as it is stored.
#[derive(Serialize, Deserialize)]
struct PauseRecord {
    state: String,
    until: Timestamp,
}

/// The requests within one rate limit, as they are stored.
#[derive(Serialize, Deserialize)]
struct WindowRecord {
    /// The length of the limit's window in seconds.
    window_seconds: u64,
    /// When requests were sent, and how many at each time, oldest first.
    requests: Vec<(Timestamp, usize)>,
}

impl ProviderAccount {
    /// The account of this name.
    pub fn new(store: Store, id: String) -> Self {
        Self { store, id }
    }

    /// The store in which the account is kept.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Exchanges the usage with other instances; `None` if that fails.
    pub async fn exchange_usage(&self, report: &UsageReport) -> Option<UsageReply> {
        self.store.exchange_usage(&self.id, report).await
    }

    /// Saves, in the background, for how long the provider is paused, `left` from `now`.
    pub fn save_pause(&self, state: ProviderState, left: Duration, now: Timestamp) {
        if self.store.is_shared() {
            self.store.pause_account(&self.id, SharedPause { state: state.name().to_owned(), left });
            return;
        }
        let until = now + SignedDuration::try_from(left).unwrap_or_default();
        let record = PauseRecord { state: state.name().to_owned(), until };
        // A record of texts and numbers always serializes.
        let contents = move || serde_json::to_vec(&record).unwrap_or_default();
        self.store.put_in_background(self.key(RecordSubject::Pause), until, contents);
    }

    /// Why and for how long the provider is still paused.
    pub async fn pause(&self, now: Timestamp) -> Option<(ProviderState, Duration)> {
        let contents = self.store.get(&self.key(RecordSubject::Pause)).await?;
        let PauseRecord { state, until } = serde_json::from_slice(&contents).ok()?;
        let left = Duration::try_from(until.duration_since(now)).ok()?;
        Some((ProviderState::of_name(&state)?, left))
    }

    /// The usage of the limits that are saved.
    pub fn usage(&self, windows: &mut [SlidingWindow], now: Timestamp) -> BudgetUsage {
        let remembered = windows.iter_mut().filter(|window| window.length() >= MIN_SAVED_WINDOW);
        let at = |age| now - SignedDuration::try_from(age).unwrap_or_default();
        let used = remembered.map(|window| WindowRecord {
            window_seconds: window.length().as_secs(),
            requests: window.ages().into_iter().map(|(age, count)| (at(age), count)).collect(),
        });
        BudgetUsage { windows: if self.store.is_on() { used.collect() } else { Vec::new() }, at: now }
    }

    /// Saves the usage before the caller goes on, so that no request is sent without being counted.
    pub async fn save_usage(&self, used: &BudgetUsage) {
        let Some(longest) = used.windows.iter().map(|window| window.window_seconds).max() else { return };
        let expires_at = used.at + SignedDuration::from_secs(longest.try_into().unwrap_or(i64::MAX));
        let contents = serde_json::to_vec(&used.windows).unwrap_or_default();
        self.store.put(&self.key(RecordSubject::Budget), &contents, expires_at).await;
    }

    /// The saved usage: for each window, the ages of its requests.
    pub async fn used(&self, now: Timestamp) -> Vec<(Duration, Vec<(Duration, usize)>)> {
        let contents = self.store.get(&self.key(RecordSubject::Budget)).await.unwrap_or_default();
        let records: Vec<WindowRecord> = serde_json::from_slice(&contents).unwrap_or_default();
        // A time in the future was saved before the clock was set back; it counts as now.
        let age = |at: Timestamp| Duration::try_from(now.duration_since(at)).unwrap_or_default();
        let ages = |record: WindowRecord| {
            let requests = record.requests.into_iter().map(|(at, count)| (age(at), count));
            (Duration::from_secs(record.window_seconds), requests.collect())
        };
        records.into_iter().map(ages).collect()
    }

    fn key(&self, subject: RecordSubject) -> RecordKey {
        RecordKey::new(subject, self.id.clone())
    }
}

/// The usage of an account's rate limits at one moment.
pub struct BudgetUsage {
    windows: Vec<WindowRecord>,
    at: Timestamp,
}
