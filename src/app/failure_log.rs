//! One line for each request that failed: `GET /api/weather 503 upstream-unavailable: all 2 providers failed`.

use std::borrow::Cow;

use http::Method;
use tracing::Level;

use crate::{api::problem::Fault, log_throttle::LogThrottle, metrics::Route};

/// The prefix of paths that contain the caller's key, as in Dark Sky's API.
const KEY_PATH_PREFIX: &str = "/forecast/";

/// Logs requests that failed, without letting floods of them fill the log.
#[derive(Default)]
pub(super) struct FailureLog(LogThrottle);

impl FailureLog {
    /// Logs a request by its method and path: at WARN for a server error, at INFO for a client error. The query, keys and
    /// the names of places are not logged.
    pub(super) fn log(&self, method: &Method, path: &str, route: Route, fault: &Fault) {
        let is_server_error = fault.status().is_server_error();
        let (code, cause) = (fault.code().name(), fault.cause());
        let status = fault.status().as_u16();
        let path = if route == Route::Page { "/{place}".into() } else { without_key(path) };
        // Callers can invent any number of paths that are not routes or contain coordinates, so those are throttled together.
        let subject = match route {
            Route::Other => "other paths",
            Route::PirateWeather => KEY_PATH_PREFIX,
            _ => &path,
        };
        let level = if is_server_error { Level::WARN } else { Level::INFO };
        if !self.0.should_log(level, &format!("{method} {subject} {status} {fault}")) {
            return;
        }
        let (method, route, path) = (method.as_str(), route.name(), &*path);
        if is_server_error {
            tracing::warn!(method, route, path, status, code, cause, "{method} {path} {status} {fault}");
        } else {
            tracing::info!(method, route, path, status, code, cause, "{method} {path} {status} {fault}");
        }
    }
}

fn without_key(path: &str) -> Cow<'_, str> {
    let Some(key_and_rest) = path.strip_prefix(KEY_PATH_PREFIX) else { return path.into() };
    let rest = key_and_rest.find('/').map_or("", |end| &key_and_rest[end..]);
    format!("{KEY_PATH_PREFIX}…{rest}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_a_path_is_hidden() {
        assert_eq!(without_key("/forecast/5ecret/51.5,-0.1"), "/forecast/…/51.5,-0.1");
        assert_eq!(without_key("/forecast/5ecret"), "/forecast/…");
        assert_eq!(without_key("/api/forecast"), "/api/forecast");
    }
}
