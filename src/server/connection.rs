//! One connection, from its first byte to its last.

use std::{convert::Infallible, future::poll_fn, net::SocketAddr, pin::pin};

use http::{HeaderValue, header::CONNECTION};
use hyper::{
    body::{Body as _, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::watch,
    time::sleep,
};

use super::{
    activity::{ConnectionActivity, IDLE_TIME, Watchdog},
    handler::{Handler, HandlerResponse, Rejection},
    rejection,
    stream::MonitoredStream,
};

/// The stage of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Serving,
    /// Still accepting and serving, but closing each connection after its response.
    Draining,
    /// No longer accepting, and waiting for open requests.
    Closing,
}

/// The maximum size of a request's head, beyond which the status is 431. It has room for the longest target and 2 kB of
/// headers, or for more headers after a shorter target. It is the initial size of hyper's buffer: with a larger maximum,
/// the buffer of a client that never finishes its head grows to several times that.
const MAX_HEAD_BYTES: usize = 8 * 1024;

/// Serves a connection until it ends, exceeds a time limit, or the server closes.
pub async fn serve<S, H>(stream: S, peer: SocketAddr, handler: &H, mut stage: watch::Receiver<Stage>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
    H: Handler,
{
    let activity = ConnectionActivity::default();
    let service = service_fn(|request: hyper::Request<Incoming>| {
        activity.request_received();
        if !request.body().is_end_stream() {
            // No route accepts a body, and reading one to its end could take for ever.
            activity.mark_unread_body();
            activity.close_after_response();
        }
        let (request, _) = request.into_parts();
        let activity = &activity;
        async move { Ok::<_, Infallible>(close_if_last(handler.respond(request, peer).await, activity)) }
    });
    let mut connection = http1::Builder::new()
        .header_read_timeout(None)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(MonitoredStream::new(stream, &activity)), service);
    let alarm = pin!(sleep(IDLE_TIME));
    let mut watchdog = Watchdog::new(&activity, alarm);
    let ended = loop {
        let now = *stage.borrow_and_update();
        if now != Stage::Serving {
            activity.close_after_response();
        }
        if now == Stage::Closing {
            watchdog.shorten_idle_limit();
        }
        tokio::select! {
            biased;
            Ok(()) = stage.changed() => {}
            ended = &mut connection => break ended,
            phase = poll_fn(|cx| watchdog.poll_overdue(cx)) => {
                tracing::debug!(?phase, "closed a connection that exceeded its time limit");
                return;
            }
        }
    };
    if let Err(error) = &ended {
        tracing::debug!(%error, "a connection failed");
    }
    let was_rejected = ended.is_err_and(|error| error.is_parse());
    if !was_rejected && !activity.has_unread_body() {
        return;
    }
    let parts = connection.into_parts();
    let stream = parts.io.into_inner();
    // While a response is being sent, no other can be sent.
    if was_rejected && !activity.is_answering() {
        let rejection = rejection_reason(&stream.rejected_status().unwrap_or_default(), &parts.read_buf);
        rejection::send(stream.into_inner(), handler.reject(rejection)).await;
    } else {
        rejection::drain_before_close(stream.into_inner()).await;
    }
}

/// Why the HTTP library rejects a request, by the status that it would send and by what it has read of the head.
fn rejection_reason(status: &[u8], head: &[u8]) -> Rejection {
    match status {
        b"414" => Rejection::TargetTooLong,
        b"431" if !head.contains(&b'\n') => Rejection::TargetTooLong,
        b"431" => Rejection::HeadTooLarge,
        _ => Rejection::Malformed,
    }
}

/// Tells the client if this is the last response on the connection.
fn close_if_last(mut response: HandlerResponse, activity: &ConnectionActivity) -> HandlerResponse {
    if activity.closes_after_response() {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
