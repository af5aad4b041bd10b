//! The serving edge: it accepts, times out, refuses, and comes to an end.
//!
//! A connection is in one of four phases (`activity`), each with its time limit but the handler's own. `stream` and the
//! service in `connection` tell when a phase begins; no timer of the HTTP library is used, because it has one clock for
//! a request's head and for the idle time before it.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::Full;
use tokio::{
    sync::{Semaphore, watch},
    time::{Instant, sleep, timeout},
};

mod activity;
mod connection;
mod limits;
mod listener;
mod refusal;
mod stream;
#[cfg(test)]
mod tests;

pub use limits::{Limits, connections};
pub use listener::Listener;

/// How long to wait when accepting fails, which is when file descriptors have run out.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// How many clients are told at one time that there are too many; any more are cut off without a word.
const MOST_REFUSALS: usize = 256;

/// The least time between two log lines about the same trouble.
const WARN_EVERY: Duration = Duration::from_secs(10);

/// What answers requests.
pub trait Handler: Send + Sync + 'static {
    /// The answer to a request where it is there already.
    fn at_hand<B>(&self, _request: &http::Request<B>) -> Option<http::Response<Full<Bytes>>> {
        None
    }

    /// Answers one request, whatever happens, and within a time of its own.
    fn answer(&self, request: poem::Request) -> impl Future<Output = poem::Response> + Send;

    /// A connection is open for as long as this is kept.
    fn connection(&self) -> impl Send + 'static {}
}

/// How far the server has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Serving,
    /// It accepts and serves, and closes each connection after its answer.
    Draining,
    /// It takes no new connections and waits for open requests.
    Closing,
}

/// Serves until `stop` is done, then drains; ends early when `stop_now` is done.
pub async fn run<H: Handler>(
    mut listener: impl Listener,
    handler: H,
    limits: Limits,
    stop: impl Future<Output = ()>,
    stop_now: impl Future<Output = ()>,
) {
    let stage = watch::Sender::new(Stage::Serving);
    let in_order = async {
        let mut door = Door::new(handler, limits.connections, &stage);
        let told_to_stop = async {
            stop.await;
            tracing::info!(delay_seconds = limits.drain_delay.as_secs_f64(), "stopping: still serving");
            stage.send_replace(Stage::Draining);
            sleep(limits.drain_delay).await;
        };
        tokio::select! {
            never = door.accept_all(&mut listener) => match never {},
            () = told_to_stop => {}
        }
        for (stream, peer) in listener.into_backlog() {
            door.admit(stream, peer);
        }
        stage.send_replace(Stage::Closing);
        if timeout(limits.drain_timeout, stage.closed()).await.is_err() {
            tracing::warn!(connections = stage.receiver_count(), "stopping: requests were still open");
        }
    };
    tokio::select! {
        () = in_order => tracing::info!("stopped"),
        () = stop_now => tracing::warn!("stopped at once"),
    }
}

/// Lets connections in, as many as there is room for.
struct Door<'a, H> {
    handler: Arc<H>,
    stage: &'a watch::Sender<Stage>,
    room: Arc<Semaphore>,
    refusals: Arc<Semaphore>,
    full: Trouble,
    shut: Trouble,
}

impl<'a, H: Handler> Door<'a, H> {
    fn new(handler: H, connections: usize, stage: &'a watch::Sender<Stage>) -> Self {
        Self {
            handler: Arc::new(handler),
            stage,
            room: Arc::new(Semaphore::new(connections)),
            refusals: Arc::new(Semaphore::new(MOST_REFUSALS)),
            full: Trouble::default(),
            shut: Trouble::default(),
        }
    }

    async fn accept_all<L: Listener>(&mut self, listener: &mut L) -> Infallible {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => self.admit(stream, peer),
                Err(error) => {
                    if self.shut.is_to_be_told() {
                        tracing::error!(%error, "cannot accept connections");
                    }
                    sleep(ACCEPT_AGAIN_AFTER).await;
                }
            }
        }
    }

    fn admit<S>(&mut self, stream: S, peer: SocketAddr)
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        let Ok(place) = Arc::clone(&self.room).try_acquire_owned() else {
            return self.refuse(stream);
        };
        let (handler, stage) = (Arc::clone(&self.handler), self.stage.subscribe());
        let open = handler.connection();
        tokio::spawn(async move {
            connection::serve(stream, peer, &*handler, stage).await;
            drop((open, place));
        });
    }

    fn refuse<S>(&mut self, stream: S)
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        if self.full.is_to_be_told() {
            tracing::warn!("refusing connections: there are as many as can be served");
        }
        if let Ok(place) = Arc::clone(&self.refusals).try_acquire_owned() {
            tokio::spawn(async move {
                refusal::too_many_connections(stream).await;
                drop(place);
            });
        }
    }
}

/// A trouble that is logged now and then while it lasts.
#[derive(Default)]
struct Trouble {
    told: Option<Instant>,
}

impl Trouble {
    fn is_to_be_told(&mut self) -> bool {
        let now = Instant::now();
        let is_due = self.told.is_none_or(|told| now - told >= WARN_EVERY);
        if is_due {
            self.told = Some(now);
        }
        is_due
    }
}
