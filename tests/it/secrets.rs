//! No key is ever revealed, whatever fails.

use std::{
    io,
    sync::{Arc, Mutex},
};

use reqwest::Method;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    harness::{
        KEY, MET_NORWAY, OPEN_METEO, OWM_FORECAST, OWM_GEOCODING, OWM_WEATHER, TestServer, flags_for, openweathermap,
        settings, settings_with,
    },
    recordings::original,
    upstream::Answer,
};

/// The password in the URL of a server that instances share.
const PASSWORD: &str = "correct0horse0battery0staple";

/// A key that a client sends to a dialect.
const CALLERS_KEY: &str = "callers0key0of0the0tests0beef";

/// Everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Answers of a provider that fail, some of which repeat the key.
fn faults() -> Vec<Answer> {
    vec![
        Answer::ok("{}"),
        Answer::ok(format!("{{\"cod\": \"{KEY}\"}}")),
        Answer::ok(format!("{{\"dt\": \"{KEY}\", \"list\": \"{KEY}\"}}")),
        Answer::status(401, original("openweathermap/errors/401-invalid-key.json")),
        Answer::status(429, original("openweathermap/errors/429-blocked.json")),
        Answer::status(301, "").with("location", &format!("http://127.0.0.1:1/?appid={KEY}")),
        Answer::ok("nonsense").with("content-encoding", "gzip"),
        Answer::status(500, format!("{{\"message\": \"failed appid={KEY}\"}}")),
    ]
}

/// Requests to the API, and to the dialects with a caller's key.
fn paths() -> Vec<String> {
    let api = [
        "/api/weather",
        "/api/forecast",
        "/api/weather?city=Qqtown",
        "/api/weather?lat=1&lon=200",
        "/api/status",
        "/nowhere",
    ];
    let dialects = [
        format!("/forecast/{CALLERS_KEY}/51.51,-0.13"),
        format!("/forecast/{CALLERS_KEY}/nowhere"),
        format!("/forecast/{CALLERS_KEY}"),
        format!("/data/2.5/weather?q=Qqtown&appid={CALLERS_KEY}"),
        format!("/data/3.0/onecall?lat=1&lon=200&APPID={CALLERS_KEY}"),
        format!("/v1/forecast?latitude=1&longitude=1&apikey={CALLERS_KEY}"),
        format!("/v1/search?name=London&apikey={CALLERS_KEY}"),
    ];
    api.map(str::to_owned).into_iter().chain(dialects).collect()
}

/// Captures everything that is logged in this thread, in which the whole of a test runs.
fn captured_log() -> (Log, DefaultGuard) {
    let log = Log::default();
    let own = tracing_subscriber::filter::Targets::new().with_target("weather_app", LevelFilter::TRACE);
    let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(log.clone());
    let guard = tracing_subscriber::registry().with(layer).with(own.with_default(LevelFilter::INFO)).set_default();
    (log, guard)
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[tokio::test]
async fn keys_appear_in_no_log_and_no_response() {
    let (log, _guard) = captured_log();
    let upstream = openweathermap().await;
    let mut flags = flags_for(&upstream, "openweathermap,met-norway,open-meteo");
    flags.extend(["--fresh-for", "0s", "--upstream-timeout", "3s"]);
    let settings = settings(&flags);
    let mut shown = vec![format!("{settings:?}"), format!("{:?}", settings.provider_settings())];
    let paths = paths();
    for fault in faults() {
        // A provider that fails is paused, so a new program is started to ask it again.
        let program = TestServer::start(&settings).await;
        for path in [OWM_WEATHER, OWM_FORECAST, OWM_GEOCODING, MET_NORWAY, OPEN_METEO] {
            upstream.on(path, fault.clone());
        }
        for path in &paths {
            let answer = program.ask(Method::GET, path, &[]).await;
            shown.push(format!("{:?} {}", answer.headers, answer.text()));
        }
    }
    drop(upstream);
    let program = TestServer::start(&settings).await;
    for path in &paths {
        let answer = program.get(path).await;
        shown.push(format!("{:?} {}", answer.headers, answer.text()));
    }
    for path in ["/openapi.yaml", "/docs/", "/"] {
        shown.push(program.get(path).await.text());
    }
    let log = log.text();
    assert!(log.contains("openweathermap could not be reached"), "the log was captured: {log}");
    shown.push(log);
    for text in shown {
        assert!(!text.contains(KEY) && !text.contains(CALLERS_KEY), "{text}");
    }
}

/// A server that answers every command with a text and what it was sent.
async fn echoing(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut sent = [0; 4096];
                while let Ok(length @ 1..) = stream.read(&mut sent).await {
                    let sent = String::from_utf8_lossy(&sent[..length]).replace("\r\n", " ");
                    let _ = stream.write_all(format!("{answer} {sent}\r\n").repeat(4).as_bytes()).await;
                }
            });
        }
    });
    format!("valkey://weather:{PASSWORD}@{address}")
}

#[tokio::test]
async fn the_password_of_the_shared_server_appears_in_no_log_and_no_response() {
    let (log, _guard) = captured_log();
    let upstream = openweathermap().await;
    let urls = [
        format!("valkey://weather:{PASSWORD}@127.0.0.1:1"),
        format!("valkeys://weather:{PASSWORD}@127.0.0.1:1"),
        echoing("-WRONGPASS").await,
        echoing("-ERR").await,
        echoing("+").await,
        echoing("nonsense").await,
    ];
    let mut shown = Vec::new();
    for url in &urls {
        let secrets = [("OPENWEATHERMAP_API_KEY", KEY), ("VALKEY_URL", url)];
        let settings = settings_with(&flags_for(&upstream, "openweathermap"), &secrets);
        shown.push(format!("{settings:?}"));
        let program = TestServer::start(&settings).await;
        for path in ["/api/weather", "/api/forecast", "/api/status", "/openapi.yaml"] {
            let answer = program.get(path).await;
            assert_eq!(answer.status, 200, "{path}");
            shown.push(format!("{:?} {}", answer.headers, answer.text()));
        }
    }
    let log = log.text();
    assert!(log.contains("the valkey store rejected the user or the password"), "the log was captured: {log}");
    shown.push(log);
    for text in shown {
        assert!(!text.contains(PASSWORD), "{text}");
    }
}
