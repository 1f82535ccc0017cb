//! The table of statuses and verbs, and where each transition leads.

#![allow(clippy::unwrap_used, clippy::expect_used)]
use super::*;

/// Every verb with every status, `y` where the verb is legal, else the verb to use instead, or
/// `-` where there is none. tests/cli/states.rs walks the same with the binary.
const TABLE: &str = "
    .             pending invited expired active deactivated cancelled declined
    invite        send    resend  resend  -      reactivate  y         y
    send          y       resend  resend  -      reactivate  invite    invite
    resend        send    y       y       -      reactivate  invite    invite
    reactivate    send    resend  resend  -      y           invite    invite
    set-role      y       y       y       y      reactivate  invite    invite
    set-team      y       y       y       y      reactivate  invite    invite
    assign-agent  y       y       y       y      reactivate  invite    invite
    unassign-agent y      y       y       y      -           -         -
    grant         y       y       y       y      reactivate  invite    invite
    revoke        y       y       y       y      reactivate  -         -
    cancel        y       y       y       deactivate remove  -         -
    deactivate    cancel  cancel  cancel  y      -           -         -
    remove        y       y       y       y      y           y         y
";

const OPEN: Link = Link::Open { invite: InviteId::new(7), expires_at: Timestamp::UNIX_EPOCH };

fn state(name: &str) -> UserState {
    match name {
        "pending" => UserState::Invited { link: Link::NotSent },
        "invited" => UserState::Invited { link: OPEN },
        "expired" => UserState::Expired,
        "active" => UserState::Active,
        "deactivated" => UserState::Deactivated,
        "cancelled" => UserState::Cancelled,
        "declined" => UserState::Declined,
        _ => unreachable!("{name}"),
    }
}

#[test]
fn every_status_permits_what_the_table_says_and_names_what_fits_instead() {
    let mut rows = TABLE.trim().lines().map(|line| line.split_whitespace());
    let states: Vec<&str> = rows.next().unwrap().skip(1).collect();
    assert_eq!(states.len(), 7);
    let rows: Vec<Vec<&str>> = rows.map(Iterator::collect).collect();
    let verbs: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(verbs, Verb::ALL.map(Verb::as_str));
    for (row, verb) in rows.iter().zip(Verb::ALL) {
        assert_eq!(row.len(), 8, "{verb}");
        for (name, expected) in states.iter().zip(&row[1..]) {
            let state = state(name);
            let found = match state.permit(verb) {
                Ok(()) => "y",
                Err(wrong) => {
                    assert_eq!((wrong.verb, wrong.standing), (verb, state.standing()));
                    wrong.instead.map_or("-", Verb::as_str)
                }
            };
            assert_eq!(found, *expected, "{verb} of {name}");
        }
    }
}

#[test]
fn the_verb_that_is_named_instead_is_always_legal() {
    for name in "pending invited expired active deactivated cancelled declined".split(' ') {
        for wrong in Verb::ALL.into_iter().filter_map(|verb| state(name).permit(verb).err()) {
            assert_eq!(wrong.instead.map_or(Ok(()), |verb| state(name).permit(verb)), Ok(()));
        }
    }
}

#[test]
fn a_transition_leads_where_its_verb_says() {
    let pending = UserState::Invited { link: Link::NotSent };
    let invited = UserState::Invited { link: OPEN };
    assert_eq!(UserState::Declined.invited_again(), Ok(pending));
    assert_eq!(pending.sent(OPEN), Ok(invited));
    assert_eq!(pending.sent(Link::NotSent), Ok(pending));
    assert_eq!(UserState::Expired.resent(OPEN), Ok(invited));
    assert_eq!(invited.cancelled(), Ok(UserState::Cancelled));
    assert_eq!(UserState::Active.deactivated(), Ok(UserState::Deactivated));
    assert_eq!(UserState::Deactivated.reactivated(), Ok(UserState::Active));
    assert_eq!(invited.with_new_role(), Ok(pending));
    assert_eq!(UserState::Expired.with_new_role(), Ok(UserState::Expired));
    assert!(UserState::Cancelled.with_new_role().is_err());
}

#[test]
fn one_comes_in_or_declines_by_the_open_link_alone() {
    let (link, other) = (InviteId::new(7), InviteId::new(8));
    let invited = UserState::Invited { link: OPEN };
    assert_eq!(invited.accepted(link), Ok(UserState::Active));
    assert_eq!(invited.declined(link), Ok(UserState::Declined));
    let unawaited = |state: UserState| Err(LinkUnawaited { standing: state.standing() });
    assert_eq!(invited.accepted(other), unawaited(invited));
    for name in ["pending", "expired", "active", "deactivated", "cancelled", "declined"] {
        assert_eq!(state(name).accepted(link), unawaited(state(name)), "{name}");
        assert_eq!(state(name).declined(link), unawaited(state(name)), "{name}");
    }
}

#[test]
fn an_open_link_runs_out_at_its_end_and_nothing_else_does() {
    let second = chrono::TimeDelta::seconds(1);
    let end = Timestamp::UNIX_EPOCH;
    let invited = UserState::Invited { link: OPEN };
    assert_eq!(invited.expired_at(end - second), invited);
    assert_eq!(invited.expired_at(end), UserState::Expired);
    for name in ["pending", "expired", "active", "deactivated", "cancelled", "declined"] {
        assert_eq!(state(name).expired_at(end + second), state(name));
    }
}
