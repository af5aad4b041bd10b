//! Weather conditions, in one vocabulary for all providers.

use Condition::{
    Ash, Clear, Cloudy, Drizzle, Dust, Fog, FreezingDrizzle, FreezingRain, Hail, Haze, HeavyRain, HeavySnow, LightRain,
    LightSnow, Mist, MostlyClear, Overcast, PartlyCloudy, Rain, RainShowers, Sand, Sleet, Smoke, Snow, SnowShowers,
    Squall, Thunderstorm, Tornado, Unknown,
};
use serde::{Deserialize, Serialize};

use super::quantity::Percentage;

/// A weather condition.
///
/// In order of severity: of two conditions in one day, the greater is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the words")]
pub enum Condition {
    Unknown,
    Clear,
    MostlyClear,
    PartlyCloudy,
    Cloudy,
    Overcast,
    Haze,
    Mist,
    Smoke,
    Dust,
    Sand,
    Fog,
    Ash,
    Drizzle,
    LightRain,
    RainShowers,
    LightSnow,
    SnowShowers,
    Rain,
    Sleet,
    Snow,
    HeavyRain,
    HeavySnow,
    FreezingDrizzle,
    FreezingRain,
    Squall,
    Thunderstorm,
    Hail,
    Tornado,
}

impl Condition {
    /// From an OpenWeatherMap condition id (<https://openweathermap.org/weather-conditions>).
    ///
    /// An id that is not in the table takes the condition of its hundreds group.
    #[must_use]
    pub fn from_openweathermap(id: u16) -> Self {
        match id {
            500 => LightRain,
            502..=504 => HeavyRain,
            511 => FreezingRain,
            520..=531 => RainShowers,
            600 => LightSnow,
            602 => HeavySnow,
            611..=616 => Sleet,
            620..=622 => SnowShowers,
            701 => Mist,
            711 => Smoke,
            721 => Haze,
            731 | 761 => Dust,
            741 => Fog,
            751 => Sand,
            762 => Ash,
            771 => Squall,
            781 => Tornado,
            800 => Clear,
            801 => MostlyClear,
            802 => PartlyCloudy,
            803 => Cloudy,
            804 => Overcast,
            _ => Self::from_openweathermap_group(id / 100),
        }
    }

    fn from_openweathermap_group(hundreds: u16) -> Self {
        match hundreds {
            2 => Thunderstorm,
            3 => Drizzle,
            5 => Rain,
            6 => Snow,
            7 => Mist,
            _ => Unknown,
        }
    }

    /// From a WMO weather interpretation code as Open-Meteo gives it (<https://open-meteo.com/en/docs>).
    #[must_use]
    pub fn from_wmo(code: u16) -> Self {
        match code {
            0 => Clear,
            1 => MostlyClear,
            2 => PartlyCloudy,
            3 => Overcast,
            45 | 48 => Fog,
            51 | 53 | 55 => Drizzle,
            56 | 57 => FreezingDrizzle,
            61 => LightRain,
            63 => Rain,
            65 => HeavyRain,
            66 | 67 => FreezingRain,
            71 => LightSnow,
            73 | 77 => Snow,
            75 => HeavySnow,
            80..=82 => RainShowers,
            85 | 86 => SnowShowers,
            95 => Thunderstorm,
            96 | 99 => Hail,
            _ => Unknown,
        }
    }

    /// From a MET Norway symbol code (<https://github.com/metno/weathericons>).
    ///
    /// The suffix for day, night or polar twilight is dropped. Any symbol with thunder is a thunderstorm.
    #[must_use]
    pub fn from_met_norway(symbol: &str) -> Self {
        let sky = symbol.split('_').next().unwrap_or_default();
        match sky {
            "clearsky" => Clear,
            "fair" => MostlyClear,
            "partlycloudy" => PartlyCloudy,
            "cloudy" => Overcast,
            "fog" => Fog,
            "lightrain" => LightRain,
            "rain" => Rain,
            "heavyrain" => HeavyRain,
            "lightsnow" => LightSnow,
            "snow" => Snow,
            "heavysnow" => HeavySnow,
            _ if sky.ends_with("andthunder") => Thunderstorm,
            _ if sky.ends_with("rainshowers") => RainShowers,
            _ if sky.ends_with("snowshowers") => SnowShowers,
            _ if sky.ends_with("sleet") || sky.ends_with("sleetshowers") => Sleet,
            _ => Unknown,
        }
    }

    /// Whether its precipitation is snow.
    #[must_use]
    pub fn is_snow(self) -> bool {
        matches!(self, LightSnow | Snow | HeavySnow | SnowShowers)
    }

    /// Whether its precipitation is ice, or snow and rain together.
    #[must_use]
    pub fn is_ice(self) -> bool {
        matches!(self, Sleet | FreezingDrizzle | FreezingRain)
    }

