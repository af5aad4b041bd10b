//! Checks that hours, days and outlook of every recording agree with each other. They are recomputed by brute force,
//! quarter of an hour by quarter of an hour, in zones from -11:00 to +14:00, across the days on which clocks change.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::{
    error::ProviderError, interface::FetchedReport, met_norway, open_meteo, openweathermap, testing::document,
};
use crate::weather::{
    Coordinates, Forecast, ForecastStep, Length, Speed, Temperature,
    days::{MAX_DAYS, days},
    outlook::outlook,
    sun::SunPath,
};

/// All boundaries are multiples of this: those of steps are full hours, midnights are full quarters of an hour in UTC.
const QUARTER: SignedDuration = SignedDuration::from_mins(15);

const ZONES: [&str; 13] = [
    "Pacific/Pago_Pago",
    "America/Los_Angeles",
    "America/New_York",
    "America/St_Johns",
    "UTC",
    "Europe/London",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
];

/// A recorded forecast.
struct RecordedForecast {
    /// The path of its file.
    path: String,
    forecast: Forecast,
    /// A time at which it was current.
    now: Timestamp,
}

/// The recorded forecasts that have hours.
fn recordings() -> Vec<RecordedForecast> {
    let openweathermap = [
        ("london-5day-3h-2025", "2025-03-20T18:27:56Z"),
        ("adelphi-maryland-5day-3h-2025", "2025-03-20T18:27:56Z"),
        ("antarctica-82s-5day-3h-2025", "2025-03-20T18:27:56Z"),
        ("pro-hourly-arctic-82n-midnight-sun-2024", "2024-07-04T18:35:22Z"),
        ("pro-hourly-antarctic-70s-polar-night-2024", "2024-07-04T18:52:05Z"),
        ("legacy-2014-cochin", "2014-08-28T08:50:00Z"),
        ("legacy-2014-kochi-city-id-is-string", "2014-08-28T08:50:00Z"),
        ("moscow-snow-2018", "2018-11-10T16:00:00Z"),
        ("moravska-trebova-2015-empty-rain-object", "2015-11-18T13:10:00Z"),
    ];
    let met_norway = [
        ("london-complete-2020-with-headers", "2020-07-20T11:44:31Z"),
        ("beijing-compact-2020-with-headers", "2020-07-20T11:44:31Z"),
        ("new-york-compact-2020-with-headers", "2020-07-20T11:44:31Z"),
        ("oslo-snow-compact-2026", "2026-02-06T21:05:00Z"),
    ];
    let open_meteo = [
        ("new-york-current-hourly-2026", "2026-02-06T21:40:00Z"),
        ("munich-legacy-current_weather-unixtime-2026", "2026-02-07T15:20:00Z"),
    ];
    let mut all = Vec::new();
    let mut add = |path: String, now: &str, read: &dyn Fn(&[u8], Timestamp) -> FetchedReport| {
        let now = now.parse().unwrap();
        let forecast = read(document(&path).to_string().as_bytes(), now).forecast;
        let forecast = forecast.unwrap_or_else(|error| panic!("{path}: {error}"));
        all.push(RecordedForecast { path, forecast, now });
    };
    for (name, now) in openweathermap {
        add(format!("openweathermap/forecast/{name}.json"), now, &|body, now| {
            let forecast = openweathermap::read_forecast(body).unwrap();
            FetchedReport { forecast: Ok(forecast), ..FetchedReport::failed(ProviderError::TimedOut, now) }
                .validated(None)
        });
    }
    for (name, now) in met_norway {
        add(format!("met-norway/{name}.json"), now, &|body, now| met_norway::read(body, now).unwrap());
    }
    for (name, now) in open_meteo {
        add(format!("open-meteo/forecast/{name}.json"), now, &|body, now| {
            open_meteo::read(body, now).unwrap().validated(None)
        });
    }
    all
}

