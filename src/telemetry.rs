//! The log: for people on a terminal, JSON elsewhere.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::{Layer, filter::Targets, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{LogFormat, Settings};

/// Installs the subscriber of the process, which writes to standard error.
///
/// # Errors
/// An invalid filter, or a subscriber that is already installed; the text says which.
pub fn install(settings: &Settings) -> Result<(), String> {
    let filter: Targets = settings.log.parse().map_err(|error| format!("LOG: {error}."))?;
    let by_default = if stderr().is_terminal() { LogFormat::Pretty } else { LogFormat::Json };
    let layer = match settings.log_format.unwrap_or(by_default) {
        LogFormat::Pretty => fmt::layer().with_writer(stderr).with_ansi(stderr().is_terminal()).boxed(),
        LogFormat::Json => fmt::layer().with_writer(stderr).json().flatten_event(true).with_span_list(false).boxed(),
    };
    tracing_subscriber::registry().with(layer.with_filter(filter)).try_init().map_err(|error| error.to_string())
}
