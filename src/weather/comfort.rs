//! What can be reckoned from what was measured, by published formulas.

use super::{Conditions, Percentage, Speed, Temperature};

/// What a temperature feels like in the shade: the Australian apparent temperature.
///
/// `AT = T + 0.33 e - 0.70 v - 4.00` with the vapour pressure `e` in hPa and the wind `v` in m/s
/// (Steadman, "Norms of apparent temperature in Australia", 1994; used by the Bureau of Meteorology).
#[must_use]
pub fn apparent_temperature(temperature: Temperature, humidity: Percentage, wind: Speed) -> Temperature {
    let t = temperature.celsius();
    let vapour_pressure = humidity.percent() / 100.0 * 6.105 * (17.27 * t / (237.7 + t)).exp();
    to_a_tenth(t + 0.33 * vapour_pressure - 0.70 * wind.metres_per_second() - 4.0)
}

/// The temperature at which this air would be saturated, by the Magnus formula over water.
///
/// Coefficients 17.62 and 243.12 °C (WMO Guide to Instruments and Methods of Observation, WMO-No. 8, annex 4.B).
/// `None` for air without any vapour, which has no dew point.
#[must_use]
pub fn dew_point(temperature: Temperature, humidity: Percentage) -> Option<Temperature> {
    const A: f64 = 17.62;
    const B: f64 = 243.12;
    if humidity.percent() <= 0.0 {
        return None;
    }
    let t = temperature.celsius();
    let gamma = (humidity.percent() / 100.0).ln() + A * t / (B + t);
    Some(to_a_tenth(B * gamma / (A - gamma)))
}

impl Conditions {
    /// Adds what follows from the values and was not said: how it feels and the dew point.
    #[must_use]
    pub fn with_reckoned_comfort(mut self) -> Self {
        if let (Some(temperature), Some(humidity)) = (self.temperature, self.humidity) {
            self.dew_point = self.dew_point.or_else(|| dew_point(temperature, humidity));
            let reckoned = self.wind_speed.map(|wind| apparent_temperature(temperature, humidity, wind));
            self.feels_like = self.feels_like.or(reckoned);
        }
        self
    }
}

/// A formula of this kind is good to a tenth of a degree at best.
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

    /// Reckoned by hand from the formula.
    #[test]
    fn apparent_temperature_of_known_air() {
        let at = |t, rh, wind| {
            apparent_temperature(celsius(t), percent(rh), Speed::from_kilometres_per_hour(wind)).celsius()
        };
        assert!((at(20.0, 60.0, 0.0) - 20.6).abs() < 0.15);
        assert!((at(30.0, 50.0, 20.0) - 29.1).abs() < 0.15);
        assert!(at(0.0, 50.0, 30.0) < -8.0);
    }

    #[test]
    fn dew_point_of_known_air() {
        let dew = |t, rh| dew_point(celsius(t), percent(rh)).unwrap().celsius();
        assert!((dew(20.0, 50.0) - 9.3).abs() < 0.1);
        assert!((dew(25.0, 60.0) - 16.7).abs() < 0.1);
        assert!((dew(-5.0, 90.0) - -6.4).abs() < 0.15);
        assert_eq!(dew_point(celsius(20.0), percent(0.0)), None);
    }

    proptest! {
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
