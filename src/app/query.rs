//! Query strings that say one thing and say it properly.

use percent_encoding::percent_decode_str;

/// Refuses what a lenient reader would quietly read as something else: broken percent-encoding, bytes that are not
/// UTF-8, a key given twice.
///
/// # Errors
/// The sentence for the caller.
pub(super) fn check(query: &str) -> Result<(), String> {
    let mut keys = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if !is_well_encoded(key) || !is_well_encoded(value) {
            return Err("The query has a percent sign that is not followed by the two hexadecimal digits of a byte, \
                        or bytes that are not UTF-8; encode it again."
                .to_owned());
        }
        let name = percent_decode_str(key).decode_utf8_lossy();
        if keys.contains(&name) {
            return Err(format!("“{name}” is given twice; give it once."));
        }
        keys.push(name);
    }
    Ok(())
}

fn is_well_encoded(text: &str) -> bool {
    let mut after_signs = text.split('%').skip(1);
    let digits = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    after_signs.all(digits) && percent_decode_str(text).decode_utf8().is_ok()
}

#[cfg(test)]
mod tests {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_is_encoded_is_taken(name in ".{0,40}") {
            prop_assert_eq!(check(&format!("city={}", utf8_percent_encode(&name, NON_ALPHANUMERIC))), Ok(()));
        }

        #[test]
        fn what_is_taken_reads_the_same_for_everyone(query in "[a-c=&%0-9A-F+é]{0,30}") {
            if check(&query).is_ok() {
                prop_assert!(percent_decode_str(&query).decode_utf8().is_ok());
            }
        }
    }

    #[test]
    fn refuses_what_could_be_misread() {
        for good in ["", "city=London", "city=M%C3%BCnchen&units=metric", "city=St.+Ives", "a", "&&a=b&", "city=100%25"]
        {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in
            ["city=%", "city=%4", "city=%zz", "city=%FF", "%C3=1", "city=a&city=b", "%63ity=a&city=b", "city=a%&lat=1"]
        {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
