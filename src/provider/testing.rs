//! What the providers' tests share: the recorded answers, and ways to damage them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::Value;

use super::{Fetched, Located, ProviderError};
use crate::weather::{
    Condition, Conditions, Day, Direction, Forecast, Length, Percentage, Pressure, Speed, Temperature,
};

/// How many items of a recorded list are damaged one by one: the first and the last few, where shapes differ.
const ITEMS_AT_EACH_END: usize = 2;

/// Everything said, as text under a name: `step 2025-03-20T21:00:00Z humidity` is `63`.
pub(super) type Facts = BTreeMap<String, String>;

/// A recorded answer's bytes, by its path below `tests/fixtures`.
pub(super) fn recording(path: &str) -> Vec<u8> {
    let path = fixtures().join(path);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The document in a recording that keeps the headers beside it, or the recording itself.
pub(super) fn document(path: &str) -> Value {
    let mut recording: Value = serde_json::from_slice(&recording(path)).unwrap();
    if recording.get("data").is_some() { recording["data"].take() } else { recording }
}

/// Fails unless these are all the files of a folder below `tests/fixtures`.
pub(super) fn assert_none_forgotten<'a>(folder: &str, tested: impl IntoIterator<Item = &'a str>) {
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

/// Equal but for the noise of a conversion.
#[track_caller]
pub(super) fn assert_near(actual: Option<f64>, expected: Option<f64>, what: &str) {
    let near = match (actual, expected) {
        (Some(actual), Some(expected)) => (actual - expected).abs() < 1e-6,
        (None, None) => true,
        _ => false,
    };
    assert!(near, "{what}: {actual:?} instead of {expected:?}");
}

/// Everything that an answer says.
pub(super) fn facts(fetched: &Fetched) -> Facts {
    let mut facts = Facts::new();
    if let Ok(current) = &fetched.current {
        add_conditions(&mut facts, "current", current);
    }
    if let Ok(forecast) = &fetched.forecast {
        add_forecast(&mut facts, forecast);
    }
    facts
}

/// Everything that a geocoder's answer says.
pub(super) fn places(located: &[Located]) -> Facts {
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

fn add_conditions(facts: &mut Facts, name: &str, it: &Conditions) {
    let mut add = |key: &str, value: Option<String>| {
        facts.extend(value.map(|value| (format!("{name} {key}"), value)));
    };
    add("condition", Some(it.condition).filter(|it| *it != Condition::Unknown).map(|it| format!("{it:?}")));
    add("description", it.description.clone());
    let numbers = [
        ("temperature", it.temperature.map(Temperature::celsius)),
        ("feels_like", it.feels_like.map(Temperature::celsius)),
        ("dew_point", it.dew_point.map(Temperature::celsius)),
        ("humidity", it.humidity.map(Percentage::percent)),
        ("pressure", it.pressure.map(Pressure::hectopascals)),
        ("cloud_cover", it.cloud_cover.map(Percentage::percent)),
        ("visibility", it.visibility.map(Length::metres)),
        ("wind_speed", it.wind_speed.map(Speed::metres_per_second)),
        ("wind_gust", it.wind_gust.map(Speed::metres_per_second)),
        ("wind_direction", it.wind_direction.map(Direction::degrees)),
        ("precipitation", it.precipitation.map(Length::millimetres)),
        ("uv_index", it.uv_index),
    ];
    for (key, value) in numbers {
        add(key, value.map(number));
    }
}

fn add_forecast(facts: &mut Facts, forecast: &Forecast) {
    for step in &forecast.steps {
        let name = format!("step {}", step.conditions.time);
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
    for day in &forecast.days {
        add_day(facts, day);
    }
}

fn add_day(facts: &mut Facts, day: &Day) {
    let name = format!("day {}", day.date);
    let condition = Some(day.condition).filter(|it| *it != Condition::Unknown).map(|it| format!("{it:?}"));
    facts.extend(condition.map(|condition| (format!("{name} condition"), condition)));
    let numbers = [
        ("temperature_min", day.temperature_min.map(Temperature::celsius)),
        ("temperature_max", day.temperature_max.map(Temperature::celsius)),
        ("precipitation", day.precipitation.map(Length::millimetres)),
        ("probability", day.precipitation_probability.map(Percentage::percent)),
        ("wind_speed_max", day.wind_speed_max.map(Speed::metres_per_second)),
    ];
    for (key, value) in numbers {
        facts.extend(value.map(|value| (format!("{name} {key}"), number(value))));
    }
}

/// To a millionth, below which there is only the noise of conversions.
fn number(value: f64) -> String {
    assert!(value.is_finite(), "{value}");
    format!("{:.6}", value + 0.0)
}

/// What can be wrong with one field of a document without the rest of it being wrong.
#[derive(Clone, Copy, Debug)]
enum Damage {
    Removed,
    Null,
    /// `""`, `[]` or `{}`, whichever is of the field's own kind; a number is left out instead.
    Empty,
}

const DAMAGES: [Damage; 3] = [Damage::Removed, Damage::Null, Damage::Empty];

/// Takes one recorded document, damages each field of it, then many at once, and reads it each time.
///
/// Nothing may panic, be an error (but where the field held everything), turn into 0, or change what the other fields
/// say. `read` gives what was understood, an error where that is nothing.
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
                Ok(left) => assert_is_part(&left, &whole, &document, &what),
                Err(error) => assert!(holds_much(&document, field) || whole.len() < 4, "{what}: {error}"),
            }
            if is_a_value(&document, field) {
                assert_little_is_lost(&whole, &read(&damaged).unwrap_or_default(), &what);
            }
        }
    }
    assert_eq!(read(&as_floats(&document)).unwrap(), whole, "with a decimal point in every number");
    let kept = read(&as_integers(&document)).unwrap().len();
    assert_eq!(kept, whole.len(), "with a decimal point in no number");
    let many = prop::collection::vec((prop::sample::select(fields), prop::sample::select(&DAMAGES[..])), 1..40);
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&many, |damages| {
        let damaged =
            damages.iter().fold(document.clone(), |document, (field, damage)| damaged(&document, field, *damage));
        if let Ok(left) = read(&damaged) {
            assert_is_part(&left, &whole, &document, &format!("{damages:?}"));
        }
        Ok(())
    });
    outcome.unwrap();
}

