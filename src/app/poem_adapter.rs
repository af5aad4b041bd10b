//! Converts requests and responses to and from those of poem, which routes the API.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{request::Parts, uri::Scheme};
use poem::{
    Addr, Body, Request, RequestParts, Response,
    web::{LocalAddr, RemoteAddr},
};

use crate::{api::problem::Fault, response::FullResponse};

/// A request without a body.
pub(super) fn poem_request(request: Parts, peer: SocketAddr) -> Request {
    // No handler uses the local address, so the kernel is not asked for it.
    let (local, remote) = (LocalAddr::default(), RemoteAddr(Addr::from(peer)));
    Request::from_parts(RequestParts::from((request, local, remote, Scheme::HTTP)), Body::empty())
}

/// The response with its whole body.
pub(super) async fn full_response(response: Response) -> Result<FullResponse, Fault> {
    let (parts, body) = response.into_parts();
    let body: Bytes = body.into_bytes().await.map_err(|error| Fault::Internal(error.to_string()))?;
    let mut response = FullResponse::new(body.into());
    *response.status_mut() = parts.status;
    *response.headers_mut() = parts.headers;
    Ok(response)
}
