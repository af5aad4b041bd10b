//! The memory use of the program.

use futures_util::{StreamExt, stream};

use crate::{
    harness::{OWM_FORECAST, client, openweathermap},
    program::ProgramProcess,
    upstream::Upstream,
};

const CACHE_SIZE: u64 = 2_000_000;

/// A cached forecast takes some 20 kB, so these places would take three times the limit.
const PLACES: usize = 350;

/// What the program may use in addition: for the requests in progress, and freed memory that the allocator has not
/// returned.
const BESIDE: u64 = 11_000_000;

const AT_A_TIME: usize = 8;

fn start(upstream: &Upstream, cache_size: &str) -> ProgramProcess {
    ProgramProcess::start(&[
        ("LOG", "info"),
        ("PROVIDERS", "openweathermap"),
        ("OPENWEATHERMAP_API_KEY", "k"),
        ("OPENWEATHERMAP_URL", upstream.url()),
        ("OPENWEATHERMAP_PER_MINUTE", "1000000"),
        // Long enough for a busy machine.
        ("UPSTREAM_TIMEOUT", "1m"),
        ("CACHE_SIZE", cache_size),
    ])
}

/// Requests the forecast of places all over the Earth.
async fn ask_for_places(program: &ProgramProcess) {
    let client = client().build().unwrap();
    let paths = (0..PLACES).map(|n| {
        format!("/api/forecast?lat={}&lon={}", (n % 120).cast_signed() - 60, (n / 120 * 20).cast_signed() - 90)
    });
    let ask = async |path: String| {
        let answer = client.get(program.url(&path)).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert_eq!(status, 200, "{path}: {text}");
        assert!(text.len() > 500, "{path}");
    };
    stream::iter(paths).for_each_concurrent(AT_A_TIME, ask).await;
}

#[tokio::test]
async fn memory_stays_within_its_limit_for_any_number_of_places() {
    let upstream = openweathermap().await;
    let program = start(&upstream, &CACHE_SIZE.to_string());
    ask_for_places(&program).await;
    let allocated = program.allocated();
    assert_eq!(upstream.count(OWM_FORECAST), PLACES);
    assert!(allocated < CACHE_SIZE + BESIDE, "{allocated}");
}
