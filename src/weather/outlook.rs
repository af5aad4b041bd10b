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
/// `None` if the provider does not give amounts of precipitation.
#[must_use]
pub fn outlook(forecast: &Forecast, zone: &TimeZone, now: Timestamp) -> Option<PrecipitationOutlook> {
    let ahead = without_gap(forecast, now);
    let horizon = ahead.last()?.step.end().min(now + MAX_HORIZON);
    let spells = spells(&ahead, falling_now(forecast, now));
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

/// An interval of the next 24 hours.
struct Interval<'a> {
    step: &'a ForecastStep,
    amount: Length,
}

/// The intervals of the next 24 hours, from the current one up to the first gap or the first unknown amount.
fn without_gap(forecast: &Forecast, now: Timestamp) -> Vec<Interval<'_>> {
    let absent = forecast.omits_zero_amounts.then(|| Length::from_metres(0.0));
    let mut known_until = now;
    let ahead = forecast.steps.iter().skip_while(|step| step.end() <= now);
    ahead
        .map_while(|step| {
            let follows = step.time() <= known_until && step.time() < now + MAX_HORIZON;
            known_until = step.end();
            let amount = step.conditions.precipitation.or(absent)?;
            follows.then_some(Interval { step, amount })
        })
        .collect()
}

/// The kind of precipitation in the latest reading, while that is valid.
fn falling_now(forecast: &Forecast, now: Timestamp) -> Option<PrecipitationKind> {
    let reading =
        forecast.latest_reading.filter(|reading| now.duration_since(reading.time).abs() < READING_VALID_FOR)?;
    kind(reading.condition)
}

fn spells(ahead: &[Interval], falling_now: Option<PrecipitationKind>) -> Vec<Spell> {
    let traces: Length = ahead.iter().map(|interval| interval.amount).filter(|&amount| amount < WET_FROM).sum();
    let traces_count = traces >= WET_IN_SUM_FROM;
    let is_wet = |n: usize, &Interval { amount, .. }: &Interval| {
        let is_trace = amount > Length::from_metres(0.0) && traces_count;
        amount >= WET_FROM || is_trace || (n == 0 && falling_now.is_some())
    };
    let numbered: Vec<_> = ahead.iter().enumerate().collect();
    let runs = numbered.chunk_by(|(a, before), (b, after)| is_wet(*a, before) == is_wet(*b, after));
    let wet = runs.filter(|run| is_wet(run[0].0, run[0].1));
    wet.map(|run| {
        let observed = falling_now.filter(|_| run[0].0 == 0);
        let forecast = run.iter().filter_map(|(_, interval)| kind(interval.step.conditions.condition));
        let ends = run[run.len() - 1].1.step.end();
        Spell { begins: run[0].1.step.time(), ends, kind: combined(observed.into_iter().chain(forecast)) }
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
