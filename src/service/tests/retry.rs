//! When to retry after no provider has answered.

use super::*;

async fn retry_after(service: &Service) -> Duration {
    match service.current(LONDON, caller(1), service.deadline()).await {
        Err(Unavailable::AllProvidersFailed { retry_after, .. }) => retry_after,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn as_soon_as_the_first_provider_may_be_asked_again() {
    let limited = |minutes| Fail(ProviderError::RateLimited { retry_after: Some(Duration::from_mins(minutes)) });
    for (acts, minutes) in [
        ([Fail(ProviderError::KeyRejected), limited(7)], 5),
        ([limited(7), Fail(ProviderError::KeyRejected)], 5),
        ([limited(9), limited(7)], 7),
    ] {
        let [first, second] = acts.map(|act| fake("x", &[act]));
        let service = service(&[&first, &second], POLICY);
        assert_eq!(retry_after(&service).await, Duration::from_mins(minutes), "the first time already");
        advance(Duration::from_mins(2)).await;
        assert_eq!(retry_after(&service).await, Duration::from_mins(minutes - 2));
    }
}

#[tokio::test(start_paused = true)]
async fn as_soon_as_a_failure_is_forgotten_if_no_provider_is_paused() {
    let (first, second) = (fake("a", &[Fail(ProviderError::KeyRejected)]), fake("b", &[refused()]));
    let service = service(&[&first, &second], POLICY);
    assert_eq!(retry_after(&service).await, FAILURE_TTL);
}

#[tokio::test(start_paused = true)]
async fn as_soon_as_the_budget_has_room_again() {
    let provider = Arc::new(Fake { per_minute: Some(1), ..fake_of("a", &[Good(1)]) });
    let service = service(&[&provider], POLICY);
    current_at(&service, elsewhere(1)).await.unwrap();
    advance(Duration::from_secs(20)).await;
    assert_eq!(retry_after(&service).await, Duration::from_secs(40));
}
