//! The weather of a place, as the text formats read it.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use crate::weather::{
    Condition, Conditions, Coordinates, Day, Forecast, ForecastStep, Source, Speed,
    calendar::{NamedZone, local_date, span},
    days::{days, part_of_day},
    outlook::{PrecipitationOutlook, outlook},
    sun::{SunDay, SunPath, Twilight},
};

use super::line::sanitised;

const ONE_DAY: SignedDuration = SignedDuration::from_hours(24);

/// How far ahead the sun is computed: the seven days ahead, one more for the night after the last, and one for the time
/// zone.
const SUN_AHEAD: SignedDuration = SignedDuration::from_hours(9 * 24);

/// The place, as a heading names it.
#[derive(Clone, Debug)]
pub struct PlaceCaption {
    /// Its name, or its coordinates if it has none.
    pub name: String,
    /// The name by which it was found, if that is not its own.
    pub matched: Option<String>,
    /// The region it lies in.
    pub region: Option<String>,
    /// The code of its country.
    pub country: Option<String>,
    /// The English name of its country, for the formats that show it.
    pub country_name: Option<&'static str>,
    /// Its coordinates.
    pub coordinates: Coordinates,
}

/// A reported value with its source and age.
#[derive(Clone, Copy, Debug)]
pub struct Reported<T> {
    /// The value.
    pub value: T,
    /// The provider that reported it.
    pub source: Source,
    /// When it was fetched from the provider.
    pub fetched_at: Timestamp,
    /// Whether it is stale.
    pub stale: bool,
    /// The moment for which it is rendered, which stays the same until the next boundary.
    pub as_of: Timestamp,
}

/// The input of every text format, apart from the current time.
#[derive(Clone, Debug)]
pub struct TextReport {
    /// The place.
    pub place: PlaceCaption,
    /// The IANA name of its time zone.
    pub zone_name: String,
    /// Its time zone.
    pub zone: TimeZone,
    /// The weather now.
    pub current: Reported<Conditions>,
    /// The forecast, if it is known.
    pub forecast: Option<Reported<Forecast>>,
    sun: SunPath,
}

impl PlaceCaption {
    /// The same without anything that a terminal might interpret.
    #[must_use]
    pub fn sanitised(self) -> Self {
        let clean = |text: Option<String>| text.map(|text| sanitised(&text)).filter(|text| !text.is_empty());
        Self {
            name: sanitised(&self.name),
            matched: clean(self.matched),
            region: clean(self.region),
            country: clean(self.country),
            country_name: self.country_name,
            coordinates: self.coordinates,
        }
    }
}

impl TextReport {
    /// The report of a place in its time zone. All free text in it is sanitised here.
    #[must_use]
    pub fn new(
        place: PlaceCaption,
        NamedZone { name: zone_name, rules: zone }: NamedZone,
        mut current: Reported<Conditions>,
        mut forecast: Option<Reported<Forecast>>,
    ) -> Self {
        let steps = forecast.iter_mut().flat_map(|forecast| &mut forecast.value.steps);
        for conditions in std::iter::once(&mut current.value).chain(steps.map(|step| &mut step.conditions)) {
            conditions.description = conditions.description.take().map(|text| sanitised(&text));
        }
        let first = forecast
            .as_ref()
            .map_or(current.as_of, |forecast| forecast.as_of.min(current.as_of))
            .min(current.value.time);
        let last = forecast.as_ref().map_or(current.as_of, |forecast| forecast.as_of.max(current.as_of));
        let [first, last] = [first.saturating_sub(ONE_DAY), last.saturating_add(SUN_AHEAD)];
        let sun = SunPath::new(place.coordinates, first.unwrap_or(current.as_of), last.unwrap_or(current.as_of));
        Self { place: place.sanitised(), zone_name, zone, current, forecast, sun }
    }

    /// The local date that is shown as today.
    #[must_use]
    pub fn today(&self) -> Date {
        local_date(self.current.as_of, &self.zone)
    }

    /// Sunrise and sunset on a local date.
    #[must_use]
    pub fn sun_on(&self, date: Date) -> SunDay {
        self.sun.day(date, &self.zone)
    }

    /// Dawn, noon and dusk of today.
    #[must_use]
    pub fn twilight(&self) -> Twilight {
        self.sun.twilight(self.today(), &self.zone)
    }

