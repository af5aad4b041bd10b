//! The time for which a report is rendered, and until when the result stays the same.
//!
//! As time passes, the same report renders differently: its first step ends, or a local day starts. This happens at
//! boundaries that follow from the report alone. A report is always rendered for the last boundary, not for the current
//! time, so that the result stays the same until the next boundary and is the same on every instance with that report.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::weather::{
    Conditions, Forecast, Sourced,
    calendar::{local_date, span},
    outlook::READING_VALID_FOR,
};

/// The age up to which current conditions are shown with today's sun. Older ones are shown with that of their own day.
const MAX_AGE_FOR_TODAY: SignedDuration = SignedDuration::from_hours(24);

/// A period in which the rendering of a report stays the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenderWindow {
    /// The time to render for: when the report was fetched, or the last boundary since.
    pub as_of: Timestamp,
    /// The next boundary.
    pub until: Timestamp,
}

impl RenderWindow {
    /// For a recording, whose clock stands still at the time of its fetch.
    fn of_recording(fetched_at: Timestamp) -> Self {
        Self { as_of: fetched_at, until: Timestamp::MAX }
    }

    /// For current conditions, whose rendering changes with the local day until they are a day old.
    pub fn of_current(current: &Sourced<Conditions>, is_recording: bool, zone: &TimeZone, now: Timestamp) -> Self {
        if is_recording {
            return Self::of_recording(current.fetched_at);
        }
        let outdated = current.value.time.saturating_add(MAX_AGE_FOR_TODAY).unwrap_or(Timestamp::MAX);
        let midnights = midnights(now, zone).filter(|midnight| *midnight <= outdated);
        Self::between(midnights.chain([outdated]), current.fetched_at, now)
    }

