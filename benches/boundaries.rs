//! Measures the cost of rendering again as time passes: 10,000 places are requested before and after a full quarter of
//! an hour, when nothing changes, and before and after a full hour, when every forecast changes.
//! `cargo bench --bench boundaries`.
//!
//! The figures are the processor time of this process, so other load on the machine does not count.

#![expect(clippy::print_stdout, reason = "its output is the result")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    time::Duration,
};

use futures_util::future::BoxFuture;
use http::{Request, header::ACCEPT_ENCODING, header::HOST};
use jiff::{SignedDuration, Timestamp};
use rustix::time::{ClockId, clock_gettime};
use weather_app::{
    app::App,
    byte_cache::CacheBudget,
    clock::Clock,
    provider::{
        FetchedReport, PreviousForecast, Provider,
        sample::{LONDON, Sample},
    },
    server::Handler,
    weather::{Coordinates, Source},
};

mod program;

use program::{CLIENT, app};

const PLACES: usize = 10_000;

/// A live provider that reports the recorded weather of London for every place.
struct Everywhere(FetchedReport);

impl Provider for Everywhere {
    fn source(&self) -> Source {
        Source { provider: "everywhere", ..Sample.source() }
    }

    fn fetch(&self, _: Coordinates, _: Option<PreviousForecast>) -> BoxFuture<'_, FetchedReport> {
        Box::pin(std::future::ready(self.0.clone()))
    }
}

async fn request_all(app: &App, route: &str) -> Duration {
    let before = processor_time();
    for n in 0..PLACES {
        let target = format!("{route}?lat={}&lon={}", n % 160 / 2, n / 160);
        let request = Request::get(target).header(HOST, "bench").header(ACCEPT_ENCODING, "gzip").body(());
        let Ok(request) = request else { continue };
        let response = app.respond(request.into_parts().0, CLIENT).await;
        assert!(response.status().is_success(), "{response:?}");
    }
    processor_time().saturating_sub(before)
}

fn processor_time() -> Duration {
    clock_gettime(ClockId::ProcessCPUTime).try_into().unwrap_or_default()
}

fn main() {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().build() else { return };
    let recorded = runtime.block_on(Sample.fetch(LONDON, None));
    // The recording was made at 11:44:31.
    let at = |minutes: i64| (recorded.fetched_at + SignedDuration::from_secs(29 + 60 * (minutes - 45))).as_second();
    let now = Arc::new(AtomicI64::new(at(46)));
    let clock_now = Arc::clone(&now);
    let clock = Clock::from_fn(move || Timestamp::from_second(clock_now.load(Relaxed)).unwrap_or_default());
    let provider = Arc::new(Everywhere(recorded.clone()));
    let app = app(provider, Duration::from_hours(6), CacheBudget::of(200_000_000), clock);
    println!("processor time of {PLACES} places, in seconds, from 11:46 on:");
    for route in ["/api/weather", "/api/forecast"] {
        for (minutes, what) in [
            (46, "the first time"),
            (74, "a minute before 12:15"),
            (75, "at 12:15"),
            (119, "a minute before 13:00"),
            (120, "at 13:00"),
        ] {
            now.store(at(minutes), Relaxed);
            let cost = runtime.block_on(request_all(&app, route));
            println!("{route}  {what}: {:.3}", cost.as_secs_f64());
        }
    }
}
