//! Ready answers that the OpenAPI document still knows the shape of.

use std::marker::PhantomData;

use poem::{Error, IntoResponse, Response};
use poem_openapi::{
    ApiResponse,
    error::ParseParamError,
    payload::Json,
    registry::{MetaResponses, Registry},
};

use super::{
    problem::{Fault, Problem},
    wire,
};

/// A response that is already made; `D` says to the document what it can be.
pub struct Reply<D>(Response, PhantomData<D>);

impl<D> From<Response> for Reply<D> {
    fn from(response: Response) -> Self {
        Self(response, PhantomData)
    }
}

impl<D> From<Fault> for Reply<D> {
    fn from(fault: Fault) -> Self {
        Self::from(fault.response())
    }
}

impl<D: Send> IntoResponse for Reply<D> {
    fn into_response(self) -> Response {
        self.0
    }
}

impl<D: ApiResponse> ApiResponse for Reply<D> {
    const BAD_REQUEST_HANDLER: bool = true;

    fn meta() -> MetaResponses {
        D::meta()
    }

    fn register(registry: &mut Registry) {
        D::register(registry);
    }

    fn from_parse_request_error(error: Error) -> Self {
        let parameter = error.downcast_ref::<ParseParamError>().map(|error| error.name);
        let expected = match parameter {
            Some("city") => "city must be the name of a place, at most 100 characters.",
            Some("lat") => "lat must be a number of degrees from -90 to 90.",
            Some("lon") => "lon must be a number of degrees from -180 to 180.",
            Some("units") => "units must be metric or imperial.",
            Some("q") => "q must be the beginning of a name, at most 100 characters.",
            Some("limit") => "limit must be a whole number from 1 to 20.",
            _ => "The query cannot be read; see /docs/ for what it takes.",
        };
        tracing::debug!(parameter, status = %error.status(), "bad request");
        Fault::InvalidRequest(expected.to_owned()).into()
    }
}

/// What `/api/weather` can answer.
#[derive(ApiResponse)]
#[expect(clippy::large_enum_variant, reason = "for the document: the answers are made ready elsewhere")]
pub enum WeatherAnswer {
    /// The current weather.
    #[oai(status = 200)]
    Ok(
        Json<wire::Weather>,
        /// Names these bytes; send it back in `If-None-Match`.
        #[oai(header = "ETag")]
        String,
        /// For how long it is fresh, and usable if nothing newer can be had.
        #[oai(header = "Cache-Control")]
        String,
        /// When it was fetched from the provider.
        #[oai(header = "Last-Modified")]
        String,
    ),
    /// You have it already.
    #[oai(status = 304)]
    NotModified,
}

/// What `/api/forecast` can answer.
#[derive(ApiResponse)]
#[expect(clippy::large_enum_variant, reason = "for the document: the answers are made ready elsewhere")]
pub enum ForecastAnswer {
    /// The hours and days ahead.
    #[oai(status = 200)]
    Ok(
        Json<wire::Forecast>,
        /// Names these bytes; send it back in `If-None-Match`.
        #[oai(header = "ETag")]
        String,
        /// For how long it is fresh, and usable if nothing newer can be had.
        #[oai(header = "Cache-Control")]
        String,
        /// When it was fetched from the provider.
        #[oai(header = "Last-Modified")]
        String,
    ),
    /// You have it already.
    #[oai(status = 304)]
    NotModified,
}

/// What `/api/places` can answer.
#[derive(ApiResponse)]
pub enum PlacesAnswer {
    /// The places found, best first.
    #[oai(status = 200)]
    Ok(Json<wire::Places>),
    /// You have it already.
    #[oai(status = 304)]
    NotModified,
}

/// What `/api/status` can answer.
#[derive(ApiResponse)]
pub enum StatusAnswer {
    /// How the service fares.
    #[oai(status = 200)]
    Ok(Json<wire::Status>),
    /// You have it already.
    #[oai(status = 304)]
    NotModified,
}

/// What keeps a question for the weather from being answered.
#[derive(ApiResponse)]
pub enum WeatherProblem {
    /// The request is wrong (`invalid-request`).
    #[oai(status = 400, content_type = "application/problem+json")]
    InvalidRequest(Json<Problem>),
    /// No place has that name (`place-not-found`).
    #[oai(status = 404, content_type = "application/problem+json")]
    PlaceNotFound(Json<Problem>),
    /// The address takes GET and HEAD only (`method-not-allowed`).
    #[oai(status = 405, content_type = "application/problem+json")]
    MethodNotAllowed(Json<Problem>),
    /// You caused too many upstream fetches (`too-many-requests`).
    #[oai(status = 429, content_type = "application/problem+json")]
    TooManyRequests(
        Json<Problem>,
        /// Seconds until it is worth asking again.
        #[oai(header = "Retry-After")]
        String,
    ),
    /// Our own mistake (`internal`).
    #[oai(status = 500, content_type = "application/problem+json")]
    Internal(Json<Problem>),
    /// No provider answers, and the last answer is too old (`upstream-unavailable`).
    #[oai(status = 503, content_type = "application/problem+json")]
    UpstreamUnavailable(
        Json<Problem>,
        /// Seconds until it is worth asking again.
        #[oai(header = "Retry-After")]
        String,
    ),
}

/// What keeps any other question from being answered.
#[derive(ApiResponse)]
pub enum AnyProblem {
    /// The request is wrong (`invalid-request`).
    #[oai(status = 400, content_type = "application/problem+json")]
    InvalidRequest(Json<Problem>),
    /// The address takes GET and HEAD only (`method-not-allowed`).
    #[oai(status = 405, content_type = "application/problem+json")]
    MethodNotAllowed(Json<Problem>),
    /// Our own mistake (`internal`).
    #[oai(status = 500, content_type = "application/problem+json")]
    Internal(Json<Problem>),
}
