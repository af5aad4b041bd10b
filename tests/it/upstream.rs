//! Plays the weather services: answers what a test says, and remembers what it was asked.

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

/// An answer to give.
#[derive(Clone)]
pub struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    /// Held back until this says so.
    gate: Option<watch::Receiver<bool>>,
}

/// A request that came.
#[derive(Clone)]
pub struct Asked {
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
}

/// A server on loopback. What is not set answers 404.
pub struct Upstream {
    url: String,
    state: Arc<Mutex<State>>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    answers: HashMap<String, Answer>,
    asked: Vec<Asked>,
}

impl Answer {
    /// A success with this body.
    pub fn ok(body: impl Into<Bytes>) -> Self {
        Self::status(200, body)
    }

    /// This status with this body.
    pub fn status(status: u16, body: impl Into<Bytes>) -> Self {
        let status = StatusCode::from_u16(status).unwrap();
        Self { status, headers: HeaderMap::new(), body: body.into(), gate: None }
    }

    /// A recorded answer, by its path below `tests/fixtures`.
    pub fn recording(path: &str) -> Self {
        Self::ok(recording(path))
    }

    /// With a header.
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, HeaderValue::from_str(value).unwrap());
        self
    }

    /// Held back until the sender says true.
    pub fn behind(mut self, gate: watch::Receiver<bool>) -> Self {
        self.gate = Some(gate);
        self
    }
}

/// A recorded answer's bytes, without the headers where they were recorded with it.
pub fn recording(path: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/{path}", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let recording: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    recording.get("data").map_or(bytes, |data| data.to_string().into_bytes())
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

    /// What to answer at a path from now on.
    pub fn on(&self, path: &str, answer: Answer) {
        self.state.lock().unwrap().answers.insert(path.to_owned(), answer);
    }

    /// The requests so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.state.lock().unwrap().asked.clone()
    }

    /// How many requests came to a path.
    pub fn count(&self, path: &str) -> usize {
        self.asked().iter().filter(|asked| asked.path == path).count()
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
        state.asked.push(Asked { path: path.clone(), query, headers: request.headers().clone() });
        state.answers.get(&path).cloned().unwrap_or_else(|| Answer::status(404, "no such path"))
    };
    if let Some(mut gate) = answer.gate {
        let _ = gate.wait_for(|open| *open).await;
    }
    let mut response = poem::Response::builder().status(answer.status).body(answer.body);
    *response.headers_mut() = answer.headers;
    Ok(response.into())
}
