//! The lower bound for the cost of a response: a server that always sends the same response, with bare hyper or a bare
//! poem handler.
//!
//! ```sh
//! baseline hyper|poem LISTEN RESPONSE
//! ```
//!
//! `RESPONSE` is a file with a response as received, head and body; `date`, `content-length` and `connection` are left to
//! the HTTP library. The program prints the address on which it serves, and serves until it is killed.

#![expect(clippy::print_stdout, reason = "it prints its address")]

use std::{convert::Infallible, env, error::Error, fs, io, sync::Arc};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{CONNECTION, CONTENT_LENGTH, DATE},
};
use http_body_util::Full;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use poem::{EndpointExt, Response, Route, endpoint::make_sync, get, listener::TcpAcceptor};
use tokio::net::TcpListener;

/// The response that is always sent.
#[derive(Clone)]
struct FixedResponse {
    headers: HeaderMap,
    body: Bytes,
}

impl FixedResponse {
    fn read(wire: &[u8]) -> Result<Self, Box<dyn Error>> {
        let end = wire.windows(4).position(|window| window == b"\r\n\r\n").ok_or("the answer's head has no end")?;
        let mut headers = HeaderMap::new();
        for line in str::from_utf8(&wire[..end])?.lines().skip(1) {
            let (name, value) = line.split_once(": ").ok_or("a header line has no colon")?;
            let name: HeaderName = name.parse()?;
            if ![DATE, CONTENT_LENGTH, CONNECTION].contains(&name) {
                headers.append(name, HeaderValue::from_str(value)?);
            }
        }
        Ok(Self { headers, body: Bytes::copy_from_slice(&wire[end + 4..]) })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [library, listen, answer] = arguments.as_slice() else {
        return Err("usage: baseline hyper|poem LISTEN RESPONSE".into());
    };
    let answer = FixedResponse::read(&fs::read(answer)?)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let listener = TcpListener::bind(listen).await?;
        println!("{}", listener.local_addr()?);
        match library.as_str() {
            "hyper" => hyper(listener, answer).await?,
            "poem" => poem(listener, answer).await?,
            _ => return Err("the library is hyper or poem".into()),
        }
        Ok(())
    })
}

async fn hyper(listener: TcpListener, answer: FixedResponse) -> io::Result<()> {
    let answer = Arc::new(answer);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let answer = Arc::clone(&answer);
        tokio::spawn(async move {
            let service = service_fn(|_| {
                let mut response = http::Response::new(Full::new(answer.body.clone()));
                *response.headers_mut() = answer.headers.clone();
                async { Ok::<_, Infallible>(response) }
            });
            // The client ends the connection, in whatever way.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn poem(listener: TcpListener, answer: FixedResponse) -> io::Result<()> {
    let handler = make_sync(move |_| {
        let mut response = Response::from(answer.body.clone());
        *response.headers_mut() = answer.headers.clone();
        response
    });
    // The paths that are measured, so that routing costs the same as in the program.
    let paths = [
        "/",
        "/health",
        "/api/weather",
        "/api/forecast",
        "/api/places",
        "/assets/*name",
        "/:place",
        "/v1/forecast",
        "/forecast/:key/:coordinates",
        "/data/2.5/weather",
        "/data/3.0/onecall",
    ];
    let handler = Arc::new(handler.boxed());
    let routes = paths.iter().fold(Route::new(), |routes, path| routes.at(path, get(Arc::clone(&handler))));
    poem::Server::new_with_acceptor(TcpAcceptor::from_tokio(listener)?).run(routes).await
}
