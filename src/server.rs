//! The HTTP server: accepts connections, enforces time limits, rejects what it cannot serve, and drains.
//!
//! A connection is in one of four phases (`activity`), each with its own time limit except the handler's. `stream` and the
//! service in `connection` report when a phase starts. The timers of the HTTP library are not used, because it has one
//! timer for a request's head and for the idle time before it.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::{Semaphore, watch},
    time::{sleep, timeout},
};
use tracing::Level;

use crate::log_throttle::LogThrottle;

mod activity;
mod connection;
mod handler;
mod limits;
mod listener;
mod rejection;
mod stream;
#[cfg(test)]
mod tests;

use connection::Stage;
pub use handler::{Handler, HandlerResponse, Rejection};
pub use limits::{ServerLimits, max_connections};
pub use listener::Listener;

/// How long to wait after a failure to accept, which happens when file descriptors run out.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// How many clients are sent a rejection at the same time. Connections beyond that are closed without a response.
const MAX_REJECTIONS: usize = 256;

/// How many connections from this machine are served in excess of the limit.
const LOOPBACK_SLOTS: usize = 8;

const AT_CAPACITY: &str = "rejecting connections: all slots are taken";

/// Serves until `stop` completes, then drains. Ends early if `stop_now` completes.
pub async fn run<H: Handler>(
    mut listener: impl Listener,
    handler: H,
    limits: ServerLimits,
    stop: impl Future<Output = ()>,
    stop_now: impl Future<Output = ()>,
) {
    let stage = watch::Sender::new(Stage::Serving);
    let serve_and_drain = async {
        let mut acceptor = Acceptor::new(handler, limits.connections, &stage);
        let stop_requested = async {
            stop.await;
            tracing::info!(delay_seconds = limits.drain_delay.as_secs_f64(), "stopping: still serving");
            stage.send_replace(Stage::Draining);
            sleep(limits.drain_delay).await;
        };
        tokio::select! {
            never = acceptor.accept_all(&mut listener) => match never {},
            () = stop_requested => {}
        }
        for (stream, peer) in listener.into_backlog() {
            acceptor.admit(stream, peer);
        }
        stage.send_replace(Stage::Closing);
        if timeout(limits.drain_timeout, stage.closed()).await.is_err() {
            tracing::warn!(connections = stage.receiver_count(), "stopping: some requests are still open");
        }
    };
    tokio::select! {
        () = serve_and_drain => tracing::info!("stopped"),
        () = stop_now => tracing::warn!("stopped immediately after a second signal"),
    }
}

/// Accepts connections, as many as there are slots for.
struct Acceptor<'a, H> {
    handler: Arc<H>,
    stage: &'a watch::Sender<Stage>,
    slots: Arc<Semaphore>,
    /// For this machine's health check, which must succeed even when clients hold all other slots.
    loopback_slots: Arc<Semaphore>,
    rejections: Arc<Semaphore>,
    log: LogThrottle,
}

impl<'a, H: Handler> Acceptor<'a, H> {
    fn new(handler: H, connections: usize, stage: &'a watch::Sender<Stage>) -> Self {
        Self {
            handler: Arc::new(handler),
            stage,
            slots: Arc::new(Semaphore::new(connections)),
            loopback_slots: Arc::new(Semaphore::new(LOOPBACK_SLOTS)),
            rejections: Arc::new(Semaphore::new(MAX_REJECTIONS)),
            log: LogThrottle::default(),
        }
    }

    async fn accept_all<L: Listener>(&mut self, listener: &mut L) -> Infallible {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => self.admit(stream, peer),
                Err(error) => {
                    let line = format!("cannot accept connections: {error}");
                    if self.log.should_log(Level::ERROR, &line) {
                        tracing::error!("{line}");
                    }
                    sleep(ACCEPT_AGAIN_AFTER).await;
                }
            }
        }
    }

    fn admit<S>(&mut self, stream: S, peer: SocketAddr)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let mut permit = Arc::clone(&self.slots).try_acquire_owned();
        if permit.is_err() && peer.ip().to_canonical().is_loopback() {
            permit = Arc::clone(&self.loopback_slots).try_acquire_owned();
        }
        let Ok(permit) = permit else { return self.reject(stream) };
        let (handler, stage) = (Arc::clone(&self.handler), self.stage.subscribe());
        let open = handler.connection();
        tokio::spawn(async move {
            connection::serve(stream, peer, &*handler, stage).await;
            drop((open, permit));
        });
    }

    fn reject<S>(&mut self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        if self.log.should_log(Level::WARN, AT_CAPACITY) {
            tracing::warn!("{AT_CAPACITY}");
        }
        if let Ok(permit) = Arc::clone(&self.rejections).try_acquire_owned() {
            let response = self.handler.reject(Rejection::TooManyConnections);
            tokio::spawn(async move {
                rejection::send(stream, response).await;
                drop(permit);
            });
        }
    }
}
