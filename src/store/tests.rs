use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::{sync::Notify, time::advance};

use super::*;

const HOUR: Duration = Duration::from_hours(1);

/// A folder for one test, which is removed when the test ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let name = format!("weather-app-store-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    /// The one file about a subject.
    fn file(&self, subject: RecordSubject) -> PathBuf {
        let mut files = fs::read_dir(self.data().join(subject.name())).unwrap();
        let file = files.next().unwrap().unwrap().path();
        assert!(files.next().is_none());
        file
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn on_disk(path: impl Into<PathBuf>) -> Store {
    with(DiskEngine::new(path, HOUR * 24))
}

fn with(engine: impl StoreEngine + 'static) -> Store {
    Store::new(Box::new(engine), &Clock::system(), &Metrics::default())
}

fn key(id: &str) -> RecordKey {
    RecordKey::new(RecordSubject::Report, id)
}

fn in_an_hour() -> Timestamp {
    Timestamp::now() + jiff::SignedDuration::from_hours(1)
}

#[track_caller]
fn assert_state(store: &Store, state: StoreState, last_error: &str) {
    let status = store.status();
    assert_eq!((status.state, &*status.last_error.unwrap_or_default()), (state, last_error));
}

#[tokio::test]
async fn what_is_written_is_there_after_a_restart_and_nothing_else_is() {
    let scratch = Scratch::new();
    let store = on_disk(scratch.data());
    let odd = key("a/../\0 very long name".repeat(300).as_str());
    store.put(&key("1"), b"one", in_an_hour()).await;
    store.put(&odd, b"odd", in_an_hour()).await;
    store.put_in_background(key("2"), in_an_hour(), || b"two".to_vec());
    store.put(&key("old"), b"expired", Timestamp::UNIX_EPOCH).await;
    store.flush().await;
    drop(store);
    let store = on_disk(scratch.data());
    for (key, contents) in [(&key("1"), "one"), (&key("2"), "two"), (&odd, "odd")] {
        assert_eq!(store.get(key).await.as_deref(), Some(contents.as_bytes()));
    }
    assert_eq!(store.get(&key("old")).await, None);
    assert_eq!(store.get(&RecordKey::new(RecordSubject::Name, "1")).await, None, "another subject");
    assert_state(&store, StoreState::Ok, "");
}

#[tokio::test]
async fn without_an_engine_nothing_is_kept_and_nothing_is_wrong() {
    let store = Store::default();
    store.put(&key("1"), b"one", in_an_hour()).await;
    store.put_in_background(key("1"), in_an_hour(), || panic!("it is not used"));
    store.flush().await;
    assert_eq!(store.get(&key("1")).await, None);
    assert_eq!(store.status(), StoreStatus { kind: "none", state: StoreState::Off, last_error: None });
}

/// A way to damage or change a file.
type FileDamage = fn(&Path);

#[tokio::test]
async fn an_unreadable_record_is_reported_and_affects_nothing_else() {
    let cases: [(&str, FileDamage, &str); 6] = [
        ("truncated", |file| truncate(file, 10), "holds a damaged record: its checksum is wrong"),
        ("empty", |file| truncate(file, 0), "holds a damaged record: it is empty"),
        ("zeroed", |file| write(file, &[0; 4096]), "holds a damaged record: its checksum is wrong"),
        ("flipped", flip, "holds a damaged record: its checksum is wrong"),
        ("too long", |file| truncate(file, 2 << 20), "holds a damaged record: it is too long"),
        ("newer", make_newer, "holds a record of version 3, which this program does not read"),
    ];
    for (name, damage, error) in cases {
        let scratch = Scratch::new();
        let store = on_disk(scratch.data());
        store.put(&key("1"), b"one", in_an_hour()).await;
        damage(&scratch.file(RecordSubject::Report));
        store.put(&key("2"), b"two", in_an_hour()).await;
        assert_eq!(store.get(&key("1")).await, None, "{name}");
        assert_state(&store, StoreState::Unreadable, error);
        assert_eq!(store.get(&key("absent")).await, None);
        assert_state(&store, StoreState::Unreadable, error);
        assert!(store.get(&key("2")).await.is_some(), "{name}");
        assert_state(&store, StoreState::Ok, error);
        store.put(&key("1"), b"again", in_an_hour()).await;
        assert_eq!(store.get(&key("1")).await.as_deref(), Some(&b"again"[..]), "{name}");
    }
}

fn write(file: &Path, bytes: &[u8]) {
    fs::write(file, bytes).unwrap();
}

fn truncate(file: &Path, length: u64) {
    fs::OpenOptions::new().write(true).open(file).unwrap().set_len(length).unwrap();
}

fn flip(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    *bytes.last_mut().unwrap() ^= 4;
    write(file, &bytes);
}

fn make_newer(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    bytes[4..6].copy_from_slice(&(record::VERSION + 1).to_le_bytes());
    let checksum = crc32fast::hash(&bytes[4..]).to_le_bytes();
    bytes[..4].copy_from_slice(&checksum);
    write(file, &bytes);
}

#[tokio::test]
async fn an_unusable_folder_is_reported_and_retried() {
    let scratch = Scratch::new();
    fs::write(scratch.data(), "a file").unwrap();
    let store = on_disk(scratch.data().join("in a file"));
    assert_eq!(store.get(&key("1")).await, None);
    assert_state(&store, StoreState::Failing, "cannot open its folder: Not a directory (os error 20)");
    fs::remove_file(scratch.data()).unwrap();
    fs::create_dir(scratch.data()).unwrap();
    write_until_it_works(&store).await;
    assert_eq!(store.status().state, StoreState::Ok);
}

/// Writes until that works: a folder is not tried again at once.
async fn write_until_it_works(store: &Store) {
    for _ in 0..200 {
        store.put(&key("1"), b"one", in_an_hour()).await;
        if store.get(&key("1")).await.is_some() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{:?}", store.status());
}

#[tokio::test]
async fn a_folder_that_disappears_is_made_anew() {
    let scratch = Scratch::new();
    let store = on_disk(scratch.data());
    store.put(&key("1"), b"one", in_an_hour()).await;
    fs::remove_dir_all(scratch.data()).unwrap();
    store.put(&key("1"), b"one", in_an_hour()).await;
    assert_state(&store, StoreState::Failing, "cannot write: No such file or directory (os error 2)");
    write_until_it_works(&store).await;
}

#[tokio::test]
async fn one_process_at_a_time_uses_a_folder() {
    let scratch = Scratch::new();
    let first = on_disk(scratch.data());
    first.put(&key("1"), b"one", in_an_hour()).await;
    let second = on_disk(scratch.data());
    assert_eq!(second.get(&key("1")).await, None);
    second.put(&key("1"), b"two", in_an_hour()).await;
    assert_state(&second, StoreState::Failing, "is in use by another process");
    assert_eq!(first.get(&key("1")).await.as_deref(), Some(&b"one"[..]));
    drop(first);
    write_until_it_works(&second).await;
}

#[tokio::test]
async fn what_a_killed_process_did_not_finish_is_removed() {
    let scratch = Scratch::new();
    on_disk(scratch.data()).put(&key("1"), b"one", in_an_hour()).await;
    let unfinished = scratch.data().join("new").join("7");
    write(&unfinished, b"half");
    assert!(on_disk(scratch.data()).get(&key("1")).await.is_some());
    assert!(!unfinished.exists());
}

/// An engine whose behaviour the test decides.
#[derive(Default)]
struct Played {
    asked: Arc<AtomicUsize>,
    hangs: bool,
    go: Option<Arc<Notify>>,
    written: Arc<Mutex<Vec<String>>>,
}

impl StoreEngine for Played {
    fn kind(&self) -> &'static str {
        "played"
    }

    fn time_limit(&self) -> Duration {
        Duration::from_millis(50)
    }

    fn get(&self, _: &RecordKey) -> BoxFuture<'_, Result<Option<Vec<u8>>, StoreError>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let hangs = self.hangs;
        async move { if hangs { std::future::pending().await } else { Ok(None) } }.boxed()
    }

    fn put(&self, key: &RecordKey, _: Vec<u8>, _: Timestamp) -> BoxFuture<'_, Result<(), StoreError>> {
        let id = key.id.clone();
        async move {
            if let Some(go) = &self.go {
                go.notified().await;
            }
            self.written.lock().unwrap().push(id);
            Ok(())
        }
        .boxed()
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_hangs_times_out_and_is_then_paused() {
    let engine = Played { hangs: true, ..Played::default() };
    let asked = Arc::clone(&engine.asked);
    let store = with(engine);
    let before = tokio::time::Instant::now();
    for _ in 0..100 {
        assert_eq!(store.get(&key("1")).await, None);
    }
    assert_eq!(before.elapsed(), Duration::from_millis(50), "one waits for all");
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    assert_state(&store, StoreState::Failing, "did not answer within 50 ms");
    advance(Duration::from_secs(6)).await;
    store.get(&key("1")).await;
    assert_eq!(asked.load(Ordering::Relaxed), 2, "it is tried again");
}

#[tokio::test]
async fn a_store_that_does_not_keep_up_loses_what_is_too_much() {
    let go = Arc::new(Notify::new());
    let engine = Played { go: Some(Arc::clone(&go)), ..Played::default() };
    let written = Arc::clone(&engine.written);
    let store = with(engine);
    for n in 0..MAX_PENDING + 5 {
        store.put_in_background(key(&n.to_string()), in_an_hour(), Vec::new);
    }
    assert!(written.lock().unwrap().is_empty(), "it runs in the background");
    for _ in 0..MAX_PENDING {
        tokio::task::yield_now().await;
        go.notify_one();
    }
    store.flush().await;
    assert_eq!(written.lock().unwrap().len(), MAX_PENDING);
}
