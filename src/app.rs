//! Routing, and what every response has in common.

use std::{net::SocketAddr, panic::AssertUnwindSafe};

use futures_util::FutureExt;
use http::{
    HeaderMap, HeaderValue, Method, StatusCode, Version,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL, HOST,
        LOCATION, VARY,
    },
    request::Parts,
};
use poem::{Endpoint, EndpointExt, Response, endpoint::BoxEndpoint};
use tracing::{Instrument, Span};

use crate::{
    api::{Api, ResponseKey, params::ApiRoutes, problem::Fault},
    dialect::{self, Dialect, Dialects},
    docs::{self, Docs},
    metrics::{Metrics, RequestTimer, Route},
    page::Page,
    place_address::PageAddress,
    response::{
        CachedHit, FullResponse, RequestTarget, ResponseCache, Variant, X_REQUEST_ID, add_common_headers,
        add_cors_headers,
    },
    server::{Handler, Rejection},
    text,
};

mod client_kind;
mod failure_log;
mod poem_adapter;
mod request_id;
mod static_routes;
mod text_request;
mod trace_parent;

use client_kind::ClientKind;
use failure_log::FailureLog;
use poem_adapter::{full_response, poem_request};
use request_id::RequestIds;
use static_routes::StaticRoutes;
use text_request::{Subject, TextRequest};
use trace_parent::TraceParent;

/// The address of the docs, without the trailing slash.
const DOCS: &str = "/docs";

/// The prefix of the API. Pages of any origin may read responses below it.
const API_PREFIX: &str = "/api/";

/// How long a browser may cache the response to a preflight, in seconds: a day.
const PREFLIGHT_MAX_AGE: &str = "86400";

/// The `Vary` header of errors at the addresses of the page. They are not compressed.
const ERRORS_VARY_BY: &str = "Accept, User-Agent";

/// The maximum length of a request's path and query in bytes; beyond it, the status is 414. It is twice the longest
/// list of names in a dialect. RFC 9110 (4.1) recommends at least 8,000, but that would leave no room for the headers.
const MAX_TARGET_BYTES: usize = 6 * 1024;

/// The whole program as an HTTP handler.
pub struct App {
    api: BoxEndpoint<'static, Response>,
    api_routes: ApiRoutes,
    dialects: Dialects,
    pages: Api,
    page: Page,
    responses: ResponseCache<ResponseKey>,
    static_routes: StaticRoutes,
    ids: RequestIds,
    failures: FailureLog,
    metrics: Metrics,
}

impl App {
    /// The app of an API, its dialects and a page. It records its responses in `metrics`.
    #[must_use]
    pub fn new(api: Api, dialects: Dialects, page: &Page, metrics: Metrics) -> Self {
        Self {
            responses: api.responses(),
            pages: api.clone(),
            dialects,
            api: poem::Route::new().nest_no_strip("/api", docs::service(api)).map_to_response().boxed(),
            api_routes: ApiRoutes::of::<Api>(),
            static_routes: StaticRoutes::new(page, &Docs::embedded()),
            page: page.clone(),
            ids: RequestIds::default(),
            failures: FailureLog::default(),
            metrics,
        }
    }

    /// A response that needs no handler: a static file, or the cached response to the same target.
    fn cached_response(&self, request: &Parts, text: Option<Variant>) -> Option<CachedHit> {
        if !matches!(request.method, Method::GET | Method::HEAD) || check_head(request).is_err() {
            return None;
        }
        if let Some(file) = self.static_routes.get(request.uri.path()) {
            return Some(CachedHit { response: file.respond(&request.headers), is_stale: false });
        }
        let path_and_query = request.uri.path_and_query()?.as_str();
        self.responses.get(RequestTarget { path_and_query, variant: text.unwrap_or_default() }, &request.headers)
    }

    /// Answers one request, even if its handler panics.
    async fn answer(
        &self,
        request: Parts,
        text: Option<Variant>,
        peer: SocketAddr,
        timer: RequestTimer<'_>,
    ) -> FullResponse {
        let id = self.ids.of(&request.headers);
        let (method, path) = (request.method.clone(), request.uri.path().to_owned());
        let wants_json = text_request::wants_json(&request.headers);
        let span = span(&id, &request.headers);
        let routed = AssertUnwindSafe(self.route(request, text, peer).instrument(span.clone())).catch_unwind().await;
        let routed = routed.unwrap_or_else(|_| Err(Fault::Internal("a handler panicked".to_owned())));
        let mut response = routed.unwrap_or_else(|fault| {
            span.in_scope(|| self.failures.log(&method, &path, self.route_of(&path, text), &fault));
            match Dialect::from_path(&path) {
                Some(dialect) => dialect.error_response(&path, &fault),
                None if text.is_some() && !wants_json => fault.text_response(),
                None => fault.response(),
            }
        });
        if text.is_some() || PageAddress::parse(&path, None) != PageAddress::OtherRoute {
            response.headers_mut().entry(VARY).or_insert(HeaderValue::from_static(ERRORS_VARY_BY));
        }
        add_headers(response.headers_mut(), id, path.starts_with(API_PREFIX));
        if Dialect::from_path(&path).is_some() {
            dialect::add_headers(response.headers_mut());
        }
        timer.finish(response.status(), || self.route_of(&path, text));
        response
    }

