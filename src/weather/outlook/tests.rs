use super::*;
use crate::weather::{Conditions, LatestReading, Percentage};

const NOW: &str = "2025-06-01T12:00:00Z";

/// Steps of `hours` each from 12:00 UTC on with these millimetres.
fn forecast(millimetres: &[Option<f64>], hours: u8, condition: Condition) -> Forecast {
    let steps = millimetres.iter().zip(0..).map(|(amount, n)| ForecastStep {
        conditions: Conditions {
            condition,
            precipitation: amount.map(Length::from_millimetres),
            ..Conditions::unknown_at(at(n * i64::from(hours)))
        },
        hours,
        precipitation_probability: None,
        temperature_min: None,
        temperature_max: None,
    });
    Forecast { steps: steps.collect(), ..Forecast::default() }
}

/// `hours` after 12:00 UTC.
fn at(hours: i64) -> Timestamp {
    NOW.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
}

/// The outlook at 12:00 UTC in a time zone one hour ahead.
fn read(forecast: &Forecast) -> PrecipitationOutlook {
    outlook(forecast, &TimeZone::get("Europe/London").unwrap(), at(0)).unwrap()
}

fn hours(wet: &[usize], count: usize) -> Vec<Option<f64>> {
    (0..count).map(|hour| Some(if wet.contains(&hour) { 0.5 } else { 0.0 })).collect()
}

fn hourly(wet: &[usize]) -> PrecipitationOutlook {
    read(&forecast(&hours(wet, 48), 1, Condition::Rain))
}

#[test]
fn sentences_say_when_it_rains() {
    let cases: [(&[usize], &str); 9] = [
        (&[], "Dry for the next 24 hours."),
        (&[2, 3, 4], "Rain from 15:00, dry by 18:00."),
        (&[0, 1], "Rain until 15:00."),
        (&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], "Rain until 02:00 tomorrow."),
        (&[20, 21, 22, 23, 24, 25], "Rain from 09:00 tomorrow."),
        (&[12, 13], "Rain from 01:00 tomorrow, dry by 03:00."),
        (&[1, 5, 9], "Rain from 14:00, dry by 15:00, more from 18:00."),
        (&[1, 15], "Rain from 14:00, dry by 15:00, more from 04:00 tomorrow."),
        (&[30], "Dry for the next 24 hours."),
    ];
    for (wet, expected) in cases {
        assert_eq!(hourly(wet).sentence, expected);
    }
    assert_eq!(hourly(&(0..30).collect::<Vec<_>>()).sentence, "Rain for the next 24 hours.");
}

#[test]
fn the_fields_agree_with_the_sentence() {
    let dry = hourly(&[]);
    assert_eq!((dry.kind, dry.from, dry.until, dry.again), (PrecipitationKind::Dry, None, None, None));
    assert_eq!(dry.horizon, at(24));
    let later = hourly(&[2, 3, 7]);
    assert_eq!((later.from, later.until, later.again), (Some(at(2)), Some(at(4)), Some(at(7))));
    let now = hourly(&[0, 1]);
    assert_eq!((now.kind, now.from, now.until), (PrecipitationKind::Rain, None, Some(at(2))));
    let at_the_end = hourly(&[22, 23]);
    assert_eq!((at_the_end.from, at_the_end.until), (Some(at(22)), None), "what follows is not known");
}

#[test]
fn the_sentence_names_the_kind_of_precipitation() {
    let cases = [
        (Condition::LightSnow, PrecipitationKind::Snow, "Snow from 15:00, dry by 16:00."),
        (Condition::Sleet, PrecipitationKind::Sleet, "Rain and snow from 15:00, dry by 16:00."),
        (Condition::Thunderstorm, PrecipitationKind::Thunderstorm, "Thunderstorms from 15:00, dry by 16:00."),
        (Condition::FreezingRain, PrecipitationKind::FreezingRain, "Freezing rain from 15:00, dry by 16:00."),
        (Condition::FreezingDrizzle, PrecipitationKind::FreezingRain, "Freezing rain from 15:00, dry by 16:00."),
        (Condition::Overcast, PrecipitationKind::Rain, "Rain from 15:00, dry by 16:00."),
    ];
    for (condition, kind, sentence) in cases {
        let outlook = read(&forecast(&hours(&[2], 24), 1, condition));
        assert_eq!((outlook.kind, &*outlook.sentence), (kind, sentence), "{condition:?}");
    }
    let mut mixed = forecast(&hours(&[2, 3], 24), 1, Condition::Rain);
    mixed.steps[3].conditions.condition = Condition::Snow;
    assert_eq!(read(&mixed).kind, PrecipitationKind::Sleet, "rain and snow in one spell");
}

#[test]
fn nothing_is_promised_beyond_the_data() {
    let dry = |count| read(&forecast(&vec![Some(0.0); count], 1, Condition::Clear));
    assert_eq!((&*dry(6).sentence, dry(6).horizon), ("Dry for the next 6 hours.", at(6)));
    assert_eq!(dry(1).sentence, "Dry for the next hour.");
    let mut gap = forecast(&hours(&[20], 24), 1, Condition::Rain);
    gap.steps.remove(6);
    assert_eq!((&*read(&gap).sentence, read(&gap).horizon), ("Dry for the next 6 hours.", at(6)));
    let mut unknown = forecast(&hours(&[20], 24), 1, Condition::Unknown);
    unknown.steps[6].conditions.precipitation = None;
    assert_eq!(read(&unknown).sentence, "Dry for the next 6 hours.", "an hour without data is a gap");
    let until_the_end = read(&forecast(&hours(&[3, 4, 5], 6), 1, Condition::Rain));
    assert_eq!((until_the_end.until, &*until_the_end.sentence), (None, "Rain from 16:00."));
    let half_past = at(5) + SignedDuration::from_mins(30);
    let little = outlook(&forecast(&hours(&[], 6), 1, Condition::Clear), &TimeZone::UTC, half_past).unwrap();
    assert_eq!(little.sentence, "Dry until 18:00.");
}

