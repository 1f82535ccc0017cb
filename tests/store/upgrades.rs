//! Stores of every version that was released, as files in `tests/fixtures`: each opens in this admit,
//! has the schema of a new one afterwards, and holds what it held.
//!
//! `store-v1.db` was made with the binary: `init --owner`, a team, three agents, one invite, an import
//! of three, and then send, cancel, remove, unassign and set-role once each. `store-v2.db` has more of all: settings, a
//! role, a leader, a module and a sub-account that are granted, a desk phone, a domain, a second
//! organization and a refused attempt. `store-v3.db` is that one a version later: an invite that was mailed
//! and accepted, one that was declined, one that was reminded of, one whose mail waits and one that was
//! printed, a login, and a subject in the organization's own words. `store-v4.db` is that one a version later:
//! an import, people who changed team and role, and a search index that was made and dropped. `store-v5.db` is
//! that one a version later: one more invite, and a domain that is allowed. `store-v6.db` is that one a version
//! later: an agent and a sub-account more, and a team that was renamed.

use std::fs;
use std::path::{Path, PathBuf};

use admit::domain::delivery::DeliveryKind;
use admit::domain::filter::{Direction, Page, UserFilter, UserSort};
use admit::domain::id::UserId;
use admit::domain::password::TypedPassword;
use admit::domain::recount::Check;
use admit::domain::status::Status;
use admit::domain::template::Delivery;
use admit::domain::wording::Part;
use admit::ops::invites::{self, ExpireRequest};
use admit::ops::maintenance;
use admit::random::SystemEntropy;
use admit::store::{DeliveryFilter, Store, Verdict};
use rusqlite::Connection;

use super::numbers::counts;
use super::place::{Place, context, invitation};

fn fixture(version: i64) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/store-v{version}.db"))
}

/// A copy of a fixture that may be written.
fn copy(version: i64) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("old.db");
    fs::copy(fixture(version), &path).unwrap();
    (directory, path)
}

