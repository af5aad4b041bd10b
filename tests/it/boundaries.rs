//! The same report renders differently as time passes. Validators, bytes and lifetimes are checked on both sides of each
//! boundary.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use futures_util::future::{BoxFuture, FutureExt};
use http_body_util::BodyExt;
use jiff::Timestamp;
use serde_json::{Value, json};
use weather_app::{
    api::Api,
    app::App,
    byte_cache::CacheBudget,
    clock::Clock,
    dialect::Dialects,
    metrics::Metrics,
    page::Page,
    places::Gazetteer,
    provider::{FetchedReport, PreviousForecast, Provider, ProviderError, sample::Sample},
    server::Handler,
    service::{Service, ServicePolicy},
    store::Store,
    weather::{Coordinates, Source},
};

const CLIENT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 1);

/// A live provider that reports the recorded weather until it is made to fail.
struct Live {
    is_down: Arc<AtomicBool>,
    fetches: Arc<AtomicUsize>,
}

impl Provider for Live {
    fn source(&self) -> Source {
        Source { provider: "live", ..Sample.source() }
    }

    fn fetch(&self, at: Coordinates, known: Option<PreviousForecast>) -> BoxFuture<'_, FetchedReport> {
        self.fetches.fetch_add(1, Relaxed);
        if self.is_down.load(Relaxed) {
            return std::future::ready(FetchedReport::failed(ProviderError::TimedOut, Timestamp::now())).boxed();
        }
        Sample.fetch(at, known)
    }
}

/// The app of one instance, whose wall clock the test sets.
struct Instance {
    app: App,
    seconds: Arc<AtomicI64>,
    is_down: Arc<AtomicBool>,
    fetches: Arc<AtomicUsize>,
}

struct ReceivedResponse {
    status: u16,
    etag: String,
    last_modified: String,
    cache_control: String,
    body: Vec<u8>,
}

/// A minute after the recording was made, London at 12:45.
const BEGINNING: &str = "2020-07-20T11:45:00Z";
/// Chosen so that the end of freshness does not coincide with another boundary.
const FRESH_FOR: Duration = Duration::from_secs(20 * 3600 + 1234);

impl Instance {
    fn start(now: &str) -> Self {
        let (seconds, is_down, fetches) = (Arc::new(AtomicI64::new(0)), Arc::default(), Arc::default());
        let read = Arc::clone(&seconds);
        let clock = Clock::from_fn(move || Timestamp::from_second(read.load(Relaxed)).unwrap());
        let cache_budget = CacheBudget::of(10_000_000);
        let policy = ServicePolicy {
            fresh_for: FRESH_FOR,
            stale_for: Duration::from_hours(72),
            upstream_timeout: Duration::from_secs(2),
            misses_per_minute: 0,
            instances: 1,
            cache_budget,
        };
        let provider = Live { is_down: Arc::clone(&is_down), fetches: Arc::clone(&fetches) };
        let instance = Self {
            app: {
                seconds.store(now.parse::<Timestamp>().unwrap().as_second(), Relaxed);
                let service =
                    Service::new(vec![Arc::new(provider)], policy, Store::default(), &clock, Metrics::default());
                let api = Api::new(service, Gazetteer::embedded(), "London", 0, cache_budget, clock);
                App::new(api.clone(), Dialects::new(api, &[]), &Page::embedded(), Metrics::default())
            },
            seconds,
            is_down,
            fetches,
        };
        instance.set(now);
        instance
    }

    fn set(&self, now: &str) {
        self.seconds.store(now.parse::<Timestamp>().unwrap().as_second(), Relaxed);
    }

