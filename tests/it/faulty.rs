//! An upstream that answers well, or goes wrong in every way there is.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::sleep,
};

const OPENWEATHERMAP_CURRENT: &str = include_str!("../fixtures/openweathermap/current/london-by-lat-lon-2020.json");
const OPENWEATHERMAP_FORECAST: &str = include_str!("../fixtures/openweathermap/forecast/london-5day-3h-2025.json");
const OPEN_METEO: &str = include_str!("../fixtures/open-meteo/forecast/new-york-current-hourly-2026.json");
const MET_NORWAY: &str = include_str!("../fixtures/met-norway/oslo-snow-compact-2026.json");

/// The size of an answer that nobody should read to its end.
const HUGE: usize = 50 * 1024 * 1024;

/// What an upstream does with a request. Its good answers are recordings, and so years old.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// Answers well.
    Well,
    /// Answers this status, these header lines and this body.
    Answer(u16, &'static str, &'static str),
    /// Answers well for the current weather, and says nothing of the weather ahead.
    OnlyCurrent,
    /// Answers well but for the media type.
    WrongMediaType,
    /// Says nothing.
    Silence,
    /// Sends the head of an answer and no more.
    HeadOnly,
    /// Sends half of a good answer and no more.
    HalfThenSilence,
    /// Sends half of a good answer and resets the connection.
    HalfThenReset,
    /// Closes the connection before any answer.
    Close,
    /// Sends a good answer at a byte a second.
    ByteASecond,
    /// Sends half of the good JSON as if it were all of it.
    Truncated,
    /// Sends far too much.
    Huge,
}

/// A local server that plays one.
pub struct Faulty {
    pub url: String,
    act: Arc<Mutex<Act>>,
    requests: Arc<AtomicUsize>,
    server: JoinHandle<()>,
}

impl Drop for Faulty {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Faulty {
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

    /// What it does from now on.
    pub fn turn(&self, act: Act) {
        *self.act.lock().unwrap() = act;
    }

    /// How many requests it got.
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
    let good = good_answer(&head);
    let act = match act {
        Act::OnlyCurrent if head.contains("/forecast") => Act::Silence,
        Act::OnlyCurrent => Act::Well,
        act => act,
    };
    // The asker may be gone: that is its right.
    let _ = perform(act, &mut stream, good).await;
}

fn good_answer(head: &str) -> &'static str {
    let path = head.split(['?', ' ']).nth(1).unwrap_or_default();
    match path {
        "/data/2.5/weather" => OPENWEATHERMAP_CURRENT,
        "/data/2.5/forecast" => OPENWEATHERMAP_FORECAST,
        "/v1/forecast" => OPEN_METEO,
        "/weatherapi/locationforecast/2.0/complete" => MET_NORWAY,
        _ => "[]",
    }
}

async fn perform(act: Act, stream: &mut TcpStream, good: &str) -> std::io::Result<()> {
    let json = "content-type: application/json\r\n";
    let whole = answer(200, json, good);
    match act {
        Act::Well => stream.write_all(whole.as_bytes()).await,
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

fn answer(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} Played\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
}
