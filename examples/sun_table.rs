//! Reads lines with latitude, longitude, time zone and date, and prints sunrise, sunset and polar day or night for each.

use std::io::{self, Read, Write};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use weather_app::weather::{
    Coordinates,
    sun::{Polar, SunDay, SunPath},
};

fn main() -> io::Result<()> {
    let mut table = String::new();
    io::stdin().read_to_string(&mut table)?;
    for line in table.lines() {
        let day = sun_day(line).ok_or_else(|| io::Error::other(line.to_owned()))?;
        let time = |time: Option<Timestamp>| time.map_or("-".to_owned(), |time| time.to_string());
        let polar = match day.polar {
            Some(Polar::Day) => "day",
            Some(Polar::Night) => "night",
            None => "-",
        };
        writeln!(io::stdout(), "{} {} {polar}", time(day.sunrise), time(day.sunset))?;
    }
    Ok(())
}

fn sun_day(line: &str) -> Option<SunDay> {
    let mut words = line.split_whitespace();
    let at = Coordinates::new(words.next()?.parse().ok()?, words.next()?.parse().ok()?).ok()?;
    let zone = TimeZone::get(words.next()?).ok()?;
    let date: Date = words.next()?.parse().ok()?;
    Some(SunPath::of_day(at, date, &zone)?.day(date, &zone))
}
