//! What regions and countries are called, for `Paris, TX` and `London, Canada`.

use std::collections::BTreeMap;

use weather_app::places::fold::fold;

use crate::dump::Country;

/// Names and codes that people use and GeoNames' files lack; the file says whose they are.
const USUAL_NAMES: &str = include_str!("usual_names.tsv");

/// Words of a region's name that people leave out: `Santa Bárbara Department`, `State of Berlin`.
const KINDS_OF_REGION: &[&str] = &[
    "Autonomous",
    "Canton",
    "City",
    "Commune",
    "County",
    "Department",
    "District",
    "Division",
    "Emirate",
    "Governorate",
    "Municipality",
    "Oblast",
    "of",
    "Parish",
    "Prefecture",
    "Province",
    "Region",
    "Republic",
    "State",
    "state",
    "the",
    "The",
];

pub(crate) struct Qualifiers {
    usual_names: BTreeMap<&'static str, Vec<&'static str>>,
}

impl Qualifiers {
    pub(crate) fn new() -> Self {
        let lines = USUAL_NAMES.lines().filter(|line| !line.starts_with('#'));
        let entries = lines.filter_map(|line| line.split_once('\t'));
        Self { usual_names: entries.map(|(code, names)| (code, names.split('|').collect())).collect() }
    }

    /// Folded, one a line.
    pub(crate) fn of_country(&self, country: &Country) -> String {
        let article_left_out = country.name.strip_prefix("The ").unwrap_or(&country.name);
        one_a_line([&country.iso, &country.iso3, &country.name, article_left_out], self.usual(&country.iso))
    }

    /// Folded, one a line. `key` is GeoNames' `COUNTRY.CODE`.
    pub(crate) fn of_region(&self, key: &str, name: &str) -> String {
        let code = key.split_once('.').map_or("", |(_, code)| code);
        let left: Vec<_> = name.split(' ').filter(|word| !KINDS_OF_REGION.contains(word)).collect();
        one_a_line([code, name, &left.join(" ")], self.usual(key))
    }

    fn usual(&self, key: &str) -> &[&'static str] {
        self.usual_names.get(key).map_or(&[], Vec::as_slice)
    }
}

fn one_a_line<const N: usize>(names: [&str; N], usual: &[&str]) -> String {
    let mut folded: Vec<String> = names.iter().chain(usual).map(|name| fold(name)).collect();
    folded.retain(|name| !name.is_empty());
    folded.sort_unstable();
    folded.dedup();
    folded.join("\n")
}