    async fn route(&self, mut request: Parts, text: Option<Variant>, peer: SocketAddr) -> Result<FullResponse, Fault> {
        check_head(&request)?;
        let path = request.uri.path();
        if path == DOCS {
            return only_get(&request.method).map(|()| redirect("/docs/"));
        }
        if let Some(file) = self.static_routes.get(path) {
            return only_get(&request.method).map(|()| file.respond(&request.headers));
        }
        if let Some(dialect) = Dialect::from_path(path) {
            return self.dialect(dialect, &request, peer).await;
        }
        if let Some(variant) = text {
            return self.text(&request, variant, peer).await;
        }
        if !path.starts_with(API_PREFIX) {
            return match PageAddress::parse(path, request.uri.query()) {
                PageAddress::OtherRoute => Err(Fault::NotFound(self.similar_path(path))),
                address => self.page(&address, &request, peer).await,
            };
        }
        if request.method == Method::OPTIONS {
            return Ok(preflight());
        }
        if request.method == Method::HEAD {
            // The connection omits the body; everything else is as for GET.
            request.method = Method::GET;
        }
        let path = request.uri.path().to_owned();
        if request.method == Method::GET {
            self.api_routes.check(&path, request.uri.query().unwrap_or_default()).map_err(Fault::InvalidRequest)?;
        }
        match self.api.call(poem_request(request, peer)).await.map_err(Fault::from) {
            Ok(response) => full_response(response).await,
            Err(Fault::NotFound(_)) => Err(Fault::NotFound(self.similar_path(&path))),
            Err(fault) => Err(fault),
        }
    }

    /// The weather in the format of another service.
    async fn dialect(&self, dialect: Dialect, request: &Parts, peer: SocketAddr) -> Result<FullResponse, Fault> {
        if request.method == Method::OPTIONS {
            return Ok(preflight());
        }
        only_get(&request.method)?;
        self.dialects.answer(dialect, request, peer.ip()).await
    }

    /// The route that a path belongs to.
    fn route_of(&self, path: &str, text: Option<Variant>) -> Route {
        match path {
            _ if text.is_some() => Route::Text,
            DOCS => Route::Docs,
            _ if let Some(dialect) = Dialect::from_path(path) => dialect.route(),
            _ => self.static_routes.route(path).unwrap_or_else(|| match PageAddress::parse(path, None) {
                PageAddress::OtherRoute => self.api_routes.route(path),
                _ => Route::Page,
            }),
        }
    }

    /// Text at one of the page's addresses, for terminals and status bars.
    async fn text(&self, request: &Parts, variant: Variant, peer: SocketAddr) -> Result<FullResponse, Fault> {
        only_get(&request.method)?;
        let text_request = TextRequest::new(request, variant);
        let options = text_request.options().map_err(Fault::InvalidRequest)?;
        let (api, headers) = (&self.pages, &request.headers);
        Ok(match text_request.subject {
            Subject::Place(named) => api.text(&named, &options, variant, request, peer.ip()).await?,
            Subject::Moon(day) => {
                let time = |now| day.and_then(text_request::noon).unwrap_or(now);
                api.text_about(|now| text::moon(&options, time(now)), headers)
            }
            Subject::Help => api.text_about(|_| text::help(&text_request.host), headers),
            Subject::BashFunction => api.text_about(|_| text::bash_function(&text_request.host), headers),
            Subject::Unknown if request.uri.path() == "/" => {
                return Err(Fault::invalid("Give either city, or lat and lon in decimal degrees."));
            }
            Subject::Unknown => return Err(Fault::NotFound(None)),
        })
    }

    /// The page at one of its addresses. The root always has a page. If another address does not name a place, a browser
    /// gets the page with the status 404, and a program gets the API's error.
    async fn page(&self, address: &PageAddress, request: &Parts, peer: SocketAddr) -> Result<FullResponse, Fault> {
        let is_root = request.uri.path() == "/";
        let named = if let PageAddress::Place(named) = address { Some(named) } else { None };
        if is_root || named.is_some() {
            only_get(&request.method)?;
        }
        let page = match named {
            Some(named) => self.pages.page(named, request, peer.ip(), |contents| self.page.of(contents)).await,
            None => Err(Fault::NotFound(None)),
        };
        let Err(fault) = page else { return page };
        if is_root {
            return Ok(self.page.bare(&request.headers));
        }
        let wants_json = text_request::wants_json(&request.headers);
        let fault = place_fault(fault, wants_json);
        if ClientKind::from_headers(&request.headers) == ClientKind::Program {
            return Err(fault);
        }
        self.failures.log(&request.method, request.uri.path(), Route::Page, &fault);
        Ok(match named {
            Some(_) => self.page.unknown_place(&request.headers),
            None => self.page.no_place(&request.headers),
        })
    }

