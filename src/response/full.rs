//! Complete responses in memory, and the headers that many of them share.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, X_CONTENT_TYPE_OPTIONS},
};
use http_body_util::Full;
use serde::Serialize;

/// A response whose body is in memory.
pub type FullResponse = http::Response<Full<Bytes>>;

/// The id of a request, for the caller and the log.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The `Vary` header at the addresses of the page, which terminals get as text.
pub const VARY_BY_CLIENT: &str = "Accept, User-Agent, Accept-Encoding";

/// The media type of text.
pub const TEXT: &str = "text/plain; charset=utf-8";

/// The media type of JSON documents.
pub const JSON: &str = "application/json";

/// A JSON document that ends with a newline, so that a terminal's prompt starts on its own line.
#[must_use]
pub fn json_line(document: &impl Serialize) -> Vec<u8> {
    let mut json = serde_json::to_vec(document).unwrap_or_default();
    json.push(b'\n');
    json
}

/// Adds the header that every response has.
pub fn add_common_headers(headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

/// Lets pages from any origin read a response and those of its headers that are meant for programs.
pub fn add_cors_headers(headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let exposed = HeaderValue::from_static("ETag, Retry-After, X-Request-Id");
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
}
