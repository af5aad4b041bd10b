//! OpenWeatherMap's ids, names and icons for conditions.

use serde_json::{Value, json};

use crate::weather::Condition;

/// One entry of the `weather` array.
pub(super) fn condition_entry(condition: Condition, description: Option<&str>, is_day: bool) -> Value {
    let OwmCondition { id, main, icon } = OwmCondition::from_condition(condition);
    let description = description.unwrap_or(condition.words());
    json!({"id": id, "main": main, "description": description, "icon": format!("{icon}{}", if is_day { "d" } else { "n" })})
}

/// An entry of OpenWeatherMap's table (<https://openweathermap.org/weather-conditions>).
pub(super) struct OwmCondition {
    pub(super) id: u16,
    main: &'static str,
    icon: &'static str,
}

impl OwmCondition {
    /// The entry whose id is read back as the condition. Freezing drizzle and hail have none of their own. An unknown
    /// condition becomes clouds, because the array must not be empty.
    pub(super) fn from_condition(condition: Condition) -> Self {
        let (id, main, icon) = match condition {
            Condition::Clear => (800, "Clear", "01"),
            Condition::MostlyClear => (801, "Clouds", "02"),
            Condition::PartlyCloudy => (802, "Clouds", "03"),
            Condition::Cloudy => (803, "Clouds", "04"),
            Condition::Unknown | Condition::Overcast => (804, "Clouds", "04"),
            Condition::Haze => (721, "Haze", "50"),
            Condition::Mist => (701, "Mist", "50"),
            Condition::Smoke => (711, "Smoke", "50"),
            Condition::Dust => (761, "Dust", "50"),
            Condition::Sand => (751, "Sand", "50"),
            Condition::Fog => (741, "Fog", "50"),
            Condition::Ash => (762, "Ash", "50"),
            Condition::Drizzle => (300, "Drizzle", "09"),
            Condition::LightRain => (500, "Rain", "10"),
            Condition::RainShowers => (521, "Rain", "09"),
            Condition::LightSnow => (600, "Snow", "13"),
            Condition::SnowShowers => (621, "Snow", "13"),
            Condition::Rain => (501, "Rain", "10"),
            Condition::Sleet => (611, "Snow", "13"),
            Condition::Snow => (601, "Snow", "13"),
            Condition::HeavyRain => (502, "Rain", "10"),
            Condition::HeavySnow => (602, "Snow", "13"),
            Condition::FreezingDrizzle | Condition::FreezingRain => (511, "Rain", "13"),
            Condition::Squall => (771, "Squall", "50"),
            Condition::Thunderstorm | Condition::Hail => (211, "Thunderstorm", "11"),
            Condition::Tornado => (781, "Tornado", "50"),
        };
        Self { id, main, icon }
    }
}
