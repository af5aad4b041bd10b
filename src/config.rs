//! Every setting, with its meaning, unit and default. Nothing else reads the environment.

use std::{
    ffi::{OsStr, OsString},
    net::SocketAddr,
    ops::RangeInclusive,
    time::Duration,
};

use clap::{
    Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum,
    error::{ContextKind, ErrorKind},
};

use crate::secret::Secret;

/// The exit code for a setting that cannot be used (`EX_USAGE` of sysexits.h).
pub const EXIT_USAGE: u8 = 64;

/// No setting needs more; what is much longer overflows the clock.
const LONGEST: Duration = Duration::from_hours(366 * 24);

const SECRETS: &str = "\
Secrets, taken from the environment only and never shown:
  OPENWEATHERMAP_API_KEY  key of your OpenWeatherMap account [default: unset]
  OPEN_METEO_API_KEY      key for Open-Meteo's paid hosts [default: unset]

A bad value ends the program with exit code 64 and one sentence that names the variable.";

/// The weather: JSON API, OpenAPI with Swagger UI, and a page, from one program.
#[derive(Debug, Parser)]
#[command(name = "weather-app", bin_name = "weather-app", version, after_help = SECRETS, after_long_help = SECRETS)]
pub struct CommandLine {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to do it.
    #[command(flatten)]
    pub settings: Settings,
}

/// What the program can do; `serve` where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Serve page, API and docs
    #[default]
    Serve,
    /// Print the OpenAPI document as YAML
    Openapi,
    /// Ask /health on the configured port; exit 0 when it answers 200, else 1
    Healthcheck,
}

/// The settings, each an environment variable and a flag of the same name.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Settings")]
pub struct Settings {
    /// Address of page, API, docs and /health
    #[arg(long, env, global = true, default_value = "0.0.0.0:5000", value_parser = address)]
    pub listen: SocketAddr,

    /// Address of /metrics in Prometheus' text format, apart from the public one [default: unset, off]
    #[arg(long, env, global = true, value_parser = address)]
    pub metrics_listen: Option<SocketAddr>,

    /// Place shown when a request names none
    #[arg(long, env, global = true, default_value = "London")]
    pub default_city: String,

    /// Providers in the order in which they are asked, comma-separated [default: openweathermap if its key is set, then
    /// met-norway if its contact is set; if neither is, open-meteo, then sample]
    #[arg(long, env, global = true, value_delimiter = ',', value_parser = provider)]
    pub providers: Vec<ProviderName>,

    #[arg(skip)]
    openweathermap_api_key: Option<Secret>,

    /// Base URL of OpenWeatherMap; paths are appended
    #[arg(long, env, global = true, default_value = "https://api.openweathermap.org", value_parser = base_url)]
    pub openweathermap_url: String,

    /// E-mail address or URL of whoever runs this service; MET Norway requires it in the User-Agent [default: unset]
    #[arg(long, env, global = true, value_parser = contact)]
    pub met_norway_contact: Option<String>,

    /// Base URL of MET Norway; paths are appended
    #[arg(long, env, global = true, default_value = "https://api.met.no", value_parser = base_url)]
    pub met_norway_url: String,

    /// Base URL of Open-Meteo; paths are appended (the free host is for non-commercial use)
    #[arg(long, env, global = true, default_value = "https://api.open-meteo.com", value_parser = base_url)]
    pub open_meteo_url: String,

    /// Base URL of Open-Meteo's geocoder; paths are appended
    #[arg(long, env, global = true, default_value = "https://geocoding-api.open-meteo.com", value_parser = base_url)]
    pub open_meteo_geocoding_url: String,

    #[arg(skip)]
    open_meteo_api_key: Option<Secret>,

    /// Age up to which an answer is served without asking again (500ms, 2s, 10m, 6h)
    #[arg(long, env, global = true, default_value = "10m", value_parser = duration)]
    pub fresh_for: Duration,

    /// Age up to which the last answer is served when no provider can give a newer one
    #[arg(long, env, global = true, default_value = "6h", value_parser = duration)]
    pub stale_for: Duration,

    /// Most memory that is kept for answers, beside what the program itself takes (64MB, 64MiB, 100000000 bytes)
    #[arg(long, env, global = true, default_value = "80MB", value_parser = size)]
    pub cache_size: u64,

    /// All the time that a miss may spend upstream, fail-over included
    #[arg(long, env, global = true, default_value = "4s", value_parser = duration_above_zero)]
    pub upstream_timeout: Duration,

    /// Most requests a minute that this process sends to OpenWeatherMap
    #[arg(long, env, global = true, default_value = "55", value_parser = at_least_one)]
    pub openweathermap_per_minute: u32,

