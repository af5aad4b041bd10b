//! Reports of places and answers of geocoders, as records in the store.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    cache::{CachedPart, CachedReport, ReportQuality},
    packed::PackedForecast,
    policy::ServicePolicy,
};
use crate::{
    clock::Moment,
    provider::GeocodedPlace,
    store::{RecordKey, RecordSubject},
    weather::{Conditions, Coordinates, Source, Sourced},
};

/// How far in the future a record may seem to be. Beyond that, the clock was wrong when it was saved or is wrong now, and
/// its age is unknown.
const CLOCK_TOLERANCE: Duration = Duration::from_mins(1);

/// Ends the JSON of a report, which contains no line break. The packed forecast follows.
const END_OF_JSON: u8 = b'\n';

/// A report without its packed forecast.
#[derive(Serialize, Deserialize)]
struct ReportRecord {
    current: Option<PartRecord<Conditions>>,
    forecast: Option<PartRecord<()>>,
    validator: Option<String>,
}

/// A [`CachedPart`], as it is stored.
#[derive(Serialize, Deserialize)]
struct PartRecord<T> {
    value: T,
    provider: String,
    fetched_at: Timestamp,
    timezone: Option<String>,
    quality: ReportQuality,
    requested_freshness: Duration,
}

/// A geocoder's answer for a name.
#[derive(Serialize, Deserialize)]
struct NameRecord {
    fetched_at: Timestamp,
    places: Vec<GeocodedPlace>,
}

/// The key of the report of a place.
pub fn report_key(at: Coordinates) -> RecordKey {
    RecordKey::new(RecordSubject::Report, at.to_string())
}

/// The key of what this provider adds to the report of a place.
pub fn complement_key(at: Coordinates, provider: &str) -> RecordKey {
    RecordKey::new(RecordSubject::Complement, format!("{provider} {at}"))
}

/// The key of a geocoder's answer for a name.
pub fn name_key(name: &str) -> RecordKey {
    RecordKey::new(RecordSubject::Name, name)
}

/// The contents of a report's record.
pub fn write_report(entry: &CachedReport) -> Vec<u8> {
    let record = ReportRecord {
        current: entry.current.as_ref().map(|part| part_record(part, part.sourced.value.clone())),
        forecast: entry.forecast.as_ref().map(|part| part_record(part, ())),
        validator: entry.validator.clone(),
    };
    // A record of texts and numbers always serializes.
    let mut contents = serde_json::to_vec(&record).unwrap_or_default();
    contents.push(END_OF_JSON);
    contents.extend(entry.forecast.iter().flat_map(|part| part.sourced.value.bytes()));
    contents
}

fn part_record<T, V>(part: &CachedPart<T>, value: V) -> PartRecord<V> {
    let Sourced { value: _, source, fetched_at, timezone } = &*part.sourced;
    let (provider, timezone) = (source.provider.to_owned(), timezone.clone());
    PartRecord {
        value,
        provider,
        fetched_at: *fetched_at,
        timezone,
        quality: part.quality,
        requested_freshness: part.requested_freshness,
    }
}

/// The report in a record, at its current age. Parts that may no longer be served are left out, and those of providers
/// that are no longer configured.
pub fn read_report(contents: &[u8], sources: &[Source], policy: ServicePolicy, now: Moment) -> Option<CachedReport> {
    let end = contents.iter().position(|byte| *byte == END_OF_JSON)?;
    let (json, packed) = (&contents[..end], &contents[end + 1..]);
    let ReportRecord { current, forecast, validator } = serde_json::from_slice(json).ok()?;
    let entry = CachedReport {
        current: current.and_then(|record| part(record, |value| value, sources, policy, now)),
        forecast: forecast
            .and_then(|record| part(record, |()| PackedForecast::from_bytes(packed), sources, policy, now)),
        validator,
    };
    let entry = entry.usable(now);
    (!entry.is_empty()).then_some(entry)
}

fn part<V: DeserializeOwned, T>(
    record: PartRecord<V>,
    value: impl FnOnce(V) -> T,
    sources: &[Source],
    policy: ServicePolicy,
    now: Moment,
) -> Option<CachedPart<T>> {
    let age = age(record.fetched_at, now)?;
    let source = *sources.iter().find(|known| known.provider == record.provider)?;
    let PartRecord { fetched_at, timezone, quality, requested_freshness, .. } = record;
    let report = Sourced { value: value(record.value), source, fetched_at, timezone };
    Some(CachedPart::new(report, quality, requested_freshness, age, policy, now))
}

/// The contents of the record of a geocoder's answer.
pub fn write_name(places: &[GeocodedPlace], fetched_at: Timestamp) -> Vec<u8> {
    serde_json::to_vec(&NameRecord { fetched_at, places: places.to_vec() }).unwrap_or_default()
}

/// The answer in a record, and its age.
pub fn read_name(contents: &[u8], now: Moment) -> Option<(Arc<[GeocodedPlace]>, Duration)> {
    let NameRecord { fetched_at, places } = serde_json::from_slice(contents).ok()?;
    Some((places.into(), age(fetched_at, now)?))
}

/// The age of something; `None` if it is unknown.
fn age(fetched_at: Timestamp, now: Moment) -> Option<Duration> {
    let age = now.wall().duration_since(fetched_at);
    let is_possible = age.unsigned_abs() <= CLOCK_TOLERANCE || age.is_positive();
    is_possible.then(|| Duration::try_from(age).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{byte_cache::CacheBudget, clock::Clock, weather::Temperature};

    /// A report and a name as this version stores them. When the contents change, increment the version of records, so
    /// that older ones are not misread, and update these files.
    const REPORT: &str = include_str!("persistence/report.json");
    const NAME: &str = include_str!("persistence/name.json");

    fn now() -> Moment {
        Clock::from_fn(|| "2025-03-28T12:30:00Z".parse().unwrap()).moment()
    }

    #[test]
    fn this_version_reads_what_it_writes() {
        let source = Source { provider: "met-norway", name: "MET Norway", url: "" };
        let policy = ServicePolicy {
            fresh_for: Duration::from_mins(10),
            stale_for: Duration::from_hours(6),
            upstream_timeout: Duration::ZERO,
            misses_per_minute: 0,
            instances: 1,
            cache_budget: CacheBudget::of(0),
        };
        let entry = read_report(REPORT.as_bytes(), &[source], policy, now()).unwrap();
        let current = entry.current.as_ref().unwrap();
        assert_eq!(current.sourced.value.temperature, Some(Temperature::from_celsius(13.4)));
        assert_eq!(current.sourced.fetched_at, "2025-03-28T12:00:00Z".parse().unwrap());
        assert_eq!(entry.validator.as_deref(), Some("Fri, 28 Mar 2025 11:55:00 GMT"));
        let again = write_report(&entry);
        assert_eq!(String::from_utf8(again).unwrap(), REPORT);
        let (places, age) = read_name(NAME.as_bytes(), now()).unwrap();
        assert_eq!((&*places[0].name, age), ("Oymyakon", Duration::from_mins(30)));
        assert_eq!(write_name(&places, "2025-03-28T12:00:00Z".parse().unwrap()), NAME.as_bytes());
    }
}
