//! The server from a client's point of view. Connections are pipes in memory, so that the clock can be paused: it
//! advances only when nothing else can happen.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use http::{StatusCode, request::Parts};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::Instant,
};

use super::*;

mod drain;

const REQUEST: &str = "GET / HTTP/1.1\r\nhost: test\r\n\r\n";
const SLOW_REQUEST: &str = "GET /slow HTTP/1.1\r\nhost: test\r\n\r\n";
const BIG_REQUEST: &str = "GET /big HTTP/1.1\r\nhost: test\r\n\r\n";

/// Longer than the time limits for a head and for an idle connection.
const SLOW: Duration = Duration::from_secs(100);
const BIG: usize = 200_000;
/// An address reserved for documentation, so that no client appears to be on this machine.
const CLIENT: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
/// How many bytes a pipe buffers.
const PIPE: usize = 10_000;

const LIMITS: ServerLimits =
    ServerLimits { connections: 100, drain_delay: Duration::from_secs(5), drain_timeout: Duration::from_secs(20) };

struct TestHandler;

impl Handler for TestHandler {
    async fn respond(&self, request: Parts, _: SocketAddr) -> HandlerResponse {
        match request.uri.path() {
            "/slow" => sleep(SLOW).await,
            "/big" => return HandlerResponse::new(vec![b'x'; BIG].into()),
            _ => {}
        }
        HandlerResponse::new("hello".into())
    }

    fn reject(&self, rejection: Rejection) -> HandlerResponse {
        let status = match rejection {
            Rejection::Malformed => StatusCode::BAD_REQUEST,
            Rejection::TargetTooLong => StatusCode::URI_TOO_LONG,
            Rejection::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Rejection::TooManyConnections => StatusCode::SERVICE_UNAVAILABLE,
        };
        let mut response = HandlerResponse::new(format!("{rejection:?}").into());
        *response.status_mut() = status;
        response
    }
}

type Connection = (DuplexStream, SocketAddr);

struct PipeListener {
    connections: mpsc::UnboundedReceiver<io::Result<Connection>>,
    accept_calls: Arc<AtomicUsize>,
}

impl Listener for PipeListener {
    type Stream = DuplexStream;

    async fn accept(&mut self) -> io::Result<(DuplexStream, SocketAddr)> {
        self.accept_calls.fetch_add(1, Relaxed);
        let Some(connection) = self.connections.recv().await else { std::future::pending().await };
        connection
    }

    fn into_backlog(mut self) -> Vec<(DuplexStream, SocketAddr)> {
        std::iter::from_fn(|| self.connections.try_recv().ok()?.ok()).collect()
    }
}

struct RunningServer {
    port: mpsc::UnboundedSender<io::Result<Connection>>,
    accept_calls: Arc<AtomicUsize>,
    stop: Option<oneshot::Sender<()>>,
    stop_now: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

fn start(limits: ServerLimits) -> RunningServer {
    let (port, connections) = mpsc::unbounded_channel();
    let accept_calls = Arc::new(AtomicUsize::new(0));
    let listener = PipeListener { connections, accept_calls: Arc::clone(&accept_calls) };
    let ((stop, stopped), (stop_now, stopped_now)) = (oneshot::channel(), oneshot::channel());
    let ended = tokio::spawn(run(listener, TestHandler, limits, async { stopped.await.unwrap() }, async {
        stopped_now.await.unwrap();
    }));
    RunningServer { port, accept_calls, stop: Some(stop), stop_now, ended }
}

impl RunningServer {
    fn connect(&self) -> PipeClient {
        self.connect_from(CLIENT)
    }

    fn connect_from(&self, address: Ipv4Addr) -> PipeClient {
        let (ours, theirs) = duplex(PIPE);
        self.port.send(Ok((theirs, SocketAddr::from((address, 1))))).unwrap();
        PipeClient(ours)
    }

    fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }
}

struct PipeClient(DuplexStream);

impl PipeClient {
    async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// One response: its head in lower case, and its body.
    async fn response(&mut self) -> (String, String) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.expect("a response"));
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let length = head.split_once("content-length: ").map_or("0", |(_, rest)| rest.lines().next().unwrap());
        let mut body = vec![0; length.parse().unwrap()];
        self.0.read_exact(&mut body).await.unwrap();
        (head, String::from_utf8(body).unwrap())
    }

    async fn request(&mut self) -> (String, String) {
        self.send(REQUEST).await;
        self.response().await
    }

    /// Waits for the server to close the connection without a response.
    async fn closed(&mut self) {
        let rest = self.0.read_u8().await;
        assert_eq!(rest.expect_err("no response").kind(), io::ErrorKind::UnexpectedEof);
    }

    fn is_open(&mut self) -> bool {
        futures_util::FutureExt::now_or_never(self.0.read_u8()).is_none()
    }
}

