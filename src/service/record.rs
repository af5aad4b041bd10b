//! How each provider fares.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::{FutureExt, future::BoxFuture};
use jiff::Timestamp;

use crate::{
    clock::Clock,
    provider::{Fetched, Located, Provider, ProviderError},
    weather::{Coordinates, Source},
};

/// A provider, and what is remembered of the answers it gave.
pub(super) struct Recorded {
    provider: Arc<dyn Provider>,
    clock: Clock,
    record: Mutex<Record>,
}

#[derive(Clone, Default)]
struct Record {
    last_success: Option<Timestamp>,
    last_error: Option<(Timestamp, ProviderError)>,
}

/// How a provider fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The provider's name.
    pub name: &'static str,
    /// Whether it can be counted on.
    pub state: State,
    /// When it last answered.
    pub last_success: Option<Timestamp>,
    /// When it last failed to.
    pub last_error: Option<Timestamp>,
}

/// Whether a provider can be counted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its last answer was good, or it was not asked yet.
    Ok,
    /// Its last answer was none or a bad one.
    Failing,
    /// It failed so often that it is left alone for a while.
    Open,
    /// It rejected the key and is left alone for minutes.
    KeyRejected,
    /// It limits the rate, or our own budget for it is spent.
    RateLimited,
}

impl Recorded {
    pub(super) fn new(provider: Arc<dyn Provider>, clock: Clock) -> Self {
        Self { provider, clock, record: Mutex::default() }
    }

    pub(super) fn id(&self) -> &'static str {
        self.source().provider
    }

    pub(super) fn source(&self) -> Source {
        self.provider.source()
    }

    pub(super) fn is_recording(&self) -> bool {
        self.provider.is_recording()
    }

    pub(super) fn fetch(&self, at: Coordinates) -> BoxFuture<'_, Fetched> {
        let noted = |fetched: Fetched| {
            let error = fetched.current.as_ref().err().or(fetched.forecast.as_ref().err());
            self.note(error);
            fetched
        };
        self.provider.fetch(at).map(noted).boxed()
    }

    pub(super) fn locate<'a>(&'a self, name: &'a str) -> Option<BoxFuture<'a, Result<Vec<Located>, ProviderError>>> {
        let noted = |answer: Result<Vec<Located>, ProviderError>| {
            self.note(answer.as_ref().err());
            answer
        };
        Some(self.provider.locate(name)?.map(noted).boxed())
    }

    pub(super) fn status(&self) -> Status {
        let record = self.record.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Status {
            name: self.id(),
            state: record.state(),
            last_success: record.last_success,
            last_error: record.last_error.map(|(at, _)| at),
        }
    }

    /// A point that a provider does not cover says nothing against it.
    fn note(&self, error: Option<&ProviderError>) {
        let now = self.clock.now();
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        match error {
            None | Some(ProviderError::NotCovered) => record.last_success = Some(now),
            Some(error) => {
                tracing::warn!(provider = self.id(), error = %error, "provider gave no answer");
                record.last_error = Some((now, error.clone()));
            }
        }
    }
}

impl Record {
    fn state(&self) -> State {
        match &self.last_error {
            Some((failed, error)) if self.last_success.is_none_or(|succeeded| succeeded < *failed) => match error {
                ProviderError::KeyRejected => State::KeyRejected,
                ProviderError::RateLimited { .. } => State::RateLimited,
                _ => State::Failing,
            },
            _ => State::Ok,
        }
    }
}
