//! What is told to a caller when there is no answer (RFC 9457).

use std::time::Duration;

use http::{
    HeaderValue, StatusCode,
    header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER},
};
use poem::Response;
use poem_openapi::{Enum, Object};
use serde::Serialize;

use super::wire::Place;

/// The media type of all errors.
pub const CONTENT_TYPE_PROBLEM: &str = "application/problem+json";

/// Everything that can keep a request from being answered.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The request is wrong; the sentence says what and how to mend it.
    InvalidRequest(String),
    /// No place has that name.
    PlaceNotFound {
        /// The sentence for the caller.
        detail: String,
        /// Places that may have been meant.
        suggestions: Vec<Place>,
    },
    /// There is no such route.
    NotFound,
    /// The route does not take this method.
    MethodNotAllowed {
        /// Those that it takes.
        allow: &'static str,
    },
    /// The caller has caused too many upstream fetches, and there is no last answer.
    TooManyRequests {
        /// When one more is allowed.
        retry_after: Duration,
    },
    /// No provider answers and no last answer is young enough.
    UpstreamUnavailable {
        /// The sentence for the caller.
        detail: String,
        /// When it may be worth asking again.
        retry_after: Duration,
    },
    /// Our own mistake.
    Internal,
}

/// An error. `detail` says in one sentence what is wrong and what to do.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(skip_serializing_if_is_none)]
pub struct Problem {
    /// Always `about:blank`: the `code` tells errors apart.
    #[oai(rename = "type")]
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong and what to do.
    pub detail: String,
    /// What a program can go by.
    pub code: Code,
    /// With `place-not-found`: up to five places that may have been meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestions: Option<Vec<Place>>,
}

/// What a program can go by: `invalid-request` (400), `place-not-found` (404), `not-found` (404, no such route),
/// `method-not-allowed` (405), `too-many-requests` (429), `upstream-unavailable` (503), `internal` (500).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize)]
#[oai(rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "described above")]
pub enum Code {
    InvalidRequest,
    PlaceNotFound,
    NotFound,
    MethodNotAllowed,
    TooManyRequests,
    UpstreamUnavailable,
    Internal,
}

impl Fault {
    fn status(&self) -> StatusCode {
        match self {
            Self::InvalidRequest(_) => StatusCode::BAD_REQUEST,
            Self::PlaceNotFound { .. } | Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::UpstreamUnavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(&self) -> Code {
        match self {
            Self::InvalidRequest(_) => Code::InvalidRequest,
            Self::PlaceNotFound { .. } => Code::PlaceNotFound,
            Self::NotFound => Code::NotFound,
            Self::MethodNotAllowed { .. } => Code::MethodNotAllowed,
            Self::TooManyRequests { .. } => Code::TooManyRequests,
            Self::UpstreamUnavailable { .. } => Code::UpstreamUnavailable,
            Self::Internal => Code::Internal,
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::InvalidRequest(detail)
            | Self::PlaceNotFound { detail, .. }
            | Self::UpstreamUnavailable { detail, .. } => detail.clone(),
            Self::NotFound => "There is nothing at this address; /docs/ lists what there is.".to_owned(),
            Self::MethodNotAllowed { allow } => format!("This address takes {allow} only."),
            Self::TooManyRequests { retry_after } => format!(
                "You have asked for more new places a minute than this service looks up for one address; ask again in \
                 {} s, or for a place that was asked for before.",
                whole_seconds(*retry_after)
            ),
            Self::Internal => "Something went wrong here; please try again.".to_owned(),
        }
    }

    /// The answer that tells it.
    #[must_use]
    pub fn response(self) -> Response {
        let status = self.status();
        let problem = Problem {
            kind: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            status: status.as_u16(),
            detail: self.detail(),
            code: self.code(),
            suggestions: match &self {
                Self::PlaceNotFound { suggestions, .. } => Some(suggestions.clone()),
                _ => None,
            },
        };
        let mut response = Response::from(serde_json::to_vec(&problem).unwrap_or_default());
        response.set_status(status);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE_PROBLEM));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self {
            Self::MethodNotAllowed { allow } => {
                headers.insert(ALLOW, HeaderValue::from_static(allow));
            }
            Self::UpstreamUnavailable { retry_after, .. } | Self::TooManyRequests { retry_after } => {
                headers.insert(RETRY_AFTER, HeaderValue::from(whole_seconds(retry_after)));
            }
            _ => {}
        }
        response
    }
}

/// Rounded up: who waits so long does not come too early.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_millis().div_ceil(1000).max(1).try_into().unwrap_or(u64::MAX)
}
