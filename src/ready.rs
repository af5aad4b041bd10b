//! Answers whose bytes are made once and sent as often as they are asked for.

use std::{
    hash::{DefaultHasher, Hasher},
    io::Write,
    sync::OnceLock,
};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, LAST_MODIFIED, VARY},
};
use jiff::Timestamp;
use poem::Response;
use serde::Serialize;
use tokio::time::Instant;

use crate::memory::Weigh;

mod freshness;
mod negotiation;

pub use freshness::{CacheControl, Freshness, Holds};
pub use negotiation::{accepts_gzip, is_known};

/// What the headers of an encoding take, in bytes: five at most.
const HEADERS_BYTES: usize = 700;

/// Below this the headers outweigh what compression saves.
const WORTH_COMPRESSING: usize = 512;

/// A body with its validators, in each of the encodings it is sent in.
#[derive(Debug)]
pub struct Ready {
    plain: Encoded,
    /// Made when somebody accepts it for the first time.
    gzip: OnceLock<Encoded>,
    is_compressible: bool,
}

/// A body as it is sent, with the headers that are the same each time.
#[derive(Debug)]
struct Encoded {
    headers: HeaderMap,
    body: Bytes,
}

/// Marks a response that may be repeated to whoever asks the same while its freshness holds.
#[derive(Clone, Debug)]
pub struct Repeatable {
    /// The body of the response.
    pub body: Bytes,
    /// How long it counts.
    pub freshness: Freshness,
}

impl Ready {
    /// A body that is sent as it is, or compressed to whoever accepts it where that is worth it.
    #[must_use]
    pub fn new(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let is_compressible = body.len() >= WORTH_COMPRESSING && !is_compressed_already(content_type);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(ETAG, etag(&hash([&*body])));
        if is_compressible {
            headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        }
        Self { plain: Encoded { headers, body }, gzip: OnceLock::new(), is_compressible }
    }

    /// A JSON document.
    #[must_use]
    pub fn json(document: &impl Serialize) -> Self {
        Self::new("application/json", serde_json::to_vec(document).unwrap_or_default())
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.plain.headers.insert(name, HeaderValue::from_static(value));
        self
    }

    /// The answer to a request with these headers: 200 with the body, or 304 where the asker has it already.
    #[must_use]
    pub fn respond(&self, request: &HeaderMap, freshness: &Freshness) -> Response {
        let is_gzip = self.is_compressible && accepts_gzip(request);
        let encoded = if is_gzip { self.gzip.get_or_init(|| self.plain.gzip()) } else { &self.plain };
        let mut headers = encoded.headers.clone();
        headers.insert(CACHE_CONTROL, freshness.control.at(Instant::now()));
        if let Some(date) = freshness.last_modified.and_then(http_date) {
            headers.insert(LAST_MODIFIED, date);
        }
        let mut response = Response::default();
        if is_known(request, &headers, freshness.last_modified) {
            response.set_status(StatusCode::NOT_MODIFIED);
            leave_out_content(&mut headers);
        } else {
            response.set_body(encoded.body.clone());
            response.extensions_mut().insert(Repeatable { body: encoded.body.clone(), freshness: freshness.clone() });
        }
        *response.headers_mut() = headers;
        response
    }
}

impl Weigh for Ready {
    /// As if it were compressed already, and to no less: that happens later, and the weight must not change.
    fn bytes_elsewhere(&self) -> usize {
        let encodings = if self.is_compressible { 2 } else { 1 };
        encodings * (self.plain.body.len() + HEADERS_BYTES)
    }
}

impl Encoded {
    fn gzip(&self) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        // Writing to memory does not fail.
        let _ = encoder.write_all(&self.body);
        let mut headers = self.headers.clone();
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        headers.insert(ETAG, etag(&format!("{}-gzip", hash([&*self.body]))));
        Self { headers, body: encoder.finish().unwrap_or_default().into() }
    }
}

/// A text that is the same for everyone at any time, and that nobody keeps.
#[must_use]
pub fn fixed(text: &'static str) -> Response {
    let body = Bytes::from_static(text.as_bytes());
    let mut response = Response::from(body.clone());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.extensions_mut().insert(Repeatable { body, freshness: Freshness::NO_STORE });
    response
}

/// Takes out of an answer's headers what tells of a body that 304 does not have.
pub fn leave_out_content(headers: &mut HeaderMap) {
    headers.remove(CONTENT_TYPE);
    headers.remove(CONTENT_ENCODING);
}

/// Content hash for validators and addresses: 64 bits tell apart what one server ever sends.
#[must_use]
pub fn hash<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = DefaultHasher::new();
    pieces.into_iter().for_each(|piece| hasher.write(piece));
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

/// Formats that do not get smaller.
fn is_compressed_already(content_type: &str) -> bool {
    matches!(content_type, "image/png" | "image/x-icon")
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