    /// Most upstream fetches a minute that one client address may cause; 0 is no limit
    #[arg(long, env, global = true, default_value = "30", value_parser = count)]
    pub misses_per_minute: u32,

    /// How many proxies in front append to X-Forwarded-For (1 behind a load balancer)
    #[arg(long, env, global = true, default_value = "0", value_parser = count)]
    pub trusted_proxies: u32,

    /// After SIGTERM: how long it still accepts and serves, closing each connection after its answer
    #[arg(long, env, global = true, default_value = "5s", value_parser = duration)]
    pub drain_delay: Duration,

    /// After that: how long open requests may take to finish, with no new connections
    #[arg(long, env, global = true, default_value = "20s", value_parser = duration)]
    pub drain_timeout: Duration,

    /// Form of the log lines on standard error [default: pretty on a terminal, else json]
    #[arg(long, env, global = true, value_parser = log_format)]
    pub log_format: Option<LogFormat>,

    /// Which log lines are written, as a tracing filter (`warn`, or `info,weather_app::service=debug`)
    #[arg(long, env, global = true, default_value = "info", value_parser = log_filter)]
    pub log: String,
}

/// A provider's name in `PROVIDERS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "the names are those of the modules")]
pub enum ProviderName {
    #[value(name = "openweathermap")]
    OpenWeatherMap,
    MetNorway,
    OpenMeteo,
    Sample,
}

/// A source of weather with all that it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the modules")]
pub enum ProviderSettings {
    OpenWeatherMap { key: Secret },
    MetNorway { contact: String },
    OpenMeteo { key: Option<Secret> },
    Sample,
}

/// The form of the log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object on each line.
    Json,
}

/// Why the command line cannot be followed, or what it asked to be told.
#[derive(Debug)]
pub enum Refusal {
    /// `--help` or `--version`: the text for standard output.
    Asked(String),
    /// One sentence for standard error.
    Usage(String),
}

impl CommandLine {
    /// Reads the arguments and the environment.
    ///
    /// # Errors
    /// A bad value, or a question for help.
    pub fn parse_all() -> Result<Self, Refusal> {
        // An empty variable counts as unset: that is what a blank line in an env file means.
        let is_blank = |name: &OsStr| std::env::var(name).is_ok_and(|value| value.trim().is_empty());
        let command = Self::command().mut_args(|arg| {
            let arg = arg.hide_env_values(true);
            if arg.get_env().is_some_and(is_blank) { arg.env(None::<&str>) } else { arg }
        });
        Self::parse(command, std::env::args_os(), variable)
    }

    /// Reads these arguments, the program's name first, and these secrets instead of the environment: for tests, and
    /// for running the program inside another one.
    ///
    /// # Errors
    /// A bad value, or a question for help.
    pub fn parse_from<T: Into<OsString> + Clone>(
        arguments: impl IntoIterator<Item = T>,
        secrets: &[(&str, &str)],
    ) -> Result<Self, Refusal> {
        let secret =
            |wanted: &str| secrets.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned());
        Self::parse(Self::command().mut_args(|arg| arg.env(None::<&str>)), arguments, secret)
    }

    fn parse<T: Into<OsString> + Clone>(
        command: clap::Command,
        arguments: impl IntoIterator<Item = T>,
        secret: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Refusal> {
        let matches = command.try_get_matches_from(arguments).map_err(|error| Refusal::from(&error))?;
        let mut line = Self::from_arg_matches(&matches).map_err(|error| Refusal::from(&error))?;
        line.settings.openweathermap_api_key = secret("OPENWEATHERMAP_API_KEY").map(Secret::new);
        line.settings.open_meteo_api_key = secret("OPEN_METEO_API_KEY").map(Secret::new);
        Ok(line)
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

impl Settings {
    /// The providers to ask, in order, each with what it needs.
    ///
    /// # Errors
    /// A provider that is named twice or lacks what it needs, in one sentence.
    pub fn provider_settings(&self) -> Result<Vec<ProviderSettings>, String> {
        use ProviderName::{MetNorway, OpenMeteo, OpenWeatherMap, Sample};
        let names = if self.providers.is_empty() {
            let configured = [
                self.openweathermap_api_key.as_ref().map(|_| OpenWeatherMap),
                self.met_norway_contact.as_ref().map(|_| MetNorway),
            ];
            let configured: Vec<_> = configured.into_iter().flatten().collect();
            if configured.is_empty() { vec![OpenMeteo, Sample] } else { configured }
        } else {
            self.providers.clone()
        };
        if names.iter().enumerate().any(|(n, name)| names[..n].contains(name)) {
            return Err("PROVIDERS: expected each provider once.".to_owned());
        }
        names.into_iter().map(|name| self.provider(name)).collect()
    }

    fn provider(&self, name: ProviderName) -> Result<ProviderSettings, String> {
        match name {
            ProviderName::OpenWeatherMap => {
                let missing = "PROVIDERS: openweathermap needs a key in OPENWEATHERMAP_API_KEY.";
                let key = self.openweathermap_api_key.clone().ok_or(missing)?;
                Ok(ProviderSettings::OpenWeatherMap { key })
            }
            ProviderName::MetNorway => {
                let missing = "PROVIDERS: met-norway needs your e-mail address or URL in MET_NORWAY_CONTACT.";
                let contact = self.met_norway_contact.clone().ok_or(missing)?;
                Ok(ProviderSettings::MetNorway { contact })
            }
            ProviderName::OpenMeteo => Ok(ProviderSettings::OpenMeteo { key: self.open_meteo_api_key.clone() }),
            ProviderName::Sample => Ok(ProviderSettings::Sample),
        }
    }
}

impl From<&clap::Error> for Refusal {
    fn from(error: &clap::Error) -> Self {
        if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
            return Self::Asked(error.to_string());
        }
        let context = |kind| error.get(kind).map(ToString::to_string);
        let Some(argument) = context(ContextKind::InvalidArg) else {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
            return Self::Usage(format!("{first}; try --help."));
        };
        let flag = argument.split_whitespace().next().unwrap_or_default();
        let variable = flag.trim_start_matches('-').replace('-', "_").to_uppercase();
        let value = context(ContextKind::InvalidValue).unwrap_or_default();
        Self::Usage(match std::error::Error::source(error) {
            // A URL can hold a password or a key.
            Some(expected) if variable.ends_with("_URL") => format!("{variable}: expected {expected}."),
            Some(expected) => format!("{variable}: expected {expected}, got {value:?}."),
            None if error.kind() == ErrorKind::UnknownArgument => format!("There is no {argument}; try --help."),
            None => format!("{variable}: expected a value; try --help."),
        })
    }
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "an IP address and a port such as 0.0.0.0:5000")
}

