//! GeoNames' dump files, as its `readme.txt` describes them.

use std::collections::BTreeMap;
use std::error::Error;
use std::str::FromStr;

/// A line of `cities1000.txt`.
pub(crate) struct Place {
    pub(crate) geoname_id: u32,
    pub(crate) name: String,
    pub(crate) alternate_names: Vec<String>,
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
    /// What kind of place it is: <https://www.geonames.org/export/codes.html>.
    pub(crate) feature_code: String,
    pub(crate) country: String,
    pub(crate) region_code: String,
    pub(crate) population: u32,
    pub(crate) timezone: String,
}

/// A line of `countryInfo.txt`.
pub(crate) struct Country {
    pub(crate) iso: String,
    pub(crate) iso3: String,
    pub(crate) name: String,
}

/// Region names by `COUNTRY.CODE`.
pub(crate) type Regions = BTreeMap<String, String>;

/// Columns of a line that is known to have enough of them.
struct Line<'a> {
    number: usize,
    columns: Vec<&'a str>,
}

impl Line<'_> {
    fn text(&self, column: usize) -> String {
        self.columns[column].trim().to_owned()
    }

    fn number<T: FromStr>(&self, column: usize) -> Result<T, String> {
        let text = self.columns[column];
        text.parse().map_err(|_| format!("line {}: {text:?} is not a number", self.number))
    }
}

fn lines(text: &str, columns: usize) -> impl Iterator<Item = Result<Line<'_>, String>> {
    let filled = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    filled.map(move |(i, line)| {
        let line = Line { number: i + 1, columns: line.split('\t').collect() };
        if line.columns.len() < columns {
            return Err(format!("line {}: {} columns instead of {columns}", line.number, line.columns.len()));
        }
        Ok(line)
    })
}

/// The places, most populous first, GeoNames' older ones first among equals.
pub(crate) fn places(text: &str) -> Result<Vec<Place>, Box<dyn Error>> {
    let mut places = Vec::new();
    for line in lines(text, 19) {
        let line = line?;
        places.push(Place {
            geoname_id: line.number(0)?,
            name: line.text(1),
            alternate_names: line.columns[3].split(',').map(str::to_owned).collect(),
            latitude: line.number(4)?,
            longitude: line.number(5)?,
            feature_code: line.text(7),
            country: line.text(8),
            region_code: line.text(10),
            population: line.number(14)?,
            timezone: line.text(17),
        });
    }
    places.sort_by_key(|place| (std::cmp::Reverse(place.population), place.geoname_id));
    Ok(places)
}

pub(crate) fn regions(text: &str) -> Result<Regions, Box<dyn Error>> {
    let mut regions = Regions::new();
    for line in lines(text, 2) {
        let line = line?;
        regions.insert(line.text(0), line.text(1));
    }
    Ok(regions)
}

pub(crate) fn countries(text: &str) -> Result<Vec<Country>, Box<dyn Error>> {
    let mut countries = Vec::new();
    for line in lines(text, 5) {
        let line = line?;
        countries.push(Country { iso: line.text(0), iso3: line.text(1), name: line.text(4) });
    }
    Ok(countries)
}
