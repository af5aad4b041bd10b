//! What cannot be answered is refused in words that help, before any upstream is asked.

use crate::harness::london;

#[tokio::test]
async fn bad_questions_for_the_weather() {
    let (program, upstream) = london().await;
    let long = format!("city={}", "a".repeat(10_000));
    // The query, and a word that the sentence has to have.
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
    assert_eq!(upstream.asked().len(), 0, "no upstream is asked");
}

#[tokio::test]
async fn bad_questions_for_places() {
    let (program, upstream) = london().await;
    let long = format!("q={}", "a".repeat(10_000));
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
    assert_eq!(upstream.asked().len(), 0, "no upstream is asked");
}

#[tokio::test]
async fn places_that_are_found() {
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
    assert_eq!(of("/api/places?q=qqqqqqqq").await, 0, "nothing found is an empty list");
    let keys = program.get("/api/places?q=lond&limit=1").await.ok()["places"][0]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect::<Vec<_>>();
    assert_eq!(keys, ["country", "country_name", "latitude", "longitude", "name", "population", "region", "timezone"]);
    assert_eq!(upstream.asked().len(), 0, "no upstream is asked");
}
