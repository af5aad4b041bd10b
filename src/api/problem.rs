//! Errors as callers see them: problem details (RFC 9457).

use std::{
    fmt::{self, Display, Formatter},
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderValue, StatusCode,
    header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER},
};
use poem::error::{MethodNotAllowedError, NotFoundError, ResponseError};
use poem_openapi::{Enum, Object, error::ParseParamError};
use serde::Serialize;

use super::{json::PlaceJson, params, retry_after::RetryAfter};
use crate::{
    provider::sample,
    response::{FullResponse, TEXT, json_line},
    service::{ProviderFailure, Unavailable},
    text::one_line,
};

/// The media type of all errors.
pub const CONTENT_TYPE_PROBLEM: &str = "application/problem+json";

/// Everything that can keep a request from being answered.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The request is invalid. The sentence says what is wrong and how to fix it.
    InvalidRequest(String),
    /// No place has that name.
    PlaceNotFound {
        /// The sentence for the caller.
        detail: String,
        /// Places that may have been meant.
        suggestions: Vec<PlaceJson>,
    },
    /// There is no such route. Contains the route that may have been meant.
    NotFound(Option<String>),
    /// The route does not support this method.
    MethodNotAllowed {
        /// The methods that it supports.
        allow: &'static str,
    },
    /// The path and query are longer than this number of bytes.
    TargetTooLong(usize),
    /// The request's head is larger than the server accepts.
    HeadTooLarge,
    /// All connection slots are taken.
    TooManyConnections,
    /// The caller has caused too many upstream fetches, and there is no last answer.
    TooManyRequests {
        /// When the next fetch is allowed.
        retry_after: Duration,
    },
    /// No provider answers, and the last answer, if any, is too old.
    UpstreamUnavailable {
        /// The sentence for the caller, without the time to wait.
        reason: String,
        /// When to retry.
        retry_after: Duration,
        /// The cause for the log.
        cause: String,
    },
    /// The key is not one of those that the operator accepts.
    KeyRejected,
    /// The default place cannot be found.
    UnknownDefaultPlace(String),
    /// A bug in the program. Contains the cause for the log.
    Internal(String),
}

/// An error. `detail` says in one sentence what is wrong and what to do.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(skip_serializing_if_is_none)]
pub struct Problem {
    /// Always `about:blank`; use `code` to distinguish errors.
    #[oai(rename = "type")]
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong and what to do.
    pub detail: String,
    /// The kind of error, for programs.
    pub code: ProblemCode,
    /// Only with `place-not-found`: up to five places that may have been meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestions: Option<Vec<PlaceJson>>,
}

/// The kind of error, for programs: `invalid-request` (400), `place-not-found` (404), `not-found` (404, no such route),
/// `method-not-allowed` (405), `too-many-requests` (429), `upstream-unavailable` (503), `internal` (500).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize)]
#[oai(rename = "Code", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "described above")]
pub enum ProblemCode {
    InvalidRequest,
    PlaceNotFound,
    NotFound,
    MethodNotAllowed,
    TooManyRequests,
    UpstreamUnavailable,
    Internal,
}

impl ProblemCode {
    /// In the order of the variants.
    const NAMES: [&'static str; 7] = [
        "invalid-request",
        "place-not-found",
        "not-found",
        "method-not-allowed",
        "too-many-requests",
        "upstream-unavailable",
        "internal",
    ];

    /// Its name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

impl Fault {
    /// An invalid request, with one sentence for the caller.
    #[must_use]
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::InvalidRequest(detail.into())
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::InvalidRequest(_) => StatusCode::BAD_REQUEST,
            Self::KeyRejected => StatusCode::UNAUTHORIZED,
            Self::PlaceNotFound { .. } | Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::TargetTooLong(_) => StatusCode::URI_TOO_LONG,
            Self::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::UpstreamUnavailable { .. } | Self::TooManyConnections => StatusCode::SERVICE_UNAVAILABLE,
            Self::UnknownDefaultPlace(_) | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The kind of error, for programs.
    #[must_use]
    pub fn code(&self) -> ProblemCode {
        match self {
            Self::InvalidRequest(_) | Self::TargetTooLong(_) | Self::HeadTooLarge | Self::KeyRejected => {
                ProblemCode::InvalidRequest
            }
            Self::PlaceNotFound { .. } => ProblemCode::PlaceNotFound,
            Self::NotFound(_) => ProblemCode::NotFound,
            Self::MethodNotAllowed { .. } => ProblemCode::MethodNotAllowed,
            // The client should slow down; no weather provider has failed.
            Self::TooManyRequests { .. } | Self::TooManyConnections => ProblemCode::TooManyRequests,
            Self::UpstreamUnavailable { .. } => ProblemCode::UpstreamUnavailable,
            Self::UnknownDefaultPlace(_) | Self::Internal(_) => ProblemCode::Internal,
        }
    }

