//! How the server stops.

use super::*;

#[tokio::test(start_paused = true)]
async fn while_draining_requests_are_served_and_connections_closed_afterwards() {
    let mut server = start(LIMITS);
    let mut open = server.connect();
    assert!(!is_last(&open.request().await.0));
    server.stop();
    sleep(Duration::from_secs(4)).await;
    for mut client in [open, server.connect()] {
        let (head, body) = client.request().await;
        assert_eq!((is_last(&head), &*body), (true, "hello"));
        client.closed().await;
    }
    assert!(!server.ended.is_finished());
}

#[tokio::test(start_paused = true)]
async fn after_the_drain_delay_idle_connections_are_closed() {
    let mut server = start(LIMITS);
    let mut idle = server.connect();
    idle.request().await;
    sleep(Duration::from_secs(10)).await;
    server.stop();
    let stopped_at = Instant::now();
    sleep(Duration::from_millis(4999)).await;
    assert!(idle.is_open());
    idle.closed().await;
    server.ended.await.unwrap();
    assert!(stopped_at.elapsed() < LIMITS.drain_delay + Duration::from_millis(10), "{:?}", stopped_at.elapsed());
}

#[tokio::test(start_paused = true)]
async fn requests_open_at_the_end_of_the_drain_delay_are_answered() {
    let mut server = start(ServerLimits { drain_delay: Duration::ZERO, drain_timeout: 2 * SLOW, ..LIMITS });
    let (mut slow, mut between) = (server.connect(), server.connect());
    slow.send(SLOW_REQUEST).await;
    between.request().await;
    server.stop();
    let mut waiting = server.connect();
    sleep(Duration::from_millis(500)).await;
    for client in [&mut between, &mut waiting] {
        let (head, body) = client.request().await;
        assert_eq!((is_last(&head), &*body), (true, "hello"));
    }
    assert!(is_last(&slow.response().await.0));
    server.ended.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn requests_that_exceed_the_drain_timeout_are_abandoned() {
    let mut server = start(LIMITS);
    let mut slow = server.connect();
    slow.send(SLOW_REQUEST).await;
    tokio::task::yield_now().await;
    server.stop();
    let stopped_at = Instant::now();
    server.ended.await.unwrap();
    assert_eq!(stopped_at.elapsed().as_secs(), (LIMITS.drain_delay + LIMITS.drain_timeout).as_secs());
}

#[tokio::test(start_paused = true)]
async fn a_second_signal_stops_the_server_immediately() {
    let mut server = start(LIMITS);
    let mut slow = server.connect();
    slow.send(SLOW_REQUEST).await;
    server.stop();
    sleep(Duration::from_secs(1)).await;
    server.stop_now.send(()).unwrap();
    let stopped_at = Instant::now();
    server.ended.await.unwrap();
    assert_eq!(stopped_at.elapsed(), Duration::ZERO);
}
