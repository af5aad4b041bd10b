//! No key comes out again, wherever something goes wrong.

use std::{
    io,
    sync::{Arc, Mutex},
};

use reqwest::Method;
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    harness::{
        KEY, MET_NORWAY, OPEN_METEO, OWM_FORECAST, OWM_GEOCODING, OWM_WEATHER, Program, against, openweathermap,
        settings,
    },
    upstream::{Answer, recording},
};

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

/// All of it in one test, which runs in one thread: the subscriber is that thread's.
#[tokio::test]
async fn the_key_is_in_no_log_and_no_answer() {
    let log = Log::default();
    let own = tracing_subscriber::filter::Targets::new().with_target("weather_app", LevelFilter::TRACE);
    let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(log.clone());
    let _guard = tracing_subscriber::registry().with(layer).with(own.with_default(LevelFilter::INFO)).set_default();

    let upstream = openweathermap().await;
    let mut flags = against(&upstream, "openweathermap,met-norway,open-meteo");
    flags.extend(["--fresh-for", "0s", "--upstream-timeout", "3s"]);
    let settings = settings(&flags);
    let mut said = vec![format!("{settings:?}"), format!("{:?}", settings.provider_settings())];
    let echo = |text: &str| Answer::status(500, format!("{{\"message\": \"{text} appid={KEY}\"}}"));
    let troubles = [
        Answer::ok("{}"),
        Answer::ok(format!("{{\"cod\": \"{KEY}\"}}")),
        Answer::ok(format!("{{\"dt\": \"{KEY}\", \"list\": \"{KEY}\"}}")),
        Answer::status(401, recording("openweathermap/errors/401-invalid-key.json")),
        Answer::status(429, recording("openweathermap/errors/429-blocked.json")),
        Answer::status(301, "").with("location", &format!("http://127.0.0.1:1/?appid={KEY}")),
        Answer::ok("nonsense").with("content-encoding", "gzip"),
        echo("failed"),
    ];
    let paths = [
        "/api/weather",
        "/api/forecast",
        "/api/weather?city=Qqtown",
        "/api/weather?lat=1&lon=200",
        "/api/status",
        "/nowhere",
    ];
    for trouble in troubles {
        // A provider that fails is left alone for a while; a new program asks it again.
        let program = Program::start(&settings).await;
        for path in [OWM_WEATHER, OWM_FORECAST, OWM_GEOCODING, MET_NORWAY, OPEN_METEO] {
            upstream.on(path, trouble.clone());
        }
        for path in paths {
            let answer = program.ask(Method::GET, path, &[]).await;
            said.push(format!("{path} {:?} {}", answer.headers, answer.text()));
        }
    }
    drop(upstream);
    let program = Program::start(&settings).await;
    for path in paths {
        let answer = program.get(path).await;
        said.push(format!("{path} {:?} {}", answer.headers, answer.text()));
    }
    for path in ["/openapi.yaml", "/docs/swagger-initializer.js", "/"] {
        said.push(program.get(path).await.text());
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("provider fails"), "the log was watched: {log}");
    said.push(log);
    for text in said {
        assert!(!text.contains(KEY), "{text}");
    }
}
