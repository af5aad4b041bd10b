//! Many simultaneous requests.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use futures_util::future::{join, join_all};
use http::request::Parts;
use tokio::sync::watch;
use weather_app::server::Handler;

use crate::{
    harness::{OWM_FORECAST, OWM_GEOCODING, OWM_WEATHER, app, flags_for, openweathermap, settings},
    upstream::Answer,
};

const CLIENT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 1);

fn request(target: &str) -> Parts {
    http::Request::get(target).header("host", "test").body(()).unwrap().into_parts().0
}

/// 1,000 callers send their requests before the upstream answers the first of them.
#[tokio::test]
async fn a_thousand_first_requests_cause_one_fetch_per_endpoint() {
    let upstream = openweathermap().await;
    let (open, gate) = watch::channel(false);
    let held = |path: &str| Answer::recording(path).behind(gate.clone());
    upstream.on(OWM_WEATHER, held("openweathermap/current/london-by-lat-lon-2020.json"));
    upstream.on(OWM_FORECAST, held("openweathermap/forecast/london-5day-3h-2025.json"));
    let app = app(&settings(&flags_for(&upstream, "openweathermap")));
    let paths = [
        "/api/weather",
        "/api/forecast",
        "/api/weather?units=imperial",
        "/api/forecast?city=london&units=imperial",
        "/api/weather?city=London,GB",
    ];
    let requests = (0..1000).map(|n| app.respond(request(paths[n % paths.len()]), CLIENT));
    // All are sent before this opens the gate, because they are polled in order.
    let (answers, ()) = join(join_all(requests), async {
        open.send_replace(true);
    })
    .await;
    assert!(answers.iter().all(|answer| answer.status() == 200));
    assert_eq!((upstream.count(OWM_WEATHER), upstream.count(OWM_FORECAST)), (1, 1));
}

#[tokio::test]
async fn many_requests_for_the_same_unknown_name_cause_one_search() {
    let upstream = openweathermap().await;
    let (open, gate) = watch::channel(false);
    upstream.on(OWM_GEOCODING, Answer::ok("[]").behind(gate));
    let app = app(&settings(&flags_for(&upstream, "openweathermap")));
    let requests = (0..100).map(|_| app.respond(request("/api/weather?city=Qqtown"), CLIENT));
    let (answers, ()) = join(join_all(requests), async {
        open.send_replace(true);
    })
    .await;
    assert!(answers.iter().all(|answer| answer.status() == 404));
    assert_eq!(upstream.count(OWM_GEOCODING), 1);
}
