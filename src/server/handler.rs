//! The interface through which the server answers requests.

use std::net::SocketAddr;

use bytes::Bytes;
use http::request::Parts;
use http_body_util::Full;

/// A response whose body is in memory.
pub type HandlerResponse = http::Response<Full<Bytes>>;

/// Answers the requests that the server reads.
pub trait Handler: Send + Sync + 'static {
    /// Answers one request, whatever happens, within the handler's own time limit. Bodies of requests are not read.
    fn respond(&self, request: Parts, peer: SocketAddr) -> impl Future<Output = HandlerResponse> + Send;

    /// The response to a request that is rejected before it reaches the handler.
    fn reject(&self, rejection: Rejection) -> HandlerResponse;

    /// Called for each connection. The value is kept as long as the connection is open.
    fn connection(&self) -> impl Send + 'static {}
}

/// Why a request is rejected before it reaches the handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// It is not valid HTTP.
    Malformed,
    /// Its target is longer than the server accepts.
    TargetTooLong,
    /// Its head is larger than the server accepts.
    HeadTooLarge,
    /// All connection slots are taken.
    TooManyConnections,
}
