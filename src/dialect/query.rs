//! Query parameters as these services accept them: the items of a list are separated by commas or repeat the name, and
//! unknown names are ignored.

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

    /// The last non-empty value of a parameter: some clients send a default before the value that they mean.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let last = self.0.iter().rev().find(|(given, value)| given == name && !value.is_empty());
        last.map(|(_, value)| value.trim())
    }

    /// Whether a parameter is given, even if it is empty.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(given, _)| given == name)
    }

    /// The items of a list, separated by commas or given by repeating the name, with or without `[]` after it. The
    /// whole list may be in brackets, as Dark Sky's documentation writes it.
    pub(super) fn list<'a>(&'a self, name: &str) -> Vec<&'a str> {
        let is_named = |given: &str| given.strip_suffix("[]").unwrap_or(given) == name;
        let without_brackets =
            |list: &'a str| list.strip_prefix('[').and_then(|list| list.strip_suffix(']')).unwrap_or(list);
        let lists = self.0.iter().filter(|(given, _)| is_named(given)).map(|(_, value)| without_brackets(value.trim()));
        let values = lists.flat_map(|list| list.split(','));
        let mut items = Vec::new();
        for item in values.map(str::trim).filter(|item| !item.is_empty()) {
            if !items.contains(&item) {
                items.push(item);
            }
        }
        items
    }

    /// Whether a parameter is set, as clients in any language write it; `false` if it is not given.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Fault> {
        let given = self.get(name).unwrap_or("false");
        let is_one_of = |words: [&str; 4]| words.iter().any(|word| word.eq_ignore_ascii_case(given));
        match (is_one_of(["true", "1", "yes", "on"]), is_one_of(["false", "0", "no", "off"])) {
            (true, _) => Ok(true),
            (_, true) => Ok(false),
            _ => Err(Fault::invalid(format!("{name} must be true or false."))),
        }
    }

    /// A number; `what` names it in an error.
    pub(super) fn number(&self, name: &str, what: &str) -> Result<Option<f64>, Fault> {
        let parse = |text: &str| text.parse().ok().filter(|number: &f64| number.is_finite());
        self.get(name)
            .map(|text| parse(text).ok_or_else(|| Fault::invalid(format!("{what} is not a number."))))
            .transpose()
    }

    /// A whole number, 1 or more; one that is larger than `max` counts as `max`.
    pub(super) fn count_up_to(&self, name: &str, max: i64) -> Result<Option<i64>, Fault> {
        Ok(self.count(name, 1..=i64::MAX)?.map(|count| count.min(max)))
    }

    /// A whole number within bounds.
    pub(super) fn count(&self, name: &str, bounds: std::ops::RangeInclusive<i64>) -> Result<Option<i64>, Fault> {
        let parse = |text: &str| text.parse().ok().filter(|count| bounds.contains(count));
        let expected = || {
            let (first, last) = (bounds.start(), bounds.end());
            let range = if *last == i64::MAX { format!("{first} up") } else { format!("{first} to {last}") };
            Fault::invalid(format!("{name} must be a whole number from {range}."))
        };
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
        let query = DialectQuery::parse("exclude=[minutely,hourly,flags]&encoded=%5Ba,%20b%5D&hourly=[]").unwrap();
        assert_eq!(query.list("exclude"), ["minutely", "hourly", "flags"]);
        assert_eq!(query.list("encoded"), ["a", "b"]);
        assert_eq!(query.list("hourly"), [""; 0]);
        assert!(DialectQuery::parse("x=%FF").is_err());
    }

    #[test]
    fn a_flag_is_written_in_many_ways() {
        for (value, expected) in [
            ("true", Some(true)),
            ("True", Some(true)),
            ("1", Some(true)),
            ("YES", Some(true)),
            ("on", Some(true)),
            ("False", Some(false)),
            ("0", Some(false)),
            ("no", Some(false)),
            ("off", Some(false)),
            ("", Some(false)),
            ("maybe", None),
        ] {
            assert_eq!(DialectQuery::parse(&format!("x={value}")).unwrap().flag("x").ok(), expected, "{value}");
        }
        assert_eq!(DialectQuery::parse("").unwrap().flag("x").ok(), Some(false));
    }
}
