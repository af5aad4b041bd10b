//! The edge from a client's side. Connections are pipes in memory, so that the clock can be stopped: it moves on only
//! when nothing else can.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use poem::{Request, Response};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    net::{TcpListener, TcpStream},
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use super::*;
use crate::api::problem::CONTENT_TYPE_PROBLEM;

const ASK: &str = "GET / HTTP/1.1\r\nhost: test\r\n\r\n";
const ASK_SLOW: &str = "GET /slow HTTP/1.1\r\nhost: test\r\n\r\n";
const ASK_BIG: &str = "GET /big HTTP/1.1\r\nhost: test\r\n\r\n";

/// Longer than a head may take and a connection may be idle.
const SLOW: Duration = Duration::from_secs(100);
const BIG: usize = 200_000;
/// What a pipe holds until its reader takes it.
const PIPE: usize = 10_000;

const LIMITS: Limits =
    Limits { connections: 100, drain_delay: Duration::from_secs(5), drain_timeout: Duration::from_secs(20) };

struct Answers;

impl Handler for Answers {
    async fn answer(&self, request: Request) -> Response {
        match request.uri().path() {
            "/slow" => sleep(SLOW).await,
            "/big" => return Response::from(vec![b'x'; BIG]),
            _ => {}
        }
        Response::from("hello")
    }
}

struct Pipes {
    connections: mpsc::UnboundedReceiver<io::Result<DuplexStream>>,
    asked: Arc<AtomicUsize>,
}

impl Listener for Pipes {
    type Stream = DuplexStream;

    async fn accept(&mut self) -> io::Result<(DuplexStream, SocketAddr)> {
        self.asked.fetch_add(1, Relaxed);
        let Some(stream) = self.connections.recv().await else { std::future::pending().await };
        Ok((stream?, SocketAddr::from((Ipv4Addr::LOCALHOST, 1))))
    }

    fn into_backlog(mut self) -> Vec<(DuplexStream, SocketAddr)> {
        let waiting = std::iter::from_fn(|| self.connections.try_recv().ok()?.ok());
        waiting.map(|stream| (stream, SocketAddr::from((Ipv4Addr::LOCALHOST, 1)))).collect()
    }
}

struct Running {
    port: mpsc::UnboundedSender<io::Result<DuplexStream>>,
    asked: Arc<AtomicUsize>,
    stop: Option<oneshot::Sender<()>>,
    stop_now: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

fn start(limits: Limits) -> Running {
    let (port, connections) = mpsc::unbounded_channel();
    let asked = Arc::new(AtomicUsize::new(0));
    let listener = Pipes { connections, asked: Arc::clone(&asked) };
    let ((stop, stopped), (stop_now, stopped_now)) = (oneshot::channel(), oneshot::channel());
    let ended = tokio::spawn(run(listener, Answers, limits, async { stopped.await.unwrap() }, async {
        stopped_now.await.unwrap();
    }));
    Running { port, asked, stop: Some(stop), stop_now, ended }
}

impl Running {
    fn connect(&self) -> Client {
        let (ours, theirs) = duplex(PIPE);
        self.port.send(Ok(theirs)).unwrap();
        Client(ours)
    }

    fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }
}

struct Client(DuplexStream);

