//! The state of the store: for the log and `/api/status`, and to pause it when it hangs.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;
use tracing::Level;

use super::engine::StoreError;
use crate::log_throttle::LogThrottle;

/// How long a store is paused after a timeout, so that a hanging one slows few requests down.
const PAUSE: Duration = Duration::from_secs(5);

/// The state of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreState {
    /// There is no store.
    Off,
    /// It works, or has not been asked yet.
    Ok,
    /// It works, but the last record read was damaged or of another version.
    Unreadable,
    /// It could not read or write.
    Failing,
}

impl StoreState {
    /// Its name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Ok => "ok",
            Self::Unreadable => "unreadable",
            Self::Failing => "failing",
        }
    }
}

/// An operation of the store.
#[derive(Clone, Copy, Debug)]
pub enum StoreOperation {
    /// A lookup.
    Read,
    /// A write.
    Write,
    /// An exchange with other instances.
    Exchange,
}

/// The results of operations.
pub struct StoreHealth {
    kind: &'static str,
    history: Mutex<OperationHistory>,
    log_throttle: LogThrottle,
}

#[derive(Default)]
struct OperationHistory {
    /// The error of the last operation of each kind; `None` if it succeeded.
    failures: [Option<StoreError>; 3],
    last_error: Option<StoreError>,
    paused_until: Option<Instant>,
}

impl StoreHealth {
    /// The health of a store of this kind that has not been asked yet.
    pub fn new(kind: &'static str) -> Self {
        Self { kind, history: Mutex::default(), log_throttle: LogThrottle::default() }
    }

    /// Whether the store may be asked now.
    pub fn may_ask(&self) -> bool {
        self.history().paused_until.is_none_or(|until| until <= Instant::now())
    }

    /// An operation succeeded.
    pub fn succeeded(&self, operation: StoreOperation) {
        let mut history = self.history();
        let before = history.state();
        history.failures[operation as usize] = None;
        if matches!(operation, StoreOperation::Exchange) {
            // The server answers, so failures of the connection to it are over.
            history.paused_until = None;
            for failure in &mut history.failures {
                failure.take_if(|error| error.is_of_connection());
            }
        }
        if before != StoreState::Ok && history.state() == StoreState::Ok {
            let kind = self.kind;
            self.log(Level::INFO, &format!("the {kind} store works again"));
        }
    }

    /// A lookup found nothing. So the store answers, but its records may still be damaged.
    pub fn found_nothing(&self) {
        if !self.history().failures[StoreOperation::Read as usize].as_ref().is_some_and(StoreError::is_of_one_record) {
            self.succeeded(StoreOperation::Read);
        }
    }

    /// An operation failed.
    pub fn failed(&self, operation: StoreOperation, error: StoreError) {
        let mut history = self.history();
        if matches!(error, StoreError::TimedOut(_)) {
            history.paused_until = Some(Instant::now() + PAUSE);
        }
        // A server that is gone fails in more than one way.
        let is_same = |known: &StoreError| *known == error || known.is_of_connection() && error.is_of_connection();
        let is_known = history.failures.iter().flatten().any(is_same);
        history.failures[operation as usize] = Some(error.clone());
        if !is_known {
            let (kind, state) = (self.kind, history.state());
            let consequence = match state {
                StoreState::Failing => "answers come from memory and providers only",
                _ => "what cannot be read is fetched again",
            };
            self.log(Level::WARN, &format!("the {kind} store {error}; {consequence}"));
        }
        history.last_error = Some(error);
    }

    /// The state, and the last error in words.
    pub fn state(&self) -> (StoreState, Option<String>) {
        let history = self.history();
        (history.state(), history.last_error.as_ref().map(ToString::to_string))
    }

    fn log(&self, level: Level, line: &str) {
        if !self.log_throttle.should_log(level, line) {
            return;
        }
        if level == Level::WARN {
            tracing::warn!("{line}");
        } else {
            tracing::info!("{line}");
        }
    }

    fn history(&self) -> MutexGuard<'_, OperationHistory> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OperationHistory {
    fn state(&self) -> StoreState {
        let mut failures = self.failures.iter().flatten();
        match failures.clone().next() {
            None => StoreState::Ok,
            Some(_) if failures.all(StoreError::is_of_one_record) => StoreState::Unreadable,
            Some(_) => StoreState::Failing,
        }
    }
}