/// The recording as it is, and shifted so that the clocks in that zone change on its third day.
fn across_changes(forecast: &Forecast, now: Timestamp, zone: &TimeZone) -> Vec<(Forecast, Timestamp)> {
    let changes = zone.following(now).take(2).map(|change| change.timestamp() - SignedDuration::from_hours(60));
    let shifts = changes.map(|moved_now| SignedDuration::from_hours(moved_now.duration_since(now).as_hours()));
    std::iter::once(SignedDuration::ZERO).chain(shifts).map(|shift| (moved(forecast, shift), now + shift)).collect()
}

fn moved(forecast: &Forecast, by: SignedDuration) -> Forecast {
    let mut forecast = forecast.clone();
    forecast.steps.iter_mut().for_each(|step| step.conditions.time += by);
    if let Some(reading) = &mut forecast.latest_reading {
        reading.time += by;
    }
    forecast
}

/// The values of a day, computed by brute force.
#[derive(Default)]
struct CountedDay {
    quarters: i32,
    precipitation: Option<f64>,
    temperatures: Vec<f64>,
    winds: Vec<f64>,
}

fn quarters(from: Timestamp, until: Timestamp) -> impl Iterator<Item = Timestamp> {
    std::iter::successors(Some(from), |time| Some(*time + QUARTER)).take_while(move |time| *time < until)
}

fn counted(forecast: &Forecast, zone: &TimeZone) -> BTreeMap<Date, CountedDay> {
    let mut days: BTreeMap<Date, CountedDay> = BTreeMap::new();
    for step in &forecast.steps {
        let mut of_step: HashMap<Date, i32> = HashMap::new();
        for quarter in quarters(step.time(), step.end()) {
            let date = zone.to_datetime(quarter).date();
            *of_step.entry(date).or_default() += 1;
            let day = days.entry(date).or_default();
            day.quarters += 1;
            if let Some(amount) = step.conditions.precipitation {
                *day.precipitation.get_or_insert_default() += amount.millimetres() / (4.0 * f64::from(step.hours));
            }
        }
        let first = zone.to_datetime(step.time()).date();
        let owner = of_step.iter().max_by_key(|(date, count)| (**count, **date == first)).map(|(date, _)| *date);
        let day = days.entry(owner.unwrap()).or_default();
        let temperatures = [step.conditions.temperature, step.temperature_min, step.temperature_max];
        day.temperatures.extend(temperatures.into_iter().flatten().map(Temperature::celsius));
        day.winds.extend(step.conditions.wind_speed.map(Speed::metres_per_second));
    }
    days
}

/// How many quarters of an hour a day has: 96, unless clocks change.
fn quarters_of(date: Date, zone: &TimeZone) -> i32 {
    let noon = zone.to_ambiguous_zoned_datetime(date.at(12, 0, 0, 0)).compatible().unwrap();
    let (start, next) = (noon.start_of_day().unwrap(), noon.tomorrow().unwrap().start_of_day().unwrap());
    i32::try_from(next.duration_since(&start).as_secs() / QUARTER.as_secs()).unwrap()
}

fn near(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-6,
        (a, b) => a.is_none() && b.is_none(),
    }
}

