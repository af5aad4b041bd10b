//! Answers whose bytes are made once and sent as often as they are asked for.

use std::{
    hash::{DefaultHasher, Hasher},
    io::Write,
};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{
        ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH,
        LAST_MODIFIED, VARY,
    },
};
use jiff::Timestamp;
use poem::Response;
use serde::Serialize;

/// Below this the headers outweigh what compression saves.
const WORTH_COMPRESSING: usize = 512;

/// A body with its validators, in each of the encodings it is sent in.
#[derive(Debug)]
pub struct Ready {
    content_type: HeaderValue,
    plain: Encoded,
    gzip: Option<Encoded>,
}

#[derive(Debug)]
struct Encoded {
    body: Bytes,
    etag: HeaderValue,
}

/// How long and from when an answer counts.
#[derive(Clone, Debug)]
pub struct Freshness {
    /// The value of `Cache-Control`.
    pub cache_control: HeaderValue,
    /// When the content last changed.
    pub last_modified: Option<Timestamp>,
}

impl Freshness {
    /// Asked again each time, and answered with 304 while nothing changed.
    pub const REVALIDATE: Self = Self::fixed("no-cache");

    /// Under an address that names the content.
    pub const IMMUTABLE: Self = Self::fixed("public, max-age=31536000, immutable");

    const fn fixed(cache_control: &'static str) -> Self {
        Self { cache_control: HeaderValue::from_static(cache_control), last_modified: None }
    }
}

impl Ready {
    /// A body that is sent as it is, or compressed to whoever accepts it where that is worth it.
    #[must_use]
    pub fn new(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let hash = hash(&body);
        // What is compressed already, such as a PNG, does not get smaller.
        let gzip = (body.len() >= WORTH_COMPRESSING).then(|| gzip(&body)).flatten();
        let gzip = gzip.filter(|compressed| compressed.len() < body.len() / 10 * 9);
        Self {
            content_type: HeaderValue::from_static(content_type),
            gzip: gzip.map(|body| Encoded { body: body.into(), etag: etag(&format!("{hash}-gzip")) }),
            plain: Encoded { body, etag: etag(&hash) },
        }
    }

    /// A JSON document.
    #[must_use]
    pub fn json(document: &impl Serialize) -> Self {
        Self::new("application/json", serde_json::to_vec(document).unwrap_or_default())
    }

