//! Shared by the providers' tests: the recorded answers, and ways to damage them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::Value;

use super::{
    error::ProviderError,
    interface::{FetchedReport, GeocodedPlace},
    met_norway, openweathermap,
};
use crate::weather::{Condition, Conditions, Direction, Forecast, Length, Percentage, Pressure, Speed, Temperature};

/// How many items at each end of a recorded list are damaged one by one; the structure of items differs only there.
const ITEMS_AT_EACH_END: usize = 2;

/// All values as text, by name, such as `step 2025-03-20T21:00:00Z humidity`: `63`.
pub(super) type Facts = BTreeMap<String, String>;

/// A recorded answer's bytes, by its path below `tests/fixtures`.
pub(super) fn recording(path: &str) -> Vec<u8> {
    let path = fixtures().join(path);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The document in a recording that also contains headers, or the recording itself.
pub(super) fn document(path: &str) -> Value {
    let mut recording: Value = serde_json::from_slice(&recording(path)).unwrap();
    if recording.get("data").is_some() { recording["data"].take() } else { recording }
}

/// A recorded answer of MET Norway, by its path below `tests/fixtures`, as read at the time `now`.
pub(crate) fn met_norway(path: &str, now: Timestamp) -> FetchedReport {
    met_norway::read(&serde_json::to_vec(&document(path)).unwrap(), now).unwrap()
}

/// A recorded forecast of OpenWeatherMap, by its path below `tests/fixtures`.
pub(crate) fn openweathermap_forecast(path: &str) -> Forecast {
    openweathermap::read_forecast(&serde_json::to_vec(&document(path)).unwrap()).unwrap()
}

/// Fails unless these are all the files of a folder below `tests/fixtures`.
pub(super) fn assert_all_files_tested<'a>(folder: &str, tested: impl IntoIterator<Item = &'a str>) {
    let entries = fs::read_dir(fixtures().join(folder)).unwrap();
    let mut there: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let mut tested: Vec<_> = tested.into_iter().map(str::to_owned).collect();
    there.sort();
    tested.sort();
    assert_eq!(there, tested, "the files of {folder} and those that are tested");
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// Asserts equality, except for rounding in conversions.
#[track_caller]
pub(super) fn assert_near(actual: Option<f64>, expected: Option<f64>, what: &str) {
    let near = match (actual, expected) {
        (Some(actual), Some(expected)) => (actual - expected).abs() < 1e-6,
        (None, None) => true,
        _ => false,
    };
    assert!(near, "{what}: {actual:?} instead of {expected:?}");
}

/// All values of an answer.
pub(super) fn facts(fetched: &FetchedReport) -> Facts {
    let mut facts = Facts::new();
    if let Ok(current) = &fetched.current {
        add_conditions(&mut facts, "current", current);
    }
    if let Ok(forecast) = &fetched.forecast {
        add_forecast(&mut facts, forecast);
    }
    facts
}

/// All values of a geocoder's answer.
pub(super) fn places(located: &[GeocodedPlace]) -> Facts {
    let mut facts = Facts::new();
    for place in located {
        let name = format!("place {} {}", place.coordinates, place.name);
        let texts = [("region", &place.region), ("country", &place.country), ("timezone", &place.timezone)];
        for (key, text) in texts {
            facts.extend(text.as_ref().map(|text| (format!("{name} {key}"), text.clone())));
        }
        facts.insert(name, String::new());
    }
    facts
}

fn add_conditions(facts: &mut Facts, name: &str, conditions: &Conditions) {
    let mut add = |key: &str, value: Option<String>| {
        facts.extend(value.map(|value| (format!("{name} {key}"), value)));
    };
    let condition = Some(conditions.condition).filter(|condition| *condition != Condition::Unknown);
    add("condition", condition.map(|condition| format!("{condition:?}")));
    add("description", conditions.description.clone());
    let numbers = [
        ("temperature", conditions.temperature.map(Temperature::celsius)),
        ("feels_like", conditions.feels_like.map(Temperature::celsius)),
        ("dew_point", conditions.dew_point.map(Temperature::celsius)),
        ("humidity", conditions.humidity.map(Percentage::percent)),
        ("pressure", conditions.pressure.map(Pressure::hectopascals)),
        ("cloud_cover", conditions.cloud_cover.map(Percentage::percent)),
        ("visibility", conditions.visibility.map(Length::metres)),
        ("wind_speed", conditions.wind_speed.map(Speed::metres_per_second)),
        ("wind_gust", conditions.wind_gust.map(Speed::metres_per_second)),
        ("wind_direction", conditions.wind_direction.map(Direction::degrees)),
        ("precipitation", conditions.precipitation.map(Length::millimetres)),
        ("uv_index", conditions.uv_index),
    ];
    for (key, value) in numbers {
        add(key, value.map(number));
    }
}

fn add_forecast(facts: &mut Facts, forecast: &Forecast) {
    for step in &forecast.steps {
        let name = format!("step {}", step.time());
        add_conditions(facts, &name, &step.conditions);
        let numbers = [
            ("probability", step.precipitation_probability.map(Percentage::percent)),
            ("temperature_min", step.temperature_min.map(Temperature::celsius)),
            ("temperature_max", step.temperature_max.map(Temperature::celsius)),
        ];
        for (key, value) in numbers {
            facts.extend(value.map(|value| (format!("{name} {key}"), number(value))));
        }
    }
}

/// A number rounded to a millionth, below which there is only rounding error.
fn number(value: f64) -> String {
    assert!(value.is_finite(), "{value}");
    format!("{:.6}", value + 0.0)
}

/// Ways to damage one field of a document.
#[derive(Clone, Copy, Debug)]
enum Damage {
    Removed,
    Null,
    /// `""`, `[]` or `{}`, by the type of the field; a number is removed instead.
    Empty,
}

const DAMAGES: [Damage; 3] = [Damage::Removed, Damage::Null, Damage::Empty];

/// Damages each field of a recorded document, then many at once, and reads it each time.
///
/// Damage must not cause a panic, an error (unless the field contained everything), a zero, or changes of other values.
/// `read` returns the values that it could read, or an error if there are none.
pub(super) fn survives_damage(document: &Value, read: impl Fn(&[u8]) -> Result<Facts, ProviderError>) {
    let document = shortened(document);
    let read = |document: &Value| read(&serde_json::to_vec(document).unwrap());
    let whole = read(&document).unwrap();
    let fields = fields(&document);
    for field in &fields {
        for damage in DAMAGES {
            let damaged = damaged(&document, field, damage);
            let what = format!("{damage:?} {field}");
            match read(&damaged) {
                Ok(left) => assert_is_subset(&left, &whole, &document, &what),
                Err(error) => assert!(is_essential(&document, field) || whole.len() < 4, "{what}: {error}"),
            }
            if is_single_value(&document, field) {
                assert_only_that_value_is_lost(&whole, &read(&damaged).unwrap_or_default(), &what);
            }
        }
    }
    assert_eq!(read(&as_floats(&document)).unwrap(), whole, "with decimal points");
    let kept = read(&as_integers(&document)).unwrap().len();
    assert_eq!(kept, whole.len(), "without decimal points");
    let many = prop::collection::vec((prop::sample::select(fields), prop::sample::select(&DAMAGES[..])), 1..40);
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&many, |damages| {
        let damaged =
            damages.iter().fold(document.clone(), |document, (field, damage)| damaged(&document, field, *damage));
        if let Ok(left) = read(&damaged) {
            assert_is_subset(&left, &whole, &document, &format!("{damages:?}"));
        }
        Ok(())
    });
    outcome.unwrap();
}

