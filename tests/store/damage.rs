//! A store with something in it that admit never wrote: it is said to be damaged, and nothing is taken
//! for something else.

use admit::domain::agent::AgentKey;
use admit::domain::filter::{Direction, Page, UserFilter, UserSort};
use admit::domain::id::{AgentNumber, UserId};
use admit::store::{AgentFilter, AuditFilter, ReadTx, StoreError, Verdict};

use super::place::{Place, START, context, entry};

/// Reads all there is of an organization, as `list`, `show`, `role list` and `audit list` do together.
fn read_everything(tx: &ReadTx<'_>) -> Result<(), StoreError> {
    let organization = tx.current_organization()?;
    for role in tx.roles(organization.id)? {
        tx.role_details(role)?;
    }
    tx.teams(organization.id)?;
    let (sort, direction) = (UserSort::Email, Direction::Ascending);
    let page = Page { sort, direction, after: None, limit: None };
    for line in tx.users(organization.id, &UserFilter::with_statuses(&[]), &page)?.rows()? {
        line?;
    }
    for user in [1, 2] {
        tx.find_newest_invite(UserId::new(user))?;
        tx.agents_of(UserId::new(user))?;
    }
    for line in tx.agents(organization.id, &AgentFilter::default())?.rows()? {
        line?;
    }
    tx.history_of_agent(AgentNumber::new(1))?;
    for record in tx.audit(&AuditFilter::default())?.rows()? {
        record?;
    }
    Ok(())
}

/// What reading says after a change behind admit's back.
fn said_after(sql: &str) -> Result<(), StoreError> {
    let place = Place::with_people();
    let changed = place.raw().execute_batch(sql);
    changed.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let mut store = place.store();
    read_everything(&store.read().unwrap())
}

#[test]
fn an_untouched_store_reads_well() {
    said_after("SELECT 1").unwrap();
}

#[test]
fn what_admit_never_writes_is_damage_that_names_the_column() {
    for (sql, column) in [
        ("UPDATE users SET status = 7", "status"),
        ("UPDATE users SET status = 0 WHERE id = 2", "status"),
        ("UPDATE users SET status_since = 9223372036854775807", "status_since"),
        ("UPDATE users SET created_at = -9223372036854775808", "created_at"),
        ("UPDATE users SET last_login_at = 9223372036854775807", "last_login_at"),
        ("UPDATE users SET email = 'not an address' WHERE id = 2", "email"),
        ("UPDATE users SET email = 'Bob@example.com' WHERE id = 2", "email"),
        ("UPDATE users SET email = CAST(x'ff' AS TEXT) WHERE id = 2", "email"),
        ("UPDATE users SET email_typed = 'eve@example.com' WHERE id = 1", "email"),
        ("UPDATE users SET name = char(27) || '[2J'", "name"),
        ("UPDATE users SET name = ''", "name"),
        ("UPDATE users SET team_id = 99 WHERE id = 1", "team"),
        ("UPDATE users SET role_id = 99 WHERE id = 2", "role"),
        ("UPDATE roles SET name = 'No Role!' WHERE name = 'agent'", "role"),
        ("UPDATE roles SET holds_agents = 2", "holds_agents"),
        ("UPDATE role_grants SET scope = 4", "scope"),
        (
            "UPDATE role_grants SET permission = 'a b'
             WHERE role_id = 1 AND permission = (SELECT min(permission) FROM role_grants WHERE role_id = 1)",
            "permission",
        ),
        ("UPDATE teams SET name = char(10)", "name"),
        ("UPDATE invites SET state = 9", "state"),
        ("UPDATE invites SET purpose = 3", "purpose"),
        ("UPDATE invites SET expires_at = 9223372036854775807", "link_expires_at"),
        ("UPDATE agents SET source = 'two words'", "source"),
        ("UPDATE agents SET agent_id = 'a;b' WHERE id = 2", "agent_id"),
        ("UPDATE agents SET interactions = -1 WHERE id = 2", "interactions"),
        ("UPDATE agents SET name = char(0) WHERE id = 2", "agent_name"),
        ("UPDATE organizations SET delivery = 3", "delivery"),
        ("UPDATE organizations SET lifetime = 59", "lifetime"),
        ("UPDATE organizations SET slug = 'Not a slug'", "slug"),
        ("DROP TRIGGER audit_is_never_changed; UPDATE audit SET action = 'user.bless'", "action"),
        ("DROP TRIGGER audit_is_never_changed; UPDATE audit SET seal = x'00'", "seal"),
        ("DROP TRIGGER audit_is_never_changed; UPDATE audit SET count = -1", "count"),
        ("DROP TRIGGER audit_is_never_changed; UPDATE audit SET subjects = 'ann'", "subjects"),
        ("DROP TRIGGER audit_is_never_changed; UPDATE audit SET subjects = '[{\"id\":1}]'", "subjects"),
        ("DROP TRIGGER audit_is_never_changed; UPDATE audit SET detail = '{}'", "detail"),
        ("DROP TRIGGER audit_is_never_changed; UPDATE audit SET detail = '[[\"role\"]]'", "detail"),
    ] {
        let said = said_after(sql);
        let Err(StoreError::Damaged(reason)) = said else { panic!("{sql}: {said:?}") };
        assert!(reason.contains(column), "{sql}: {reason}");
    }
}

