//! The precipitation outlook for the next 24 hours: one sentence and its parts.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::{
    calendar::local_date,
    condition::Condition,
    quantity::Length,
    report::{Forecast, ForecastStep},
};

/// How far ahead the outlook reaches.
const MAX_HORIZON: SignedDuration = SignedDuration::from_hours(24);

/// The amount from which an interval is wet. A rain gauge resolves 0.1 or 0.2 mm.
const WET_FROM: Length = Length::from_metres(0.1 / 1000.0);

/// The sum from which intervals with less than [`WET_FROM`] each are wet. It is a millionth smaller to allow for rounding.
const WET_IN_SUM_FROM: Length = Length::from_metres(0.199_999 / 1000.0);

/// How long before and after its time a reading is valid for the present.
pub const READING_VALID_FOR: SignedDuration = SignedDuration::from_hours(1);

/// The kind of precipitation, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the words")]
pub enum PrecipitationKind {
    Dry,
    Rain,
    Snow,
    Sleet,
    FreezingRain,
    Thunderstorm,
}

/// Whether and when there will be precipitation.
#[derive(Clone, Debug, PartialEq)]
pub struct PrecipitationOutlook {
    /// In English and local time, such as "Rain from 15:00, dry by 18:00."
    pub sentence: String,
    /// The kind that falls first, or none.
    pub kind: PrecipitationKind,
    /// When it starts; `None` if it is already falling.
    pub from: Option<Timestamp>,
    /// When it ends; `None` if it continues to the horizon.
    pub until: Option<Timestamp>,
    /// When the next spell starts.
    pub again: Option<Timestamp>,
    /// The end of the data without a gap, at most 24 hours ahead.
    pub horizon: Timestamp,
}

/// Consecutive wet intervals.
struct Spell {
    begins: Timestamp,
    ends: Timestamp,
    kind: PrecipitationKind,
}

/// The outlook of a forecast at `now`, in the local time of `zone`.
///
/// An interval with a condition or a probability but without an amount is dry: OpenWeatherMap omits amounts of zero.
/// `None` if the provider does not give precipitation.
#[must_use]
pub fn outlook(forecast: &Forecast, zone: &TimeZone, now: Timestamp) -> Option<PrecipitationOutlook> {
    let gives_precipitation =
        |step: &ForecastStep| step.conditions.precipitation.is_some() || step.precipitation_probability.is_some();
    if !forecast.steps.iter().any(gives_precipitation) {
        return None;
    }
    let ahead = without_gap(&forecast.steps, now);
    let horizon = ahead.last()?.end().min(now + MAX_HORIZON);
    let spells = spells(ahead, falling_now(forecast, now));
    let first = spells.first();
    let mut outlook = PrecipitationOutlook {
        sentence: String::new(),
        kind: first.map_or(PrecipitationKind::Dry, |spell| spell.kind),
        from: first.map(|spell| spell.begins).filter(|&begins| begins > now),
        until: first.map(|spell| spell.ends).filter(|&ends| ends < horizon),
        again: spells.get(1).map(|spell| spell.begins),
        horizon,
    };
    outlook.sentence = sentence(&outlook, zone, now);
    Some(outlook)
}

/// The intervals of the next 24 hours, from the current one up to the first gap.
fn without_gap(steps: &[ForecastStep], now: Timestamp) -> &[ForecastStep] {
    let has_data = |step: &ForecastStep| {
        let conditions = &step.conditions;
        let amount_or_chance = conditions.precipitation.is_some() || step.precipitation_probability.is_some();
        amount_or_chance || conditions.condition != Condition::Unknown
    };
    let under_way = steps.iter().position(|step| step.end() > now).unwrap_or(steps.len());
    let steps = &steps[under_way..];
    let mut known_until = now;
    let known = steps.iter().take_while(|step| {
        let follows = step.time() <= known_until && step.time() < now + MAX_HORIZON && has_data(step);
        known_until = step.end();
        follows
    });
    &steps[..known.count()]
}

/// The kind of precipitation in the latest reading, while that is valid.
fn falling_now(forecast: &Forecast, now: Timestamp) -> Option<PrecipitationKind> {
    let reading =
        forecast.latest_reading.filter(|reading| now.duration_since(reading.time).abs() < READING_VALID_FOR)?;
    kind(reading.condition)
}

