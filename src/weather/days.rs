//! Daily summaries in the place's own calendar.

use std::iter::successors;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::{
    calendar::{local_date, span},
    condition::Condition,
    coordinates::Coordinates,
    report::{Day, Forecast, ForecastStep},
    sun::SunPath,
};

/// The most local days in an answer, including today.
pub const MAX_DAYS: usize = 7;

/// Up to seven local calendar days, starting with that of `now`, as far as the forecast reaches.
///
/// A day's sums take from each interval the share that lies in the day. Extremes and conditions cannot be divided; they
/// belong to the day that contains more of the interval. `sun` must cover these days.
#[must_use]
pub fn days(forecast: &Forecast, sun: &SunPath, zone: &TimeZone, now: Timestamp) -> Vec<Day> {
    let today = local_date(now, zone);
    let ahead = successors(Some(today), |date| date.tomorrow().ok()).take(MAX_DAYS);
    ahead.filter_map(|date| day(date, &forecast.steps, sun, zone)).collect()
}

/// An interval's part in a day.
struct DayPart<'a> {
    step: &'a ForecastStep,
    length: SignedDuration,
    /// Whether no other day contains more of the interval. Of two equal parts, the earlier counts.
    is_larger: bool,
}

impl<'a> DayPart<'a> {
    fn of(step: &'a ForecastStep, (begins, ends): (Timestamp, Timestamp)) -> Option<Self> {
        let length = step.end().min(ends).duration_since(step.time().max(begins));
        let rest = step.length() - length;
        let is_larger = length > rest || (length == rest && step.time() >= begins);
        length.is_positive().then_some(Self { step, length, is_larger })
    }

    fn share(&self) -> f64 {
        self.length.as_secs_f64() / self.step.length().as_secs_f64()
    }
}

/// One local calendar day; `None` if no interval overlaps it. `sun` must cover it.
#[must_use]
pub fn day(date: Date, steps: &[ForecastStep], sun: &SunPath, zone: &TimeZone) -> Option<Day> {
    part_of_day(date, span(date, zone)?, steps, sun)
}

/// A summary of the part of a day between two instants; `None` if no interval overlaps it. `sun` must cover it.
#[must_use]
pub fn part_of_day(
    date: Date,
    (begins, ends): (Timestamp, Timestamp),
    steps: &[ForecastStep],
    sun: &SunPath,
) -> Option<Day> {
    let parts: Vec<_> = steps.iter().filter_map(|step| DayPart::of(step, (begins, ends))).collect();
    if parts.is_empty() {
        return None;
    }
    let covered: SignedDuration = parts.iter().map(|part| part.length).sum();
    let precipitation: Vec<_> =
        parts.iter().filter_map(|part| Some(part.step.conditions.precipitation? * part.share())).collect();
    let own: Vec<_> = parts.iter().filter(|part| part.is_larger).map(|part| part.step).collect();
    // A model's extremes for an interval need not include the temperature at its start.
    let lows = own.iter().flat_map(|step| [step.temperature_min, step.conditions.temperature]).flatten();
    let highs = own.iter().flat_map(|step| [step.temperature_max, step.conditions.temperature]).flatten();
    Some(Day {
        date,
        complete: covered == ends.duration_since(begins),
        condition: worst_in_daylight(&own, sun),
        temperature_min: lows.min_by(|a, b| a.celsius().total_cmp(&b.celsius())),
        temperature_max: greatest(highs),
        precipitation: (!precipitation.is_empty()).then(|| precipitation.into_iter().sum()),
        precipitation_probability: greatest(own.iter().filter_map(|step| step.precipitation_probability)),
        wind_speed_max: greatest(own.iter().filter_map(|step| step.conditions.wind_speed)),
        wind_gust_max: greatest(own.iter().filter_map(|step| step.conditions.wind_gust)),
        uv_index_max: greatest(own.iter().filter_map(|step| step.conditions.uv_index)),
    })
}

fn greatest<T: PartialOrd>(values: impl Iterator<Item = T>) -> Option<T> {
    values.reduce(|a, b| if b > a { b } else { a })
}

/// The most severe condition of the steps in daylight, or of all steps if there is no daylight.
fn worst_in_daylight(steps: &[&ForecastStep], sun: &SunPath) -> Condition {
    let light = steps.iter().filter(|step| sun.is_up(step.time()));
    let worst = light.map(|step| step.conditions.condition).max();
    worst.or_else(|| steps.iter().map(|step| step.conditions.condition).max()).unwrap_or(Condition::Unknown)
}

