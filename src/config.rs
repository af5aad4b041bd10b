//! Every setting, with its meaning, unit and default.
//!
//! Nothing else reads the environment, except the HTTP client, which takes its proxy from the usual variables.

use std::{
    ffi::{OsStr, OsString},
    net::SocketAddr,
    path::PathBuf,
    time::Duration,
};

use clap::{
    Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum,
    error::{ContextKind, ErrorKind},
};

use crate::{secret::Secret, store::ValkeyEngine};

mod values;

use values::{
    address, at_least_one, at_least_two, base_url, contact, count, duration, duration_above_zero, log_filter, size,
};

/// The exit code for a setting that cannot be used (`EX_USAGE` of sysexits.h).
pub const EXIT_USAGE: u8 = 64;

const SECRETS: &str = "\
Secrets, read from the environment only and never shown:
  OPENWEATHERMAP_API_KEY  key of your OpenWeatherMap account [default: unset]
  OPEN_METEO_API_KEY      key of your Open-Meteo subscription; with it, the paid hosts
                          are used instead of the free ones [default: unset]
  API_KEYS                comma-separated keys, one of which clients of other services
                          then have to send [default: unset, any key is accepted]
  VALKEY_URL              server or cluster of Valkey or Redis that instances share, such as
                          valkeys://user:password@cache.example.org:6379; not together with
                          DATA_DIR [default: unset]

HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY apply to requests to providers, as usual.

An invalid value ends the program with exit code 64 and one sentence that names the variable.";

/// A weather service: JSON API, OpenAPI with Swagger UI, and a web page, in one program.
#[derive(Debug, Parser)]
#[command(name = "weather-app", bin_name = "weather-app", version, after_help = SECRETS, after_long_help = SECRETS)]
pub struct CommandLine {
    /// The command; [`Command::Serve`] if none is given.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The settings.
    #[command(flatten)]
    pub settings: Settings,
}

/// What the program does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Serve page, API and docs
    #[default]
    Serve,
    /// Print the OpenAPI document as YAML
    Openapi,
    /// Request /health on the configured port; exit 0 if it answers 200, else 1
    Healthcheck,
}

/// The settings, each an environment variable and a flag of the same name.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Settings")]
pub struct Settings {
    /// Address of page, API, docs and /health
    #[arg(long, env, global = true, default_value = "0.0.0.0:5000", value_parser = address)]
    pub listen: SocketAddr,

    /// Address of /metrics in Prometheus' text format, separate from the public one [default: unset, off]
    #[arg(long, env, global = true, value_parser = address)]
    pub metrics_listen: Option<SocketAddr>,

    /// Place shown if a request names none
    #[arg(long, env, global = true, default_value = "London")]
    pub default_city: String,

    /// Providers in the order in which they are asked, comma-separated [default: openweathermap if its key is set, then
    /// met-norway if its contact is set; if neither is set, open-meteo, then sample]
    #[arg(long, env, global = true, value_delimiter = ',', value_parser = provider)]
    pub providers: Vec<ProviderName>,

    #[arg(skip)]
    openweathermap_api_key: Option<Secret>,

    /// Base URL of OpenWeatherMap; paths are appended
    #[arg(long, env, global = true, default_value = "https://api.openweathermap.org", value_parser = base_url)]
    pub openweathermap_url: String,

    /// E-mail address or URL of the operator of this service; MET Norway requires it in the User-Agent [default: unset]
    #[arg(long, env, global = true, value_parser = contact)]
    pub met_norway_contact: Option<String>,

    /// Base URL of MET Norway; paths are appended
    #[arg(long, env, global = true, default_value = "https://api.met.no", value_parser = base_url)]
    pub met_norway_url: String,

    /// Base URL of Open-Meteo; paths are appended (the free host is for non-commercial use; with a key, the paid host
    /// is used instead)
    #[arg(long, env, global = true, default_value = "https://api.open-meteo.com", value_parser = base_url)]
    pub open_meteo_url: String,

    /// Base URL of Open-Meteo's geocoder; paths are appended (with a key, the paid host is used instead of the free one)
    #[arg(long, env, global = true, default_value = "https://geocoding-api.open-meteo.com", value_parser = base_url)]
    pub open_meteo_geocoding_url: String,

    #[arg(skip)]
    open_meteo_api_key: Option<Secret>,

