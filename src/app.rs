//! What answers at which address, and what every answer has in common.

use std::panic::AssertUnwindSafe;

use bytes::Bytes;
use futures_util::FutureExt;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL, LOCATION, X_CONTENT_TYPE_OPTIONS,
    },
};
use http_body_util::Full;
use poem::{
    Endpoint, EndpointExt, IntoEndpoint, Request, Response, Route, RouteMethod,
    endpoint::{BoxEndpoint, make_sync},
    error::{MethodNotAllowedError, NotFoundError},
    get,
};
use tracing::{Instrument, Span};

use crate::{
    api::{Api, problem::Fault},
    docs::{self, Docs},
    metrics::{Metrics, OpenConnection},
    page::Page,
    ready,
};

mod answers;
mod query;
mod request_id;
mod trace_parent;

use answers::{Answers, Asked, Repeated};
use request_id::RequestIds;
use trace_parent::TraceParent;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What lies below may be read by pages of any origin.
const SHARED: &str = "/api/";

/// How many seconds a browser may remember the answer to a preflight: a day.
const PREFLIGHT_MAX_AGE: &str = "86400";

/// The whole program as it is seen over HTTP.
pub struct App {
    routes: BoxEndpoint<'static, Response>,
    answers: Answers,
    ids: RequestIds,
    metrics: Metrics,
}

/// The table of contents.
fn routes(api: impl IntoEndpoint<Endpoint: Endpoint<Output = Response> + 'static>, page: &Page, docs: &Docs) -> Route {
    Route::new()
        .at("/", from(page, |page, request| page.index(request.headers())))
        .at("/sw.js", from(page, |page, request| page.at_the_root("sw.js", request.headers())))
        .at(
            "/manifest.webmanifest",
            from(page, |page, request| page.at_the_root("manifest.webmanifest", request.headers())),
        )
        .at("/favicon.ico", from(page, |page, request| page.at_the_root("favicon.ico", request.headers())))
        .at("/robots.txt", from(page, |page, request| page.at_the_root("robots.txt", request.headers())))
        .at("/assets/:hash/*name", from(page, asset))
        .at("/health", get(make_sync(|_| ready::fixed("OK"))))
        .at("/openapi.yaml", from(docs, |docs, request| Some(docs.yaml(request.headers()))))
        .at("/openapi.json", from(docs, |docs, request| docs.json(request.headers())))
        .at("/docs", get(make_sync(|_| redirect("/docs/"))))
        .at("/docs/", from(docs, |docs, request| docs.file("", request.headers())))
        .at("/docs/*name", from(docs, |docs, request| docs.file(request.raw_path_param("name")?, request.headers())))
        .nest_no_strip("/api", api)
}

impl App {
    /// The app of an API and a page, which counts what it answers.
    #[must_use]
    pub fn new(api: Api, page: &Page, metrics: Metrics) -> Self {
        let routes = routes(docs::service(api), page, &Docs::embedded()).map_to_response().boxed();
        Self { routes, answers: Answers::default(), ids: RequestIds::default(), metrics }
    }

    /// Counts a connection as open until this is dropped.
    #[must_use]
    pub fn connection(&self) -> OpenConnection {
        self.metrics.connection()
    }

    /// What was answered to whoever asked the same, while it holds: no handler is asked.
    #[must_use]
    pub fn at_hand<B>(&self, request: &http::Request<B>) -> Option<http::Response<Full<Bytes>>> {
        let timing = self.metrics.request(request.uri().path());
        let asked = Asked::of(request.method(), request.uri(), request.headers())?;
        let Repeated { mut response, is_stale } = self.answers.repeat(&asked, request.headers())?;
        timing.repeated(response.status(), is_stale);
        response.headers_mut().insert(X_REQUEST_ID, self.ids.of(request.headers()));
        Some(response)
    }

    /// Answers one request, whatever happens.
    pub async fn answer(&self, mut request: Request) -> Response {
        let timing = self.metrics.request(request.uri().path());
        let id = self.ids.of(request.headers());
        let key = Asked::of(request.method(), request.uri(), request.headers()).map(|asked| asked.key());
        let shared = request.uri().path().starts_with(SHARED);
        let span = span(&id, request.headers());
        if request.method() == Method::HEAD {
            // The connection leaves the body out; all else is as for GET.
            request.set_method(Method::GET);
        }
        let answer = AssertUnwindSafe(self.route(request, shared).instrument(span.clone())).catch_unwind().await;
        let mut response = answer.unwrap_or_else(|_| Fault::Internal.response());
        if response.status().is_server_error() {
            let status = response.status().as_u16();
            span.in_scope(|| tracing::warn!(http.status = status, "answered with an error"));
        }
        add_common_headers(&mut response, id, shared);
        if let Some((key, repeatable)) = key.zip(response.extensions_mut().remove()) {
            self.answers.keep(key, response.headers(), repeatable);
        }
        timing.answered(response.status());
        response
    }

    async fn route(&self, request: Request, shared: bool) -> Response {
        if shared && request.method() == Method::OPTIONS {
            return preflight();
        }
        if shared && let Err(sentence) = query::check(request.uri().query().unwrap_or_default()) {
            return Fault::InvalidRequest(sentence).response();
        }
        match self.routes.call(request).await {
            Ok(response) => response,
            Err(error) if error.is::<NotFoundError>() => Fault::NotFound.response(),
            Err(error) if error.is::<MethodNotAllowedError>() => {
                let allow = if shared { "GET, HEAD, OPTIONS" } else { "GET, HEAD" };
                Fault::MethodNotAllowed { allow }.response()
            }
            Err(error) => {
                tracing::error!(%error, "a handler failed");
                Fault::Internal.response()
            }
        }
    }
}

/// Names the request, and the trace that it belongs to, in the log lines about it and about the flight that it starts.
fn span(id: &HeaderValue, headers: &HeaderMap) -> Span {
    let trace = TraceParent::of(headers);
    // Of the level that is never left out where any other is not.
    tracing::error_span!(
        "request",
        request.id = id.to_str().unwrap_or_default(),
        trace.id = trace.map(|trace| trace.trace_id),
        trace.parent_id = trace.map(|trace| trace.parent_id),
    )
}

/// An endpoint that finds its answer in `source`, or there is none at this address.
fn from<S: Clone + Send + Sync + 'static>(
    source: &S,
    find: impl Fn(&S, &Request) -> Option<Response> + Send + Sync + 'static,
) -> RouteMethod {
    let source = source.clone();
    get(make_sync(move |request| find(&source, &request).unwrap_or_else(|| Fault::NotFound.response())))
}

fn asset(page: &Page, request: &Request) -> Option<Response> {
    page.asset(request.raw_path_param("hash")?, request.raw_path_param("name")?, request.headers())
}

fn redirect(to: &'static str) -> Response {
    Response::builder().status(StatusCode::PERMANENT_REDIRECT).header(LOCATION, to).finish()
}

fn preflight() -> Response {
    Response::builder()
        .status(StatusCode::NO_CONTENT)
        .header(ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS")
        .header(ACCESS_CONTROL_ALLOW_HEADERS, "*")
        .header(ACCESS_CONTROL_MAX_AGE, PREFLIGHT_MAX_AGE)
        .finish()
}

fn add_common_headers(response: &mut Response, id: HeaderValue, shared: bool) {
    let is_cacheable = matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED);
    let headers: &mut HeaderMap = response.headers_mut();
    if !is_cacheable || !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(X_REQUEST_ID, id);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if shared {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        let exposed = HeaderValue::from_static("ETag, Retry-After, X-Request-Id");
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
}
