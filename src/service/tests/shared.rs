//! Services that share a store.

use std::collections::HashMap;

use super::*;
use crate::store::{LeaseId, RecordKey, SharedEngine, SharedPause, StoreEngine, StoreError, UsageReply, UsageReport};

/// An engine that several services use, as a server is used by several processes.
#[derive(Clone, Default)]
struct SharedMemoryEngine(Arc<Mutex<HubState>>);

#[derive(Default)]
struct HubState {
    records: HashMap<RecordKey, Vec<u8>>,
    /// The token of who holds a lease, and until when.
    leases: HashMap<RecordKey, (String, Instant)>,
    pause: Option<SharedPause>,
    calls: usize,
    is_down: bool,
}

impl SharedMemoryEngine {
    fn call<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut HubState) -> T,
    ) -> BoxFuture<'static, Result<T, StoreError>> {
        let mut state = self.0.lock().unwrap();
        state.calls += 1;
        let result = if state.is_down { Err(StoreError::Unreachable("down".to_owned())) } else { Ok(act(&mut state)) };
        async move { result }.boxed()
    }

    fn calls(&self) -> usize {
        self.0.lock().unwrap().calls
    }

    async fn start(&self, provider: &Arc<Fake>) -> Service {
        let clock = following_clock();
        let store = Store::new(Box::new(self.clone()), &clock, &Metrics::default());
        let service = Service::new(vec![Arc::clone(provider) as _], POLICY, store, &clock, Metrics::default());
        service.restore().await;
        service
    }
}

/// A wall clock that follows the paused clock of the tests. All services of a test start at noon.
fn following_clock() -> Clock {
    let began = Instant::now();
    Clock::from_fn(move || now() + SignedDuration::try_from(began.elapsed()).unwrap())
}

impl HubState {
    fn holds(&self, lease: &LeaseId) -> bool {
        self.leases.get(&lease.key).is_some_and(|(token, until)| *token == lease.token && *until > Instant::now())
    }
}

impl StoreEngine for SharedMemoryEngine {
    fn kind(&self) -> &'static str {
        "engine"
    }

    fn time_limit(&self) -> Duration {
        Duration::from_millis(50)
    }

    fn get(&self, key: &RecordKey) -> BoxFuture<'_, Result<Option<Vec<u8>>, StoreError>> {
        self.call(|state| state.records.get(key).cloned())
    }

    fn put(&self, key: &RecordKey, bytes: Vec<u8>, _: Timestamp) -> BoxFuture<'_, Result<(), StoreError>> {
        self.call(|state| drop(state.records.insert(key.clone(), bytes)))
    }

    fn shared(&self) -> Option<&dyn SharedEngine> {
        Some(self)
    }
}

impl SharedEngine for SharedMemoryEngine {
    fn take_lease<'a>(&'a self, lease: &'a LeaseId, term: Duration) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.call(|state| {
            let is_free = state.leases.get(&lease.key).is_none_or(|(_, until)| *until <= Instant::now());
            if is_free {
                state.leases.insert(lease.key.clone(), (lease.token.clone(), Instant::now() + term));
            }
            is_free
        })
    }

    fn extend_lease<'a>(&'a self, lease: &'a LeaseId, term: Duration) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.call(|state| {
            let is_held = state.holds(lease);
            if is_held {
                state.leases.insert(lease.key.clone(), (lease.token.clone(), Instant::now() + term));
            }
            is_held
        })
    }

    fn release_lease<'a>(&'a self, lease: &'a LeaseId) -> BoxFuture<'a, Result<(), StoreError>> {
        self.call(|state| {
            if state.holds(lease) {
                state.leases.remove(&lease.key);
            }
        })
    }

    fn exchange_usage<'a>(
        &'a self,
        _: &'a str,
        report: &'a UsageReport,
    ) -> BoxFuture<'a, Result<UsageReply, StoreError>> {
        self.call(|state| UsageReply {
            epoch: 1,
            is_accepted: true,
            instances: 2,
            wait: Duration::ZERO,
            used: vec![0; report.limits.len()],
            pause: state.pause.clone(),
        })
    }

    fn pause_account<'a>(&'a self, _: &'a str, pause: &'a SharedPause) -> BoxFuture<'a, Result<(), StoreError>> {
        self.call(|state| state.pause = Some(pause.clone()))
    }
}

/// A provider whose clock does so, too.
fn follower(acts: &[FakeAnswer]) -> Arc<Fake> {
    Arc::new(Fake { clock: following_clock(), ..fake_of("a", acts) })
}

fn slow(millis: u64, celsius: i8) -> FakeAnswer {
    After(Duration::from_millis(millis), Box::new(Good(celsius)))
}

