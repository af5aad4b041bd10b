//! Validators, lifetimes and encodings of responses.

use std::io::Read;

use flate2::read::GzDecoder;
use serde_json::json;

use crate::{
    harness::{OWM_FORECAST, OWM_WEATHER, ReceivedResponse, TestServer, flags_for, london, openweathermap, settings},
    upstream::Answer,
};

fn seconds(cache_control: &str, key: &str) -> Option<u64> {
    cache_control.split(", ").find_map(|part| part.strip_prefix(key)?.strip_prefix('=')?.parse().ok())
}

fn unpacked(answer: &ReceivedResponse) -> Vec<u8> {
    let mut plain = Vec::new();
    GzDecoder::new(&*answer.body).read_to_end(&mut plain).unwrap();
    plain
}

/// The address of the style sheet that the page loads.
async fn style_sheet(program: &TestServer) -> String {
    let page = program.get("/").await.text();
    page.split('"').find(|text| text.starts_with("/assets/") && text.ends_with("/style.css")).unwrap().to_owned()
}

#[tokio::test]
async fn weather_and_forecast_are_validated() {
    let (program, _upstream) = london().await;
    for path in ["/api/weather", "/api/forecast"] {
        let first = program.get(path).await;
        let (etag, modified) = (first.header("etag"), first.header("last-modified"));
        assert!(etag.starts_with('"') && etag.len() > 4, "{path}: strong, {etag}");
        let weak = format!("W/{etag}");
        let list = format!("\"a\", {etag}");
        let cases: [(&[(&str, &str)], u16); 8] = [
            (&[("if-none-match", etag)], 304),
            (&[("if-none-match", &weak)], 304),
            (&[("if-none-match", &list)], 304),
            (&[("if-none-match", "*")], 304),
            (&[("if-modified-since", modified)], 304),
            (&[("if-modified-since", "Thu, 01 Jan 2015 00:00:00 GMT")], 200),
            (&[("if-none-match", "\"a\"")], 200),
            (&[("if-none-match", "\"a\""), ("if-modified-since", modified)], 200),
        ];
        for (headers, status) in cases {
            let answer = program.get_with(path, headers).await;
            assert_eq!(answer.status, status, "{path} {headers:?}");
            assert_eq!(answer.header("etag"), etag, "{path}");
            assert!(answer.header("cache-control").starts_with("public, max-age="), "{path}");
            assert_eq!(answer.body.is_empty(), status == 304, "{path}");
        }
    }
}

#[tokio::test]
async fn a_fresh_response_says_how_long_it_is_fresh() {
    let (program, _upstream) = london().await;
    for path in ["/api/weather", "/api/forecast"] {
        let answer = program.get(path).await;
        let control = answer.header("cache-control");
        let max_age = seconds(control, "max-age").unwrap();
        assert!((590..=600).contains(&max_age), "ten minutes by default: {control}");
        assert_eq!(seconds(control, "stale-while-revalidate"), Some(60), "{control}");
        let usable = seconds(control, "stale-if-error").unwrap();
        assert!((21_590..=21_600).contains(&usable), "six hours by default: {control}");
    }
}

#[tokio::test]
async fn each_unit_and_place_has_its_own_validator() {
    let (program, _upstream) = london().await;
    let mut etags = Vec::new();
    for query in ["", "?units=imperial", "?city=Paris", "?lat=51.51&lon=-0.13"] {
        etags.push(program.get(&format!("/api/weather{query}")).await.header("etag").to_owned());
    }
    etags.sort();
    etags.dedup();
    assert_eq!(etags.len(), 4, "{etags:?}");
}

#[tokio::test]
async fn a_stale_response_may_be_cached_briefly_only() {
    let upstream = openweathermap().await;
    let mut flags = flags_for(&upstream, "openweathermap");
    flags.extend(["--fresh-for", "0s"]);
    let program = TestServer::start(&settings(&flags)).await;
    program.get("/api/weather").await.ok();
    upstream.on(OWM_WEATHER, Answer::status(500, "down"));
    upstream.on(OWM_FORECAST, Answer::status(500, "down"));
    for path in ["/api/weather", "/api/forecast"] {
        let answer = program.get(path).await;
        assert_eq!(answer.ok()["stale"], json!(true), "{path}");
        assert!(answer.header("cache-control").starts_with("public, max-age=5,"), "{path}");
    }
    upstream.on(OWM_WEATHER, Answer::recording("openweathermap/current/london-by-name-2020.json"));
    // When the provider is back, the answer is replaced.
    program.get_until("/api/weather", |renewed| renewed["current"]["temperature"] == json!(9.42)).await;
}

