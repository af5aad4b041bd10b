//! Answers that are repeated without asking a handler: a small HTTP cache in front of the router.
//!
//! An answer says itself whether and until when it may be repeated ([`Repeatable`]). What differs from one asker to the
//! next is still told right: the encoding, the seconds that are left, and 304 to whoever has the answer already.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri, header::CACHE_CONTROL};
use http_body_util::Full;
use quick_cache::Equivalent;
use tokio::time::Instant;

use crate::{
    memory::{Kept, Weigh, kept},
    ready::{CacheControl, Freshness, Repeatable, accepts_gzip, is_known, leave_out_content},
};

/// What an answer typically takes, in bytes: a current weather, that is.
const TYPICAL_BYTES: u64 = 2_500;

/// What its headers take, in bytes: some ten.
const HEADERS_BYTES: usize = 1_200;

/// The answers, by what was asked.
pub(super) struct Answers(Kept<Key, Arc<Answer>>);

/// What the answer depends on: the address with its query, and whether it may be compressed.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Asked<'a> {
    target: &'a str,
    gzip: bool,
}

/// The same, kept. Hashes as [`Asked`] does.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    target: Box<str>,
    gzip: bool,
}

struct Answer {
    headers: HeaderMap,
    body: Bytes,
    freshness: Freshness,
}

/// An answer as it is repeated.
pub(super) struct Repeated {
    pub(super) response: http::Response<Full<Bytes>>,
    /// Whether it is past its freshness.
    pub(super) is_stale: bool,
}

impl Weigh for Key {
    fn bytes_elsewhere(&self) -> usize {
        self.target.len()
    }
}

impl Weigh for Answer {
    /// Its body, too, though mostly shared with whoever made it: that one may let go of it.
    fn bytes_elsewhere(&self) -> usize {
        self.body.len() + HEADERS_BYTES
    }
}

impl<'a> Asked<'a> {
    /// What a request asks; `None` where it does more than ask.
    pub(super) fn of(method: &Method, uri: &'a Uri, headers: &HeaderMap) -> Option<Self> {
        let asks = matches!(*method, Method::GET | Method::HEAD);
        asks.then_some(Self { target: uri.path_and_query()?.as_str(), gzip: accepts_gzip(headers) })
    }

    pub(super) fn key(&self) -> Key {
        Key { target: self.target.into(), gzip: self.gzip }
    }
}

impl Equivalent<Key> for Asked<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        *self.target == *key.target && self.gzip == key.gzip
    }
}

impl Answers {
    /// No answers yet, and never more than so many bytes.
    pub(super) fn new(most_bytes: u64) -> Self {
        Self(kept(most_bytes, TYPICAL_BYTES))
    }

    /// The answer that was given to the same question, as it reads now for a request with these headers.
    pub(super) fn repeat(&self, asked: &Asked, request: &HeaderMap) -> Option<Repeated> {
        let now = Instant::now();
        let answer = self.0.get(asked).filter(|answer| answer.freshness.holds.at(now))?;
        let mut headers = answer.headers.clone();
        if let CacheControl::Counted { .. } = answer.freshness.control {
            headers.insert(CACHE_CONTROL, answer.freshness.control.at(now));
        }
        let is_known = is_known(request, &headers, answer.freshness.last_modified);
        let mut response = if is_known {
            leave_out_content(&mut headers);
            let mut response = http::Response::new(Full::default());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        } else {
            http::Response::new(Full::new(answer.body.clone()))
        };
        *response.headers_mut() = headers;
        Some(Repeated { response, is_stale: answer.freshness.control.is_stale(now) })
    }

