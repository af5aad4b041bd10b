//! Searches for the most expensive request: `cargo bench --bench worst`, or `-- 20000 7` for fewer requests from another
//! seed.
//!
//! Half of the requests are random; the others are variations of the most expensive ones so far. Each is answered twice
//! by the whole app in this process, and the cheaper time counts. It is the processor time of this thread, so other load
//! on the machine does not count. What a process prepares only once (the documentation) is prepared beforehand.

#![expect(clippy::print_stdout, reason = "its output is the result")]

use std::{env, sync::Arc, time::Duration};

use http::{Request, header::HOST, request::Parts};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rustix::time::{ClockId, clock_gettime};
use weather_app::{app::App, byte_cache::CacheBudget, clock::Clock, provider::sample::Sample, server::Handler};

mod program;

use program::{CLIENT, app};

const REQUESTS: usize = 100_000;

/// How many of the most expensive requests are kept for variations, and how many are printed.
const CANDIDATES: usize = 40;
const SHOWN: usize = 10;

/// The pieces of random names: prefixes that many places share, full names in several scripts, qualifiers, odd letters.
const PIECES: [&str; 64] = [
    "a",
    "s",
    "st",
    "san",
    "saint",
    "santa",
    "al",
    "el",
    "la",
    "le",
    "new",
    "north",
    "los",
    "las",
    "de",
    "del",
    "von",
    "upon",
    "on the",
    "sur",
    "mount",
    "villa",
    "nova",
    "ville",
    "burg",
    "town",
    "springfield",
    "london",
    "paris",
    "newcastle",
    "washington",
    "richmond",
    "victoria",
    "san jose",
    "saint johns wood",
    "us",
    "uk",
    "gb",
    "fr",
    "tx",
    "il",
    "zz",
    "germany",
    "united states",
    "united kingdom",
    "france",
    "北京",
    "上",
    "新",
    "москва",
    "п",
    "القاهرة",
    "ا",
    "東京",
    "ü",
    "ø",
    "ae",
    "-",
    "'",
    ".",
    "10115",
    "0",
    "x",
    "qq",
];

/// A random request.
/// An address, and the parameters that name a place there.
#[derive(Clone, Copy)]
struct Address {
    path: &'static str,
    name: Option<&'static str>,
    coordinates: Option<[&'static str; 2]>,
    /// Whether curl requests it and gets text.
    is_text: bool,
}

const fn address(path: &'static str, name: Option<&'static str>, coordinates: Option<[&'static str; 2]>) -> Address {
    Address { path, name, coordinates, is_text: false }
}

const LAT_LON: Option<[&str; 2]> = Some(["lat", "lon"]);

const ADDRESSES: [Address; 14] = [
    address("/api/weather", Some("city"), LAT_LON),
    address("/api/forecast", Some("city"), LAT_LON),
    address("/api/places", Some("q"), LAT_LON),
    address("/api/places", Some("q"), LAT_LON),
    address("/api/status", None, None),
    address("/", Some("city"), LAT_LON),
    Address { is_text: true, ..address("/", Some("city"), LAT_LON) },
    address("/docs/", None, None),
    address("/v1/forecast", None, Some(["latitude", "longitude"])),
    address("/v1/search", Some("name"), None),
    address("/data/2.5/weather", Some("q"), LAT_LON),
    address("/data/2.5/forecast", Some("q"), LAT_LON),
    address("/data/3.0/onecall", None, LAT_LON),
    address("/geo/1.0/direct", Some("q"), None),
];

/// Pieces of formats for lines of text.
const FORMAT_PIECES: [&str; 12] = ["%c", "%t", "%w", "%o", "%r", "%S", "%m", "%l", "%D", "%!", "\\n", "é"];

/// Variables of Open-Meteo's API, of which one request may name several hundred.
const VARIABLES: [&str; 5] =
    ["temperature_2m", "precipitation", "wind_speed_10m", "apparent_temperature", "pressure_level_850"];

#[derive(Clone)]
struct Candidate {
    path: &'static str,
    /// Names and values before encoding.
    query: Vec<(String, String)>,
    headers: Vec<(&'static str, String)>,
}

/// A generator of pseudorandom numbers (xorshift64*, Marsaglia 2003 and Vigna 2016), so that runs can be repeated.
struct RandomNumbers(u64);

impl RandomNumbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap_or_default() % bound
    }

    fn choose<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        for _ in 0..=self.below(6) {
            name += self.choose(&PIECES);
            name += self.choose(&[" ", " ", ", ", ",", ""]);
        }
        for _ in 0..self.below(3) {
            self.misspell(&mut name);
        }
        name.chars().take(100).collect()
    }