    /// For a forecast, whose rendering changes when a step or a local day starts or ends, as long as there are steps
    /// ahead, and when its latest reading becomes outdated.
    pub fn of_forecast(
        forecast: &Forecast,
        fetched_at: Timestamp,
        is_recording: bool,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Self {
        if is_recording {
            return Self::of_recording(fetched_at);
        }
        let steps = forecast.steps.iter().flat_map(|step| [step.time(), step.end()]);
        let latest_reading = forecast
            .latest_reading
            .iter()
            .flat_map(|latest| [latest.time - READING_VALID_FOR, latest.time + READING_VALID_FOR]);
        let is_past = forecast.reading_time(now) != now;
        let midnights = midnights(now, zone).filter(|_| !is_past);
        Self::between(steps.chain(latest_reading).chain(midnights), fetched_at, now)
    }

    /// For content that changes every minute.
    pub fn of_minute(now: Timestamp) -> Self {
        const SECONDS: i64 = 60;
        let minute = Timestamp::from_second(now.as_second().div_euclid(SECONDS) * SECONDS).unwrap_or(now);
        Self {
            as_of: minute,
            until: minute.saturating_add(SignedDuration::from_secs(SECONDS)).unwrap_or(Timestamp::MAX),
        }
    }

    /// The window between the boundaries next to `now`.
    fn between(boundaries: impl Iterator<Item = Timestamp>, fetched_at: Timestamp, now: Timestamp) -> Self {
        // Another instance, whose clock is slightly ahead, may have fetched the report.
        let mut window = Self { as_of: fetched_at.min(now), until: Timestamp::MAX };
        for boundary in boundaries {
            if boundary <= now {
                window.as_of = window.as_of.max(boundary);
            } else {
                window.until = window.until.min(boundary);
            }
        }
        window
    }

    /// The window in which both of two renderings stay the same.
    pub fn and(self, other: Self) -> Self {
        Self { as_of: self.as_of.max(other.as_of), until: self.until.min(other.until) }
    }

    /// A moment on the day whose sunrise and sunset are shown with current conditions.
    pub fn day_of(self, conditions: &Conditions) -> Timestamp {
        let is_of_today = self.as_of.duration_since(conditions.time) < MAX_AGE_FOR_TODAY;
        if is_of_today { self.as_of } else { conditions.time }
    }
}

/// The start and end of the local day of `now`.
fn midnights(now: Timestamp, zone: &TimeZone) -> impl Iterator<Item = Timestamp> {
    let day = span(local_date(now, zone), zone);
    day.into_iter().flat_map(|(begins, ends)| [begins, ends])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weather::{Condition, ForecastStep, LatestReading, Source};

    const SOURCE: Source = Source { provider: "test", name: "Test", url: "https://example.org/" };

    fn at(time: &str) -> Timestamp {
        format!("2025-03-{time}:00Z").parse().unwrap()
    }

    fn current(time: &str, fetched_at: &str) -> Sourced<Conditions> {
        Sourced { value: Conditions::unknown_at(at(time)), source: SOURCE, fetched_at: at(fetched_at), timezone: None }
    }

    fn window((as_of, until): (&str, &str)) -> RenderWindow {
        RenderWindow { as_of: at(as_of), until: at(until) }
    }

    #[test]
    fn current_conditions_change_at_local_midnight_and_when_they_are_a_day_old() {
        let zone = TimeZone::get("Asia/Kolkata").unwrap();
        let current = current("28T12:00", "28T12:03");
        let cases = [
            ("28T12:10", ("28T12:03", "28T18:30")),
            ("28T18:29", ("28T12:03", "28T18:30")),
            ("28T18:30", ("28T18:30", "29T12:00")),
            ("29T11:59", ("28T18:30", "29T12:00")),
        ];
        for (now, expected) in cases {
            assert_eq!(RenderWindow::of_current(&current, false, &zone, at(now)), window(expected), "{now}");
        }
        let old = RenderWindow::of_current(&current, false, &zone, at("30T03:00"));
        assert_eq!((old.as_of, old.until), (at("29T12:00"), Timestamp::MAX));
        assert_eq!(old.day_of(&current.value), at("28T12:00"), "its own day");
    }

    fn forecast() -> Forecast {
        let step = |time: &str, hours| ForecastStep {
            conditions: Conditions::unknown_at(at(time)),
            hours,
            precipitation_probability: None,
            temperature_min: None,
            temperature_max: None,
        };
        let steps = vec![step("28T12:00", 1), step("28T13:00", 1), step("28T14:00", 6)];
        let latest_reading = Some(LatestReading { time: at("28T12:10"), condition: Condition::Rain });
        Forecast { steps, latest_reading, ..Forecast::default() }
    }

    #[test]
    fn a_forecast_changes_with_its_steps_and_at_local_midnight() {
        let zone = TimeZone::get("Asia/Kolkata").unwrap();
        let cases = [
            ("28T12:30", ("28T12:20", "28T13:00")),
            ("28T13:00", ("28T13:00", "28T13:10")),
            ("28T13:10", ("28T13:10", "28T14:00")),
            ("28T13:59", ("28T13:10", "28T14:00")),
            ("28T14:15", ("28T14:00", "28T18:30")),
            ("28T18:30", ("28T18:30", "28T20:00")),
        ];
        for (now, expected) in cases {
            let rendered = RenderWindow::of_forecast(&forecast(), at("28T12:20"), false, &zone, at(now));
            assert_eq!(rendered, window(expected), "{now}");
        }
        let past = RenderWindow::of_forecast(&forecast(), at("28T12:20"), false, &zone, at("30T20:00"));
        assert_eq!((past.as_of, past.until), (at("28T20:00"), Timestamp::MAX));
    }

    #[test]
    fn a_recording_never_changes() {
        let recorded = RenderWindow::of_forecast(&forecast(), at("28T12:20"), true, &TimeZone::UTC, at("30T20:00"));
        assert_eq!(recorded, RenderWindow { as_of: at("28T12:20"), until: Timestamp::MAX });
    }
}