    /// Whether the sun is above the horizon.
    #[must_use]
    pub fn is_day(&self, time: Timestamp) -> bool {
        self.sun.is_up(time)
    }

    /// The forecast steps that are not over.
    #[must_use]
    pub fn ahead(&self) -> &[ForecastStep] {
        let Some(forecast) = &self.forecast else { return &[] };
        let over = forecast.value.steps.iter().take_while(|step| step.end() <= forecast.as_of).count();
        &forecast.value.steps[over..]
    }

    /// The forecast step under way.
    #[must_use]
    pub fn step_under_way(&self) -> Option<&ForecastStep> {
        let as_of = self.forecast.as_ref()?.as_of;
        self.ahead().first().filter(|step| step.time() <= as_of)
    }

    /// The local days ahead, today first.
    #[must_use]
    pub fn days(&self) -> Vec<Day> {
        let Some(forecast) = &self.forecast else { return Vec::new() };
        days(&forecast.value, &self.sun, &self.zone, forecast.as_of)
    }

    /// The part of a local day between two full hours, without the steps that are over; `None` if the part itself is over,
    /// even if a step that began in it is not.
    #[must_use]
    pub fn part_of_day(&self, date: Date, from_hour: i8, until_hour: i8) -> Option<Day> {
        let between = self.between(date, from_hour, until_hour)?;
        if between.1 <= self.forecast.as_ref()?.as_of {
            return None;
        }
        part_of_day(date, between, self.ahead(), &self.sun)
    }

    /// The step with the strongest wind between two full hours of a local day.
    #[must_use]
    pub fn windiest(&self, date: Date, from_hour: i8, until_hour: i8) -> Option<&ForecastStep> {
        let (begins, ends) = self.between(date, from_hour, until_hour)?;
        let within = self.ahead().iter().filter(|step| step.end() > begins && step.time() < ends);
        let speed = |step: &ForecastStep| step.conditions.wind_speed.map_or(0.0, Speed::metres_per_second);
        within.max_by(|a, b| speed(a).total_cmp(&speed(b)))
    }

    /// The most severe condition between two full hours of a local day, at night as well as by day.
    #[must_use]
    pub fn worst_condition(&self, date: Date, from_hour: i8, until_hour: i8) -> Option<Condition> {
        let (begins, ends) = self.between(date, from_hour, until_hour)?;
        let is_within = |step: &&ForecastStep| (begins..ends).contains(&(step.time() + step.length() / 2));
        self.ahead().iter().filter(is_within).map(|step| step.conditions.condition).max()
    }

    /// The moments of two full hours of a local day; 0 and 24 are the day's own bounds.
    fn between(&self, date: Date, from_hour: i8, until_hour: i8) -> Option<(Timestamp, Timestamp)> {
        let (begins, ends) = span(date, &self.zone)?;
        let at = |hour: i8| self.zone.to_timestamp(date.at(hour, 0, 0, 0)).ok();
        let from = if from_hour == 0 { begins } else { at(from_hour)? };
        let until = if until_hour == 24 { ends } else { at(until_hour)? };
        Some((from, until))
    }

    /// Precipitation in the next 24 hours.
    #[must_use]
    pub fn outlook(&self) -> Option<PrecipitationOutlook> {
        let forecast = self.forecast.as_ref()?;
        outlook(&forecast.value, &self.zone, forecast.as_of)
    }

    /// A local time of day, such as `18:05`.
    #[must_use]
    pub fn clock(&self, time: Timestamp) -> String {
        self.zone.to_datetime(time).strftime("%H:%M").to_string()
    }

    /// A local time of day, with the weekday unless it is on the same date as `reference`: `18:05`, `Sat 18:05`.
    #[must_use]
    pub fn clock_relative_to(&self, time: Timestamp, reference: Timestamp) -> String {
        let local = self.zone.to_datetime(time);
        let format = if local.date() == local_date(reference, &self.zone) { "%H:%M" } else { "%a %H:%M" };
        local.strftime(format).to_string()
    }

    /// The provider's own description of the current weather, or else the name of the condition.
    #[must_use]
    pub fn description(&self) -> &str {
        let conditions = &self.current.value;
        let own = conditions.description.as_deref().filter(|text| !text.trim().is_empty());
        own.unwrap_or_else(|| conditions.condition.words())
    }

    /// Whether anything shown is stale.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.current.stale || self.forecast.as_ref().is_some_and(|forecast| forecast.stale)
    }
}