    /// Deletes a letter, doubles it, swaps it with its neighbour, or replaces it.
    fn misspell(&mut self, name: &mut String) {
        let mut letters: Vec<char> = name.chars().collect();
        if letters.len() < 2 {
            return;
        }
        let at = self.below(letters.len() - 1);
        match self.below(4) {
            0 => drop(letters.remove(at)),
            1 => letters.insert(at, letters[at]),
            2 => letters.swap(at, at + 1),
            _ => letters[at] = self.choose(&['a', 'e', 'o', 's', 't', 'ü', '新', ',']),
        }
        *name = letters.into_iter().collect();
    }

    fn coordinates(&mut self, names: [&str; 2]) -> [(String, String); 2] {
        let mut degrees = |max: usize| {
            let hundredths = self.below(2 * max * 100 + 1);
            format!("{}.{:02}", (hundredths / 100).cast_signed() - max.cast_signed(), hundredths % 100)
        };
        [(names[0].to_owned(), degrees(89)), (names[1].to_owned(), degrees(179))]
    }

    /// A list of fewer than `bound` of these pieces.
    fn list(&mut self, pieces: &[&'static str], separator: &str, bound: usize) -> String {
        let pieces: Vec<_> = (0..self.below(bound)).map(|_| self.choose(pieces)).collect();
        pieces.join(separator)
    }

    fn candidate(&mut self) -> Candidate {
        let Address { path, name, coordinates, is_text } = self.choose(&ADDRESSES);
        let mut query = Vec::new();
        match (self.below(8), name, coordinates) {
            (1, ..) => {
                let pairs = self.below(1_000);
                query.extend((0..pairs).map(|n| (n.to_string(), String::new())));
            }
            (2, ..) => query.push(("%".repeat(self.below(2_000)), "é".repeat(self.below(300)))),
            (0, _, Some(names)) | (_, None, Some(names)) => query.extend(self.coordinates(names)),
            (_, Some(name), _) => query.push((name.to_owned(), self.name())),
            (_, None, None) => {}
        }
        if path == "/api/places" && self.below(2) == 0 {
            query.push(("limit".to_owned(), "20".to_owned()));
        }
        let mut headers = Vec::new();
        if is_text {
            headers.push(("user-agent", "curl/8".to_owned()));
            query.push(match self.below(3) {
                0 => ("format".to_owned(), self.list(&FORMAT_PIECES, "", 700)),
                1 => ("width".to_owned(), self.choose(&["40", "61", "120", "200"]).to_owned()),
                _ => ("format".to_owned(), self.choose(&["j1", "5", "waybar"]).to_owned()),
            });
        }
        if path == "/v1/forecast" {
            for block in ["current", "hourly", "daily", "minutely_15"] {
                query.push((block.to_owned(), self.list(&VARIABLES, ",", 60)));
            }
            query.push(("forecast_days".to_owned(), "16".to_owned()));
        }
        if self.below(10) == 0 {
            let name =
                self.choose(&["accept-encoding", "if-none-match", "x-forwarded-for", "if-modified-since", "cookie"]);
            headers
                .push((name, self.choose(&["a,", "\"a\",", "gzip;q=0.1,", ",", "1.1.1.1,"]).repeat(self.below(1_500))));
        }
        if self.below(3) == 0 {
            headers.push(("accept-encoding", "gzip".to_owned()));
        }
        Candidate { path, query, headers }
    }

    /// A variation of a request.
    fn variation(&mut self, candidate: &Candidate) -> Candidate {
        let mut changed = candidate.clone();
        for (name, value) in &mut changed.query {
            match &**name {
                "q" | "city" | "name" => match self.below(3) {
                    0 => value.push_str(self.choose(&PIECES)),
                    _ => self.misspell(value),
                },
                "lat" | "lon" | "latitude" | "longitude" => {
                    *value = format!("{}{}", &value[..value.len() - 1], self.below(10));
                }
                _ => {}
            }
            if matches!(&**name, "q" | "city" | "name") {
                *value = value.chars().take(100).collect();
            }
        }
        changed
    }
}

impl Candidate {
    /// The request as it is sent; `None` if no client could send it.
    fn request(&self) -> Option<Parts> {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let pairs: Vec<_> =
            self.query.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let request = Request::get(format!("{}?{}", self.path, pairs.join("&"))).header(HOST, "bench");
        let request = self.headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
        Some(request.body(()).ok()?.into_parts().0)
    }
}

/// The processor time of this thread.
fn processor_time() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap_or_default()
}

