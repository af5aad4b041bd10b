use proptest::prelude::*;

use super::{
    super::{place_weather::PlaceWeather, tests::*},
    *,
};
use crate::{
    provider::open_meteo::read,
    weather::{Condition, Conditions, Forecast, ForecastStep, Length, Speed},
};

/// The variables that our own provider requests, with the units left open.
const QUERY: &str = "current=temperature_2m,apparent_temperature,relative_humidity_2m,dew_point_2m,pressure_msl,\
cloud_cover,visibility,wind_speed_10m,wind_gusts_10m,wind_direction_10m,uv_index,weather_code\
&hourly=temperature_2m,apparent_temperature,relative_humidity_2m,dew_point_2m,pressure_msl,cloud_cover,visibility,\
wind_speed_10m,wind_gusts_10m,wind_direction_10m,precipitation,precipitation_probability,uv_index,weather_code\
&forecast_days=8&timezone=auto";

/// The conditions that have a WMO code of their own.
const CONDITIONS: [Condition; 12] = [
    Condition::Unknown,
    Condition::Clear,
    Condition::PartlyCloudy,
    Condition::Overcast,
    Condition::Fog,
    Condition::Drizzle,
    Condition::HeavyRain,
    Condition::FreezingRain,
    Condition::Snow,
    Condition::RainShowers,
    Condition::Thunderstorm,
    Condition::Hail,
];

fn options(query: &str) -> OpenMeteoOptions {
    OpenMeteoOptions::parse(&DialectQuery::parse(query).unwrap()).unwrap_or_else(|fault| panic!("{query}: {fault:?}"))
}

fn document(query: &str, weather: PlaceWeather) -> Value {
    table::document(&options(query), weather)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn our_own_parser_reads_back_the_same_values(
        (current, forecast) in prop::sample::select(&CONDITIONS[..]).prop_flat_map(|condition| {
            (conditions(condition), forecast(this_hour(), 1, conditions(condition)))
        }),
        zone in prop::sample::select(vec!["UTC", "Asia/Kolkata", "America/St_Johns", "Europe/Berlin"]),
        is_unix_time in any::<bool>(),
    ) {
        let time = if is_unix_time { "unixtime" } else { "iso8601" };
        let query = format!("{QUERY}&wind_speed_unit=ms&timeformat={time}");
        let body = document(&query, place_weather(zone, current.clone(), forecast.clone())).to_string();
        let fetched = read(body.as_bytes(), now()).unwrap();
        let read_current = fetched.current.unwrap();
        // Our own parser takes the current precipitation from the hours.
        let expected = Conditions { precipitation: read_current.precipitation, ..current };
        assert_same(&read_current, &expected, "current");
        let steps = fetched.forecast.unwrap().steps;
        for expected in &forecast.steps {
            let read = steps.iter().find(|step| step.time() == expected.time());
            let read = read.unwrap_or_else(|| panic!("no step at {}", expected.time()));
            assert_same(&read.conditions, &expected.conditions, &expected.time().to_string());
            prop_assert_eq!(read.precipitation_probability, expected.precipitation_probability);
        }
    }

    #[test]
    fn units_are_converted_and_named(forecast in forecast(this_hour(), 1, conditions(Condition::Rain))) {
        let weather = || place_weather("UTC", Conditions::unknown_at(now()), forecast.clone());
        for units in ["wind_speed_unit=kn", "windspeed_unit=mph", "", "temperature_unit=fahrenheit"] {
            let body = document(&format!("{QUERY}&{units}"), weather()).to_string();
            let steps = read(body.as_bytes(), now()).unwrap().forecast.unwrap().steps;
            let near = |a: f64, b: f64| (a - b).abs() < 0.006;
            for (read, expected) in steps.iter().zip(&forecast.steps).take(20) {
                let celsius = |step: &ForecastStep| step.conditions.temperature.unwrap().celsius();
                prop_assert!(near(celsius(read), celsius(expected)), "{units}");
                let speed = |step: &ForecastStep| step.conditions.wind_speed.map_or(-1.0, Speed::metres_per_second);
                prop_assert!(near(speed(read), speed(expected)), "{units}");
            }
        }
        let body = document(&format!("{QUERY}&precipitation_unit=inch"), weather()).to_string();
        let steps = read(body.as_bytes(), now()).unwrap().forecast.unwrap().steps;
        for (read, expected) in steps.iter().zip(&forecast.steps).take(20) {
            let precipitation = |step: &ForecastStep| step.conditions.precipitation.map_or(-1.0, Length::millimetres);
            prop_assert!((precipitation(read) - precipitation(expected)).abs() < 0.013, "a thousandth of an inch");
        }
    }
}

#[test]
fn an_unknown_name_is_rejected_in_open_meteos_words_and_an_unsupported_one_is_null() {
    let rejected = |query: &str| {
        OpenMeteoOptions::parse(&DialectQuery::parse(query).unwrap()).err().map(|fault| error_body(&fault))
    };
    let reason = "Cannot initialize WeatherVariable from invalid String value tempeture_2m for key hourly";
    assert_eq!(rejected("hourly=tempeture_2m"), Some(json!({"error": true, "reason": reason})));
    for query in ["daily=x", "current=y", "timeformat=z", "timezone=Nowhere/Land", "forecast_days=17", "models=a,b"] {
        assert!(rejected(query).is_some(), "{query}");
    }
    let forecast = Forecast::default();
    let weather = place_weather("UTC", Conditions::unknown_at(now()), forecast);
    let document = document(
        "hourly=soil_temperature_6cm,temperature_80m,wind_speed_500hPa&daily=et0_fao_evapotranspiration",
        weather,
    );
    for name in ["soil_temperature_6cm", "temperature_80m", "wind_speed_500hPa"] {
        assert_eq!(document["hourly"][name].as_array().unwrap(), &vec![Value::Null; 168], "{name}");
    }
    assert_eq!(document["daily"]["et0_fao_evapotranspiration"].as_array().unwrap().len(), 7);
}

#[test]
fn as_many_days_and_hours_are_returned_as_requested() {
    let count = |query: &str| {
        let weather = place_weather("Asia/Tokyo", Conditions::unknown_at(now()), Forecast::default());
        let document = document(&format!("hourly=temperature_2m&daily=sunrise&timezone=auto&{query}"), weather);
        let times = |block: &str| document[block]["time"].as_array().unwrap().clone();
        (times("daily").len(), times("hourly").len(), times("hourly").first().cloned().unwrap_or_default())
    };
    assert_eq!(count(""), (7, 168, "2026-03-28T00:00".into()));
    assert_eq!(count("forecast_days=16&past_days=2"), (18, 432, "2026-03-26T00:00".into()));
    assert_eq!(count("start_date=2026-03-30&end_date=2026-03-30"), (1, 24, "2026-03-30T00:00".into()));
    assert_eq!(count("forecast_hours=6&past_hours=1"), (7, 7, "2026-03-28T20:00".into()));
}
