//! A name for each request, by which caller and operator can speak of it.

use std::{
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicU64, Ordering},
};

use http::{HeaderMap, HeaderValue};

/// The longest name that is taken over from a caller.
const LONGEST: usize = 64;

/// Names requests.
pub(super) struct RequestIds {
    process: String,
    next: AtomicU64,
}

impl Default for RequestIds {
    /// Processes have names of their own, by the randomness that hash maps are seeded with.
    fn default() -> Self {
        let process = format!("{:016x}-", RandomState::new().hash_one(()));
        Self { process, next: AtomicU64::new(1) }
    }
}

impl RequestIds {
    /// The name that the caller gave, if it can stand in a log, else one of ours.
    pub(super) fn of(&self, request: &HeaderMap) -> HeaderValue {
        let theirs = request.get(super::X_REQUEST_ID).filter(|id| is_harmless(id.as_bytes()));
        theirs.cloned().unwrap_or_else(|| self.next())
    }

    fn next(&self) -> HeaderValue {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let id = [&*self.process, itoa::Buffer::new().format(number)].concat();
        HeaderValue::try_from(id).unwrap_or_else(|_| HeaderValue::from(number))
    }
}

fn is_harmless(id: &[u8]) -> bool {
    (1..=LONGEST).contains(&id.len()) && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(id: &str) -> HeaderMap {
        HeaderMap::from_iter([(super::super::X_REQUEST_ID, HeaderValue::from_str(id).unwrap())])
    }

    #[test]
    fn a_callers_name_is_kept_and_a_harmful_one_is_not() {
        let ids = RequestIds::default();
        assert_eq!(ids.of(&given("trace-1.a_B")), "trace-1.a_B");
        for harmful in ["", "a b", "a=\"b\"", &"x".repeat(65)] {
            assert_ne!(ids.of(&given(harmful)), harmful);
        }
    }

    #[test]
    fn no_two_requests_share_a_name() {
        let ids = RequestIds::default();
        assert_ne!(ids.of(&HeaderMap::new()), ids.of(&HeaderMap::new()));
    }
}
