//! What all responses have in common, and the methods of each address.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Method;
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::harness::{ReceivedResponse, TestServer, client, flags_for, london, openweathermap, settings, until};

/// Every address, with its media type and whether pages of other origins may read it.
const ROUTES: [(&str, &str); 14] = [
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
];

fn assert_common(answer: &ReceivedResponse, path: &str) {
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    assert!(answer.header("x-request-id").len() >= 8, "{path}");
    let shared = path.starts_with("/api/");
    let (origin, exposed) = if shared { ("*", "ETag, Retry-After, X-Request-Id") } else { ("", "") };
    assert_eq!(answer.header("access-control-allow-origin"), origin, "{path}");
    assert_eq!(answer.header("access-control-expose-headers"), exposed, "{path}");
}

#[tokio::test]
async fn get_and_head_have_the_same_headers() {
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
async fn other_methods_are_rejected_with_the_allowed_ones() {
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
    program.ask(Method::POST, "/api/weather?q=1", &[]).await.problem(405, "method-not-allowed");
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
async fn unknown_addresses_are_not_found() {
    let (program, _upstream) = london().await;
    let paths = [
        "/no/where",
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
async fn the_page_allows_nothing_from_other_origins() {
    let (program, _upstream) = london().await;
    let page = program.get("/").await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("unsafe-eval"), "{policy}");
    assert!(!page.header("referrer-policy").is_empty() && !page.header("permissions-policy").is_empty());
    let html = page.text();
    assert!(!html.contains(" style=\"") && !html.contains("<style"), "no inline style that the policy blocks");
    assert!(!html.contains(" onclick"), "no inline handler that the policy blocks");
    let scripts: Vec<_> = html.split("<script>").skip(1).filter_map(|rest| rest.split("</script>").next()).collect();
    for script in &scripts {
        let digest = STANDARD.encode(Sha256::digest(script));
        assert!(policy.contains(&format!("'sha256-{digest}'")), "no inline script that the policy blocks");
    }
    assert_eq!(policy.matches("sha256-").count(), scripts.len(), "the policy allows only scripts that exist");

    let policy = program.get("/docs/").await.header("content-security-policy").to_owned();
    assert!(policy.contains("script-src 'self';"), "{policy}");
    let scripts = policy.split(';').find(|part| part.contains("script-src")).unwrap();
    assert!(!scripts.contains("unsafe") && !scripts.contains("http"), "{scripts}");
}

#[tokio::test]
async fn swagger_ui_comes_from_the_program_alone() {
    let (program, _upstream) = london().await;
    let redirect = program.get("/docs").await;
    assert_eq!((redirect.status, redirect.header("location")), (308, "/docs/"));
    let page = program.get("/docs/").await.text();
    let attributes = ["src=\"", "href=\"", "data-script=\"", "data-style=\""];
    let sources = attributes.iter().flat_map(|attribute| page.split(attribute).skip(1));
    let (mut files, mut text) = (0, String::new());
    for source in sources.map(|rest| rest.split('"').next().unwrap()) {
        assert!(source.starts_with('/'), "{source}");
        let answer = program.get(&source.replace("&amp;", "&")).await;
        assert_eq!(answer.status, 200, "{source}");
        if source.starts_with("/docs/") {
            assert!(answer.header("cache-control").contains("immutable"), "{source}");
            files += 1;
            text.push_str(&answer.text());
        }
    }
    assert_eq!(files, 4, "the page's style and script, and two files of Swagger UI");
    assert!(text.contains("SwaggerUIBundle") && text.contains("/openapi.json"));
}

#[tokio::test]
async fn the_docs_have_an_example_of_every_route() {
    let (program, _upstream) = london().await;
    let page = program.get("/docs/").await.text();
    let document = program.get("/openapi.json").await.json();
    for path in document["paths"].as_object().unwrap().keys() {
        let example =
            page.split(&format!("data-path=\"{path}")).nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert_eq!(program.get(&format!("{path}{}", example.replace("&amp;", "&"))).await.status, 200, "{path}");
    }
    for expected in ["name=\"viewport\"", "<title>API documentation", "<a href=\"/\">"] {
        assert!(page.contains(expected), "{expected}");
    }
}

#[tokio::test]
async fn a_callers_request_id_is_returned() {
    let (program, _upstream) = london().await;
    let answer = program.get_with("/api/weather?lat=91&lon=0", &[("x-request-id", "trace-1")]).await;
    assert_eq!(answer.header("x-request-id"), "trace-1");
    let harmful = program.get_with("/health", &[("x-request-id", "a b\"c")]).await;
    assert_ne!(harmful.header("x-request-id"), "a b\"c");
}

#[tokio::test]
async fn the_status_shows_the_state_of_each_provider() {
    let (program, _upstream) = london().await;
    let before = program.get("/api/status").await.ok();
    assert_eq!(before["version"], env!("CARGO_PKG_VERSION"));
    let never = serde_json::json!({"name": "openweathermap", "state": "ok", "last_success": null, "last_error": null});
    assert_eq!(before["providers"], serde_json::json!([never]));
    program.get("/api/weather").await.ok();
    let after = &program.get("/api/status").await.ok()["providers"][0];
    assert!(after["last_success"].as_str().unwrap() >= before["started_at"].as_str().unwrap(), "{after}");
}

/// The response to these bytes, read until the connection is closed: the head in lower case, and the body.
async fn raw(program: &TestServer, request: &str) -> (String, String) {
    let mut stream = TcpStream::connect(program.url.trim_start_matches("http://")).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_lowercase(), body.to_owned())
}

#[tokio::test]
async fn exactly_one_host_is_required() {
    let (program, _upstream) = london().await;
    let ask = |line: &str, hosts: &str| format!("GET {line}\r\n{hosts}connection: close\r\n\r\n");
    // Each request is sent twice, because the second response may come from the cache.
    for _ in 0..2 {
        for (line, hosts, status) in [
            ("/health HTTP/1.1", "host: a\r\n", "200"),
            ("/health HTTP/1.1", "", "400"),
            ("/health HTTP/1.1", "host: a\r\nhost: b\r\n", "400"),
            ("/health HTTP/1.0", "", "200"),
            ("/health HTTP/1.0", "host: a\r\nhost: a\r\n", "400"),
            ("http://a/health HTTP/1.1", "host: a\r\n", "200"),
            ("/api/weather HTTP/1.1", "host: a\r\n", "200"),
            ("/api/weather HTTP/1.1", "", "400"),
            ("/api/weather HTTP/1.1", "host: a\r\nhost: b\r\n", "400"),
        ] {
            let (head, _) = raw(&program, &ask(line, hosts)).await;
            assert!(head.starts_with("http/1.") && head[9..].starts_with(status), "{line} {hosts:?}: {head}");
        }
    }
}

#[tokio::test]
async fn rejections_have_the_format_of_all_errors() {
    let (program, _upstream) = london().await;
    let long = |length: usize| format!("GET /api/weather?city={} HTTP/1.1\r\nhost: a\r\n", "a".repeat(length));
    let cases = [
        (long(8_200) + "connection: close\r\n\r\n", "414 uri too long"),
        (long(33_000) + "\r\n", "414 uri too long"),
        (
            format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "y".repeat(33_000)),
            "431 request header fields too large",
        ),
        (format!("GET / HTTP/1.1\r\nhost: a\r\n{}\r\n", "x: y\r\n".repeat(101)), "431 request header fields too large"),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n".to_owned(), "400 bad request"),
        ("\u{16}\u{3}\u{1}\r\n\r\n".to_owned(), "400 bad request"),
    ];
    for (request, status) in cases {
        let (head, body) = raw(&program, &request).await;
        assert!(head.starts_with(&format!("http/1.1 {status}\r\n")), "{request:.60}: {head}");
        for header in [
            "x-request-id: ",
            "x-content-type-options: nosniff",
            "content-type: application/problem+json",
            "cache-control: no-store",
            "access-control-allow-origin: *",
        ] {
            assert!(head.contains(&format!("\r\n{header}")), "{request:.60}: {head}");
        }
        let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            (problem["status"].to_string(), &problem["code"]),
            (status[..3].to_owned(), &"invalid-request".into())
        );
    }
}

