//! The types that describe responses in the OpenAPI document. The responses themselves are made elsewhere.

use std::marker::PhantomData;

use http_body_util::{BodyExt, combinators::BoxBody};
use poem::{Body, Error, IntoResponse, Response};
use poem_openapi::{
    ApiResponse,
    payload::Json,
    registry::{MetaResponses, Registry},
};

use super::{
    json,
    problem::{Fault, Problem},
};
use crate::response::FullResponse;

/// A finished response. `D` describes it in the document.
pub struct DocumentedResponse<D>(FullResponse, PhantomData<D>);

/// A fault. `D` describes it in the document.
pub struct DocumentedFault<D>(Fault, PhantomData<D>);

impl<D> From<FullResponse> for DocumentedResponse<D> {
    fn from(response: FullResponse) -> Self {
        Self(response, PhantomData)
    }
}

impl<D> From<Fault> for DocumentedFault<D> {
    fn from(fault: Fault) -> Self {
        Self(fault, PhantomData)
    }
}

impl<D: Send> IntoResponse for DocumentedResponse<D> {
    fn into_response(self) -> Response {
        let (parts, body) = self.0.into_parts();
        let body = Body::from(BoxBody::new(body.map_err(|never| match never {})));
        let mut response = Response::builder().status(parts.status).body(body);
        *response.headers_mut() = parts.headers;
        response
    }
}

impl<D> From<DocumentedFault<D>> for Error {
    fn from(failed: DocumentedFault<D>) -> Self {
        failed.0.into()
    }
}

impl<D: ApiResponse> ApiResponse for DocumentedResponse<D> {
    fn meta() -> MetaResponses {
        D::meta()
    }

    fn register(registry: &mut Registry) {
        D::register(registry);
    }
}

impl<D: ApiResponse> ApiResponse for DocumentedFault<D> {
    fn meta() -> MetaResponses {
        D::meta()
    }

    fn register(registry: &mut Registry) {
        D::register(registry);
    }
}

/// The responses of `/api/weather`.
#[derive(ApiResponse)]
#[expect(clippy::large_enum_variant, reason = "no value is ever made")]
pub enum WeatherResponses {
    /// The current weather.
    #[oai(status = 200, content_type = "application/json")]
    Ok(
        Json<json::WeatherJson>,
        /// Identifies these bytes; send it in `If-None-Match`.
        #[oai(header = "ETag")]
        String,
        /// How long the response is fresh, and how long it is usable if nothing newer is available.
        #[oai(header = "Cache-Control")]
        String,
        /// When the response last changed: when its data were fetched, a step or a local day started, or the data became
        /// stale.
        #[oai(header = "Last-Modified")]
        String,
    ),
    /// Not modified.
    #[oai(status = 304)]
    NotModified,
}

/// The responses of `/api/forecast`.
#[derive(ApiResponse)]
#[expect(clippy::large_enum_variant, reason = "no value is ever made")]
pub enum ForecastResponses {
    /// The forecast.
    #[oai(status = 200, content_type = "application/json")]
    Ok(
        Json<json::ForecastJson>,
        /// Identifies these bytes; send it in `If-None-Match`.
        #[oai(header = "ETag")]
        String,
        /// How long the response is fresh, and how long it is usable if nothing newer is available.
        #[oai(header = "Cache-Control")]
        String,
        /// When the response last changed: when its data were fetched, a step or a local day started, or the data became
        /// stale.
        #[oai(header = "Last-Modified")]
        String,
    ),
    /// Not modified.
    #[oai(status = 304)]
    NotModified,
}

/// The responses of `/api/places`.
#[derive(ApiResponse)]
pub enum PlacesResponses {
    /// The places found, best first.
    #[oai(status = 200, content_type = "application/json")]
    Ok(Json<json::PlacesJson>),
    /// Not modified.
    #[oai(status = 304)]
    NotModified,
}

/// The responses of `/api/status`.
#[derive(ApiResponse)]
pub enum StatusResponses {
    /// The status of the service.
    #[oai(status = 200, content_type = "application/json")]
    Ok(Json<json::StatusJson>),
    /// Not modified.
    #[oai(status = 304)]
    NotModified,
}

/// The errors of a request for weather.
#[derive(ApiResponse)]
pub enum WeatherProblems {
    /// The request is invalid (`invalid-request`).
    #[oai(status = 400, content_type = "application/problem+json")]
    InvalidRequest(Json<Problem>),
    /// No place has that name (`place-not-found`).
    #[oai(status = 404, content_type = "application/problem+json")]
    PlaceNotFound(Json<Problem>),
    /// The address supports GET and HEAD only (`method-not-allowed`).
    #[oai(status = 405, content_type = "application/problem+json")]
    MethodNotAllowed(Json<Problem>),
    /// The client has caused too many upstream fetches (`too-many-requests`).
    #[oai(status = 429, content_type = "application/problem+json")]
    TooManyRequests(
        Json<Problem>,
        /// Seconds to wait before a retry.
        #[oai(header = "Retry-After")]
        String,
    ),
    /// An internal error (`internal`).
    #[oai(status = 500, content_type = "application/problem+json")]
    Internal(Json<Problem>),
    /// No provider answers, and the last answer is too old (`upstream-unavailable`).
    #[oai(status = 503, content_type = "application/problem+json")]
    UpstreamUnavailable(
        Json<Problem>,
        /// Seconds to wait before a retry.
        #[oai(header = "Retry-After")]
        String,
    ),
}

/// The errors of any other request.
#[derive(ApiResponse)]
pub enum CommonProblems {
    /// The request is invalid (`invalid-request`).
    #[oai(status = 400, content_type = "application/problem+json")]
    InvalidRequest(Json<Problem>),
    /// The address supports GET and HEAD only (`method-not-allowed`).
    #[oai(status = 405, content_type = "application/problem+json")]
    MethodNotAllowed(Json<Problem>),
    /// An internal error (`internal`).
    #[oai(status = 500, content_type = "application/problem+json")]
    Internal(Json<Problem>),
}
