//! A body in one encoding, with its validators.

use std::{
    io::Write,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use headers::{HeaderMapExt, LastModified};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY},
};
use http_body_util::Full;
use jiff::Timestamp;

use super::{
    conditional::{GZIP, is_not_modified},
    content::content_hash,
    full::{FullResponse, X_REQUEST_ID, add_common_headers},
};

/// The size in bytes below which compression does not pay off.
const MIN_COMPRESSED: usize = 512;

/// A body in one encoding, with the headers that are always the same.
#[derive(Clone, Debug)]
pub struct Representation {
    headers: HeaderMap,
    body: Bytes,
}

impl Representation {
    /// An uncompressed body with a strong validator.
    #[must_use]
    pub fn new(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut plain = Self::without_validator(content_type, body);
        plain.headers.insert(ETAG, entity_tag(&plain.body, ""));
        if plain.is_compressible() {
            plain.headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        }
        plain
    }

    /// A body without a validator, for responses that are not cached.
    #[must_use]
    pub fn without_validator(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        add_common_headers(&mut headers);
        // A placeholder. Each response replaces the value, and a copy of the map that has the key does not need to grow.
        headers.insert(X_REQUEST_ID, HeaderValue::from_static(""));
        Self { headers, body: body.into() }
    }

    /// A body that is compressed already, with its own validator.
    #[must_use]
    pub fn encoded(content_type: &'static str, coding: &'static str, body: impl Into<Bytes>) -> Self {
        let mut encoded = Self::without_validator(content_type, body);
        encoded.headers.insert(ETAG, entity_tag(&encoded.body, ""));
        encoded.headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        encoded.headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
        encoded
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// The same with headers that a function adds.
    #[must_use]
    pub fn with_headers(mut self, add: impl FnOnce(&mut HeaderMap)) -> Self {
        add(&mut self.headers);
        self
    }

    /// The same with a `Last-Modified`.
    #[must_use]
    pub fn modified_at(mut self, time: Timestamp) -> Self {
        // Dates in HTTP start in 1970.
        let since_1970 = Duration::from_secs(time.as_second().try_into().unwrap_or_default());
        self.headers.typed_insert(LastModified::from(SystemTime::UNIX_EPOCH + since_1970));
        self
    }

    /// The same compressed, with its own validator; `None` if compression does not pay off.
    #[must_use]
    pub fn gzip(&self, level: Compression) -> Option<Self> {
        if !self.is_compressible() {
            return None;
        }
        let mut encoder = GzEncoder::new(Vec::new(), level);
        // Writing to memory does not fail.
        let _ = encoder.write_all(&self.body);
        let mut headers = self.headers.clone();
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(GZIP));
        headers.insert(ETAG, entity_tag(&self.body, "-gzip"));
        Some(Self { headers, body: encoder.finish().unwrap_or_default().into() })
    }

    /// The response to a request with these headers: 200, or 304 if the client already has the body.
    #[must_use]
    pub fn respond(&self, request: &HeaderMap, cache_control: Option<HeaderValue>) -> FullResponse {
        let mut headers = self.headers.clone();
        if let Some(cache_control) = cache_control {
            headers.insert(CACHE_CONTROL, cache_control);
        }
        let mut response = if is_not_modified(request, &headers) {
            headers.remove(CONTENT_TYPE);
            headers.remove(CONTENT_ENCODING);
            let mut response = FullResponse::default();
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        } else {
            FullResponse::new(Full::new(self.body.clone()))
        };
        *response.headers_mut() = headers;
        response
    }

    /// An error response with this body, which is not cached.
    #[must_use]
    pub fn respond_as_error(&self, status: StatusCode) -> FullResponse {
        let mut response = FullResponse::new(Full::new(self.body.clone()));
        *response.status_mut() = status;
        *response.headers_mut() = self.headers.clone();
        response.headers_mut().remove(ETAG);
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    /// The size of the body in bytes.
    #[must_use]
    pub fn body_bytes(&self) -> usize {
        self.body.len()
    }

    fn is_compressible(&self) -> bool {
        let is_compressed_already = self
            .headers
            .get(CONTENT_TYPE)
            .and_then(|content_type| content_type.to_str().ok())
            .is_some_and(|content_type| ["image/png", "image/jpeg", "image/x-icon"].contains(&content_type));
        self.headers.contains_key(ETAG) && self.body.len() >= MIN_COMPRESSED && !is_compressed_already
    }
}

fn entity_tag(body: &[u8], suffix: &str) -> HeaderValue {
    let tag = format!("\"{}{suffix}\"", content_hash([body]));
    HeaderValue::try_from(tag).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

#[cfg(test)]
mod tests {
    use http::header::LAST_MODIFIED;

    use super::*;

    const MODIFIED: &str = "2025-03-28T12:03:10Z";

    fn long() -> Representation {
        Representation::new("text/plain", "weather ".repeat(1000))
    }

    fn ask(representation: &Representation, headers: &[(&str, &str)]) -> FullResponse {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        representation.respond(&headers, None)
    }

    #[test]
    fn each_encoding_has_a_validator_of_its_own() {
        let (plain, gzip) = (long(), long().gzip(Compression::best()).unwrap());
        let etag = |representation| ask(representation, &[]).headers()[ETAG].to_str().unwrap().to_owned();
        assert_ne!(etag(&plain), etag(&gzip));
        assert_eq!(ask(&gzip, &[("if-none-match", &etag(&plain))]).status(), StatusCode::OK);
        for representation in [&plain, &gzip] {
            assert_eq!(ask(representation, &[]).headers()[VARY], "Accept-Encoding");
        }
    }

    #[test]
    fn small_and_compressed_files_are_not_compressed() {
        assert!(Representation::new("text/plain", "weather").gzip(Compression::best()).is_none());
        assert!(Representation::new("image/png", "x".repeat(1000)).gzip(Compression::best()).is_none());
    }

    #[test]
    fn conditional_requests_get_304_if_nothing_changed() {
        let representation = Representation::new("text/plain", "weather").modified_at(MODIFIED.parse().unwrap());
        let etag = ask(&representation, &[]).headers()[ETAG].to_str().unwrap().to_owned();
        let (weak, list) = (format!("W/{etag}"), format!("\"other\", {etag}"));
        let cases: [(&[(&str, &str)], u16); 11] = [
            (&[], 200),
            (&[("if-none-match", &etag)], 304),
            (&[("if-none-match", &weak)], 304),
            (&[("if-none-match", &list)], 304),
            (&[("if-none-match", "*")], 304),
            (&[("if-none-match", "\"other\"")], 200),
            (&[("if-none-match", "garbage"), ("if-modified-since", "Fri, 28 Mar 2025 12:03:10 GMT")], 200),
            (&[("if-modified-since", "Fri, 28 Mar 2025 12:03:10 GMT")], 304),
            (&[("if-modified-since", "Fri, 28 Mar 2025 12:03:09 GMT")], 200),
            (&[("if-modified-since", "yesterday")], 200),
            (&[("if-none-match", "\"other\""), ("if-modified-since", "Fri, 28 Mar 2025 12:03:10 GMT")], 200),
        ];
        for (headers, status) in cases {
            let response = ask(&representation, headers);
            assert_eq!(response.status(), status, "{headers:?}");
            assert_eq!(response.headers()[ETAG], etag);
            assert_eq!(response.headers()[LAST_MODIFIED], "Fri, 28 Mar 2025 12:03:10 GMT");
        }
    }
}
