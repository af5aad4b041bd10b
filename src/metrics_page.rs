//! The page at `METRICS_LISTEN`, which Prometheus scrapes.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{
    HeaderValue, Method, StatusCode,
    header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE},
    request::Parts,
};

use crate::{
    metrics::{self, Metrics},
    response::FullResponse,
    server::{Handler, Rejection},
    service::Service,
};

/// The page that Prometheus scrapes.
pub struct MetricsPage {
    metrics: Metrics,
    service: Service,
}

impl MetricsPage {
    /// A page of these metrics, including the current state of the providers of this service.
    #[must_use]
    pub fn new(metrics: Metrics, service: Service) -> Self {
        Self { metrics, service }
    }

    fn page(&self) -> FullResponse {
        self.service.record_metrics();
        match self.metrics.text() {
            Ok(text) => {
                let mut response = FullResponse::new(Bytes::from(text).into());
                let headers = response.headers_mut();
                headers.insert(CONTENT_TYPE, HeaderValue::from_static(metrics::CONTENT_TYPE));
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
                response
            }
            Err(error) => {
                tracing::error!(%error, "cannot write the metrics");
                bare(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }
}

impl Handler for MetricsPage {
    async fn respond(&self, request: Parts, _: SocketAddr) -> FullResponse {
        let is_get = matches!(request.method, Method::GET | Method::HEAD);
        match request.uri.path() {
            "/metrics" if is_get => self.page(),
            "/metrics" => {
                let mut response = bare(StatusCode::METHOD_NOT_ALLOWED);
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
                response
            }
            _ => bare(StatusCode::NOT_FOUND),
        }
    }

    fn reject(&self, rejection: Rejection) -> FullResponse {
        bare(match rejection {
            Rejection::Malformed => StatusCode::BAD_REQUEST,
            Rejection::TargetTooLong => StatusCode::URI_TOO_LONG,
            Rejection::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Rejection::TooManyConnections => StatusCode::SERVICE_UNAVAILABLE,
        })
    }
}

fn bare(status: StatusCode) -> FullResponse {
    let mut response = FullResponse::default();
    *response.status_mut() = status;
    response
}