impl Client {
    async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// One answer: its head in lower case, and its body.
    async fn answer(&mut self) -> (String, String) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.expect("an answer"));
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let length = head.split_once("content-length: ").map_or("0", |(_, rest)| rest.lines().next().unwrap());
        let mut body = vec![0; length.parse().unwrap()];
        self.0.read_exact(&mut body).await.unwrap();
        (head, String::from_utf8(body).unwrap())
    }

    async fn ask(&mut self) -> (String, String) {
        self.send(ASK).await;
        self.answer().await
    }

    /// Waits for the server to close the connection, without an answer.
    async fn closed(&mut self) {
        let rest = self.0.read_u8().await;
        assert_eq!(rest.expect_err("no answer").kind(), io::ErrorKind::UnexpectedEof);
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
async fn a_head_that_trickles_in_is_cut_off_ten_seconds_after_its_first_byte() {
    let server = start(LIMITS);
    let mut client = server.connect();
    sleep(Duration::from_secs(30)).await;
    let first_byte = Instant::now();
    for byte in ASK.as_bytes().chunks(1).take(10) {
        client.0.write_all(byte).await.unwrap();
        sleep(Duration::from_millis(999)).await;
    }
    client.closed().await;
    assert_eq!(first_byte.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn the_head_clock_runs_for_each_request_of_a_connection() {
    let server = start(LIMITS);
    let mut client = server.connect();
    client.ask().await;
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
    assert_eq!(client.answer().await.1, "hello");
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_is_served_after_65_seconds_and_closed_after_75() {
    let server = start(LIMITS);
    let mut client = server.connect();
    for _ in 0..3 {
        assert_eq!(client.ask().await.1, "hello");
        sleep(Duration::from_secs(65)).await;
    }
    client.ask().await;
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
async fn an_answer_may_take_longer_than_any_clock_of_the_connection() {
    let server = start(LIMITS);
    let mut client = server.connect();
    client.send(ASK_SLOW).await;
    assert_eq!(client.answer().await.1, "hello");
    assert_eq!(client.ask().await.1, "hello");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_no_byte_for_30_seconds_is_let_go() {
    let server = start(LIMITS);
    let mut client = server.connect();
    client.send(ASK_BIG).await;
    sleep(Duration::from_secs(31)).await;
    let mut rest = Vec::new();
    client.0.read_to_end(&mut rest).await.unwrap();
    assert!(rest.len() <= PIPE, "only what the pipe held");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_its_answer_slowly_gets_all_of_it() {
    let server = start(LIMITS);
    let mut client = server.connect();
    client.send(ASK_BIG).await;
    let (mut part, mut got) = (vec![0; PIPE], 0);
    while got < BIG {
        sleep(Duration::from_secs(29)).await;
        got += client.0.read(&mut part).await.unwrap();
        assert!(client.0.write(b"").await.is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_with_a_body_is_answered_without_it_and_the_connection_closed() {
    let server = start(LIMITS);
    for body in ["content-length: 1000000\r\n\r\nthe beginning", "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"] {
        let mut client = server.connect();
        client.send(&format!("POST / HTTP/1.1\r\nhost: test\r\n{body}")).await;
        let (head, body) = client.answer().await;
        assert_eq!((is_last(&head), &*body), (true, "hello"));
        client.closed().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_still_sends_when_refused_is_heard_out_for_a_second() {
    let server = start(LIMITS);
    let mut client = server.connect();
    client.send(&format!("GET / HTTP/1.1\r\nx: {}", "x".repeat(80_000))).await;
    assert_eq!(status(&client.answer().await.0), "431");
    client.send(&"x".repeat(50_000)).await;
    let began = Instant::now();
    while client.0.write_all(b"x").await.is_ok() {
        sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(began.elapsed().as_secs(), 1);
}

#[tokio::test(start_paused = true)]
async fn heads_beyond_bounds_are_refused() {
    let server = start(LIMITS);
    let target = |length: usize| format!("GET /{} HTTP/1.1\r\nhost: test\r\n\r\n", "x".repeat(length - 1));
    let fields = |number: usize| format!("GET / HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(number));
    let cases = [
        (target(32 * 1024), "200"),
        (target(32 * 1024 + 1), "414"),
        (target(66_000), "414"),
        (fields(100), "200"),
        (fields(101), "431"),
        (format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(60_000)), "200"),
        (format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(200_000)), "431"),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n".to_owned(), "400"),
        ("what is this\r\n\r\n".to_owned(), "400"),
    ];
    for (head, expected) in cases {
        let mut client = server.connect();
        client.send(&head).await;
        let (answer, _) = client.answer().await;
        assert_eq!(status(&answer), expected, "{head:.60}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_target_that_is_too_long_is_a_problem_in_words() {
    let server = start(LIMITS);
    let mut client = server.connect();
    client.send(&format!("GET /{} HTTP/1.1\r\nhost: test\r\n\r\n", "x".repeat(40_000))).await;
    let (head, body) = client.answer().await;
    assert!(head.contains(CONTENT_TYPE_PROBLEM), "{head}");
    let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&problem["status"], &problem["code"]), (&414.into(), &"invalid-request".into()));
    assert_eq!(client.ask().await.1, "hello", "the connection goes on");
}

#[tokio::test(start_paused = true)]
async fn who_finds_no_room_is_told_to_come_back_and_finds_room_then() {
    let server = start(Limits { connections: 2, ..LIMITS });
    let (mut first, mut second) = (server.connect(), server.connect());
    first.ask().await;
    second.ask().await;
    let mut third = server.connect();
    let (head, body) = third.answer().await;
    assert_eq!(status(&head), "503");
    assert!(is_last(&head) && head.contains("\r\nretry-after: 1\r\n") && head.contains(CONTENT_TYPE_PROBLEM), "{head}");
    let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&problem["status"], &problem["code"]), (&503.into(), &"too-many-requests".into()));
    third.closed().await;
    assert_eq!(first.ask().await.1, "hello");
    drop(first);
    tokio::task::yield_now().await;
    assert_eq!(server.connect().ask().await.1, "hello");
}

#[tokio::test(start_paused = true)]
async fn the_refused_are_cut_off_when_there_are_too_many_of_them_too() {
    let server = start(Limits { connections: 0, ..LIMITS });
    let mut silent: Vec<_> = (0..MOST_REFUSALS).map(|_| server.connect()).collect();
    server.connect().closed().await;
    for client in &mut silent {
        assert_eq!(status(&client.answer().await.0), "503");
    }
    sleep(Duration::from_secs(2)).await;
    assert_eq!(status(&server.connect().answer().await.0), "503", "nobody is refused for longer than a second");
}

#[tokio::test(start_paused = true)]
async fn failing_to_accept_does_not_spin_and_passes() {
    let server = start(LIMITS);
    for _ in 0..50 {
        server.port.send(Err(io::Error::from_raw_os_error(24))).unwrap();
    }
    let mut client = server.connect();
    let began = Instant::now();
    sleep(Duration::from_secs(1)).await;
    assert!(server.asked.load(Relaxed) <= 11, "asked {} times in a second", server.asked.load(Relaxed));
    assert_eq!(client.ask().await.1, "hello");
    assert_eq!(began.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn told_to_stop_it_serves_on_and_closes_each_connection_after_its_answer() {
    let mut server = start(LIMITS);
    let mut open = server.connect();
    assert!(!is_last(&open.ask().await.0));
    server.stop();
    sleep(Duration::from_secs(4)).await;
    for mut client in [open, server.connect()] {
        let (head, body) = client.ask().await;
        assert_eq!((is_last(&head), &*body), (true, "hello"));
        client.closed().await;
    }
    assert!(!server.ended.is_finished());
}

#[tokio::test(start_paused = true)]
async fn after_the_delay_idle_connections_are_closed_and_it_ends() {
    let mut server = start(LIMITS);
    let mut idle = server.connect();
    idle.ask().await;
    sleep(Duration::from_secs(10)).await;
    server.stop();
    let told = Instant::now();
    sleep(Duration::from_millis(4999)).await;
    assert!(idle.is_open());
    idle.closed().await;
    server.ended.await.unwrap();
    assert!(told.elapsed() < LIMITS.drain_delay + Duration::from_millis(10), "{:?}", told.elapsed());
}

#[tokio::test(start_paused = true)]
async fn requests_under_way_when_the_delay_ends_are_answered() {
    let mut server = start(Limits { drain_delay: Duration::ZERO, drain_timeout: 2 * SLOW, ..LIMITS });
    let (mut slow, mut between) = (server.connect(), server.connect());
    slow.send(ASK_SLOW).await;
    between.ask().await;
    server.stop();
    let mut waiting = server.connect();
    sleep(Duration::from_millis(500)).await;
    for client in [&mut between, &mut waiting] {
        let (head, body) = client.ask().await;
        assert_eq!((is_last(&head), &*body), (true, "hello"));
    }
    assert!(is_last(&slow.answer().await.0));
    server.ended.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn it_ends_without_those_that_take_longer_than_the_timeout() {
    let mut server = start(LIMITS);
    let mut slow = server.connect();
    slow.send(ASK_SLOW).await;
    tokio::task::yield_now().await;
    server.stop();
    let told = Instant::now();
    server.ended.await.unwrap();
    assert_eq!(told.elapsed().as_secs(), (LIMITS.drain_delay + LIMITS.drain_timeout).as_secs());
}

#[tokio::test(start_paused = true)]
async fn told_a_second_time_it_stops_at_once() {
    let mut server = start(LIMITS);
    let mut slow = server.connect();
    slow.send(ASK_SLOW).await;
    server.stop();
    sleep(Duration::from_secs(1)).await;
    server.stop_now.send(()).unwrap();
    let told = Instant::now();
    server.ended.await.unwrap();
    assert_eq!(told.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn a_port_hands_over_who_waits_and_sends_without_delay() {
    let mut listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let clients = [TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap()];
    let (accepted, peer) = Listener::accept(&mut listener).await.unwrap();
    assert_eq!(peer, clients[0].local_addr().unwrap());
    let waiting = listener.into_backlog();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].1, clients[1].local_addr().unwrap());
    assert!(accepted.nodelay().unwrap() && waiting[0].0.nodelay().unwrap());
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}