/// Without one value, at most its own step or day is lost; if that has other weather, only the value itself.
fn assert_only_that_value_is_lost(whole: &Facts, left: &Facts, what: &str) {
    let lost: Vec<_> = whole.keys().filter(|key| !left.contains_key(*key)).collect();
    let moment = |key: &str| key.rsplit_once(' ').map(|(moment, _)| moment.to_owned());
    let mut moments: Vec<_> = lost.iter().filter_map(|key| moment(key)).collect();
    moments.dedup();
    assert!(moments.len() <= 1, "{what}: {lost:?}");
    let is_left = moments.first().is_some_and(|moment| left.keys().any(|key| key.starts_with(&**moment)));
    let values = lost.iter().filter(|key| !is_derived(key)).count();
    assert!(values <= 1 || !is_left, "{what}: {lost:?}");
}

/// Whether a missing value is derived from other fields, so that it changes with them.
fn is_derived(key: &str) -> bool {
    key.ends_with("feels_like") || key.ends_with("dew_point")
}

fn assert_is_subset(left: &Facts, whole: &Facts, document: &Value, what: &str) {
    for (key, value) in left {
        let same = whole.get(key) == Some(value);
        let one_of_two_amounts = key.ends_with("precipitation") && contains_number(document, value);
        assert!(same || is_derived(key) || one_of_two_amounts, "{what}: {key} {:?} became {value}", whole.get(key));
    }
}