    #[arg(skip)]
    api_keys: Option<Secret>,

    #[arg(skip)]
    valkey_url: Option<Secret>,

    /// Age up to which an answer is served without asking again (500ms, 2s, 10m, 6h)
    #[arg(long, env, global = true, default_value = "10m", value_parser = duration)]
    pub fresh_for: Duration,

    /// Age up to which the last answer is served when no provider can give a newer one; at least `FRESH_FOR`
    #[arg(long, env, global = true, default_value = "6h", value_parser = duration)]
    pub stale_for: Duration,

    /// Folder for data that survives a restart: reports, geocoders' answers, and when providers may be asked again;
    /// takes 256 MiB at most [default: unset, nothing is kept]
    #[arg(long, env, global = true)]
    pub data_dir: Option<PathBuf>,

    /// Maximum memory for cached answers, in addition to what the program itself uses (64MB, 64MiB, 100000000 bytes)
    #[arg(long, env, global = true, default_value = "80MB", value_parser = size)]
    pub cache_size: u64,

    /// Maximum time that a request for a place that is not cached may spend on providers, including fail-over: the next
    /// provider is asked when one fails or has not answered within a third of the time left
    #[arg(long, env, global = true, default_value = "4s", value_parser = duration_above_zero)]
    pub upstream_timeout: Duration,

    /// Maximum requests per minute to OpenWeatherMap, from this process or from all that share `VALKEY_URL`; at least 2,
    /// because a new place takes two
    #[arg(long, env, global = true, default_value = "55", value_parser = at_least_two)]
    pub openweathermap_per_minute: u32,

    /// Number of instances that share the limits in MET Norway's and Open-Meteo's terms; each uses its share. With
    /// `VALKEY_URL` limits are not divided; then it is the number to assume while the server has never been reached
    #[arg(long, env, global = true, default_value = "1", value_parser = at_least_one)]
    pub instances: u32,

    /// Maximum upstream fetches per minute that one client address may cause; 0 is no limit
    #[arg(long, env, global = true, default_value = "30", value_parser = count)]
    pub misses_per_minute: u32,

    /// Number of proxies in front that append to X-Forwarded-For (1 behind a load balancer)
    #[arg(long, env, global = true, default_value = "0", value_parser = count)]
    pub trusted_proxies: u32,

    /// After SIGTERM, SIGINT or SIGHUP: how long to keep accepting and serving, closing each connection after its response
    #[arg(long, env, global = true, default_value = "5s", value_parser = duration)]
    pub drain_delay: Duration,

    /// After that: how long open requests may take to finish, without new connections
    #[arg(long, env, global = true, default_value = "20s", value_parser = duration)]
    pub drain_timeout: Duration,

    /// Format of the log lines on standard error [default: pretty on a terminal, else json]
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

/// A provider with the settings that it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the modules")]
pub enum ProviderSettings {
    OpenWeatherMap { key: Secret },
    MetNorway { contact: String },
    OpenMeteo { url: String, geocoding_url: String, key: Option<Secret> },
    Sample,
}

/// The format of the log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object on each line.
    Json,
}

/// Why the program ends before it starts: its help was requested, or the arguments are invalid.
#[derive(Debug)]
pub enum CliExit {
    /// `--help` or `--version`: the text for standard output.
    Help(String),
    /// One sentence for standard error.
    Usage(String),
}

impl CommandLine {
    /// Reads the arguments and the environment.
    ///
    /// # Errors
    /// An invalid value, or a request for help.
    pub fn parse_all() -> Result<Self, CliExit> {
        // An empty variable counts as unset, such as `KEY=` in an env file.
        let is_blank = |name: &OsStr| std::env::var(name).is_ok_and(|value| value.trim().is_empty());
        let command = Self::command().mut_args(|arg| {
            let arg = arg.hide_env_values(true);
            if arg.get_env().is_some_and(is_blank) { arg.env(None::<&str>) } else { arg }
        });
        Self::parse(command, std::env::args_os(), variable)
    }

