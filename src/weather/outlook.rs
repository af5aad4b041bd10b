//! One sentence about rain and snow in the next 24 hours.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{Condition, Forecast, Length, Step};

/// How far the sentence looks ahead.
const HORIZON: SignedDuration = SignedDuration::from_hours(24);

/// Less than this in a step wets nobody (a rain gauge resolves 0.1 or 0.2 mm).
const WET_FROM: Length = Length::from_metres(0.1 / 1000.0);

/// A stretch of wet steps without a dry one between.
struct Spell<'a> {
    begins: Timestamp,
    ends: Timestamp,
    steps: &'a [&'a Step],
}

/// One English sentence such as "Rain from 15:00, dry by 18:00.", in the local time of `zone`.
///
/// A step of which only the probability is told is a dry one: OpenWeatherMap leaves the amount out where it is none.
/// `None` where the provider says nothing about precipitation.
#[must_use]
pub fn outlook(forecast: &Forecast, zone: &TimeZone, now: Timestamp) -> Option<String> {
    let horizon = now + HORIZON;
    let ahead: Vec<&Step> = forecast
        .steps
        .iter()
        .filter(|step| step.conditions.precipitation.is_some() || step.precipitation_probability.is_some())
        .filter(|step| wet_until(step) > now && step.precipitation_from < horizon)
        .collect();
    if ahead.is_empty() {
        return None;
    }
    let spells = spells(&ahead);
    let Some(first) = spells.first() else {
        return Some("Dry for the next 24 hours.".to_owned());
    };
    let clock = |time: Timestamp| zone.to_datetime(time).strftime("%H:%M").to_string();
    let what = kind(first.steps);
    let dries = first.ends < horizon;
    let sentence = match (first.begins <= now, dries) {
        (true, true) => format!("{what} until {}", clock(first.ends)),
        (true, false) => format!("{what} for the next 24 hours"),
        (false, true) => format!("{what} from {}, dry by {}", clock(first.begins), clock(first.ends)),
        (false, false) => format!("{what} from {}", clock(first.begins)),
    };
    let more = spells.get(1).map(|next| format!(", more from {}", clock(next.begins)));
    Some(format!("{sentence}{}.", more.unwrap_or_default()))
}

fn spells<'a>(steps: &'a [&'a Step]) -> Vec<Spell<'a>> {
    let wet = |step: &Step| step.conditions.precipitation.is_some_and(|amount| amount >= WET_FROM);
    steps
        .chunk_by(|a, b| wet(a) == wet(b))
        .filter(|steps| wet(steps[0]))
        .map(|steps| Spell { begins: steps[0].precipitation_from, ends: wet_until(steps[steps.len() - 1]), steps })
        .collect()
}

fn wet_until(step: &Step) -> Timestamp {
    step.precipitation_from + SignedDuration::from_hours(step.hours.into())
}

/// What falls: snow where all of it is, sleet or thunder where any of it is, else rain.
fn kind(steps: &[&Step]) -> &'static str {
    use Condition::{Hail, HeavySnow, LightSnow, Sleet, Snow, SnowShowers, Thunderstorm};
    let any = |conditions: &[Condition]| steps.iter().any(|step| conditions.contains(&step.conditions.condition));
    let snow = [LightSnow, Snow, HeavySnow, SnowShowers];
    let all_snow = steps.iter().all(|step| snow.contains(&step.conditions.condition));
    if any(&[Thunderstorm, Hail]) {
        "Thunderstorms"
    } else if all_snow {
        "Snow"
    } else if any(&[Sleet]) || any(&snow) {
        "Rain and snow"
    } else {
        "Rain"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weather::Conditions;

    const NOW: &str = "2025-06-01T12:00:00Z";

    /// Hourly steps from 12:00 UTC on with these millimetres, in a zone one hour ahead.
    fn told(millimetres: &[Option<f64>], condition: Condition) -> Option<String> {
        let first: Timestamp = NOW.parse().unwrap();
        let steps = millimetres.iter().zip(0..).map(|(amount, n)| {
            let time = first + SignedDuration::from_hours(n);
            let precipitation = amount.map(Length::from_millimetres);
            let conditions = Conditions { condition, precipitation, ..Conditions::unknown_at(time) };
            Step {
                conditions,
                hours: 1,
                precipitation_from: time,
                precipitation_probability: None,
                temperature_min: None,
                temperature_max: None,
            }
        });
        let forecast = Forecast { steps: steps.collect(), days: Vec::new() };
        outlook(&forecast, &TimeZone::get("Europe/London").unwrap(), first)
    }

    fn hours(wet: &[usize], count: usize) -> Vec<Option<f64>> {
        (0..count).map(|hour| Some(if wet.contains(&hour) { 0.5 } else { 0.0 })).collect()
    }

    #[test]
    fn sentences() {
        let rain = |wet: &[usize]| told(&hours(wet, 48), Condition::Rain).unwrap();
        assert_eq!(rain(&[]), "Dry for the next 24 hours.");
        assert_eq!(rain(&[2, 3, 4]), "Rain from 15:00, dry by 18:00.");
        assert_eq!(rain(&[0, 1]), "Rain until 15:00.");
        assert_eq!(rain(&(0..30).collect::<Vec<_>>()), "Rain for the next 24 hours.");
        assert_eq!(rain(&(20..30).collect::<Vec<_>>()), "Rain from 09:00.");
        assert_eq!(rain(&[1, 5, 9]), "Rain from 14:00, dry by 15:00, more from 18:00.");
        assert_eq!(rain(&[30]), "Dry for the next 24 hours.", "beyond the horizon");
    }

    #[test]
    fn names_what_falls() {
        let snow = told(&hours(&[2], 24), Condition::LightSnow).unwrap();
        assert_eq!(snow, "Snow from 15:00, dry by 16:00.");
        let sleet = told(&hours(&[2], 24), Condition::Sleet).unwrap();
        assert_eq!(sleet, "Rain and snow from 15:00, dry by 16:00.");
        let thunder = told(&hours(&[2], 24), Condition::Thunderstorm).unwrap();
        assert_eq!(thunder, "Thunderstorms from 15:00, dry by 16:00.");
    }

    #[test]
    fn a_trace_is_dry_and_silence_is_silence() {
        assert_eq!(told(&[Some(0.05); 24], Condition::Overcast).unwrap(), "Dry for the next 24 hours.");
        assert_eq!(told(&[None; 24], Condition::Overcast), None);
        assert_eq!(told(&[], Condition::Overcast), None);
    }
}
