//! Limits the upstream fetches that each caller may cause.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use quick_cache::sync::Cache;

use super::sliding_window::SlidingWindow;

/// How many callers are tracked; beyond that the least active are forgotten. Each takes some 100 bytes, and 16 for each
/// fetch of its most active minute: 7 MB in total if each causes 30 a minute.
const MAX_CALLERS: usize = 10_000;

const MINUTE: Duration = Duration::from_mins(1);

/// The sender of a request: an IPv4 address, or the /64 of an IPv6 address, which is what one customer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Caller(IpAddr);

impl From<IpAddr> for Caller {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into())
            }
            address @ IpAddr::V4(_) => Self(address),
        }
    }
}

/// The upstream fetches that each caller caused in the last minute.
pub struct CallerLimiter {
    per_minute: u32,
    fetches: Cache<Caller, Arc<Mutex<SlidingWindow>>>,
}

impl CallerLimiter {
    /// At most so many fetches a minute for each caller; 0 is no limit.
    pub fn new(per_minute: u32) -> Self {
        Self { per_minute, fetches: Cache::new(MAX_CALLERS) }
    }

    /// Lets a caller cause a fetch, or returns how long it has to wait.
    pub fn admit(&self, caller: Caller) -> Result<(), Duration> {
        if self.per_minute == 0 {
            return Ok(());
        }
        let window = || Ok::<_, ()>(Arc::new(Mutex::new(SlidingWindow::new(self.per_minute, MINUTE))));
        let Ok(window) = self.fetches.get_or_insert_with(&caller, window) else { return Ok(()) };
        let mut window = window.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wait) = window.wait_for(1) {
            return Err(wait);
        }
        window.note(1);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(address: &str) -> Caller {
        Caller::from(address.parse::<IpAddr>().unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn each_caller_has_an_allowance_of_its_own() {
        let callers = CallerLimiter::new(2);
        for _ in 0..2 {
            assert_eq!(callers.admit(caller("192.0.2.1")), Ok(()));
        }
        assert_eq!(callers.admit(caller("192.0.2.1")), Err(MINUTE));
        assert_eq!(callers.admit(caller("192.0.2.2")), Ok(()));
        tokio::time::advance(MINUTE).await;
        assert_eq!(callers.admit(caller("192.0.2.1")), Ok(()));
    }

    #[test]
    fn a_customers_network_is_one_caller() {
        assert_eq!(caller("2001:db8:1:2:3::4"), caller("2001:db8:1:2:ffff::1"));
        assert_ne!(caller("2001:db8:1:2::1"), caller("2001:db8:1:3::1"));
        assert_eq!(caller("::ffff:192.0.2.1"), caller("192.0.2.1"));
    }

    #[test]
    fn zero_is_no_limit() {
        let callers = CallerLimiter::new(0);
        assert!((0..1000).all(|_| callers.admit(caller("192.0.2.1")).is_ok()));
    }
}