    /// Reads these arguments, the program's name first, and these secrets instead of the environment. For tests, and for
    /// running the program inside another one.
    ///
    /// # Errors
    /// An invalid value, or a request for help.
    pub fn parse_from<T: Into<OsString> + Clone>(
        arguments: impl IntoIterator<Item = T>,
        secrets: &[(&str, &str)],
    ) -> Result<Self, CliExit> {
        let secret =
            |wanted: &str| secrets.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned());
        Self::parse(Self::command().mut_args(|arg| arg.env(None::<&str>)), arguments, secret)
    }

    fn parse<T: Into<OsString> + Clone>(
        command: clap::Command,
        arguments: impl IntoIterator<Item = T>,
        secret: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, CliExit> {
        let matches = command.try_get_matches_from(arguments).map_err(|error| CliExit::from(&error))?;
        let mut line = Self::from_arg_matches(&matches).map_err(|error| CliExit::from(&error))?;
        line.settings.openweathermap_api_key = secret("OPENWEATHERMAP_API_KEY").map(Secret::new);
        line.settings.open_meteo_api_key = secret("OPEN_METEO_API_KEY").map(Secret::new);
        line.settings.api_keys = secret("API_KEYS").map(Secret::new);
        line.settings.valkey_url = secret("VALKEY_URL").map(Secret::new);
        line.settings.check().map_err(CliExit::Usage)?;
        Ok(line)
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

impl Settings {
    /// The providers to ask, in order, each with the settings that it needs.
    ///
    /// # Errors
    /// A provider that is named twice or lacks a setting, in one sentence.
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

    /// The keys that clients of other services have to send; empty if any key is accepted.
    #[must_use]
    pub fn api_keys(&self) -> Vec<Secret> {
        let keys = self.api_keys.iter().flat_map(|keys| keys.expose().split(','));
        keys.map(str::trim).filter(|key| !key.is_empty()).map(|key| Secret::new(key.to_owned())).collect()
    }

    /// The engine of the server that instances share, if one is set.
    ///
    /// # Errors
    /// A URL that cannot be used, in one sentence.
    pub fn valkey_engine(&self) -> Result<Option<ValkeyEngine>, String> {
        let engine = self.valkey_url.as_ref().map(ValkeyEngine::new).transpose();
        engine.map_err(|expected| format!("VALKEY_URL: expected {expected}."))
    }

    /// Checks settings that depend on each other.
    fn check(&self) -> Result<(), String> {
        if self.valkey_engine()?.is_some() && self.data_dir.is_some() {
            return Err("VALKEY_URL: expected without DATA_DIR, as one store is used.".to_owned());
        }
        if self.api_keys.is_some() && self.api_keys().is_empty() {
            return Err("API_KEYS: expected comma-separated keys.".to_owned());
        }
        let [fresh, stale] = [self.fresh_for, self.stale_for].map(humantime::format_duration);
        if self.stale_for < self.fresh_for {
            return Err(format!("STALE_FOR: expected at least FRESH_FOR, which is {fresh}, got {stale}."));
        }
        Ok(())
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
            ProviderName::OpenMeteo => {
                let key = self.open_meteo_api_key.clone();
                let [url, geocoding_url] = [&self.open_meteo_url, &self.open_meteo_geocoding_url]
                    .map(|url| if key.is_some() { on_paid_host(url) } else { url.clone() });
                Ok(ProviderSettings::OpenMeteo { url, geocoding_url, key })
            }
            ProviderName::Sample => Ok(ProviderSettings::Sample),
        }
    }
}

impl From<&clap::Error> for CliExit {
    fn from(error: &clap::Error) -> Self {
        if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
            return Self::Help(error.to_string());
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

fn provider(text: &str) -> Result<ProviderName, &'static str> {
    let expected = "a comma-separated list of openweathermap, met-norway, open-meteo, sample";
    ProviderName::from_str(text.trim(), false).map_err(|_| expected)
}

fn log_format(text: &str) -> Result<LogFormat, &'static str> {
    LogFormat::from_str(text, false).map_err(|_| "pretty or json")
}

/// The URL on Open-Meteo's paid host if it is on one of the free hosts, to which a key must not be sent. The name of
/// each paid host is that of the free one with the prefix `customer-` (<https://open-meteo.com/en/pricing>).
fn on_paid_host(url: &str) -> String {
    let uri: http::Uri = url.parse().unwrap_or_default();
    let host = uri.host().unwrap_or_default();
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    let is_free = name.ends_with("api.open-meteo.com") && !name.starts_with("customer-");
    if is_free { url.replacen(host, &format!("customer-{name}"), 1) } else { url.to_owned() }
}
