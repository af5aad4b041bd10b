//! A service that is restarted with the store of another one.

use std::collections::HashMap;

use super::*;
use crate::store::{RecordKey, StoreEngine, StoreError};

const HOURS: i64 = 3600;

/// An engine that keeps records in this process, as a disk does in files.
#[derive(Clone, Default)]
struct MemoryEngine {
    records: Arc<Mutex<HashMap<RecordKey, Vec<u8>>>>,
    count_lookup: Arc<AtomicUsize>,
    /// How long it takes to write a record.
    delay: Duration,
    hangs: bool,
}

impl StoreEngine for MemoryEngine {
    fn kind(&self) -> &'static str {
        "engine"
    }

    fn time_limit(&self) -> Duration {
        Duration::from_millis(50)
    }

    fn get(&self, key: &RecordKey) -> BoxFuture<'_, Result<Option<Vec<u8>>, StoreError>> {
        self.count_lookup.fetch_add(1, Ordering::Relaxed);
        let bytes = self.records.lock().unwrap().get(key).cloned();
        async move { if self.hangs { std::future::pending().await } else { Ok(bytes) } }.boxed()
    }

    fn put(&self, key: &RecordKey, bytes: Vec<u8>, _: Timestamp) -> BoxFuture<'_, Result<(), StoreError>> {
        let key = key.clone();
        async move {
            sleep(self.delay).await;
            self.records.lock().unwrap().insert(key, bytes);
            Ok(())
        }
        .boxed()
    }
}

impl MemoryEngine {
    fn count_lookup(&self) -> usize {
        self.count_lookup.load(Ordering::Relaxed)
    }

    /// A service with this store that is started so many seconds after noon.
    async fn start(&self, provider: &Arc<Fake>, policy: ServicePolicy, seconds: i64) -> Service {
        let clock = Clock::from_fn(move || now() + SignedDuration::from_secs(seconds));
        let store = Store::new(Box::new(self.clone()), &clock, &Metrics::default());
        let providers = vec![Arc::clone(provider) as Arc<dyn Provider>];
        let service = Service::new(providers, policy, store, &clock, Metrics::default());
        service.restore().await;
        self.count_lookup.store(0, Ordering::Relaxed);
        service
    }

