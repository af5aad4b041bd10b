//! Weather reports for one point on Earth.

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    condition::Condition,
    quantity::{Direction, Length, Percentage, Pressure, Speed, Temperature},
};

/// A provider of data, as its terms require it to be credited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The provider's name in settings and responses, such as `met-norway`.
    pub provider: &'static str,
    /// The name to credit.
    pub name: &'static str,
    /// The page to link when crediting.
    pub url: &'static str,
}

/// The weather at one moment. Values that the provider does not give are `None`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// The time of the values: of an observation, or of a model's step.
    pub time: Timestamp,
    /// The weather condition.
    pub condition: Condition,
    /// The provider's own description of it.
    pub description: Option<String>,
    /// Air temperature 2 m above ground.
    pub temperature: Option<Temperature>,
    /// Apparent temperature with this wind and humidity.
    pub feels_like: Option<Temperature>,
    /// Relative humidity.
    pub humidity: Option<Percentage>,
    /// Dew point.
    pub dew_point: Option<Temperature>,
    /// Air pressure reduced to sea level.
    pub pressure: Option<Pressure>,
    /// Cloud cover.
    pub cloud_cover: Option<Percentage>,
    /// Visibility.
    pub visibility: Option<Length>,
    /// Mean wind speed 10 m above ground.
    pub wind_speed: Option<Speed>,
    /// Strongest gust of the last minutes.
    pub wind_gust: Option<Speed>,
    /// The direction that the wind comes from.
    pub wind_direction: Option<Direction>,
    /// Rain and snow together over the last hour, as water.
    pub precipitation: Option<Length>,
    /// UV index (WHO).
    pub uv_index: Option<f64>,
}

impl Conditions {
    /// Conditions of which only the time is known.
    #[must_use]
    pub fn unknown_at(time: Timestamp) -> Self {
        Self {
            time,
            condition: Condition::Unknown,
            description: None,
            temperature: None,
            feels_like: None,
            humidity: None,
            dew_point: None,
            pressure: None,
            cloud_cover: None,
            visibility: None,
            wind_speed: None,
            wind_gust: None,
            wind_direction: None,
            precipitation: None,
            uv_index: None,
        }
    }

    /// Whether there is a temperature or a condition.
    #[must_use]
    pub fn has_weather(&self) -> bool {
        self.temperature.is_some() || self.condition != Condition::Unknown
    }
}

/// A forecast for the interval that starts at `conditions.time` and lasts `hours`.
///
/// The condition with its description, the precipitation and its probability apply to the whole interval, and so does
/// the gust if the provider gives the maximum. All other values apply to the interval's start.
#[derive(Clone, Debug, PartialEq)]
pub struct ForecastStep {
    /// The weather of the interval. Its `precipitation` is the sum over exactly these hours.
    pub conditions: Conditions,
    /// Length of the interval in hours: 1, 3 or 6.
    pub hours: u8,
    /// Probability of any precipitation in the interval.
    pub precipitation_probability: Option<Percentage>,
    /// Lowest temperature in the interval, if the provider gives it.
    pub temperature_min: Option<Temperature>,
    /// Highest temperature in the interval, if the provider gives it.
    pub temperature_max: Option<Temperature>,
}

/// A local calendar day, computed from the parts of the intervals that lie in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Day {
    /// The date in the place's own calendar.
    pub date: Date,
    /// Whether the intervals cover the whole day; otherwise the values are for the covered part.
    pub complete: bool,
    /// The most severe condition in daylight.
    pub condition: Condition,
    /// Lowest temperature.
    pub temperature_min: Option<Temperature>,
    /// Highest temperature.
    pub temperature_max: Option<Temperature>,
    /// Rain and snow together, as water.
    pub precipitation: Option<Length>,
    /// Highest probability of precipitation of any interval.
    pub precipitation_probability: Option<Percentage>,
    /// Highest mean wind speed.
    pub wind_speed_max: Option<Speed>,
    /// Strongest gust.
    pub wind_gust_max: Option<Speed>,
    /// Highest UV index (WHO).
    pub uv_index_max: Option<f64>,
}

/// A forecast in steps.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Forecast {
    /// Intervals without overlaps, earliest first. There may be gaps.
    pub steps: Vec<ForecastStep>,
    /// The condition of the reading that came with the forecast, if any.
    pub latest_reading: Option<LatestReading>,
    /// Whether a step without an amount of precipitation is dry, rather than one of which the amount is unknown.
    pub omits_zero_amounts: bool,
}

/// The condition at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatestReading {
    /// The time of the reading.
    pub time: Timestamp,
    /// The condition.
    pub condition: Condition,
}

impl Forecast {
    /// The time for which to read the forecast: `now`, or its own start if it is entirely in the past, as a recording or a
    /// last resort can be.
    #[must_use]
    pub fn reading_time(&self, now: Timestamp) -> Timestamp {
        match (self.steps.first(), self.steps.last()) {
            (Some(first), Some(last)) if last.end() <= now => first.time(),
            _ => now,
        }
    }
}

impl ForecastStep {
    /// Start of the interval.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.conditions.time
    }

    /// End of the interval.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.time() + self.length()
    }

    /// Length of the interval.
    #[must_use]
    pub fn length(&self) -> SignedDuration {
        SignedDuration::from_hours(self.hours.into())
    }

    /// Whether there is a temperature, a condition or an amount of precipitation.
    #[must_use]
    pub fn has_weather(&self) -> bool {
        self.conditions.has_weather() || self.conditions.precipitation.is_some()
    }
}

/// A value, its provider, and when it was fetched.
#[derive(Clone, Debug, PartialEq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// The provider.
    pub source: Source,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// The IANA name of the point's time zone, if the provider gives it.
    pub timezone: Option<String>,
}
