//! The one-line formats and those for programs.

use jiff::SignedDuration;
use serde_json::Value;

use super::*;

fn custom(report: &TextReport, format: &str) -> String {
    let query = format!("format={}", format.replace('%', "%25").replace(' ', "+"));
    text(report, &query)
}

#[test]
fn numbered_formats_are_those_of_wttr_in() {
    let report = london();
    assert_eq!(text(&report, "format=1"), "☀ +19°C\n");
    assert_eq!(text(&report, "format=2"), "☀ 🌡️+19°C 🌬️↓8km/h\n");
    assert_eq!(text(&report, "format=3"), "London: ☀ +19°C\n");
    assert_eq!(text(&report, "format=4&u"), "London: ☀ 🌡️+66°F 🌬️↓5mph\n");
}

#[test]
fn one_line_without_emoji_has_none() {
    let report = london();
    assert_eq!(text(&report, "format=2&d"), "o +19°C N8km/h\n");
    assert_eq!(text(&report, "format=4&emoji=plain"), "London: o +19°C N8km/h\n");
    assert_eq!(text(&report, "format=4&emoji=nerd"), "London: \u{e30d} \u{e350}+19°C \u{e34b}↓8km/h\n");
    assert_eq!(text(&report, "d&format=%25m"), "New Moon");
    for format in 1..=5 {
        let line = text(&report, &format!("d&format={format}"));
        assert!(line.chars().all(|letter| letter.is_ascii() || letter == '°' || letter == '–'), "{line}");
    }
}

#[test]
fn every_letter_has_its_value() {
    let report = london();
    let expected = [
        ("c", "☀"),
        ("C", "clear sky"),
        ("x", "o"),
        ("i", "113"),
        ("t", "+19°C"),
        ("f", "+19°C"),
        ("e", "+7°C"),
        ("h", "47%"),
        ("p", "–"),
        ("P", "1023hPa"),
        ("u", "6"),
        ("o", "–"),
        ("w", "↓8km/h"),
        ("l", "London"),
        ("m", "🌑"),
        ("M", "29"),
        ("D", "04:24:00"),
        ("S", "05:08:00"),
        ("z", "13:07:00"),
        ("s", "21:05:00"),
        ("d", "21:48:00"),
        ("T", "12:44:31+0100"),
        ("Z", "Europe/London"),
        ("H", "+21°C"),
        ("L", "+14°C"),
        ("r", "Dry for the next 24 hours."),
        ("a", "0 min"),
        ("!", ""),
    ];
    let actual = expected.map(|(letter, _)| (letter, custom(&report, &format!("%{letter}"))));
    assert_eq!(actual.each_ref().map(|(letter, value)| (*letter, value.as_str())), expected);
    assert_eq!(custom(&stale(), "%!%l"), "!London");
}

#[test]
fn unknown_letters_stay_as_they_are() {
    let report = london();
    assert_eq!(custom(&report, "%l:\\n%t %y 100% %"), "London:\n+19°C %y 100% %");
    assert_eq!(custom(&report, "\\x %"), "\\x %");
}

#[test]
fn the_letter_of_a_missing_value_is_a_dash() {
    let report = missing();
    for letter in ["c", "f", "e", "h", "p", "P", "u", "o", "w", "i", "H", "L", "r"] {
        assert_eq!(custom(&report, &format!("%{letter}")), "–", "%{letter}");
    }
    let night = polar_night();
    assert_eq!(custom(&night, "%S %s"), "– –", "the sun does not rise");
}

#[test]
fn the_emoji_parameter_chooses_the_symbols() {
    let report = snow();
    assert_eq!(text(&report, "format=%25c"), "❄");
    assert_eq!(text(&report, "format=%25c&emoji=plain"), "**");
    assert_eq!(text(&report, "format=%25c&emoji=nerd"), "\u{e31a}");
    assert_eq!(text(&report, "format=%25w&emoji=plain"), text(&report, "format=%25w&d"));
}

#[test]
fn an_age_is_shown_in_its_largest_unit() {
    let report = london();
    let options = TextOptions::parse("format=%25a", true).unwrap();
    for (seconds, expected) in
        [(-5, "0 min"), (59, "0 min"), (300, "5 min"), (5_400, "90 min"), (7_200, "2 h"), (200_000, "2 days")]
    {
        let now = report.current.fetched_at + SignedDuration::from_secs(seconds);
        assert_eq!(render(&report, &options, now), expected);
    }
}

#[test]
fn the_next_change_is_one_line() {
    for (name, report) in cases() {
        let line = text(&report, "format=5");
        assert_eq!(line.lines().count(), 1, "{name}: {line}");
    }
    assert_golden("changes.out", &cases().map(|(_, report)| text(&report, "format=5")).concat());
}

/// The keys that Waybar documents for `return-type: json`.
#[test]
fn waybar_json_has_the_documented_keys() {
    for (name, report) in cases() {
        let line = text(&report, "format=waybar");
        assert_eq!(line.lines().count(), 1, "{name}");
        let module: Value = serde_json::from_str(&line).unwrap();
        for (key, value) in module.as_object().unwrap() {
            let is_right = match key.as_str() {
                "text" | "alt" | "tooltip" => value.is_string(),
                "class" => value.as_array().unwrap().iter().all(Value::is_string),
                "percentage" => value.as_f64().is_some_and(|percent| (0.0..=100.0).contains(&percent)),
                other => panic!("{other}"),
            };
            assert!(is_right, "{name} {key}: {value}");
        }
    }
    let module: Value = serde_json::from_str(&text(&stale(), "format=waybar")).unwrap();
    assert_eq!(module["class"], serde_json::json!(["partly_cloudy", "day", "stale"]));
    assert_eq!(module["text"], "⛅ 21°");
}

#[test]
fn markup_in_a_name_is_escaped_for_waybar() {
    let mut report = missing();
    report.place.name = "<b>A&B</b>".to_owned();
    let module: Value = serde_json::from_str(&text(&report, "format=waybar")).unwrap();
    assert!(module["tooltip"].as_str().unwrap().starts_with("&lt;b&gt;A&amp;B&lt;/b&gt;\n"));
}
