//! Parses values of settings. The error of each parser is what it expects.

use std::{net::SocketAddr, ops::RangeInclusive, time::Duration};

/// The longest duration of a setting. No setting needs more, and much more would overflow the clock.
const MAX_DURATION: Duration = Duration::from_hours(366 * 24);

pub(super) fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "an IP address and a port such as 0.0.0.0:5000")
}

pub(super) fn base_url(text: &str) -> Result<String, &'static str> {
    let expected = "an http or https URL such as https://api.example.org";
    let url: http::Uri = text.parse().map_err(|_| expected)?;
    let is_http = matches!(url.scheme_str(), Some("http" | "https"));
    if is_http && url.host().is_some() && url.query().is_none() { Ok(text.to_owned()) } else { Err(expected) }
}

pub(super) fn contact(text: &str) -> Result<String, &'static str> {
    let reachable = text.contains('@') || text.contains("://");
    let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
    if reachable && printable { Ok(text.to_owned()) } else { Err("an e-mail address or a URL") }
}

pub(super) fn duration(text: &str) -> Result<Duration, &'static str> {
    // humantime reads `M` as months, but an operator who writes it means minutes.
    let unambiguous = Some(text).filter(|text| !text.contains('M'));
    let duration = unambiguous.and_then(|text| humantime::parse_duration(text).ok());
    duration
        .filter(|duration| *duration <= MAX_DURATION)
        .ok_or("a duration such as 500ms, 2s, 10m or 6h, a year at most")
}

pub(super) fn duration_above_zero(text: &str) -> Result<Duration, &'static str> {
    duration(text).ok().filter(|duration| !duration.is_zero()).ok_or("a duration above zero such as 4s")
}

/// A size from a megabyte, which holds a hundred places, to a terabyte.
pub(super) fn size(text: &str) -> Result<u64, &'static str> {
    const SIZES: RangeInclusive<u64> = 1_000_000..=1_000_000_000_000;
    const UNITS: [(&str, u64); 6] =
        [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000)];
    let with_unit = UNITS.iter().find_map(|(unit, bytes)| Some((text.strip_suffix(unit)?, *bytes)));
    let (number, unit) = with_unit.unwrap_or((text, 1));
    let bytes = number.trim_end().parse().ok().and_then(|number: u64| number.checked_mul(unit));
    bytes.filter(|bytes| SIZES.contains(bytes)).ok_or("a size such as 64MB, 64MiB or 100000000, from 1MB to 1000GB")
}

pub(super) fn count(text: &str) -> Result<u32, &'static str> {
    text.parse().map_err(|_| "a whole number, 0 or more")
}

pub(super) fn at_least_one(text: &str) -> Result<u32, &'static str> {
    count(text).ok().filter(|count| *count > 0).ok_or("a whole number, 1 or more")
}

pub(super) fn at_least_two(text: &str) -> Result<u32, &'static str> {
    count(text).ok().filter(|count| *count >= 2).ok_or("a whole number, 2 or more: a new place takes two requests")
}

pub(super) fn log_filter(text: &str) -> Result<String, &'static str> {
    let expected = "a tracing filter such as warn or info,weather_app=debug";
    text.parse::<tracing_subscriber::filter::Targets>().map_err(|_| expected)?;
    Ok(text.to_owned())
}
