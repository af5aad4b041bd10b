//! The service with scripted providers and a paused clock.

use std::{
    net::IpAddr,
    sync::{
        Mutex,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, join_all},
};
use jiff::{SignedDuration, Timestamp};
use tokio::time::{advance, sleep};

use super::{policy::FAILURE_TTL, *};
use crate::{byte_cache::CacheBudget, provider::ProviderError};

const LONDON: Coordinates = Coordinates::from_hundredths(5151, -13);

const POLICY: ServicePolicy = ServicePolicy {
    fresh_for: Duration::from_mins(10),
    stale_for: Duration::from_hours(6),
    upstream_timeout: Duration::from_secs(4),
    misses_per_minute: 0,
    instances: 1,
    cache_budget: CacheBudget::of(1_000_000),
};

use FakeAnswer::{After, Fail, Good, GoodUntil, Hang, OnlyCurrent, OnlyForecast, Outdated};
use fake_provider::{Fake, FakeAnswer, fake, fake_of, now};

mod fake_provider;
mod last_resort;
mod restart;
mod retry;
mod shared;

fn service(providers: &[&Arc<Fake>], policy: ServicePolicy) -> Service {
    let providers = providers.iter().map(|fake| Arc::clone(fake) as Arc<dyn Provider>).collect();
    Service::new(providers, policy, Store::default(), &Clock::from_fn(now), Metrics::default())
}

fn caller(last_byte: u8) -> Caller {
    IpAddr::from([192, 0, 2, last_byte]).into()
}

