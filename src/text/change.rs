//! The weather now and its next change, in one line: `London: ⛅ 11° → 🌧 14° from 15:00`.

use jiff::SignedDuration;

use super::{
    glyphs::{GlyphSet, UNKNOWN},
    line::{Line, Style, to_text},
    options::TextOptions,
    report::TextReport,
};
use crate::weather::{Condition, ForecastStep};

/// How far ahead a change is shown.
const MAX_AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// Groups of conditions; a step into another group is a change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ConditionGroup {
    Clear,
    Clouds,
    Haze,
    Rain,
    Snow,
    Ice,
    Storm,
}

/// The weather now, and the first change ahead: precipitation begins or ends, or else the sky changes, or else the
/// temperature moves farthest from what it is now.
pub fn change(report: &TextReport, options: &TextOptions) -> String {
    let now = &report.current.value;
    let degrees = |value| format!("{}°", options.units.degrees(value));
    let symbol = options.glyphs.condition(now.condition, report.is_day(now.time));
    let arrow = if options.glyphs == GlyphSet::Ascii { "->" } else { "→" };
    let mut line = format!("{}: {symbol} {} {arrow} ", report.place.name, degrees(now.temperature));
    let until = report.forecast.as_ref().map(|forecast| forecast.as_of.saturating_add(MAX_AHEAD));
    let until = until.and_then(Result::ok).unwrap_or(now.time);
    let ahead: Vec<_> = report.ahead().iter().filter(|step| step.time() > now.time && step.time() < until).collect();
    let clock = |step: &ForecastStep| report.clock_relative_to(step.time(), report.current.as_of);
    if let Some(step) = group_of(now.condition).and_then(|group| first_change(group, &ahead)) {
        let symbol = options.glyphs.condition(step.conditions.condition, report.is_day(step.time()));
        line.extend([symbol, " ", &degrees(step.conditions.temperature), " from ", &clock(step)]);
    } else if let Some(step) = largest_temperature_change(report, &ahead) {
        line.extend([&*degrees(step.conditions.temperature), " by ", &clock(step)]);
    } else {
        line.push_str(UNKNOWN);
    }
    to_text([&Line::styled(Style::Plain, &line)], false)
}

fn first_change<'a>(now: ConditionGroup, ahead: &[&'a ForecastStep]) -> Option<&'a ForecastStep> {
    let first = |differs: &dyn Fn(ConditionGroup) -> bool| {
        ahead.iter().copied().find(|step| group_of(step.conditions.condition).is_some_and(differs))
    };
    first(&|group| group.is_wet() != now.is_wet()).or_else(|| first(&|group| group != now))
}

/// The step whose temperature differs most from the present one.
fn largest_temperature_change<'a>(report: &TextReport, ahead: &[&'a ForecastStep]) -> Option<&'a ForecastStep> {
    let now = report.current.value.temperature?.celsius();
    let change = |step: &ForecastStep| step.conditions.temperature.map(|then| (then.celsius() - now).abs());
    let known = ahead.iter().copied().filter_map(|step| Some((change(step)?, step)));
    known.max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, step)| step)
}

impl ConditionGroup {
    fn is_wet(self) -> bool {
        matches!(self, Self::Rain | Self::Snow | Self::Ice | Self::Storm)
    }
}

fn group_of(condition: Condition) -> Option<ConditionGroup> {
    use Condition as C;
    Some(match condition {
        C::Unknown => return None,
        C::Clear | C::MostlyClear => ConditionGroup::Clear,
        C::PartlyCloudy | C::Cloudy | C::Overcast => ConditionGroup::Clouds,
        C::Haze | C::Mist | C::Smoke | C::Dust | C::Sand | C::Fog | C::Ash => ConditionGroup::Haze,
        C::Drizzle | C::LightRain | C::RainShowers | C::Rain | C::HeavyRain => ConditionGroup::Rain,
        C::LightSnow | C::SnowShowers | C::Snow | C::HeavySnow => ConditionGroup::Snow,
        C::Sleet | C::FreezingDrizzle | C::FreezingRain => ConditionGroup::Ice,
        C::Squall | C::Thunderstorm | C::Hail | C::Tornado => ConditionGroup::Storm,
    })
}
