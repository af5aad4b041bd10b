//! The JSON document of wttr.in (`format=j1`), for the programs that read it.
//!
//! All values are strings. Programs that read it fail if one is missing, so missing values are replaced as listed in the
//! README.

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde_json::{Value, json};

use super::{
    glyphs::{compass_point, world_weather_online_code},
    report::TextReport,
    values::whole,
};
use crate::weather::{
    Condition, Conditions, Day, Direction, ForecastStep, Length, Percentage, Pressure, Speed, Temperature,
    calendar::span,
    moon::{Moon, rise_and_set},
};

/// How many days wttr.in gives.
const DAYS: usize = 3;

/// The hours between two entries of a day.
const PART_HOURS: i8 = 3;

/// The visibility in clear air: the upper end of World Weather Online's scale.
const CLEAR_VIEW: Length = Length::from_metres(10_000.0);

/// Hectopascals in a conventional inch of mercury.
const HECTOPASCALS_PER_INCH_OF_MERCURY: f64 = 33.863_89;

/// The wind speed of a strong breeze (Beaufort 6) in m/s, from which it counts as windy.
const WINDY_FROM: f64 = 10.8;

/// The code of a cloudy sky, used for an unknown condition.
const CLOUDY: u16 = 119;

const POINTS: [&str; 16] =
    ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"];