#[test]
fn days_are_the_sums_and_extremes_of_the_hours() {
    let here = Coordinates::from_hundredths(5151, -13);
    for RecordedForecast { path, forecast, now } in recordings() {
        for name in ZONES {
            let zone = TimeZone::get(name).unwrap();
            for (forecast, now) in across_changes(&forecast, now, &zone) {
                let first = forecast.steps[0].time();
                let sun = SunPath::new(here, first, first + SignedDuration::from_hours(24 * 20));
                let counted = counted(&forecast, &zone);
                let weeks = (0..3).map(|week| first + SignedDuration::from_hours(24 * 7 * week));
                let daily: Vec<_> = weeks
                    .flat_map(|start| days(&forecast, &sun, &zone, start))
                    .map(|day| (day.date, day))
                    .collect::<BTreeMap<_, _>>()
                    .into_values()
                    .collect();
                assert_eq!(daily.len(), counted.len(), "{path} {name}");
                for day in &daily {
                    let what = format!("{path} {name} {} {:?}", day.date, now);
                    let of_day = &counted[&day.date];
                    assert_eq!(day.complete, of_day.quarters == quarters_of(day.date, &zone), "{what}");
                    assert!(near(day.precipitation.map(Length::millimetres), of_day.precipitation), "{what}");
                    let extreme = |values: &[f64], pick: fn(f64, f64) -> f64| values.iter().copied().reduce(pick);
                    let low = extreme(&of_day.temperatures, f64::min);
                    assert!(near(day.temperature_min.map(Temperature::celsius), low), "{what}");
                    let high = extreme(&of_day.temperatures, f64::max);
                    assert!(near(day.temperature_max.map(Temperature::celsius), high), "{what}");
                    let wind = extreme(&of_day.winds, f64::max);
                    assert!(near(day.wind_speed_max.map(Speed::metres_per_second), wind), "{what}");
                }
                let of_steps: Length = forecast.steps.iter().filter_map(|step| step.conditions.precipitation).sum();
                let of_days: Length = daily.iter().filter_map(|day| day.precipitation).sum();
                assert!((of_steps.millimetres() - of_days.millimetres()).abs() < 1e-6, "{path} {name}");
                let ahead = days(&forecast, &sun, &zone, now);
                assert!(ahead.len() <= MAX_DAYS && ahead[0].date == zone.to_datetime(now).date(), "{path} {name}");
            }
        }
    }
}

/// Whether each quarter of an hour is wet, for the next 24 hours or up to the first gap.
fn wet_quarters(forecast: &Forecast, now: Timestamp) -> Vec<bool> {
    let at = |time: Timestamp| forecast.steps.iter().find(|step| step.time() <= time && time < step.end());
    let amount = |step: &ForecastStep| step.conditions.precipitation.map_or(0.0, Length::millimetres);
    let ahead = |step: &&ForecastStep| step.end() > now && step.time() < now + SignedDuration::from_hours(24);
    let traces: f64 = forecast.steps.iter().filter(ahead).map(amount).filter(|amount| *amount < 0.1).sum();
    let wet_from = if traces >= 0.199_999 { 1e-12 } else { 0.1 - 1e-12 };
    let known = quarters(now, now + SignedDuration::from_hours(24)).map_while(at);
    known.map(|step| amount(step) >= wet_from).collect()
}

#[test]
fn the_outlook_agrees_with_the_hours() {
    let utc = TimeZone::UTC;
    let mut wet_outlooks = 0;
    for RecordedForecast { path, mut forecast, now: recorded } in recordings() {
        forecast.latest_reading = None;
        let begins = forecast.steps[0].time();
        let ends = forecast.steps.last().unwrap().end();
        // Every two and a quarter hours, so that steps are met at each of their quarters.
        let later = (0..).map(|n| begins + QUARTER * (9 * n)).take_while(|now| *now < ends);
        for now in later.chain([recorded]) {
            let now = Timestamp::from_second(now.as_second().div_euclid(900) * 900).unwrap();
            let Some(outlook) = outlook(&forecast, &utc, now) else {
                let gives = |step: &ForecastStep| {
                    step.conditions.precipitation.is_some() || step.precipitation_probability.is_some()
                };
                let is_unknown = wet_quarters(&forecast, now).is_empty();
                assert!(is_unknown || !forecast.steps.iter().any(gives), "{path} {now}");
                continue;
            };
            let quarters = wet_quarters(&forecast, now);
            let time = |n: usize| now + QUARTER * i32::try_from(n).unwrap();
            assert_eq!(outlook.horizon, time(quarters.len()), "{path} {now}");
            let next = |from: usize, wet: bool| (from..quarters.len()).find(|n| quarters[*n] == wet);
            let first = next(0, true);
            assert_eq!(outlook.from, first.filter(|n| *n > 0).map(time), "{path} {now} {}", outlook.sentence);
            let dry = first.and_then(|n| next(n, false));
            assert_eq!(outlook.until, dry.map(time), "{path} {now} {}", outlook.sentence);
            assert_eq!(outlook.again, dry.and_then(|n| next(n, true)).map(time), "{path} {now}");
            wet_outlooks += usize::from(first.is_some());
        }
    }
    assert!(wet_outlooks > 50, "too few recordings with rain: {wet_outlooks}");
}
