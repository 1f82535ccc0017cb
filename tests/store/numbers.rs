//! Numbers that must stay right whatever people do in whatever order: the counters, and the numbers of
//! users.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use admit::domain::pin::{HashedPin, Pin, PinOrigin, Salt};
use admit::domain::status::Status;
use admit::domain::template::{Delivery, LoginLess};
use admit::domain::time::Timestamp;
use admit::domain::user::UserState;
use admit::domain::user_ref::UserRef;
use admit::ops::invites::Terms;
use admit::ops::{Context, Mode, invites, maintenance, phones, users};
use admit::random::SystemEntropy;
use admit::store::{Store, StoreError, Verdict};
use chrono::TimeDelta;
use proptest::prelude::*;
use rusqlite::Connection;

use super::place::{Place, START, context, entry, invitation};

/// The people that things happen to.
const PEOPLE: [&str; 4] =
    ["ann@example.com", "bob@example.com", "cid@example.com", "dee@example.com"];
const ROLES: [&str; 3] = ["admin", "user", "agent"];

/// A PIN, hashed once for all.
static PIN: LazyLock<HashedPin> = LazyLock::new(|| {
    let pin: Pin = "048213".parse().unwrap();
    let hash = pin.hash(&Salt::draw(&mut SystemEntropy).unwrap()).unwrap();
    HashedPin { pin, origin: PinOrigin::Given, hash }
});

/// A place with people that has users without a login, too.
fn place_with_phones() -> Place {
    let place = Place::with_people();
    let mut store = place.store();
    let mut tx = store.write(START.parse().unwrap(), &context(START).actor).unwrap();
    let mut organization = tx.current_organization().unwrap();
    organization.login_less = LoginLess::Allowed;
    tx.keep_organization(&organization).unwrap();
    tx.commit(&entry()).unwrap();
    drop(store);
    place
}

/// Something that somebody does.
#[derive(Clone, Debug)]
enum Step {
    Invite {
        person: usize,
        role: usize,
        team: bool,
        sent: bool,
        agent: bool,
    },
    Send(usize),
    Resend(usize),
    Cancel(usize),
    Deactivate(usize),
    Reactivate(usize),
    Remove(usize),
    SetRole(usize, usize),
    /// Somebody without a login comes, in Support or in no team.
    Add(bool),
    /// What accepting an invite will do.
    Join(usize),
    /// Days go by, and cron comes.
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..PEOPLE.len();
    // The last one is the phone.
    let anybody = 0..=PEOPLE.len();
    prop_oneof![
        4 => (who.clone(), 0..ROLES.len(), any::<bool>(), any::<bool>(), any::<bool>())
            .prop_map(|(person, role, team, sent, agent)| Step::Invite { person, role, team, sent, agent }),
        1 => who.clone().prop_map(Step::Send),
        1 => who.clone().prop_map(Step::Resend),
        1 => who.clone().prop_map(Step::Cancel),
        2 => any::<bool>().prop_map(Step::Add),
        1 => anybody.clone().prop_map(Step::Deactivate),
        1 => anybody.clone().prop_map(Step::Reactivate),
        1 => anybody.clone().prop_map(Step::Remove),
        2 => (anybody, 0..ROLES.len()).prop_map(|(person, role)| Step::SetRole(person, role)),
        2 => who.prop_map(Step::Join),
        1 => (1..9_i64).prop_map(Step::Wait),
    ]
}

fn reference(person: usize) -> UserRef {
    PEOPLE.get(person).unwrap_or(&"ext:1001").parse().unwrap()
}

/// Does it, or is refused; anything else is a failure of the test.
fn apply(store: &mut Store, context: &mut Context, step: &Step) -> Result<(), admit::ops::Error> {
    let entropy = &mut SystemEntropy;
    match step {
        Step::Invite { person, role, team, sent, agent } => {
            let delivery = if *sent { Delivery::AtOnce } else { Delivery::OnCommand };
            let mut request = invitation(PEOPLE[*person], delivery);
            request.role = Some(ROLES[*role].parse().unwrap());
            request.team = team.then(|| "Support".parse().unwrap());
            request.agents = if *agent { vec!["voice:2".parse().unwrap()] } else { Vec::new() };
            invites::invite(store, context, entropy, &request).map(drop)
        }
        Step::Send(person) => {
            let named = invites::Recipients::Named(vec![reference(*person)]);
            invites::send(store, context, entropy, &named, &Terms::default()).map(drop)
        }
        Step::Resend(person) => {
            invites::resend(store, context, entropy, &[reference(*person)], &Terms::default())
                .map(drop)
        }
        Step::Cancel(person) => invites::cancel(store, context, &[reference(*person)]).map(drop),
        Step::Deactivate(person) => {
            users::deactivate(store, context, &[reference(*person)]).map(drop)
        }
        Step::Reactivate(person) => {
            users::reactivate(store, context, &[reference(*person)]).map(drop)
        }
        Step::Remove(person) => users::remove(store, context, &[reference(*person)]).map(drop),
        Step::SetRole(person, role) => {
            let role = ROLES[*role].parse().unwrap();
            users::set_role(store, context, &[reference(*person)], &role).map(drop)
        }
        Step::Add(team) => {
            let request = phones::AddRequest {
                name: "Lobby".parse().unwrap(),
                extension: "1001".parse().unwrap(),
                role: None,
                team: team.then(|| "Support".parse().unwrap()),
                pin: PIN.clone(),
            };
            phones::add(store, context, &request).map(drop)
        }
        Step::Join(person) => {
            join(store, context, &reference(*person));
            Ok(())
        }
        Step::Wait(days) => {
            context.now += TimeDelta::days(*days);
            invites::expire(store, context, &invites::ExpireRequest::default()).map(drop)
        }
    }
}

