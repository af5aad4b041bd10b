//! The values in the recorded answers, computed from their JSON by hand.

use crate::weather::Condition;

/// The values in a recording of current weather, computed from its JSON by hand: temperatures are kelvin minus 273.15.
pub struct CurrentFacts {
    pub file: &'static str,
    pub time: &'static str,
    pub condition: Condition,
    pub description: &'static str,
    pub temperature: f64,
    /// `None` if it is missing, so that the formula applies.
    pub feels_like: Option<f64>,
    pub humidity: f64,
    pub pressure: f64,
    pub cloud_cover: f64,
    pub visibility: Option<f64>,
    pub wind_speed: f64,
    pub wind_direction: Option<f64>,
    pub precipitation: Option<f64>,
}

pub const fn london(file: &'static str) -> CurrentFacts {
    CurrentFacts {
        file,
        time: "2020-04-28T04:37:45Z",
        condition: Condition::Rain,
        description: "moderate rain",
        temperature: 8.93,
        feels_like: Some(4.22),
        humidity: 87.0,
        pressure: 1005.0,
        cloud_cover: 75.0,
        visibility: Some(8000.0),
        wind_speed: 5.7,
        wind_direction: Some(90.0),
        precipitation: Some(1.52),
    }
}

/// The recordings of 2014 and 2015 have no visibility, precipitation or apparent temperature.
pub const fn legacy(file: &'static str) -> CurrentFacts {
    CurrentFacts { feels_like: None, visibility: None, precipitation: None, ..london(file) }
}

