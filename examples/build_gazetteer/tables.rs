//! Reads the tables in `tables/`, which are described at their beginning.

const AIRPORTS: &str = include_str!("tables/airports.tsv");
const COUNTRY_NAMES: &str = include_str!("tables/territory_names.tsv");
const REGION_NAMES: &str = include_str!("tables/region_names.tsv");
const USUAL_NAMES: &str = include_str!("tables/usual_names.tsv");
const ZONE_CITIES: &str = include_str!("tables/zone_cities.tsv");

/// The rows of a table below its header, as columns.
fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    let lines = table.lines().filter(|line| !line.starts_with('#')).skip(1);
    lines.filter_map(|line| line.split('\t').collect::<Vec<_>>().try_into().ok())
}

pub(crate) struct Airport {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) city: &'static str,
    pub(crate) country: &'static str,
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
    pub(crate) timezone: &'static str,
}

/// By code.
pub(crate) fn airports() -> Vec<Airport> {
    let rows = rows::<7>(AIRPORTS).filter_map(|[code, name, city, country, latitude, longitude, timezone]| {
        let (latitude, longitude) = (latitude.parse().ok()?, longitude.parse().ok()?);
        Some(Airport { code, name, city, country, latitude, longitude, timezone })
    });
    let mut airports: Vec<_> = rows.filter(|airport| airport.code.len() == 3).collect();
    airports.sort_by_key(|airport| airport.code);
    airports
}

/// A name in a language.
pub(crate) struct LocalName {
    pub(crate) name: &'static str,
    pub(crate) language: &'static str,
}

/// Names of countries, each with the ISO code.
pub(crate) fn country_names() -> impl Iterator<Item = (&'static str, LocalName)> {
    rows(COUNTRY_NAMES).map(|[country, language, name]| (country, LocalName { name, language }))
}

/// The area that a row of the regions names.
pub(crate) enum Extent {
    /// GeoNames' `COUNTRY.CODE`.
    Region(String),
    /// A county, an island or a landscape around a main town in a country.
    Around { country: &'static str, latitude: f64, longitude: f64 },
}

/// Names of regions, counties, islands and landscapes.
pub(crate) fn region_names() -> impl Iterator<Item = (Extent, LocalName)> {
    rows(REGION_NAMES).filter_map(|[country, code, latitude, longitude, language, name]| {
        let extent = if code.is_empty() {
            Extent::Around { country, latitude: latitude.parse().ok()?, longitude: longitude.parse().ok()? }
        } else {
            Extent::Region(format!("{country}.{code}"))
        };
        Some((extent, LocalName { name, language }))
    })
}

/// What people call countries (by ISO code) and regions (by GeoNames' `COUNTRY.CODE`).
pub(crate) fn usual_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    rows(USUAL_NAMES).flat_map(|[key, names]| names.split('|').map(move |name| (key, name)))
}

/// Names of the cities after which time zones are named, each with the zone.
pub(crate) fn zone_cities() -> impl Iterator<Item = (&'static str, LocalName)> {
    rows(ZONE_CITIES).map(|[timezone, language, name]| (timezone, LocalName { name, language }))
}

/// In which countries a language of the tables is spoken; English names are usual everywhere.
const SPOKEN_IN: &[(&str, &str)] = &[
    ("ar", "AE BH DZ EG EH IQ IL JO KM KW LB LY MA MR OM PS QA SA SD SO SY TD TN YE"),
    ("bn", "BD IN"),
    ("cs", "CZ"),
    ("da", "DK FO GL"),
    ("de", "AT BE CH DE LI LU"),
    ("el", "CY GR"),
    ("es", "AR BO CL CO CR CU DO EC ES GQ GT HN MX NI PA PE PR PY SV UY VE"),
    ("fa", "AF IR"),
    ("fi", "FI"),
    (
        "fr",
        "BE BF BI BJ BL BY CA CD CF CG CH CI CM DJ DZ FR GA GF GN GP GQ HT KM LU MA MC MF MG ML MQ NC NE PF PM RE RW SC SN TD TG TN VU WF YT",
    ),
    ("he", "IL"),
    ("hi", "IN"),
    ("hu", "HU"),
    ("id", "ID"),
    ("it", "CH IT SM VA"),
    ("ja", "JP"),
    ("ko", "KP KR"),
    ("ms", "BN MY SG"),
    ("nb", "NO SJ"),
    ("nl", "AW BE BQ CW NL SR SX"),
    ("pl", "PL"),
    ("pt", "AO BR CV GW MO MZ PT ST TL"),
    ("ro", "MD RO"),
    ("ru", "BY KG KZ RU"),
    ("sk", "SK"),
    ("sv", "AX FI SE"),
    ("th", "TH"),
    ("tr", "CY TR"),
    ("uk", "UA"),
    ("vi", "VN"),
    ("zh", "CN HK MO SG TW"),
    ("zh-Hant", "HK MO TW"),
];

/// Whether names in this language are in use for places in this country.
pub(crate) fn is_usual(language: &str, country: &str) -> bool {
    language == "en" || SPOKEN_IN.iter().any(|(spoken, where_)| *spoken == language && where_.contains(country))
}
