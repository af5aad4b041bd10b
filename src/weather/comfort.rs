//! Values derived from measured ones by published formulas, each within its valid range.

use super::{
    quantity::{Percentage, Speed, Temperature},
    report::Conditions,
};

/// The highest temperature in °C for which wind chill is defined (NWS; JAG/TI measured colder air).
const CHILL_BELOW: f64 = 10.0;
/// The coldest air, in °C, and the strongest wind, in km/h, of the published tables of wind chill.
const CHILL_COLDEST: f64 = -50.0;
const CHILL_STRONGEST_WIND: f64 = 100.0;
/// The temperature in °C at which neither wind nor humidity has an effect.
const NEUTRAL: f64 = 20.0;
/// The temperatures in °F for which the heat index is defined.
const HEAT_FROM: f64 = 80.0;
const HEAT_UNTIL: f64 = 112.0;

/// The apparent temperature in the shade: wind chill up to 10 °C, the heat index from 26.7 °C (80 °F).
///
/// Between these ranges each formula's effect decreases linearly to zero at 20 °C, so that a tenth of a degree never
/// changes the result by more than a few tenths. Beyond the coldest, hottest or windiest values of the published tables
/// the effect at their edge applies. `None` if the wind or the humidity that matters is unknown.
#[must_use]
pub fn apparent_temperature(
    temperature: Temperature,
    humidity: Option<Percentage>,
    wind: Option<Speed>,
) -> Option<Temperature> {
    let t = temperature.celsius();
    let heat_from = Temperature::from_fahrenheit(HEAT_FROM).celsius();
    let effect = if t <= NEUTRAL {
        let share = ((NEUTRAL - t) / (NEUTRAL - CHILL_BELOW)).min(1.0);
        share * wind_chill_effect(t.clamp(CHILL_COLDEST, CHILL_BELOW), wind?)
    } else {
        let share = ((t - NEUTRAL) / (heat_from - NEUTRAL)).min(1.0);
        share * heat_index_effect(temperature.fahrenheit().clamp(HEAT_FROM, HEAT_UNTIL), humidity?)
    };
    Some(to_a_tenth(t + effect))
}

/// The effect of wind in °C, at most 0.
///
/// JAG/TI, 2001: `13.12 + 0.6215 T - 11.37 V^0.16 + 0.3965 T V^0.16` with V in km/h; below 5 km/h Environment Canada's
/// `T + (-1.59 + 0.1345 T) V / 5`, which meets that formula at 5 km/h
/// (<https://climate.weather.gc.ca/glossary_e.html#w>, <https://www.weather.gov/safety/cold-wind-chill-chart>).
fn wind_chill_effect(t: f64, wind: Speed) -> f64 {
    const LIGHT_WIND: f64 = 5.0;
    let v = wind.kilometres_per_hour().clamp(0.0, CHILL_STRONGEST_WIND);
    let chill = if v < LIGHT_WIND {
        t + (-1.59 + 0.1345 * t) * v / LIGHT_WIND
    } else {
        let power = v.powf(0.16);
        13.12 + 0.6215 * t - 11.37 * power + 0.3965 * t * power
    };
    (chill - t).min(0.0)
}

/// The effect of humidity in °C: positive in humid air, negative in dry air.
///
/// Rothfusz' regression of Steadman's table with the NWS's adjustments for dry and for humid air
/// (<https://www.wpc.ncep.noaa.gov/html/heatindex_equation.shtml>), up to the highest index of the NWS's chart, beyond
/// which the regression is not valid (<https://www.weather.gov/safety/heat-index>).
fn heat_index_effect(t: f64, humidity: Percentage) -> f64 {
    const DRY: f64 = 13.0;
    const HUMID: f64 = 85.0;
    const HUMID_UNTIL: f64 = 87.0;
    const HIGHEST_INDEX: f64 = 137.0;
    let rh = humidity.percent();
    let index = -42.379 + 2.049_015_23 * t + 10.143_331_27 * rh
        - 0.224_755_41 * t * rh
        - 0.006_837_83 * t * t
        - 0.054_817_17 * rh * rh
        + 0.001_228_74 * t * t * rh
        + 0.000_852_82 * t * rh * rh
        - 0.000_001_99 * t * t * rh * rh;
    let adjustment = if rh < DRY {
        -(DRY - rh) / 4.0 * ((17.0 - (t - 95.0).abs()) / 17.0).max(0.0).sqrt()
    } else if rh > HUMID && t < HUMID_UNTIL {
        (rh - HUMID) / 10.0 * (HUMID_UNTIL - t) / 5.0
    } else {
        0.0
    };
    ((index + adjustment).min(HIGHEST_INDEX) - t) / 1.8
}

/// The dew point, by the Magnus formula over water.
///
/// Coefficients 17.62 and 243.12 °C, for -45 to 60 °C (WMO Guide to Instruments and Methods of Observation, WMO-No. 8,
/// annex 4.B). `None` outside that range, and for air without any vapour, which has no dew point.
#[must_use]
pub fn dew_point(temperature: Temperature, humidity: Percentage) -> Option<Temperature> {
    const A: f64 = 17.62;
    const B: f64 = 243.12;
    const RANGE: std::ops::RangeInclusive<f64> = -45.0..=60.0;
    let t = temperature.celsius();
    if humidity.percent() <= 0.0 || !RANGE.contains(&t) {
        return None;
    }
    let gamma = (humidity.percent() / 100.0).ln() + A * t / (B + t);
    Some(to_a_tenth(B * gamma / (A - gamma)))
}

