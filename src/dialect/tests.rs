//! What the tests of the dialects share: random weather of a place, and a comparison.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use proptest::{option, prelude::*};

use super::place_weather::PlaceWeather;
use crate::{
    api::{place::PlaceDetails, render_window::RenderWindow},
    provider::GeocodedPlace,
    weather::{
        Condition, Conditions, Coordinates, Direction, Forecast, ForecastStep, Length, Percentage, Pressure, Source,
        Speed, Temperature, calendar::NamedZone,
    },
};

pub(super) const SOURCE: Source = Source { provider: "test", name: "Test", url: "https://example.org/" };

/// The current time.
pub(super) fn now() -> Timestamp {
    "2026-03-28T12:34:56Z".parse().unwrap()
}

/// The hour under way.
pub(super) fn this_hour() -> Timestamp {
    "2026-03-28T12:00:00Z".parse().unwrap()
}

/// Random weather with this condition, as precise as providers report it: to a hundredth, and in whole percent.
pub(super) fn conditions(condition: Condition) -> impl Strategy<Value = Conditions> {
    let hundredths = |range: std::ops::Range<i32>| option::of(range.prop_map(|number| f64::from(number) / 100.0));
    let whole = |range: std::ops::RangeInclusive<i32>| option::of(range.prop_map(f64::from));
    let air = (hundredths(-5_000..5_000), hundredths(-6_000..6_000), hundredths(-6_000..4_000), whole(900..=1_060));
    let sky = (whole(0..=100), whole(0..=100), whole(0..=24_000), hundredths(0..1_500));
    let wind = (hundredths(0..4_000), hundredths(0..6_000), whole(0..=360), hundredths(0..2_000));
    (air, sky, wind).prop_map(move |(air, sky, wind)| {
        let (temperature, feels_like, dew_point, pressure) = air;
        let (humidity, cloud_cover, visibility, uv_index) = sky;
        let (wind_speed, wind_gust, wind_direction, precipitation) = wind;
        Conditions {
            condition,
            // A report always has a temperature.
            temperature: Some(Temperature::from_celsius(temperature.unwrap_or(0.0))),
            feels_like: feels_like.map(Temperature::from_celsius),
            dew_point: dew_point.map(Temperature::from_celsius),
            pressure: pressure.map(Pressure::from_hectopascals),
            humidity: humidity.map(Percentage::from_percent),
            cloud_cover: cloud_cover.map(Percentage::from_percent),
            visibility: visibility.map(Length::from_metres),
            uv_index,
            wind_speed: wind_speed.map(Speed::from_metres_per_second),
            wind_gust: wind_gust.map(Speed::from_metres_per_second),
            wind_direction: wind_direction.map(Direction::from_degrees),
            precipitation: precipitation.map(Length::from_millimetres),
            ..Conditions::unknown_at(now())
        }
    })
}

/// A random forecast that begins at a time, with steps of equal length.
pub(super) fn forecast(
    from: Timestamp,
    hours: u8,
    conditions: impl Strategy<Value = Conditions>,
) -> impl Strategy<Value = Forecast> {
    let chance = option::of((0..=100_i32).prop_map(|percent| Percentage::from_percent(f64::from(percent))));
    prop::collection::vec((conditions, chance), 30..60).prop_map(move |steps| {
        let step = |(n, (conditions, chance)): (i64, (Conditions, _))| ForecastStep {
            conditions: Conditions { time: from + SignedDuration::from_hours(n * i64::from(hours)), ..conditions },
            hours,
            precipitation_probability: chance,
            temperature_min: None,
            temperature_max: None,
        };
        Forecast { steps: (0..).zip(steps).map(step).collect(), ..Forecast::default() }
    })
}

/// The weather of a place with these reports.
pub(super) fn place_weather(zone: &str, current: Conditions, forecast: Forecast) -> PlaceWeather {
    let place = PlaceDetails::from(GeocodedPlace {
        name: "Here".to_owned(),
        other_names: Vec::new(),
        region: None,
        country: Some("GB".to_owned()),
        coordinates: Coordinates::from_hundredths(5151, -13),
        timezone: Some(zone.to_owned()),
    });
    let zone = NamedZone { name: zone.to_owned(), rules: TimeZone::get(zone).unwrap() };
    let window = RenderWindow { as_of: now(), until: now() + SignedDuration::from_mins(10) };
    PlaceWeather::new(place, zone, window, current, forecast, vec![SOURCE])
}

/// Fails unless the values are equal to half a unit of the last decimal place of the formats.
pub(super) fn assert_same(read: &Conditions, expected: &Conditions, what: &str) {
    let near = |read: Option<f64>, expected: Option<f64>, name: &str| {
        let is_near = match (read, expected) {
            (Some(read), Some(expected)) => (read - expected).abs() < 0.006,
            (read, expected) => read.is_none() && expected.is_none(),
        };
        assert!(is_near, "{what} {name}: {read:?} instead of {expected:?}");
    };
    assert_eq!(read.condition, expected.condition, "{what}");
    let celsius = |temperature: Option<Temperature>| temperature.map(Temperature::celsius);
    near(celsius(read.temperature), celsius(expected.temperature), "temperature");
    near(celsius(read.feels_like), celsius(expected.feels_like), "feels_like");
    near(celsius(read.dew_point), celsius(expected.dew_point), "dew_point");
    let percent = |percentage: Option<Percentage>| percentage.map(Percentage::percent);
    near(percent(read.humidity), percent(expected.humidity), "humidity");
    near(percent(read.cloud_cover), percent(expected.cloud_cover), "cloud_cover");
    let pressure = |pressure: Option<Pressure>| pressure.map(Pressure::hectopascals);
    near(pressure(read.pressure), pressure(expected.pressure), "pressure");
    near(read.visibility.map(Length::metres), expected.visibility.map(Length::metres), "visibility");
    let speed = |speed: Option<Speed>| speed.map(Speed::metres_per_second);
    near(speed(read.wind_speed), speed(expected.wind_speed), "wind_speed");
    near(speed(read.wind_gust), speed(expected.wind_gust), "wind_gust");
    let degrees = |direction: Option<Direction>| direction.map(Direction::degrees);
    near(degrees(read.wind_direction), degrees(expected.wind_direction), "wind_direction");
    let precipitation = |depth: Option<Length>| depth.map(Length::millimetres);
    near(precipitation(read.precipitation), precipitation(expected.precipitation), "precipitation");
    near(read.uv_index, expected.uv_index, "uv_index");
}