fn spells(ahead: &[ForecastStep], falling_now: Option<PrecipitationKind>) -> Vec<Spell> {
    let amount = |step: &ForecastStep| step.conditions.precipitation.unwrap_or(Length::from_metres(0.0));
    let traces: Length = ahead.iter().map(amount).filter(|&amount| amount < WET_FROM).sum();
    let traces_count = traces >= WET_IN_SUM_FROM;
    let is_wet = |n: usize, step: &ForecastStep| {
        let is_trace = amount(step) > Length::from_metres(0.0) && traces_count;
        amount(step) >= WET_FROM || is_trace || (n == 0 && falling_now.is_some())
    };
    let numbered: Vec<_> = ahead.iter().enumerate().collect();
    let runs = numbered.chunk_by(|(a, before), (b, after)| is_wet(*a, before) == is_wet(*b, after));
    let wet = runs.filter(|run| is_wet(run[0].0, run[0].1));
    wet.map(|run| {
        let observed = falling_now.filter(|_| run[0].0 == 0);
        let forecast = run.iter().filter_map(|(_, step)| kind(step.conditions.condition));
        let ends = run[run.len() - 1].1.end();
        Spell { begins: run[0].1.time(), ends, kind: combined(observed.into_iter().chain(forecast)) }
    })
    .collect()
}

/// The most severe kind in a spell. Rain and snow together are sleet.
fn combined(kinds: impl Iterator<Item = PrecipitationKind>) -> PrecipitationKind {
    use PrecipitationKind::{Rain, Sleet, Snow};
    let mix = |a, b| match (a, b) {
        (Rain, Snow) | (Snow, Rain) => Sleet,
        (a, b) => a.max(b),
    };
    kinds.reduce(mix).unwrap_or(Rain)
}

/// The kind of precipitation of a condition, if any.
fn kind(condition: Condition) -> Option<PrecipitationKind> {
    use Condition as C;
    match condition {
        C::Drizzle | C::LightRain | C::Rain | C::HeavyRain | C::RainShowers => Some(PrecipitationKind::Rain),
        C::LightSnow | C::Snow | C::HeavySnow | C::SnowShowers => Some(PrecipitationKind::Snow),
        C::Sleet => Some(PrecipitationKind::Sleet),
        C::FreezingDrizzle | C::FreezingRain => Some(PrecipitationKind::FreezingRain),
        C::Thunderstorm | C::Hail => Some(PrecipitationKind::Thunderstorm),
        _ => None,
    }
}

fn sentence(outlook: &PrecipitationOutlook, zone: &TimeZone, now: Timestamp) -> String {
    let what = match outlook.kind {
        PrecipitationKind::Dry => "Dry",
        PrecipitationKind::Rain => "Rain",
        PrecipitationKind::Snow => "Snow",
        PrecipitationKind::Sleet => "Rain and snow",
        PrecipitationKind::FreezingRain => "Freezing rain",
        PrecipitationKind::Thunderstorm => "Thunderstorms",
    };
    let mut clock = LocalClock { zone, today: local_date(now, zone), named: local_date(now, zone) };
    let first = match (outlook.from, outlook.until) {
        (None, None) => match outlook.horizon.duration_since(now).as_hours() {
            0 => format!("{what} until {}", clock.words(outlook.horizon)),
            1 => format!("{what} for the next hour"),
            hours => format!("{what} for the next {hours} hours"),
        },
        (None, Some(until)) => format!("{what} until {}", clock.words(until)),
        (Some(from), None) => format!("{what} from {}", clock.words(from)),
        (Some(from), Some(until)) => format!("{what} from {}, dry by {}", clock.words(from), clock.words(until)),
    };
    let more = outlook.again.map(|again| format!(", more from {}", clock.words(again)));
    format!("{first}{}.", more.unwrap_or_default())
}

/// Formats times of day, with the day if it is not the one that was named last.
struct LocalClock<'a> {
    zone: &'a TimeZone,
    today: Date,
    named: Date,
}

impl LocalClock<'_> {
    fn words(&mut self, time: Timestamp) -> String {
        let local = self.zone.to_datetime(time);
        let date = local.date();
        let format = if date == self.named {
            "%H:%M"
        } else if self.today.tomorrow().is_ok_and(|tomorrow| tomorrow == date) {
            "%H:%M tomorrow"
        } else {
            "%H:%M on %A"
        };
        self.named = date;
        local.strftime(format).to_string()
    }
}

#[cfg(test)]
mod tests;
