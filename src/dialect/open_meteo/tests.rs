use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{
    super::{place_weather::PlaceWeather, tests::*},
    variables::{DayValues, day_variable},
    *,
};
use crate::{
    provider::open_meteo::read,
    weather::{
        Condition, Conditions, Forecast, ForecastStep, Length, Percentage, Speed, Temperature,
        sun::{Polar, SunDay},
    },
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
        zone in prop::sample::select(vec!["UTC", "Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns", "Pacific/Chatham", "Europe/Berlin"]),
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
    for name in [
        "temperature_2",
        "wind_speed_10",
        "windspeed_10",
        "wind_gusts_80m",
        "temperature_m",
        "soil_temperature_1cm",
        "soil_moisture_2m",
        "temperature_hPa",
    ] {
        assert!(rejected(&format!("hourly={name}")).is_some(), "{name}");
        assert!(rejected(&format!("current={name}")).is_some(), "{name}");
    }
    for name in ["winddirection_10m_max", "temperature_80m_max", "is_day_mean", "uv_index_min", "precipitation_max"] {
        assert!(rejected(&format!("daily={name}")).is_some(), "{name}");
    }
    for name in ["windspeed_10m_max", "winddirection_10m_dominant", "cloudcover_mean", "soil_temperature_0_to_7cm_mean"]
    {
        assert_eq!(rejected(&format!("daily={name}")), None, "{name}");
    }
    for name in ["windspeed_180m", "relativehumidity_850hPa", "soil_moisture_0_to_1cm", "soil_moisture_27_81cm"] {
        assert_eq!(rejected(&format!("hourly={name}")), None, "{name}");
    }
    for name in ["soil_temperature_6cm", "temperature_80m", "wind_speed_500hPa"] {
        assert_eq!(document["hourly"][name].as_array().unwrap(), &vec![Value::Null; 168], "{name}");
    }
    assert_eq!(document["daily"]["et0_fao_evapotranspiration"].as_array().unwrap().len(), 7);
}

/// As Open-Meteo's own source has it: data are read by the offset's full hours, and written with the whole offset.
#[test]
fn hours_are_full_local_hours_in_zones_with_half_hours() {
    let begins: Timestamp = "2026-03-27T00:00:00Z".parse().unwrap();
    let step = |n: u32| ForecastStep {
        conditions: Conditions {
            temperature: Some(Temperature::from_celsius(f64::from(n))),
            ..Conditions::unknown_at(begins + SignedDuration::from_hours(n.into()))
        },
        hours: 1,
        precipitation_probability: None,
        temperature_min: None,
        temperature_max: None,
    };
    let forecast = Forecast { steps: (0..96).map(step).collect(), ..Forecast::default() };
    // The first hour of the local day, in hours since `begins`, and its label in UTC.
    for (zone, first, label) in [
        ("Asia/Kolkata", 19.0, "2026-03-27T18:30:00Z"),
        ("Asia/Kathmandu", 19.0, "2026-03-27T18:15:00Z"),
        ("America/St_Johns", 26.0, "2026-03-28T02:30:00Z"),
        ("Pacific/Chatham", 35.0, "2026-03-28T10:15:00Z"),
        ("Asia/Tokyo", 15.0, "2026-03-27T15:00:00Z"),
        ("UTC", 24.0, "2026-03-28T00:00:00Z"),
    ] {
        let weather = || place_weather(zone, Conditions::unknown_at(now()), forecast.clone());
        let both = document("hourly=temperature_2m&minutely_15=is_day&forecast_days=1&timezone=auto", weather());
        let times = |block: &str| both[block]["time"].as_array().unwrap().clone();
        let minutes = |time: &Value| time.as_str().unwrap()[10..].to_owned();
        let expected: Vec<_> = (0..24).map(|hour| format!("T{hour:02}:00")).collect();
        assert_eq!(times("hourly").iter().map(minutes).collect::<Vec<_>>(), expected, "{zone}");
        assert_eq!(times("minutely_15")[..2].iter().map(minutes).collect::<Vec<_>>(), ["T00:00", "T00:15"], "{zone}");
        let temperatures = both["hourly"]["temperature_2m"].as_array().unwrap();
        assert_eq!(temperatures[..2], [json!(first), json!(first + 1.0)], "{zone}");
        let unix = document("hourly=temperature_2m&timeformat=unixtime&timezone=auto", weather());
        assert_eq!(unix["hourly"]["time"][0], label.parse::<Timestamp>().unwrap().as_second(), "{zone}");
        let ahead = document("hourly=temperature_2m&forecast_hours=2&timezone=auto", weather());
        assert_eq!(ahead["hourly"]["temperature_2m"], json!([36.0, 37.0]), "{zone}: the hour under way at 12:34 UTC");
    }
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
    assert_eq!(count("past_hours=1"), (7, 16 * 24 + 1, "2026-03-28T20:00".into()));
    assert_eq!(count("start_hour=2026-03-29T03:00&end_hour=2026-03-29T05:00"), (7, 3, "2026-03-29T03:00".into()));
    let quarters = |query: &str| {
        let weather = place_weather("Asia/Tokyo", Conditions::unknown_at(now()), Forecast::default());
        let document = document(&format!("minutely_15=is_day&timezone=auto&{query}"), weather);
        let times = document["minutely_15"]["time"].as_array().unwrap().clone();
        (times.len(), times[0].clone())
    };
    assert_eq!(quarters("forecast_minutely_15=4&past_minutely_15=2"), (6, "2026-03-28T21:00".into()));
    assert_eq!(quarters("past_minutely_15=1"), (3 * 96 + 1, "2026-03-28T21:15".into()));
    let bounds = "start_minutely_15=2026-03-29T03:15&end_minutely_15=2026-03-29T03:45";
    assert_eq!(quarters(bounds), (3, "2026-03-29T03:15".into()));
    assert_eq!(quarters("forecast_hours=1&forecast_days=1"), (96, "2026-03-28T00:00".into()), "hours are not quarters");
    for query in
        ["start_hour=2026-03-29T03:00", "start_hour=2026-03-29T03:00&end_hour=2026-03-28T03:00", "past_hours=-1"]
    {
        assert!(OpenMeteoOptions::parse(&DialectQuery::parse(query).unwrap()).is_err(), "{query}");
    }
}

