//! Parses a request for a forecast.

use jiff::{
    civil::{Date, DateTime},
    tz::TimeZone,
};

use super::{
    super::{place_weather::ReportNeeds, query::DialectQuery},
    units::{RequestedUnits, WindUnit},
    variables::{DayValues, HourValues, day_variable, hour_variable, modern},
};
use crate::{
    api::problem::Fault,
    weather::{calendar::NamedZone, complement::ComplementField},
};

/// The days of a forecast if the request does not say, and the most that it may ask for.
const FORECAST_DAYS: i64 = 7;
const MAX_FORECAST_DAYS: i64 = 16;
const MAX_PAST_DAYS: i64 = 92;

/// Prefixes of the names of Open-Meteo's models. Which model a request names makes no difference.
const MODELS: [&str; 20] = [
    "best_match",
    "ecmwf",
    "gfs",
    "ncep",
    "icon",
    "dwd",
    "meteofrance",
    "arpege",
    "arome",
    "jma",
    "gem",
    "cmc",
    "metno",
    "ukmo",
    "kma",
    "knmi",
    "dmi",
    "meteoswiss",
    "italia_meteo",
    "cma",
];

/// What a request for a forecast asks for.
#[derive(Debug)]
pub(super) struct OpenMeteoOptions {
    pub(super) current: Vec<String>,
    pub(super) current_weather: bool,
    pub(super) minutely: Vec<String>,
    pub(super) hourly: Vec<String>,
    pub(super) daily: Vec<String>,
    pub(super) units: RequestedUnits,
    pub(super) is_unix_time: bool,
    /// `None` for the place's own.
    pub(super) timezone: Option<NamedZone>,
    pub(super) days: DayRange,
    /// Which hours and quarters of an hour are asked for instead of whole days.
    pub(super) hours: Option<TimeRange>,
    pub(super) quarters: Option<TimeRange>,
}

/// Which local days are asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum DayRange {
    /// The numbers of days before today and from today on.
    AroundToday { past: i64, ahead: i64 },
    /// The first and the last day.
    Between { first: Date, last: Date },
}

/// Which hours, or quarters of an hour, are asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum TimeRange {
    /// The numbers before the one under way and from it on.
    AroundNow { past: i64, ahead: i64 },
    /// The local times of the first and the last.
    Between { first: DateTime, last: DateTime },
}

impl OpenMeteoOptions {
    pub(super) fn parse(query: &DialectQuery) -> Result<Self, Fault> {
        check_format(query)?;
        check_models(query)?;
        let options = Self {
            current: names(query, "current"),
            current_weather: query.flag("current_weather")?,
            minutely: names(query, "minutely_15"),
            hourly: names(query, "hourly"),
            daily: names(query, "daily"),
            units: units(query)?,
            is_unix_time: choice(query, "timeformat", "Timeformat", &[("iso8601", false), ("unixtime", true)])?,
            timezone: timezone(query)?,
            days: days(query)?,
            hours: times(query, "hour", "hours", 1)?,
            quarters: times(query, "minutely_15", "minutely_15", 4)?,
        };
        let no_hour = HourValues { conditions: None, hour_before: None, is_day: false };
        let no_day = DayValues { day: None, hours: &[], sun: <_>::default() };
        for (key, names) in
            [("current", &options.current), ("minutely_15", &options.minutely), ("hourly", &options.hourly)]
        {
            if let Some(unknown) = names.iter().find(|name| hour_variable(&modern(name), &no_hour).is_none()) {
                return Err(cannot_initialize("WeatherVariable", unknown, key));
            }
        }
        if let Some(unknown) = options.daily.iter().find(|name| day_variable(&modern(name), &no_day).is_none()) {
            return Err(cannot_initialize("ForecastVariableDaily", unknown, "daily"));
        }
        Ok(options)
    }

    pub(super) fn needs(&self) -> ReportNeeds {
        let current = self.current_weather || !self.current.is_empty();
        let forecast = !(self.hourly.is_empty() && self.daily.is_empty() && self.minutely.is_empty())
            || self.current.iter().any(|name| name == "precipitation_probability");
        ReportNeeds { current, forecast: forecast || !current, minutes: false, fields: self.fields() }
    }

    /// The requested fields that another provider may add.
    fn fields(&self) -> Vec<ComplementField> {
        let requested = [&self.current, &self.hourly, &self.daily].into_iter().flatten().map(|name| modern(name));
        let requested: Vec<_> = requested.collect();
        let is_requested = |field: &ComplementField| {
            let name = match field {
                ComplementField::WindGust => "wind_gusts_10m",
                ComplementField::UvIndex => "uv_index",
                ComplementField::PrecipitationProbability => "precipitation_probability",
                ComplementField::Visibility => "visibility",
            };
            requested.iter().any(|requested| requested.starts_with(name))
        };
        ComplementField::ALL.iter().copied().filter(is_requested).collect()
    }
}

impl DayRange {
    /// The first and the last day.
    pub(super) fn bounds(self, today: Date) -> (Date, Date) {
        let shifted = |days: i64| today.saturating_add(jiff::Span::new().days(days));
        match self {
            Self::AroundToday { past, ahead } => (shifted(-past), shifted((ahead - 1).max(0))),
            Self::Between { first, last } => (first, last),
        }
    }
}

pub(super) fn check_format(query: &DialectQuery) -> Result<(), Fault> {
    match query.get("format") {
        None | Some("json") => Ok(()),
        Some(format) => Err(cannot_initialize("ForecastapiFormat", format, "format")),
    }
}

pub(super) fn cannot_initialize(kind: &str, value: &str, key: &str) -> Fault {
    let shown: String = value.chars().filter(|letter| !letter.is_control()).take(40).collect();
    Fault::invalid(format!("Cannot initialize {kind} from invalid String value {shown} for key {key}"))
}

