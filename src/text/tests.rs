//! Complete renderings of recorded answers.

use std::{fs, path::Path};

use jiff::{Timestamp, tz::TimeZone};
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use super::{
    options::TextOptions,
    render,
    report::{PlaceCaption, Reported, TextReport},
};
use crate::{
    provider::testing,
    weather::{Condition, Conditions, Coordinates, Forecast, Source, Speed, Temperature, calendar::NamedZone},
};

mod formats;
mod wttr;

const MET_NORWAY: Source = Source { provider: "met-norway", name: "MET Norway", url: "https://api.met.no/" };

/// The widths that have a golden view.
const WIDTHS: [usize; 5] = [40, 60, 80, 120, 200];

/// A place with its time zone.
struct TestPlace {
    caption: PlaceCaption,
    zone: &'static str,
}

fn place(name: &str, region: &str, country: &str, (latitude, longitude): (i16, i16), zone: &'static str) -> TestPlace {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let caption = PlaceCaption {
        name: name.to_owned(),
        matched: None,
        region: some(region),
        country: some(country),
        country_name: (country == "DE").then_some("Germany"),
        coordinates: Coordinates::from_hundredths(latitude, longitude),
    };
    TestPlace { caption, zone }
}

fn report(place: TestPlace, current: Conditions, forecast: Option<Forecast>, now: &str, stale: bool) -> TextReport {
    let as_of = now.parse().unwrap();
    let zone = NamedZone { name: place.zone.to_owned(), rules: TimeZone::get(place.zone).unwrap() };
    let forecast = forecast.map(|value| Reported { value, source: MET_NORWAY, fetched_at: as_of, stale, as_of });
    TextReport::new(
        place.caption,
        zone,
        Reported { value: current, source: MET_NORWAY, fetched_at: as_of, stale, as_of },
        forecast,
    )
}

fn recorded(place: TestPlace, path: &str, now: &str, stale: bool) -> TextReport {
    let fetched = testing::met_norway(path, now.parse().unwrap());
    report(place, fetched.current.unwrap(), fetched.forecast.ok(), now, stale)
}

fn forecast_only(place: TestPlace, forecast: Forecast, now: &str) -> TextReport {
    let time: Timestamp = now.parse().unwrap();
    let under_way = forecast.steps.iter().rev().find(|step| step.time() <= time).unwrap_or(&forecast.steps[0]);
    let current = Conditions { precipitation: None, ..under_way.conditions.clone() };
    report(place, current, Some(forecast), now, false)
}

fn london() -> TextReport {
    let place = place("London", "England", "GB", (5151, -13), "Europe/London");
    recorded(place, "met-norway/london-complete-2020-with-headers.json", "2020-07-20T11:44:31Z", false)
}

fn snow() -> TextReport {
    let place = place("Oslo", "Oslo", "NO", (5991, 1075), "Europe/Oslo");
    recorded(place, "met-norway/oslo-snow-compact-2026.json", "2026-02-06T21:10:00Z", false)
}

/// A recorded forecast of rain, turned into thunderstorms with three times the wind.
fn storm() -> TextReport {
    let mut forecast = testing::openweathermap_forecast("openweathermap/forecast/adelphi-maryland-5day-3h-2025.json");
    for conditions in forecast.steps.iter_mut().map(|step| &mut step.conditions) {
        let speed = conditions.wind_speed.map(|speed| Speed::from_metres_per_second(speed.metres_per_second() * 3.0));
        conditions.wind_speed = speed;
        if conditions.condition == Condition::LightRain || conditions.condition == Condition::Rain {
            conditions.condition = Condition::Thunderstorm;
            conditions.description = Some("thunderstorm with heavy rain and squalls".to_owned());
        }
    }
    let place = place("Adelphi", "Maryland", "US", (3901, -7698), "America/New_York");
    forecast_only(place, forecast, "2025-03-20T20:00:00Z")
}

