//! What is answered at `METRICS_LISTEN`: one page, which Prometheus reads.

use http::{
    Method, StatusCode,
    header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE},
};
use poem::{Request, Response};

use crate::{
    metrics::{self, Metrics},
    service::Service,
};

/// The page that Prometheus reads.
pub struct MetricsPage {
    metrics: Metrics,
    service: Service,
}

impl MetricsPage {
    /// What these metrics have counted, and how the providers of this service fare.
    #[must_use]
    pub fn new(metrics: Metrics, service: Service) -> Self {
        Self { metrics, service }
    }

    /// Answers one request.
    #[must_use]
    pub fn answer(&self, request: &Request) -> Response {
        let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
        match request.uri().path() {
            "/metrics" if is_reading => self.page(),
            "/metrics" => {
                Response::builder().status(StatusCode::METHOD_NOT_ALLOWED).header(ALLOW, "GET, HEAD").finish()
            }
            _ => StatusCode::NOT_FOUND.into(),
        }
    }

    fn page(&self) -> Response {
        self.service.tell_metrics();
        match self.metrics.text() {
            Ok(text) => {
                let response = Response::builder().header(CONTENT_TYPE, metrics::CONTENT_TYPE);
                response.header(CACHE_CONTROL, "no-store").body(text)
            }
            Err(error) => {
                tracing::error!(%error, "the metrics cannot be written");
                StatusCode::INTERNAL_SERVER_ERROR.into()
            }
        }
    }
}
