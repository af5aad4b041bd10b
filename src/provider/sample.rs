//! A recording of one real answer, to try the program without a key or a network.
//!
//! It is MET Norway's answer for London on 20 July 2020, parsed like any other answer of MET Norway.

use futures_util::{FutureExt, future::BoxFuture};
use jiff::{Timestamp, civil::date, tz::TimeZone};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    error::ProviderError,
    interface::{FetchedReport, PreviousForecast, Provider},
    met_norway,
    upstream::parse,
};
use crate::weather::{Coordinates, Source};

/// Its name in settings and answers.
pub const NAME: &str = "sample";

const SOURCE: Source = Source { provider: NAME, name: "MET Norway (recorded)", url: "https://api.met.no/" };

/// The place of the recording, with the gazetteer's coordinates.
pub const LONDON: Coordinates = Coordinates::from_hundredths(5151, -13);

/// How far from there it is served, in kilometres: up to London's ring road.
const NEAR_KM: f64 = 25.0;

static RECORDING: &[u8] = include_bytes!("sample/met-norway-london-complete-2020.json");

/// The provider.
pub struct Sample;

/// The recording contains the headers beside the document.
#[derive(Deserialize)]
struct Recording<'a> {
    #[serde(borrow)]
    data: &'a RawValue,
}

impl Provider for Sample {
    fn source(&self) -> Source {
        SOURCE
    }

    fn is_recording(&self) -> bool {
        true
    }

    fn fetch(&self, at: Coordinates, _previous: Option<PreviousForecast>) -> BoxFuture<'_, FetchedReport> {
        let near = at.distance_km(LONDON) <= NEAR_KM;
        let fetched = if near { play() } else { Err(ProviderError::NotCovered) };
        std::future::ready(fetched.unwrap_or_else(|error| FetchedReport::failed(error, recorded_at()))).boxed()
    }
}

fn play() -> Result<FetchedReport, ProviderError> {
    let recording: Recording = parse(RECORDING)?;
    met_norway::read(recording.data.get().as_bytes(), recorded_at())
}

/// The date in the recording's headers.
fn recorded_at() -> Timestamp {
    let local = date(2020, 7, 20).at(11, 44, 31, 0);
    TimeZone::UTC.to_timestamp(local).unwrap_or_default()
}
