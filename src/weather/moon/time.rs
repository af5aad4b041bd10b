//! Time in the units of the formulas in Meeus, "Astronomical Algorithms".

use jiff::Timestamp;

/// The Julian date of 1970-01-01T00:00:00Z.
const UNIX_EPOCH_JULIAN: f64 = 2_440_587.5;
/// The Julian date of 2000-01-01T12:00:00 TT, from which the polynomials count.
pub const J2000_JULIAN: f64 = 2_451_545.0;
const DAYS_PER_CENTURY: f64 = 36_525.0;
const SECONDS_PER_DAY: f64 = 86_400.0;

/// A moment as a Julian date. Using UTC instead of uniform time moves the moon by about a hundredth of a degree.
pub fn julian(time: Timestamp) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a double holds the milliseconds of 285,000 years")]
    let seconds = time.as_millisecond() as f64 / 1000.0;
    seconds / SECONDS_PER_DAY + UNIX_EPOCH_JULIAN
}

/// A moment in Julian centuries since 2000.
pub fn centuries(time: Timestamp) -> f64 {
    (julian(time) - J2000_JULIAN) / DAYS_PER_CENTURY
}

/// The sine of an angle in degrees.
pub fn sine(degrees: f64) -> f64 {
    degrees.rem_euclid(360.0).to_radians().sin()
}
