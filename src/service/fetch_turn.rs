//! Whose turn it is to fetch something that several instances want.

use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::{Instant, sleep};

use crate::store::{Lease, LeaseOutcome, RecordKey, Store};

/// How long an instance pauses between checks whether another has fetched something: at first, and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const MAX_PAUSE: Duration = Duration::from_millis(100);

/// Who fetches something.
pub enum FetchTurn<T> {
    /// This instance, while it holds the lease.
    Own(Lease),
    /// Another instance has fetched it, and this is the result.
    Fetched(T),
    /// Another instance has not finished in time.
    TimedOut,
}

/// Waits until this instance may fetch the contents of a record, or another one has fetched them. `load` reads them
/// from the store if they are usable. `is_fetched_elsewhere` is called when another instance turns out to be fetching them.
pub async fn fetch_turn<'a, T>(
    store: &Store,
    key: &RecordKey,
    until: Instant,
    load: impl Fn() -> BoxFuture<'a, Option<T>>,
    is_fetched_elsewhere: impl Fn(),
) -> FetchTurn<T> {
    let mut pause = FIRST_PAUSE;
    loop {
        match store.lease(key).await {
            // The previous holder may have finished since this instance last looked.
            LeaseOutcome::Held(lease) if store.is_shared() => {
                return load().await.map_or(FetchTurn::Own(lease), FetchTurn::Fetched);
            }
            LeaseOutcome::Held(lease) => return FetchTurn::Own(lease),
            LeaseOutcome::HeldElsewhere => is_fetched_elsewhere(),
        }
        if Instant::now() >= until {
            return FetchTurn::TimedOut;
        }
        sleep(pause).await;
        pause = (pause * 2).min(MAX_PAUSE);
        if let Some(fetched) = load().await {
            return FetchTurn::Fetched(fetched);
        }
    }
}
