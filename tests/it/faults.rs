//! Every fault of an upstream, with a cold and a warm memory, with and without another provider.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::time::{sleep, timeout};

use super::{
    faulty::{Act, Faulty},
    program::{KEY, Program},
};

/// Short, so that the faults that have to be waited out are.
const UPSTREAM_TIMEOUT: &str = "900ms";

/// Long enough for a busy machine: that there is an answer at all is what is tested here. When exactly it has to come is
/// tested where time is handed in.
const HANGS_AFTER: Duration = Duration::from_secs(20);

/// How often, and with what pause, a warm memory is asked until its answer is past its freshness.
const MOST_QUESTIONS: usize = 200;
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(50);

/// How many programs run at once.
const AT_ONCE: usize = 12;

/// Where the upstream is.
#[derive(Clone, Copy, Debug)]
enum Upstream {
    Acts(Act),
    /// Nobody listens there.
    Refuses,
    /// There is no such host.
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
const FAULTS: [(&str, Upstream); 30] = [
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
];

/// One cell of the table.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    upstream: Upstream,
    /// Whether a good answer is remembered, past its freshness, when the fault begins.
    warm: bool,
    /// Whether another provider is there that answers well.
    has_next: bool,
}

/// What a caller is told, and the outputs in which no key may be.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    status: u16,
    code: Option<String>,
    provider: Option<String>,
    stale: Option<bool>,
}

impl Case {
    fn expected(self) -> Told {
        let weather = |provider: &str, stale| Told {
            status: 200,
            code: None,
            provider: Some(provider.to_owned()),
            stale: Some(stale),
        };
        match (self.has_next, self.warm) {
            (true, _) => weather("met-norway", false),
            (false, true) => weather("openweathermap", true),
            (false, false) => {
                let code = Some("upstream-unavailable".to_owned());
                Told { status: 503, code, provider: None, stale: None }
            }
        }
    }

    async fn play(self) -> Result<(), String> {
        let upstream = Faulty::start(Act::Well).await;
        let next = Faulty::start(Act::Well).await;
        let url = match self.upstream {
            HasNoAddress => "http://weather.invalid".to_owned(),
            SpeaksNoTls => upstream.url.replace("http:", "https:"),
            Acts(_) | Refuses => upstream.url.clone(),
        };
        let program = Program::start(&[
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

    /// A cold memory has to give what is expected at once; a warm one as soon as the last answer is past its freshness,
    /// and until then that answer. Nothing else is ever told.
    async fn wait_for_expected(self, program: &Program, path: &str) -> Result<String, String> {
        for _ in 0..MOST_QUESTIONS {
            let (told, output) = ask(program, path).await?;
            if told == self.expected() {
                return Ok(output);
            }
            if !self.warm || told.status != 200 {
                return Err(format!("{path} told {told:?} instead of {:?}", self.expected()));
            }
            sleep(BETWEEN_QUESTIONS).await;
        }
        Err(format!("{path} never told {:?}", self.expected()))
    }
}

/// Asks, and gives what is told with everything that came over the wire.
async fn ask(program: &Program, path: &str) -> Result<(Told, String), String> {
    let answer = timeout(HANGS_AFTER, reqwest::get(program.url(path))).await.map_err(|_| format!("{path} hangs"))?;
    let answer = answer.map_err(|error| error.to_string())?;
    let (status, headers) = (answer.status().as_u16(), format!("{:?}", answer.headers()));
    let body = answer.text().await.map_err(|error| error.to_string())?;
    let document: serde_json::Value = serde_json::from_str(&body).map_err(|error| format!("{error}: {body}"))?;
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let told = Told {
        status,
        code: text(&document["code"]),
        provider: text(&document["source"]["provider"]),
        stale: document["stale"].as_bool(),
    };
    Ok((told, headers + &body))
}

#[tokio::test(flavor = "multi_thread")]
async fn no_fault_reaches_a_caller_who_can_be_answered_otherwise() {
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
async fn a_wrong_media_type_is_no_fault() {
    let upstream = Faulty::start(Act::WrongMediaType).await;
    let program = Program::start(&[
        ("OPENWEATHERMAP_API_KEY", KEY),
        ("OPENWEATHERMAP_URL", &upstream.url),
        ("UPSTREAM_TIMEOUT", UPSTREAM_TIMEOUT),
    ]);
    let (told, _) = ask(&program, "/api/weather").await.unwrap();
    assert_eq!((told.status, told.stale), (200, Some(false)));
    assert_eq!(upstream.requests(), 2, "the weather now and the weather ahead");
}

#[tokio::test]
async fn a_frozen_endpoint_does_not_take_the_other_with_it() {
    let upstream = Faulty::start(Act::OnlyCurrent).await;
    let program = Program::start(&[("OPENWEATHERMAP_API_KEY", KEY), ("OPENWEATHERMAP_URL", &upstream.url)]);
    let ((weather, _), (forecast, _)) =
        tokio::try_join!(ask(&program, "/api/weather"), ask(&program, "/api/forecast")).unwrap();
    assert_eq!((weather.status, weather.provider.as_deref()), (200, Some("openweathermap")));
    assert_eq!(forecast.status, 503);
}
