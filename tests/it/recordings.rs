//! Recorded answers, as they are or with their times moved to the present, because the recordings are years old and
//! outdated weather is a failure.

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use serde_json::{Map, Value};

const HOUR: i64 = 3600;

/// The age of a moved reading in seconds.
const READING_AGE: i64 = 300;

/// A recorded answer as it is, by its path below `tests/fixtures`. Headers that were recorded with it are left out.
pub fn original(path: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/{path}", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let recording: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    recording.get("data").map_or(bytes, |data| data.to_string().into_bytes())
}

/// A recorded answer with its times moved to the present and otherwise unchanged.
pub fn of_now(path: &str) -> Vec<u8> {
    let bytes = original(path);
    let Ok(mut recording) = serde_json::from_slice::<Value>(&bytes) else { return bytes };
    let Some(document) = recording.as_object_mut() else { return bytes };
    let now = Timestamp::now().as_second();
    if document.contains_key("properties") {
        move_met_norway(&mut document["properties"], now);
    } else if document.contains_key("list") {
        move_items(document["list"].as_array_mut().unwrap(), now);
    } else if document.contains_key("dt") {
        document.insert("dt".to_owned(), (now - READING_AGE).into());
    } else if document.contains_key("utc_offset_seconds") {
        move_open_meteo(document, now);
    } else {
        return bytes;
    }
    recording.to_string().into_bytes()
}

/// Moves the first point to the current hour.
fn move_met_norway(properties: &mut Value, now: i64) {
    let instant = |time: &Value| time.as_str().unwrap().parse::<Timestamp>().unwrap();
    let shift = now - now.rem_euclid(HOUR) - instant(&properties["timeseries"][0]["time"]).as_second();
    let moved = |time: &Value| Value::from((instant(time) + SignedDuration::from_secs(shift)).to_string());
    properties["meta"]["updated_at"] = moved(&properties["meta"]["updated_at"]);
    for point in properties["timeseries"].as_array_mut().unwrap() {
        point["time"] = moved(&point["time"]);
    }
}

/// Moves the first item to the end of the current step.
fn move_items(items: &mut [Value], now: i64) {
    let step = items[1]["dt"].as_i64().unwrap() - items[0]["dt"].as_i64().unwrap();
    let shift = now - now.rem_euclid(step) + step - items[0]["dt"].as_i64().unwrap();
    for item in items {
        item["dt"] = (item["dt"].as_i64().unwrap() + shift).into();
    }
}

/// Moves all times by whole hours, so that the current weather is at most an hour old.
fn move_open_meteo(document: &mut Map<String, Value>, now: i64) {
    let offset = document["utc_offset_seconds"].as_i64().unwrap();
    let utc = TimeZone::UTC;
    let local = |time: &Value| match time.as_i64() {
        Some(seconds) => seconds + offset,
        None => utc.to_timestamp(time.as_str().unwrap().parse::<DateTime>().unwrap()).unwrap().as_second(),
    };
    let current = ["current", "current_weather"].into_iter().find(|key| document.contains_key(*key));
    let Some(current) = current else { return };
    let shift = (now + offset - local(&document[current]["time"])).div_euclid(HOUR) * HOUR;
    let moved = |time: &Value| {
        if let Some(seconds) = time.as_i64() {
            return Value::from(seconds + shift);
        }
        let moved = Timestamp::from_second(local(time) + shift).unwrap();
        utc.to_datetime(moved).strftime("%Y-%m-%dT%H:%M").to_string().into()
    };
    document[current]["time"] = moved(&document[current]["time"]);
    for time in document["hourly"]["time"].as_array_mut().unwrap() {
        *time = moved(time);
    }
}
