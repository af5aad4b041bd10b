//! Recognises clients that get text without asking for it: programs that write to a terminal.

/// Parts of the User-Agent, in lower case, of such programs and of the HTTP libraries that scripts use. A superset of
/// wttr.in's list.
const TEXT_CLIENTS: [&str; 21] = [
    "aiohttp",
    "aria2",
    "axel",
    "curl",
    "fetch",
    "go-http-client",
    "http_get",
    "httpie",
    "httpx",
    "libwww-perl",
    "lwp",
    "nushell",
    "openbsd ftp",
    "powershell",
    "python-requests",
    "python-urllib",
    "python_weather",
    "wget",
    "wttrbar",
    "xh/",
    "zig",
];

/// How the User-Agent of browsers, and of programs that pretend to be one, begins.
const BROWSER_PREFIX: &str = "mozilla/";

/// Part of the User-Agent of Windows PowerShell, which begins like that of a browser.
const POWERSHELL: &str = "powershell";

/// Whether the program with this User-Agent writes to a terminal.
#[must_use]
pub fn is_terminal(user_agent: &str) -> bool {
    let name = user_agent.to_ascii_lowercase();
    if name.starts_with(BROWSER_PREFIX) {
        name.contains(POWERSHELL)
    } else {
        TEXT_CLIENTS.iter().any(|client| name.contains(client))
    }
}

/// Whether an `Accept` header prefers plain text to HTML.
#[must_use]
pub fn accepts_text(accept: &str) -> bool {
    let text = weight(accept, "text/plain");
    text > 0.0 && text > weight(accept, "text/html")
}

/// Whether an `Accept` header names HTML.
#[must_use]
pub fn accepts_page(accept: &str) -> bool {
    weight(accept, "text/html") > 0.0
}

/// Whether an `Accept` header names JSON, and prefers it to HTML and plain text.
#[must_use]
pub fn accepts_json(accept: &str) -> bool {
    let json = weight(accept, "application/json").max(weight(accept, "application/problem+json"));
    json > 0.0 && json > weight(accept, "text/html").max(weight(accept, "text/plain"))
}

/// The weight of a media type that is named explicitly (RFC 9110, 12.5.1); 0 if it is not.
fn weight(accept: &str, media_type: &str) -> f32 {
    let choices = accept.split(',').filter_map(|choice| {
        let mut parts = choice.split(';').map(str::trim);
        let is_named = parts.next()?.eq_ignore_ascii_case(media_type);
        let mut weights = parts.filter_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        is_named.then(|| weights.next().and_then(|weight| weight.parse().ok()).unwrap_or(1.0))
    });
    choices.fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_programs_are_told_from_browsers() {
        for name in [
            "curl/8.14.1",
            "Wget/1.25.0",
            "HTTPie/3.2.4",
            "xh/0.24.0",
            "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1",
            "Mozilla/5.0 (Linux; Debian 13) PowerShell/7.5.0",
            "python-requests/2.32",
            "fetch libfetch/2.0",
            "nushell",
        ] {
            assert!(is_terminal(name), "{name}");
        }
        for name in [
            "",
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Lynx/2.9.2",
            "facebookexternalhit/1.1",
        ] {
            assert!(!is_terminal(name), "{name}");
        }
    }

    #[test]
    fn text_is_accepted_only_where_it_is_preferred_to_html() {
        for accept in
            ["text/plain", "TEXT/PLAIN; charset=utf-8", "text/html;q=0.5, text/plain", "text/plain;q=0.1, */*"]
        {
            assert!(accepts_text(accept), "{accept}");
        }
        for accept in ["", "*/*", "text/*", "text/html,text/plain", "text/plain;q=0", "text/html, text/plain;q=0.5"] {
            assert!(!accepts_text(accept), "{accept}");
        }
        assert!(accepts_page("text/html,application/xhtml+xml,*/*;q=0.8") && !accepts_page("*/*"));
    }
}
