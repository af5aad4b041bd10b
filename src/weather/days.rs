//! The days ahead in the place's own calendar.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    Condition, Coordinates, Day, Forecast, Step,
    calendar::{local_date, span},
    sun,
};

/// How many local days an answer has at most, today included.
pub const MOST_DAYS: usize = 7;

/// Up to seven local calendar days, starting with the one that `now` lies in.
///
/// Where the provider sums its days up itself those are taken, else the steps are summed: a step belongs
/// to the day that its time falls on.
#[must_use]
pub fn days(forecast: &Forecast, at: Coordinates, zone: &TimeZone, now: Timestamp) -> Vec<Day> {
    let today = local_date(now, zone);
    if !forecast.days.is_empty() {
        return forecast.days.iter().filter(|day| day.date >= today).take(MOST_DAYS).cloned().collect();
    }
    let date_of = |step: &Step| local_date(step.conditions.time, zone);
    forecast
        .steps
        .chunk_by(|a, b| date_of(a) == date_of(b))
        .map(|steps| (date_of(&steps[0]), steps))
        .filter(|(date, _)| *date >= today)
        .take(MOST_DAYS)
        .map(|(date, steps)| summed_up(date, steps, forecast, at, zone))
        .collect()
}

fn summed_up(date: Date, steps: &[Step], forecast: &Forecast, at: Coordinates, zone: &TimeZone) -> Day {
    let all = || steps.iter();
    let lows = all().filter_map(|step| step.temperature_min.or(step.conditions.temperature));
    let highs = all().filter_map(|step| step.temperature_max.or(step.conditions.temperature));
    let precipitation: Vec<_> = all().filter_map(|step| step.conditions.precipitation).collect();
    Day {
        date,
        complete: covers(forecast, date, zone),
        condition: worst_while_light(steps, at),
        temperature_min: lows.min_by(|a, b| a.celsius().total_cmp(&b.celsius())),
        temperature_max: highs.max_by(|a, b| a.celsius().total_cmp(&b.celsius())),
        precipitation: (!precipitation.is_empty()).then(|| precipitation.into_iter().sum()),
        precipitation_probability: all()
            .filter_map(|step| step.precipitation_probability)
            .max_by(|a, b| a.percent().total_cmp(&b.percent())),
        wind_speed_max: all()
            .filter_map(|step| step.conditions.wind_speed)
            .max_by(|a, b| a.metres_per_second().total_cmp(&b.metres_per_second())),
    }
}

/// Whether the steps cover the whole local day.
fn covers(forecast: &Forecast, date: Date, zone: &TimeZone) -> bool {
    let (Some((begins, ends)), Some(first), Some(last)) =
        (span(date, zone), forecast.steps.first(), forecast.steps.last())
    else {
        return false;
    };
    first.precipitation_from.min(first.conditions.time) <= begins && ends <= last.end()
}

/// The most consequential condition of the steps in daylight; of all steps where there is no daylight.
fn worst_while_light(steps: &[Step], at: Coordinates) -> Condition {
    let light = steps.iter().filter(|step| sun::is_up(at, step.conditions.time));
    let worst = light.map(|step| step.conditions.condition).max();
    worst.or_else(|| steps.iter().map(|step| step.conditions.condition).max()).unwrap_or(Condition::Unknown)
}

/// The zone of a place that lies in none by name: whole hours by longitude, as ships keep it.
///
/// The names of the tz database count hours westward, so that 30° east is `Etc/GMT-2`.
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
    use jiff::{SignedDuration, civil::date};

    use super::*;
    use crate::weather::{Conditions, Length, Temperature};

    const KOLKATA: Coordinates = Coordinates::from_hundredths(2257, 8836);

    /// Steps of equal length whose temperature counts up from zero, each with 1 mm of rain before it.
    fn counting_up(first: &str, hours: u8, count: u8) -> Forecast {
        let first: Timestamp = first.parse().unwrap();
        let length = SignedDuration::from_hours(hours.into());
        let steps = (0..count).map(|n| {
            let time = first + length * i32::from(n);
            let conditions = Conditions {
                temperature: Some(Temperature::from_celsius(n.into())),
                precipitation: Some(Length::from_millimetres(1.0)),
                ..Conditions::unknown_at(time)
            };
            Step {
                conditions,
                hours,
                precipitation_from: time - length,
                precipitation_probability: None,
                temperature_min: None,
                temperature_max: None,
            }
        });
        Forecast { steps: steps.collect(), days: Vec::new() }
    }

    fn days_in(forecast: &Forecast, zone: &str, now: &str) -> Vec<Day> {
        days(forecast, KOLKATA, &TimeZone::get(zone).unwrap(), now.parse().unwrap())
    }

    #[test]
    fn days_are_cut_at_the_places_own_midnight() {
        let forecast = counting_up("2025-03-20T12:00:00Z", 3, 40);
        let days = days_in(&forecast, "Asia/Kolkata", "2025-03-20T11:00:00Z");
        let told: Vec<_> = days
            .iter()
            .map(|day| (day.date.day(), day.complete, day.temperature_max.map(Temperature::celsius)))
            .collect();
        // 18:00 UTC is 23:30 in Kolkata: the first day has the steps 0 to 2.
        assert_eq!(told[..3], [(20, false, Some(2.0)), (21, true, Some(10.0)), (22, true, Some(18.0))]);
        assert_eq!(told.last(), Some(&(25, false, Some(39.0))));
        assert!((days[1].precipitation.unwrap().millimetres() - 8.0).abs() < 1e-9);
        assert_eq!(days[1].wind_speed_max, None);
    }

    #[test]
    fn there_are_at_most_seven_and_none_is_past() {
        let forecast = counting_up("2025-03-20T00:00:00Z", 6, 60);
        let days = days_in(&forecast, "UTC", "2025-03-22T23:59:00Z");
        assert_eq!(days.len(), MOST_DAYS);
        assert_eq!(days[0].date, date(2025, 3, 22));
    }

    #[test]
    fn a_day_of_23_hours_is_complete() {
        let forecast = counting_up("2025-03-29T00:00:00Z", 1, 72);
        let days = days_in(&forecast, "Europe/London", "2025-03-29T00:30:00Z");
        assert_eq!(days[1].date, date(2025, 3, 30), "the clocks go forward");
        assert!(days[1].complete);
        assert!((days[1].precipitation.unwrap().millimetres() - 23.0).abs() < 1e-9);
    }

    #[test]
    fn the_worst_of_the_daylight_is_told() {
        let mut forecast = counting_up("2025-03-20T18:30:00Z", 3, 8);
        forecast.steps[0].conditions.condition = Condition::Thunderstorm; // local midnight
        forecast.steps[4].conditions.condition = Condition::LightRain; // local noon
        let days = days_in(&forecast, "Asia/Kolkata", "2025-03-20T18:30:00Z");
        assert_eq!(days[0].condition, Condition::LightRain);
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