/// Renders the document, with or without the hours of each day.
pub fn wttr_json(report: &TextReport, has_hours: bool) -> String {
    let days: Vec<_> = report.days().iter().take(DAYS).map(|local_day| day(report, local_day, has_hours)).collect();
    let place = &report.place;
    let coordinates = place.coordinates;
    let document = json!({
        "current_condition": [current(report)],
        "nearest_area": [{
            "areaName": wrapped(&place.name),
            "country": wrapped(place.country_name.or(place.country.as_deref()).unwrap_or_default()),
            "latitude": coordinates.latitude().to_string(),
            "longitude": coordinates.longitude().to_string(),
            "population": "0",
            "region": wrapped(place.region.as_deref().unwrap_or_default()),
            "weatherUrl": wrapped(report.current.source.url),
        }],
        "request": [{
            "query": format!("Lat {} and Lon {}", coordinates.latitude(), coordinates.longitude()),
            "type": "LatLon",
        }],
        "weather": days,
    });
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

/// A text as the document wraps it.
fn wrapped(text: &str) -> Value {
    json!([{ "value": text }])
}

fn current(report: &TextReport) -> Value {
    let now = &report.current.value;
    let mut entry = values(now, report.description());
    let time = |format: &str, time: Timestamp| report.zone.to_datetime(time).strftime(format).to_string();
    entry["temp_C"] = or_zero(celsius(now.temperature));
    entry["temp_F"] = or_zero(fahrenheit(now.temperature));
    entry["localObsDateTime"] = json!(time("%Y-%m-%d %I:%M %p", now.time));
    entry["observation_time"] = json!(now.time.strftime("%I:%M %p").to_string());
    entry
}

fn day(report: &TextReport, day: &Day, has_hours: bool) -> Value {
    let parts: Vec<_> = (0..24 / PART_HOURS).filter_map(|n| ThreeHours::of(report, day.date, n * PART_HOURS)).collect();
    let temperatures: Vec<_> = parts.iter().filter_map(|part| part.step.conditions.temperature).collect();
    #[expect(clippy::cast_precision_loss, reason = "at most eight")]
    let mean = temperatures.iter().map(|temperature| temperature.celsius()).sum::<f64>() / temperatures.len() as f64;
    let mean = Some(mean).filter(|mean| mean.is_finite()).map(Temperature::from_celsius).or(day.temperature_max);
    let sun = report.sun_on(day.date);
    let daylight =
        sun.sunrise.zip(sun.sunset).map_or(0.0, |(rise, set)| set.duration_since(rise).as_secs_f64() / 3600.0);
    let snow: f64 = parts.iter().map(ThreeHours::snow_centimetres).sum();
    let mut entry = json!({
        "astronomy": [astronomy(report, day.date)],
        "avgtempC": or_zero(celsius(mean)),
        "avgtempF": or_zero(fahrenheit(mean)),
        "date": day.date.to_string(),
        "maxtempC": or_zero(celsius(day.temperature_max)),
        "maxtempF": or_zero(fahrenheit(day.temperature_max)),
        "mintempC": or_zero(celsius(day.temperature_min)),
        "mintempF": or_zero(fahrenheit(day.temperature_min)),
        "sunHour": format!("{daylight:.1}"),
        "totalSnow_cm": format!("{snow:.1}"),
        "uvIndex": or_zero(day.uv_index_max),
    });
    if has_hours {
        entry["hourly"] = (0..24 / PART_HOURS).filter_map(|n| hour_entry(&parts, n * PART_HOURS)).collect();
    }
    entry
}

/// The entry at an hour. Programs count on eight a day, so an hour that is over, or beyond the forecast, has the values
/// of the nearest one that is known.
fn hour_entry(parts: &[ThreeHours<'_>], hour: i8) -> Option<Value> {
    let nearest = parts.iter().min_by_key(|part| part.hour.abs_diff(hour))?;
    let mut entry = nearest.entry();
    entry["time"] = (i32::from(hour) * 100).to_string().into();
    Some(entry)
}

fn astronomy(report: &TextReport, date: Date) -> Value {
    let clock = |time: Option<Timestamp>, none: &str| {
        let local = |time| report.zone.to_datetime(time).strftime("%I:%M %p").to_string();
        time.map_or(none.to_owned(), local)
    };
    let sun = report.sun_on(date);
    let noon = report.zone.to_timestamp(date.at(12, 0, 0, 0)).unwrap_or(report.current.as_of);
    let moon = Moon::at(noon);
    let [moonrise, moonset] = span(date, &report.zone)
        .map_or([None, None], |(begins, ends)| rise_and_set(report.place.coordinates, begins, ends));
    json!({
        "moon_illumination": whole(moon.illumination() * 100.0),
        "moon_phase": moon.phase_name(),
        "moonrise": clock(moonrise, "No moonrise"),
        "moonset": clock(moonset, "No moonset"),
        "sunrise": clock(sun.sunrise, "No sunrise"),
        "sunset": clock(sun.sunset, "No sunset"),
    })
}

/// Three hours of a day that are not over, with the first step in them that is not.
struct ThreeHours<'a> {
    hour: i8,
    step: &'a ForecastStep,
    weather: Day,
}

impl<'a> ThreeHours<'a> {
    fn of(report: &'a TextReport, date: Date, hour: i8) -> Option<Self> {
        let begins = report.zone.to_timestamp(date.at(hour, 0, 0, 0)).ok()?;
        let ends = begins.checked_add(SignedDuration::from_hours(PART_HOURS.into())).ok()?;
        let step = report.ahead().iter().find(|step| begins < step.end()).filter(|step| step.time() < ends)?;
        Some(Self { hour, step, weather: report.part_of_day(date, hour, hour + PART_HOURS)? })
    }

    fn snow_centimetres(&self) -> f64 {
        /// Fresh snow has about a tenth of the density of water.
        const CENTIMETRES_PER_MILLIMETRE_OF_WATER: f64 = 1.0;
        let precipitation = self.weather.precipitation.filter(|_| self.step.conditions.condition.is_snow());
        precipitation.map_or(0.0, |depth| depth.millimetres() * CENTIMETRES_PER_MILLIMETRE_OF_WATER)
    }

    fn entry(&self) -> Value {
        let conditions = Conditions { precipitation: self.weather.precipitation, ..self.step.conditions.clone() };
        let mut entry = values(&conditions, conditions.condition.words());
        let condition = conditions.condition;
        let chance = percent(self.weather.precipitation_probability.or(self.step.precipitation_probability));
        let chance_if = |applies: bool| whole(if applies { chance } else { 0.0 });
        let certain_if = |applies: bool| if applies { "100" } else { "0" };
        let cloud = cloud_cover(&conditions);
        let gust = conditions.wind_gust.or(conditions.wind_speed);
        let hour_members = json!({
            "tempC": or_zero(celsius(conditions.temperature)),
            "tempF": or_zero(fahrenheit(conditions.temperature)),
            "DewPointC": or_zero(celsius(conditions.dew_point)),
            "DewPointF": or_zero(fahrenheit(conditions.dew_point)),
            "HeatIndexC": or_zero(celsius(conditions.feels_like)),
            "HeatIndexF": or_zero(fahrenheit(conditions.feels_like)),
            "WindChillC": or_zero(celsius(conditions.feels_like)),
            "WindChillF": or_zero(fahrenheit(conditions.feels_like)),
            "WindGustKmph": or_zero(gust.map(Speed::kilometres_per_hour)),
            "WindGustMiles": or_zero(gust.map(Speed::miles_per_hour)),
            "chanceoffog": certain_if(condition == Condition::Fog),
            "chanceoffrost": certain_if(celsius(conditions.temperature).is_some_and(|celsius| celsius < 0.0)),
            "chanceofhightemp": "0",
            "chanceofovercast": whole(cloud),
            "chanceofrain": chance_if(!condition.is_snow()),
            "chanceofremdry": whole(100.0 - chance),
            "chanceofsnow": chance_if(condition.is_snow()),
            "chanceofsunshine": whole(100.0 - cloud),
            "chanceofthunder": chance_if(matches!(condition, Condition::Thunderstorm | Condition::Hail)),
            "chanceofwindy": certain_if(conditions.wind_speed.is_some_and(|speed| speed.metres_per_second() >= WINDY_FROM)),
            "diffRad": "0.0",
            "shortRad": "0.0",
        });
        if let (Value::Object(entry), Value::Object(hour_members)) = (&mut entry, hour_members) {
            entry.extend(hour_members);
        }
        entry
    }
}

/// The members that the current conditions and an hour have in common.
fn values(conditions: &Conditions, words: &str) -> Value {
    let code = world_weather_online_code(conditions.condition).unwrap_or(CLOUDY);
    let speed = conditions.wind_speed;
    let direction = conditions.wind_direction.unwrap_or(Direction::from_degrees(0.0));
    let visibility = conditions.visibility.unwrap_or(CLEAR_VIEW);
    let pressure = conditions.pressure.map(Pressure::hectopascals);
    let precipitation = conditions.precipitation;
    json!({
        "FeelsLikeC": or_zero(celsius(conditions.feels_like.or(conditions.temperature))),
        "FeelsLikeF": or_zero(fahrenheit(conditions.feels_like.or(conditions.temperature))),
        "cloudcover": whole(cloud_cover(conditions)),
        "humidity": whole(percent(conditions.humidity)),
        "precipInches": format!("{:.2}", precipitation.map_or(0.0, Length::inches)),
        "precipMM": format!("{:.1}", precipitation.map_or(0.0, Length::millimetres)),
        "pressure": or_zero(pressure),
        "pressureInches": or_zero(pressure.map(|hectopascals| hectopascals / HECTOPASCALS_PER_INCH_OF_MERCURY)),
        "uvIndex": or_zero(conditions.uv_index),
        "visibility": whole(visibility.metres() / 1000.0),
        "visibilityMiles": whole(visibility.miles()),
        "weatherCode": code.to_string(),
        "weatherDesc": wrapped(words),
        "weatherIconUrl": wrapped(""),
        "winddir16Point": compass_point(direction, &POINTS),
        "winddirDegree": whole(direction.degrees()),
        "windspeedKmph": or_zero(speed.map(Speed::kilometres_per_hour)),
        "windspeedMiles": or_zero(speed.map(Speed::miles_per_hour)),
    })
}

/// A whole number as text; zero if the value is missing.
fn or_zero(value: Option<f64>) -> Value {
    Value::String(whole(value.unwrap_or_default()))
}

fn celsius(value: Option<Temperature>) -> Option<f64> {
    value.map(Temperature::celsius)
}

fn fahrenheit(value: Option<Temperature>) -> Option<f64> {
    value.map(Temperature::fahrenheit)
}

fn percent(value: Option<Percentage>) -> f64 {
    value.map_or(0.0, Percentage::percent)
}

/// The reported cloud cover in percent, or else what the condition means.
fn cloud_cover(conditions: &Conditions) -> f64 {
    conditions.cloud_cover.unwrap_or(conditions.condition.typical_cloud_cover()).percent()
}
