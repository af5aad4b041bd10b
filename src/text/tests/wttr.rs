//! Compares with wttr.in's own renderings of one of its answers.

use jiff::civil::Date;
use serde_json::Value;

use super::*;
use crate::weather::{Direction, ForecastStep, Length, Percentage, Pressure};

fn recording(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wttr").join(name)).unwrap()
}

fn number(entry: &Value, key: &str) -> f64 {
    entry[key].as_str().unwrap().parse().unwrap()
}

/// The condition of a code that occurs in the recording.
fn condition(entry: &Value) -> Condition {
    match entry["weatherCode"].as_str().unwrap() {
        "113" => Condition::Clear,
        "116" => Condition::PartlyCloudy,
        "119" => Condition::Cloudy,
        "122" => Condition::Overcast,
        "143" => Condition::Mist,
        "176" => Condition::LightRain,
        "248" => Condition::Fog,
        "266" => Condition::Drizzle,
        other => panic!("{other}"),
    }
}

fn conditions(entry: &Value, time: Timestamp, temperature: &str) -> Conditions {
    Conditions {
        condition: condition(entry),
        description: Some(entry["weatherDesc"][0]["value"].as_str().unwrap().trim().to_owned()),
        temperature: Some(Temperature::from_celsius(number(entry, temperature))),
        feels_like: Some(Temperature::from_celsius(number(entry, "FeelsLikeC"))),
        humidity: Some(Percentage::from_percent(number(entry, "humidity"))),
        pressure: Some(Pressure::from_hectopascals(number(entry, "pressure"))),
        cloud_cover: Some(Percentage::from_percent(number(entry, "cloudcover"))),
        visibility: Some(Length::from_metres(number(entry, "visibility") * 1000.0)),
        wind_speed: Some(Speed::from_kilometres_per_hour(number(entry, "windspeedKmph"))),
        wind_direction: Some(Direction::from_degrees(number(entry, "winddirDegree"))),
        precipitation: Some(Length::from_millimetres(number(entry, "precipMM"))),
        uv_index: Some(number(entry, "uvIndex")),
        ..Conditions::unknown_at(time)
    }
}

fn heideck(document: &Value) -> TextReport {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let now = &document["current_condition"][0];
    let observed: Timestamp = "2026-04-03T20:37:00Z".parse().unwrap();
    let step = |date: Date, entry: &Value| {
        #[expect(clippy::cast_possible_truncation, reason = "from 0 to 21")]
        let hour = (number(entry, "time") / 100.0) as i8;
        let time = zone.to_timestamp(date.at(hour, 0, 0, 0)).unwrap();
        ForecastStep {
            conditions: conditions(entry, time, "tempC"),
            hours: 3,
            precipitation_probability: Some(Percentage::from_percent(number(entry, "chanceofrain"))),
            temperature_min: None,
            temperature_max: None,
        }
    };
    let days = document["weather"].as_array().unwrap().iter();
    let steps = days.flat_map(|day| {
        let date: Date = day["date"].as_str().unwrap().parse().unwrap();
        day["hourly"].as_array().unwrap().iter().map(move |entry| (date, entry))
    });
    let forecast = Forecast { steps: steps.map(|(date, entry)| step(date, entry)).collect(), ..Forecast::default() };
    let place = place("Heideck", "Bayern", "DE", (4913, 1112), "Europe/Berlin");
    let mut report = report(place, conditions(now, observed, "temp_C"), Some(forecast), "2026-04-03T20:40:00Z", false);
    // wttr.in also shows the hours of today that are over.
    report.forecast.as_mut().unwrap().as_of = "2026-04-02T22:00:00Z".parse().unwrap();
    report
}

fn document() -> Value {
    serde_json::from_str(&recording("j1-heideck-2026-04-03.json")).unwrap()
}