/// Hours that begin at 12:00 UTC on 28 March.
fn hours(count: i64, hour: impl Fn(i64) -> (Condition, f64)) -> Forecast {
    let step = |n: i64| {
        let (condition, chance) = hour(n);
        ForecastStep {
            conditions: Conditions {
                condition,
                temperature: Some(Temperature::from_celsius(5.0)),
                ..Conditions::unknown_at(this_hour() + SignedDuration::from_hours(n))
            },
            hours: 1,
            precipitation_probability: Some(Percentage::from_percent(chance)),
            temperature_min: None,
            temperature_max: None,
        }
    };
    Forecast { steps: (0..count).map(step).collect(), ..Forecast::default() }
}

#[test]
fn the_present_probability_is_that_of_the_hour_under_way() {
    let query = "current=temperature_2m,precipitation_probability";
    assert!(options(query).needs().forecast && !options("current=temperature_2m").needs().forecast);
    let forecast = hours(3, |n| (Condition::Rain, if n == 0 { 40.0 } else { 90.0 }));
    let document = document(query, place_weather("UTC", Conditions::unknown_at(now()), forecast));
    assert_eq!(document["current"]["precipitation_probability"], 40);
}

#[test]
fn a_days_code_is_its_highest_by_day_and_night() {
    // At 03:00 on the 29th, in the dark.
    let forecast = hours(48, |n| (if n == 15 { Condition::Thunderstorm } else { Condition::LightRain }, 0.0));
    let document = document("daily=weather_code", place_weather("UTC", Conditions::unknown_at(now()), forecast));
    assert_eq!(document["daily"]["weather_code"], json!([61, 95, 61]));
}

#[test]
fn days_beyond_the_forecast_are_left_off_unless_only_the_sun_is_asked_for() {
    let rows = |query: &str, count| {
        let forecast = hours(count, |_| (Condition::Clear, 0.0));
        let document = document(query, place_weather("UTC", Conditions::unknown_at(now()), forecast));
        document["daily"]
            .as_object()
            .unwrap()
            .values()
            .map(|column| column.as_array().unwrap().len())
            .collect::<Vec<_>>()
    };
    assert_eq!(rows("daily=temperature_2m_max,sunrise", 36), [2, 2, 2]);
    assert_eq!(rows("daily=temperature_2m_max&past_days=1", 36), [3, 3]);
    assert_eq!(rows("daily=sunrise,sunset,daylight_duration", 36), [7, 7, 7, 7]);
    assert_eq!(rows("daily=temperature_2m_max", 0), [7, 7]);
}

#[test]
fn a_polar_day_has_24_hours_of_light_and_a_polar_night_none() {
    let daylight = |sun| {
        let variable = day_variable("daylight_duration", &DayValues { day: None, hours: &[], sun }).unwrap();
        variable.value
    };
    let polar = |polar| SunDay { polar: Some(polar), ..SunDay::default() };
    assert_eq!(daylight(polar(Polar::Day)), Some(86_400.0));
    assert_eq!(daylight(polar(Polar::Night)), Some(0.0));
    assert_eq!(daylight(SunDay::default()), None);
}

#[test]
fn python_writes_true_with_a_capital() {
    assert!(options("current_weather=True").current_weather && options("current_weather=1").current_weather);
    assert!(!options("current_weather=False").current_weather && !options("").current_weather);
}
