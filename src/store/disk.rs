//! The engine for one machine: a folder with a file for each record.
//!
//! ```text
//! DATA_DIR/lock                       locked by the process that uses the folder
//! DATA_DIR/new/                       unfinished files
//! DATA_DIR/reports/<name>             a record, named by a digest of its key
//! ```
//!
//! A record is written to a new file, which then replaces the old one. So a reader, or a process that is started after a
//! kill, finds either the old record or the new one. Files are read and written on blocking threads, only a few at a
//! time, so that a hanging disk blocks few threads. Requests stop waiting after the time limit.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::{FutureExt, future::BoxFuture};
use jiff::Timestamp;
use tokio::{
    sync::Semaphore,
    task::{JoinError, spawn_blocking},
};

use super::engine::{RecordKey, RecordSubject, StoreEngine, StoreError};
use crate::fingerprint::fingerprint;

mod sweep;

use sweep::Sweeper;

/// How long a request waits for the disk: time for a few seeks of a busy hard disk.
const TIME_LIMIT: Duration = Duration::from_millis(250);

/// How many records are read at the same time.
const READERS: usize = 8;

/// How long after a failure the folder is tried again. Meanwhile it may have been mounted, or released by another
/// process.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// The longest record. A longer file is damaged.
const MAX_RECORD_BYTES: u64 = 1 << 20;

const LOCK: &str = "lock";
const NEW: &str = "new";

/// Records as files in a folder.
pub struct DiskEngine {
    folder: Arc<RecordFolder>,
    readers: Arc<Semaphore>,
    /// One write at a time, in the order of the calls.
    writer: Arc<Semaphore>,
}

struct RecordFolder {
    path: PathBuf,
    access: Mutex<FolderAccess>,
    written: AtomicU64,
    sweeper: Sweeper,
}

/// Whether this process may use the folder.
enum FolderAccess {
    /// It has not been tried yet.
    Untried,
    /// It may, while it holds the lock.
    Granted {
        /// Holds the lock while it is open.
        _lock: File,
    },
    /// The last attempt failed, at this moment.
    Denied(StoreError, Instant),
}

impl DiskEngine {
    /// Records in this folder, which is opened when it is first used, and created if its parent exists. Files older than
    /// `max_age` are removed.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, max_age: Duration) -> Self {
        let path = path.into();
        let sweeper = Sweeper::new(max_age);
        let folder =
            RecordFolder { path, access: Mutex::new(FolderAccess::Untried), written: AtomicU64::new(0), sweeper };
        Self {
            folder: Arc::new(folder),
            readers: Arc::new(Semaphore::new(READERS)),
            writer: Arc::new(Semaphore::new(1)),
        }
    }

    /// Runs blocking work on a blocking thread. Holds its permit until the work is done, even if the caller stops waiting.
    async fn run_blocking<T: Send + 'static>(
        semaphore: Arc<Semaphore>,
        work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = semaphore.acquire_owned().await;
        let work = move || {
            let done = work();
            drop(permit);
            done
        };
        spawn_blocking(work).await.unwrap_or_else(|error| Err(stopped(&error)))
    }
}

fn stopped(error: &JoinError) -> StoreError {
    StoreError::Io {
        action: "finish",
        reason: if error.is_panic() { "it panicked" } else { "it is ending" }.to_owned(),
    }
}

impl StoreEngine for DiskEngine {
    fn kind(&self) -> &'static str {
        "disk"
    }

    fn time_limit(&self) -> Duration {
        TIME_LIMIT
    }

    fn get(&self, key: &RecordKey) -> BoxFuture<'_, Result<Option<Vec<u8>>, StoreError>> {
        let (folder, key) = (Arc::clone(&self.folder), key.clone());
        Self::run_blocking(Arc::clone(&self.readers), move || folder.read(&key)).boxed()
    }

    fn put(&self, key: &RecordKey, bytes: Vec<u8>, _expires_at: Timestamp) -> BoxFuture<'_, Result<(), StoreError>> {
        let (folder, key) = (Arc::clone(&self.folder), key.clone());
        Self::run_blocking(Arc::clone(&self.writer), move || {
            folder.write(&key, &bytes)?;
            if folder.sweeper.is_due() {
                spawn_blocking(move || folder.sweeper.sweep(&folder.path));
            }
            Ok(())
        })
        .boxed()
    }
}

impl RecordFolder {
    fn read(&self, key: &RecordKey) -> Result<Option<Vec<u8>>, StoreError> {
        self.open()?;
        let mut bytes = Vec::new();
        let read = File::open(self.file(key)).and_then(|file| file.take(MAX_RECORD_BYTES + 1).read_to_end(&mut bytes));
        match read {
            Ok(_) if bytes.len() as u64 > MAX_RECORD_BYTES => Err(StoreError::Damaged("it is too long")),
            Ok(_) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::io("read", &error)),
        }
    }

    fn write(&self, key: &RecordKey, bytes: &[u8]) -> Result<(), StoreError> {
        self.open()?;
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let (new, file) = (self.path.join(NEW).join(number.to_string()), self.file(key));
        let replaced = fs::metadata(&file).map_or(0, |old| old.len());
        let written = fs::write(&new, bytes).and_then(|()| fs::rename(&new, file));
        if let Err(error) = written {
            // The file may not exist.
            let _ = fs::remove_file(new);
            if error.kind() == ErrorKind::NotFound {
                // The folder is gone, and the lock with it.
                *self.access() = FolderAccess::Untried;
            }
            return Err(StoreError::io("write", &error));
        }
        self.sweeper.note(bytes.len() as u64, replaced);
        Ok(())
    }

    fn file(&self, key: &RecordKey) -> PathBuf {
        self.path.join(key.subject.name()).join(fingerprint(&[&key.id]))
    }

    /// Makes sure that this process may use the folder.
    fn open(&self) -> Result<(), StoreError> {
        let mut access = self.access();
        match &*access {
            FolderAccess::Granted { .. } => return Ok(()),
            FolderAccess::Denied(error, at) if at.elapsed() < RETRY_INTERVAL => return Err(error.clone()),
            FolderAccess::Denied(..) | FolderAccess::Untried => {}
        }
        match lock(&self.path) {
            Ok(lock) => {
                *access = FolderAccess::Granted { _lock: lock };
                Ok(())
            }
            Err(error) => {
                *access = FolderAccess::Denied(error.clone(), Instant::now());
                Err(error)
            }
        }
    }

    fn access(&self) -> MutexGuard<'_, FolderAccess> {
        self.access.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Locks the folder for this process, creates missing subfolders, and removes unfinished files.
fn lock(path: &Path) -> Result<File, StoreError> {
    let failed = |error: io::Error| StoreError::io("open its folder", &error);
    make_folder(path).map_err(failed)?;
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(path.join(LOCK)).map_err(failed)?;
    lock.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => StoreError::Locked,
        TryLockError::Error(error) => failed(error),
    })?;
    for name in RecordSubject::ALL.map(RecordSubject::name).into_iter().chain([NEW]) {
        make_folder(&path.join(name)).map_err(failed)?;
    }
    for unfinished in fs::read_dir(path.join(NEW)).map_err(failed)? {
        fs::remove_file(unfinished.map_err(failed)?.path()).map_err(failed)?;
    }
    Ok(lock)
}

fn make_folder(path: &Path) -> io::Result<()> {
    match fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}