fn provider(text: &str) -> Result<ProviderName, &'static str> {
    let expected = "a comma-separated list of openweathermap, met-norway, open-meteo, sample";
    ProviderName::from_str(text.trim(), false).map_err(|_| expected)
}

fn base_url(text: &str) -> Result<String, &'static str> {
    let expected = "an http or https URL such as https://api.example.org";
    let url: http::Uri = text.parse().map_err(|_| expected)?;
    let is_http = matches!(url.scheme_str(), Some("http" | "https"));
    if is_http && url.host().is_some() && url.query().is_none() { Ok(text.to_owned()) } else { Err(expected) }
}

fn contact(text: &str) -> Result<String, &'static str> {
    let reachable = text.contains('@') || text.contains("://");
    let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
    if reachable && printable { Ok(text.to_owned()) } else { Err("an e-mail address or a URL") }
}

fn duration(text: &str) -> Result<Duration, &'static str> {
    let duration = humantime::parse_duration(text).ok().filter(|duration| *duration <= LONGEST);
    duration.ok_or("a duration such as 500ms, 2s, 10m or 6h, a year at most")
}

fn duration_above_zero(text: &str) -> Result<Duration, &'static str> {
    duration(text).ok().filter(|duration| !duration.is_zero()).ok_or("a duration above zero such as 4s")
}

/// From a megabyte, which holds a hundred places, to a terabyte.
fn size(text: &str) -> Result<u64, &'static str> {
    const SIZES: RangeInclusive<u64> = 1_000_000..=1_000_000_000_000;
    const UNITS: [(&str, u64); 6] =
        [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000)];
    let with_unit = UNITS.iter().find_map(|(unit, bytes)| Some((text.strip_suffix(unit)?, *bytes)));
    let (number, unit) = with_unit.unwrap_or((text, 1));
    let bytes = number.trim_end().parse().ok().and_then(|number: u64| number.checked_mul(unit));
    bytes.filter(|bytes| SIZES.contains(bytes)).ok_or("a size such as 64MB, 64MiB or 100000000, from 1MB to 1000GB")
}

fn count(text: &str) -> Result<u32, &'static str> {
    text.parse().map_err(|_| "a whole number, 0 or more")
}

fn at_least_one(text: &str) -> Result<u32, &'static str> {
    count(text).ok().filter(|count| *count > 0).ok_or("a whole number, 1 or more")
}

fn log_format(text: &str) -> Result<LogFormat, &'static str> {
    LogFormat::from_str(text, false).map_err(|_| "pretty or json")
}

fn log_filter(text: &str) -> Result<String, &'static str> {
    let expected = "a tracing filter such as warn or info,weather_app=debug";
    text.parse::<tracing_subscriber::filter::Targets>().map_err(|_| expected)?;
    Ok(text.to_owned())
}