    /// Sets the clock to `seconds` after a moment.
    fn set_beside(&self, moment: &str, seconds: i64) {
        self.seconds.store(moment.parse::<Timestamp>().unwrap().as_second() + seconds, Relaxed);
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> ReceivedResponse {
        let request = http::Request::get(path).header("host", "test");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let (parts, body) = self.app.respond(request.body(()).unwrap().into_parts().0, CLIENT).await.into_parts();
        let header = |name: &str| parts.headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        ReceivedResponse {
            status: parts.status.as_u16(),
            etag: header("etag"),
            last_modified: header("last-modified"),
            cache_control: header("cache-control"),
            body: body.collect().await.unwrap().to_bytes().to_vec(),
        }
    }

    /// The status for a client that has a response. Both of its validators must give the same.
    async fn revalidate(&self, path: &str, known: &ReceivedResponse) -> u16 {
        let by_tag = self.get(path, &[("if-none-match", &known.etag)]).await.status;
        let by_date = self.get(path, &[("if-modified-since", &known.last_modified)]).await.status;
        assert_eq!(by_tag, by_date, "{path}: ETag and Last-Modified disagree about {}", known.last_modified);
        by_tag
    }
}

impl ReceivedResponse {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// The boundaries of the recording with what changes there. The last one is when the report becomes stale.
const BOUNDARIES: [(&str, &str); 4] = [
    ("/api/forecast", "2020-07-20T12:00:00Z"),
    ("/api/forecast", "2020-07-20T13:00:00Z"),
    // Midnight in London (BST).
    ("/api/forecast", "2020-07-20T23:00:00Z"),
    ("/api/weather", "2020-07-20T23:00:00Z"),
];

#[tokio::test]
async fn an_answer_changes_at_its_boundaries_and_only_there() {
    for (path, boundary) in BOUNDARIES {
        let instance = Instance::start(BEGINNING);
        let first = instance.get(path, &[]).await;
        assert_eq!(first.json()["stale"], json!(false));
        instance.set_beside(boundary, -1);
        let before = instance.get(path, &[]).await;
        assert_eq!(instance.revalidate(path, &before).await, 304, "{path} before {boundary}");
        instance.set_beside(boundary, 0);
        assert_eq!(instance.revalidate(path, &before).await, 200, "{path} at {boundary}");
        let after = instance.get(path, &[]).await;
        assert_ne!(after.body, before.body, "{path} at {boundary}");
        let changed_at = jiff::fmt::rfc2822::parse(&after.last_modified).unwrap().timestamp();
        assert_eq!(changed_at, boundary.parse().unwrap(), "{path}");
        instance.set_beside(boundary, 1);
        assert_eq!(instance.revalidate(path, &after).await, 304, "{path} after {boundary}");
        assert_eq!(instance.fetches.load(Relaxed), 1, "all from one report");
    }
}

#[tokio::test]
async fn a_quarter_of_an_hour_is_not_a_boundary() {
    let instance = Instance::start(BEGINNING);
    for path in ["/api/weather", "/api/forecast"] {
        instance.set("2020-07-20T12:00:00Z");
        let first = instance.get(path, &[]).await;
        for now in ["2020-07-20T12:15:00Z", "2020-07-20T12:30:00Z", "2020-07-20T12:59:59Z"] {
            instance.set(now);
            let again = instance.get(path, &[]).await;
            assert_eq!((&again.etag, &again.last_modified), (&first.etag, &first.last_modified), "{path} {now}");
        }
    }
}

#[tokio::test]
async fn the_end_of_freshness_is_a_boundary() {
    for path in ["/api/weather", "/api/forecast"] {
        let instance = Instance::start(BEGINNING);
        instance.get(path, &[]).await;
        instance.is_down.store(true, Relaxed);
        let end = FRESH_FOR.as_secs().cast_signed();
        instance.set_beside(BEGINNING, end - 1);
        let fresh = instance.get(path, &[]).await;
        assert_eq!(fresh.json()["stale"], json!(false), "{path}");
        assert!(fresh.cache_control.starts_with("public, max-age=1,"), "{path}: {}", fresh.cache_control);
        instance.set_beside(BEGINNING, end);
        assert_eq!(instance.revalidate(path, &fresh).await, 200, "{path}");
        let stale = instance.get(path, &[]).await;
        assert_eq!(stale.json()["stale"], json!(true), "{path}");
        assert!(stale.cache_control.starts_with("public, max-age=5,"), "{path}: {}", stale.cache_control);
        instance.set_beside(BEGINNING, end + 3);
        assert_eq!(instance.revalidate(path, &stale).await, 304, "{path}");
    }
}

#[tokio::test]
async fn instances_with_the_same_report_send_the_same_response() {
    let early = Instance::start(BEGINNING);
    for path in ["/api/weather", "/api/forecast"] {
        early.set(BEGINNING);
        early.get(path, &[]).await;
        for now in ["2020-07-20T11:59:00Z", "2020-07-20T14:20:00Z", "2020-07-20T23:30:00Z"] {
            early.set(now);
            let late = Instance::start(now);
            let (ours, theirs) = (early.get(path, &[]).await, late.get(path, &[]).await);
            assert_eq!((ours.etag, ours.last_modified), (theirs.etag, theirs.last_modified), "{path} {now}");
        }
    }
}

#[tokio::test]
async fn all_spellings_of_a_place_share_one_answer() {
    let instance = Instance::start(BEGINNING);
    for route in ["/api/weather", "/api/forecast"] {
        let first = instance.get(route, &[]).await;
        for query in [
            "?city=London",
            "?city=LoNdOn",
            "?city=%4condon",
            "?city=+London+",
            "?city=London&units=metric",
            "?units=metric&city=london",
            "?units=metric",
            "?",
        ] {
            let other = instance.get(&format!("{route}{query}"), &[]).await;
            assert_eq!((other.status, other.etag), (200, first.etag.clone()), "{route}{query}");
            assert!(other.body == first.body);
        }
        let imperial = instance.get(&format!("{route}?units=imperial"), &[]).await;
        assert_ne!(imperial.etag, first.etag);
    }
}
