//! Conditional requests and accepted encodings.

use std::time::SystemTime;

use headers::{ETag, HeaderMapExt, IfModifiedSince, IfNoneMatch, LastModified};
use http::{
    HeaderMap,
    header::{ACCEPT_ENCODING, IF_MODIFIED_SINCE, IF_NONE_MATCH},
};

/// The content coding of everything that is compressed while the program runs.
pub const GZIP: &str = "gzip";

/// The content coding of files that were compressed when the program was built.
pub const BROTLI: &str = "br";

/// Whether the client already has the response with these headers.
///
/// `If-None-Match` takes precedence over `If-Modified-Since` (RFC 9110, 13.2.2).
pub fn is_not_modified(request: &HeaderMap, response: &HeaderMap) -> bool {
    if request.contains_key(IF_NONE_MATCH) {
        let (tags, etag) = (request.typed_get::<IfNoneMatch>(), response.typed_get::<ETag>());
        return tags.zip(etag).is_some_and(|(tags, etag)| !tags.precondition_passes(&etag));
    }
    if !request.contains_key(IF_MODIFIED_SINCE) {
        return false;
    }
    let (since, modified) = (request.typed_get::<IfModifiedSince>(), response.typed_get::<LastModified>());
    since.zip(modified).is_some_and(|(since, modified)| !since.is_modified(SystemTime::from(modified)))
}

/// Whether the client accepts a content coding such as [`GZIP`] (RFC 9110, 12.5.3).
pub fn accepts(request: &HeaderMap, wanted: &str) -> bool {
    let lists = request.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut any = None;
    for choice in lists.flat_map(|list| list.split(',')) {
        let mut parts = choice.split(';').map(str::trim);
        let coding = parts.next().unwrap_or_default();
        let is_refused = parts.any(is_weight_zero);
        if coding.eq_ignore_ascii_case(wanted) {
            return !is_refused;
        }
        if coding == "*" {
            any = Some(!is_refused);
        }
    }
    any.unwrap_or(false)
}

/// Whether a parameter is a weight of zero. Its name is case-insensitive.
fn is_weight_zero(parameter: &str) -> bool {
    let Some((name, weight)) = parameter.split_once('=') else { return false };
    name.eq_ignore_ascii_case("q") && weight.parse().is_ok_and(|weight: f32| weight <= 0.0)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn gzip_is_used_only_if_it_is_accepted() {
        let cases = [
            ("", false),
            ("gzip", true),
            ("deflate, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("gzip;Q=0", false),
            ("gzip; q=0.000", false),
            ("*", true),
            ("gzip;q=0, *", false),
            ("*;Q=0", false),
            ("br", false),
            ("identity", false),
        ];
        for (accepted, expected) in cases {
            let request = HeaderMap::from_iter([(ACCEPT_ENCODING, accepted.parse().unwrap())]);
            assert_eq!(accepts(&request, GZIP), expected, "{accepted}");
        }
        let request = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("gzip, deflate, br;q=0.9"))]);
        assert!(accepts(&request, BROTLI) && !accepts(&request, "zstd"));
    }
}