    /// A store in which a service that was asked at noon has left what it knows.
    async fn after_noon(act: FakeAnswer) -> Self {
        let engine = Self::default();
        let service = engine.start(&fake("a", &[act]), POLICY, 0).await;
        current(&service).await;
        service.flush().await;
        engine
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_known_is_served_in_an_outage_with_its_true_age() {
    let engine = MemoryEngine::after_noon(Good(1)).await;
    let provider = fake("a", &[refused()]);
    let service = engine.start(&provider, POLICY, 5 * HOURS).await;
    let answer = service.current(LONDON, caller(1), service.deadline()).await.unwrap();
    assert_eq!((answer.sourced.fetched_at, answer.stale), (now(), true));
    assert_eq!(answer.usable_until.left(service.now()), Duration::from_hours(1), "until it is six hours old");
    assert_eq!(forecast(&service).await, ("a", 1.0, true));
    assert_eq!(engine.count_lookup(), 1, "memory is the first level");
}

#[tokio::test(start_paused = true)]
async fn nothing_older_than_what_may_be_served_is_read_back() {
    for (seconds, is_served) in [(6 * HOURS - 1, true), (6 * HOURS, false), (-59, true), (-61, false)] {
        let engine = MemoryEngine::after_noon(Good(1)).await;
        let service = engine.start(&fake("a", &[refused()]), POLICY, seconds).await;
        assert_eq!(current_at(&service, LONDON).await.is_ok(), is_served, "{seconds} s after noon");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_still_fresh_is_read_once_for_all_and_asked_of_nobody() {
    let engine = MemoryEngine::after_noon(Good(1)).await;
    let provider = fake("a", &[Good(2)]);
    let service = engine.start(&provider, POLICY, 9 * 60).await;
    let all = join_all((0..1000).map(|_| current(&service))).await;
    assert!(all.iter().all(|served| *served == ("a", 1.0, false)));
    assert_eq!((provider.asked(), engine.count_lookup()), (0, 1));
    advance(Duration::from_secs(61)).await;
    assert_eq!((current(&service).await, provider.asked()), (("a", 2.0, false), 1));
}

#[tokio::test(start_paused = true)]
async fn new_settings_and_requested_freshness_apply_to_restored_reports() {
    let hour = Duration::from_hours(1);
    let engine = MemoryEngine::after_noon(GoodUntil(1, hour)).await;
    let provider = fake("a", &[Good(2)]);
    let service = engine.start(&provider, POLICY, HOURS - 60).await;
    assert_eq!((current(&service).await, provider.asked()), (("a", 1.0, false), 0), "wished");
    let strict = ServicePolicy { fresh_for: Duration::from_mins(1), ..POLICY };
    let engine = MemoryEngine::after_noon(Good(1)).await;
    let service = engine.start(&provider, strict, 2 * 60).await;
    assert_eq!((current(&service).await, provider.asked()), (("a", 2.0, false), 1), "changed settings");
}

#[tokio::test(start_paused = true)]
async fn a_provider_recognises_what_it_said_before_the_restart() {
    let engine = MemoryEngine::after_noon(GoodUntil(1, Duration::ZERO)).await;
    let provider = fake("a", &[Good(2)]);
    current(&engine.start(&provider, POLICY, HOURS).await).await;
    assert_eq!(*provider.validators.lock().unwrap(), [Some("said 1".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn what_a_provider_said_that_is_asked_no_more_is_left_out() {
    let engine = MemoryEngine::after_noon(Good(1)).await;
    let service = engine.start(&fake("b", &[refused()]), POLICY, HOURS).await;
    assert!(current_at(&service, LONDON).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn an_answer_waits_for_no_write() {
    let engine = MemoryEngine { delay: Duration::from_secs(1), ..MemoryEngine::default() };
    let provider = fake("a", &[Good(1)]);
    let service = engine.start(&provider, POLICY, 0).await;
    let before = Instant::now();
    current(&service).await;
    assert_eq!((before.elapsed(), engine.records.lock().unwrap().len()), (Duration::ZERO, 0));
    service.flush().await;
    assert_eq!(engine.records.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_hangs_costs_a_miss_its_time_limit_and_a_hit_nothing() {
    let engine = MemoryEngine { hangs: true, ..MemoryEngine::default() };
    let service = engine.start(&fake("a", &[Good(1)]), POLICY, 0).await;
    advance(Duration::from_secs(10)).await;
    let before = Instant::now();
    assert_eq!(current(&service).await, ("a", 1.0, false));
    assert_eq!(before.elapsed(), Duration::from_millis(50));
    assert_eq!(current(&service).await, ("a", 1.0, false));
    current_at(&service, elsewhere(1)).await.unwrap();
    assert_eq!((before.elapsed(), engine.count_lookup()), (Duration::from_millis(50), 1), "then it is paused");
}

#[tokio::test(start_paused = true)]
async fn in_an_outage_the_store_is_not_asked_time_and_again_for_what_it_does_not_have() {
    let engine = MemoryEngine::default();
    let service = engine.start(&fake("a", &[refused()]), POLICY, 0).await;
    for _ in 0..100 {
        current_at(&service, LONDON).await.unwrap_err();
    }
    assert_eq!(engine.count_lookup(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_pause_survives_a_restart_only_after_a_refusal() {
    let limited = ProviderError::RateLimited { retry_after: Some(Duration::from_mins(30)) };
    for (error, state, rest) in [
        (ProviderError::KeyRejected, ProviderState::KeyRejected, Some(Duration::from_mins(4))),
        (limited, ProviderState::RateLimited, Some(Duration::from_mins(29))),
        (ProviderError::Refused(403), ProviderState::Open, Some(Duration::from_mins(4))),
        (ProviderError::TimedOut, ProviderState::Ok, None),
    ] {
        let engine = MemoryEngine::default();
        let service = engine.start(&fake("a", &[Fail(error.clone())]), POLICY, 0).await;
        current_at(&service, LONDON).await.unwrap_err();
        service.flush().await;
        let provider = fake("a", &[Good(1)]);
        let service = engine.start(&provider, POLICY, 60).await;
        assert_eq!(service.status()[0].state, state, "{error}");
        assert_eq!(current_at(&service, LONDON).await.is_err(), rest.is_some(), "{error}");
        if let Some(rest) = rest {
            advance(rest).await;
            assert_eq!((current(&service).await, provider.asked()), (("a", 1.0, false), 1), "{error}");
        }
        let other = engine.start(&fake("b", &[Good(1)]), POLICY, 60).await;
        assert_eq!(other.status()[0].state, ProviderState::Ok, "another account");
    }
}

#[tokio::test(start_paused = true)]
async fn a_restart_does_not_reset_the_quota() {
    let engine = MemoryEngine::default();
    let mut sent = 0;
    for start in 0..20 {
        let provider = Arc::new(Fake { per_minute: Some(5), ..fake_of("a", &[Good(1)]) });
        let service = engine.start(&provider, POLICY, start).await;
        for n in 0..3 {
            let place = i16::try_from(start).unwrap() * 10 + n;
            let _ = current_at(&service, elsewhere(place)).await;
        }
        sent += provider.asked();
    }
    assert_eq!(sent, 5);
    let provider = Arc::new(Fake { per_minute: Some(5), ..fake_of("a", &[Good(1)]) });
    let service = engine.start(&provider, POLICY, 80).await;
    assert!(current_at(&service, elsewhere(1_000)).await.is_ok(), "a minute later");
}