fn polar_night() -> TextReport {
    let path = "openweathermap/forecast/pro-hourly-antarctic-70s-polar-night-2024.json";
    let place = place("-70.87,-75.11", "", "", (-7087, -7511), "Etc/GMT+5");
    forecast_only(place, testing::openweathermap_forecast(path), "2024-07-04T19:10:00Z")
}

/// Only a temperature.
fn missing() -> TextReport {
    let place = place("Alert", "Nunavut", "CA", (8250, -6235), "America/Iqaluit");
    let time = "2025-03-28T12:00:00Z";
    let current = Conditions {
        temperature: Some(Temperature::from_celsius(-31.4)),
        ..Conditions::unknown_at(time.parse().unwrap())
    };
    report(place, current, None, time, false)
}

fn stale() -> TextReport {
    let place = place("London", "England", "GB", (5151, -13), "Europe/London");
    recorded(place, "met-norway/london-complete-2020-with-headers.json", "2020-07-20T14:20:00Z", true)
}

fn cjk() -> TextReport {
    let mut place = place("北京市", "北京", "CN", (3990, 11640), "Asia/Shanghai");
    place.caption.matched = Some("ペキン".to_owned());
    recorded(place, "met-norway/beijing-compact-2020-with-headers.json", "2020-07-20T11:44:00Z", false)
}

fn arabic() -> TextReport {
    let place = place("القاهرة", "محافظة القاهرة", "EG", (3004, 3124), "Africa/Cairo");
    let path = "met-norway/beijing-compact-2020-with-headers.json";
    recorded(place, path, "2020-07-20T21:30:00Z", false)
}

