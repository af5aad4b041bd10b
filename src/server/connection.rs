//! One connection, from its first byte to its last.

use std::{
    convert::Infallible,
    future::{poll_fn, ready},
    net::SocketAddr,
    pin::pin,
};

use bytes::Bytes;
use futures_util::future::Either;
use http::{HeaderValue, header::CONNECTION, uri::Scheme};
use http_body_util::{Full, combinators::BoxBody};
use hyper::{
    body::{Body as _, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use poem::{
    Addr, Response,
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::watch,
    time::sleep,
};

use super::{
    Handler, Stage,
    activity::{Activity, IDLE, Watchdog},
    refusal,
    stream::Watched,
};

/// The most bytes of a request's head (431), which is what hyper buffers: the longest target and as much again.
const MOST_HEAD: usize = 64 * 1024;

/// The most bytes of a request's path and query (414). RFC 9110 (4.1) asks servers to take 8,000 at least; this lets a
/// name of 10,000 bytes through in percent-encoding, which is then told in its own words that it is too long.
const MOST_TARGET: usize = 32 * 1024;

/// What was at hand, or what a handler made.
type Body = http_body_util::Either<Full<Bytes>, BoxBody<Bytes, std::io::Error>>;

type Answer = hyper::Response<Body>;

/// Serves a connection until it ends, is silent for too long, or the server comes to an end.
pub async fn serve<S, H>(stream: S, peer: SocketAddr, handler: &H, mut stage: watch::Receiver<Stage>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
    H: Handler,
{
    let activity = Activity::default();
    let service = service_fn(|request: hyper::Request<Incoming>| {
        activity.asked();
        if !request.body().is_end_stream() {
            // Nothing here takes a body. Reading it to its end could take for ever.
            activity.leave_unread();
            activity.end_after_answer();
        }
        match handler.at_hand(&request) {
            Some(response) => Either::Left(ready(Ok(last_if_so(response.map(Body::Left), &activity)))),
            None => Either::Right(Box::pin(answer(request, peer, handler, &activity))),
        }
    });
    let mut connection = http1::Builder::new()
        .header_read_timeout(None)
        .max_buf_size(MOST_HEAD)
        .serve_connection(TokioIo::new(Watched::new(stream, &activity)), service);
    let alarm = pin!(sleep(IDLE));
    let mut watchdog = Watchdog::new(&activity, alarm);
    let ended = loop {
        let now = *stage.borrow_and_update();
        if now != Stage::Serving {
            activity.end_after_answer();
        }
        if now == Stage::Closing {
            watchdog.hurry();
        }
        tokio::select! {
            biased;
            Ok(()) = stage.changed() => {}
            ended = &mut connection => break ended,
            phase = poll_fn(|cx| watchdog.poll_overdue(cx)) => {
                tracing::debug!(?phase, "closed a connection that did nothing");
                return;
            }
        }
    };
    let was_refused = ended.as_ref().is_err_and(hyper::Error::is_parse);
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
    if was_refused || activity.has_unread() {
        refusal::hear_out(connection.into_parts().io.into_inner().into_inner()).await;
    }
}

async fn answer<H: Handler>(
    request: hyper::Request<Incoming>,
    peer: SocketAddr,
    handler: &H,
    activity: &Activity,
) -> Result<Answer, Infallible> {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let response: Response = if target > MOST_TARGET {
        refusal::target_too_long(MOST_TARGET)
    } else {
        // Nothing asks at which of its own addresses the server was reached, so the kernel is not asked either.
        let ends = (LocalAddr::default(), RemoteAddr(Addr::from(peer)));
        handler.answer((request, ends.0, ends.1, Scheme::HTTP).into()).await
    };
    Ok(last_if_so(hyper::Response::from(response).map(Body::Right), activity))
}

/// Tells the client where no other answer will follow on this connection.
fn last_if_so(mut response: Answer, activity: &Activity) -> Answer {
    if activity.ends_after_answer() {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
