//! The serving edge: it accepts, times out, and comes to an end.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use http::{HeaderValue, header::CONNECTION, uri::Scheme};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use poem::{
    Addr,
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{sleep, timeout},
};

use crate::app::App;

/// How long a connection may stand idle: longer than the 60 seconds for which a load balancer uses one again.
const IDLE: Duration = Duration::from_secs(75);

/// How long to wait when accepting fails, which is when file descriptors have run out.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// How the server comes to an end.
#[derive(Clone, Copy, Debug)]
pub struct Drain {
    /// How long it still accepts and serves, closing each connection after its answer.
    pub delay: Duration,
    /// How long open requests may then take to finish.
    pub timeout: Duration,
}

/// Serves until `stop` is done, then drains; ends early when `stop_now` is done.
pub async fn run(
    listener: TcpListener,
    app: App,
    drain: Drain,
    stop: impl Future<Output = ()>,
    stop_now: impl Future<Output = ()>,
) {
    let in_order = async move {
        let connections = GracefulShutdown::new();
        let (draining, is_draining) = watch::channel(false);
        let told_to_stop = async {
            stop.await;
            tracing::info!(delay_seconds = drain.delay.as_secs_f64(), "stopping: still serving");
            draining.send_replace(true);
            sleep(drain.delay).await;
        };
        tokio::select! {
            () = accept_all(listener, Arc::new(app), &connections, is_draining) => {}
            () = told_to_stop => {}
        }
        if timeout(drain.timeout, connections.shutdown()).await.is_err() {
            tracing::warn!("stopping: requests were still open");
        }
    };
    tokio::select! {
        () = in_order => tracing::info!("stopped"),
        () = stop_now => tracing::warn!("stopped at once"),
    }
}

async fn accept_all(
    listener: TcpListener,
    app: Arc<App>,
    connections: &GracefulShutdown,
    is_draining: watch::Receiver<bool>,
) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => serve(stream, peer, &app, connections, is_draining.clone()),
            Err(error) if is_the_peers_fault(&error) => {}
            Err(error) => {
                tracing::error!(%error, "cannot accept connections");
                sleep(ACCEPT_AGAIN_AFTER).await;
            }
        }
    }
}

fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    app: &Arc<App>,
    connections: &GracefulShutdown,
    draining: watch::Receiver<bool>,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection broke before it began");
        return;
    }
    let local = stream.local_addr().map(Addr::from).map(LocalAddr).unwrap_or_default();
    let app = Arc::clone(app);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let (app, local, draining) = (Arc::clone(&app), local.clone(), draining.clone());
        async move {
            let request = (request, local, RemoteAddr(Addr::from(peer)), Scheme::HTTP).into();
            let mut response = app.answer(request).await;
            if *draining.borrow() {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(hyper::Response::from(response))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .serve_connection(TokioIo::new(stream), service);
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection broke");
        }
    });
}

fn is_the_peers_fault(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
