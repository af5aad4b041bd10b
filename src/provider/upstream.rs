//! The HTTP client for providers.

use std::{
    error::Error,
    time::{Duration, SystemTime},
};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header::RETRY_AFTER};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, de::IgnoredAny};

use super::error::ProviderError;
use crate::fingerprint::fingerprint;

/// The largest body that is read, in bytes: more than ten times the largest recorded one.
const MAX_BYTES: usize = 2 * 1024 * 1024;

/// The characters that are not encoded in a query. The comma is one of them: OpenWeatherMap reads `London%2CUK` as a
/// different name.
const PLAIN_IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b',');

/// How long an idle connection is kept for the next request.
const POOL_IDLE: Duration = Duration::from_mins(1);

/// The HTTP client for all providers: no redirects, gzip, one connection pool. Cheap to clone.
#[derive(Clone)]
pub struct UpstreamClient(reqwest::Client);

impl UpstreamClient {
    /// A client with the certificates of this machine.
    ///
    /// # Errors
    /// A TLS backend or resolver that cannot be set up; the text says why.
    pub fn new() -> Result<Self, String> {
        // This crypto provider is a third the size of reqwest's default. Installing it fails if another client already
        // has.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .pool_idle_timeout(POOL_IDLE)
            .user_agent(concat!("weather-app/", env!("CARGO_PKG_VERSION")));
        let client = builder.build();
        client
            .map(Self)
            .map_err(|error| format!("Cannot set up the HTTP client for providers: {}.", innermost_cause(error)))
    }
}

/// A provider's base URL and the client to request it with.
pub(super) struct Upstream {
    client: UpstreamClient,
    base: String,
}

/// A response with any status.
pub(super) struct UpstreamResponse {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Upstream {
    pub(super) fn new(client: UpstreamClient, base: &str) -> Self {
        Self { client, base: base.trim_end_matches('/').to_owned() }
    }

    /// The id of the account that a key has with the provider at this URL, for
    /// [`Provider::account`](super::Provider::account).
    pub(super) fn account(&self, provider: &str, key: &str) -> String {
        fingerprint(&[provider, &self.base, key])
    }

    /// Sends a GET request for `path` below the base URL, with this query and these headers.
    pub(super) async fn get(
        &self,
        path: &str,
        query: &[(&str, &str)],
        headers: HeaderMap,
    ) -> Result<UpstreamResponse, ProviderError> {
        let request = self.client.0.get(self.url(path, query)).headers(headers);
        let mut response = request.send().await.map_err(unreachable)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if body.len() + chunk.len() > MAX_BYTES {
                return Err(ProviderError::Malformed(format!("more than {MAX_BYTES} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(UpstreamResponse { status, headers, body: body.freeze() })
    }

    fn url(&self, path: &str, query: &[(&str, &str)]) -> String {
        let mut url = format!("{}{path}", self.base);
        for (n, (key, value)) in query.iter().enumerate() {
            url.push(if n == 0 { '?' } else { '&' });
            url.push_str(key);
            url.push('=');
            url.extend(utf8_percent_encode(value, PLAIN_IN_QUERY));
        }
        url
    }
}

impl UpstreamResponse {
    /// The body of a successful response, else the error that its status stands for.
    pub(super) fn success(&self) -> Result<&[u8], ProviderError> {
        match self.status {
            200..=299 => Ok(&self.body),
            // A 404 that is not JSON does not come from the provider's API.
            404 if parse::<IgnoredAny>(&self.body).is_err() => Err(ProviderError::Failing(404)),
            status => Err(error_of_status(status, self.retry_after())),
        }
    }

    /// How long the provider asks to wait, in seconds or as a date.
    fn retry_after(&self) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        let until = || httpdate::parse_http_date(text).ok()?.duration_since(SystemTime::now()).ok();
        text.parse().map(Duration::from_secs).ok().or_else(until)
    }
}

/// The error that a status stands for, unless the provider documents something more specific.
pub(super) fn error_of_status(status: u16, retry_after: Option<Duration>) -> ProviderError {
    match status {
        401 => ProviderError::KeyRejected,
        404 => ProviderError::NotCovered,
        429 => ProviderError::RateLimited { retry_after },
        503 if retry_after.is_some() => ProviderError::RateLimited { retry_after },
        400..=499 => ProviderError::Refused(status),
        _ => ProviderError::Failing(status),
    }
}

/// Parses JSON. The error says where it is not as documented.
///
/// It does not quote the body: a provider that repeats the request in its answer would put the key into the log.
pub(super) fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, ProviderError> {
    let malformed = |error: serde_json::Error| {
        let kind = if error.is_data() { "another kind of value than documented" } else { "not JSON" };
        ProviderError::Malformed(format!("{kind} at line {} column {}", error.line(), error.column()))
    };
    serde_json::from_slice(body).map_err(malformed)
}

/// Whether a time is plausible for weather: from 1970 to 2200. Other times are errors, and arithmetic with them overflows.
pub(super) fn is_plausible(time: &Timestamp) -> bool {
    const YEAR_2200: i64 = 7_258_118_400;
    (0..YEAR_2200).contains(&time.as_second())
}

fn unreachable(error: reqwest::Error) -> ProviderError {
    if error.is_timeout() { ProviderError::TimedOut } else { ProviderError::Unreachable(innermost_cause(error)) }
}

/// The innermost cause, without the URL, which holds the key.
fn innermost_cause(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause: &dyn Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
