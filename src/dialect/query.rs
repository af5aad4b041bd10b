//! Query parameters as these services accept them: lists have commas or repeat the name, unknown names are ignored.

use percent_encoding::percent_decode_str;

use crate::api::problem::Fault;

/// A query's parameters in their order, decoded.
pub(super) struct DialectQuery(Vec<(String, String)>);

impl DialectQuery {
    pub(super) fn parse(query: &str) -> Result<Self, Fault> {
        let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decode(name)?, decode(value)?))
        });
        Ok(Self(pairs.collect::<Result<_, Fault>>()?))
    }

    /// The last value of a parameter that is not empty: some clients send a default before the value that they mean.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let last = self.0.iter().rev().find(|(given, value)| given == name && !value.is_empty());
        last.map(|(_, value)| value.trim())
    }

    /// The items of a list, given with commas or by repeating the name, also with `[]` after it.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        let is_named = |given: &str| given.strip_suffix("[]").unwrap_or(given) == name;
        let values = self.0.iter().filter(|(given, _)| is_named(given)).flat_map(|(_, value)| value.split(','));
        let mut items = Vec::new();
        for item in values.map(str::trim).filter(|item| !item.is_empty()) {
            if !items.contains(&item) {
                items.push(item);
            }
        }
        items
    }

    /// A number; `what` names it in an error.
    pub(super) fn number(&self, name: &str, what: &str) -> Result<Option<f64>, Fault> {
        let parse = |text: &str| text.parse().ok().filter(|number: &f64| number.is_finite());
        self.get(name)
            .map(|text| parse(text).ok_or_else(|| Fault::invalid(format!("{what} is not a number."))))
            .transpose()
    }

    /// A whole number within bounds.
    pub(super) fn count(&self, name: &str, bounds: std::ops::RangeInclusive<i64>) -> Result<Option<i64>, Fault> {
        let parse = |text: &str| text.parse().ok().filter(|count| bounds.contains(count));
        let expected =
            || Fault::invalid(format!("{name} is a whole number from {} to {}.", bounds.start(), bounds.end()));
        self.get(name).map(|text| parse(text).ok_or_else(expected)).transpose()
    }
}

fn decode(text: &str) -> Result<String, Fault> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8();
    decoded.map(Into::into).map_err(|_| Fault::invalid("The query has bytes that are not UTF-8; encode it again."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_have_commas_or_repeat_the_name() {
        let query = DialectQuery::parse("hourly=a,b&hourly[]=c&hourly=a&daily=&x=St.+Ives%2C").unwrap();
        assert_eq!(query.list("hourly"), ["a", "b", "c"]);
        assert_eq!(query.list("daily"), [""; 0]);
        assert_eq!(query.get("x"), Some("St. Ives,"));
        assert!(DialectQuery::parse("x=%FF").is_err());
    }
}
