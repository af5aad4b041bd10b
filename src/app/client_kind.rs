//! The kind of client at an address of the page, which decides what it gets.

use http::{HeaderMap, header::ACCEPT};

/// The kind of client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClientKind {
    /// A browser: gets a page even if the place does not exist.
    Browser,
    /// Another program: gets the page too, but the API's error if the place does not exist.
    Program,
}

impl ClientKind {
    /// Browsers list HTML in `Accept`; a client that accepts anything does not.
    pub(super) fn from_headers(request: &HeaderMap) -> Self {
        let accepted = request.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let mut types = accepted.flat_map(|list| list.split(',')).filter_map(|choice| choice.split(';').next());
        if types.any(|media_type| media_type.trim().eq_ignore_ascii_case("text/html")) {
            Self::Browser
        } else {
            Self::Program
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_that_accept_html_by_name_are_browsers() {
        for (accept, expected) in [
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", ClientKind::Browser),
            ("application/json, TEXT/HTML;q=0.5", ClientKind::Browser),
            ("*/*", ClientKind::Program),
            ("application/json", ClientKind::Program),
            ("", ClientKind::Program),
        ] {
            let request = HeaderMap::from_iter([(ACCEPT, accept.parse().unwrap())]);
            assert_eq!(ClientKind::from_headers(&request), expected, "{accept}");
        }
    }
}
