//! The place in an address of the page: `/London`, `/Paris,TX`, `/51.5,-0.13`, `/LHR`, or `/?city=London`.
//!
//! The page and the text for terminals share these addresses.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The longest name of a place that is looked up, in characters. The longest in the gazetteer has 58.
pub const MAX_NAME_CHARS: usize = 100;

/// The first segments of all other routes, in lower case. None of them is a place, whatever the case of its letters.
pub const OTHER_ROUTES: [&str; 15] = [
    "api",
    "assets",
    "data",
    "docs",
    "favicon.ico",
    "forecast",
    "geo",
    "health",
    "manifest.webmanifest",
    // Served only at its own address, METRICS_LISTEN.
    "metrics",
    "openapi.json",
    "openapi.yaml",
    "robots.txt",
    "sw.js",
    "v1",
];

/// The number of characters of file extensions: `js`, `php`, `woff2`.
const EXTENSION_LENGTHS: std::ops::RangeInclusive<usize> = 2..=5;

/// Abbreviations that end with a dot in names of places: `St.Ives` is not a file.
const ABBREVIATIONS: [&str; 6] = ["st", "ste", "mt", "ft", "pt", "dr"];

/// The place in an address.
#[derive(Clone, Debug, PartialEq)]
pub enum NamedPlace {
    /// The default place, because the address does not name one.
    Default,
    /// A name, as in the parameter `city` of the API.
    Name(String),
    /// Coordinates in degrees, possibly out of range.
    Point {
        /// Degrees north of the equator.
        latitude: f64,
        /// Degrees east of Greenwich.
        longitude: f64,
    },
}

/// How the page treats a path.
#[derive(Clone, Debug, PartialEq)]
pub enum PageAddress {
    /// The path of a place, which may not exist.
    Place(NamedPlace),
    /// A path that cannot be a place, such as the name of a file. Nothing is looked up for it.
    NotAPlace,
    /// The path of another route, or of no route.
    OtherRoute,
}

impl PageAddress {
    /// Parses a path and a query. A place in the path takes precedence over one in the query. Other parameters are ignored,
    /// because links collect them.
    #[must_use]
    pub fn parse(path: &str, query: Option<&str>) -> Self {
        if path == "/" {
            return in_query(query.unwrap_or_default()).map_or(Self::NotAPlace, Self::Place);
        }
        match path.strip_prefix('/') {
            Some(segment) if !segment.contains('/') && !is_other_route(segment) => {
                in_segment(segment).map_or(Self::NotAPlace, Self::Place)
            }
            _ => Self::OtherRoute,
        }
    }
}

/// Whether a path's first segment is that of another route.
#[must_use]
pub fn is_other_route(segment: &str) -> bool {
    OTHER_ROUTES.iter().any(|route| route.eq_ignore_ascii_case(segment))
}

/// The place in a path of one segment, percent-encoded and possibly with `+` for spaces.
///
/// `None` for what cannot be a name: an empty text, one that begins with a dot or ends like a file, control characters,
/// bytes that are not UTF-8, and more than [`MAX_NAME_CHARS`] characters.
#[must_use]
pub fn in_segment(segment: &str) -> Option<NamedPlace> {
    let text = decoded(segment)?;
    let text = text.trim();
    let is_name = !text.is_empty()
        && !text.starts_with('.')
        && !text.chars().any(char::is_control)
        && text.chars().count() <= MAX_NAME_CHARS;
    if !is_name {
        return None;
    }
    Some(match point(text) {
        Some(point) => point,
        None if is_file(text) => return None,
        None => NamedPlace::Name(text.to_owned()),
    })
}

/// The place in `city`, or in `lat` and `lon`; `None` if they contradict each other or are not numbers.
fn in_query(query: &str) -> Option<NamedPlace> {
    let parameter = |name| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let value = pairs.find(|(key, _)| *key == name).and_then(|(_, value)| decoded(value));
        value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    match (parameter("city"), parameter("lat"), parameter("lon")) {
        (None, None, None) => Some(NamedPlace::Default),
        (Some(city), None, None) => Some(NamedPlace::Name(city)),
        (None, Some(latitude), Some(longitude)) => {
            Some(NamedPlace::Point { latitude: latitude.parse().ok()?, longitude: longitude.parse().ok()? })
        }
        _ => None,
    }
}

