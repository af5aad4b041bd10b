//! Query parameters: which ones each route supports, and what their values must be.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;
use poem_openapi::OpenApi;

use crate::metrics::Route;

/// The paths of an API with their parameters, as its OpenAPI description lists them.
pub struct ApiRoutes(HashMap<String, ApiRoute>);

struct ApiRoute {
    route: Route,
    params: Vec<String>,
}

/// Names for our parameters in other APIs, and names that people try.
const SYNONYMS: [(&str, &[&str]); 13] = [
    ("q", &["city"]),
    ("query", &["q", "city"]),
    ("search", &["q", "city"]),
    ("name", &["city", "q"]),
    ("place", &["city", "q"]),
    ("location", &["city", "q"]),
    ("town", &["city", "q"]),
    ("address", &["city", "q"]),
    ("city", &["q"]),
    ("lng", &["lon"]),
    ("x", &["lon"]),
    ("y", &["lat"]),
    ("count", &["limit"]),
];

/// What a parameter must be, in one sentence.
#[must_use]
pub fn expected(param: &str) -> &'static str {
    match param {
        "city" => "city must be the name of a place, at most 100 characters.",
        "lat" => "lat must be a number of degrees from -90 to 90.",
        "lon" => "lon must be a number of degrees from -180 to 180.",
        "units" => "units must be metric or imperial.",
        "complement" => "complement must be true or false.",
        "q" => "q must be the beginning of a name, at most 100 characters.",
        "limit" => "limit must be a whole number from 1 to 20.",
        _ => "The query is invalid; see /docs/ for the supported parameters.",
    }
}

impl ApiRoutes {
    /// The paths of an API. The name of a route is the id of its operation.
    #[must_use]
    pub fn of<T: OpenApi>() -> Self {
        let paths = T::meta().into_iter().flat_map(|api| api.paths);
        let operations =
            paths.flat_map(|path| path.operations.into_iter().map(move |operation| (path.path.clone(), operation)));
        let routes = operations.map(|(path, operation)| {
            let params = operation.params.iter().map(|param| param.name.clone()).collect();
            (path, ApiRoute { route: Route::from_name(operation.operation_id.unwrap_or_default()), params })
        });
        Self(routes.collect())
    }

    /// All paths of the API.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The route of a path; [`Route::Other`] if the API has no such path.
    #[must_use]
    pub fn route(&self, path: &str) -> Route {
        self.0.get(path).map_or(Route::Other, |route| route.route)
    }

    /// Rejects what a lenient parser would silently misread: an unknown parameter, one that is given twice, broken
    /// percent-encoding, bytes that are not UTF-8. Accepts any query for a path that does not exist. The work is bounded by
    /// the number of known parameters, because the first error ends it.
    ///
    /// # Errors
    /// A sentence for the caller.
    pub fn check(&self, path: &str, query: &str) -> Result<(), String> {
        let Some(ApiRoute { params: known, .. }) = self.0.get(path) else { return Ok(()) };
        let mut given = vec![false; known.len()];
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if !is_well_encoded(name) || !is_well_encoded(value) {
                return Err("The query has a percent sign that is not followed by the two hexadecimal digits of a \
                            byte, or bytes that are not UTF-8; encode it again."
                    .to_owned());
            }
            let name = percent_decode_str(name).decode_utf8_lossy();
            let Some(index) = known.iter().position(|known| *known == name) else {
                return Err(unknown(path, &name, known));
            };
            if std::mem::replace(&mut given[index], true) {
                return Err(format!("“{name}” is given twice; give it once."));
            }
        }
        Ok(())
    }
}

fn is_well_encoded(text: &str) -> bool {
    let mut after_signs = text.split('%').skip(1);
    let digits = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    after_signs.all(digits) && percent_decode_str(text).decode_utf8().is_ok()
}

/// How many characters of an unknown parameter's name are compared and shown.
const MAX_SHOWN: usize = 40;

fn unknown(path: &str, name: &str, known: &[String]) -> String {
    let shown: String = name.chars().filter(|letter| !letter.is_control()).take(MAX_SHOWN).collect();
    match nearest(&shown, known) {
        Some(nearest) => {
            format!("“{shown}” is not a parameter of {path}; did you mean {nearest}? It supports {}.", known.join(", "))
        }
        None => format!("“{shown}” is not a parameter of {path}, which has none."),
    }
}

/// The parameter that was most likely meant: one that has this name in another API, else one of which this is a longer
/// or shorter form, else the one the fewest edits away.
fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let name = name.to_lowercase();
    let name = name.trim_end_matches("[]");
    let exact = |candidate: &str| known.iter().map(String::as_str).find(|known| *known == candidate);
    let synonym = || SYNONYMS.iter().find(|(synonym, _)| *synonym == name)?.1.iter().find_map(|meant| exact(meant));
    let form = || known.iter().map(String::as_str).find(|known| !name.is_empty() && is_form_of(name, known));
    let by_edits = || known.iter().map(String::as_str).min_by_key(|known| strsim::damerau_levenshtein(name, known));
    exact(name).or_else(synonym).or_else(form).or_else(by_edits)
}

fn is_form_of(name: &str, known: &str) -> bool {
    name.starts_with(known) || known.starts_with(name)
}

#[cfg(test)]
mod tests {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;

    use super::*;

    const PATH: &str = "/api/weather";

    fn weather() -> ApiRoutes {
        let params = ["city", "lat", "lon", "units"].map(str::to_owned).to_vec();
        ApiRoutes(HashMap::from([(PATH.to_owned(), ApiRoute { route: Route::Weather, params })]))
    }

    proptest! {
        #[test]
        fn any_encoded_text_is_accepted(name in ".{0,40}") {
            let query = format!("city={}", utf8_percent_encode(&name, NON_ALPHANUMERIC));
            prop_assert_eq!(weather().check(PATH, &query), Ok(()));
        }

        #[test]
        fn an_accepted_query_is_valid_utf8(query in "(city=[a-c=%0-9A-F+é]{0,10}&?){0,3}") {
            if weather().check(PATH, &query).is_ok() {
                prop_assert!(percent_decode_str(&query).decode_utf8().is_ok());
            }
        }
    }

    #[test]
    fn a_query_that_could_be_misread_is_rejected() {
        for good in
            ["", "city=London", "city=M%C3%BCnchen&units=metric", "city=St.+Ives", "lat", "&&lat=b&", "city=100%25"]
        {
            assert_eq!(weather().check(PATH, good), Ok(()), "{good}");
        }
        for bad in [
            "city=%",
            "city=%4",
            "city=%zz",
            "city=%FF",
            "%C3=1",
            "city=a&city=b",
            "%63ity=a&city=b",
            "city=a%&lat=1",
            "c=1",
        ] {
            assert!(weather().check(PATH, bad).is_err(), "{bad}");
        }
        assert_eq!(weather().check("/nowhere", "c=1"), Ok(()));
    }

    #[test]
    fn an_unknown_parameter_is_named_with_the_nearest_known_one() {
        let cases = [
            ("q", "city"),
            ("City", "city"),
            ("ciyt", "city"),
            ("city[]", "city"),
            ("location", "city"),
            ("latitude", "lat"),
            ("longitude", "lon"),
            ("lng", "lon"),
            ("LAT", "lat"),
            ("unit", "units"),
            ("unist", "units"),
        ];
        for (given, meant) in cases {
            let sentence = weather().check(PATH, &format!("{given}=1")).unwrap_err();
            let expected = format!("“{given}” is not a parameter of {PATH}; did you mean {meant}?");
            assert!(sentence.starts_with(&expected), "{sentence}");
        }
    }
}