fn join(store: &mut Store, context: &Context, person: &UserRef) {
    let mut tx = store.write(context.now, &context.actor).unwrap();
    let organization = tx.current_organization().unwrap().id;
    let Some(user) = tx.find_user(organization, person).unwrap() else { return };
    if user.state.status() == Status::Invited {
        tx.close_invites(user.organization, user.id, admit::domain::invite::InviteState::Accepted)
            .unwrap();
        tx.set_state(&user, UserState::Active).unwrap();
        tx.commit(&entry()).unwrap();
    }
}

/// What the counters and tallies say, and what counting says.
pub(crate) fn counts(raw: &Connection) -> [Vec<[i64; 6]>; 2] {
    let rows = |sql: &str| {
        let mut statement = raw.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| {
            Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?])
        });
        rows.unwrap().collect::<Result<Vec<_>, _>>().unwrap()
    };
    [
        rows(
            "SELECT * FROM counters WHERE users <> 0
             UNION ALL SELECT organization_id, -kind, bucket, 0, 0, things FROM tallies
             WHERE things <> 0 ORDER BY 1, 2, 3, 4, 5",
        ),
        rows(
            "SELECT organization_id, status, role_id, coalesce(team_id, 0) AS team, email IS NULL,
                    count(*) FROM users GROUP BY 1, 2, 3, 4, 5
             UNION ALL SELECT a.organization_id, -1, s.id IS NOT NULL, 0, 0, count(*) FROM agents a
                 LEFT JOIN assignments s ON s.agent_id = a.id AND s.until_at IS NULL GROUP BY 1, 3
             UNION ALL SELECT u.organization_id, -2, i.expires_at / 86400, 0, 0, count(*)
                 FROM invites i JOIN users u ON u.id = i.user_id WHERE i.state = 1 AND i.purpose = 1 GROUP BY 1, 3
             UNION ALL SELECT u.organization_id, -3, i.state, 0, 0, count(*)
                 FROM invites i JOIN users u ON u.id = i.user_id WHERE i.state > 1 AND i.purpose = 1 GROUP BY 1, 3
             ORDER BY 1, 2, 3, 4, 5",
        ),
    ]
}

