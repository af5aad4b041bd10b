//! A recording of one genuine answer, for who tries the program without a key or a network.
//!
//! MET Norway's answer for London of 20 July 2020, read by MET Norway's own parser.

use futures_util::{FutureExt, future::BoxFuture};
use jiff::{Timestamp, civil::date, tz::TimeZone};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Fetched, Known, Provider, ProviderError, met_norway, upstream::parse};
use crate::weather::{Coordinates, Source};

const SOURCE: Source = Source { provider: "sample", name: "MET Norway (recorded)", url: "https://api.met.no/" };

/// Where the recording was made for, as the gazetteer has it.
pub const LONDON: Coordinates = Coordinates::from_hundredths(5151, -13);

/// How far from there it may still be shown: inside London's ring road.
const NEAR_KM: f64 = 25.0;

static RECORDING: &[u8] = include_bytes!("sample/met-norway-london-complete-2020.json");

/// The provider.
pub struct Sample;

/// The recording keeps the headers beside the document.
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

    fn fetch(&self, at: Coordinates, _known: Option<Known>) -> BoxFuture<'_, Fetched> {
        let near = at.distance_km(LONDON) <= NEAR_KM;
        let fetched = if near { play() } else { Err(ProviderError::NotCovered) };
        std::future::ready(fetched.unwrap_or_else(|error| Fetched::failed(error, recorded_at()))).boxed()
    }
}

fn play() -> Result<Fetched, ProviderError> {
    let recording: Recording = parse(RECORDING)?;
    met_norway::read(recording.data.get().as_bytes(), recorded_at())
}

/// The date that the recording's own headers give.
fn recorded_at() -> Timestamp {
    let local = date(2020, 7, 20).at(11, 44, 31, 0);
    TimeZone::UTC.to_timestamp(local).unwrap_or_default()
}
