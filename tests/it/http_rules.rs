//! What every answer has in common, and which methods an address takes.

use reqwest::Method;

use crate::harness::{Got, london};

/// Every address that there is, with its media type and whether pages of other origins may read it.
const ROUTES: [(&str, &str); 15] = [
    ("/", "text/html; charset=utf-8"),
    ("/sw.js", "text/javascript; charset=utf-8"),
    ("/manifest.webmanifest", "application/manifest+json"),
    ("/favicon.ico", "image/x-icon"),
    ("/robots.txt", "text/plain; charset=utf-8"),
    ("/health", "text/plain; charset=utf-8"),
    ("/api/weather", "application/json"),
    ("/api/forecast", "application/json"),
    ("/api/places?q=lond", "application/json"),
    ("/api/places?lat=51.5&lon=-0.1", "application/json"),
    ("/api/status", "application/json"),
    ("/openapi.json", "application/json"),
    ("/openapi.yaml", "application/yaml"),
    ("/docs/", "text/html; charset=utf-8"),
    ("/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
];

fn assert_common(answer: &Got, path: &str) {
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    assert!(answer.header("x-request-id").len() >= 8, "{path}");
    let shared = path.starts_with("/api/");
    let (origin, exposed) = if shared { ("*", "ETag, Retry-After, X-Request-Id") } else { ("", "") };
    assert_eq!(answer.header("access-control-allow-origin"), origin, "{path}");
    assert_eq!(answer.header("access-control-expose-headers"), exposed, "{path}");
}

#[tokio::test]
async fn get_and_head_say_the_same() {
    let (program, _upstream) = london().await;
    for (path, media_type) in ROUTES {
        let get = program.get(path).await;
        assert_eq!((get.status, get.header("content-type")), (200, media_type), "{path}");
        assert_common(&get, path);
        let head = program.ask(Method::HEAD, path, &[]).await;
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_common(&head, path);
        for name in ["content-type", "content-length", "etag", "vary"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
    assert_eq!(program.get("/health").await.text(), "OK");
}

#[tokio::test]
async fn other_methods_are_told_which_there_are() {
    let (program, _upstream) = london().await;
    for (path, _) in ROUTES.into_iter().chain([("/docs", "")]) {
        let allow = if path.starts_with("/api/") { "GET, HEAD, OPTIONS" } else { "GET, HEAD" };
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::TRACE] {
            let answer = program.ask(method.clone(), path, &[]).await;
            answer.problem(405, "method-not-allowed");
            assert_eq!(answer.header("allow"), allow, "{method} {path}");
            assert_common(&answer, path);
        }
    }
    program.ask(Method::OPTIONS, "/", &[]).await.problem(405, "method-not-allowed");
}

#[tokio::test]
async fn a_preflight_lets_any_origin_read_the_api() {
    let (program, _upstream) = london().await;
    let headers = [
        ("origin", "https://example.org"),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "if-none-match"),
    ];
    for path in ["/api/weather", "/api/forecast?city=London", "/api/places", "/api/status"] {
        let answer = program.ask(Method::OPTIONS, path, &headers).await;
        assert_eq!((answer.status, answer.body.len()), (204, 0), "{path}");
        assert_common(&answer, path);
        assert_eq!(answer.header("access-control-allow-methods"), "GET, HEAD, OPTIONS", "{path}");
        assert_eq!(answer.header("access-control-allow-headers"), "*", "{path}");
        assert_eq!(answer.header("access-control-max-age"), "86400", "{path}");
    }
    for (path, status) in [("/api/weather?lat=91&lon=0", 400), ("/api/nowhere", 404)] {
        let answer = program.get_with(path, &headers[..1]).await;
        assert_eq!(answer.status, status);
        assert_common(&answer, path);
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let (program, _upstream) = london().await;
    let paths = [
        "/nowhere",
        "/index.html",
        "/api",
        "/api/",
        "/api/nowhere",
        "/api/weather/",
        "/API/weather",
        "/assets/",
        "/assets/app.js",
        "/docs/nowhere.js",
        "/docs/..%2f..%2fCargo.toml",
        "/metrics",
        "/health/",
        "//",
        "/%00",
        "/%ff",
    ];
    for path in paths {
        let answer = program.get(path).await;
        answer.problem(404, "not-found");
        assert_common(&answer, path);
        assert_eq!(program.ask(Method::HEAD, path, &[]).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn the_page_lets_nothing_foreign_in() {
    let (program, _upstream) = london().await;
    let page = program.get("/").await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("unsafe-eval"), "{policy}");
    assert!(!page.header("referrer-policy").is_empty() && !page.header("permissions-policy").is_empty());
    let html = page.text();
    assert!(!html.contains(" style=\"") && !html.contains("<style"), "no style that the policy would stop");
    assert!(!html.contains(" onclick") && !html.contains("<script>"), "no script that the policy would stop");

    for path in ["/docs/", "/docs/swagger-initializer.js"] {
        let policy = program.get(path).await.header("content-security-policy").to_owned();
        assert!(policy.contains("script-src 'self';"), "{policy}");
        let scripts = policy.split(';').find(|part| part.contains("script-src")).unwrap();
        assert!(!scripts.contains("unsafe") && !scripts.contains("http"), "{scripts}");
    }
}

#[tokio::test]
async fn swagger_ui_comes_from_the_program_alone() {
    let (program, _upstream) = london().await;
    let redirect = program.get("/docs").await;
    assert_eq!((redirect.status, redirect.header("location")), (308, "/docs/"));
    let page = program.get("/docs/").await.text();
    let sources = page.split("src=\"").chain(page.split("href=\"")).skip(1).map(|rest| rest.split('"').next().unwrap());
    for source in
        sources.filter(|source| source.starts_with("./") || source.starts_with("http") || source.starts_with('/'))
    {
        let path = source.strip_prefix("./").map_or_else(|| source.to_owned(), |name| format!("/docs/{name}"));
        assert_eq!(program.get(&path).await.status, 200, "{source}");
    }
    assert!(program.get("/docs/swagger-initializer.js").await.text().contains("/openapi.json"));
}

#[tokio::test]
async fn a_callers_request_id_comes_back() {
    let (program, _upstream) = london().await;
    let answer = program.get_with("/api/weather?lat=91&lon=0", &[("x-request-id", "trace-1")]).await;
    assert_eq!(answer.header("x-request-id"), "trace-1");
    let harmful = program.get_with("/health", &[("x-request-id", "a b\"c")]).await;
    assert_ne!(harmful.header("x-request-id"), "a b\"c");
}

#[tokio::test]
async fn status_tells_how_each_provider_fares() {
    let (program, _upstream) = london().await;
    let before = program.get("/api/status").await.ok();
    assert_eq!(before["version"], env!("CARGO_PKG_VERSION"));
    let never = serde_json::json!({"name": "openweathermap", "state": "ok", "last_success": null, "last_error": null});
    assert_eq!(before["providers"], serde_json::json!([never]));
    program.get("/api/weather").await.ok();
    let after = &program.get("/api/status").await.ok()["providers"][0];
    assert!(after["last_success"].as_str().unwrap() >= before["started_at"].as_str().unwrap(), "{after}");
}
