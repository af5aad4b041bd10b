//! Who asks.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use http::HeaderMap;
use poem::{Addr, Request};

use crate::service::Caller;

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The caller of a request that came through so many proxies of ours.
///
/// Each of them appends to `X-Forwarded-For` the address that it was asked from: the client is that many entries from
/// the right. What stands left of it anybody may have written. With fewer entries the request did not come through
/// all of the proxies, and the peer is who asks.
pub fn caller(request: &Request, trusted_proxies: usize) -> Caller {
    let peer = match &request.remote_addr().0 {
        Addr::SocketAddr(address) => address.ip(),
        _ => Ipv4Addr::UNSPECIFIED.into(),
    };
    forwarded(request.headers(), trusted_proxies).unwrap_or(peer).into()
}

fn forwarded(headers: &HeaderMap, trusted_proxies: usize) -> Option<IpAddr> {
    let lines = headers.get_all(X_FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok());
    let entries: Vec<_> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let client = entries.len().checked_sub(trusted_proxies).filter(|_| trusted_proxies > 0)?;
    let entry = entries.get(client)?;
    // A load balancer can be set to add the port.
    entry.parse().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_entries_from_the_right() {
        let cases: [(&[&str], usize, Option<&str>); 11] = [
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
        ];
        for (lines, trusted, client) in cases {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(X_FORWARDED_FOR, line.parse().unwrap());
            }
            let client = client.map(|client| client.parse::<IpAddr>().unwrap());
            assert_eq!(forwarded(&headers, trusted), client, "{lines:?} behind {trusted}");
        }
    }
}