    /// The path that was likely meant: the same except for extra slashes and the case of letters.
    fn similar_path(&self, path: &str) -> Option<String> {
        let simplified = |path: &str| {
            let segments: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).collect();
            segments.join("/").to_lowercase()
        };
        let meant = simplified(path);
        let known = self.api_routes.paths().chain(self.static_routes.paths());
        known.filter(|known| *known != "/").find(|known| simplified(known) == meant).map(str::to_owned)
    }
}

impl Handler for App {
    async fn respond(&self, request: Parts, peer: SocketAddr) -> FullResponse {
        let timer = self.metrics.start_request();
        let text = text_request::variant(&request);
        match self.cached_response(&request, text) {
            Some(CachedHit { mut response, is_stale }) => {
                timer.finish_cached(response.status(), is_stale, || self.route_of(request.uri.path(), text));
                response.headers_mut().insert(X_REQUEST_ID, self.ids.of(&request.headers));
                response
            }
            // Boxed, so that the future of a cached response stays small.
            None => Box::pin(self.answer(request, text, peer, timer)).await,
        }
    }

    fn reject(&self, rejection: Rejection) -> FullResponse {
        let fault = match rejection {
            Rejection::Malformed => Fault::InvalidRequest(
                "The request is not HTTP/1.1 as RFC 9112 defines it; send a request line, one Host and well-formed \
                 headers."
                    .to_owned(),
            ),
            Rejection::TargetTooLong => Fault::TargetTooLong(MAX_TARGET_BYTES),
            Rejection::HeadTooLarge => Fault::HeadTooLarge,
            Rejection::TooManyConnections => Fault::TooManyConnections,
        };
        let mut response = fault.response();
        // The address is not known, and the text holds no secret.
        add_headers(response.headers_mut(), self.ids.next(), true);
        response
    }

    fn connection(&self) -> impl Send + 'static {
        self.metrics.open_connection()
    }
}

/// Rejects requests that are invalid at any address: with a target that is too long or, by RFC 9112 (3.2), without a Host
/// header or with more than one.
fn check_head(request: &Parts) -> Result<(), Fault> {
    let target_bytes = request.uri.path_and_query().map_or(0, |target| target.as_str().len());
    if target_bytes > MAX_TARGET_BYTES {
        return Err(Fault::TargetTooLong(MAX_TARGET_BYTES));
    }
    let hosts = request.headers.get_all(HOST).iter().count();
    let is_required = request.version >= Version::HTTP_11;
    match hosts {
        1 => Ok(()),
        0 if !is_required => Ok(()),
        0 => Err(Fault::InvalidRequest("The request has no Host header; HTTP/1.1 requires one.".to_owned())),
        _ => Err(Fault::InvalidRequest("The request has more than one Host header; send one.".to_owned())),
    }
}

fn only_get(method: &Method) -> Result<(), Fault> {
    match *method {
        Method::GET | Method::HEAD => Ok(()),
        _ => Err(Fault::MethodNotAllowed { allow: "GET, HEAD" }),
    }
}

/// The fault that a program gets if an address does not name a place. An address that resembles no place at all may not
/// have been meant as one, so it is simply not found, unless the program asks for JSON.
fn place_fault(fault: Fault, wants_json: bool) -> Fault {
    match fault {
        Fault::PlaceNotFound { ref suggestions, .. } if wants_json || !suggestions.is_empty() => fault,
        _ => Fault::NotFound(None),
    }
}

/// Adds the ids of the request and of its trace to the log lines about it and about the fetch that it starts.
fn span(id: &HeaderValue, headers: &HeaderMap) -> Span {
    let trace = TraceParent::from_headers(headers);
    // At the highest level, so that no filter that lets a line through drops its span.
    tracing::error_span!(
        "request",
        request.id = id.to_str().unwrap_or_default(),
        trace.id = trace.map(|trace| trace.trace_id),
        trace.parent_id = trace.map(|trace| trace.parent_id),
    )
}

fn redirect(to: &'static str) -> FullResponse {
    let mut response = FullResponse::default();
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    response.headers_mut().insert(LOCATION, HeaderValue::from_static(to));
    response
}

fn preflight() -> FullResponse {
    let mut response = FullResponse::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD, OPTIONS"));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(PREFLIGHT_MAX_AGE));
    response
}

/// Adds the headers of every response and those of every response of the API.
fn add_headers(headers: &mut HeaderMap, id: HeaderValue, is_api: bool) {
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(X_REQUEST_ID, id);
    add_common_headers(headers);
    if is_api {
        add_cors_headers(headers);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place_address::OTHER_ROUTES;

    #[test]
    fn no_route_is_mistaken_for_a_place() {
        let (page, docs) = (Page::embedded(), Docs::embedded());
        let (static_routes, api_routes) = (StaticRoutes::new(&page, &docs), ApiRoutes::of::<Api>());
        let first_segment = |path: &str| path.split('/').nth(1).unwrap_or_default().to_owned();
        let mut segments: Vec<_> = static_routes.paths().chain(api_routes.paths()).map(first_segment).collect();
        segments.sort();
        segments.dedup();
        let missing: Vec<_> = segments.iter().filter(|segment| !OTHER_ROUTES.contains(&segment.as_str())).collect();
        assert!(segments.len() > 8 && missing.is_empty(), "{missing:?}");
    }
}