/// What no order of commands may break.
fn assert_sound(place: &Place, now: Timestamp) {
    let [kept, counted] = counts(&place.raw());
    assert_eq!(kept, counted);
    let found = maintenance::check(&mut place.store(), &context(START), &mut |_| {}).unwrap();
    assert!(found.iter().all(|recount| recount.differing() == 0), "{found:?}");
    let raw = place.raw();
    let broken =
        |sql: &str| -> i64 { raw.query_row(sql, [now.timestamp()], |row| row.get(0)).unwrap() };
    for (sql, rule) in [
        (
            "SELECT count(*) FROM (SELECT 1 FROM invites WHERE state = 1 AND ?1 GROUP BY user_id HAVING count(*) > 1)",
            "one open link a user (rule 11)",
        ),
        (
            "SELECT count(*) FROM invites i JOIN users u ON u.id = i.user_id
             WHERE i.state = 1 AND u.status NOT IN (1, 3) AND ?1",
            "links of who is not invited are dead (rule 17)",
        ),
        (
            "SELECT count(*) FROM assignments s JOIN users u ON u.id = s.user_id
             JOIN roles r ON r.id = u.role_id
             WHERE s.until_at IS NULL AND (r.holds_agents = 0 OR u.status IN (4, 5, 6)) AND ?1",
            "only agents who are in hold agent IDs (rules 17, 23, 29)",
        ),
        (
            "SELECT count(*) FROM users u WHERE u.status = 1 AND EXISTS (SELECT 1 FROM invites i
             WHERE i.id = u.invite_id AND i.state = 1 AND i.expires_at <= ?1 - 8 * 86400)",
            "nobody is invited by a link that ran out long ago (rule 22)",
        ),
        (
            "SELECT count(*) FROM users u LEFT JOIN phones p ON p.user_id = u.id
             WHERE (u.email IS NULL) <> (p.user_id IS NOT NULL) AND ?1",
            "an address or an extension, never both (trust D13)",
        ),
        ("SELECT count(*) FROM pragma_foreign_key_check WHERE ?1", "no orphans"),
    ] {
        assert_eq!(broken(sql), 0, "{rule}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_counters_equal_a_recount_after_anything(steps in proptest::collection::vec(step(), 1..25)) {
        let place = place_with_phones();
        let mut store = place.store();
        let mut context = context(START);
        users::remove(&mut store, &context, &[reference(0), reference(1)]).unwrap();
        for step in &steps {
            if let Err(error) = apply(&mut store, &mut context, step) {
                prop_assert!(error.is_refusal(), "{step:?}: {error}");
            }
        }
        assert_sound(&place, context.now);
        let found = store.read().unwrap().verify_audit(None).unwrap();
        prop_assert!(matches!(found, Verdict::Whole { .. }), "{found:?}");
    }

    #[test]
    fn a_dry_run_changes_nothing(
        before in proptest::collection::vec(step(), 0..6),
        last in step(),
    ) {
        let place = place_with_phones();
        let mut store = place.store();
        let mut context = context(START);
        for step in &before {
            let _ = apply(&mut store, &mut context, step);
        }
        let dump = |place: &Place| (counts(&place.raw())[1].clone(), rows_of(place));
        let then = dump(&place);
        context.mode = Mode::DryRun;
        if !matches!(last, Step::Join(_)) {
            let _ = apply(&mut store, &mut context, &last);
        }
        prop_assert_eq!(dump(&place), then);
    }
}

/// How many rows each table has that a command writes.
fn rows_of(place: &Place) -> Vec<[i64; 7]> {
    let raw = place.raw();
    let count = |table: &str| -> i64 {
        raw.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    vec![
        ["users", "phones", "invites", "assignments", "audit", "audit_subjects", "tallies"]
            .map(count),
    ]
}

#[test]
fn the_number_of_a_removed_user_is_never_given_again() {
    let place = Place::empty();
    let mut store = place.store();
    let context = context(START);
    let mut seen = BTreeSet::new();
    for round in 0..3 {
        for person in PEOPLE {
            let request = invitation(person, Delivery::AtOnce);
            let mut outcome =
                invites::invite(&mut store, &context, &mut SystemEntropy, &request).unwrap();
            let invited = outcome.users.remove(0).result.unwrap();
            assert!(seen.insert(invited.user), "{} twice, in round {round}", invited.user);
        }
        let everybody: Vec<_> = (0..PEOPLE.len()).map(reference).collect();
        assert_eq!(users::remove(&mut store, &context, &everybody).unwrap().done(), PEOPLE.len());
        // A store that was closed has forgotten nothing.
        store = place.store();
    }
    assert_eq!(seen.len(), 3 * PEOPLE.len());
}

#[test]
fn counters_that_disagree_with_the_users_are_damage_and_not_put_right_in_silence() {
    for sql in [
        "DELETE FROM counters",
        "UPDATE counters SET users = 0",
        "UPDATE counters SET users = -1",
        "UPDATE counters SET users = -9223372036854775808",
    ] {
        let place = Place::with_people();
        place.raw().execute_batch(sql).unwrap();
        let mut store = place.store();
        let done = invites::cancel(&mut store, &context(START), &[reference(1)]);
        let Err(admit::ops::Error::Store(StoreError::Damaged(_))) = done else {
            panic!("{sql}: {done:?}")
        };
        let tx = store.read().unwrap();
        let organization = tx.current_organization().unwrap().id;
        let bob = tx.find_user(organization, &reference(1)).unwrap().unwrap();
        assert_eq!(bob.state.status(), Status::Invited, "{sql}");
    }
}

#[test]
fn a_place_that_nobody_was_in_before_is_counted_from_none() {
    let place = Place::empty();
    place.raw().execute("DELETE FROM counters", []).unwrap();
    let mut store = place.store();
    let request = invitation("new@example.com", Delivery::OnCommand);
    invites::invite(&mut store, &context(START), &mut SystemEntropy, &request).unwrap();
    let tx = store.read().unwrap();
    let organization = tx.current_organization().unwrap().id;
    assert_eq!(tx.count_users(organization, &Status::ALL).unwrap(), 1);
}
