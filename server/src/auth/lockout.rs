//! The lock after wrong codes: ten from one address within fifteen minutes.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use shared::time::{MINUTE_MS, Timestamp};

const WRONG_CODES: usize = 10;
const WINDOW_MS: i64 = 15 * MINUTE_MS;
/// Addresses remembered before the old ones are swept.
const ADDRESSES: usize = 10_000;

/// Counts wrong codes by address. In memory: a restart forgives.
#[derive(Debug, Default)]
pub struct Lockout {
    wrong: Mutex<HashMap<IpAddr, VecDeque<Timestamp>>>,
}

impl Lockout {
    /// Returns for how many milliseconds an address is locked, if it is.
    pub fn locked_ms(&self, address: IpAddr, now: Timestamp) -> Option<i64> {
        let wrong = self.lock();
        let times = wrong.get(&network(address))?;
        let oldest = times.iter().rev().nth(WRONG_CODES - 1)?;
        let left = oldest.plus(WINDOW_MS).since(now);
        (left > 0).then_some(left)
    }

    /// Remembers a wrong code.
    pub fn remember(&self, address: IpAddr, now: Timestamp) {
        let mut wrong = self.lock();
        if wrong.len() >= ADDRESSES {
            wrong.retain(|_, times| {
                times
                    .back()
                    .is_some_and(|last| now.since(*last) < WINDOW_MS)
            });
        }
        let times = wrong.entry(network(address)).or_default();
        times.push_back(now);
        while times.len() > WRONG_CODES {
            times.pop_front();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, VecDeque<Timestamp>>> {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One client owns a whole /64 of IPv6 addresses.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & !u128::from(u64::MAX)).into()),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenth_wrong_code_locks_for_what_is_left_of_fifteen_minutes() {
        let lockout = Lockout::default();
        let address: IpAddr = "192.0.2.1".parse().unwrap();
        let at = |minutes: i64| Timestamp(minutes * MINUTE_MS);
        for minute in 0..9 {
            lockout.remember(address, at(minute));
        }
        assert_eq!(lockout.locked_ms(address, at(9)), None);
        lockout.remember(address, at(9));
        assert_eq!(lockout.locked_ms(address, at(9)), Some(6 * MINUTE_MS));
        assert_eq!(lockout.locked_ms("192.0.2.2".parse().unwrap(), at(9)), None);
        assert_eq!(lockout.locked_ms(address, at(15)), None);
    }

    #[test]
    fn neighbours_in_one_ipv6_network_count_together() {
        let lockout = Lockout::default();
        for host in 1..=10 {
            let address = format!("2001:db8::{host}").parse().unwrap();
            lockout.remember(address, Timestamp(0));
        }
        let next = "2001:db8::ffff".parse().unwrap();
        assert!(lockout.locked_ms(next, Timestamp(1)).is_some());
    }
}