#[tokio::test]
async fn json_ends_with_a_newline() {
    let (program, _upstream) = london().await;
    for path in ["/api/weather", "/api/forecast", "/api/places?q=l", "/api/status", "/openapi.json", "/api/nowhere"] {
        let text = program.get(path).await.text();
        assert!(text.ends_with("}\n"), "{path}: {text:?}");
    }
}

#[tokio::test]
async fn a_slightly_wrong_address_gets_the_right_one_suggested() {
    let (program, _upstream) = london().await;
    for (path, meant) in [
        ("/api/weather/", "/api/weather"),
        ("/API/Weather", "/api/weather"),
        ("//api//forecast", "/api/forecast"),
        ("/health/", "/health"),
        ("/openapi.YAML", "/openapi.yaml"),
    ] {
        let detail = program.get(path).await.problem(404, "not-found")["detail"].to_string();
        assert!(detail.contains(&format!("did you mean {meant}?")), "{path}: {detail}");
    }
    let detail = program.get("/api/nowhere").await.problem(404, "not-found")["detail"].to_string();
    assert!(!detail.contains("did you mean"), "{detail}");
}

#[tokio::test]
async fn an_unknown_default_place_is_a_server_error() {
    let upstream = openweathermap().await;
    upstream.on("/geo/1.0/direct", crate::upstream::Answer::ok("[]"));
    let mut flags = flags_for(&upstream, "openweathermap");
    flags.extend(["--default-city", "Lodnonqq"]);
    let program = TestServer::start(&settings(&flags)).await;
    let problem = program.get("/api/weather").await.problem(500, "internal");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("city=London") && !detail.contains("Lodnonqq"), "{detail}");
    program.get("/api/weather?city=Lodnonqq").await.problem(404, "place-not-found");
    program.get("/api/weather?city=London").await.ok();
}

#[tokio::test]
async fn an_undeclared_proxy_is_warned_about_once() {
    let upstream = openweathermap().await;
    let settings = [
        ("PROVIDERS", "openweathermap"),
        ("OPENWEATHERMAP_API_KEY", "k"),
        ("OPENWEATHERMAP_URL", upstream.url()),
        ("LOG", "info"),
    ];
    for (proxies, warnings) in [("0", 1), ("1", 0)] {
        let program = crate::program::ProgramProcess::start(&[&settings[..], &[("TRUSTED_PROXIES", proxies)]].concat());
        for n in 0..3 {
            let request = client().build().unwrap().get(program.url(&format!("/api/weather?lat={n}&lon=0")));
            request.header("x-forwarded-for", "192.0.2.1").send().await.unwrap();
        }
        let client = client().build().unwrap();
        client.get(program.url("/no/where")).send().await.unwrap();
        until(async || program.log().contains("GET /no/where 404")).await;
        assert_eq!(program.log().matches("TRUSTED_PROXIES is 0").count(), warnings, "{proxies}");
    }
}