fn cases() -> [(&'static str, TextReport); 8] {
    [
        ("london", london()),
        ("snow", snow()),
        ("storm", storm()),
        ("polar-night", polar_night()),
        ("missing-values", missing()),
        ("stale", stale()),
        ("cjk", cjk()),
        ("arabic", arabic()),
    ]
}

fn text(report: &TextReport, query: &str) -> String {
    let options = TextOptions::parse(query, true).unwrap();
    render(report, &options, report.current.as_of)
}

/// Compares with a golden file, or writes it if `UPDATE_GOLDENS` is set.
fn assert_golden(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/text/tests").join(name);
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        fs::write(&path, actual).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(golden == actual, "{name} differs from the golden file:\n{actual}");
}

fn without_colours(text: &str) -> String {
    let mut plain = String::new();
    let mut pieces = text.split('\x1b');
    plain.push_str(pieces.next().unwrap());
    for piece in pieces {
        let (parameters, rest) = piece.strip_prefix('[').and_then(|piece| piece.split_once('m')).unwrap();
        assert!(parameters.bytes().all(|byte| byte.is_ascii_digit() || byte == b';'), "{parameters}");
        plain.push_str(rest);
    }
    plain
}

#[test]
fn views_of_all_widths_match_the_golden_files() {
    for (name, report) in cases() {
        let view = |caption: &str, width, options: &str| {
            format!("== {width} cells{caption}\n{}", text(&report, &format!("{options}width={width}")))
        };
        let plain = WIDTHS.map(|width| view("", width, "T&"));
        let coloured = WIDTHS.map(|width| view(", with colours", width, ""));
        let golden = plain.concat() + &coloured.concat();
        assert_golden(&format!("{name}.txt"), &golden);
    }
}

#[test]
fn no_line_is_wider_than_the_width_asked_for() {
    for (name, report) in cases() {
        let all_widths = (40..=200).map(|width| (width, ""));
        let some_widths =
            WIDTHS.into_iter().flat_map(|width| ["u", "n", "d", "Q", "0"].map(|letters| (width, letters)));
        for (width, letters) in all_widths.chain(some_widths) {
            for line in text(&report, &format!("T{letters}&width={width}")).lines() {
                assert!(line.width() <= width, "{name} {letters} {width}: {line:?} has {}", line.width());
            }
        }
    }
}

#[test]
fn colours_change_nothing_but_the_colour() {
    for (name, report) in cases() {
        for width in WIDTHS {
            let coloured = text(&report, &format!("width={width}"));
            let plain = text(&report, &format!("T&width={width}"));
            assert!(coloured != plain && !plain.contains('\x1b'), "{name}");
            assert_eq!(without_colours(&coloured), plain, "{name} {width}");
        }
    }
}

#[test]
fn option_letters_choose_what_is_shown() {
    let report = london();
    let view = |query: &str| text(&report, &format!("T&{query}"));
    let days = |text: &str| {
        ["Mon 20 Jul", "Tue 21 Jul", "Wed 22 Jul", "Thu 23 Jul"].iter().filter(|day| text.contains(**day)).count()
    };
    assert_eq!(["0", "1", "2", ""].map(|letters| days(&view(letters))), [0, 1, 2, 3]);
    assert!(view("").starts_with("Weather in London, England, GB\n"));
    assert!(view("q").starts_with("London, England, GB\n"));
    assert!(!view("Q").contains("London"));
    assert!(view("m").contains("km/h") && view("M").contains("m/s") && view("u").contains("mph"));
    assert!(view("u").contains("°F"));
    assert_eq!(view("n&width=120").matches("Morning").count(), 2, "today's is over");
    assert!(!view("n&width=120").contains("Evening") && view("width=120").contains("Evening"));
    assert!(view("F&I&p&t") == view(""));
    let ascii = view("d");
    let beyond: String = ascii.chars().filter(|letter| !letter.is_ascii()).collect();
    assert_eq!(beyond.replace(['°', '–'], ""), "", "{ascii}");
}

#[test]
fn a_missing_value_is_a_dash_and_never_zero() {
    let view = text(&missing(), "T&0");
    for part in ["-31 °C, feels like –", "precipitation –", "humidity –", "pressure –", "visibility –", "UV –"]
    {
        assert!(view.contains(part), "{part}: {view}");
    }
    assert!(![" 0 ", " 0%", "0.0"].iter().any(|zero| view.contains(zero)), "{view}");
    assert!(text(&missing(), "T").contains("No forecast at the moment."));
}

#[test]
fn a_part_of_the_day_that_is_over_is_not_shown() {
    // In a zone a quarter of an hour off, the step under way at 18:05 began at 17:45.
    let place = place("Kathmandu", "Bagmati", "NP", (2772, 8532), "Asia/Kathmandu");
    let path = "met-norway/beijing-compact-2020-with-headers.json";
    let view = text(&recorded(place, path, "2020-07-20T12:20:00Z", false), "T&1&width=60");
    assert!(!view.contains("12-18") && view.contains("18-24"), "{view}");
}

#[test]
fn stale_weather_is_marked() {
    assert!(text(&stale(), "T&0").contains("! Not up to date: fetched on Mon 20 Jul 2020, 15:20."));
    assert!(!text(&london(), "T&0").contains('!'));
}

/// Text of any characters; proptest's own `String` strategy has no control characters.
fn any_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(any::<char>(), 0..40).prop_map(String::from_iter)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_control_character_is_ever_sent(
        [name, region, description, format] in proptest::array::uniform4(any_text()),
        query in "[0-9a-zA-Z&=%+]{0,30}",
        width in 40..=200u16,
    ) {
        let mut report = missing();
        let mut place = report.place.clone();
        (place.name, place.region, place.matched) = (name.clone(), Some(region), Some(name));
        report.current.value.description = Some(description);
        let zone = NamedZone { name: report.zone_name.clone(), rules: report.zone.clone() };
        let report = TextReport::new(place, zone, report.current, None);
        let format: String = percent_encoding::utf8_percent_encode(&format, percent_encoding::NON_ALPHANUMERIC).collect();
        let queries = [query, format!("width={width}"), format!("format={format}"), "format=waybar".to_owned(), "format=j1".to_owned()];
        for query in queries {
            let Ok(options) = TextOptions::parse(&query, true) else { continue };
            let out = without_colours(&render(&report, &options, report.current.as_of));
            prop_assert!(out.chars().all(|letter| letter == '\n' || !letter.is_control()), "{out:?}");
            if query.starts_with("width") {
                prop_assert!(out.lines().all(|line| line.width() <= width.into()), "{out}");
            }
        }
    }
}