#[tokio::test]
async fn large_bodies_are_compressed_for_clients_that_accept_it() {
    let (program, _upstream) = london().await;
    let asset = style_sheet(&program).await;
    for path in ["/api/forecast", "/docs/", "/openapi.json", "/openapi.yaml", "/", &asset] {
        let plain = program.get(path).await;
        assert_eq!((plain.status, plain.header("content-encoding")), (200, ""), "{path}");
        let packed = program.get_with(path, &[("accept-encoding", "gzip")]).await;
        assert_eq!(packed.header("content-encoding"), "gzip", "{path}");
        assert!(packed.body.len() < plain.body.len(), "{path}");
        assert!(unpacked(&packed) == plain.body, "{path}");
        assert_ne!(packed.header("etag"), plain.header("etag"), "{path}");
        let vary = if path == "/" { "Accept, User-Agent, Accept-Encoding" } else { "Accept-Encoding" };
        assert_eq!((packed.header("vary"), plain.header("vary")), (vary, vary), "{path}");
        let known =
            program.get_with(path, &[("accept-encoding", "gzip"), ("if-none-match", packed.header("etag"))]).await;
        assert_eq!((known.status, known.header("vary")), (304, vary), "{path}");
        let other = program.get_with(path, &[("if-none-match", packed.header("etag"))]).await;
        assert_eq!(other.status, 200, "{path}: the other encoding's validator");
    }
}

#[tokio::test]
async fn assets_are_sent_in_the_smallest_encoding_that_a_client_accepts() {
    let (program, _upstream) = london().await;
    let asset = style_sheet(&program).await;
    let gzip = program.get_with(&asset, &[("accept-encoding", "gzip, br;q=0")]).await;
    let brotli = program.get_with(&asset, &[("accept-encoding", "gzip, deflate, br, zstd")]).await;
    assert_eq!((gzip.header("content-encoding"), brotli.header("content-encoding")), ("gzip", "br"));
    assert!(brotli.body.len() < gzip.body.len());
    assert_ne!(brotli.header("etag"), gzip.header("etag"));
    assert_eq!(
        (brotli.header("vary"), brotli.header("cache-control")),
        ("Accept-Encoding", gzip.header("cache-control"))
    );
    // What differs from answer to answer is compressed while the program runs, with gzip.
    let page = program.get_with("/", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(page.header("content-encoding"), "gzip");
}

#[tokio::test]
async fn page_and_assets_are_cached_until_they_change() {
    let (program, _upstream) = london().await;
    let asset = style_sheet(&program).await;
    let cases = [
        ("/", "no-cache"),
        ("/sw.js", "no-cache"),
        ("/manifest.webmanifest", "no-cache"),
        ("/favicon.ico", "no-cache"),
        ("/robots.txt", "no-cache"),
        ("/openapi.yaml", "no-cache"),
        ("/openapi.json", "no-cache"),
        ("/docs/", "no-cache"),
        (&*asset, "public, max-age=31536000, immutable"),
        ("/api/places?q=lond", "public, max-age=3600"),
    ];
    for (path, control) in cases {
        let answer = program.get(path).await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, control), "{path}");
        let known = program.get_with(path, &[("if-none-match", answer.header("etag"))]).await;
        assert_eq!((known.status, known.body.len()), (304, 0), "{path}");
    }
    let other_version = asset.replacen("/assets/", "/assets/0", 1);
    program.get(&other_version).await.problem(404, "not-found");
}

#[tokio::test]
async fn errors_are_not_cached() {
    let (program, upstream) = london().await;
    upstream.on(OWM_WEATHER, Answer::status(500, ""));
    upstream.on(OWM_FORECAST, Answer::status(500, ""));
    for (path, status) in [
        ("/docs", 308),
        ("/nowhere", 404),
        ("/api/weather?lat=91&lon=0", 400),
        ("/api/weather", 503),
        ("/api/nowhere", 404),
    ] {
        let answer = program.get(path).await;
        assert_eq!((answer.status, answer.header("cache-control")), (status, "no-store"), "{path}");
        assert_eq!((answer.header("etag"), answer.header("last-modified")), ("", ""), "{path}");
    }
}

#[tokio::test]
async fn a_cached_response_has_its_own_request_id_and_is_the_same_otherwise() {
    let (program, _upstream) = london().await;
    for path in ["/api/weather", "/api/forecast?units=imperial", "/api/places?q=lon", "/", "/health", "/docs/"] {
        let first = program.get(path).await;
        let again = program.get(path).await;
        assert_eq!((again.status, &again.body), (200, &first.body), "{path}");
        assert_ne!(again.header("x-request-id"), first.header("x-request-id"), "{path}");
        let named = program.get_with(path, &[("x-request-id", "mine-1")]).await;
        assert_eq!(named.header("x-request-id"), "mine-1", "{path}");
        for name in
            first.headers.keys().filter(|name| !["x-request-id", "date", "cache-control"].contains(&name.as_str()))
        {
            assert_eq!(again.headers[name], first.headers[name], "{path} {name}");
        }
        let head = program.ask(reqwest::Method::HEAD, path, &[]).await;
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_eq!(head.header("content-length"), again.header("content-length"), "{path}");
        assert_eq!(program.ask(reqwest::Method::POST, path, &[]).await.status, 405, "{path}");
    }
}
