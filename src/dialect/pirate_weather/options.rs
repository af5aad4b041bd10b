//! Parses the options of a request.

use super::{super::query::DialectQuery, units::PirateUnits};
use crate::api::problem::Fault;

/// The number of hours in a document, and the number if the request extends it.
const HOURS: usize = 48;
const EXTENDED_HOURS: usize = 168;

/// The blocks of a document, in their order.
pub(super) const BLOCKS: [&str; 6] = ["currently", "minutely", "hourly", "daily", "alerts", "flags"];

/// The options of a request, apart from the place.
#[derive(Debug)]
pub(super) struct PirateOptions {
    pub(super) units: PirateUnits,
    pub(super) hours: usize,
    pub(super) excluded: Vec<&'static str>,
    pub(super) has_newer_keys: bool,
    pub(super) has_day_night: bool,
}

impl PirateOptions {
    pub(super) fn parse(query: &DialectQuery, country: Option<&str>) -> Result<Self, Fault> {
        let excluded = query.list("exclude");
        Ok(Self {
            units: PirateUnits::parse(query.get("units"), country)?,
            hours: if query.list("extend").contains(&"hourly") { EXTENDED_HOURS } else { HOURS },
            excluded: BLOCKS.into_iter().filter(|block| excluded.contains(block)).collect(),
            has_newer_keys: query.get("version").is_some_and(|version| version != "1"),
            has_day_night: query.list("include").contains(&"day_night_forecast"),
        })
    }
}