/// The values in one cell of a view: the lowest and highest temperature, the strongest wind, the chance.
#[derive(Debug)]
struct Cell {
    degrees: (f64, f64),
    wind: f64,
    chance: f64,
}

fn numbers(text: &str) -> Vec<f64> {
    let kept: String = text
        .chars()
        .map(|letter| if letter.is_ascii_digit() || letter == '.' || letter == '-' { letter } else { ' ' })
        .collect();
    kept.split_whitespace().filter_map(|word| word.parse().ok()).collect()
}

/// The values beside the drawings, column by column, in the rows that contain these units.
fn cells(view: &str, units: [&str; 3], is_theirs: bool) -> Vec<Cell> {
    let beside_drawing = if is_theirs { 13 } else { 12 };
    let rows = |unit: &str| -> Vec<Vec<String>> {
        let rows = view.lines().filter(|line| line.starts_with('│') && line.contains(unit));
        let texts = |row: &str| {
            row.trim_matches('│').split('│').map(|cell| cell.chars().skip(beside_drawing).collect()).collect()
        };
        rows.map(texts).collect()
    };
    let [degrees, winds, chances] = units.map(rows);
    let mut cells = Vec::new();
    for ((degrees, winds), chances) in
        degrees.iter().flatten().zip(winds.iter().flatten()).zip(chances.iter().flatten())
    {
        let (degrees, winds, chances) = (numbers(degrees), numbers(&winds.replace('-', " ")), numbers(chances));
        let last = if is_theirs { degrees[0] } else { degrees[degrees.len() - 1] };
        let chance = if is_theirs { chances[1] } else { chances[0] };
        cells.push(Cell { degrees: (degrees[0], last), wind: winds[0], chance });
    }
    cells
}

#[test]
fn the_current_conditions_are_those_of_wttr_in() {
    let report = heideck(&document());
    let ours = text(&report, "0T");
    let theirs = without_colours(&recording("golden-default.txt"));
    for (their_text, our_text) in [
        ("Overcast", "Overcast"),
        ("+9(8) °C", "9 °C, feels like 8"),
        ("↗ 8 km/h", "↗ 8 km/h"),
        ("10 km", "visibility 10 km"),
        ("0.0 mm", "0.0 mm"),
    ] {
        assert!(theirs.contains(their_text) && ours.contains(our_text), "{their_text}: {ours}");
    }
}

/// wttr.in shows 9, 12, 18 and 21 o'clock; our parts of the day contain those hours and show the highest values in them.
#[test]
fn every_cell_of_wttr_in_lies_within_a_part_of_our_day() {
    let report = heideck(&document());
    for (query, golden, units) in [
        ("T&width=120", "golden-default.txt", ["°C", "km/h", "mm"]),
        ("Tu&width=120", "golden-3days_imperial_nocolor.txt", ["°F", "mph", " in"]),
    ] {
        let ours = cells(&text(&report, query), units, false);
        let theirs = cells(&without_colours(&recording(golden)), units, true);
        assert_eq!((ours.len(), theirs.len()), (12, 12), "{ours:?} {theirs:?}");
        for (n, theirs) in theirs.iter().enumerate() {
            let part = [1, 2, 3, 3][n % 4];
            let ours = &ours[n / 4 * 4 + part];
            let (low, high) = ours.degrees;
            // wttr.in does not compute its degrees Fahrenheit from the whole degrees Celsius of its document.
            let off = if units[0] == "°F" { 1.0 } else { 0.0 };
            assert!((low - off..=high + off).contains(&theirs.degrees.0), "{ours:?} {theirs:?}");
            assert!(ours.wind >= theirs.wind && ours.chance >= theirs.chance, "{ours:?} {theirs:?}");
        }
    }
}