/// The nautical time zone of a point: whole hours by longitude.
///
/// The names in the tz database count hours westwards, so 30° east is `Etc/GMT-2`.
#[must_use]
pub fn nautical_zone(at: Coordinates) -> String {
    const DEGREES_PER_HOUR: f64 = 15.0;
    match (at.longitude() / DEGREES_PER_HOUR).round() {
        0.0 => "Etc/GMT".to_owned(),
        hours => format!("Etc/GMT{:+}", -hours),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::weather::{Conditions, Length, Percentage, Speed, Temperature};

    const KOLKATA: Coordinates = Coordinates::from_hundredths(2257, 8836);

    /// Steps of equal length whose temperature counts up from zero, each with 1 mm of rain.
    fn counting_up(first: &str, hours: u8, count: u8) -> Forecast {
        let first: Timestamp = first.parse().unwrap();
        let steps = (0..count).map(|n| ForecastStep {
            conditions: Conditions {
                temperature: Some(Temperature::from_celsius(n.into())),
                precipitation: Some(Length::from_millimetres(1.0)),
                ..Conditions::unknown_at(first + SignedDuration::from_hours(hours.into()) * i32::from(n))
            },
            hours,
            precipitation_probability: Some(Percentage::from_percent(n.into())),
            temperature_min: None,
            temperature_max: None,
        });
        Forecast { steps: steps.collect(), ..Forecast::default() }
    }

    fn days_in(forecast: &Forecast, zone: &str, now: &str) -> Vec<Day> {
        let (zone, now) = (TimeZone::get(zone).unwrap(), now.parse().unwrap());
        let sun = SunPath::new(KOLKATA, now, now + SignedDuration::from_hours(24 * 8));
        days(forecast, &sun, &zone, now)
    }

    fn precipitation(day: &Day) -> f64 {
        day.precipitation.unwrap().millimetres()
    }

    #[test]
    fn precipitation_is_divided_between_days_and_extremes_belong_to_the_larger_part() {
        // In Kolkata the steps begin at 11:30, 17:30, 23:30, 05:30 ...
        let forecast = counting_up("2025-03-20T06:00:00Z", 6, 20);
        let days = days_in(&forecast, "Asia/Kolkata", "2025-03-20T06:00:00Z");
        let summary: Vec<_> = days
            .iter()
            .map(|day| {
                let extremes = (day.temperature_min.unwrap().celsius(), day.temperature_max.unwrap().celsius());
                (day.date.day(), day.complete, extremes)
            })
            .collect();
        assert_eq!(summary[..3], [(20, false, (0.0, 1.0)), (21, true, (2.0, 5.0)), (22, true, (6.0, 9.0))]);
        assert!((precipitation(&days[0]) - (2.0 + 0.5 / 6.0)).abs() < 1e-9, "{}", precipitation(&days[0]));
        assert!((precipitation(&days[1]) - 4.0).abs() < 1e-9);
        assert!((days.iter().map(precipitation).sum::<f64>() - 20.0).abs() < 1e-9, "nothing is lost");
        assert_eq!(days[1].precipitation_probability.map(Percentage::percent), Some(5.0));
        assert_eq!((days[1].wind_speed_max, days[1].wind_gust_max, days[1].uv_index_max), (None, None, None));
    }

    #[test]
    fn of_two_equal_parts_the_earlier_counts() {
        let forecast = counting_up("2025-03-20T21:00:00Z", 6, 2);
        let days = days_in(&forecast, "UTC", "2025-03-20T21:00:00Z");
        assert_eq!(days[0].temperature_max.map(Temperature::celsius), Some(0.0));
        assert_eq!(days[1].temperature_min.map(Temperature::celsius), Some(1.0));
        assert!((precipitation(&days[0]) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn a_gap_makes_a_day_incomplete() {
        let mut forecast = counting_up("2025-03-20T00:00:00Z", 3, 16);
        assert!(days_in(&forecast, "UTC", "2025-03-20T00:00:00Z").iter().all(|day| day.complete));
        forecast.steps.remove(11);
        let days = days_in(&forecast, "UTC", "2025-03-20T00:00:00Z");
        assert_eq!(days.iter().map(|day| day.complete).collect::<Vec<_>>(), [true, false]);
        forecast.steps.retain(|step| step.time() < "2025-03-20T21:00:00Z".parse().unwrap());
        assert_eq!(days_in(&forecast, "UTC", "2025-03-20T00:00:00Z").len(), 1, "no day without an interval");
    }

    #[test]
    fn there_are_at_most_seven_days_and_none_is_past() {
        let forecast = counting_up("2025-03-20T00:00:00Z", 6, 60);
        let days = days_in(&forecast, "UTC", "2025-03-22T23:59:00Z");
        assert_eq!(days.len(), MAX_DAYS);
        assert_eq!(days[0].date, date(2025, 3, 22));
    }

    #[test]
    fn days_of_23_and_25_hours_are_complete() {
        for (first, changed, hours) in
            [("2025-03-29T00:00:00Z", date(2025, 3, 30), 23.0), ("2025-10-24T23:00:00Z", date(2025, 10, 26), 25.0)]
        {
            let days = days_in(&counting_up(first, 1, 96), "Europe/London", first);
            assert_eq!((days[1].date, days[1].complete), (changed, true), "the clocks change");
            assert!((precipitation(&days[1]) - hours).abs() < 1e-9);
        }
    }

    #[test]
    fn the_worst_of_the_daylight_is_the_days_condition() {
        let mut forecast = counting_up("2025-03-20T18:30:00Z", 3, 8);
        forecast.steps[0].conditions.condition = Condition::Thunderstorm; // local midnight
        forecast.steps[4].conditions.condition = Condition::LightRain; // local noon
        forecast.steps[5].conditions.wind_gust = Some(Speed::from_metres_per_second(9.0));
        forecast.steps[4].conditions.uv_index = Some(7.5);
        let day = days_in(&forecast, "Asia/Kolkata", "2025-03-20T18:30:00Z").remove(0);
        assert_eq!((day.condition, day.uv_index_max), (Condition::LightRain, Some(7.5)));
        assert_eq!(day.wind_gust_max.map(Speed::metres_per_second), Some(9.0));
    }

    #[test]
    fn zones_at_sea_follow_the_longitude() {
        let zone = |longitude| nautical_zone(Coordinates::from_hundredths(0, longitude));
        assert_eq!(zone(0), "Etc/GMT");
        assert_eq!(zone(3000), "Etc/GMT-2");
        assert_eq!(zone(-14_000), "Etc/GMT+9");
        for longitude in [-18_000, 18_000] {
            assert!(TimeZone::get(&zone(longitude)).is_ok());
        }
    }
}
