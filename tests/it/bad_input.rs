//! Invalid requests are rejected with helpful sentences, before any provider is asked.

use crate::harness::london;

#[tokio::test]
async fn invalid_requests_for_weather_are_rejected() {
    let (program, upstream) = london().await;
    let long = format!("city={}", "a".repeat(5_000));
    // The query, and a word that the sentence must contain.
    let cases = [
        ("lat=91&lon=0", "lat"),
        ("lat=-90.01&lon=0", "lat"),
        ("lat=0&lon=180.01", "lon"),
        ("lat=0&lon=-181", "lon"),
        ("lat=NaN&lon=0", "lat"),
        ("lat=0&lon=inf", "lon"),
        ("lat=-inf&lon=0", "lat"),
        ("lat=abc&lon=0", "lat"),
        ("lat=&lon=0", "lat"),
        ("lat=51,5&lon=0", "lat"),
        ("lat=51.5", "lon"),
        ("lon=0", "lat"),
        ("city=", "city"),
        ("city=%20%20", "city"),
        ("city=+", "city"),
        (&*long, "city"),
        ("city=London&lat=51.5&lon=0", "city"),
        ("city=London&lat=51.5", "city"),
        ("units=kelvin", "units"),
        ("units=", "units"),
        ("units=METRIC", "units"),
        ("city=%", "percent"),
        ("city=%zz", "percent"),
        ("city=%ff", "UTF-8"),
        ("city=London%00", "control"),
        ("city=Lon%0Adon", "control"),
        ("city=London&city=Paris", "city"),
        ("lat=1&lat=2&lon=3", "lat"),
    ];
    for route in ["/api/weather", "/api/forecast"] {
        for (query, word) in cases {
            let shown = &query[..query.len().min(60)];
            let answer = program.get(&format!("{route}?{query}")).await;
            assert_eq!(answer.status, 400, "{route}?{shown}: {}", answer.text());
            let problem = answer.problem(400, "invalid-request");
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains(word), "{route}?{shown}: {detail}");
            assert!(problem.get("suggestions").is_none(), "{problem}");
        }
    }
    assert_eq!(upstream.requests().len(), 0, "no upstream is asked");
}

#[tokio::test]
async fn an_unknown_parameter_is_named_with_the_nearest_known_one() {
    let (program, upstream) = london().await;
    let cases = [
        ("/api/weather?q=Paris", "“q”", "city"),
        ("/api/weather?City=Paris", "“City”", "city"),
        ("/api/forecast?ciyt=Paris", "“ciyt”", "city"),
        ("/api/weather?location=Paris", "“location”", "city"),
        ("/api/weather?latitude=48.85&longitude=2.35", "“latitude”", "lat"),
        ("/api/weather?lat=48.85&longitude=2.35", "“longitude”", "lon"),
        ("/api/forecast?city[]=Paris", "“city[]”", "city"),
        ("/api/forecast?city=Paris&unit=metric", "“unit”", "units"),
        ("/api/places?query=Paris", "“query”", "q"),
        ("/api/places?q=Paris&count=3", "“count”", "limit"),
        ("/api/status?verbose", "“verbose”", "has none"),
    ];
    for (path, given, meant) in cases {
        let problem = program.get(path).await.problem(400, "invalid-request");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(given) && detail.contains(meant), "{path}: {detail}");
    }
    assert_eq!(upstream.requests().len(), 0, "no upstream is asked");
    for page in ["/?utm_source=x&city=Paris", "/docs/?x=1", "/health?x=1"] {
        assert_eq!(program.get(page).await.status, 200, "{page}: links collect parameters");
    }
}

#[tokio::test]
async fn invalid_requests_for_places_are_rejected() {
    let (program, upstream) = london().await;
    let long = format!("q={}", "a".repeat(5_000));
    let cases = [
        ("q=lond&limit=0", "limit"),
        ("q=lond&limit=21", "limit"),
        ("q=lond&limit=abc", "limit"),
        ("q=lond&limit=-1", "limit"),
        ("q=lond&limit=300", "limit"),
        ("q=lond&limit=1.5", "limit"),
        ("q=a&q=b", "q"),
        ("q=%E4", "UTF-8"),
        (&*long, "q"),
        ("", "q"),
        ("limit=3", "q"),
        ("lat=1", "lon"),
        ("lat=91&lon=0", "lat"),
        ("lat=NaN&lon=0", "lat"),
        ("q=lond&lat=1&lon=1", "q"),
    ];
    for (query, word) in cases {
        let problem = program.get(&format!("/api/places?{query}")).await.problem(400, "invalid-request");
        assert!(problem["detail"].as_str().unwrap().contains(word), "{query:.60}: {problem}");
    }
    assert_eq!(upstream.requests().len(), 0, "no upstream is asked");
}

#[tokio::test]
async fn a_search_returns_as_many_places_as_its_limit() {
    let (program, upstream) = london().await;
    let first = |answer: serde_json::Value| answer["places"][0]["name"].as_str().unwrap_or_default().to_owned();
    for (query, name) in
        [("q=lond", "London"), ("q=LONDON", "London"), ("q=M%C3%BCnchen", "Munich"), ("lat=51.51&lon=-0.13", "London")]
    {
        let answer = program.get(&format!("/api/places?{query}")).await;
        assert_eq!(first(answer.ok()), name, "{query}");
    }
    let of = |query: &'static str| async { program.get(query).await.ok()["places"].as_array().unwrap().len() };
    assert_eq!(of("/api/places?q=san").await, 8, "by default");
    assert_eq!(of("/api/places?q=san&limit=20").await, 20);
    assert_eq!(of("/api/places?q=san&limit=1").await, 1);
    assert_eq!(of("/api/places?q=qqqqqqqq").await, 0, "an unknown name gives an empty list");
    let keys = program.get("/api/places?q=lond&limit=1").await.ok()["places"][0]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect::<Vec<_>>();
    assert_eq!(
        keys,
        ["country", "country_name", "latitude", "longitude", "matched", "name", "population", "region", "timezone"]
    );
    assert_eq!(upstream.requests().len(), 0, "no upstream is asked");
}
