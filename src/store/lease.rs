//! The right to fetch something, which one instance has at a time.

use std::{
    hash::{BuildHasher, RandomState},
    sync::Arc,
    time::Duration,
};

use tokio::{runtime::Handle, task::JoinHandle, time::sleep};

use super::{
    engine::{LeaseId, RecordKey},
    guarded::GuardedEngine,
};

/// How long a lease outlives an instance that has died.
const TERM: Duration = Duration::from_millis(900);

/// How often its holder extends it.
const EXTEND_INTERVAL: Duration = Duration::from_millis(300);

/// Who may fetch something.
pub enum LeaseOutcome {
    /// This instance, until the lease is dropped.
    Held(Lease),
    /// Another instance.
    HeldElsewhere,
}

/// A lease, which is extended until it is dropped. Empty without other instances, or if the store fails: then every
/// instance fetches for itself.
pub struct Lease {
    /// Releases the lease when it is dropped.
    _held: Option<HeldLease>,
}

struct HeldLease {
    engine: Arc<GuardedEngine>,
    id: LeaseId,
    extending: JoinHandle<()>,
}

impl LeaseOutcome {
    /// The outcome without other instances: this process may fetch.
    #[must_use]
    pub fn alone() -> Self {
        Self::Held(Lease { _held: None })
    }

    /// Takes the lease of a record, if it is free.
    pub async fn take(engine: &Arc<GuardedEngine>, key: &RecordKey) -> Self {
        let token = format!("{:016x}", RandomState::new().hash_one(()));
        let id = LeaseId { key: key.clone(), token };
        match engine.exchange(|shared| shared.take_lease(&id, TERM)).await {
            Some(false) => Self::HeldElsewhere,
            None => Self::alone(),
            Some(true) => {
                let extending = tokio::spawn(extend(Arc::clone(engine), id.clone()));
                Self::Held(Lease { _held: Some(HeldLease { engine: Arc::clone(engine), id, extending }) })
            }
        }
    }
}

/// Extends a lease until another instance holds it. While the store fails, it is not known whether one does.
async fn extend(engine: Arc<GuardedEngine>, id: LeaseId) {
    loop {
        sleep(EXTEND_INTERVAL).await;
        if engine.exchange_in_background(|shared| shared.extend_lease(&id, TERM)).await == Some(false) {
            return;
        }
    }
}

impl Drop for HeldLease {
    fn drop(&mut self) {
        self.extending.abort();
        // When the program ends, the lease expires.
        let Ok(runtime) = Handle::try_current() else { return };
        let (engine, id) = (Arc::clone(&self.engine), self.id.clone());
        runtime.spawn(async move { engine.exchange_in_background(|shared| shared.release_lease(&id)).await });
    }
}