    /// Keeps an answer that may be repeated.
    pub(super) fn keep(&self, key: Key, headers: &HeaderMap, Repeatable { body, freshness }: Repeatable) {
        if freshness.holds.at(Instant::now()) {
            self.0.insert(key, Arc::new(Answer { headers: headers.clone(), body, freshness }));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::header::{CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH};
    use tokio::time::advance;

    use super::*;
    use crate::ready::{Holds, Ready};

    const MOST_BYTES: u64 = 16_000_000;
    const HOLDS_FOR: Duration = Duration::from_mins(1);
    const SECOND: Duration = Duration::from_secs(1);

    fn counted() -> Freshness {
        let until = Instant::now() + HOLDS_FOR;
        Freshness {
            control: CacheControl::Counted { fresh_until: until, at_least: Duration::ZERO, usable_until: until },
            last_modified: None,
            holds: Holds::Until(until),
        }
    }

    /// What is kept of an answer with this freshness to `/weather`.
    fn after(freshness: &Freshness) -> Answers {
        let answers = Answers::new(MOST_BYTES);
        let mut response = Ready::new("text/plain", "weather").respond(&HeaderMap::new(), freshness);
        if let Some(repeatable) = response.extensions_mut().remove() {
            answers.keep(asked("/weather").key(), response.headers(), repeatable);
        }
        answers
    }

    fn asked(target: &str) -> Asked<'_> {
        Asked { target, gzip: false }
    }

    fn repeat(answers: &Answers, headers: &[(HeaderName, &str)]) -> Option<http::Response<Full<Bytes>>> {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        answers.repeat(&asked("/weather"), &headers).map(|repeated| repeated.response)
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_repeated_while_it_holds_with_the_seconds_that_are_left() {
        let answers = after(&counted());
        let control =
            |seconds| format!("public, max-age={seconds}, stale-while-revalidate=60, stale-if-error={seconds}");
        assert_eq!(repeat(&answers, &[]).unwrap().headers()[CACHE_CONTROL], control(60));
        advance(HOLDS_FOR.saturating_sub(SECOND)).await;
        assert_eq!(repeat(&answers, &[]).unwrap().headers()[CACHE_CONTROL], control(1));
        advance(SECOND).await;
        assert!(repeat(&answers, &[]).is_none());
    }

    #[test]
    fn what_is_answered_anew_is_not_kept() {
        assert!(repeat(&after(&Freshness::REVALIDATE_ANEW), &[]).is_none());
        assert!(repeat(&after(&Freshness::REVALIDATE), &[]).is_some());
    }

    #[test]
    fn who_has_it_is_told_so() {
        let answers = after(&Freshness::REVALIDATE);
        let etag = repeat(&answers, &[]).unwrap().headers()[ETAG].to_str().unwrap().to_owned();
        let known = repeat(&answers, &[(IF_NONE_MATCH, &etag)]).unwrap();
        assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(known.headers()[ETAG], etag);
        assert!(!known.headers().contains_key(CONTENT_TYPE));
        assert_eq!(repeat(&answers, &[(IF_NONE_MATCH, "\"other\"")]).unwrap().status(), StatusCode::OK);
    }

    #[test]
    fn another_question_is_another_answer() {
        let answers = after(&Freshness::REVALIDATE);
        for other in [asked("/weather?"), asked("/other"), Asked { target: "/weather", gzip: true }] {
            assert!(answers.repeat(&other, &HeaderMap::new()).is_none(), "{} {}", other.target, other.gzip);
        }
        let (uri, headers) = (Uri::from_static("/weather"), HeaderMap::new());
        for (method, asks) in
            [(Method::GET, true), (Method::HEAD, true), (Method::POST, false), (Method::OPTIONS, false)]
        {
            assert_eq!(Asked::of(&method, &uri, &headers).is_some(), asks, "{method}");
        }
    }

    #[test]
    fn it_keeps_within_its_memory() {
        let answers = Answers::new(MOST_BYTES);
        let body = Bytes::from(vec![0; 20_000]);
        for n in 0..10_000 {
            let repeatable = Repeatable { body: body.clone(), freshness: Freshness::REVALIDATE };
            answers.keep(asked(&format!("/{n}")).key(), &HeaderMap::new(), repeatable);
        }
        assert!((MOST_BYTES / 2..=MOST_BYTES).contains(&answers.0.weight()), "{}", answers.0.weight());
    }
}
