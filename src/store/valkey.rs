//! The engine for several machines: a server that speaks the protocol of Redis, such as Valkey, alone or as a cluster.
//!
//! ```text
//! weather-app:2:reports:<name>        a record of version 2, named by a digest of its key; it expires
//! weather-app:2:lease:reports:<name>  the token of the instance that fetches it; it expires
//! weather-app:usage:<account>         the requests sent to a provider's account: see usage.lua
//! ```
//!
//! The version of records is part of their names, because instances of two versions may use one server during a deploy.
//! Each command and each script uses one key, so that keys can be anywhere in a cluster.

use std::time::Duration;

use futures_util::{FutureExt, future::BoxFuture};
use jiff::Timestamp;
use redis::{Cmd, FromRedisValue};

use super::{
    engine::{
        LeaseId, RecordKey, SharedEngine, SharedPause, StoreEngine, StoreError, UsagePurpose, UsageReply, UsageReport,
    },
    record::VERSION,
};
use crate::{fingerprint::fingerprint, secret::Secret};

mod connection;
mod error;

use connection::ValkeyConnector;

/// How long a request waits for one operation.
const TIME_LIMIT: Duration = Duration::from_millis(50);

/// An instance that has not reported for this long may send requests that the others do not know of.
const ALIVE_FOR: Duration = Duration::from_millis(1_500);

/// The minimum time for which the usage of an account is kept.
const MIN_KEPT: Duration = Duration::from_mins(2);

const EXCHANGE_USAGE: &str = include_str!("valkey/usage.lua");
const PAUSE_ACCOUNT: &str = include_str!("valkey/pause.lua");
const EXTEND_LEASE: &str = include_str!("valkey/extend.lua");
const RELEASE_LEASE: &str = include_str!("valkey/release.lua");

/// Records in a server that instances share.
pub struct ValkeyEngine(ValkeyConnector);

impl ValkeyEngine {
    /// Records in the server at this URL. The connection is made when the engine is first used; the server is then
    /// asked whether it is a cluster.
    ///
    /// # Errors
    /// What is expected, if the URL cannot be used.
    pub fn new(url: &Secret) -> Result<Self, &'static str> {
        ValkeyConnector::new(url).map(Self)
    }

    fn run<T: FromRedisValue + Send + 'static>(&self, command: Cmd) -> BoxFuture<'_, Result<T, StoreError>> {
        self.0.run(command).boxed()
    }
}

impl StoreEngine for ValkeyEngine {
    fn kind(&self) -> &'static str {
        "valkey"
    }

    fn time_limit(&self) -> Duration {
        TIME_LIMIT
    }

    fn get(&self, key: &RecordKey) -> BoxFuture<'_, Result<Option<Vec<u8>>, StoreError>> {
        self.run(Cmd::get(record_name(key)))
    }

    fn put(&self, key: &RecordKey, bytes: Vec<u8>, expires_at: Timestamp) -> BoxFuture<'_, Result<(), StoreError>> {
        let mut command = redis::cmd("SET");
        command.arg(record_name(key)).arg(bytes).arg("PXAT").arg(expires_at.as_millisecond());
        self.run(command)
    }

    fn shared(&self) -> Option<&dyn SharedEngine> {
        Some(self)
    }
}

impl SharedEngine for ValkeyEngine {
    fn take_lease<'a>(&'a self, lease: &'a LeaseId, term: Duration) -> BoxFuture<'a, Result<bool, StoreError>> {
        let mut command = redis::cmd("SET");
        command.arg(lease_name(&lease.key)).arg(&lease.token).arg("NX").arg("PX").arg(milliseconds(term));
        self.run::<Option<String>>(command).map(|reply| Ok(reply?.is_some())).boxed()
    }

    fn extend_lease<'a>(&'a self, lease: &'a LeaseId, term: Duration) -> BoxFuture<'a, Result<bool, StoreError>> {
        let mut command = script(EXTEND_LEASE, &lease_name(&lease.key));
        command.arg(&lease.token).arg(milliseconds(term));
        self.run(command)
    }

    fn release_lease<'a>(&'a self, lease: &'a LeaseId) -> BoxFuture<'a, Result<(), StoreError>> {
        let mut command = script(RELEASE_LEASE, &lease_name(&lease.key));
        command.arg(&lease.token);
        self.run::<i64>(command).map(|reply| reply.map(drop)).boxed()
    }

    fn exchange_usage<'a>(
        &'a self,
        account: &'a str,
        report: &'a UsageReport,
    ) -> BoxFuture<'a, Result<UsageReply, StoreError>> {
        let longest = report.limits.iter().map(|limit| limit.per).max().unwrap_or_default();
        let mut command = script(EXCHANGE_USAGE, &usage_name(account));
        command.arg(&report.instance).arg(report.epoch).arg(report.instances).arg(report.wanted);
        command.arg(purpose(report.purpose)).arg(report.first_number).arg(milliseconds(ALIVE_FOR));
        command.arg(milliseconds(longest.max(MIN_KEPT))).arg(report.limits.len());
        for limit in &report.limits {
            command.arg(limit.requests).arg(milliseconds(limit.per));
        }
        for (number, age) in &report.unreported {
            command.arg(*number).arg(milliseconds(*age));
        }
        self.run::<UsageFields>(command).map(|reply| Ok(usage_reply(reply?))).boxed()
    }

    fn pause_account<'a>(&'a self, account: &'a str, pause: &'a SharedPause) -> BoxFuture<'a, Result<(), StoreError>> {
        let mut command = script(PAUSE_ACCOUNT, &usage_name(account));
        command.arg(&pause.state).arg(milliseconds(pause.left)).arg(milliseconds(MIN_KEPT));
        self.run(command)
    }
}

/// What usage.lua returns: epoch, whether the report was accepted, instances, wait, and the pause's state and time left.
/// Then follows what is used of each limit.
type UsageFields = (u64, u8, u32, u64, String, u64, Vec<u32>);

fn usage_reply((epoch, is_accepted, instances, wait, state, left, used): UsageFields) -> UsageReply {
    let pause = SharedPause { state, left: Duration::from_millis(left) };
    UsageReply {
        epoch,
        is_accepted: is_accepted == 1,
        instances,
        wait: Duration::from_millis(wait),
        used,
        pause: Some(pause).filter(|pause| !pause.left.is_zero()),
    }
}

fn purpose(purpose: UsagePurpose) -> &'static str {
    match purpose {
        UsagePurpose::Look => "look",
        UsagePurpose::Take => "take",
        UsagePurpose::TakeWhenComplete => "complete",
    }
}

/// A call to a script with one key. The server caches compiled scripts.
fn script(code: &str, key: &str) -> Cmd {
    let mut command = redis::cmd("EVAL");
    command.arg(code).arg(1).arg(key);
    command
}

fn record_name(key: &RecordKey) -> String {
    format!("weather-app:{VERSION}:{}:{}", key.subject.name(), fingerprint(&[&key.id]))
}

fn lease_name(key: &RecordKey) -> String {
    format!("weather-app:{VERSION}:lease:{}:{}", key.subject.name(), fingerprint(&[&key.id]))
}

fn usage_name(account: &str) -> String {
    format!("weather-app:usage:{account}")
}

fn milliseconds(duration: Duration) -> u64 {
    duration.as_millis().try_into().unwrap_or(u64::MAX)
}
