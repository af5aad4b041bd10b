//! What is said to those who are not served.

use std::time::Duration;

use http::{HeaderValue, StatusCode, header::CACHE_CONTROL, header::CONTENT_TYPE};
use poem::Response;
use serde_json::json;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy, sink},
    time::timeout,
};

const MEDIA_TYPE: &str = "application/problem+json";

/// How long a client has to take a refusal. Closing a connection with bytes unread would reset it, and the client would
/// never see why; so the bytes are read and thrown away for as long, and as many as fit in a client's first burst.
const PATIENCE: Duration = Duration::from_secs(1);
const MOST_THROWN_AWAY: u64 = 256 * 1024;

/// Tells a client that there are too many connections, and closes this one.
pub async fn too_many_connections<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) {
    // The code is the one that tells a program to slow down: nothing is wrong with any provider of weather.
    let detail = "The server has as many connections as it can serve; please try again in a second.";
    let body = problem(StatusCode::SERVICE_UNAVAILABLE, "too-many-requests", detail);
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {}\r\n\
         cache-control: no-store\r\nretry-after: 1\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let told = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await
    };
    if let Ok(Ok(())) = timeout(PATIENCE, told).await {
        hear_out(stream).await;
    }
}

/// The answer to a request whose target is too long.
pub fn target_too_long(most: usize) -> Response {
    let detail = format!("The address is too long: path and query may have {most} bytes.");
    let mut response = Response::from(problem(StatusCode::URI_TOO_LONG, "invalid-request", &detail));
    response.set_status(StatusCode::URI_TOO_LONG);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Reads what the client still sends until it has seen the answer, within limits.
pub async fn hear_out<S: AsyncRead + Unpin>(stream: S) {
    // However that ends, the connection ends.
    let _ = timeout(PATIENCE, copy(&mut stream.take(MOST_THROWN_AWAY), &mut sink())).await;
}

fn problem(status: StatusCode, code: &str, detail: &str) -> String {
    let title = status.canonical_reason();
    json!({"type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail, "code": code})
        .to_string()
}
