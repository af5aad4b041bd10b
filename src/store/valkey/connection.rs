//! The connection to the server, which is made when it is needed and made again after it has failed.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, ConnectionInfo, FromRedisValue, IntoConnectionInfo, RedisError,
    Value, aio::MultiplexedConnection, cluster::ClusterClientBuilder, cluster_async::ClusterConnection,
};
use tokio::time::{Instant, timeout};

use super::error::{is_broken_connection, store_error};
use crate::{secret::Secret, store::engine::StoreError};

/// How long it may take to connect, TLS included. Requests wait for it only within their own limit.
const CONNECT_LIMIT: Duration = Duration::from_secs(2);

/// How long after a failure to wait before connecting again.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// A connection on which nothing has arrived for this long, although a request was waiting, is made again: the server
/// may be gone without having closed it.
const SILENCE_LIMIT: Duration = Duration::from_secs(1);

/// How many times a command is retried in a cluster, where a key may be moving between nodes, and the longest pause
/// before a retry in milliseconds.
const CLUSTER_RETRIES: u32 = 2;
const CLUSTER_RETRY_WAIT: u64 = 10;

/// Connects to one server or to a cluster.
pub struct ValkeyConnector {
    target: Arc<ConnectionTarget>,
    state: Mutex<ConnectionState>,
}

/// What to connect to.
struct ConnectionTarget {
    info: ConnectionInfo,
    /// The nodes of a cluster as they were when it was last connected to. The one in the URL may be gone.
    nodes: Mutex<Vec<ConnectionInfo>>,
}

/// A connection to one server, or to all of a cluster. Commands of all requests share it.
#[derive(Clone)]
enum ValkeyConnection {
    Single(MultiplexedConnection),
    Cluster(ClusterConnection),
}

type Connecting = Shared<BoxFuture<'static, Result<ValkeyConnection, StoreError>>>;

/// The state of the connection. Connections are numbered, so that a late failure of an old one does not end a new one.
struct ConnectionState {
    number: u64,
    phase: ConnectProgress,
    /// Since when nothing has arrived, although a request was waiting.
    silent_since: Option<Instant>,
}

enum ConnectProgress {
    /// There is no connection.
    Unconnected,
    /// It is being made, or has been made.
    Started(Connecting),
    /// The last attempt failed, at this moment.
    Failed(StoreError, Instant),
}

impl ValkeyConnector {
    /// Connects to this URL when it is first used.
    ///
    /// # Errors
    /// What is expected, if the URL cannot be used.
    pub fn new(url: &Secret) -> Result<Self, &'static str> {
        let expected =
            "a URL such as valkeys://user:password@cache.example.org:6379 (valkey, valkeys, redis or rediss)";
        let info = url.expose().into_connection_info().map_err(|_| expected)?;
        if !matches!(info.addr(), ConnectionAddr::Tcp(..) | ConnectionAddr::TcpTls { .. }) {
            return Err(expected);
        }
        let target = Arc::new(ConnectionTarget { info, nodes: Mutex::default() });
        let phase = ConnectProgress::Unconnected;
        Ok(Self { target, state: Mutex::new(ConnectionState { number: 0, phase, silent_since: None }) })
    }

    /// Sends a command and reads its reply.
    pub async fn run<T: FromRedisValue>(&self, command: Cmd) -> Result<T, StoreError> {
        let (number, connecting) = self.start()?;
        let mut connection = connecting.await.inspect_err(|error| self.failed(number, error))?;
        let mut guard = SilenceGuard { connector: self, number, since: Instant::now(), has_replied: false };
        let reply = match &mut connection {
            ValkeyConnection::Single(connection) => command.query_async(connection).await,
            ValkeyConnection::Cluster(connection) => command.query_async(connection).await,
        };
        guard.has_replied = true;
        reply.map_err(|error: RedisError| {
            // In a cluster, only the connection to one node is broken, and is made again there.
            if is_broken_connection(&error) && matches!(connection, ValkeyConnection::Single(_)) {
                self.drop_connection(number);
            }
            store_error(&error)
        })
    }

    /// The connection, which is made in the background if there is none.
    fn start(&self) -> Result<(u64, Connecting), StoreError> {
        let mut state = self.state();
        match &state.phase {
            ConnectProgress::Started(connecting) => return Ok((state.number, connecting.clone())),
            ConnectProgress::Failed(error, at) if at.elapsed() < RETRY_INTERVAL => return Err(error.clone()),
            ConnectProgress::Failed(..) | ConnectProgress::Unconnected => {}
        }
        let target = Arc::clone(&self.target);
        // In its own task, so that it continues when the request that started it no longer waits.
        let task = tokio::spawn(async move {
            let connected = timeout(CONNECT_LIMIT, target.connect()).await;
            connected.unwrap_or(Err(StoreError::TimedOut(CONNECT_LIMIT)))
        });
        let ended = |result: Result<_, _>| result.unwrap_or(Err(StoreError::Unreachable("it is ending".to_owned())));
        let connecting = task.map(ended).boxed().shared();
        state.number += 1;
        state.silent_since = None;
        state.phase = ConnectProgress::Started(connecting.clone());
        Ok((state.number, connecting))
    }

    fn failed(&self, number: u64, error: &StoreError) {
        let mut state = self.state();
        if state.number == number && matches!(state.phase, ConnectProgress::Started(_)) {
            state.phase = ConnectProgress::Failed(error.clone(), Instant::now());
        }
    }

    fn drop_connection(&self, number: u64) {
        let mut state = self.state();
        if state.number == number {
            state.phase = ConnectProgress::Unconnected;
        }
    }

    /// A request that had waited since then got a reply on a connection, or gave up.
    fn ended(&self, number: u64, since: Instant, has_replied: bool) {
        let mut state = self.state();
        if state.number != number {
            return;
        }
        let silent_since = *state.silent_since.get_or_insert(since);
        if has_replied {
            state.silent_since = None;
        } else if silent_since.elapsed() >= SILENCE_LIMIT {
            state.phase = ConnectProgress::Unconnected;
        }
    }

    fn state(&self) -> MutexGuard<'_, ConnectionState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Notices when a request gives up waiting for a reply, which drops this guard.