impl Conditions {
    /// Adds the apparent temperature and the dew point if they are not given.
    #[must_use]
    pub fn with_derived_values(mut self) -> Self {
        let Some(temperature) = self.temperature else { return self };
        let derived = || apparent_temperature(temperature, self.humidity, self.wind_speed);
        self.feels_like = self.feels_like.or_else(derived);
        self.dew_point = self.dew_point.or_else(|| dew_point(temperature, self.humidity?));
        self
    }
}

/// Rounds to a tenth of a degree, the best precision of these formulas.
fn to_a_tenth(celsius: f64) -> Temperature {
    Temperature::from_celsius((celsius * 10.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn celsius(t: f64) -> Temperature {
        Temperature::from_celsius(t)
    }

    const fn percent(p: f64) -> Percentage {
        Percentage::from_percent(p)
    }

    fn feels(t: f64, rh: f64, wind: f64) -> f64 {
        let wind = Speed::from_kilometres_per_hour(wind);
        apparent_temperature(celsius(t), Some(percent(rh)), Some(wind)).unwrap().celsius()
    }

    /// From Environment Canada's table of wind chill, which is in whole degrees.
    #[test]
    fn wind_chill_is_that_of_the_published_table() {
        for (t, wind, chill) in [(0.0, 20.0, -5.0), (-10.0, 30.0, -20.0), (-25.0, 10.0, -33.0), (-50.0, 80.0, -81.0)] {
            assert!((feels(t, 80.0, wind) - chill).abs() <= 0.5, "{t} {wind}: {}", feels(t, 80.0, wind));
        }
        assert!((feels(2.0, 80.0, 54.0) - -5.7).abs() < 0.15, "{}", feels(2.0, 80.0, 54.0));
    }

    /// From the NWS's table of the heat index, which is in whole °F.
    #[test]
    fn the_heat_index_is_that_of_the_published_table() {
        for (t, rh, index) in [(80.0, 40.0, 80.0), (90.0, 60.0, 100.0), (100.0, 50.0, 118.0), (86.0, 90.0, 105.0)] {
            let felt = celsius(feels(celsius((t - 32.0) / 1.8).celsius(), rh, 5.0)).fahrenheit();
            assert!((felt - index).abs() <= 1.0, "{t} {rh}: {felt}");
        }
    }

    #[test]
    fn a_storm_in_warm_rain_is_not_cold() {
        assert!((feels(26.0, 95.0, 162.0) - 26.0).abs() < 5.0, "{}", feels(26.0, 95.0, 162.0));
        assert!((feels(20.0, 90.0, 60.0) - 20.0).abs() < 0.05);
    }

    #[test]
    fn nothing_is_derived_from_nothing() {
        let wind = Some(Speed::from_metres_per_second(3.0));
        assert_eq!(apparent_temperature(celsius(5.0), Some(percent(50.0)), None), None);
        assert_eq!(apparent_temperature(celsius(30.0), None, wind), None);
        assert!(apparent_temperature(celsius(5.0), None, wind).is_some(), "moisture does not matter in the cold");
    }

    #[test]
    fn dew_point_of_known_air() {
        let dew = |t, rh| dew_point(celsius(t), percent(rh)).unwrap().celsius();
        assert!((dew(20.0, 50.0) - 9.3).abs() < 0.1);
        assert!((dew(25.0, 60.0) - 16.7).abs() < 0.1);
        assert!((dew(-5.0, 90.0) - -6.4).abs() < 0.15);
        assert_eq!(dew_point(celsius(20.0), percent(0.0)), None);
        assert_eq!(dew_point(celsius(-60.0), percent(80.0)), None, "outside the formula's range");
    }

    proptest! {
        #[test]
        fn no_small_change_of_the_air_makes_a_jump(t in -95.0..65.0f64, rh in 0.0..=99.0f64, wind in 0.0..400.0f64) {
            let here = feels(t, rh, wind);
            prop_assert!((feels(t + 0.1, rh, wind) - here).abs() <= 1.0, "{t}");
            prop_assert!((feels(t, rh + 1.0, wind) - here).abs() <= 1.5, "{rh}");
            prop_assert!((feels(t, rh, wind + 0.5) - here).abs() <= 1.5, "{wind}");
        }

        #[test]
        fn it_never_feels_absurd(t in -95.0..60.0f64, rh in 0.0..=100.0f64, wind in 0.0..432.0f64) {
            let felt = feels(t, rh, wind);
            prop_assert!((-40.0..=30.0).contains(&(felt - t)), "{felt}");
        }

        #[test]
        fn saturated_air_is_at_its_dew_point(t in -40.0..50.0f64) {
            let dew = dew_point(celsius(t), percent(100.0)).unwrap().celsius();
            prop_assert!((dew - t).abs() <= 0.051);
        }

        #[test]
        fn dew_point_never_exceeds_the_temperature(t in -40.0..50.0f64, rh in 0.1..100.0f64) {
            prop_assert!(dew_point(celsius(t), percent(rh)).unwrap().celsius() <= t + 0.051);
        }
    }
}
