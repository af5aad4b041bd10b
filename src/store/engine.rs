//! The trait for the engines of the store.

use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;

use crate::provider::RateLimit;

/// What a record is about. Each subject has its own keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RecordSubject {
    /// The report of a place.
    Report,
    /// What another provider adds to the report of a place.
    Complement,
    /// A geocoder's answer for a name.
    Name,
    /// Until when a provider is paused.
    Pause,
    /// When requests were sent to a provider.
    Budget,
}

impl RecordSubject {
    /// All subjects.
    pub const ALL: [Self; 5] = [Self::Report, Self::Complement, Self::Name, Self::Pause, Self::Budget];

    /// Its name, which is the folder of its records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Report => "reports",
            Self::Complement => "complements",
            Self::Name => "names",
            Self::Pause => "pauses",
            Self::Budget => "budgets",
        }
    }

    /// Whether there can be any number of records: there are many places and names, but few providers.
    #[must_use]
    pub fn is_unbounded(self) -> bool {
        matches!(self, Self::Report | Self::Complement | Self::Name)
    }
}

/// The key of a record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RecordKey {
    /// What the record is about.
    pub subject: RecordSubject,
    /// The id within the subject: any text.
    pub id: String,
}

impl RecordKey {
    /// The key of a record.
    pub fn new(subject: RecordSubject, id: impl Into<String>) -> Self {
        Self { subject, id: id.into() }
    }
}

/// Keeps records outside the process: on a disk, or in a server that several instances share.
///
/// An engine succeeds or fails; it neither panics nor blocks the runtime. The caller drops the future after
/// [`StoreEngine::time_limit`]. Bytes are kept as they are; the [`Store`](super::Store) checks them.
pub trait StoreEngine: Send + Sync {
    /// Its name in `/api/status`.
    fn kind(&self) -> &'static str;

    /// The longest time that a request waits for one operation.
    fn time_limit(&self) -> Duration;

    /// The bytes of a record; `None` if there is none.
    fn get(&self, key: &RecordKey) -> BoxFuture<'_, Result<Option<Vec<u8>>, StoreError>>;

    /// Writes a record, replacing the one with the same key. It may be removed after `expires_at`, and earlier to keep
    /// the store within its size.
    fn put(&self, key: &RecordKey, bytes: Vec<u8>, expires_at: Timestamp) -> BoxFuture<'_, Result<(), StoreError>>;

    /// What instances of the program agree on through this engine; `None` if only one process uses it.
    fn shared(&self) -> Option<&dyn SharedEngine> {
        None
    }
}

/// An engine through which several instances of the program agree on who fetches what, and on how often a provider is
/// asked.
pub trait SharedEngine: Send + Sync {
    /// Takes the lease of a record for `term`. Returns whether it was free.
    fn take_lease<'a>(&'a self, lease: &'a LeaseId, term: Duration) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Extends a lease to `term` from now. Returns whether it was still held.
    fn extend_lease<'a>(&'a self, lease: &'a LeaseId, term: Duration) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Releases a lease, unless another instance holds it by now.
    fn release_lease<'a>(&'a self, lease: &'a LeaseId) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Reports what this instance sent to a provider's account, and asks whether it may send more.
    fn exchange_usage<'a>(
        &'a self,
        account: &'a str,
        report: &'a UsageReport,
    ) -> BoxFuture<'a, Result<UsageReply, StoreError>>;

    /// Pauses a provider's account for all instances.
    fn pause_account<'a>(&'a self, account: &'a str, pause: &'a SharedPause) -> BoxFuture<'a, Result<(), StoreError>>;
}

/// The lease of a record, and a token that no other holder has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseId {
    /// The record.
    pub key: RecordKey,
    /// The token.
    pub token: String,
}

/// What an instance reports about its requests to a provider's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageReport {
    /// The id of this instance.
    pub instance: String,
    /// The epoch in which the requests were reported that are not in [`unreported`](Self::unreported); 0 for none. The
    /// store begins a new epoch when it has lost its data.
    pub epoch: u64,
    /// How many instances this one has seen.
    pub instances: u32,
    /// How many requests it wants to send.
    pub wanted: u32,
    /// Whether it wants to send them now, or only to learn how much is used.
    pub purpose: UsagePurpose,
    /// The number of the first of these requests.
    pub first_number: u64,
    /// The limits of the account.
    pub limits: Vec<RateLimit>,
    /// Requests that the store does not know of: their numbers and their ages.
    pub unreported: Vec<(u64, Duration)>,
}

/// What a [`UsageReport`] is sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsagePurpose {
    /// To learn how much is used.
    Look,
    /// To send requests now.
    Take,
    /// To send requests now, if all other instances have reported their usage.
    TakeWhenComplete,
}

/// How much of an account is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageReply {
    /// The current epoch.
    pub epoch: u64,
    /// Whether the report was accepted. If not, it was for another epoch, and nothing has been counted.
    pub is_accepted: bool,
    /// How many instances have reported within the last seconds.
    pub instances: u32,
    /// How long until the wanted requests may be sent; zero if they may be sent now. They have then been counted,
    /// unless the purpose was [`UsagePurpose::Look`].
    pub wait: Duration,
    /// How much of each limit is used or reserved for instances that have not reported.
    pub used: Vec<u32>,
    /// Until when the account is paused.
    pub pause: Option<SharedPause>,
}

/// A pause of a provider's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedPause {
    /// The state of the provider.
    pub state: String,
    /// The time left.
    pub left: Duration,
}

/// Why an operation of the store failed. No text contains a path, a URL or a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The operating system reported an error.
    #[error("cannot {action}: {reason}")]
    Io {
        /// The attempted action.
        action: &'static str,
        /// The operating system's message.
        reason: String,
    },
    /// Another process uses it.
    #[error("is in use by another process")]
    Locked,
    /// There is no connection to it.
    #[error("cannot be reached: {0}")]
    Unreachable(String),
    /// It rejected the user or the password.
    #[error("rejected the user or the password")]
    Unauthorized,
    /// It answered with an error, which has this code.
    #[error("answered with the error {0}")]
    Refused(String),
    /// There was no answer in time.
    #[error("did not answer within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// The record is damaged.
    #[error("holds a damaged record: {0}")]
    Damaged(&'static str),
    /// The record was written by another version of this program.
    #[error("holds a record of version {0}, which this program does not read")]
    OtherVersion(u16),
}

impl StoreError {
    /// An error of the operating system.
    #[must_use]
    pub fn io(action: &'static str, error: &std::io::Error) -> Self {
        Self::Io { action, reason: error.to_string() }
    }

    /// Whether a server did not answer at all, or did not let this program in.
    #[must_use]
    pub fn is_of_connection(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Unauthorized | Self::TimedOut(_))
    }

    /// Whether only this record is unusable, while the store works.
    #[must_use]
    pub fn is_of_one_record(&self) -> bool {
        matches!(self, Self::Damaged(_) | Self::OtherVersion(_))
    }
}
