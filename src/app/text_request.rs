//! Requests for text, at the same addresses as the page.

use std::borrow::Cow;

use http::{
    HeaderMap,
    header::{ACCEPT, HOST, USER_AGENT},
    request::Parts,
};
use jiff::{civil::Date, tz::TimeZone};

use crate::{
    place_address::{NamedPlace, PageAddress, is_other_route},
    response::Variant,
    text::{
        clients::{accepts_json, accepts_page, accepts_text, is_terminal},
        options::{TextOptions, asks_for_text},
    },
};

/// The prefix of path segments that have text for every client.
const TEXT_PAGE_PREFIX: &str = ":";

/// The name under which the moon is found; a date may follow.
const MOON: &str = "moon";

/// The subject of a request for text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Subject {
    Place(NamedPlace),
    /// The moon on a day, or now.
    Moon(Option<Date>),
    Help,
    BashFunction,
    /// None of these.
    Unknown,
}

/// A request for text.
#[derive(Clone, Debug)]
pub(super) struct TextRequest {
    pub(super) subject: Subject,
    pub(super) query: String,
    /// The address at which the service was reached.
    pub(super) host: String,
    pub(super) variant: Variant,
}

/// The kind of text that a request gets, if it gets text. It does if no other route has its path, and its client writes to
/// a terminal or asks for plain text or a format.
pub(super) fn variant(request: &Parts) -> Option<Variant> {
    let path = request.uri.path().trim_matches('/');
    let first_segment = path.split('/').next().unwrap_or_default();
    if is_other_route(first_segment) {
        return None;
    }
    let [user_agent, accept] = [USER_AGENT, ACCEPT].map(|name| header(&request.headers, &name));
    let is_terminal = is_terminal(&user_agent);
    let is_wanted = (is_terminal && !accepts_page(&accept))
        || accepts_text(&accept)
        || path.starts_with(TEXT_PAGE_PREFIX)
        || request.uri.query().is_some_and(asks_for_text);
    is_wanted.then_some(if is_terminal { Variant::ColouredText } else { Variant::Text })
}

/// Whether a client asks for JSON by name, so that it gets an error in JSON even if it writes to a terminal.
pub(super) fn wants_json(headers: &HeaderMap) -> bool {
    accepts_json(&header(headers, &ACCEPT))
}

impl TextRequest {
    pub(super) fn new(request: &Parts, variant: Variant) -> Self {
        let query = request.uri.query().unwrap_or_default();
        Self {
            subject: segment(request.uri.path()).map_or(Subject::Unknown, |segment| Subject::parse(segment, query)),
            query: query.to_owned(),
            host: header(&request.headers, &HOST).into_owned(),
            variant,
        }
    }

    /// The options in the query.
    pub(super) fn options(&self) -> Result<TextOptions, String> {
        TextOptions::parse(&self.query, self.variant == Variant::ColouredText)
    }
}

impl Subject {
    fn parse(segment: &str, query: &str) -> Self {
        match segment {
            ":help" => return Self::Help,
            ":bash.function" => return Self::BashFunction,
            _ if segment.starts_with(TEXT_PAGE_PREFIX) => return Self::Unknown,
            _ => {}
        }
        if let Some(moon) = Self::moon(segment) {
            return moon;
        }
        match PageAddress::parse(&format!("/{segment}"), Some(query)) {
            PageAddress::Place(named) => Self::Place(named),
            _ => Self::Unknown,
        }
    }

    /// The moon, if the segment asks for it.
    fn moon(segment: &str) -> Option<Self> {
        let (name, day) = segment.split_once('@').map_or((segment, None), |(name, day)| (name, Some(day)));
        if !name.eq_ignore_ascii_case(MOON) {
            return None;
        }
        Some(match day.map(str::parse) {
            None => Self::Moon(None),
            Some(Ok(day)) => Self::Moon(Some(day)),
            // Not a place: a village may have a name like that.
            Some(Err(_)) => Self::Unknown,
        })
    }
}

/// The only segment of a path. Extra slashes around it, which some programs add, are ignored.
fn segment(path: &str) -> Option<&str> {
    let segment = path.trim_matches('/');
    (!segment.contains('/')).then_some(segment)
}

/// Noon of a day in UTC.
pub(super) fn noon(day: Date) -> Option<jiff::Timestamp> {
    TimeZone::UTC.to_timestamp(day.at(12, 0, 0, 0)).ok()
}

/// All lines of a header that are text; there is rarely more than one.
fn header<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> Cow<'a, str> {
    let mut lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    let first = lines.next().unwrap_or_default();
    match lines.next() {
        None => first.into(),
        Some(second) => [first, second].into_iter().chain(lines).collect::<Vec<_>>().join(",").into(),
    }
}
