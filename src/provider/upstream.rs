//! The one way in which providers are asked over HTTP.

use std::{
    error::Error,
    sync::{Arc, OnceLock},
    time::{Duration, SystemTime},
};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header::RETRY_AFTER};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, de::IgnoredAny};

use super::ProviderError;

/// The largest answer that is read: more than ten times the largest of the recorded ones.
const MOST_BYTES: usize = 2 * 1024 * 1024;

/// What stands for itself in a query. A comma does: OpenWeatherMap takes `London%2CUK` for another name.
const PLAIN_IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b',');

/// How long an idle connection is kept for the next question.
const POOL_IDLE: Duration = Duration::from_mins(1);

/// The HTTP client for all providers: no redirects, gzip, one connection pool. Cheap to clone.
///
/// It is set up when it is needed, since reading the machine's certificates takes longer than all else at the start.
#[derive(Clone, Default)]
pub struct Client(Arc<OnceLock<Result<reqwest::Client, String>>>);

impl Client {
    /// Sets it up before it is needed.
    ///
    /// # Errors
    /// Where no TLS backend or resolver can be set up; the text says why.
    pub fn set_up(&self) -> Result<(), String> {
        self.get().map(|_| ()).map_err(Into::into)
    }

    fn get(&self) -> Result<&reqwest::Client, &str> {
        let set_up = || {
            // A third the size of what reqwest would choose. It fails where it was chosen before, by another client.
            let _ = rustls::crypto::ring::default_provider().install_default();
            let builder = reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .pool_idle_timeout(POOL_IDLE)
                .user_agent(concat!("weather-app/", env!("CARGO_PKG_VERSION")));
            builder.build().map_err(|error| format!("Providers cannot be asked: {}.", innermost_cause(error)))
        };
        self.0.get_or_init(set_up).as_ref().map_err(String::as_str)
    }
}

/// A provider's host as it is set, and how it is asked.
pub(super) struct Upstream {
    client: Client,
    base: String,
}

/// What came back, whatever its status.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Upstream {
    pub(super) fn new(client: Client, base: &str) -> Self {
        Self { client, base: base.trim_end_matches('/').to_owned() }
    }

    /// GETs `path` below the base with the query's pairs and these headers.
    pub(super) async fn get(
        &self,
        path: &str,
        query: &[(&str, &str)],
        headers: HeaderMap,
    ) -> Result<Reply, ProviderError> {
        let client = self.client.get().map_err(|why| ProviderError::Unreachable(why.to_owned()))?;
        let request = client.get(self.url(path, query)).headers(headers);
        let mut response = request.send().await.map_err(unreachable)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(ProviderError::Malformed(format!("more than {MOST_BYTES} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { status, headers, body: body.freeze() })
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

impl Reply {
    /// The body of a success; else what the status means where the provider's documentation does not say more.
    pub(super) fn success(&self) -> Result<&[u8], ProviderError> {
        match self.status {
            200..=299 => Ok(&self.body),
            401 => Err(ProviderError::KeyRejected),
            // What is no document of theirs comes from something else that answers at this address.
            404 if parse::<IgnoredAny>(&self.body).is_err() => Err(ProviderError::Failing(404)),
            404 => Err(ProviderError::NotCovered),
            503 if self.retry_after().is_some() => Err(ProviderError::RateLimited { retry_after: self.retry_after() }),
            429 => Err(ProviderError::RateLimited { retry_after: self.retry_after() }),
            400..=499 => Err(ProviderError::Refused(self.status)),
            _ => Err(ProviderError::Failing(self.status)),
        }
    }

    /// How long the provider asks to be left alone, said in seconds or as a date.
    fn retry_after(&self) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        let until = || httpdate::parse_http_date(text).ok()?.duration_since(SystemTime::now()).ok();
        text.parse().map(Duration::from_secs).ok().or_else(until)
    }
}

/// Reads JSON, or tells where it stops being what is documented.
///
/// What stands there is not told: a provider that repeats our request in its answer would put the key into the log.
pub(super) fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, ProviderError> {
    let where_it_stops = |error: serde_json::Error| {
        let kind = if error.is_data() { "another kind of value than documented" } else { "not JSON" };
        ProviderError::Malformed(format!("{kind} at line {} column {}", error.line(), error.column()))
    };
    serde_json::from_slice(body).map_err(where_it_stops)
}

/// Whether a time can be that of weather: from 1970 to 2200. What lies outside is nonsense, and sums with it overflow.
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
