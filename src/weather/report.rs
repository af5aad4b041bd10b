//! What a provider said of one point on Earth.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::{Condition, Direction, Length, Percentage, Pressure, Speed, Temperature, calendar};

const HALF_A_DAY: SignedDuration = SignedDuration::from_hours(12);

/// Who said it, as the terms of their data want them named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The provider's name in settings and answers, such as `met-norway`.
    pub provider: &'static str,
    /// The name to credit.
    pub name: &'static str,
    /// The page to link when crediting.
    pub url: &'static str,
}

/// The weather at one moment. `None` is what the provider did not say.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditions {
    /// When the values hold: an observation's time, or a model step's.
    pub time: Timestamp,
    /// What the sky does.
    pub condition: Condition,
    /// The provider's own words for it.
    pub description: Option<String>,
    /// Of the air, 2 m above ground.
    pub temperature: Option<Temperature>,
    /// What that temperature feels like in this wind and humidity.
    pub feels_like: Option<Temperature>,
    /// Relative humidity.
    pub humidity: Option<Percentage>,
    /// Where the air would be saturated.
    pub dew_point: Option<Temperature>,
    /// Reduced to sea level.
    pub pressure: Option<Pressure>,
    /// Share of the sky that is covered.
    pub cloud_cover: Option<Percentage>,
    /// How far one sees.
    pub visibility: Option<Length>,
    /// Mean wind, 10 m above ground.
    pub wind_speed: Option<Speed>,
    /// Strongest wind of the last minutes.
    pub wind_gust: Option<Speed>,
    /// Where the wind comes from.
    pub wind_direction: Option<Direction>,
    /// Rain and snow together over the last hour, as water.
    pub precipitation: Option<Length>,
    /// Strength of the sun's ultraviolet light (WHO index).
    pub uv_index: Option<f64>,
}

impl Conditions {
    /// Conditions of which nothing is known but when they held.
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

    /// Whether anything is said that a person would call weather.
    #[must_use]
    pub fn says_something(&self) -> bool {
        self.temperature.is_some() || self.condition != Condition::Unknown
    }
}

/// A stretch of the hours ahead.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The weather at the step's time. Its `precipitation` is the sum over the step.
    pub conditions: Conditions,
    /// The step's length in hours.
    pub hours: u8,
    /// When the stretch begins over which the precipitation is summed: providers sum backwards or forwards.
    pub precipitation_from: Timestamp,
    /// How likely any precipitation is in the step.
    pub precipitation_probability: Option<Percentage>,
    /// Lowest temperature in the step, where the provider tells it apart.
    pub temperature_min: Option<Temperature>,
    /// Highest temperature in the step, where the provider tells it apart.
    pub temperature_max: Option<Temperature>,
}

/// A local calendar day ahead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Day {
    /// The day in the place's own calendar.
    pub date: Date,
    /// Whether all of the day lies in the data; else the values are those of the part that does.
    pub complete: bool,
    /// What the sky does at its worst while it is light.
    pub condition: Condition,
    /// Lowest temperature.
    pub temperature_min: Option<Temperature>,
    /// Highest temperature.
    pub temperature_max: Option<Temperature>,
    /// Rain and snow together, as water.
    pub precipitation: Option<Length>,
    /// How likely any precipitation is in the likeliest step.
    pub precipitation_probability: Option<Percentage>,
    /// Strongest mean wind.
    pub wind_speed_max: Option<Speed>,
}

/// The hours and days ahead.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Forecast {
    /// Consecutive steps, earliest first.
    pub steps: Vec<Step>,
    /// The days as the provider itself sums them up; empty where it does not.
    pub days: Vec<Day>,
}

impl Forecast {
    /// The moment from which to read the forecast: `now`, or its own beginning where all of it is past.
    ///
    /// A forecast that is wholly past (a recording, an upstream that stopped) is still shown, under its own dates.
    #[must_use]
    pub fn reading_time(&self, now: Timestamp) -> Timestamp {
        let begins = self.steps.first().map(|step| step.conditions.time);
        let begins = begins.or_else(|| self.days.first().and_then(Day::noon));
        let last_day_ends = self.days.last().and_then(Day::noon).map(|noon| noon + HALF_A_DAY * 2);
        let ends = self.steps.last().map(Step::end).max(last_day_ends);
        match (begins, ends) {
            (Some(begins), Some(ends)) if ends <= now => begins,
            _ => now,
        }
    }
}

impl Day {
    /// Noon of that date in UTC, which is that date nearly everywhere on Earth.
    fn noon(&self) -> Option<Timestamp> {
        let (midnight, _) = calendar::span(self.date, &TimeZone::UTC)?;
        midnight.checked_add(HALF_A_DAY).ok()
    }
}

impl Step {
    /// When the step ends.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.conditions.time + SignedDuration::from_hours(self.hours.into())
    }
}

/// Something said, by whom, and when it was fetched.
#[derive(Clone, Debug, PartialEq)]
pub struct Sourced<T> {
    /// What was said.
    pub value: T,
    /// Who said it.
    pub source: Source,
    /// When it was fetched from them.
    pub fetched_at: Timestamp,
    /// The IANA name of the point's time zone, where the provider told it.
    pub timezone: Option<String>,
}
