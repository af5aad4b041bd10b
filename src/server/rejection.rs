//! Sends rejections over connections that the HTTP library does not serve.

use std::time::Duration;

use http_body_util::BodyExt;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy, sink},
    time::timeout,
};

use super::handler::HandlerResponse;

/// How long a client has to receive a rejection. Closing a connection with unread bytes would reset it before the client
/// has read the response, so bytes are read and discarded for this time.
const DRAIN_TIME: Duration = Duration::from_secs(1);

/// How many bytes are discarded at most: what a client may send in its first burst.
const MAX_DISCARDED_BYTES: u64 = 256 * 1024;

/// Sends a response over a connection that the HTTP library does not serve or no longer serves, and closes it.
pub async fn send<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, response: HandlerResponse) {
    let (parts, body) = response.into_parts();
    let Ok(body) = body.collect().await;
    let body = body.to_bytes();
    let mut bytes = format!("HTTP/1.1 {}\r\n", parts.status).into_bytes();
    for (name, value) in &parts.headers {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    bytes.extend(format!("content-length: {}\r\nconnection: close\r\n\r\n", body.len()).into_bytes());
    bytes.extend(&body);
    let sent = async {
        stream.write_all(&bytes).await?;
        stream.shutdown().await
    };
    if let Ok(Ok(())) = timeout(DRAIN_TIME, sent).await {
        drain_before_close(stream).await;
    }
}

/// Reads and discards what the client sends, within limits, so that it can read the response (lingering close).
pub async fn drain_before_close<S: AsyncRead + Unpin>(stream: S) {
    // The connection is closed in any case.
    let _ = timeout(DRAIN_TIME, copy(&mut stream.take(MAX_DISCARDED_BYTES), &mut sink())).await;
}