#[test]
fn without_amounts_nothing_is_promised_unless_the_provider_omits_zeros() {
    let mut forecast = forecast(&[Some(0.0), Some(0.0), None, Some(0.0)], 1, Condition::Rain);
    for step in &mut forecast.steps {
        step.precipitation_probability = Some(Percentage::from_percent(80.0));
    }
    assert_eq!(read(&forecast).sentence, "Dry for the next 2 hours.");
    let omitting = Forecast { omits_zero_amounts: true, ..forecast.clone() };
    assert_eq!(read(&omitting).sentence, "Dry for the next 4 hours.");
    forecast.steps.drain(..2);
    forecast.steps.truncate(1);
    assert_eq!(outlook(&forecast, &TimeZone::UTC, at(2)), None);
}

#[test]
fn the_interval_under_way_counts_from_its_beginning() {
    let forecast = forecast(&hours(&[0, 3], 16), 3, Condition::Rain);
    let outlook = outlook(&forecast, &TimeZone::UTC, at(2)).unwrap();
    assert_eq!((outlook.from, outlook.until, outlook.again), (None, Some(at(3)), Some(at(9))));
    assert_eq!((&*outlook.sentence, outlook.horizon), ("Rain until 15:00, more from 21:00.", at(26)));
}

#[test]
fn current_precipitation_counts_even_if_it_is_not_forecast() {
    let mut forecast = forecast(&hours(&[5], 24), 1, Condition::Rain);
    forecast.latest_reading = Some(LatestReading { time: at(0), condition: Condition::LightSnow });
    let outlook = read(&forecast);
    assert_eq!((outlook.kind, outlook.from, outlook.until), (PrecipitationKind::Sleet, None, Some(at(1))));
    forecast.steps[0].conditions.condition = Condition::Overcast;
    assert_eq!(read(&forecast).sentence, "Snow until 14:00, more from 18:00.");
    forecast.latest_reading = Some(LatestReading { time: at(-1), condition: Condition::LightSnow });
    assert_eq!(read(&forecast).from, Some(at(5)), "after an hour the reading is no longer valid");
    forecast.latest_reading = Some(LatestReading { time: at(0), condition: Condition::Fog });
    assert_eq!(read(&forecast).from, Some(at(5)), "fog is not precipitation");
}

#[test]
fn a_trace_is_dry_and_a_day_of_drizzle_is_not() {
    let drizzle = |amounts: &[Option<f64>]| read(&forecast(amounts, 1, Condition::Drizzle)).sentence;
    assert_eq!(drizzle(&[Some(0.05); 24]), "Rain for the next 24 hours.");
    let mut three = vec![Some(0.0); 24];
    three[2..5].fill(Some(0.05));
    assert_eq!(drizzle(&three), "Dry for the next 24 hours.");
    three[5] = Some(0.05);
    assert_eq!(drizzle(&three), "Rain from 15:00, dry by 19:00.", "0.2 mm in total");
    let every_other: Vec<_> = (0..24).map(|n| Some(if n % 2 == 0 { 0.03 } else { 0.0 })).collect();
    assert_eq!(drizzle(&every_other), "Rain until 14:00, more from 15:00.");
}

#[test]
fn without_precipitation_there_is_no_outlook() {
    for amounts in [&[][..], &[None; 24]] {
        assert_eq!(outlook(&forecast(amounts, 1, Condition::Overcast), &TimeZone::UTC, at(0)), None);
    }
    let mut chance_only = forecast(&[None; 24], 1, Condition::Overcast);
    chance_only.steps[3].precipitation_probability = Some(Percentage::from_percent(0.0));
    assert_eq!(outlook(&chance_only, &TimeZone::UTC, at(0)), None);
    let tomorrow = outlook(&forecast(&hours(&[], 24), 1, Condition::Clear), &TimeZone::UTC, at(-5));
    assert_eq!(tomorrow, None, "the current hour is not known");
}

#[test]
fn a_day_that_is_neither_today_nor_tomorrow_has_its_name() {
    // Clocks go forward on 30 March: 24 hours after 23:30 it is 00:30 of the day after tomorrow.
    let mut forecast = forecast(&hours(&[], 30), 1, Condition::Rain);
    let now: Timestamp = "2025-03-29T23:30:00Z".parse().unwrap();
    for (step, n) in forecast.steps.iter_mut().zip(0..) {
        step.conditions.time = now - SignedDuration::from_mins(30) + SignedDuration::from_hours(n);
    }
    forecast.steps[24].conditions.precipitation = Some(Length::from_millimetres(1.0));
    let outlook = outlook(&forecast, &TimeZone::get("Europe/London").unwrap(), now).unwrap();
    assert_eq!(outlook.sentence, "Rain from 00:00 on Monday.");
}
