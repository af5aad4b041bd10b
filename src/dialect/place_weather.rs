//! The weather of a place, from which every dialect makes its documents.

use futures_util::future::{OptionFuture, join};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use crate::{
    api::{
        place::PlaceDetails,
        render_window::RenderWindow,
        rendering::{modified_at, source, with_complements},
    },
    response::{CacheControl, ResponseSource},
    service::{AddedFields, Caller, Complements, PackedForecast, ServedReport, Service, Unavailable},
    weather::{
        Condition, Conditions, Coordinates, Day, Forecast, ForecastStep, Length, Percentage, Source,
        calendar::{NamedZone, local_date, span},
        complement::ComplementField,
        days::day,
        hourly::hourly,
        outlook::READING_VALID_FOR,
        sun::{SunDay, SunPath},
    },
};

/// For a document that needs no report.
const NO_CACHE: CacheControl = CacheControl::Fixed("no-cache");

const SECONDS_PER_MINUTE: i64 = 60;

/// The number of minutes in a document, counting the one under way.
const MINUTES: i64 = 61;

const ONE_DAY: SignedDuration = SignedDuration::from_hours(24);

/// The reports from which a document is made, at least one.
#[derive(Clone, Debug)]
pub(super) struct ReportNeeds {
    pub(super) current: bool,
    pub(super) forecast: bool,
    /// Whether the document has the minutes ahead, so that it changes with each.
    pub(super) minutes: bool,
    /// The fields for which another provider is asked if the first one does not report them.
    pub(super) fields: Vec<ComplementField>,
}

/// The reports of a place from which a document is made.
pub(super) struct PlaceReports {
    current: Option<ServedReport<Conditions>>,
    forecast: Option<ServedReport<PackedForecast>>,
    has_minutes: bool,
    complements: Complements,
}

/// The weather of a place at one moment. Reports that are not needed are empty.
pub(super) struct PlaceWeather {
    pub(super) place: PlaceDetails,
    pub(super) zone: NamedZone,
    pub(super) window: RenderWindow,
    /// The time for which the forecast is read, see [`Forecast::reading_time`].
    pub(super) now: Timestamp,
    pub(super) current: Conditions,
    pub(super) forecast: Forecast,
    /// The forecast in steps of one hour.
    pub(super) hours: Vec<ForecastStep>,
    /// The providers of the values, each once.
    pub(super) sources: Vec<Source>,
}

impl PlaceReports {
    pub(super) async fn fetch(
        service: &Service,
        coordinates: Coordinates,
        needs: &ReportNeeds,
        caller: Caller,
    ) -> Result<Self, Unavailable> {
        let deadline = service.deadline();
        let current = needs.current.then(|| service.current(coordinates, caller, deadline));
        let forecast = needs.forecast.then(|| service.forecast(coordinates, caller, deadline));
        let (current, forecast) = join(OptionFuture::from(current), OptionFuture::from(forecast)).await;
        let (current, forecast) = (current.transpose()?, forecast.transpose()?);
        let (has_minutes, complements) = (needs.minutes, Complements::default());
        let mut reports = Self { current, forecast, has_minutes, complements };
        let missing: Vec<_> = reports.missing().into_iter().filter(|field| needs.fields.contains(field)).collect();
        if !missing.is_empty() {
            let providers: Vec<_> = reports.sources().iter().map(|source| source.provider).collect();
            reports.complements = service.complements(coordinates, &providers, &missing, caller).await;
        }
        Ok(reports)
    }

    /// The fields that are missing from the reports. Nothing is added to a recording.
    fn missing(&self) -> Vec<ComplementField> {
        let current = self.current.iter().filter(|report| !report.is_recording);
        let forecast = self.forecast.iter().filter(|report| !report.is_recording);
        let missing_now = current.flat_map(|report| report.sourced.value.missing());
        let missing_ahead =
            forecast.flat_map(|report| report.sourced.value.unpack().missing(report.sourced.fetched_at));
        missing_now.chain(missing_ahead).collect()
    }

    pub(super) fn response_source(&self) -> ResponseSource {
        let sources = [self.current.as_ref().map(source), self.forecast.as_ref().map(source)];
        let combined = sources.into_iter().flatten().reduce(ResponseSource::and);
        let no_report = || ResponseSource { versions: Vec::new(), cache_control: NO_CACHE, valid_until: None };
        with_complements(combined.unwrap_or_else(no_report), &self.complements)
    }

    pub(super) fn timezone(&self) -> Option<&str> {
        let timezone = self.current.as_ref().and_then(|report| report.sourced.timezone.as_deref());
        timezone.or_else(|| self.forecast.as_ref()?.sourced.timezone.as_deref())
    }