#[test]
fn a_store_without_a_current_organization_is_damaged() {
    for sql in ["DELETE FROM store", "UPDATE store SET current_organization_id = 99"] {
        let said = said_after(sql);
        assert!(matches!(said, Err(StoreError::Damaged(_))), "{sql}: {said:?}");
    }
}

#[test]
fn a_user_without_an_address_is_named_by_number_and_not_by_an_empty_one() {
    let place = Place::with_people();
    place.raw().execute("UPDATE users SET email = NULL WHERE id = 2", []).unwrap();
    let mut store = place.store();
    let tx = store.read().unwrap();
    let organization = tx.current_organization().unwrap();
    let user = tx.find_user(organization.id, &"#2".parse().unwrap()).unwrap().unwrap();
    assert_eq!(user.email, None);
    assert_eq!(user.reference().to_string(), "#2");
}

#[test]
fn the_chain_breaks_at_the_first_entry_that_was_touched() {
    let free = "DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_shortened;";
    for (sql, number) in [
        ("UPDATE audit SET detail = '[]' WHERE number = 3", 3),
        ("UPDATE audit SET detail = 'gone' WHERE number = 3", 3),
        ("UPDATE audit SET subjects = 'gone' WHERE number = 4", 4),
        ("UPDATE audit SET subjects = replace(subjects, ',', ', ') WHERE number = 4", 4),
        ("UPDATE audit SET at = at + 1 WHERE number = 1", 1),
        ("UPDATE audit SET login = 'somebody' WHERE number = 5", 5),
        ("UPDATE audit SET sudo_user = 'root' WHERE number = 2", 2),
        ("UPDATE audit SET uid = 0 WHERE number = 2", 2),
        ("UPDATE audit SET count = 9 WHERE number = 4", 4),
        ("UPDATE audit SET action = 'user.bless' WHERE number = 4", 4),
        ("UPDATE audit SET seal = zeroblob(32) WHERE number = 2", 2),
        ("DELETE FROM audit WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 3", 3),
        (
            "UPDATE audit SET number = 99 WHERE number = 2; UPDATE audit SET number = 2 WHERE number = 3;
             UPDATE audit SET number = 3 WHERE number = 99",
            2,
        ),
        (
            "INSERT INTO audit SELECT 6, at, actor, login, uid, sudo_user, action, organization, count,
             batch_id, subjects, detail, seal, organization_id FROM audit WHERE number = 5",
            6,
        ),
    ] {
        let place = Place::with_people();
        place.raw().execute_batch(&format!("{free}{sql}")).unwrap();
        let found = place.store().read().unwrap().verify_audit(None).unwrap();
        assert!(matches!(found, Verdict::Broken { number: at, .. } if at == number), "{sql}: {found:?}");
    }
}