fn decoded(text: &str) -> Option<Cow<'_, str>> {
    let spaced: Cow<str> = if text.contains('+') { text.replace('+', " ").into() } else { text.into() };
    match spaced {
        Cow::Borrowed(text) => percent_decode_str(text).decode_utf8().ok(),
        Cow::Owned(text) => percent_decode_str(&text).decode_utf8().ok().map(|text| text.into_owned().into()),
    }
}

fn point(text: &str) -> Option<NamedPlace> {
    let (latitude, longitude) = text.split_once(',')?;
    let degrees = |text: &str| {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.".contains(&byte));
        if is_number { text.parse().ok() } else { None }
    };
    Some(NamedPlace::Point { latitude: degrees(latitude.trim())?, longitude: degrees(longitude.trim())? })
}

/// Whether a name ends with a file extension.
fn is_file(name: &str) -> bool {
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    let is_extension = EXTENSION_LENGTHS.contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && extension.bytes().any(|byte| byte.is_ascii_alphabetic());
    let word = stem.rsplit(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
    is_extension && !ABBREVIATIONS.iter().any(|abbreviation| abbreviation.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> PageAddress {
        PageAddress::Place(NamedPlace::Name(name.to_owned()))
    }

    fn at(latitude: f64, longitude: f64) -> PageAddress {
        PageAddress::Place(NamedPlace::Point { latitude, longitude })
    }

    #[test]
    fn a_segment_is_a_name_or_coordinates() {
        for (path, expected) in [
            ("/London", named("London")),
            ("/Paris,TX", named("Paris,TX")),
            ("/New+York", named("New York")),
            ("/New%20York,%20US", named("New York, US")),
            ("/M%C3%BCnchen", named("München")),
            ("/LHR", named("LHR")),
            ("/a%2Fb", named("a/b")),
            ("/St.Ives", named("St.Ives")),
            ("/st.%20gallen", named("st. gallen")),
            ("/Washington,D.C.", named("Washington,D.C.")),
            ("/Data,IN", named("Data,IN")),
            ("/51.5,-0.13", at(51.5, -0.13)),
            ("/51.5,%20-0.13", at(51.5, -0.13)),
            ("/-33,+151", named("-33, 151")),
            ("/91,0", at(91.0, 0.0)),
        ] {
            let expected = if path == "/-33,+151" { at(-33.0, 151.0) } else { expected };
            assert_eq!(PageAddress::parse(path, None), expected, "{path}");
        }
    }

    #[test]
    fn paths_that_cannot_be_names_are_not_looked_up() {
        let long = format!("/{}", "x".repeat(MAX_NAME_CHARS + 1));
        for path in
            ["/wp-login.php", "/.env", "/.git", "/index.html", "/a.js", "/backup.7z", "/%00", "/%ff", "/+", &long]
        {
            assert_eq!(PageAddress::parse(path, None), PageAddress::NotAPlace, "{path}");
        }
    }

    #[test]
    fn other_routes_are_not_places() {
        for path in
            ["/api", "/API", "/docs", "/Data", "/metrics", "/robots.txt", "/api/weather", "/a/b", "//", "/London/", ""]
        {
            assert_eq!(PageAddress::parse(path, None), PageAddress::OtherRoute, "{path}");
        }
    }

    #[test]
    fn the_page_knows_the_same_other_routes() {
        let script = include_str!("../web/place.js");
        let (_, rest) = script.split_once("OTHER_ROUTES = [").unwrap();
        let listed = rest.split(']').next().unwrap().split('\'').skip(1).step_by(2);
        assert_eq!(listed.collect::<Vec<_>>(), OTHER_ROUTES);
    }

    #[test]
    fn at_the_root_the_query_names_the_place() {
        for (query, expected) in [
            (None, PageAddress::Place(NamedPlace::Default)),
            (Some("city=&utm_source=mail"), PageAddress::Place(NamedPlace::Default)),
            (Some("units=imperial&city=New+York%2C+US"), named("New York, US")),
            (Some("lat=51.5&lon=-0.13"), at(51.5, -0.13)),
            (Some("lat=51.5"), PageAddress::NotAPlace),
            (Some("lat=x&lon=1"), PageAddress::NotAPlace),
            (Some("city=London&lat=1&lon=1"), PageAddress::NotAPlace),
        ] {
            assert_eq!(PageAddress::parse("/", query), expected, "{query:?}");
        }
        assert_eq!(PageAddress::parse("/Oslo", Some("city=London")), named("Oslo"), "the path takes precedence");
    }
}
