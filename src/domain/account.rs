//! The login behind an address: its password, and how often that may be tried. An account is made when an
//! address's first invite is accepted, and is shared by that person's users in several organizations; what
//! a user may do there is not its affair.

use chrono::TimeDelta;

use super::email::EmailAddress;
use super::failures::Failures;
use super::name::PersonName;
use super::organization::{OrganizationName, Slug};
use super::password::PasswordHash;
use super::role::RoleName;
use super::time::Timestamp;

/// How many wrong passwords in a row are free.
pub const FREE_FAILURES: u32 = 5;
/// Longest wait between two tries: an hour's guesses are four. There is always a next try, so that nobody is
/// locked out for ever by others who guess.
pub const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(15);

/// A login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Whose.
    pub email: EmailAddress,
    /// What is kept of the password.
    pub password: PasswordHash,
    /// Since when that is the password.
    pub password_set_at: Timestamp,
    /// How often it was tried in vain since it was last right.
    pub failures: Failures,
}

/// An invite that somebody has not answered yet, as they are told of it when they log in (rule 13, S4). Its
/// link is known to nobody but them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingInvite {
    /// Where to, by short name.
    pub organization: Slug,
    /// And by name.
    pub organization_name: OrganizationName,
    /// As what.
    pub role: RoleName,
    /// The role as it is shown.
    pub role_title: String,
    /// Who invites; nobody where that was the operator, or is gone.
    pub inviter: Option<EmailAddress>,
    /// The inviter's name.
    pub inviter_name: Option<PersonName>,
    /// Since when.
    pub invited_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Whether a password may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginThrottle {
    /// It may.
    Open,
    /// Not before this moment.
    Until(Timestamp),
}

/// Whether a password that was so often tried in vain may be tried now: some tries are free, then one waits
/// a second, two, four, and so on up to a quarter of an hour (trust C16, NIST SP 800-63B-4 §3.2.2).
#[must_use]
pub fn login_throttle(failures: Failures, now: Timestamp) -> LoginThrottle {
    let Some(last) = failures.last.filter(|_| failures.count >= FREE_FAILURES) else {
        return LoginThrottle::Open;
    };
    let doubled = 1_i64.checked_shl(failures.count - FREE_FAILURES).unwrap_or(0);
    let wait = match TimeDelta::try_seconds(doubled) {
        Some(wait) if wait > TimeDelta::zero() => wait.min(LONGEST_WAIT),
        _ => LONGEST_WAIT,
    };
    let end = last + wait;
    // A clock that was set back would make one wait until it is there again; one that is a little behind, because
    // somebody else was faster, must not open what they closed.
    let was_set_back = last - now > LONGEST_WAIT;
    if was_set_back || now >= end { LoginThrottle::Open } else { LoginThrottle::Until(end) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn start() -> Timestamp {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn c16_five_tries_are_free_and_waits_double_up_to_a_quarter_of_an_hour() {
        let waits: Vec<i64> = (0..18)
            .map(|count| {
                let failures = Failures { count, last: Some(start()) };
                match login_throttle(failures, start()) {
                    LoginThrottle::Open => 0,
                    LoginThrottle::Until(end) => (end - start()).num_seconds(),
                }
            })
            .collect();
        let expected = [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900];
        assert_eq!(waits, expected);
        let failures = Failures { count: 7, last: Some(start()) };
        let after = |seconds| start() + TimeDelta::seconds(seconds);
        assert_eq!(login_throttle(failures, after(3)), LoginThrottle::Until(after(4)));
        assert_eq!(login_throttle(failures, after(4)), LoginThrottle::Open);
    }

    #[test]
    fn c16_however_often_somebody_failed_the_wait_is_not_shorter_than_before() {
        for count in (15..200).chain([u32::MAX - 1, u32::MAX]) {
            let failures = Failures { count, last: Some(start()) };
            let end = LoginThrottle::Until(start() + LONGEST_WAIT);
            assert_eq!(login_throttle(failures, start()), end, "{count}");
        }
    }

    #[test]
    fn c16_a_clock_a_little_behind_opens_nothing_and_one_set_back_locks_nobody_out() {
        let failures = Failures { count: FREE_FAILURES, last: Some(start()) };
        let closed = LoginThrottle::Until(start() + TimeDelta::seconds(1));
        assert_eq!(login_throttle(failures, start() - LONGEST_WAIT), closed);
        let earlier = start() - LONGEST_WAIT - TimeDelta::seconds(1);
        assert_eq!(login_throttle(failures, earlier), LoginThrottle::Open);
    }

    proptest! {
        #[test]
        fn c16_nobody_ever_waits_longer_than_the_longest_wait(count: u32, later in -1_000_000_i64..1_000_000) {
            let failures = Failures { count, last: Some(start()) };
            let now = start() + TimeDelta::seconds(later);
            match login_throttle(failures, now) {
                LoginThrottle::Until(end) => {
                    prop_assert!(end > now && end - start() <= LONGEST_WAIT);
                    let back = TimeDelta::seconds(-later);
                    prop_assert!(back <= LONGEST_WAIT, "a clock that was set back locks nobody out");
                }
                LoginThrottle::Open => {
                    prop_assert!(count < FREE_FAILURES || later != 0);
                }
            }
            let next_quarter = start() + LONGEST_WAIT;
            prop_assert_eq!(login_throttle(failures, next_quarter), LoginThrottle::Open);
        }
    }
}
