//! What a request says of the bytes that it has and of those that it can take.

use http::{
    HeaderMap, HeaderValue,
    header::{ACCEPT_ENCODING, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH},
};
use jiff::Timestamp;

/// Whether the asker has what an answer with these headers would bring.
///
/// RFC 9110, 13.2.2: `If-None-Match` wins over `If-Modified-Since`.
pub fn is_known(request: &HeaderMap, answer: &HeaderMap, last_modified: Option<Timestamp>) -> bool {
    let mut tags = request.get_all(IF_NONE_MATCH).iter().peekable();
    if tags.peek().is_some() {
        return answer.get(ETAG).is_some_and(|etag| tags.any(|tags| matches(tags, etag)));
    }
    let since = request.get(IF_MODIFIED_SINCE).and_then(|value| httpdate::parse_http_date(value.to_str().ok()?).ok());
    let since = since.and_then(|since| Timestamp::try_from(since).ok());
    since.zip(last_modified).is_some_and(|(since, modified)| modified.as_second() <= since.as_second())
}

/// Whether a list of entity tags holds this one, by weak comparison.
fn matches(tags: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(tags), Ok(etag)) = (tags.to_str(), etag.to_str()) else { return false };
    tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

/// RFC 9110, 12.5.3, for the one encoding there is.
pub fn accepts_gzip(request: &HeaderMap) -> bool {
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
