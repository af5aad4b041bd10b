//! Time zones, instants and local calendar days.

use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};

/// A time zone and its name.
#[derive(Clone, Debug)]
pub struct NamedZone {
    /// Its IANA name.
    pub name: String,
    /// Its offsets from UTC, and when they change.
    pub rules: TimeZone,
}

/// The local date of an instant in a time zone.
#[must_use]
pub fn local_date(time: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(time).date()
}

/// The start and end of a day in a time zone. They are 23 or 25 hours apart when clocks change.
///
/// `None` at the limits of the calendar.
#[must_use]
pub fn span(date: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let midnight = |date: Date| zone.to_timestamp(date.to_datetime(Time::midnight())).ok();
    midnight(date).zip(midnight(date.tomorrow().ok()?))
}