pub const CURRENT: [CurrentFacts; 15] = [
    london("london-by-lat-lon-2020.json"),
    CurrentFacts {
        time: "2020-04-28T03:26:08Z",
        condition: Condition::LightRain,
        description: "light rain",
        temperature: 9.42,
        feels_like: Some(4.58),
        humidity: 81.0,
        cloud_cover: 100.0,
        visibility: Some(10_000.0),
        wind_direction: Some(70.0),
        precipitation: Some(0.51),
        ..london("london-by-name-2020.json")
    },
    CurrentFacts {
        time: "2020-05-01T02:13:31Z",
        condition: Condition::LightRain,
        description: "небольшой дождь",
        temperature: 8.05,
        feels_like: Some(4.4),
        humidity: 81.0,
        pressure: 996.0,
        cloud_cover: 84.0,
        visibility: Some(10_000.0),
        wind_speed: 3.6,
        wind_direction: Some(230.0),
        precipitation: Some(0.25),
        ..london("london-lang-ru-name-and-description-localized-2020.json")
    },
    CurrentFacts {
        time: "2020-05-01T13:15:51Z",
        condition: Condition::LightRain,
        description: "light rain",
        temperature: 14.08,
        feels_like: Some(10.7),
        humidity: 66.0,
        pressure: 998.0,
        cloud_cover: 5.0,
        visibility: Some(10_000.0),
        wind_speed: 4.1,
        wind_direction: Some(250.0),
        precipitation: Some(0.3),
        ..london("london-light-rain-lang-en-2020.json")
    },
    CurrentFacts {
        time: "2020-04-28T04:22:28Z",
        temperature: 8.72,
        feels_like: Some(3.96),
        precipitation: Some(1.27),
        ..london("london-moderate-rain-night-kelvin-2020.json")
    },
    // Requested in metric units: degrees Celsius as they are; a shower without an amount.
    CurrentFacts {
        time: "2020-05-17T12:13:42Z",
        condition: Condition::RainShowers,
        description: "petites averses",
        temperature: 13.67,
        feels_like: Some(5.79),
        humidity: 47.0,
        pressure: 1010.0,
        cloud_cover: 40.0,
        visibility: Some(10_000.0),
        wind_speed: 9.0,
        wind_direction: Some(260.0),
        precipitation: None,
        ..london("moscow-lang-fr-metric-shower-rain-2020.json")
    },
    // Whole numbers; a cloud cover of 0 is not missing.
    CurrentFacts {
        time: "2020-05-01T13:11:46Z",
        condition: Condition::Clear,
        description: "ясно",
        temperature: 12.0,
        feels_like: Some(7.15),
        humidity: 27.0,
        pressure: 1014.0,
        cloud_cover: 0.0,
        visibility: Some(10_000.0),
        wind_speed: 3.0,
        wind_direction: Some(90.0),
        precipitation: None,
        ..london("moscow-lang-ru-metric-clear-2020.json")
    },
    // Two conditions, of which the first counts; rain and snow without amounts.
    CurrentFacts {
        time: "2019-01-13T13:50:00Z",
        condition: Condition::Sleet,
        description: "light rain and snow",
        temperature: 1.49,
        humidity: 93.7,
        visibility: Some(7000.0),
        wind_speed: 11.8,
        wind_direction: Some(250.0),
        ..legacy("munich-two-conditions-snow-rain-2019.json")
    },
    // A wind without a direction.
    CurrentFacts {
        time: "2020-04-28T04:36:38Z",
        condition: Condition::Cloudy,
        description: "broken clouds",
        temperature: 6.54,
        feels_like: Some(2.96),
        humidity: 70.0,
        pressure: 1019.0,
        visibility: Some(16_093.0),
        wind_speed: 2.6,
        wind_direction: None,
        precipitation: None,
        ..london("new-york-by-zip-10018-2020.json")
    },
    CurrentFacts {
        time: "2020-04-28T03:49:45Z",
        condition: Condition::Overcast,
        description: "overcast clouds",
        temperature: 6.71,
        feels_like: Some(3.67),
        humidity: 75.0,
        pressure: 1019.0,
        cloud_cover: 90.0,
        visibility: Some(16_093.0),
        wind_speed: 2.1,
        wind_direction: None,
        precipitation: None,
        ..london("new-york-name-state-country-2020.json")
    },
    // Requested in metric units and answered in kelvin.
    CurrentFacts {
        time: "2014-08-28T10:31:52Z",
        condition: Condition::PartlyCloudy,
        description: "scattered clouds",
        temperature: 22.87,
        humidity: 35.0,
        pressure: 1018.0,
        cloud_cover: 40.0,
        wind_speed: 2.6,
        wind_direction: Some(280.0),
        ..legacy("legacy-2014-berlin-country-name-in-full-metric.json")
    },
    CurrentFacts {
        time: "2014-08-28T10:23:17Z",
        condition: Condition::Cloudy,
        description: "broken clouds",
        temperature: 26.791,
        humidity: 100.0,
        pressure: 1021.68,
        cloud_cover: 64.0,
        wind_speed: 4.91,
        wind_direction: Some(311.006),
        ..legacy("legacy-2014-cochin-broken-clouds.json")
    },
    CurrentFacts {
        time: "2014-08-28T10:01:35Z",
        condition: Condition::Cloudy,
        description: "broken clouds",
        temperature: 17.99,
        humidity: 63.0,
        pressure: 1004.0,
        wind_speed: 6.0,
        wind_direction: Some(200.0),
        ..legacy("legacy-2014-moscow-metric.json")
    },
    // A wind from 0 degrees is one from the north, not an unknown one.
    CurrentFacts {
        time: "2014-08-28T10:25:09Z",
        condition: Condition::PartlyCloudy,
        description: "scattered clouds",
        temperature: 19.46,
        humidity: 72.0,
        pressure: 1020.0,
        cloud_cover: 40.0,
        wind_speed: 1.0,
        wind_direction: Some(0.0),
        ..legacy("legacy-2014-munich-by-geocode-metric.json")
    },
    CurrentFacts {
        time: "2015-11-18T14:15:24Z",
        condition: Condition::PartlyCloudy,
        description: "scattered clouds",
        temperature: -25.289,
        humidity: 62.0,
        pressure: 1008.62,
        cloud_cover: 32.0,
        wind_speed: 1.66,
        wind_direction: Some(32.5005),
        ..legacy("siberia-medveda-2015-minus25c-no-visibility-no-timezone.json")
    },
];

/// From a request that is never sent: its units are unknown, so only that it can be read is tested.
pub const IMPERIAL: &str = "moscow-lang-ru-imperial-clear-2020.json";

/// Totals of a recorded forecast, computed from its JSON by another program.
pub struct ForecastFacts {
    pub file: &'static str,
    pub steps: usize,
    pub hours: u8,
    pub first: &'static str,
    pub last: &'static str,
    pub coldest: f64,
    pub warmest: f64,
    /// How many steps have an amount, and the sum of rain and snow.
    pub precipitation: (usize, f64),
    /// How many steps have a probability, and the highest one.
    pub probability: (usize, Option<f64>),
    pub visibility: usize,
    pub strongest_wind: f64,
    pub strongest_gust: Option<f64>,
}