fn version(path: &Path) -> i64 {
    let raw = Connection::open(path).unwrap();
    raw.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

fn latest() -> i64 {
    version(&Place::empty().store_path())
}

fn schema(path: &Path) -> Vec<String> {
    let raw = Connection::open(path).unwrap();
    let mut statement = raw
        .prepare("SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_schema ORDER BY type, name")
        .unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// Every user, one a line: number, reference, status, role, team, agents.
fn users(store: &mut Store) -> String {
    let tx = store.read().unwrap();
    let organization = tx.current_organization().unwrap();
    let (sort, direction) = (UserSort::Created, Direction::Ascending);
    let page = Page { sort, direction, after: None, limit: None };
    let mut query = tx.users(organization.id, &UserFilter::with_statuses(&[]), &page).unwrap();
    let mut lines = String::new();
    for line in query.rows().unwrap() {
        let line = line.unwrap();
        let team = line.user.team.as_ref().map_or("-", |team| team.name.as_str());
        let agents: Vec<String> = line.agents.iter().map(ToString::to_string).collect();
        lines.push_str(&format!(
            "{} {} {} {} {team} {}\n",
            line.user.id,
            line.user.reference(),
            line.user.state.standing(),
            line.user.role,
            agents.join(",")
        ));
    }
    lines
}

#[test]
fn every_released_version_is_kept_here() {
    for version in 1..=latest() {
        assert!(
            fixture(version).is_file(),
            "tests/fixtures/store-v{version}.db is missing: make one with the admit that writes it"
        );
        assert_eq!(self::version(&copy(version).1), version);
    }
}

#[test]
fn an_old_store_has_the_schema_of_a_new_one_once_it_was_opened() {
    let fresh = schema(&Place::empty().store_path());
    for version in 1..=latest() {
        let (_directory, path) = copy(version);
        drop(Store::open(&path).unwrap());
        assert_eq!(self::version(&path), latest());
        assert_eq!(schema(&path), fresh, "a released migration was changed: add a new one instead");
    }
}

#[test]
fn an_old_store_holds_what_it_held() {
    let (_directory, path) = copy(1);
    let mut store = Store::open(&path).unwrap();
    assert_eq!(
        users(&mut store),
        "#1 owner@example.com active admin - \n\
         #2 ana@example.com invited agent Support voice:4711\n\
         #3 Bob@Example.com invited agent Support voice:4712\n\
         #4 lena@bücher.example invited (no link sent yet) team-leader - \n\
         #5 zoe@example.com cancelled team-leader - \n"
    );
    let tx = store.read().unwrap();
    let found = tx.verify_audit(None).unwrap();
    assert!(matches!(found, Verdict::Whole { entries: 12.., .. }), "{found:?}");
    let organization = tx.current_organization().unwrap();
    assert_eq!(organization.template, "contact-center");
    assert_eq!(tx.count_users(organization.id, &Status::CURRENT).unwrap(), 4);
}

#[test]
fn what_an_old_store_did_not_count_is_counted_once_it_was_opened() {
    for version in 1..=latest() {
        let (_directory, path) = copy(version);
        drop(Store::open(&path).unwrap());
        let raw = Connection::open(&path).unwrap();
        let [kept, counted] = counts(&raw);
        assert_eq!(kept, counted, "version {version}");
        // Whatever has a checksum has the right one, and so with all else that is checked.
        let mut store = Store::open(&path).unwrap();
        let found = maintenance::check(&mut store, &context("2026-06-01T00:00:00Z"), &mut |_| {});
        let found: Vec<_> = found.unwrap().into_iter().filter(|one| one.differing() > 0).collect();
        // A copy is as open as its directory lets it be.
        assert!(found.iter().all(|one| one.check == Check::File), "version {version}: {found:?}");
        // And everybody stands where they stand, once.
        let number = |sql: &str| raw.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        let users = number("SELECT count(*) FROM users");
        assert_eq!(number("SELECT count(*) FROM places"), users, "version {version}");
        let standing = "SELECT count(*) FROM users u JOIN places p ON p.user_id = u.id
            AND p.team_id = coalesce(u.team_id, 0) AND p.role_id = u.role_id AND p.status = u.status";
        assert_eq!(number(standing), users, "version {version}");
        // Users by status and role, agents with and without a user, open and closed invites.
        assert!(kept.len() >= 7, "{kept:?}");
    }
}

#[test]
fn a_store_of_version_2_holds_what_it_held() {
    let (_directory, path) = copy(2);
    let mut store = Store::open(&path).unwrap();
    assert_eq!(
        users(&mut store),
        "#1 owner@example.com active admin - \n\
         #2 ana@example.com invited agent Support voice:4711\n\
         #3 mod@example.com invited user - \n\
         #4 Bob@Example.com invited agent Support voice:4712\n\
         #5 lena@bücher.example invited (no link sent yet) team-leader - \n\
         #6 zoe@example.com cancelled team-leader - \n\
         #8 #8 active user - \n"
    );
    let tx = store.read().unwrap();
    let found = tx.verify_audit(None).unwrap();
    assert!(matches!(found, Verdict::Whole { entries: 21, .. }), "{found:?}");
    let main = tx.current_organization().unwrap();
    assert_eq!((main.plan.unwrap().as_str(), main.seat_limit.unwrap().get()), ("starter", 50));
    let lab = tx.find_organization(&"lab".parse().unwrap()).unwrap().unwrap();
    assert_eq!(tx.premium_features(lab.id).unwrap().len(), 1);
    let (ana, moe) = (UserId::new(2), UserId::new(3));
    assert_eq!(tx.teams_led_by(ana).unwrap()[0].name.as_str(), "Support");
    assert_eq!(tx.granted_modules(moe).unwrap()[0].as_str(), "reports");
    assert_eq!(tx.granted_sub_accounts(moe).unwrap()[0].as_str(), "north");
    assert_eq!(tx.find_phone(UserId::new(8)).unwrap().unwrap().extension.as_str(), "1001");
    assert_eq!(tx.tallies(main.id).unwrap().held_agents, 2);
}

#[test]
fn a_store_of_version_3_holds_what_it_held() {
    let (_directory, path) = copy(3);
    let mut store = Store::open(&path).unwrap();
    assert!(
        users(&mut store).ends_with(
            "#8 #8 active user - \n\
             #10 kit@example.com active user - \n\
             #11 lea@example.com declined user - \n\
             #12 max@example.com invited user - \n\
             #13 nel@example.com invited (no link sent yet) user - \n\
             #14 oda@example.com invited user - \n"
        ),
        "{}",
        users(&mut store)
    );
    let tx = store.read().unwrap();
    let found = tx.verify_audit(None).unwrap();
    assert!(matches!(found, Verdict::Whole { entries: 45, .. }), "{found:?}");
    let main = tx.current_organization().unwrap();
    assert_eq!(main.password_minimum.to_string(), "12");
    let account = tx.find_account(&"kit@example.com".parse().unwrap()).unwrap().unwrap();
    let typed = TypedPassword::new("violet kettle sings low".to_owned());
    assert!(account.password.is_of(&typed));
    assert_eq!(account.failures.count, 1);
    assert!(tx.get_user(UserId::new(10)).unwrap().last_login_at.is_some());
    let deliveries = tx.deliveries(main.id, &DeliveryFilter::default()).unwrap();
    let states: Vec<&str> = deliveries.iter().map(|line| line.delivery.state.as_str()).collect();
    let (out, waits, printed) = ("handed-over", "queued", "not-configured");
    assert_eq!(states, [printed, waits, out, out, out, out]);
    let wording = tx.find_own_wording(main.id, DeliveryKind::Reminder).unwrap();
    assert_eq!(wording.part(Part::Subject), Some("Come in to {{ organization }}\n"));
}

#[test]
fn a_store_of_version_4_holds_what_it_held() {
    let (_directory, path) = copy(4);
    let mut store = Store::open(&path).unwrap();
    assert!(
        users(&mut store).ends_with(
            "#14 oda@example.com invited user Support \n\
             #15 pia@example.com invited (no link sent yet) agent - \n\
             #16 Quin@Example.com invited (no link sent yet) agent - \n"
        ),
        "{}",
        users(&mut store)
    );
    let tx = store.read().unwrap();
    let found = tx.verify_audit(None).unwrap();
    assert!(matches!(found, Verdict::Whole { entries: 51, .. }), "{found:?}");
}

#[test]
fn an_old_store_is_worked_on_as_before() {
    let (_directory, path) = copy(1);
    let mut store = Store::open(&path).unwrap();
    let context = context("2027-01-01T00:00:00Z");
    let mut request = invitation("new@example.com", Delivery::AtOnce);
    request.role = Some("agent".parse().unwrap());
    request.agents = vec!["ana.r".parse().unwrap()];
    let outcome = invites::invite(&mut store, &context, &mut SystemEntropy, &request).unwrap();
    assert_eq!(outcome.done(), 1, "{outcome:?}");
    // Number 6 was removed before and is not used again; the links of 1, 2 and 3 ran out
    // long ago.
    let expired = invites::expire(&mut store, &context, &ExpireRequest::default()).unwrap();
    assert_eq!(expired.expired[0].links.len(), 3);
    assert!(users(&mut store).ends_with("#7 new@example.com invited agent - chat:ana.r\n"));
    let found = store.read().unwrap().verify_audit(None).unwrap();
    assert!(matches!(found, Verdict::Whole { entries: 14.., .. }), "{found:?}");
}
