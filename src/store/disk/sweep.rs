//! Keeps the folder within its bound: removes expired files, and the oldest if there are too many.

use std::{
    fs::{self, DirEntry},
    io,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use crate::store::engine::RecordSubject;

/// The maximum size of all files in bytes: some 40,000 places, twice what memory holds by default.
const MAX_BYTES: u64 = 256 << 20;

/// The size to which a folder that is too large is reduced, in percent of the maximum, so that the next sweep is not due
/// at once.
const REDUCE_TO_PERCENT: u64 = 90;

/// The block size of nearly all file systems, in bytes. A file takes whole blocks.
const BLOCK: u64 = 4096;

/// How often the folder is swept for expired files.
const INTERVAL: Duration = Duration::from_hours(1);

/// Sweeps the folder when that is due.
pub struct Sweeper {
    max_age: Duration,
    max_bytes: u64,
    /// The size of all files, as far as it is known.
    used: AtomicU64,
    is_sweeping: AtomicBool,
    last_sweep: Mutex<Option<Instant>>,
}

struct RecordFile {
    path: PathBuf,
    written: SystemTime,
    bytes: u64,
    is_evictable: bool,
}

impl Sweeper {
    /// Removes files older than this, and the oldest if there are too many.
    pub fn new(max_age: Duration) -> Self {
        Self::with_bound(max_age, MAX_BYTES)
    }

    fn with_bound(max_age: Duration, max_bytes: u64) -> Self {
        let (used, is_sweeping, last_sweep) = (AtomicU64::new(0), AtomicBool::new(false), Mutex::default());
        Self { max_age, max_bytes, used, is_sweeping, last_sweep }
    }

    /// Records that a file of `written` bytes has replaced one of `replaced` bytes.
    pub fn note(&self, written: u64, replaced: u64) {
        self.used.fetch_add(on_disk(written), Ordering::Relaxed);
        // The replaced file may never have been counted.
        let less = |used: u64| Some(used.saturating_sub(on_disk(replaced)));
        let _ = self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }

    /// Whether a sweep is due and none is running. If so, the caller must sweep.
    pub fn is_due(&self) -> bool {
        let last = *self.last_sweep.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due =
            self.used.load(Ordering::Relaxed) > self.max_bytes || last.is_none_or(|last| last.elapsed() >= INTERVAL);
        is_due && !self.is_sweeping.swap(true, Ordering::Relaxed)
    }

    /// Sweeps the folder.
    pub fn sweep(&self, folder: &Path) {
        let mut files: Vec<_> = RecordSubject::ALL.into_iter().flat_map(|subject| files(folder, subject)).collect();
        let now = SystemTime::now();
        files.retain(|file| {
            let age = now.duration_since(file.written).unwrap_or_default();
            age <= self.max_age || fs::remove_file(&file.path).is_err()
        });
        let mut used = files.iter().map(|file| file.bytes).sum();
        if used > self.max_bytes {
            files.sort_by_key(|file| file.written);
            let left = self.max_bytes / 100 * REDUCE_TO_PERCENT;
            for file in files.iter().filter(|file| file.is_evictable) {
                if used <= left {
                    break;
                }
                if fs::remove_file(&file.path).is_ok() {
                    used -= file.bytes;
                }
            }
        }
        self.used.store(used, Ordering::Relaxed);
        *self.last_sweep.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        self.is_sweeping.store(false, Ordering::Relaxed);
    }
}

fn on_disk(bytes: u64) -> u64 {
    bytes.next_multiple_of(BLOCK)
}

/// The files of a subject, as far as they can be listed.
fn files(folder: &Path, subject: RecordSubject) -> impl Iterator<Item = RecordFile> {
    let found = move |entry: io::Result<DirEntry>| {
        let entry = entry.ok()?;
        let metadata = entry.metadata().ok().filter(fs::Metadata::is_file)?;
        let written = metadata.modified().ok()?;
        let bytes = on_disk(metadata.len());
        Some(RecordFile { path: entry.path(), written, bytes, is_evictable: subject.is_unbounded() })
    };
    fs::read_dir(folder.join(subject.name())).into_iter().flatten().filter_map(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    /// Writes files of one block each, so many days old, and returns which of them a sweep leaves.
    fn left(max_bytes: u64, files: &[(RecordSubject, u32)]) -> Vec<usize> {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let name = format!("weather-app-sweep-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        let path = |(n, (subject, _)): (usize, &(RecordSubject, u32))| folder.join(subject.name()).join(n.to_string());
        let paths: Vec<_> = files.iter().enumerate().map(path).collect();
        for (path, (_, days)) in paths.iter().zip(files) {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
            fs::File::options().write(true).open(path).unwrap().set_modified(SystemTime::now() - DAY * *days).unwrap();
        }
        let sweeper = Sweeper::with_bound(DAY * 10, max_bytes);
        assert!(sweeper.is_due() && !sweeper.is_due(), "one at a time");
        sweeper.sweep(&folder);
        assert!(!sweeper.is_due(), "just done");
        let left: Vec<_> = (0..files.len()).filter(|n| paths[*n].exists()).collect();
        assert_eq!(sweeper.used.load(Ordering::Relaxed), left.len() as u64 * BLOCK);
        fs::remove_dir_all(folder).unwrap();
        left
    }

    #[test]
    fn expired_files_are_removed_and_the_oldest_if_there_are_too_many() {
        use RecordSubject::{Budget, Name, Pause, Report};
        let files = [(Report, 3), (Pause, 9), (Report, 1), (Name, 2), (Report, 11), (Budget, 12), (Report, 0)];
        assert_eq!(left(1 << 20, &files), [0, 1, 2, 3, 6]);
        // Room for four, of which nine tenths are left: three.
        assert_eq!(left(4 * BLOCK, &files), [1, 2, 6], "subjects with few records are kept");
    }

    #[test]
    fn a_sweep_is_due_again_when_too_much_was_written() {
        let sweeper = Sweeper::with_bound(DAY, 2 * BLOCK);
        assert!(sweeper.is_due());
        sweeper.sweep(Path::new("/nowhere"));
        sweeper.note(1, 0);
        sweeper.note(BLOCK, 1);
        assert!(!sweeper.is_due());
        sweeper.note(BLOCK + 1, 0);
        assert!(sweeper.is_due());
    }
}
