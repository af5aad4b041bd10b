//! The trace that a request belongs to, by its `traceparent` header (W3C Trace Context).

use http::HeaderMap;

/// The ids of the trace and of the caller's span in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TraceParent<'a> {
    /// 32 hexadecimal digits.
    pub(super) trace_id: &'a str,
    /// 16 hexadecimal digits.
    pub(super) parent_id: &'a str,
}

impl<'a> TraceParent<'a> {
    /// The trace in these headers, if there is exactly one and it is valid.
    pub(super) fn from_headers(request: &'a HeaderMap) -> Option<Self> {
        let mut lines = request.get_all("traceparent").iter();
        let (Some(line), None) = (lines.next(), lines.next()) else { return None };
        Self::parse(line.to_str().ok()?)
    }

    /// Four parts. Versions after the first may have more, but begin with the same four.
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.split('-');
        let (version, trace_id, parent_id, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let is_whole = version != "00" || parts.next().is_none();
        let are_proper = is_hexadecimal(version, 2) && is_hexadecimal(flags, 2) && version != "ff";
        let is_nonzero_id = |id, length| is_hexadecimal(id, length) && id.bytes().any(|digit| digit != b'0');
        let is_valid = is_whole && are_proper && is_nonzero_id(trace_id, 32) && is_nonzero_id(parent_id, 16);
        is_valid.then_some(Self { trace_id, parent_id })
    }
}

fn is_hexadecimal(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const PARENT: &str = "00f067aa0ba902b7";

    fn of(lines: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("traceparent", HeaderValue::from_str(line).unwrap());
        }
        let found = TraceParent::from_headers(&headers);
        assert!(found.is_none_or(|found| (found.trace_id, found.parent_id) == (TRACE, PARENT)), "{found:?}");
        found.is_some()
    }

    #[test]
    fn a_valid_header_is_accepted() {
        for (version, rest) in [("00", "01"), ("00", "00"), ("00", "ff"), ("01", "01"), ("cc", "01-what-comes-next")] {
            assert!(of(&[&format!("{version}-{TRACE}-{PARENT}-{rest}")]), "{version} {rest}");
        }
    }

    #[test]
    fn an_invalid_header_is_ignored() {
        let zero = "0".repeat(32);
        for bad in [
            String::new(),
            "00".to_owned(),
            format!("00-{TRACE}-{PARENT}"),
            format!("00-{TRACE}-{PARENT}-"),
            format!("00-{TRACE}-{PARENT}-1"),
            format!("00-{TRACE}-{PARENT}-0g"),
            format!("00-{TRACE}-{PARENT}-01-more"),
            format!("00-{TRACE}-{PARENT}-01-"),
            format!("cc-{TRACE}-{PARENT}-01.more"),
            format!("ff-{TRACE}-{PARENT}-01"),
            format!("0-{TRACE}-{PARENT}-01"),
            format!("000-{TRACE}-{PARENT}-01"),
            format!("00-{zero}-{PARENT}-01"),
            format!("00-{TRACE}-{}-01", &zero[16..]),
            format!("00-{}-{PARENT}-01", TRACE.to_uppercase()),
            format!("00-{}-{PARENT}-01", &TRACE[1..]),
            format!("00-{TRACE}0-{PARENT}-01"),
            format!("00-{TRACE}-{}-01", &PARENT[1..]),
            format!("00_{TRACE}_{PARENT}_01"),
            format!(" 00-{TRACE}-{PARENT}-01"),
        ] {
            assert!(!of(&[&bad]), "{bad}");
        }
        let good = format!("00-{TRACE}-{PARENT}-01");
        assert!(!of(&[&good, &good]), "given twice");
        assert!(!of(&[]));
    }
}