#[tokio::test(start_paused = true)]
async fn a_place_is_fetched_once_for_all_and_a_hit_makes_no_call() {
    let (engine, provider) = (SharedMemoryEngine::default(), follower(&[slow(700, 1)]));
    let services = [engine.start(&provider).await, engine.start(&provider).await, engine.start(&provider).await];
    let answers = join_all(services.iter().map(current)).await;
    assert_eq!((answers, provider.asked()), (vec![("a", 1.0, false); 3], 1));
    sleep(Duration::from_secs(1)).await;
    let calls = engine.calls();
    join_all(services.iter().map(current)).await;
    assert_eq!(engine.calls(), calls);
    assert_eq!(current(&engine.start(&provider).await).await, ("a", 1.0, false), "one that starts later");
    assert_eq!(provider.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_has_a_stale_answer_does_not_wait_for_another_that_fetches() {
    let (engine, provider) = (SharedMemoryEngine::default(), follower(&[Good(1), slow(3000, 2)]));
    let services = [engine.start(&provider).await, engine.start(&provider).await];
    join_all(services.iter().map(current)).await;
    advance(POLICY.fresh_for).await;
    let fetching = tokio::spawn({
        let service = services[0].clone();
        async move { current(&service).await }
    });
    sleep(Duration::from_millis(100)).await;
    let asked = Instant::now();
    assert_eq!(current(&services[1]).await, ("a", 1.0, true));
    assert!(asked.elapsed() < Duration::from_millis(10), "{:?}", asked.elapsed());
    fetching.await.unwrap();
    sleep(Duration::from_secs(4)).await;
    assert_eq!((current(&services[1]).await, provider.asked()), (("a", 2.0, false), 2), "renewed by the other");
}

#[tokio::test(start_paused = true)]
async fn who_fetches_and_dies_costs_the_others_a_second() {
    let (engine, provider) = (SharedMemoryEngine::default(), follower(&[Good(1)]));
    let lease = LeaseId { key: persistence::report_key(LONDON), token: "of somebody who is dead".to_owned() };
    engine.take_lease(&lease, Duration::from_secs(1)).await.unwrap();
    let service = engine.start(&provider).await;
    let asked = Instant::now();
    assert_eq!(current(&service).await, ("a", 1.0, false));
    assert!((900..1200).contains(&asked.elapsed().as_millis()), "{:?}", asked.elapsed());
}

#[tokio::test(start_paused = true)]
async fn without_the_store_each_fetches_for_itself_at_once() {
    let (engine, provider) = (SharedMemoryEngine::default(), follower(&[Good(1)]));
    let services = [engine.start(&provider).await, engine.start(&provider).await];
    engine.0.lock().unwrap().is_down = true;
    let asked = Instant::now();
    let answers = join_all(services.iter().map(current)).await;
    assert_eq!((answers, provider.asked(), asked.elapsed()), (vec![("a", 1.0, false); 2], 2, Duration::ZERO));
    assert_eq!(services[0].store_status().state, crate::store::StoreState::Failing);
}

#[tokio::test(start_paused = true)]
async fn what_one_renewed_the_others_read_and_an_older_record_replaces_nothing() {
    let (engine, provider) = (SharedMemoryEngine::default(), follower(&[Good(1), Good(2)]));
    let services = [engine.start(&provider).await, engine.start(&provider).await];
    join_all(services.iter().map(current)).await;
    let older = engine.0.lock().unwrap().records.clone();
    advance(POLICY.fresh_for).await;
    assert_eq!(current(&services[0]).await, ("a", 2.0, false));
    assert_eq!((current(&services[1]).await, provider.asked()), (("a", 2.0, false), 2));
    engine.0.lock().unwrap().records = older;
    advance(POLICY.fresh_for).await;
    assert_eq!(current(&services[1]).await, ("a", 2.0, false), "fetched again");
    assert_eq!(provider.asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_one_pauses_the_provider_for_all() {
    let limited = Fail(ProviderError::RateLimited { retry_after: Some(Duration::from_mins(5)) });
    let (engine, provider) = (SharedMemoryEngine::default(), follower(&[limited]));
    let services = [engine.start(&provider).await, engine.start(&provider).await];
    assert!(current_at(&services[0], LONDON).await.is_err());
    let reporting = services[1].clone();
    let reporting = tokio::spawn(async move { reporting.report_usage().await });
    sleep(REPORT_INTERVAL * 2).await;
    reporting.abort();
    assert_eq!(services[1].status()[0].state, ProviderState::RateLimited);
    assert!(current_at(&services[1], elsewhere(1)).await.is_err());
    assert_eq!(provider.asked(), 1);
}