/// Without one value at most its own moment or day is lost, and while that has any weather left, just the value.
fn assert_little_is_lost(whole: &Facts, left: &Facts, what: &str) {
    let lost: Vec<_> = whole.keys().filter(|key| !left.contains_key(*key)).collect();
    let moment = |key: &str| key.rsplit_once(' ').map(|(moment, _)| moment.to_owned());
    let mut moments: Vec<_> = lost.iter().filter_map(|key| moment(key)).collect();
    moments.dedup();
    assert!(moments.len() <= 1, "{what}: {lost:?}");
    let is_left = moments.first().is_some_and(|moment| left.keys().any(|key| key.starts_with(&**moment)));
    let values = lost.iter().filter(|key| !is_reckoned(key)).count();
    assert!(values <= 1 || !is_left, "{what}: {lost:?}");
}

/// What is reckoned from other fields where it is not said itself changes with them.
fn is_reckoned(key: &str) -> bool {
    key.ends_with("feels_like") || key.ends_with("dew_point")
}

fn assert_is_part(left: &Facts, whole: &Facts, document: &Value, what: &str) {
    for (key, value) in left {
        let same = whole.get(key) == Some(value);
        let one_of_two_amounts = key.ends_with("precipitation") && says(document, value);
        assert!(same || is_reckoned(key) || one_of_two_amounts, "{what}: {key} {:?} became {value}", whole.get(key));
    }
}

/// Whether this number stands in the document as it is.
fn says(document: &Value, text: &str) -> bool {
    match document {
        Value::Number(it) => it.as_f64().is_some_and(|it| number(it) == text),
        Value::Array(items) => items.iter().any(|item| says(item, text)),
        Value::Object(members) => members.values().any(|member| says(member, text)),
        _ => false,
    }
}

/// Whether other fields mean nothing without this one: a list, an object, a time, an offset, a code, a coordinate.
fn holds_much(document: &Value, field: &str) -> bool {
    const FRAME: [&str; 9] = ["dt", "time", "utc_offset_seconds", "cod", "name", "lat", "lon", "latitude", "longitude"];
    let is_container = document.pointer(field).is_some_and(|value| value.is_object() || value.is_array());
    is_container || field.split('/').any(|part| FRAME.contains(&part))
}

fn is_a_value(document: &Value, field: &str) -> bool {
    let is_null = document.pointer(field).is_some_and(Value::is_null);
    !is_null && !holds_much(document, field)
}

/// The document with the ends of its lists only, so that each field can be tried in turn.
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

/// Whether others count in place of this field when it is missing: the first condition, the nearest hours, a pressure that is also
/// told at sea level.
fn has_a_substitute(field: &str) -> bool {
    ["/weather/0", "/next_1_hours", "/main/pressure"].iter().any(|end| field.ends_with(end))
}

/// Pointers to all fields. Units are left out: without them the values mean what was asked for.
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
            if !has_a_substitute(&field) {
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
    // An item that is taken out of a column would move the others, which is another fault: it is set to null instead.
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
