//! How long a response made from a report is valid, and what it tells caches.

use std::time::Duration;

use jiff::Timestamp;
use poem::Request;
use serde::Serialize;

use super::render_window::RenderWindow;
use crate::{
    response::{
        CacheControl, Freshness, JSON, Rendering, ReportVersion, Representation, ResponseSource, add_cors_headers,
        json_line,
    },
    service::{Complements, ServedReport},
};

/// How long clients may cache a stale answer; short, because it is being refreshed in the background.
const STALE_MAX_AGE: Duration = Duration::from_secs(5);

/// The target of a request as it was sent.
pub fn target(request: &Request) -> &str {
    request.uri().path_and_query().map_or("", |target| target.as_str())
}

/// A JSON document with CORS headers for any origin.
pub fn cors_json(document: &impl Serialize) -> Representation {
    Representation::new(JSON, json_line(document)).with_headers(add_cors_headers)
}

/// The source of a response: the version of its report, how long it is fresh, and how much longer it may be used.
pub fn source<T>(served: &ServedReport<T>) -> ResponseSource {
    let is_being_refreshed = served.stale && !served.is_recording;
    ResponseSource {
        versions: vec![report_version(served)],
        cache_control: CacheControl::FromFreshness(Freshness {
            fresh_until: served.fresh_until,
            min_max_age: if is_being_refreshed { STALE_MAX_AGE } else { Duration::ZERO },
            usable_until: served.usable_until,
        }),
        valid_until: Some(served.unchanged_until),
    }
}

/// The source of a response that also contains complements. If a complement is missing, the response is valid only
/// until it is worth asking for it again.
pub fn with_complements(source: ResponseSource, complements: &Complements) -> ResponseSource {
    let parts = complements.list.iter().flat_map(|complement| {
        [complement.current.as_ref().map(self::source), complement.forecast.as_ref().map(self::source)]
    });
    let combined = parts.flatten().fold(source, ResponseSource::and);
    match complements.retry_at {
        Some(retry_at) => combined.until(retry_at),
        None => combined,
    }
}

/// The version of a served report.
pub fn report_version<T>(served: &ServedReport<T>) -> ReportVersion {
    ReportVersion {
        fetched_at: served.sourced.fetched_at,
        provider: served.sourced.source.provider,
        stale: served.stale,
    }
}

/// A report's document. It was last modified at the start of its window, or when it became stale.
pub fn rendering<T>(served: &ServedReport<T>, document: &impl Serialize, window: RenderWindow) -> Rendering {
    Rendering {
        representation: cors_json(document).modified_at(modified_at(served, window)),
        valid_during: Some((window.as_of, window.until)),
    }
}

/// When a document made from a report last changed.
pub fn modified_at<T>(served: &ServedReport<T>, window: RenderWindow) -> Timestamp {
    let went_stale = (served.stale && !served.is_recording).then(|| served.fresh_until.wall());
    went_stale.map_or(window.as_of, |went_stale| window.as_of.max(went_stale))
}