    /// The cause for the log, if the code alone does not say enough. It contains nothing from the request.
    #[must_use]
    pub fn cause(&self) -> Option<String> {
        match self {
            Self::UpstreamUnavailable { cause, .. } | Self::Internal(cause) => Some(cause.clone()),
            Self::UnknownDefaultPlace(name) => Some(format!("DEFAULT_CITY is “{name}”, and no place has that name")),
            _ => None,
        }
    }

    /// The sentence for the caller.
    #[must_use]
    pub fn detail(&self) -> String {
        match self {
            Self::InvalidRequest(detail) | Self::PlaceNotFound { detail, .. } => detail.clone(),
            Self::UpstreamUnavailable { reason, retry_after, .. } => {
                format!("{reason}; try again in {}.", RetryAfter::from(*retry_after))
            }
            Self::NotFound(None) => "There is nothing at this address; see /docs/ for what there is.".to_owned(),
            Self::NotFound(Some(similar)) => {
                format!("There is nothing at this address; did you mean {similar}? See /docs/ for what there is.")
            }
            Self::MethodNotAllowed { allow } => format!("This address supports {allow} only."),
            Self::TargetTooLong(max) => format!("The address is too long: path and query may have {max} bytes."),
            Self::HeadTooLarge => "The request's headers are too large or too many; send fewer of them.".to_owned(),
            Self::TooManyConnections => "The server has no free connections; please try again in a second.".to_owned(),
            Self::TooManyRequests { retry_after } => format!(
                "You have requested more new places per minute than this service looks up for one client; try again in \
                 {}, or ask for a place that was requested before.",
                RetryAfter::from(*retry_after)
            ),
            Self::UnknownDefaultPlace(_) => {
                "The default place of this service cannot be found; name a place, such as city=London.".to_owned()
            }
            Self::KeyRejected => {
                "The key is missing or is not accepted by this service; ask its operator for one.".to_owned()
            }
            Self::Internal(_) => "Something went wrong here; please try again.".to_owned(),
        }
    }

    /// No weather for a place. The sentence repeats no text and no URL of a provider.
    #[must_use]
    pub fn no_weather(place: &str, why: &Unavailable) -> Self {
        let (failures, retry_after) = match why {
            Unavailable::TooManyMisses(wait) => return Self::TooManyRequests { retry_after: *wait },
            Unavailable::AllProvidersFailed { failures, retry_after } => (failures, *retry_after),
        };
        let is_recording = |failure: &ProviderFailure| failure.provider == sample::NAME;
        let reason = if !failures.iter().any(is_recording) {
            format!("No weather provider has an answer for {place} at the moment")
        } else if failures.iter().all(is_recording) {
            format!("There is no weather for {place}: this service only plays a recording of London (city=London)")
        } else {
            format!(
                "No weather provider could be reached for {place}, and the recorded sample only covers London (city=London)"
            )
        };
        Self::UpstreamUnavailable { reason, retry_after, cause: why.to_string() }
    }

    /// A name that is not in the gazetteer, and that no geocoder could look up. `similar` is a place of a similar name.
    #[must_use]
    pub fn no_geocoder(name: &str, similar: Option<&str>, why: &Unavailable) -> Self {
        let retry_after = match why {
            Unavailable::TooManyMisses(wait) => return Self::TooManyRequests { retry_after: *wait },
            Unavailable::AllProvidersFailed { retry_after, .. } => *retry_after,
        };
        let did_you_mean = similar.map(|similar| format!("; if you meant {similar}, ask for that")).unwrap_or_default();
        let reason = format!(
            "“{name}” is not among the places known here, and no geocoder can look it up at the moment{did_you_mean}"
        );
        Self::UpstreamUnavailable { reason, retry_after, cause: why.to_string() }
    }