/// Every key of wttr.in's document is in ours, with a value of the same kind.
#[test]
fn the_document_has_every_key_of_wttr_in() {
    fn compare(theirs: &Value, ours: &Value, at: &str) {
        match theirs {
            Value::Object(members) => {
                for (key, value) in members {
                    compare(value, &ours[key], &format!("{at}/{key}"));
                }
            }
            Value::Array(items) => {
                for (theirs, ours) in items.iter().zip(ours.as_array().unwrap_or_else(|| panic!("{at}: {ours}"))) {
                    compare(theirs, ours, at);
                }
            }
            _ => {
                let is_number = |value: &Value| value.as_str().is_some_and(|text| text.parse::<f64>().is_ok());
                assert!(ours.is_string() && is_number(ours) >= is_number(theirs), "{at}: {theirs} {ours}");
            }
        }
    }
    let theirs = document();
    let ours: Value = serde_json::from_str(&text(&heideck(&theirs), "format=j1")).unwrap();
    compare(&theirs, &ours, "");
    assert_eq!(ours["nearest_area"][0]["country"], theirs["nearest_area"][0]["country"]);
    let [theirs, ours] = [&theirs, &ours].map(|document| {
        let hours = document["weather"].as_array().unwrap().iter().flat_map(|day| day["hourly"].as_array().unwrap());
        let facts = ["tempC", "FeelsLikeC", "windspeedKmph", "winddirDegree", "chanceofrain", "precipMM", "time"];
        let facts = hours.map(|hour| facts.map(|key| (number(hour, key) + 0.0).to_string()));
        facts.collect::<Vec<_>>()
    });
    assert_eq!(ours, theirs);
}

/// Programs take the entry of an hour by its number: `hourly[hour // 3]`.
#[test]
fn every_day_has_eight_entries() {
    let hours = |day: &Value| {
        let entries = day["hourly"].as_array().unwrap();
        let times = entries.iter().map(|entry| entry["time"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(times, ["0", "300", "600", "900", "1200", "1500", "1800", "2100"]);
        entries.iter().map(|entry| entry["tempC"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let document = |report: &TextReport| -> Value { serde_json::from_str(&text(report, "format=j1")).unwrap() };
    let mut report = london();
    let (afternoon, whole) = (document(&report), report.clone());
    for day in afternoon["weather"].as_array().unwrap() {
        hours(day);
    }
    // It is 12:44 in London, so that the step at 12:00 is the first.
    let today = hours(&afternoon["weather"][0]);
    assert!(today[..4].iter().all(|celsius| *celsius == today[4]) && today[4] != today[7], "{today:?}");
    assert_eq!(afternoon["weather"][0]["hourly"][4]["tempC"], number_text(&whole, "2020-07-20T11:00:00Z"));

    let evening = "2020-07-20T22:30:00Z".parse().unwrap();
    report.current.as_of = evening;
    report.forecast.as_mut().unwrap().as_of = evening;
    let today = hours(&document(&report)["weather"][0]);
    assert_eq!(today, vec![number_text(&whole, "2020-07-20T22:00:00Z"); 8]);
}

/// The temperature of the step at a time.
fn number_text(report: &TextReport, time: &str) -> String {
    let steps = &report.forecast.as_ref().unwrap().value.steps;
    let step = steps.iter().find(|step| step.time() == time.parse().unwrap()).unwrap();
    format!("{:.0}", step.conditions.temperature.unwrap().celsius())
}

#[test]
fn a_document_with_missing_values_still_has_numbers() {
    let ours: Value = serde_json::from_str(&text(&missing(), "format=j1")).unwrap();
    let now = &ours["current_condition"][0];
    assert_eq!((now["temp_C"].as_str(), now["weatherDesc"][0]["value"].as_str()), (Some("-31"), Some("unknown")));
    assert_eq!(ours["weather"], serde_json::json!([]));
    let brief: Value = serde_json::from_str(&text(&london(), "format=j2")).unwrap();
    assert_eq!(brief["weather"].as_array().unwrap().len(), 3);
    assert!(brief["weather"][0].get("hourly").is_none());
}
