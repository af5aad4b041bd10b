//! Writes numbers: rounded so that no error of a conversion shows, and whole where a client expects whole numbers.

use serde_json::Value;

/// A number with at most `decimals` decimals; `null` if it is unknown.
pub(super) fn rounded(value: Option<f64>, decimals: i32) -> Value {
    let scale = 10_f64.powi(decimals);
    // Adding zero turns negative zero into zero.
    value.map(|value| (value * scale).round() / scale + 0.0).into()
}

/// A number with two decimals, as in the API.
pub(super) fn plain(value: Option<f64>) -> Value {
    rounded(value, 2)
}

/// A whole number, without a decimal point.
pub(super) fn whole(value: Option<f64>) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "weather has small numbers, and a cast saturates")]
    value.map(|value| value.round() as i64).into()
}