    /// When to retry, if that is known.
    fn retry_after(&self) -> Option<RetryAfter> {
        match self {
            Self::UpstreamUnavailable { retry_after, .. } | Self::TooManyRequests { retry_after } => {
                Some(RetryAfter::from(*retry_after))
            }
            Self::TooManyConnections => Some(RetryAfter::from(Duration::from_secs(1))),
            _ => None,
        }
    }

    /// The response that reports the fault to a terminal, in one line.
    #[must_use]
    pub fn text_response(&self) -> FullResponse {
        let mut sentence = self.detail();
        if let Self::PlaceNotFound { suggestions, .. } = self
            && let Some(PlaceJson { name: Some(name), country, .. }) = suggestions.first()
        {
            let parts: Vec<_> = std::iter::once(&**name).chain(country.as_deref()).collect();
            sentence.extend([" Did you mean ", &parts.join(", "), "?"]);
        }
        self.response_of(TEXT, one_line(&sentence).into())
    }

    /// The response that reports the fault to the caller.
    #[must_use]
    pub fn response(&self) -> FullResponse {
        let status = self.status();
        let problem = Problem {
            kind: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            status: status.as_u16(),
            detail: self.detail(),
            code: self.code(),
            suggestions: match self {
                Self::PlaceNotFound { suggestions, .. } => Some(suggestions.clone()),
                _ => None,
            },
        };
        self.response_of(CONTENT_TYPE_PROBLEM, json_line(&problem).into())
    }

    fn response_of(&self, content_type: &'static str, body: Bytes) -> FullResponse {
        let mut response = FullResponse::new(body.into());
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Self::MethodNotAllowed { allow } = self {
            headers.insert(ALLOW, HeaderValue::from_static(allow));
        }
        if let Some(retry_after) = self.retry_after() {
            headers.insert(RETRY_AFTER, HeaderValue::from(retry_after.seconds()));
        }
        response
    }
}

/// As in the log: `upstream-unavailable: all 2 providers failed: ...`.
impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.code().name())?;
        self.cause().map_or(Ok(()), |cause| write!(f, ": {cause}"))
    }
}

impl std::error::Error for Fault {}

impl ResponseError for Fault {
    fn status(&self) -> StatusCode {
        Self::status(self)
    }
}

/// An error from a handler, the router, or the parser of parameters.
impl From<poem::Error> for Fault {
    fn from(error: poem::Error) -> Self {
        if let Some(error) = error.downcast_ref::<ParseParamError>() {
            return Self::InvalidRequest(params::expected(error.name).to_owned());
        }
        match error.downcast::<Self>() {
            Ok(fault) => fault,
            Err(error) if error.is::<NotFoundError>() => Self::NotFound(None),
            Err(error) if error.is::<MethodNotAllowedError>() => Self::MethodNotAllowed { allow: "GET, HEAD, OPTIONS" },
            Err(error) => Self::Internal(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_and_the_header_agree_and_are_never_too_short() {
        for (milliseconds, sentence, header) in [
            (0, "1 second", "1"),
            (1, "1 second", "1"),
            (4_001, "5 seconds", "5"),
            (120_000, "120 seconds", "120"),
            (120_001, "3 minutes", "180"),
            (299_000, "5 minutes", "300"),
            (7_200_001, "3 hours", "10800"),
            (77_785_000, "22 hours", "79200"),
        ] {
            let fault = Fault::UpstreamUnavailable {
                reason: "No answer".to_owned(),
                retry_after: Duration::from_millis(milliseconds),
                cause: String::new(),
            };
            assert_eq!(fault.detail(), format!("No answer; try again in {sentence}."));
            assert_eq!(fault.response().headers()[RETRY_AFTER], header, "{milliseconds}");
        }
    }
}