    /// The providers of the reports, each once.
    pub(super) fn sources(&self) -> Vec<Source> {
        let reported = [
            self.current.as_ref().map(|report| report.sourced.source),
            self.forecast.as_ref().map(|report| report.sourced.source),
        ];
        let mut sources = Vec::new();
        for source in reported.into_iter().flatten() {
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        sources
    }

    /// When the oldest part of a document with values of these providers was fetched.
    pub(super) fn fetched_at(&self, sources: &[Source]) -> Timestamp {
        self.ages(sources).map(|(fetched_at, _)| fetched_at).min().unwrap_or_default()
    }

    /// Whether a part of a document with values of these providers is stale.
    pub(super) fn is_stale(&self, sources: &[Source]) -> bool {
        self.ages(sources).any(|(_, is_stale)| is_stale)
    }

    /// When each part of a document with values of these providers was fetched, and whether it is stale. Complements that
    /// added nothing are not part of it.
    fn ages(&self, sources: &[Source]) -> impl Iterator<Item = (Timestamp, bool)> {
        let own = [self.current.as_ref().map(age), self.forecast.as_ref().map(age)];
        let added = self
            .complements
            .list
            .iter()
            .filter(|complement| complement.source().is_some_and(|source| sources.contains(&source)));
        let added =
            added.flat_map(|complement| [complement.current.as_ref().map(age), complement.forecast.as_ref().map(age)]);
        own.into_iter().chain(added).flatten()
    }

    /// When a document with this window last changed.
    pub(super) fn modified_at(&self, window: RenderWindow) -> Timestamp {
        let current = self.current.as_ref().map(|report| modified_at(report, window));
        let forecast = self.forecast.as_ref().map(|report| modified_at(report, window));
        current.max(forecast).unwrap_or(window.as_of)
    }

    /// The moment for which a document is rendered, and until when it stays the same.
    fn window(&self, forecast: &Forecast, zone: &TimeZone, now: Timestamp) -> RenderWindow {
        let windows = [
            self.current
                .as_ref()
                .map(|report| RenderWindow::of_current(&report.sourced, report.is_recording, zone, now)),
            self.forecast.as_ref().map(|report| {
                RenderWindow::of_forecast(forecast, report.sourced.fetched_at, report.is_recording, zone, now)
            }),
        ];
        let combined = windows.into_iter().flatten().reduce(RenderWindow::and);
        let combined = combined.unwrap_or(RenderWindow { as_of: now, until: now });
        if self.has_minutes && !self.is_recording() { combined.and(RenderWindow::of_minute(now)) } else { combined }
    }

    fn is_recording(&self) -> bool {
        self.current.as_ref().is_some_and(|report| report.is_recording)
            || self.forecast.as_ref().is_some_and(|report| report.is_recording)
    }
}

impl PlaceWeather {
    pub(super) fn from_reports(place: PlaceDetails, zone: NamedZone, reports: &PlaceReports, now: Timestamp) -> Self {
        let forecast = reports.forecast.as_ref().map(|report| report.sourced.value.unpack());
        let mut forecast = forecast.unwrap_or_default();
        let window = reports.window(&forecast, &zone.rules, now);
        let current = reports.current.as_ref().map(|report| report.sourced.value.clone());
        let mut current = current.unwrap_or_else(|| Conditions::unknown_at(window.as_of));
        let added_now = reports.complements.add_to_current(&mut current);
        let added_ahead = reports.complements.add_to_forecast(&mut forecast);
        let mut sources = reports.sources();
        for AddedFields { source, .. } in added_now.into_iter().chain(added_ahead) {
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        Self::new(place, zone, window, current, forecast, sources)
    }

    pub(super) fn new(
        place: PlaceDetails,
        zone: NamedZone,
        window: RenderWindow,
        current: Conditions,
        forecast: Forecast,
        sources: Vec<Source>,
    ) -> Self {
        let now = forecast.reading_time(window.as_of);
        let hours = hourly(&forecast);
        Self { place, zone, window, now, current, forecast, hours, sources }
    }

    pub(super) fn coordinates(&self) -> Coordinates {
        self.place.coordinates
    }

    /// The local day under way.
    pub(super) fn today(&self) -> Date {
        local_date(self.now, &self.zone.rules)
    }

    /// The path of the sun on these days and in the night after them.
    pub(super) fn sun(&self, first: Date, last: Date) -> SunPath {
        let span_of = |date| span(date, &self.zone.rules).unwrap_or((self.now, self.now));
        let ((begins, _), (_, ends)) = (span_of(first), span_of(last));
        SunPath::new(self.coordinates(), begins.min(self.current.time) - ONE_DAY, ends.max(self.current.time) + ONE_DAY)
    }

    /// A local day of the forecast; `None` if nothing is known of it.
    pub(super) fn day(&self, date: Date, sun: &SunPath) -> Option<Day> {
        day(date, &self.forecast.steps, sun, &self.zone.rules)
    }

    /// Sunrise and sunset on a local day.
    pub(super) fn sun_day(&self, date: Date, sun: &SunPath) -> SunDay {
        sun.day(date, &self.zone.rules)
    }

    /// The hours that begin on a local day.
    pub(super) fn hours_of(&self, date: Date) -> &[ForecastStep] {
        let Some((begins, ends)) = span(date, &self.zone.rules) else { return &[] };
        hours_between(&self.hours, begins, ends)
    }
}

/// When a report was fetched, and whether it is stale.
fn age<T>(report: &ServedReport<T>) -> (Timestamp, bool) {
    (report.sourced.fetched_at, report.stale)
}

/// The hours that begin between two times, the first included.
pub(super) fn hours_between(hours: &[ForecastStep], from: Timestamp, until: Timestamp) -> &[ForecastStep] {
    let index = |time| hours.partition_point(|hour| hour.time() < time);
    &hours[index(from)..index(until).max(index(from))]
}

/// The hour under way and those after it.
pub(super) fn hours_ahead(hours: &[ForecastStep], now: Timestamp) -> &[ForecastStep] {
    &hours[hours.partition_point(|hour| hour.end() <= now)..]
}

/// The precipitation in one minute.
pub(super) struct Minute {
    pub(super) time: Timestamp,
    /// The rate per hour.
    pub(super) precipitation: Option<Length>,
    pub(super) chance: Option<Percentage>,
    pub(super) condition: Condition,
}

/// The minute under way and the sixty after it, with the rate of the hour in which each lies, as nothing finer is known.
/// `ahead` is the hour under way and those after it. If precipitation falls now that was not forecast, its rate holds for
/// the hour under way.
pub(super) fn minutes_ahead(
    ahead: &[ForecastStep],
    current: &Conditions,
    now: Timestamp,
) -> impl Iterator<Item = Minute> {
    let from = now.as_second().div_euclid(SECONDS_PER_MINUTE) * SECONDS_PER_MINUTE;
    let is_precipitation = |depth: &Length| depth.millimetres() > 0.0;
    let is_valid = now.duration_since(current.time).abs() <= READING_VALID_FOR && current.condition.is_wet();
    let present = current.precipitation.filter(|depth| is_valid && is_precipitation(depth));
    let under_way_until = ahead.first().map(|hour| if hour.time() <= now { hour.end() } else { hour.time() });
    (0..MINUTES).filter_map(move |minute| {
        let time = Timestamp::from_second(from + SECONDS_PER_MINUTE * minute).ok()?;
        let hour = ahead.iter().rev().find(|hour| hour.time() <= time).or(ahead.first())?;
        let forecast = hour.conditions.precipitation;
        let is_dry = !forecast.is_some_and(|depth| is_precipitation(&depth));
        let unforeseen = present.filter(|_| is_dry && under_way_until.is_some_and(|until| time < until));
        Some(match unforeseen {
            Some(rate) => Minute {
                time,
                precipitation: Some(rate),
                chance: Some(Percentage::from_percent(100.0)),
                condition: current.condition,
            },
            None => Minute {
                time,
                precipitation: forecast,
                chance: hour.precipitation_probability,
                condition: hour.conditions.condition,
            },
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::tests::{now, this_hour};

    fn rain(millimetres: f64, at: Timestamp) -> Conditions {
        let condition = if millimetres > 0.0 { Condition::Rain } else { Condition::Overcast };
        let precipitation = Some(Length::from_millimetres(millimetres));
        Conditions { condition, precipitation, ..Conditions::unknown_at(at) }
    }

    fn hours(millimetres: [f64; 2]) -> Vec<ForecastStep> {
        let step = |(n, millimetres): (i64, f64)| ForecastStep {
            conditions: rain(millimetres, this_hour() + SignedDuration::from_hours(n)),
            hours: 1,
            precipitation_probability: Some(Percentage::from_percent(10.0)),
            temperature_min: None,
            temperature_max: None,
        };
        (0..).zip(millimetres).map(step).collect()
    }

    /// The rates of the first and the last minute of the hour under way, and of the one after it.
    fn rates(hours: &[ForecastStep], current: &Conditions) -> [(f64, f64); 3] {
        let minutes: Vec<_> = minutes_ahead(hours, current, now()).collect();
        assert_eq!((minutes.len(), minutes[0].time), (61, "2026-03-28T12:34:00Z".parse().unwrap()));
        [0, 25, 26].map(|n: usize| {
            let Minute { precipitation, chance, condition, .. } = &minutes[n];
            let rate = precipitation.unwrap().millimetres();
            assert_eq!(condition.is_wet(), rate > 0.0, "minute {n}");
            (rate, chance.unwrap().percent())
        })
    }

    #[test]
    fn rain_that_was_not_forecast_lasts_for_the_hour_under_way() {
        let (dry, wet) = ((0.0, 10.0), (2.0, 10.0));
        assert_eq!(rates(&hours([0.0, 2.0]), &rain(1.5, now())), [(1.5, 100.0), (1.5, 100.0), wet]);
        assert_eq!(rates(&hours([0.0, 0.0]), &rain(1.5, now())), [(1.5, 100.0), (1.5, 100.0), dry]);
        assert_eq!(rates(&hours([2.0, 0.0]), &rain(1.5, now())), [wet, wet, dry], "the forecast has a rate");
        assert_eq!(rates(&hours([0.0, 2.0]), &rain(0.0, now())), [dry, dry, wet]);
        let two_hours_ago = now() - SignedDuration::from_hours(2);
        assert_eq!(rates(&hours([0.0, 2.0]), &rain(1.5, two_hours_ago)), [dry, dry, wet], "an old reading");
    }
}
