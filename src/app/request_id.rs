//! An id for each request, shared by the caller and the log.

use std::{
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicU64, Ordering},
};

use http::{HeaderMap, HeaderValue};

use crate::response::X_REQUEST_ID;

/// The longest id that is accepted from a caller, in bytes.
const MAX_LENGTH: usize = 64;

/// Assigns ids to requests.
pub(super) struct RequestIds {
    process: String,
    next: AtomicU64,
}

impl Default for RequestIds {
    /// Each process has its own prefix, from the random seed of hash maps.
    fn default() -> Self {
        let process = format!("{:016x}-", RandomState::new().hash_one(()));
        Self { process, next: AtomicU64::new(1) }
    }
}

impl RequestIds {
    /// The id that the caller sent, if it is safe to log, else a new one.
    pub(super) fn of(&self, request: &HeaderMap) -> HeaderValue {
        let theirs = request.get(X_REQUEST_ID).filter(|id| is_safe(id.as_bytes()));
        theirs.cloned().unwrap_or_else(|| self.next())
    }

    /// An id that no other request has.
    pub(super) fn next(&self) -> HeaderValue {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let id = [&*self.process, itoa::Buffer::new().format(number)].concat();
        HeaderValue::try_from(id).unwrap_or_else(|_| HeaderValue::from(number))
    }
}

fn is_safe(id: &[u8]) -> bool {
    (1..=MAX_LENGTH).contains(&id.len()) && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(id: &str) -> HeaderMap {
        HeaderMap::from_iter([(X_REQUEST_ID, HeaderValue::from_str(id).unwrap())])
    }

    #[test]
    fn a_callers_id_is_kept_if_it_is_safe() {
        let ids = RequestIds::default();
        assert_eq!(ids.of(&given("trace-1.a_B")), "trace-1.a_B");
        for unsafe_id in ["", "a b", "a=\"b\"", &"x".repeat(65)] {
            assert_ne!(ids.of(&given(unsafe_id)), unsafe_id);
        }
    }

    #[test]
    fn no_two_requests_share_an_id() {
        let ids = RequestIds::default();
        assert_ne!(ids.of(&HeaderMap::new()), ids.of(&HeaderMap::new()));
    }
}