fn names(query: &DialectQuery, key: &str) -> Vec<String> {
    query.list(key).into_iter().map(str::to_owned).collect()
}

/// The choice that a parameter names; the first one if it is not given.
fn choice<T: Copy>(query: &DialectQuery, key: &str, kind: &str, choices: &[(&str, T)]) -> Result<T, Fault> {
    let given = query.get(key).unwrap_or(choices[0].0);
    let named = choices.iter().find(|(name, _)| *name == given);
    named.map(|(_, choice)| *choice).ok_or_else(|| cannot_initialize(kind, given, key))
}

fn units(query: &DialectQuery) -> Result<RequestedUnits, Fault> {
    const TEMPERATURES: [(&str, bool); 2] = [("celsius", false), ("fahrenheit", true)];
    const DEPTHS: [(&str, bool); 2] = [("mm", false), ("inch", true)];
    const SPEEDS: [(&str, WindUnit); 4] = [
        ("kmh", WindUnit::KilometresPerHour),
        ("ms", WindUnit::MetresPerSecond),
        ("mph", WindUnit::MilesPerHour),
        ("kn", WindUnit::Knots),
    ];
    let speed_key = if query.get("wind_speed_unit").is_some() { "wind_speed_unit" } else { "windspeed_unit" };
    Ok(RequestedUnits {
        is_fahrenheit: choice(query, "temperature_unit", "TemperatureUnit", &TEMPERATURES)?,
        is_inch: choice(query, "precipitation_unit", "PrecipitationUnit", &DEPTHS)?,
        speed: choice(query, speed_key, "WindspeedUnit", &SPEEDS)?,
    })
}

fn check_models(query: &DialectQuery) -> Result<(), Fault> {
    let models = query.list("models");
    if models.len() > 1 {
        return Err(Fault::invalid("This service merges its providers; name one model at most"));
    }
    let is_known = |model: &str| MODELS.iter().any(|known| model.starts_with(known));
    match models.into_iter().find(|model| !is_known(model)) {
        Some(unknown) => Err(cannot_initialize("MultiDomains", unknown, "models")),
        None => Ok(()),
    }
}

fn timezone(query: &DialectQuery) -> Result<Option<NamedZone>, Fault> {
    let given = query.get("timezone").unwrap_or("GMT");
    if given == "auto" {
        return Ok(None);
    }
    let rules = TimeZone::get(given).map_err(|_| Fault::invalid("Invalid timezone"))?;
    let name = rules.iana_name().unwrap_or(given).to_owned();
    Ok(Some(NamedZone { name, rules }))
}

fn days(query: &DialectQuery) -> Result<DayRange, Fault> {
    let date = |key| {
        let parse = |text: &str| text.parse().map_err(|_| Fault::invalid(format!("Invalid date format for {key}")));
        query.get(key).map(parse).transpose()
    };
    let (first, last): (Option<Date>, Option<Date>) = (date("start_date")?, date("end_date")?);
    let max_length = jiff::Span::new().days(MAX_PAST_DAYS + MAX_FORECAST_DAYS);
    match (first, last) {
        (Some(first), Some(last)) if first <= last && last <= first.saturating_add(max_length) => {
            Ok(DayRange::Between { first, last })
        }
        (None, None) => {
            let past = query.count("past_days", 0..=MAX_PAST_DAYS)?.unwrap_or(0);
            let ahead = query.count("forecast_days", 0..=MAX_FORECAST_DAYS)?.unwrap_or(FORECAST_DAYS);
            Ok(DayRange::AroundToday { past, ahead })
        }
        (Some(_), Some(_)) => {
            Err(Fault::invalid("End-date must be larger or equals than start-date, and not long after it"))
        }
        _ => Err(Fault::invalid("Both 'start_date' and 'end_date' must be set")),
    }
}

/// The times that `start_hour` and `end_hour`, or `past_hours` and `forecast_hours`, ask for, or their counterparts for
/// quarters of an hour.
fn times(query: &DialectQuery, bound: &str, number: &str, per_hour: i64) -> Result<Option<TimeRange>, Fault> {
    let bound_of = |key: &str| {
        let parse = |text: &str| text.parse().map_err(|_| Fault::invalid(format!("Invalid date format for {key}")));
        query.get(key).map(parse).transpose()
    };
    let max_length = jiff::Span::new().days(MAX_PAST_DAYS + MAX_FORECAST_DAYS);
    let [start, end] = ["start", "end"].map(|key| format!("{key}_{bound}"));
    let (first, last): (Option<DateTime>, Option<DateTime>) = (bound_of(&start)?, bound_of(&end)?);
    match (first, last) {
        (Some(first), Some(last)) if first <= last && last <= first.saturating_add(max_length) => {
            return Ok(Some(TimeRange::Between { first, last }));
        }
        (None, None) => {}
        (Some(_), Some(_)) => {
            return Err(Fault::invalid(format!("'{end}' must not be before '{start}', and not long after it")));
        }
        _ => return Err(Fault::invalid(format!("Both '{start}' and '{end}' must be set"))),
    }
    let past = query.count(&format!("past_{number}"), 0..=24 * MAX_PAST_DAYS * per_hour)?;
    let ahead = query.count(&format!("forecast_{number}"), 0..=24 * MAX_FORECAST_DAYS * per_hour)?;
    // If only the past is requested, quarter-hours are also returned for the next three days, and hours for the longest
    // forecast.
    let all_ahead = 24 * if per_hour == 1 { MAX_FORECAST_DAYS } else { 3 } * per_hour;
    Ok((past.is_some() || ahead.is_some())
        .then(|| TimeRange::AroundNow { past: past.unwrap_or(0), ahead: ahead.unwrap_or(all_ahead) }))
}
