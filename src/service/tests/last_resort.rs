//! Outdated answers and those without a temperature: served if no provider has better ones.

use super::*;

#[tokio::test(start_paused = true)]
async fn the_next_provider_is_asked_and_a_last_resort_is_better_than_nothing() {
    for (second, expected) in [
        (Good(2), ("b", 2.0, false)),
        (refused(), ("a", 1.0, true)),
        (Outdated(2), ("a", 1.0, true)),
        (Hang, ("a", 1.0, true)),
    ] {
        let (first, second) = (fake("a", &[Outdated(1)]), fake("b", &[second]));
        let service = service(&[&first, &second], POLICY);
        assert_eq!(current(&service).await, expected);
        assert_eq!(forecast(&service).await, expected);
        assert_eq!((first.asked(), second.asked()), (1, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_last_resort_counts_as_a_failure_of_its_provider() {
    let provider = fake("a", &[Outdated(1)]);
    let service = service(&[&provider], POLICY);
    for _ in 0..9 {
        assert_eq!(current(&service).await, ("a", 1.0, true), "while the provider is paused, too");
        advance(FAILURE_TTL).await;
    }
    let status = &service.status()[0];
    assert_eq!((status.state, status.last_success), (ProviderState::Open, None));
    assert!((5..=6).contains(&provider.asked()), "{}", provider.asked());
    advance(POLICY.stale_for).await;
    let later = service.current(LONDON, caller(1), service.deadline()).await.unwrap();
    assert!(later.stale && provider.asked() > 5, "too old to be served without asking");
}

#[tokio::test(start_paused = true)]
async fn the_last_answer_is_better_than_a_last_resort_while_it_is_usable() {
    let provider = fake("a", &[Good(1), Outdated(2)]);
    let service = service(&[&provider], POLICY);
    current(&service).await;
    advance(POLICY.fresh_for).await;
    assert_eq!((current(&service).await, forecast(&service).await), (("a", 1.0, true), ("a", 1.0, true)));
    advance(POLICY.stale_for.saturating_sub(POLICY.fresh_for)).await;
    assert_eq!((current(&service).await, forecast(&service).await), (("a", 2.0, true), ("a", 2.0, true)));
}

#[tokio::test(start_paused = true)]
async fn a_good_answer_takes_the_place_of_a_last_resort_which_is_never_asked_for_by_its_validator() {
    let provider = fake("a", &[Outdated(1), Good(2)]);
    let service = service(&[&provider], POLICY);
    assert_eq!(current(&service).await, ("a", 1.0, true));
    advance(FAILURE_TTL).await;
    assert_eq!((current(&service).await, forecast(&service).await), (("a", 2.0, false), ("a", 2.0, false)));
    assert_eq!(*provider.validators.lock().unwrap(), [None, None]);
}

#[tokio::test(start_paused = true)]
async fn a_last_resort_is_better_than_a_recording() {
    let live = fake("a", &[Outdated(1)]);
    let recording = Arc::new(Fake { is_recording: true, ..fake_of("sample", &[Good(9)]) });
    let service = service(&[&recording, &live], POLICY);
    assert_eq!(current(&service).await, ("a", 1.0, true));
}

#[tokio::test(start_paused = true)]
async fn a_caller_does_not_wait_for_a_provider_that_is_slow_with_the_part_it_does_not_want() {
    let (first, second) =
        (fake("a", &[OnlyCurrent(1)]), fake("b", &[After(Duration::from_secs(1), Box::new(Good(2)))]));
    let service = service(&[&first, &second], POLICY);
    let start = Instant::now();
    assert_eq!((current(&service).await, start.elapsed()), (("a", 1.0, false), Duration::ZERO));
    assert_eq!((current(&service).await, start.elapsed()), (("a", 1.0, false), Duration::ZERO), "one that joins later");
    assert_eq!((forecast(&service).await, start.elapsed()), (("b", 2.0, false), Duration::from_secs(1)));
    assert_eq!((first.asked(), second.asked()), (1, 1));
}
