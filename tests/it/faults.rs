//! Every fault of a provider, with a cold and a warm cache, with and without another provider.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::time::{sleep, timeout};

use super::{
    faulty::{Act, FaultyUpstream},
    harness::fetch,
    program::{KEY, ProgramProcess},
};

/// The time in which simulated providers answer even on a busy machine. Faults without an answer take all of it.
const UPSTREAM_TIMEOUT: &str = "4s";

/// Long enough for a busy machine. Only that there is an answer is tested here; its exact time is tested where the clock is
/// injected.
const HANGS_AFTER: Duration = Duration::from_mins(1);

/// How often, and with what pause, a program with a warm cache is queried until its answer is stale.
const MAX_REQUESTS: usize = 200;
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(50);

/// How many programs run at once.
const AT_ONCE: usize = 8;

/// The address of the upstream.
#[derive(Clone, Copy, Debug)]
enum Upstream {
    Acts(Act),
    /// Its port is closed.
    Refuses,
    /// Its host does not exist.
    HasNoAddress,
    /// It does not speak TLS.
    SpeaksNoTls,
}

use Upstream::{Acts, HasNoAddress, Refuses, SpeaksNoTls};

const JSON: &str = "content-type: application/json\r\n";
const HTML: &str = "content-type: text/html\r\n";
const BLOCKED: &str = include_str!("../fixtures/openweathermap/errors/429-blocked.json");
const BAD_KEY: &str = include_str!("../fixtures/openweathermap/errors/401-invalid-key.json");
const NOT_FOUND: &str = include_str!("../fixtures/openweathermap/errors/404-city-not-found.json");
const NOT_FOUND_IN_200: &str =
    include_str!("../fixtures/openweathermap/errors/404-legacy-2014-not-found-city-with-http-200.json");
const FAILED_IN_200: &str = include_str!("../fixtures/openweathermap/errors/500-legacy-2015-in-http-200.json");
const NAN: &str = include_str!("../fixtures/open-meteo/errors/satellite-not-covered-nan.not-json.txt");
const NULLS: &str = r#"{"coord":null,"weather":null,"main":null,"wind":null,"rain":null,"clouds":null,"dt":null,
    "sys":null,"list":[null],"cod":null}"#;
const WRONG_NESTING: &str = r#"{"main":[{"temp":{"value":280}}],"weather":"rain","list":{"dt":1},"cod":200}"#;