    /// Whether it has precipitation.
    #[must_use]
    pub fn is_wet(self) -> bool {
        let is_rain = matches!(self, Drizzle | LightRain | Rain | HeavyRain | RainShowers | Thunderstorm | Hail);
        is_rain || self.is_snow() || self.is_ice()
    }

    /// The cloud cover that it stands for if none was reported.
    #[must_use]
    pub fn typical_cloud_cover(self) -> Percentage {
        Percentage::from_percent(match self {
            Clear => 0.0,
            MostlyClear => 25.0,
            PartlyCloudy => 50.0,
            Cloudy => 75.0,
            _ => 100.0,
        })
    }

    /// The condition in English, for providers without descriptions.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Unknown => "unknown",
            Clear => "clear sky",
            MostlyClear => "mostly clear",
            PartlyCloudy => "partly cloudy",
            Cloudy => "cloudy",
            Overcast => "overcast",
            Haze => "haze",
            Mist => "mist",
            Smoke => "smoke",
            Dust => "dust",
            Sand => "blowing sand",
            Fog => "fog",
            Ash => "volcanic ash",
            Drizzle => "drizzle",
            LightRain => "light rain",
            RainShowers => "rain showers",
            LightSnow => "light snow",
            SnowShowers => "snow showers",
            Rain => "rain",
            Sleet => "sleet",
            Snow => "snow",
            HeavyRain => "heavy rain",
            HeavySnow => "heavy snow",
            FreezingDrizzle => "freezing drizzle",
            FreezingRain => "freezing rain",
            Squall => "squalls",
            Thunderstorm => "thunderstorm",
            Hail => "thunderstorm with hail",
            Tornado => "tornado",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openweathermap_ids() {
        let table = [
            (Thunderstorm, &[200, 201, 202, 210, 211, 212, 221, 230, 231, 232][..]),
            (Drizzle, &[300, 301, 302, 310, 311, 312, 313, 314, 321]),
            (LightRain, &[500]),
            (Rain, &[501, 505, 599]),
            (HeavyRain, &[502, 503, 504]),
            (FreezingRain, &[511]),
            (RainShowers, &[520, 521, 522, 531]),
            (LightSnow, &[600]),
            (Snow, &[601, 699]),
            (HeavySnow, &[602]),
            (Sleet, &[611, 612, 613, 615, 616]),
            (SnowShowers, &[620, 621, 622]),
            (Unknown, &[0, 400, 805, 900, u16::MAX]),
        ];
        for (condition, ids) in table {
            for &id in ids {
                assert_eq!(Condition::from_openweathermap(id), condition, "{id}");
            }
        }
        let singles = [
            (701, Mist),
            (711, Smoke),
            (721, Haze),
            (731, Dust),
            (741, Fog),
            (751, Sand),
            (761, Dust),
            (762, Ash),
            (771, Squall),
            (781, Tornado),
            (800, Clear),
            (801, MostlyClear),
            (802, PartlyCloudy),
            (803, Cloudy),
            (804, Overcast),
        ];
        for (id, condition) in singles {
            assert_eq!(Condition::from_openweathermap(id), condition, "{id}");
        }
    }

    #[test]
    fn wmo_codes() {
        let table = [
            (0, Clear),
            (1, MostlyClear),
            (2, PartlyCloudy),
            (3, Overcast),
            (45, Fog),
            (48, Fog),
            (53, Drizzle),
            (57, FreezingDrizzle),
            (61, LightRain),
            (63, Rain),
            (65, HeavyRain),
            (67, FreezingRain),
            (71, LightSnow),
            (73, Snow),
            (75, HeavySnow),
            (77, Snow),
            (81, RainShowers),
            (86, SnowShowers),
            (95, Thunderstorm),
            (96, Hail),
            (99, Hail),
            (4, Unknown),
            (100, Unknown),
        ];
        for (code, condition) in table {
            assert_eq!(Condition::from_wmo(code), condition, "{code}");
        }
    }

    #[test]
    fn met_norway_symbols() {
        let table = [
            ("clearsky_day", Clear),
            ("fair_polartwilight", MostlyClear),
            ("partlycloudy_night", PartlyCloudy),
            ("cloudy", Overcast),
            ("fog", Fog),
            ("lightrain", LightRain),
            ("heavyrain", HeavyRain),
            ("lightrainshowers_day", RainShowers),
            ("heavyrainshowers_night", RainShowers),
            ("lightsleet", Sleet),
            ("heavysleetshowers_day", Sleet),
            ("heavysnow", HeavySnow),
            ("snowshowers_polartwilight", SnowShowers),
            ("rainandthunder", Thunderstorm),
            // Spelt with a double s by MET Norway itself.
            ("lightssleetshowersandthunder_day", Thunderstorm),
            ("lightssnowshowersandthunder_night", Thunderstorm),
            ("", Unknown),
            ("frogs", Unknown),
        ];
        for (symbol, condition) in table {
            assert_eq!(Condition::from_met_norway(symbol), condition, "{symbol}");
        }
    }
}
