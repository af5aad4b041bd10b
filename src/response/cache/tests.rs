use std::cell::Cell;

use http::{
    StatusCode,
    header::{ACCEPT_ENCODING, CACHE_CONTROL, ETAG, HeaderName, IF_NONE_MATCH},
};
use tokio::time::advance;

use super::*;
use crate::response::cache_control::Freshness;

const FRESH_FOR: Duration = Duration::from_mins(10);
const MINUTE: Duration = Duration::from_mins(1);
const NOW: Timestamp = Timestamp::constant(1_743_163_200, 0);

/// A cache whose wall clock follows the paused clock of the tests, and a count of renderings.
struct CacheFixture {
    cache: ResponseCache<String>,
    clock: Clock,
    rendered: Cell<usize>,
}

fn fixture() -> CacheFixture {
    let began = tokio::time::Instant::now();
    let clock = Clock::from_fn(move || NOW + SignedDuration::try_from(began.elapsed()).unwrap());
    let cache = ResponseCache::new(CacheBudget::of(16_000_000), clock.clone());
    CacheFixture { cache, clock, rendered: Cell::new(0) }
}

fn headers(headers: &[(HeaderName, &str)]) -> HeaderMap {
    headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
}

impl CacheFixture {
    /// Requests a report whose rendering is valid for `valid_for`.
    fn ask(&self, target: &str, key: &str, valid_for: Duration, request: &HeaderMap) -> FullResponse {
        let fresh_until = self.clock.moment() + FRESH_FOR;
        let source = ResponseSource {
            versions: vec![ReportVersion { fetched_at: NOW, provider: "test", stale: false }],
            cache_control: CacheControl::FromFreshness(Freshness {
                fresh_until,
                min_max_age: Duration::ZERO,
                usable_until: fresh_until,
            }),
            valid_until: Some(fresh_until),
        };
        self.cache.get_or_render(target, request, key.to_owned(), source, |now| {
            self.rendered.set(self.rendered.get() + 1);
            let until = now + SignedDuration::try_from(valid_for).unwrap();
            Rendering {
                representation: Representation::new("text/plain", format!("{key} {now}").repeat(100)),
                valid_during: Some((now, until)),
            }
        })
    }

    fn get(&self, target: &str, request: &HeaderMap) -> Option<FullResponse> {
        self.cache.get(target, request).map(|hit| hit.response)
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_is_sent_again_while_it_is_fresh_with_the_remaining_seconds() {
    let fixture = fixture();
    let none = HeaderMap::new();
    fixture.ask("/weather", "London", FRESH_FOR * 2, &none);
    let control = |seconds| format!("public, max-age={seconds}, stale-while-revalidate=60, stale-if-error={seconds}");
    assert_eq!(fixture.get("/weather", &none).unwrap().headers()[CACHE_CONTROL], control(600));
    advance(FRESH_FOR.saturating_sub(Duration::from_secs(1))).await;
    assert_eq!(fixture.get("/weather", &none).unwrap().headers()[CACHE_CONTROL], control(1));
    advance(Duration::from_secs(1)).await;
    assert!(fixture.get("/weather", &none).is_none());
}

#[tokio::test(start_paused = true)]
async fn all_spellings_share_one_rendering_and_each_becomes_an_alias() {
    let fixture = fixture();
    let none = HeaderMap::new();
    let first = fixture.ask("/weather?city=London", "London", FRESH_FOR, &none);
    assert!(fixture.get("/weather?city=LONDON", &none).is_none());
    let second = fixture.ask("/weather?city=LONDON", "London", FRESH_FOR, &none);
    assert_eq!((fixture.rendered.get(), &first.headers()[ETAG]), (1, &second.headers()[ETAG]));
    for target in ["/weather?city=London", "/weather?city=LONDON"] {
        assert_eq!(fixture.get(target, &none).unwrap().headers()[ETAG], first.headers()[ETAG]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_rendering_that_is_no_longer_valid_is_replaced() {
    let fixture = fixture();
    let none = HeaderMap::new();
    let first = fixture.ask("/weather", "London", MINUTE, &none);
    advance(MINUTE).await;
    assert!(fixture.get("/weather", &none).is_none());
    let second = fixture.ask("/weather", "London", MINUTE, &none);
    assert_eq!(fixture.rendered.get(), 2);
    assert_ne!(first.headers()[ETAG], second.headers()[ETAG]);
    assert_eq!(fixture.get("/weather", &none).unwrap().headers()[ETAG], second.headers()[ETAG]);
}

#[tokio::test(start_paused = true)]
async fn a_report_is_not_rendered_again_while_its_rendering_is_valid() {
    let fixture = fixture();
    let none = HeaderMap::new();
    fixture.ask("/weather", "London", FRESH_FOR * 3, &none);
    advance(FRESH_FOR).await;
    assert!(fixture.get("/weather", &none).is_none(), "the report may have been replaced");
    fixture.ask("/weather", "London", FRESH_FOR * 3, &none);
    assert_eq!(fixture.rendered.get(), 1);
    assert!(fixture.get("/weather", &none).is_some());
}

#[tokio::test(start_paused = true)]
async fn each_encoding_is_cached_separately() {
    let fixture = fixture();
    let (none, gzip) = (HeaderMap::new(), headers(&[(ACCEPT_ENCODING, "gzip")]));
    let plain = fixture.ask("/weather", "London", FRESH_FOR, &none);
    assert!(fixture.get("/weather", &gzip).is_none());
    let compressed = fixture.ask("/weather", "London", FRESH_FOR, &gzip);
    assert_ne!(plain.headers()[ETAG], compressed.headers()[ETAG]);
    assert_eq!(fixture.get("/weather", &gzip).unwrap().headers()[ETAG], compressed.headers()[ETAG]);
    assert_eq!(fixture.get("/weather", &none).unwrap().headers()[ETAG], plain.headers()[ETAG]);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_has_the_response_gets_304() {
    let fixture = fixture();
    let etag = fixture.ask("/weather", "London", FRESH_FOR, &HeaderMap::new()).headers()[ETAG].clone();
    let known = fixture.get("/weather", &headers(&[(IF_NONE_MATCH, etag.to_str().unwrap())])).unwrap();
    assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test(start_paused = true)]
async fn any_number_of_targets_and_places_stays_within_the_budget() {
    let clock = Clock::system();
    let budget = CacheBudget::of(1_000_000);
    let cache = ResponseCache::<String>::new(budget, clock);
    for n in 0..5_000 {
        let source =
            ResponseSource { versions: Vec::new(), cache_control: CacheControl::Fixed("no-cache"), valid_until: None };
        let target = format!("/{}{n}", "x".repeat(n % 2_000));
        cache.get_or_render(&*target, &HeaderMap::new(), n.to_string(), source, |_| Rendering {
            representation: Representation::new("text/plain", "x".repeat(n)),
            valid_during: None,
        });
        assert!(cache.0.responses.weight() <= budget.responses && cache.0.aliases.weight() <= budget.aliases);
    }
    assert!(cache.0.aliases.len() > 10 && cache.0.responses.len() > 10);
}
