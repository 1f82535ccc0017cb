//! The life of a user: only legal verbs move one from a state to the next, whatever came before.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use admit::domain::id::InviteId;
use admit::domain::status::Verb;
use admit::domain::time::Timestamp;
use admit::domain::user::{Link, UserState, WrongVerb};
use chrono::{DateTime, TimeDelta};
use proptest::prelude::*;

/// The life of a user as the requirements tell it (rules 7, 11, 15, 17 to 19 and 22), written down
/// again: where each verb leads from each standing, and nowhere where it is refused.
fn leads_to(from: &str, verb: Verb) -> Option<&'static str> {
    match (from, verb) {
        (_, Verb::Remove) => Some("gone"),
        ("pending", Verb::Send) | ("invited" | "expired", Verb::Resend) => Some("invited"),
        ("cancelled" | "declined", Verb::Invite) | ("invited" | "pending", Verb::SetRole) => {
            Some("pending")
        }
        ("pending" | "invited" | "expired", Verb::Cancel) => Some("cancelled"),
        ("active", Verb::Deactivate) => Some("deactivated"),
        ("deactivated", Verb::Reactivate) | ("active", Verb::SetRole) => Some("active"),
        ("expired", Verb::SetRole) => Some("expired"),
        (from, Verb::Grant | Verb::Revoke) => leads_to(from, Verb::AssignAgent),
        ("pending", Verb::SetTeam | Verb::AssignAgent | Verb::UnassignAgent) => Some("pending"),
        ("invited", Verb::SetTeam | Verb::AssignAgent | Verb::UnassignAgent) => Some("invited"),
        ("expired", Verb::SetTeam | Verb::AssignAgent | Verb::UnassignAgent) => Some("expired"),
        ("active", Verb::SetTeam | Verb::AssignAgent | Verb::UnassignAgent) => Some("active"),
        _ => None,
    }
}

fn word(state: &UserState) -> &'static str {
    match state {
        UserState::Invited { link: Link::NotSent } => "pending",
        other => other.status().as_str(),
    }
}

/// Uses a verb on a state; a removed user is none any more.
fn used(state: UserState, verb: Verb, at: Timestamp) -> Result<Option<UserState>, WrongVerb> {
    let link = Link::Open { invite: InviteId::new(9), expires_at: at + TimeDelta::days(7) };
    match verb {
        Verb::Invite => state.invited_again(),
        Verb::Send => state.sent(link),
        Verb::Resend => state.resent(link),
        Verb::Cancel => state.cancelled(),
        Verb::Deactivate => state.deactivated(),
        Verb::Reactivate => state.reactivated(),
        Verb::SetRole => state.with_new_role(),
        Verb::SetTeam | Verb::AssignAgent | Verb::UnassignAgent | Verb::Grant | Verb::Revoke => {
            state.permit(verb).map(|()| state)
        }
        Verb::Remove => return state.permit(verb).map(|()| None),
    }
    .map(Some)
}

fn state() -> impl Strategy<Value = UserState> {
    let open = Link::Open { invite: InviteId::new(1), expires_at: DateTime::UNIX_EPOCH };
    proptest::sample::select(vec![
        UserState::Invited { link: Link::NotSent },
        UserState::Invited { link: open },
        UserState::Expired,
        UserState::Active,
        UserState::Deactivated,
        UserState::Cancelled,
        UserState::Declined,
    ])
}

proptest! {
    #[test]
    fn only_legal_verbs_move_a_user(
        start in state(),
        steps in proptest::collection::vec((proptest::sample::select(&Verb::ALL), 0_i64..10), 1..40),
    ) {
        let mut state = start;
        let mut now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        for (verb, days) in steps {
            now += TimeDelta::days(days);
            let later = state.expired_at(now);
            let runs_out = matches!(state, UserState::Invited { link: Link::Open { expires_at, .. } } if expires_at <= now);
            prop_assert_eq!(later != state, runs_out);
            prop_assert_eq!(later.expired_at(now), later);
            state = later;

            let wanted = leads_to(word(&state), verb);
            prop_assert_eq!(state.next_verbs().any(|next| next == verb), wanted.is_some());
            match used(state, verb, now) {
                Ok(None) => {
                    prop_assert_eq!(wanted, Some("gone"));
                    break;
                }
                Ok(Some(next)) => {
                    prop_assert_eq!(wanted, Some(word(&next)), "{} {}", word(&state), verb);
                    state = next;
                }
                Err(wrong) => {
                    prop_assert_eq!(wanted, None, "{} {}", word(&state), verb);
                    prop_assert_eq!(wrong.verb, verb);
                    // The verb that is named instead works.
                    if let Some(instead) = wrong.instead {
                        prop_assert!(state.permit(instead).is_ok(), "{} {}", word(&state), instead);
                    }
                }
            }
        }
    }
}