fn status(head: &str) -> &str {
    &head["http/1.1 ".len()..][..3]
}

fn is_last(head: &str) -> bool {
    head.contains("\r\nconnection: close\r\n")
}

#[tokio::test(start_paused = true)]
async fn a_head_must_be_complete_ten_seconds_after_its_first_byte() {
    let server = start(LIMITS);
    let mut client = server.connect();
    sleep(Duration::from_secs(30)).await;
    let first_byte = Instant::now();
    for byte in REQUEST.as_bytes().chunks(1).take(10) {
        client.0.write_all(byte).await.unwrap();
        sleep(Duration::from_millis(999)).await;
    }
    client.closed().await;
    assert_eq!(first_byte.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn the_time_limit_of_a_head_applies_to_each_request_of_a_connection() {
    let server = start(LIMITS);
    let mut client = server.connect();
    client.request().await;
    sleep(Duration::from_secs(40)).await;
    client.send("GET / HT").await;
    let began = Instant::now();
    client.closed().await;
    assert_eq!(began.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_head_of_nine_seconds_is_served() {
    let server = start(LIMITS);
    let mut client = server.connect();
    for part in ["GET / HTTP/1.1\r\n", "host: te", "st\r\n\r"] {
        client.send(part).await;
        sleep(Duration::from_secs(3)).await;
    }
    client.send("\n").await;
    assert_eq!(client.response().await.1, "hello");
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_is_served_after_65_seconds_and_closed_after_75() {
    let server = start(LIMITS);
    let mut client = server.connect();
    for _ in 0..3 {
        assert_eq!(client.request().await.1, "hello");
        sleep(Duration::from_secs(65)).await;
    }
    client.request().await;
    let idle = Instant::now();
    client.closed().await;
    assert_eq!(idle.elapsed().as_secs(), 75);
}

#[tokio::test(start_paused = true)]
async fn a_connection_without_a_byte_is_closed_after_75_seconds() {
    let server = start(LIMITS);
    let opened = Instant::now();
    server.connect().closed().await;
    assert_eq!(opened.elapsed().as_secs(), 75);
}

#[tokio::test(start_paused = true)]
async fn a_response_may_take_longer_than_any_time_limit_of_the_connection() {
    let server = start(LIMITS);
    let mut client = server.connect();
    client.send(SLOW_REQUEST).await;
    assert_eq!(client.response().await.1, "hello");
    assert_eq!(client.request().await.1, "hello");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_accepts_no_byte_for_30_seconds_is_disconnected() {
    let server = start(LIMITS);
    let mut client = server.connect();
    client.send(BIG_REQUEST).await;
    sleep(Duration::from_secs(31)).await;
    let mut rest = Vec::new();
    client.0.read_to_end(&mut rest).await.unwrap();
    assert!(rest.len() <= PIPE, "only what the pipe buffered");
}

#[tokio::test(start_paused = true)]
async fn a_slow_client_receives_its_whole_response() {
    let server = start(LIMITS);
    let mut client = server.connect();
    client.send(BIG_REQUEST).await;
    let (mut part, mut received) = (vec![0; PIPE], 0);
    while received < BIG {
        sleep(Duration::from_secs(29)).await;
        received += client.0.read(&mut part).await.unwrap();
        assert!(client.0.write(b"").await.is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_is_not_read_and_the_connection_is_closed_after_the_response() {
    let server = start(LIMITS);
    for body in ["content-length: 1000000\r\n\r\nthe beginning", "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"] {
        let mut client = server.connect();
        client.send(&format!("POST / HTTP/1.1\r\nhost: test\r\n{body}")).await;
        let (head, body) = client.response().await;
        assert_eq!((is_last(&head), &*body), (true, "hello"));
        client.closed().await;
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_rejection_the_client_may_still_send_for_one_second() {
    let server = start(LIMITS);
    let mut client = server.connect();
    client.send(&format!("GET / HTTP/1.1\r\nx: {}", "x".repeat(20_000))).await;
    assert_eq!(status(&client.response().await.0), "431");
    client.send(&"x".repeat(50_000)).await;
    let began = Instant::now();
    while client.0.write_all(b"x").await.is_ok() {
        sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(began.elapsed().as_secs(), 1);
}

#[tokio::test(start_paused = true)]
async fn invalid_and_oversized_heads_get_the_servers_own_response() {
    let server = start(LIMITS);
    let target = |length: usize| format!("GET /{} HTTP/1.1\r\nhost: test\r\n\r\n", "x".repeat(length - 1));
    let fields = |number: usize| format!("GET / HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(number));
    let cases = [
        (target(8_000), "200", "hello"),
        (target(9_000), "414", "TargetTooLong"),
        (target(70_000), "414", "TargetTooLong"),
        (fields(100), "200", "hello"),
        (fields(101), "431", "HeadTooLarge"),
        (format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(7_000)), "200", "hello"),
        (format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(200_000)), "431", "HeadTooLarge"),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n".to_owned(), "400", "Malformed"),
        ("what is this\r\n\r\n".to_owned(), "400", "Malformed"),
        // The preface of HTTP/2.
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), "400", "Malformed"),
    ];
    for (head, expected, words) in cases {
        let mut client = server.connect();
        client.send(&head).await;
        let (answer, body) = client.response().await;
        assert_eq!((status(&answer), &*body), (expected, words), "{head:.60}");
        if expected != "200" {
            assert!(is_last(&answer), "{answer}");
            client.closed().await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_invalid_request_is_rejected_after_the_responses_to_earlier_ones() {
    let server = start(LIMITS);
    let mut client = server.connect();
    client.request().await;
    client.send(BIG_REQUEST).await;
    assert_eq!(client.response().await.1.len(), BIG);
    client.send("what is this\r\n\r\n").await;
    assert_eq!(client.response().await.1, "Malformed");
    client.closed().await;

    let mut pipelining = server.connect();
    pipelining.send(&format!("{REQUEST}what is this\r\n\r\n")).await;
    assert_eq!(pipelining.response().await.1, "hello");
    assert_eq!(status(&pipelining.response().await.0), "400");
    pipelining.closed().await;
}

#[tokio::test(start_paused = true)]
async fn a_client_without_a_slot_gets_503_until_one_is_free() {
    let server = start(ServerLimits { connections: 2, ..LIMITS });
    let (mut first, mut second) = (server.connect(), server.connect());
    first.request().await;
    second.request().await;
    let mut third = server.connect();
    let (head, body) = third.response().await;
    assert_eq!((status(&head), is_last(&head), &*body), ("503", true, "TooManyConnections"));
    third.closed().await;
    assert_eq!(first.request().await.1, "hello");
    drop(first);
    tokio::task::yield_now().await;
    assert_eq!(server.connect().request().await.1, "hello");
}

#[tokio::test(start_paused = true)]
async fn loopback_clients_are_served_when_all_slots_are_taken() {
    let server = start(ServerLimits { connections: 1, ..LIMITS });
    let mut first = server.connect();
    first.request().await;
    assert_eq!(status(&server.connect().response().await.0), "503");
    let mut health_checks: Vec<_> = (0..LOOPBACK_SLOTS).map(|_| server.connect_from(Ipv4Addr::LOCALHOST)).collect();
    for health_check in &mut health_checks {
        assert_eq!(health_check.request().await.1, "hello");
    }
    assert_eq!(status(&server.connect_from(Ipv4Addr::LOCALHOST).response().await.0), "503");
}

#[tokio::test(start_paused = true)]
async fn excess_connections_are_closed_without_a_response() {
    let server = start(ServerLimits { connections: 0, ..LIMITS });
    let mut silent: Vec<_> = (0..MAX_REJECTIONS).map(|_| server.connect()).collect();
    server.connect().closed().await;
    for client in &mut silent {
        assert_eq!(status(&client.response().await.0), "503");
    }
    sleep(Duration::from_secs(2)).await;
    assert_eq!(status(&server.connect().response().await.0), "503", "no rejection takes longer than a second");
}

#[tokio::test(start_paused = true)]
async fn failures_to_accept_are_retried_without_spinning() {
    let server = start(LIMITS);
    for _ in 0..50 {
        server.port.send(Err(io::Error::from_raw_os_error(24))).unwrap();
    }
    let mut client = server.connect();
    let began = Instant::now();
    sleep(Duration::from_secs(1)).await;
    let calls = server.accept_calls.load(Relaxed);
    assert!(calls <= 11, "accept was called {calls} times in a second");
    assert_eq!(client.request().await.1, "hello");
    assert_eq!(began.elapsed().as_secs(), 5);
}