fn main() {
    let mut arguments = env::args().filter_map(|argument| argument.parse().ok());
    let (requests, seed) = (arguments.next().unwrap_or(REQUESTS), arguments.next().unwrap_or(1));
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().build() else { return };
    // Two apps, so that neither measurement finds a response cached by the other.
    let sample_app = || app(Arc::new(Sample), Duration::from_mins(10), CacheBudget::of(80_000_000), Clock::system());
    let (first_app, second_app) = (sample_app(), sample_app());
    let mut random = RandomNumbers(0x9e37_79b9_7f4a_7c15 ^ u64::try_from(seed).unwrap_or(1));
    let mut worst: Vec<(Duration, Candidate)> = Vec::new();
    let measure = |app: &App, candidate: &Candidate| {
        let request = candidate.request()?;
        let before = processor_time();
        runtime.block_on(app.respond(request, CLIENT));
        Some(processor_time().saturating_sub(before))
    };
    // Files are prepared once in a process, when they are first requested.
    for app in [&first_app, &second_app] {
        for path in ["/docs/", "/openapi.json"] {
            for encoding in ["gzip", "identity"] {
                let request = Request::get(path).header(HOST, "bench").header("accept-encoding", encoding);
                if let Ok(request) = request.body(()) {
                    runtime.block_on(app.respond(request.into_parts().0, CLIENT));
                }
            }
        }
    }
    for n in 0..requests {
        let candidate = match worst.len() {
            CANDIDATES.. if n % 2 == 0 => {
                let of = random.below(CANDIDATES);
                random.variation(&worst[of].1)
            }
            _ => random.candidate(),
        };
        let Some((first, second)) = measure(&first_app, &candidate).zip(measure(&second_app, &candidate)) else {
            continue;
        };
        let cost = first.min(second);
        if worst.len() < CANDIDATES || worst.last().is_some_and(|(cheapest, _)| cost > *cheapest) {
            let at = worst.partition_point(|(other, _)| *other >= cost);
            worst.insert(at, (cost, candidate));
            worst.truncate(CANDIDATES);
        }
    }
    println!("the most expensive of {requests} requests:");
    for (cost, candidate) in worst.iter().take(SHOWN) {
        let query: Vec<_> =
            candidate.query.iter().take(4).map(|(name, value)| format!("{name:.60}={value:.100}")).collect();
        let headers: Vec<_> = candidate.headers.iter().map(|(name, value)| format!("{name}: {value:.20}")).collect();
        println!(
            "{:7.3} ms  {}?{}  {}",
            cost.as_secs_f64() * 1000.0,
            candidate.path,
            query.join("&"),
            headers.join("; ")
        );
    }
}
