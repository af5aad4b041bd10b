//! A simulated provider that answers as a test specifies and records its requests.

use std::{
    collections::HashMap,
    convert::Infallible,
    error::Error,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};
use hyper::{
    body::{Body, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::recordings;

/// An answer to give.
#[derive(Clone)]
pub struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    /// The answer is held back until this is true.
    gate: Option<watch::Receiver<bool>>,
}

/// A request as it was received.
#[derive(Clone)]
pub struct RecordedRequest {
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
}

/// A server on loopback. It answers 404 at paths for which no answer is set.
pub struct Upstream {
    url: String,
    state: Arc<Mutex<State>>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    answers: HashMap<String, Answer>,
    requests: Vec<RecordedRequest>,
}

impl Answer {
    /// A successful answer with this body.
    pub fn ok(body: impl Into<Bytes>) -> Self {
        Self::status(200, body)
    }

    /// An answer with this status and this body.
    pub fn status(status: u16, body: impl Into<Bytes>) -> Self {
        let status = StatusCode::from_u16(status).unwrap();
        Self { status, headers: HeaderMap::new(), body: body.into(), gate: None }
    }

    /// A recorded answer, moved to the present; by its path below `tests/fixtures`.
    pub fn recording(path: &str) -> Self {
        Self::ok(recordings::of_now(path))
    }

    /// A recorded answer with its own times.
    pub fn original(path: &str) -> Self {
        Self::ok(recordings::original(path))
    }

    /// The answer with one more header.
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, HeaderValue::from_str(value).unwrap());
        self
    }

    /// The answer, held back until the gate is true.
    pub fn behind(mut self, gate: watch::Receiver<bool>) -> Self {
        self.gate = Some(gate);
        self
    }
}

impl Upstream {
    /// Starts serving.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State::default()));
        let serving = tokio::spawn(serve(listener, Arc::clone(&state)));
        Self { url, state, serving }
    }

    /// The base URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Sets the answer at a path from now on.
    pub fn on(&self, path: &str, answer: Answer) {
        self.state.lock().unwrap().answers.insert(path.to_owned(), answer);
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.state.lock().unwrap().requests.clone()
    }

    /// How many requests a path has received.
    pub fn count(&self, path: &str) -> usize {
        self.requests().iter().filter(|request| request.path == path).count()
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, state: Arc<Mutex<State>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        let service = service_fn(move |request| answer(request, Arc::clone(&state)));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(
    request: http::Request<Incoming>,
    state: Arc<Mutex<State>>,
) -> Result<http::Response<impl Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>>>, Infallible> {
    let path = request.uri().path().to_owned();
    let answer = {
        let mut state = state.lock().unwrap();
        let query = request.uri().query().unwrap_or_default().to_owned();
        state.requests.push(RecordedRequest { path: path.clone(), query, headers: request.headers().clone() });
        state.answers.get(&path).cloned().unwrap_or_else(|| Answer::status(404, "no such path"))
    };
    if let Some(mut gate) = answer.gate {
        let _ = gate.wait_for(|open| *open).await;
    }
    let mut response = poem::Response::builder().status(answer.status).body(answer.body);
    *response.headers_mut() = answer.headers;
    Ok(response.into())
}
