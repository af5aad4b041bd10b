//! A simulated provider that answers correctly or fails in some way.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Map, Value};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::sleep,
};

use crate::recordings;

/// The size of a body that should not be read to its end.
const HUGE: usize = 50 * 1024 * 1024;

/// What the provider does with a request. Its good answers are recordings, moved to the present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Answers correctly.
    Well,
    /// Answers with this status, these header lines and this body.
    Answer(u16, &'static str, &'static str),
    /// Answers correctly for the current weather, and not at all for the forecast.
    OnlyCurrent,
    /// Answers correctly, except for the media type.
    WrongMediaType,
    /// Answers as on the day of the recording, years ago.
    Frozen,
    /// Answers with values that do not occur on Earth.
    Impossible,
    /// Answers without temperatures.
    NoTemperature,
    /// Sends nothing.
    Silence,
    /// Sends only the head of an answer.
    HeadOnly,
    /// Sends half of a good answer, and leaves the connection open.
    HalfThenSilence,
    /// Sends half of a good answer and resets the connection.
    HalfThenReset,
    /// Closes the connection without an answer.
    Close,
    /// Sends a good answer at a byte a second.
    ByteASecond,
    /// Sends half of the JSON as if it were complete.
    Truncated,
    /// Sends far too much.
    Huge,
}

/// A local server that behaves like such a provider.
pub struct FaultyUpstream {
    pub url: String,
    act: Arc<Mutex<Act>>,
    requests: Arc<AtomicUsize>,
    server: JoinHandle<()>,
}

impl Drop for FaultyUpstream {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl FaultyUpstream {
    pub async fn start(act: Act) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (act, requests) = (Arc::new(Mutex::new(act)), Arc::new(AtomicUsize::new(0)));
        let (shared_act, counter) = (Arc::clone(&act), Arc::clone(&requests));
        let server = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, Arc::clone(&shared_act), Arc::clone(&counter)));
            }
        });
        Self { url, act, requests, server }
    }

    /// Changes what it does from now on.
    pub fn turn(&self, act: Act) {
        *self.act.lock().unwrap() = act;
    }

    /// How many requests it has received.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }
}

async fn serve(mut stream: TcpStream, act: Arc<Mutex<Act>>, requests: Arc<AtomicUsize>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    requests.fetch_add(1, Ordering::Relaxed);
    let act = *act.lock().unwrap();
    let head = String::from_utf8_lossy(&head);
    let good = good_answer(&head, if act == Act::Frozen { recordings::original } else { recordings::of_now });
    let act = match act {
        Act::OnlyCurrent if head.contains("/forecast") => Act::Silence,
        Act::OnlyCurrent => Act::Well,
        act => act,
    };
    // The client may have closed the connection.
    let _ = perform(act, &mut stream, &good).await;
}

fn good_answer(head: &str, read: fn(&str) -> Vec<u8>) -> String {
    let recording = match head.split(['?', ' ']).nth(1).unwrap_or_default() {
        "/data/2.5/weather" => "openweathermap/current/london-by-lat-lon-2020.json",
        "/data/2.5/forecast" => "openweathermap/forecast/london-5day-3h-2025.json",
        "/v1/forecast" => "open-meteo/forecast/new-york-current-hourly-2026.json",
        "/weatherapi/locationforecast/2.0/complete" => "met-norway/oslo-snow-compact-2026.json",
        _ => return "[]".to_owned(),
    };
    String::from_utf8(read(recording)).unwrap()
}

async fn perform(act: Act, stream: &mut TcpStream, good: &str) -> std::io::Result<()> {
    let json = "content-type: application/json\r\n";
    let whole = answer(200, json, good);
    match act {
        Act::Well | Act::Frozen => stream.write_all(whole.as_bytes()).await,
        Act::Impossible => stream.write_all(answer(200, json, &changed(good, impossible)).as_bytes()).await,
        Act::NoTemperature => stream.write_all(answer(200, json, &changed(good, without_temperature)).as_bytes()).await,
        Act::Answer(status, headers, body) => stream.write_all(answer(status, headers, body).as_bytes()).await,
        Act::WrongMediaType => stream.write_all(answer(200, "content-type: text/html\r\n", good).as_bytes()).await,
        Act::Silence | Act::OnlyCurrent => std::future::pending().await,
        Act::HeadOnly => {
            stream.write_all(whole.split_inclusive("\r\n\r\n").next().unwrap_or_default().as_bytes()).await?;
            std::future::pending().await
        }
        Act::HalfThenSilence => {
            stream.write_all(&whole.as_bytes()[..whole.len() / 2]).await?;
            std::future::pending().await
        }
        Act::HalfThenReset => {
            stream.write_all(&whole.as_bytes()[..whole.len() / 2]).await?;
            stream.set_zero_linger()
        }
        Act::Close => Ok(()),
        Act::ByteASecond => {
            for byte in whole.as_bytes() {
                stream.write_u8(*byte).await?;
                sleep(Duration::from_secs(1)).await;
            }
            Ok(())
        }
        Act::Truncated => stream.write_all(answer(200, json, &good[..good.len() / 2]).as_bytes()).await,
        Act::Huge => {
            let head = format!("HTTP/1.1 200 OK\r\n{json}content-length: {HUGE}\r\n\r\n");
            stream.write_all(head.as_bytes()).await?;
            let chunk = vec![b' '; 64 * 1024];
            for _ in 0..HUGE / chunk.len() {
                stream.write_all(&chunk).await?;
            }
            Ok(())
        }
    }
}

/// A document with each object in it changed.
fn changed(document: &str, change: fn(&mut Map<String, Value>)) -> String {
    fn visit(value: &mut Value, change: fn(&mut Map<String, Value>)) {
        match value {
            Value::Object(members) => {
                change(members);
                members.values_mut().for_each(|member| visit(member, change));
            }
            Value::Array(items) => items.iter_mut().for_each(|item| visit(item, change)),
            _ => {}
        }
    }
    let mut document = serde_json::from_str(document).unwrap();
    visit(&mut document, change);
    document.to_string()
}

fn impossible(members: &mut Map<String, Value>) {
    for (key, value) in [
        ("temp", 999),
        ("temp_min", -999),
        ("temp_max", 999),
        ("feels_like", 999),
        ("humidity", 500),
        ("pressure", -1),
        ("sea_level", -1),
        ("speed", -5),
        ("deg", 720),
        ("all", 300),
    ] {
        if let Some(member) = members.get_mut(key) {
            *member = value.into();
        }
    }
}

fn without_temperature(members: &mut Map<String, Value>) {
    members.retain(|key, _| !key.starts_with("temp"));
}

fn answer(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} Played\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
}