    /// The answer to a request with these headers: 200 with the body, or 304 where the asker has it already.
    #[must_use]
    pub fn respond(&self, request: &HeaderMap, freshness: &Freshness) -> Response {
        let gzip = self.gzip.as_ref().filter(|_| accepts_gzip(request));
        let encoded = gzip.unwrap_or(&self.plain);
        let mut response = if encoded.is_known(request, freshness.last_modified) {
            StatusCode::NOT_MODIFIED.into()
        } else {
            let mut response = Response::from(encoded.body.clone());
            response.headers_mut().insert(CONTENT_TYPE, self.content_type.clone());
            if gzip.is_some() {
                response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            response
        };
        let headers = response.headers_mut();
        headers.insert(ETAG, encoded.etag.clone());
        headers.insert(CACHE_CONTROL, freshness.cache_control.clone());
        if self.gzip.is_some() {
            headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        }
        if let Some(date) = freshness.last_modified.and_then(http_date) {
            headers.insert(LAST_MODIFIED, date);
        }
        response
    }
}

impl Encoded {
    /// Whether the asker has these bytes.
    ///
    /// RFC 9110, 13.2.2: `If-None-Match` wins over `If-Modified-Since`.
    fn is_known(&self, request: &HeaderMap, last_modified: Option<Timestamp>) -> bool {
        let mut tags = request.get_all(IF_NONE_MATCH).iter().peekable();
        if tags.peek().is_some() {
            return tags.any(|tags| matches(tags, &self.etag));
        }
        let since =
            request.get(IF_MODIFIED_SINCE).and_then(|value| httpdate::parse_http_date(value.to_str().ok()?).ok());
        let since = since.and_then(|since| Timestamp::try_from(since).ok());
        since.zip(last_modified).is_some_and(|(since, modified)| modified.as_second() <= since.as_second())
    }
}

/// Content hash for validators and addresses: 64 bits tell apart what one server ever sends.
#[must_use]
pub fn hash(body: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(body);
    format!("{:016x}", hasher.finish())
}

/// The media type of a file by the ending of its name.
#[must_use]
pub fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The date form of HTTP headers; `None` before 1970, which it cannot say.
fn http_date(time: Timestamp) -> Option<HeaderValue> {
    let seconds = u64::try_from(time.as_second()).ok()?;
    let date = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
    HeaderValue::try_from(httpdate::fmt_http_date(date)).ok()
}

fn etag(tag: &str) -> HeaderValue {
    HeaderValue::try_from(format!("\"{tag}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

/// Whether a list of entity tags holds this one, by weak comparison.
fn matches(tags: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(tags), Ok(etag)) = (tags.to_str(), etag.to_str()) else { return false };
    tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

/// RFC 9110, 12.5.3, for the one encoding there is.
fn accepts_gzip(request: &HeaderMap) -> bool {
    let lists = request.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut any = None;
    for choice in lists.flat_map(|list| list.split(',')) {
        let mut parts = choice.split(';').map(str::trim);
        let coding = parts.next().unwrap_or_default();
        let refused = parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.parse().is_ok_and(|q: f32| q <= 0.0)));
        if coding.eq_ignore_ascii_case("gzip") {
            return !refused;
        }
        if coding == "*" {
            any = Some(!refused);
        }
    }
    any.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODIFIED: &str = "2025-03-28T12:03:10Z";

    fn long() -> Ready {
        Ready::new("text/plain", "weather ".repeat(1000))
    }

    fn ask(ready: &Ready, headers: &[(&str, &str)]) -> Response {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let last_modified = Some(MODIFIED.parse().unwrap());
        ready.respond(&headers.collect(), &Freshness { last_modified, ..Freshness::REVALIDATE })
    }

    #[test]
    fn encodings_by_what_is_accepted() {
        let cases = [
            ("", false),
            ("gzip", true),
            ("deflate, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("*", true),
            ("gzip;q=0, *", false),
            ("br", false),
            ("identity", false),
        ];
        for (accepted, compressed) in cases {
            let response = ask(&long(), &[("accept-encoding", accepted)]);
            assert_eq!(response.headers().contains_key(CONTENT_ENCODING), compressed, "{accepted}");
            assert_eq!(response.headers()[VARY], "Accept-Encoding");
        }
        let short = ask(&Ready::new("text/plain", "weather"), &[("accept-encoding", "gzip")]);
        assert!(!short.headers().contains_key(CONTENT_ENCODING) && !short.headers().contains_key(VARY));
    }

    #[test]
    fn each_encoding_has_a_validator_of_its_own() {
        let ready = long();
        let plain = ask(&ready, &[]).headers()[ETAG].clone();
        let gzip = ask(&ready, &[("accept-encoding", "gzip")]).headers()[ETAG].clone();
        assert_ne!(plain, gzip);
        let known = ask(&ready, &[("accept-encoding", "gzip"), ("if-none-match", plain.to_str().unwrap())]);
        assert_eq!(known.status(), StatusCode::OK);
    }

    #[test]
    fn conditional_requests() {
        let ready = Ready::new("text/plain", "weather");
        let etag = ask(&ready, &[]).headers()[ETAG].to_str().unwrap().to_owned();
        let (weak, list) = (format!("W/{etag}"), format!("\"other\", {etag}"));
        let cases: [(&[(&str, &str)], u16); 10] = [
            (&[], 200),
            (&[("if-none-match", &etag)], 304),
            (&[("if-none-match", &weak)], 304),
            (&[("if-none-match", &list)], 304),
            (&[("if-none-match", "*")], 304),
            (&[("if-none-match", "\"other\"")], 200),
            (&[("if-modified-since", "Fri, 28 Mar 2025 12:03:10 GMT")], 304),
            (&[("if-modified-since", "Fri, 28 Mar 2025 12:03:09 GMT")], 200),
            (&[("if-modified-since", "yesterday")], 200),
            (&[("if-none-match", "\"other\""), ("if-modified-since", "Fri, 28 Mar 2025 12:03:10 GMT")], 200),
        ];
        for (headers, status) in cases {
            let response = ask(&ready, headers);
            assert_eq!(response.status(), status, "{headers:?}");
            assert_eq!(response.headers()[ETAG], etag);
            assert_eq!(response.headers()[LAST_MODIFIED], "Fri, 28 Mar 2025 12:03:10 GMT");
        }
    }
}