/// The faults, each under its name.
const FAULTS: [(&str, Upstream); 33] = [
    ("refused", Refuses),
    ("no address", HasNoAddress),
    ("no TLS", SpeaksNoTls),
    ("closed before an answer", Acts(Act::Close)),
    ("silent after accepting", Acts(Act::Silence)),
    ("silent after the head", Acts(Act::HeadOnly)),
    ("silent in the body", Acts(Act::HalfThenSilence)),
    ("reset in the body", Acts(Act::HalfThenReset)),
    ("a byte a second", Acts(Act::ByteASecond)),
    ("error as a number in 200", Acts(Act::Answer(200, JSON, BLOCKED))),
    ("error as a string in 200", Acts(Act::Answer(200, JSON, NOT_FOUND_IN_200))),
    ("failure in 200", Acts(Act::Answer(200, JSON, FAILED_IN_200))),
    ("301", Acts(Act::Answer(301, "location: http://127.0.0.1:9/\r\n", ""))),
    ("400", Acts(Act::Answer(400, JSON, r#"{"cod":"400","message":"wrong latitude"}"#))),
    ("401", Acts(Act::Answer(401, JSON, BAD_KEY))),
    ("403", Acts(Act::Answer(403, HTML, "<h1>Forbidden</h1>"))),
    ("404", Acts(Act::Answer(404, JSON, NOT_FOUND))),
    ("429", Acts(Act::Answer(429, JSON, BLOCKED))),
    ("429 with Retry-After", Acts(Act::Answer(429, "retry-after: 7\r\n", BLOCKED))),
    ("500", Acts(Act::Answer(500, JSON, r#"{"cod":500,"message":"Internal error"}"#))),
    ("502 in HTML", Acts(Act::Answer(502, HTML, "<html><h1>502 Bad Gateway</h1></html>"))),
    ("503", Acts(Act::Answer(503, "", ""))),
    ("empty body", Acts(Act::Answer(200, JSON, ""))),
    ("no content", Acts(Act::Answer(204, "", ""))),
    ("truncated JSON", Acts(Act::Truncated)),
    ("50 MB", Acts(Act::Huge)),
    ("HTML in 200", Acts(Act::Answer(200, HTML, "<html>Welcome to the captive portal</html>"))),
    ("bare nan", Acts(Act::Answer(200, JSON, NAN))),
    ("nulls everywhere", Acts(Act::Answer(200, JSON, NULLS))),
    ("wrong nesting", Acts(Act::Answer(200, JSON, WRONG_NESTING))),
    ("frozen years ago", Acts(Act::Frozen)),
    ("impossible values", Acts(Act::Impossible)),
    ("no temperature", Acts(Act::NoTemperature)),
];

/// One cell of the table.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    upstream: Upstream,
    /// Whether a stale good answer is cached when the fault begins.
    warm: bool,
    /// Whether there is another provider that answers correctly.
    has_next: bool,
}

/// A response, and the outputs that must not contain a key.
#[derive(Debug, PartialEq, Eq)]
struct Response {
    status: u16,
    code: Option<String>,
    provider: Option<String>,
    stale: Option<bool>,
}

impl Upstream {
    /// Whether its answer becomes the last resort.
    fn is_last_resort(self) -> bool {
        matches!(self, Acts(Act::Frozen | Act::Impossible | Act::NoTemperature))
    }
}

impl Case {
    fn expected(self) -> Response {
        let weather = |provider: &str, stale| Response {
            status: 200,
            code: None,
            provider: Some(provider.to_owned()),
            stale: Some(stale),
        };
        match (self.has_next, self.warm) {
            (true, _) => weather("met-norway", false),
            (false, true) => weather("openweathermap", true),
            // If no provider has a better answer, it is served with its own dates.
            (false, false) if self.upstream.is_last_resort() => weather("openweathermap", true),
            (false, false) => {
                let code = Some("upstream-unavailable".to_owned());
                Response { status: 503, code, provider: None, stale: None }
            }
        }
    }

    async fn play(self) -> Result<(), String> {
        let upstream = FaultyUpstream::start(Act::Well).await;
        let next = FaultyUpstream::start(Act::Well).await;
        let url = match self.upstream {
            HasNoAddress => "http://weather.invalid".to_owned(),
            SpeaksNoTls => upstream.url.replace("http:", "https:"),
            Acts(_) | Refuses => upstream.url.clone(),
        };
        let program = ProgramProcess::start(&[
            ("OPENWEATHERMAP_API_KEY", KEY),
            ("OPENWEATHERMAP_URL", &url),
            ("MET_NORWAY_URL", &next.url),
            ("MET_NORWAY_CONTACT", "operator@example.org"),
            ("PROVIDERS", if self.has_next { "openweathermap,met-norway" } else { "openweathermap" }),
            ("UPSTREAM_TIMEOUT", UPSTREAM_TIMEOUT),
            ("FRESH_FOR", if self.warm { "200ms" } else { "10m" }),
        ]);
        let mut outputs = Vec::new();
        if self.warm {
            outputs.push(ask(&program, "/api/weather").await?.1);
        }
        match self.upstream {
            Acts(act) => upstream.turn(act),
            Refuses | HasNoAddress | SpeaksNoTls => drop(upstream),
        }
        for path in ["/api/weather", "/api/forecast"] {
            outputs.push(self.wait_for_expected(&program, path).await?);
        }
        outputs.push(ask(&program, "/api/status").await?.1);
        outputs.push(program.log());
        if outputs.iter().any(|output| output.contains(KEY)) {
            return Err("the key is in the output".to_owned());
        }
        Ok(())
    }

    /// With a cold cache, the first response must be the expected one. With a warm cache, the last good answer may be
    /// served until it is stale. No other response is allowed.
    async fn wait_for_expected(self, program: &ProgramProcess, path: &str) -> Result<String, String> {
        for _ in 0..MAX_REQUESTS {
            let (response, output) = ask(program, path).await?;
            if response == self.expected() {
                return Ok(output);
            }
            if !self.warm || response.status != 200 {
                return Err(format!("{path} got {response:?} instead of {:?}", self.expected()));
            }
            sleep(BETWEEN_QUESTIONS).await;
        }
        Err(format!("{path} never got {:?}", self.expected()))
    }
}

/// Sends a request. Returns the kind of response, and everything that was received.
async fn ask(program: &ProgramProcess, path: &str) -> Result<(Response, String), String> {
    let answer = timeout(HANGS_AFTER, fetch(program.url(path))).await.map_err(|_| format!("{path} hangs"))?;
    let answer = answer.map_err(|error| error.to_string())?;
    let (status, headers) = (answer.status().as_u16(), format!("{:?}", answer.headers()));
    let body = answer.text().await.map_err(|error| error.to_string())?;
    let document: serde_json::Value = serde_json::from_str(&body).map_err(|error| format!("{error}: {body}"))?;
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let response = Response {
        status,
        code: text(&document["code"]),
        provider: text(&document["source"]["provider"]),
        stale: document["stale"].as_bool(),
    };
    Ok((response, headers + &body))
}

#[tokio::test(flavor = "multi_thread")]
async fn no_fault_reaches_a_caller_if_another_answer_exists() {
    let cases = FAULTS.into_iter().flat_map(|(name, upstream)| {
        [(false, false), (false, true), (true, false), (true, true)].map(|(warm, has_next)| Case {
            name,
            upstream,
            warm,
            has_next,
        })
    });
    let possible = cases.filter(|case| !case.warm || !matches!(case.upstream, HasNoAddress | SpeaksNoTls));
    let played = stream::iter(possible).map(|case| async move { (case, case.play().await) });
    let played: Vec<_> = played.buffer_unordered(AT_ONCE).collect().await;
    let failed: Vec<_> = played.iter().filter_map(|(case, result)| Some((case.name, result.as_ref().err()?))).collect();
    assert!(failed.is_empty(), "{} of {}: {failed:#?}", failed.len(), played.len());
}

#[tokio::test]
async fn a_wrong_media_type_is_not_a_fault() {
    let upstream = FaultyUpstream::start(Act::WrongMediaType).await;
    let program = ProgramProcess::start(&[
        ("OPENWEATHERMAP_API_KEY", KEY),
        ("OPENWEATHERMAP_URL", &upstream.url),
        ("UPSTREAM_TIMEOUT", UPSTREAM_TIMEOUT),
    ]);
    let (response, _) = ask(&program, "/api/weather").await.unwrap();
    assert_eq!((response.status, response.stale), (200, Some(false)));
    assert_eq!(upstream.requests(), 2, "one for the current weather and one for the forecast");
}

/// A program whose only provider behaves in this way.
async fn program_with(act: Act) -> (ProgramProcess, FaultyUpstream) {
    let upstream = FaultyUpstream::start(act).await;
    let program = ProgramProcess::start(&[("OPENWEATHERMAP_API_KEY", KEY), ("OPENWEATHERMAP_URL", &upstream.url)]);
    (program, upstream)
}

#[tokio::test]
async fn a_last_resort_has_its_own_dates_and_only_possible_values_and_expires_soon() {
    for act in [Act::Frozen, Act::Impossible, Act::NoTemperature] {
        let (program, _upstream) = program_with(act).await;
        let answer = fetch(program.url("/api/weather")).await.unwrap();
        let control = answer.headers()["cache-control"].to_str().unwrap().to_owned();
        assert!(control.starts_with("public, max-age=5, "), "{act:?}: {control}");
        let weather: serde_json::Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        let current = &weather["current"];
        assert_eq!(weather["stale"], true, "{act:?}");
        assert_eq!(current["temperature"].is_null(), act != Act::Frozen, "{act:?}: {current}");
        assert_eq!(current["humidity"].is_null(), act == Act::Impossible, "{act:?}: {current}");
        assert_eq!(current["time"].as_str().unwrap().starts_with("2020-"), act == Act::Frozen, "{act:?}: {current}");
    }
}

#[tokio::test]
async fn a_hanging_endpoint_does_not_affect_the_other() {
    let (program, _upstream) = program_with(Act::OnlyCurrent).await;
    let ((weather, _), (forecast, _)) =
        tokio::try_join!(ask(&program, "/api/weather"), ask(&program, "/api/forecast")).unwrap();
    assert_eq!((weather.status, weather.provider.as_deref()), (200, Some("openweathermap")));
    assert_eq!(forecast.status, 503);
}