/// Whoever drops the newest entries leaves a chain that is whole: that is found against a head that was
/// noted (`audit verify --expect-head`), also where other entries have taken the place of the old.
#[test]
fn a_chain_that_was_cut_at_its_end_lacks_the_head_that_was_noted() {
    let place = Place::with_people();
    let verify = |expected| place.store().read().unwrap().verify_audit(expected).unwrap();
    let Verdict::Whole { entries: 5, head, noted: None } = verify(None) else { panic!() };
    assert_eq!(verify(Some(head)), Verdict::Whole { entries: 5, head, noted: Some(5) });
    place
        .raw()
        .execute_batch(
            "DROP TRIGGER audit_is_never_shortened; DELETE FROM audit WHERE number = 5;
             DELETE FROM audit_subjects WHERE number = 5",
        )
        .unwrap();
    let Verdict::Whole { entries: 4, head: cut, noted: None } = verify(None) else { panic!() };
    assert_eq!(verify(Some(head)), Verdict::CutOff { entries: 4, head: cut });
    for entries in [5, 6] {
        let mut store = place.store();
        let context = context(START);
        store.write(context.now, &context.actor).unwrap().commit(&entry()).unwrap();
        let found = verify(Some(head));
        assert!(matches!(found, Verdict::CutOff { entries: n, .. } if n == entries), "{found:?}");
    }
}

#[test]
fn a_chain_that_has_grown_since_still_holds_the_head_that_was_noted() {
    let place = Place::with_people();
    let verify = |expected| place.store().read().unwrap().verify_audit(expected).unwrap();
    let Verdict::Whole { head: noted, .. } = verify(None) else { panic!() };
    let mut store = place.store();
    let context = context(START);
    store.write(context.now, &context.actor).unwrap().commit(&entry()).unwrap();
    let found = verify(Some(noted));
    assert!(matches!(found, Verdict::Whole { entries: 6, noted: Some(5), .. }), "{found:?}");
}

#[test]
fn a_key_read_from_a_list_is_the_key_that_was_kept() {
    let place = Place::with_people();
    let mut store = place.store();
    let tx = store.read().unwrap();
    let organization = tx.current_organization().unwrap();
    let (sort, direction) = (UserSort::Email, Direction::Ascending);
    let page = Page { sort, direction, after: None, limit: None };
    let mut query = tx.users(organization.id, &UserFilter::with_statuses(&[]), &page).unwrap();
    let agents: Vec<Vec<AgentKey>> =
        query.rows().unwrap().map(|line| line.unwrap().agents).collect();
    assert_eq!(agents, [vec!["voice:1".parse().unwrap()], vec![]]);
}

/// `audit list --user` and `show` find entries by a table of their own, which is held against the chain.
#[test]
fn an_entry_that_its_user_no_longer_finds_breaks_the_chain() {
    for (sql, number) in [
        ("DELETE FROM audit_subjects WHERE number = 4", 4),
        ("DELETE FROM audit_subjects", 4),
        ("INSERT INTO audit_subjects VALUES (1, 1)", 1),
        ("UPDATE audit_subjects SET user_id = 2 WHERE number = 4", 4),
        ("INSERT INTO audit_subjects VALUES (1, 6)", 6),
    ] {
        let place = Place::with_people();
        let raw = place.raw();
        raw.pragma_update(None, "foreign_keys", false).unwrap();
        raw.execute_batch(sql).unwrap();
        let found = place.store().read().unwrap().verify_audit(None).unwrap();
        assert!(
            matches!(found, Verdict::Broken { number: at, .. } if at == number),
            "{sql}: {found:?}"
        );
    }
}

#[test]
fn a_store_without_any_entry_is_not_whole() {
    let place = Place::with_people();
    let all =
        "DROP TRIGGER audit_is_never_shortened; DELETE FROM audit_subjects; DELETE FROM audit";
    place.raw().execute_batch(all).unwrap();
    let found = place.store().read().unwrap().verify_audit(None).unwrap();
    assert!(matches!(found, Verdict::Broken { number: 1, .. }), "{found:?}");
}