/// Whether the document contains this number.
fn contains_number(document: &Value, text: &str) -> bool {
    match document {
        Value::Number(value) => value.as_f64().is_some_and(|value| number(value) == text),
        Value::Array(items) => items.iter().any(|item| contains_number(item, text)),
        Value::Object(members) => members.values().any(|member| contains_number(member, text)),
        _ => false,
    }
}

/// Whether other fields are meaningless without this one: a list, an object, a time, an offset, a code, a coordinate.
fn is_essential(document: &Value, field: &str) -> bool {
    const FRAME: [&str; 9] = ["dt", "time", "utc_offset_seconds", "cod", "name", "lat", "lon", "latitude", "longitude"];
    let is_container = document.pointer(field).is_some_and(|value| value.is_object() || value.is_array());
    is_container || field.split('/').any(|part| FRAME.contains(&part))
}

fn is_single_value(document: &Value, field: &str) -> bool {
    let is_null = document.pointer(field).is_some_and(Value::is_null);
    !is_null && !is_essential(document, field)
}

/// The document with only both ends of its lists, so that every field can be damaged in turn.
fn shortened(document: &Value) -> Value {
    match document {
        Value::Array(items) if items.len() > 2 * ITEMS_AT_EACH_END => {
            let ends = items[..ITEMS_AT_EACH_END].iter().chain(&items[items.len() - ITEMS_AT_EACH_END..]);
            ends.map(shortened).collect()
        }
        Value::Array(items) => items.iter().map(shortened).collect(),
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), shortened(value))).collect(),
        other => other.clone(),
    }
}

/// Whether another field takes the place of this one when it is missing: the first condition, the nearest hours, a
/// pressure that is also given at sea level.
fn has_substitute(field: &str) -> bool {
    ["/weather/0", "/next_1_hours", "/main/pressure"].iter().any(|end| field.ends_with(end))
}

/// Pointers to all fields except units; without those, values have the requested units.
fn fields(document: &Value) -> Vec<String> {
    fn add(value: &Value, at: &str, fields: &mut Vec<String>) {
        let inside: Vec<(String, &Value)> = match value {
            Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), value)).collect(),
            Value::Array(items) => items.iter().enumerate().map(|(n, item)| (n.to_string(), item)).collect(),
            _ => Vec::new(),
        };
        for (key, value) in inside.into_iter().filter(|(key, _)| !key.ends_with("_units")) {
            let field = format!("{at}/{key}");
            add(value, &field, fields);
            if !has_substitute(&field) {
                fields.push(field);
            }
        }
    }
    let mut fields = Vec::new();
    add(document, "", &mut fields);
    fields
}

fn damaged(document: &Value, field: &str, damage: Damage) -> Value {
    let mut document = document.clone();
    let (parent, key) = field.rsplit_once('/').unwrap();
    // Removing an item from a column would shift the others, which is a different fault, so it is set to null instead.
    if let (Damage::Removed, Some(Value::Object(members))) = (damage, document.pointer_mut(parent)) {
        members.remove(key);
    } else if let Some(value) = document.pointer_mut(field) {
        *value = if matches!(damage, Damage::Empty) { empty(value) } else { Value::Null };
    }
    document
}

fn empty(value: &Value) -> Value {
    match value {
        Value::String(_) => "".into(),
        Value::Array(_) => Value::Array(Vec::new()),
        Value::Object(_) => Value::Object(serde_json::Map::new()),
        _ => Value::Null,
    }
}

/// Every number with a decimal point.
fn as_floats(document: &Value) -> Value {
    numbers(document, &|value| value.into())
}

/// Every number without a decimal point.
fn as_integers(document: &Value) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "no recorded number is that large")]
    numbers(document, &|value| (value.ceil() as i64).into())
}

fn numbers(document: &Value, change: &impl Fn(f64) -> Value) -> Value {
    match document {
        Value::Number(number) => change(number.as_f64().unwrap()),
        Value::Array(items) => items.iter().map(|item| numbers(item, change)).collect(),
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), numbers(value, change))).collect(),
        other => other.clone(),
    }
}
