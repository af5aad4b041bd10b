//! Converts forecast items, whose time is the end of the hours that they describe, into intervals, whose time is the
//! start.

use jiff::SignedDuration;

use crate::weather::{Conditions, ForecastStep};

const ONE_HOUR: SignedDuration = SignedDuration::from_hours(1);

/// What an item's gust refers to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum GustKind {
    /// The strongest gust in the hours before the item's time.
    Strongest,
    /// The gust at the item's time.
    AtTime,
}

/// Converts items whose condition, precipitation and probability (and gust, if it is the strongest) are for the `hours`
/// before their `time` into intervals.
///
/// Each item becomes the interval that ends at its time. Values for one moment come from the item at the interval's
/// start; if there is none, from the `reading` if it is from about that time, else they are unknown. The forecast ends
/// with the last item, because nothing is known of the hours after it.
pub(super) fn intervals_from_preceding_hours(
    mut items: Vec<ForecastStep>,
    gust: GustKind,
    reading: Option<&Conditions>,
) -> Vec<ForecastStep> {
    items.sort_by_key(ForecastStep::time);
    items.dedup_by_key(|item| item.time());
    let interval = |end: &ForecastStep| {
        let time = end.time() - end.length();
        let at_start = items.binary_search_by_key(&time, ForecastStep::time).ok().map(|n| &items[n]);
        let reading = reading.filter(|reading| is_about(reading, end));
        let beginning = at_start.map(|item| &item.conditions).or(reading).cloned();
        let beginning = beginning.unwrap_or_else(|| Conditions::unknown_at(time));
        let over_interval = &end.conditions;
        ForecastStep {
            conditions: Conditions {
                time,
                condition: over_interval.condition,
                description: over_interval.description.clone(),
                precipitation: over_interval.precipitation,
                wind_gust: if gust == GustKind::Strongest { over_interval.wind_gust } else { beginning.wind_gust },
                ..beginning
            },
            hours: end.hours,
            precipitation_probability: end.precipitation_probability,
            temperature_min: at_start.and_then(|item| item.temperature_min),
            temperature_max: at_start.and_then(|item| item.temperature_max),
        }
    };
    items.iter().map(interval).filter(ForecastStep::has_weather).collect()
}

/// Whether a reading is from the interval that ends with this item, or from the hour before the interval.
fn is_about(reading: &Conditions, end: &ForecastStep) -> bool {
    let after_start = reading.time.duration_since(end.time() - end.length());
    (-ONE_HOUR..end.length()).contains(&after_start)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::weather::{Condition, Length, Percentage, Speed, Temperature};

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    fn item(hour: u8) -> ForecastStep {
        let number = f64::from(hour);
        ForecastStep {
            conditions: Conditions {
                condition: if hour == 6 { Condition::Rain } else { Condition::Clear },
                temperature: Some(Temperature::from_celsius(number)),
                precipitation: Some(Length::from_millimetres(number)),
                wind_gust: Some(Speed::from_metres_per_second(number)),
                ..Conditions::unknown_at(at(hour.into()))
            },
            hours: 3,
            precipitation_probability: Some(Percentage::from_percent(number)),
            temperature_min: None,
            temperature_max: Some(Temperature::from_celsius(number)),
        }
    }

    /// The start of an interval, the temperature and gust there, and the precipitation of the interval.
    fn summary(step: &ForecastStep) -> (i64, Option<f64>, Option<f64>, Option<f64>) {
        let conditions = &step.conditions;
        (
            conditions.time.as_second() / 3600,
            conditions.temperature.map(Temperature::celsius),
            conditions.wind_gust.map(Speed::metres_per_second),
            conditions.precipitation.map(|precipitation| precipitation.millimetres().round()),
        )
    }

    #[test]
    fn precipitation_before_an_item_belongs_to_the_interval_that_ends_with_it() {
        let steps = intervals_from_preceding_hours(vec![item(9), item(3), item(6), item(6)], GustKind::AtTime, None);
        let expected =
            [(0, None, None, Some(3.0)), (3, Some(3.0), Some(3.0), Some(6.0)), (6, Some(6.0), Some(6.0), Some(9.0))];
        assert_eq!(steps.iter().map(summary).collect::<Vec<_>>(), expected);
        assert_eq!(steps[1].conditions.condition, Condition::Rain, "condition and amount stay together");
        assert_eq!(steps[1].precipitation_probability, Some(Percentage::from_percent(6.0)));
        assert_eq!(steps[1].temperature_max, Some(Temperature::from_celsius(3.0)));
        let strongest = intervals_from_preceding_hours(vec![item(3), item(6)], GustKind::Strongest, None);
        assert_eq!(summary(&strongest[1]), (3, Some(3.0), Some(6.0), Some(6.0)));
    }

    #[test]
    fn a_missing_item_leaves_the_start_unknown() {
        let steps = intervals_from_preceding_hours(vec![item(3), item(9)], GustKind::AtTime, None);
        assert_eq!(steps.iter().map(summary).collect::<Vec<_>>()[1], (6, None, None, Some(9.0)));
    }

    #[test]
    fn the_reading_is_used_for_the_start_of_the_current_interval_only() {
        let warm = Conditions { temperature: Some(Temperature::from_celsius(30.0)), ..Conditions::unknown_at(at(1)) };
        let first = |reading: &Conditions| {
            summary(&intervals_from_preceding_hours(vec![item(3), item(6)], GustKind::AtTime, Some(reading))[0])
        };
        assert_eq!(first(&warm), (0, Some(30.0), None, Some(3.0)));
        for hours in [-2, 3, 70] {
            let at_another_time = Conditions { time: at(hours), ..warm.clone() };
            assert_eq!(first(&at_another_time), (0, None, None, Some(3.0)), "{hours}");
        }
    }
}
