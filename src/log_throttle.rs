//! Keeps a flood of one line out of the log.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{runtime::Handle, time::sleep};
use tracing::Level;

/// A line is logged at most once per interval.
const INTERVAL: Duration = Duration::from_secs(10);

/// How many different lines are counted. Further lines in an interval are counted together.
const MAX_LINES: usize = 1_000;

/// What the lines beyond [`MAX_LINES`] are counted as.
const OTHER_LINES: &str = "other lines";

/// Lets each line into the log once in ten seconds, and then logs how often it was suppressed.
///
/// Cheap to clone; clones share their counts.
#[derive(Clone)]
pub struct LogThrottle {
    /// How often each line of the current interval has been suppressed.
    suppressed: Arc<Mutex<HashMap<String, u64>>>,
    /// Logs how often a line was suppressed.
    write: WriteSummary,
}

type WriteSummary = Arc<dyn Fn(Level, &str, u64) + Send + Sync>;

impl Default for LogThrottle {
    fn default() -> Self {
        Self::writing(|level, line, count| {
            let seconds = INTERVAL.as_secs();
            match level {
                Level::ERROR => tracing::error!(count, "{line} ({count} more times in {seconds} s)"),
                Level::WARN => tracing::warn!(count, "{line} ({count} more times in {seconds} s)"),
                _ => tracing::info!(count, "{line} ({count} more times in {seconds} s)"),
            }
        })
    }
}

impl LogThrottle {
    fn writing(write: impl Fn(Level, &str, u64) + Send + Sync + 'static) -> Self {
        Self { suppressed: Arc::default(), write: Arc::new(write) }
    }

    /// Whether the caller should log this line now. If not, one line at this level reports the number of suppressed
    /// lines at the end of the interval.
    pub fn should_log(&self, level: Level, line: &str) -> bool {
        // Without a runtime, nothing can wait for the end of the interval.
        let Ok(runtime) = Handle::try_current() else { return true };
        let mut suppressed = self.suppressed.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over_limit = suppressed.len() >= MAX_LINES && !suppressed.contains_key(line);
        let line = if is_over_limit { OTHER_LINES } else { line };
        if let Some(count) = suppressed.get_mut(line) {
            *count += 1;
            return false;
        }
        suppressed.insert(line.to_owned(), 0);
        runtime.spawn(self.clone().summarize(level, line.to_owned()));
        true
    }

    async fn summarize(self, level: Level, line: String) {
        sleep(INTERVAL).await;
        let count = self.suppressed.lock().unwrap_or_else(PoisonError::into_inner).remove(&line).unwrap_or_default();
        if count > 0 {
            (self.write)(level, &line, count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Log = Arc<Mutex<Vec<String>>>;

    /// A throttle, and the log that it and its callers write.
    fn throttle() -> (LogThrottle, Log) {
        let log = Log::default();
        let writes = Arc::clone(&log);
        let write = move |level, line: &str, count| writes.lock().unwrap().push(format!("{level} {line} x{count}"));
        (LogThrottle::writing(write), log)
    }

    fn warn(throttle: &LogThrottle, log: &Log, line: &str) {
        if throttle.should_log(Level::WARN, line) {
            log.lock().unwrap().push(line.to_owned());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_one_line_and_then_a_count() {
        let (throttle, log) = throttle();
        for _ in 0..300 {
            warn(&throttle, &log, "disk full");
        }
        warn(&throttle, &log, "another");
        sleep(INTERVAL * 2).await;
        assert_eq!(*log.lock().unwrap(), ["disk full", "another", "WARN disk full x299"]);
        log.lock().unwrap().clear();
        warn(&throttle, &log, "disk full");
        sleep(INTERVAL * 2).await;
        assert_eq!(*log.lock().unwrap(), ["disk full"], "once is not counted");
    }

    #[tokio::test(start_paused = true)]
    async fn the_number_of_remembered_lines_is_bounded() {
        let (throttle, log) = throttle();
        for n in 0..5 * MAX_LINES {
            warn(&throttle, &log, &format!("line {n}"));
        }
        assert_eq!(log.lock().unwrap().len(), MAX_LINES + 1);
        assert_eq!(throttle.suppressed.lock().unwrap().len(), MAX_LINES + 1);
        sleep(INTERVAL * 2).await;
        let summary = format!("WARN {OTHER_LINES} x{}", 4 * MAX_LINES - 1);
        assert_eq!(log.lock().unwrap()[MAX_LINES + 1..], [summary]);
        assert!(throttle.suppressed.lock().unwrap().is_empty());
    }

    #[test]
    fn without_a_runtime_every_line_is_logged() {
        let (throttle, _) = throttle();
        assert!((0..3).all(|_| throttle.should_log(Level::WARN, "line")));
    }
}
