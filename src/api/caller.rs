//! Identifies the caller of a request.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Once,
};

use http::HeaderMap;

use crate::service::Caller;

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// Determines which client sent a request.
pub struct CallerResolver {
    trusted_proxies: usize,
    undeclared_proxy: Once,
}

impl CallerResolver {
    /// A resolver for requests that come through `trusted_proxies` proxies.
    pub fn behind(trusted_proxies: usize) -> Self {
        Self { trusted_proxies, undeclared_proxy: Once::new() }
    }

    /// The caller of a request with these headers, which came from this address.
    ///
    /// Each trusted proxy appends the address of its client to `X-Forwarded-For`, so the caller is that many entries from
    /// the right. Entries to the left can be forged. With fewer entries the request did not come through all of the
    /// proxies, and the peer is the caller.
    pub fn resolve(&self, headers: &HeaderMap, peer: IpAddr) -> Caller {
        if self.trusted_proxies == 0 && headers.contains_key(X_FORWARDED_FOR) {
            self.undeclared_proxy.call_once(|| {
                tracing::warn!(
                    "a request has X-Forwarded-For, but TRUSTED_PROXIES is 0: if there is a proxy in front, all of its \
                     clients share one MISSES_PER_MINUTE limit until TRUSTED_PROXIES is set"
                );
            });
        }
        forwarded(headers, self.trusted_proxies).unwrap_or(peer).into()
    }
}

/// The entry that the outermost trusted proxy appended. Entries are split as bytes, so that one that is not text does
/// not shift the others.
fn forwarded(headers: &HeaderMap, trusted_proxies: usize) -> Option<IpAddr> {
    let lines = headers.get_all(X_FORWARDED_FOR);
    let mut from_the_right = lines.iter().rev().flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    let entry = from_the_right.nth(trusted_proxies.checked_sub(1)?)?;
    let entry = str::from_utf8(entry).ok()?.trim();
    // Some load balancers add the port.
    entry.parse().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn entries_are_counted_from_the_right() {
        let cases: [(&[&str], usize, Option<&str>); 13] = [
            (&[], 0, None),
            (&[], 1, None),
            (&["192.0.2.1"], 0, None),
            (&["192.0.2.1"], 1, Some("192.0.2.1")),
            (&["6.6.6.6, 192.0.2.1"], 1, Some("192.0.2.1")),
            (&["6.6.6.6, 192.0.2.1, 198.51.100.7"], 2, Some("192.0.2.1")),
            (&["6.6.6.6", "192.0.2.1"], 1, Some("192.0.2.1")),
            (&["192.0.2.1"], 2, None),
            (&["192.0.2.1:4711"], 1, Some("192.0.2.1")),
            (&["[2001:db8::1]:4711"], 1, Some("2001:db8::1")),
            (&["unknown"], 1, None),
            (&["10.9.8.7", "\u{ff}, 192.0.2.1"], 1, Some("192.0.2.1")),
            (&["192.0.2.1, 10.9.8.7\u{ff}", "198.51.100.7"], 2, None),
        ];
        for (lines, trusted, client) in cases {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(X_FORWARDED_FOR, HeaderValue::from_bytes(line.as_bytes()).unwrap());
            }
            let client = client.map(|client| client.parse::<IpAddr>().unwrap());
            assert_eq!(forwarded(&headers, trusted), client, "{lines:?} behind {trusted}");
        }
    }
}