struct SilenceGuard<'a> {
    connector: &'a ValkeyConnector,
    number: u64,
    since: Instant,
    has_replied: bool,
}

impl Drop for SilenceGuard<'_> {
    fn drop(&mut self) {
        self.connector.ended(self.number, self.since, self.has_replied);
    }
}

impl ConnectionTarget {
    async fn connect(&self) -> Result<ValkeyConnection, StoreError> {
        let nodes = self.nodes().clone();
        match self.connect_to_url().await {
            Err(_) if !nodes.is_empty() => self.connect_to_cluster(nodes).await,
            connection => connection,
        }
    }

    /// Connects to the server in the URL, and to its cluster if it is part of one.
    async fn connect_to_url(&self) -> Result<ValkeyConnection, StoreError> {
        let failed = |error: RedisError| store_error(&error);
        let client = Client::open(self.info.clone()).map_err(failed)?;
        let config =
            AsyncConnectionConfig::new().set_connection_timeout(Some(CONNECT_LIMIT)).set_response_timeout(None);
        let mut connection = client.get_multiplexed_async_connection_with_config(&config).await.map_err(failed)?;
        // Servers older than HELLO (2020) are not used as clusters.
        let mode: Value = redis::cmd("HELLO").query_async(&mut connection).await.unwrap_or(Value::Nil);
        if !is_cluster(&mode) {
            return Ok(ValkeyConnection::Single(connection));
        }
        let slots: Value = redis::cmd("CLUSTER").arg("SLOTS").query_async(&mut connection).await.map_err(failed)?;
        let nodes = node_addresses(&slots).into_iter().filter_map(|(host, port)| self.node(host, port));
        *self.nodes() = nodes.collect();
        self.connect_to_cluster(vec![self.info.clone()]).await
    }

    async fn connect_to_cluster(&self, nodes: Vec<ConnectionInfo>) -> Result<ValkeyConnection, StoreError> {
        let failed = |error: RedisError| store_error(&error);
        let client = ClusterClientBuilder::new(nodes)
            .connection_timeout(CONNECT_LIMIT)
            .response_timeout(CONNECT_LIMIT)
            .retries(CLUSTER_RETRIES)
            .min_retry_wait(1)
            .max_retry_wait(CLUSTER_RETRY_WAIT)
            .build()
            .map_err(failed)?;
        client.get_async_connection().await.map(ValkeyConnection::Cluster).map_err(failed)
    }

    /// How to connect to another node of the cluster: as to the one in the URL.
    fn node(&self, host: String, port: u16) -> Option<ConnectionInfo> {
        let address = match self.info.addr().clone() {
            ConnectionAddr::Tcp(..) => ConnectionAddr::Tcp(host, port),
            ConnectionAddr::TcpTls { insecure, tls_params, .. } => {
                ConnectionAddr::TcpTls { host, port, insecure, tls_params }
            }
            _ => return None,
        };
        Some(self.info.clone().set_addr(address))
    }

    fn nodes(&self) -> MutexGuard<'_, Vec<ConnectionInfo>> {
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a reply to HELLO is that of a cluster: a list, or a map, with `mode` and `cluster` in it.
fn is_cluster(hello: &Value) -> bool {
    let is = |value: &Value, text: &str| String::from_redis_value_ref(value).is_ok_and(|value| value == text);
    match hello {
        Value::Array(fields) => fields.windows(2).any(|pair| is(&pair[0], "mode") && is(&pair[1], "cluster")),
        Value::Map(fields) => fields.iter().any(|(name, value)| is(name, "mode") && is(value, "cluster")),
        _ => false,
    }
}

/// The hosts and ports in a reply to CLUSTER SLOTS: in each range, two numbers are followed by its nodes.
fn node_addresses(slots: &Value) -> Vec<(String, u16)> {
    let list = |value: &Value| match value {
        Value::Array(items) => items.clone(),
        _ => Vec::new(),
    };
    let nodes = list(slots).iter().flat_map(|range| list(range).into_iter().skip(2)).collect::<Vec<_>>();
    let address = |node: &Value| {
        let fields = list(node);
        let host = String::from_redis_value_ref(fields.first()?).ok().filter(|host| !host.is_empty())?;
        Some((host, u16::from_redis_value_ref(fields.get(1)?).ok()?))
    };
    let mut addresses: Vec<_> = nodes.iter().filter_map(address).collect();
    addresses.sort();
    addresses.dedup();
    addresses
}