pub const MARCH: (&str, &str) = ("2025-03-20T21:00:00Z", "2025-03-25T18:00:00Z");
pub const JULY: (&str, &str) = ("2024-07-04T19:00:00Z", "2024-07-08T18:00:00Z");
pub const AUGUST: (&str, &str) = ("2014-08-28T09:00:00Z", "2014-09-01T21:00:00Z");

pub const FORECASTS: [ForecastFacts; 9] = [
    ForecastFacts {
        file: "london-5day-3h-2025.json",
        steps: 40,
        hours: 3,
        first: MARCH.0,
        last: MARCH.1,
        coldest: 4.13,
        warmest: 15.61,
        precipitation: (9, 7.96),
        probability: (40, Some(100.0)),
        visibility: 40,
        strongest_wind: 5.63,
        strongest_gust: Some(13.78),
    },
    ForecastFacts {
        file: "adelphi-maryland-5day-3h-2025.json",
        steps: 40,
        hours: 3,
        first: MARCH.0,
        last: MARCH.1,
        coldest: 1.82,
        warmest: 20.54,
        precipitation: (6, 19.07),
        probability: (40, Some(100.0)),
        visibility: 40,
        strongest_wind: 7.6,
        strongest_gust: Some(16.71),
    },
    ForecastFacts {
        file: "antarctica-82s-5day-3h-2025.json",
        steps: 40,
        hours: 3,
        first: MARCH.0,
        last: MARCH.1,
        coldest: -45.67,
        warmest: -27.18,
        precipitation: (1, 0.12),
        probability: (40, Some(20.0)),
        visibility: 40,
        strongest_wind: 7.58,
        strongest_gust: Some(12.5),
    },
    // From the hourly endpoint, with amounts of one hour.
    ForecastFacts {
        file: "pro-hourly-arctic-82n-midnight-sun-2024.json",
        steps: 96,
        hours: 1,
        first: JULY.0,
        last: JULY.1,
        coldest: -0.01,
        warmest: 1.89,
        precipitation: (6, 2.17),
        probability: (96, Some(85.0)),
        visibility: 96,
        strongest_wind: 9.27,
        strongest_gust: Some(16.85),
    },
    ForecastFacts {
        file: "pro-hourly-antarctic-70s-polar-night-2024.json",
        steps: 96,
        hours: 1,
        first: JULY.0,
        last: JULY.1,
        coldest: -23.74,
        warmest: -4.66,
        precipitation: (32, 25.25),
        probability: (96, Some(100.0)),
        visibility: 96,
        strongest_wind: 15.75,
        strongest_gust: Some(23.86),
    },
    // Fifteen hours are missing in the middle, and every step has a rain amount, even if it is 0.
    ForecastFacts {
        file: "legacy-2014-cochin.json",
        steps: 33,
        hours: 3,
        first: AUGUST.0,
        last: AUGUST.1,
        coldest: 22.71,
        warmest: 27.196,
        precipitation: (33, 45.0),
        probability: (0, None),
        visibility: 0,
        strongest_wind: 7.21,
        strongest_gust: None,
    },
    ForecastFacts {
        file: "legacy-2014-kochi-city-id-is-string.json",
        steps: 33,
        hours: 3,
        first: AUGUST.0,
        last: AUGUST.1,
        coldest: 22.76,
        warmest: 27.196,
        precipitation: (33, 45.0),
        probability: (0, None),
        visibility: 0,
        strongest_wind: 7.21,
        strongest_gust: None,
    },
    // Rain and snow in one step are added; an empty `rain` is not an amount.
    ForecastFacts {
        file: "moravska-trebova-2015-empty-rain-object.json",
        steps: 40,
        hours: 3,
        first: "2015-11-18T15:00:00Z",
        last: "2015-11-23T12:00:00Z",
        coldest: -3.228,
        warmest: 11.6,
        precipitation: (27, 7.1775),
        probability: (0, None),
        visibility: 0,
        strongest_wind: 9.19,
        strongest_gust: None,
    },
    ForecastFacts {
        file: "moscow-snow-2018.json",
        steps: 39,
        hours: 3,
        first: "2018-11-10T18:00:00Z",
        last: "2018-11-15T12:00:00Z",
        coldest: -11.2,
        warmest: 1.15,
        precipitation: (13, 2.26),
        probability: (0, None),
        visibility: 0,
        strongest_wind: 6.91,
        strongest_gust: None,
    },
];