/// What is served for a place: the provider, the temperature, and whether it is stale.
type ServedSummary = Result<(&'static str, f64, bool), Unavailable>;

async fn current_at(service: &Service, at: Coordinates) -> ServedSummary {
    let answer = service.current(at, caller(1), service.deadline()).await?;
    Ok((answer.sourced.source.provider, answer.sourced.value.temperature.unwrap().celsius(), answer.stale))
}

async fn current(service: &Service) -> (&'static str, f64, bool) {
    current_at(service, LONDON).await.unwrap()
}

async fn forecast(service: &Service) -> (&'static str, f64, bool) {
    let answer = service.forecast(LONDON, caller(1), service.deadline()).await.unwrap();
    let step = &answer.sourced.value.unpack().steps[0];
    (answer.sourced.source.provider, step.conditions.temperature.unwrap().celsius(), answer.stale)
}

fn refused() -> FakeAnswer {
    Fail(ProviderError::Unreachable("refused".to_owned()))
}

fn elsewhere(n: i16) -> Coordinates {
    Coordinates::from_hundredths(n, n)
}

#[tokio::test(start_paused = true)]
async fn a_thousand_at_once_cause_one_fetch_and_later_ones_none() {
    let provider = fake("a", &[After(Duration::from_millis(50), Box::new(Good(1)))]);
    let service = service(&[&provider], POLICY);
    let all = join_all((0..1000).map(|_| current(&service))).await;
    assert!(all.iter().all(|served| *served == ("a", 1.0, false)));
    assert_eq!(forecast(&service).await, ("a", 1.0, false));
    advance(POLICY.fresh_for.saturating_sub(Duration::from_secs(1))).await;
    assert_eq!(current(&service).await, ("a", 1.0, false));
    assert_eq!(provider.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_slept_asks_again_and_a_clock_that_was_set_back_changes_nothing() {
    let provider = fake("a", &[Good(1), refused(), Good(2)]);
    let hours = Arc::new(AtomicI64::new(0));
    let moved = Arc::clone(&hours);
    let clock = Clock::from_fn(move || now() + SignedDuration::from_hours(moved.load(Ordering::Relaxed)));
    let service = Service::new(
        vec![Arc::clone(&provider) as Arc<dyn Provider>],
        POLICY,
        Store::default(),
        &clock,
        Metrics::default(),
    );
    assert_eq!(current(&service).await, ("a", 1.0, false));
    hours.store(-24 * 400, Ordering::Relaxed);
    advance(POLICY.fresh_for.saturating_sub(Duration::from_secs(1))).await;
    assert_eq!((current(&service).await, provider.asked()), (("a", 1.0, false), 1), "set back");
    hours.store(5, Ordering::Relaxed);
    assert_eq!((current(&service).await, provider.asked()), (("a", 1.0, true), 2), "slept for five hours");
    hours.store(8, Ordering::Relaxed);
    assert_eq!((current(&service).await, provider.asked()), (("a", 2.0, false), 3), "slept for eight hours");
}

#[tokio::test(start_paused = true)]
async fn an_answer_past_its_freshness_is_renewed() {
    let provider = fake("a", &[Good(1), Good(2)]);
    let service = service(&[&provider], POLICY);
    current(&service).await;
    advance(POLICY.fresh_for).await;
    assert_eq!(current(&service).await, ("a", 2.0, false));
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_long_for_a_renewal_and_it_goes_on() {
    let provider = fake("a", &[Good(1), After(Duration::from_secs(2), Box::new(Good(2)))]);
    let service = service(&[&provider], POLICY);
    current(&service).await;
    advance(POLICY.fresh_for).await;
    let asked = Instant::now();
    assert_eq!(current(&service).await, ("a", 1.0, true));
    assert_eq!(asked.elapsed(), MAX_REFRESH_WAIT);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(current(&service).await, ("a", 2.0, false));
    assert_eq!(provider.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_last_answer_is_served_stale_until_it_is_too_old() {
    let provider = fake("a", &[Good(1), refused()]);
    let service = service(&[&provider], POLICY);
    current(&service).await;
    advance(POLICY.stale_for.saturating_sub(Duration::from_secs(1))).await;
    assert_eq!(current(&service).await, ("a", 1.0, true));
    assert_eq!(forecast(&service).await, ("a", 1.0, true));
    advance(Duration::from_secs(1)).await;
    assert!(matches!(current_at(&service, LONDON).await, Err(Unavailable::AllProvidersFailed { .. })));
}

#[tokio::test(start_paused = true)]
async fn the_providers_own_term_is_kept_where_it_is_longer() {
    let provider = fake("a", &[GoodUntil(1, Duration::from_mins(30)), GoodUntil(2, Duration::ZERO)]);
    let service = service(&[&provider], POLICY);
    current(&service).await;
    advance(Duration::from_mins(30).saturating_sub(Duration::from_secs(1))).await;
    assert_eq!(current(&service).await, ("a", 1.0, false));
    advance(Duration::from_secs(1)).await;
    assert_eq!(current(&service).await, ("a", 2.0, false));
    assert_eq!(*provider.validators.lock().unwrap(), [None, Some("said 1".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn the_next_provider_answers_when_one_fails() {
    let (first, second) = (fake("a", &[refused()]), fake("b", &[Good(2)]));
    let service = service(&[&first, &second], POLICY);
    assert_eq!(current(&service).await, ("b", 2.0, false));
}

#[tokio::test(start_paused = true)]
async fn a_validator_is_shown_only_to_the_provider_that_gave_it() {
    let (first, second) =
        (fake("a", &[GoodUntil(1, Duration::ZERO), refused()]), fake("b", &[GoodUntil(2, Duration::ZERO)]));
    let service = service(&[&first, &second], POLICY);
    current(&service).await;
    advance(POLICY.fresh_for).await;
    assert_eq!(current(&service).await, ("b", 2.0, false));
    assert_eq!(*second.validators.lock().unwrap(), [None]);
}

#[tokio::test(start_paused = true)]
async fn each_part_comes_from_whoever_has_it() {
    let (first, second) = (fake("a", &[OnlyCurrent(1)]), fake("b", &[OnlyForecast(2)]));
    let service = service(&[&first, &second], POLICY);
    assert_eq!(current(&service).await, ("a", 1.0, false));
    assert_eq!(forecast(&service).await, ("b", 2.0, false));
    assert_eq!((first.asked(), second.asked()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_part_that_nobody_has_does_not_take_the_other_with_it() {
    let provider = fake("a", &[OnlyCurrent(1)]);
    let service = service(&[&provider], POLICY);
    assert_eq!(current(&service).await, ("a", 1.0, false));
    assert!(service.forecast(LONDON, caller(1), service.deadline()).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn whatever_happens_there_is_an_answer_in_time() {
    let limit = POLICY.upstream_timeout + Duration::from_millis(500);
    let slow = After(Duration::from_secs(3), Box::new(refused()));
    for acts in [[Hang, Hang], [refused(), Hang], [Hang, refused()], [slow.clone(), slow]] {
        let [first, second] = acts.map(|act| fake("x", &[act]));
        let service = service(&[&first, &second], POLICY);
        let asked = Instant::now();
        assert!(current_at(&service, LONDON).await.is_err());
        assert!(asked.elapsed() <= limit, "{:?}", asked.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_frozen_provider_costs_a_third_of_the_time_and_soon_nothing() {
    let (first, second) = (fake("a", &[Hang]), fake("b", &[Good(2)]));
    let service = service(&[&first, &second], POLICY);
    for n in 0..6 {
        let asked = Instant::now();
        assert_eq!(current_at(&service, elsewhere(n)).await.unwrap(), ("b", 2.0, false));
        let expected = if n < 5 { POLICY.upstream_timeout.as_millis() / 3 } else { 0 };
        assert!(asked.elapsed().as_millis().abs_diff(expected) <= 2, "{n}: {:?}", asked.elapsed());
    }
    assert_eq!((first.asked(), service.status()[0].state), (5, ProviderState::Open));
}

#[tokio::test(start_paused = true)]
async fn a_rejected_key_is_not_tried_again_for_minutes() {
    let (first, second) = (fake("a", &[Fail(ProviderError::KeyRejected), Good(1)]), fake("b", &[Good(2)]));
    let service = service(&[&first, &second], POLICY);
    for n in 0..10 {
        assert_eq!(current_at(&service, elsewhere(n)).await.unwrap(), ("b", 2.0, false));
    }
    assert_eq!((first.asked(), service.status()[0].state), (1, ProviderState::KeyRejected));
    advance(Duration::from_mins(5)).await;
    assert_eq!(current_at(&service, elsewhere(99)).await.unwrap(), ("a", 1.0, false));
    assert_eq!(service.status()[0].state, ProviderState::Ok);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_remembered_for_seconds() {
    let provider = fake("a", &[refused(), Good(1)]);
    let service = service(&[&provider], POLICY);
    for _ in 0..10 {
        assert!(current_at(&service, LONDON).await.is_err());
    }
    assert_eq!(provider.asked(), 1);
    advance(FAILURE_TTL).await;
    assert_eq!(current(&service).await, ("a", 1.0, false));
}

#[tokio::test(start_paused = true)]
async fn a_recording_is_the_last_resort_and_never_fresh() {
    let live = fake("a", &[refused(), Good(1), refused()]);
    let recording = Arc::new(Fake { is_recording: true, ..fake_of("sample", &[Good(9)]) });
    let service = service(&[&recording, &live], POLICY);
    assert_eq!(current(&service).await, ("sample", 9.0, true));
    advance(FAILURE_TTL).await;
    assert_eq!(current(&service).await, ("a", 1.0, false));
    advance(POLICY.fresh_for).await;
    assert_eq!(current(&service).await, ("a", 1.0, true), "the last answer is better than a recording");
}

#[tokio::test(start_paused = true)]
async fn a_spent_budget_hands_on_and_comes_back() {
    let first = Arc::new(Fake { per_minute: Some(2), ..fake_of("a", &[Good(1)]) });
    let second = fake("b", &[Good(2)]);
    let service = service(&[&first, &second], POLICY);
    let mut served = Vec::new();
    for n in 0..4 {
        served.push(current_at(&service, elsewhere(n)).await.unwrap().0);
    }
    assert_eq!(served, ["a", "a", "b", "b"]);
    assert_eq!(service.status()[0].state, ProviderState::RateLimited);
    advance(Duration::from_mins(1)).await;
    assert_eq!(current_at(&service, elsewhere(9)).await.unwrap().0, "a");
}

#[tokio::test(start_paused = true)]
async fn a_caller_over_its_limit_gets_last_answers_and_no_new_ones() {
    let provider = fake("a", &[Good(1)]);
    let service = service(&[&provider], ServicePolicy { misses_per_minute: 2, ..POLICY });
    current_at(&service, LONDON).await.unwrap();
    advance(POLICY.fresh_for).await;
    for n in 0..2 {
        current_at(&service, elsewhere(n)).await.unwrap();
    }
    let limited = current_at(&service, elsewhere(9)).await;
    assert!(matches!(limited, Err(Unavailable::TooManyMisses(wait)) if wait == Duration::from_mins(1)));
    assert_eq!(current_at(&service, elsewhere(1)).await.unwrap(), ("a", 1.0, false), "hits are not limited");
    assert_eq!(current(&service).await, ("a", 1.0, true), "the last answer, stale");
    assert_eq!(provider.asked(), 3);
    assert!(service.current(elsewhere(9), caller(2), service.deadline()).await.is_ok(), "others are not affected");
}

#[tokio::test(start_paused = true)]
async fn a_fetch_without_a_provider_does_not_count_against_the_caller() {
    let live = fake("a", &[Fail(ProviderError::KeyRejected)]);
    let recording = Arc::new(Fake { is_recording: true, ..fake_of("sample", &[Good(9)]) });
    let service = service(&[&live, &recording], ServicePolicy { misses_per_minute: 2, ..POLICY });
    for _ in 0..50 {
        assert_eq!(current(&service).await, ("sample", 9.0, true));
        advance(FAILURE_TTL).await;
    }
    assert_eq!(live.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_caller_over_its_limit_still_gets_the_recording() {
    let live = fake("a", &[Good(1)]);
    let recording = Arc::new(Fake { is_recording: true, ..fake_of("sample", &[Good(9)]) });
    let service = service(&[&live, &recording], ServicePolicy { misses_per_minute: 1, ..POLICY });
    current_at(&service, elsewhere(1)).await.unwrap();
    assert_eq!(current_at(&service, elsewhere(2)).await.unwrap(), ("sample", 9.0, true));
}

#[tokio::test(start_paused = true)]
async fn a_fresh_part_is_not_asked_for_again_because_the_other_is_not() {
    let (first, second) = (fake("a", &[OnlyCurrent(1)]), fake("b", &[GoodUntil(2, Duration::from_hours(1))]));
    let service = service(&[&first, &second], POLICY);
    forecast(&service).await;
    advance(POLICY.fresh_for).await;
    assert_eq!(current(&service).await, ("a", 1.0, false));
    assert_eq!((first.asked(), second.asked()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn lookup_time_is_deducted_from_the_time_for_providers() {
    let (first, second) = (fake("a", &[Hang]), fake("b", &[Good(2)]));
    let service = service(&[&first, &second], POLICY);
    let (asked, deadline) = (Instant::now(), service.deadline());
    advance(Duration::from_secs(3)).await;
    assert!(service.current(LONDON, caller(1), deadline).await.is_ok());
    assert!(asked.elapsed() < Duration::from_millis(3400), "after a third of the second that was left");
}

#[tokio::test(start_paused = true)]
async fn without_memory_each_question_is_asked_and_answered() {
    let provider = fake("a", &[Good(1)]);
    let service = service(&[&provider], ServicePolicy { cache_budget: CacheBudget::of(0), ..POLICY });
    for n in 1..=3 {
        assert_eq!(current(&service).await, ("a", 1.0, false));
        assert_eq!(forecast(&service).await, ("a", 1.0, false));
        assert_eq!(provider.asked(), 2 * n);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_unchanged_until_it_expires_or_is_refetched() {
    let fresh_for = Duration::from_millis(300);
    let provider = fake("a", &[OnlyCurrent(1), refused()]);
    let service = service(&[&provider], ServicePolicy { fresh_for, ..POLICY });
    let ask = || service.current(LONDON, caller(1), service.deadline());
    let fresh = ask().await.unwrap();
    assert_eq!((fresh.stale, fresh.unchanged_until), (false, service.now() + fresh_for));
    advance(FAILURE_TTL).await;
    let stale = ask().await.unwrap();
    assert_eq!((stale.stale, stale.unchanged_until), (true, service.now() + FAILURE_TTL));
}
