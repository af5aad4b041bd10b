//! Precipitation in the next 24 hours.

use poem_openapi::{Enum, Object};
use serde::Serialize;

use super::units::time;
use crate::weather::outlook::{PrecipitationKind, PrecipitationOutlook};

/// The kind of the first precipitation in the next 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize)]
#[oai(rename = "OutlookKind", rename_all = "snake_case", remote = "PrecipitationKind")]
#[serde(rename_all = "snake_case")]
pub enum OutlookKindJson {
    Dry,
    Rain,
    FreezingRain,
    Sleet,
    Snow,
    Thunderstorm,
}

/// Precipitation in the next 24 hours.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(rename = "Outlook")]
pub struct OutlookJson {
    /// The outlook in English and local time, such as "Rain from 15:00, dry by 18:00."
    pub sentence: String,
    /// The kind of the first precipitation, or `dry`.
    pub kind: OutlookKindJson,
    /// When it starts; `null` if it is already falling.
    pub from: Option<String>,
    /// When it ends; `null` if it continues past `horizon`.
    pub until: Option<String>,
    /// When the next spell starts.
    pub again: Option<String>,
    /// The end of the data without a gap, at most 24 hours ahead.
    pub horizon: String,
}

impl From<PrecipitationOutlook> for OutlookJson {
    fn from(outlook: PrecipitationOutlook) -> Self {
        Self {
            sentence: outlook.sentence,
            kind: outlook.kind.into(),
            from: outlook.from.map(time),
            until: outlook.until.map(time),
            again: outlook.again.map(time),
            horizon: time(outlook.horizon),
        }
    }
}
