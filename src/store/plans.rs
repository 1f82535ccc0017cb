//! How SQLite goes about the statements that every day needs: through an index, and without sorting in
//! a temporary table. Tests only; how long they take is the benches' business.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[cfg(test)]
mod lists;
#[cfg(test)]
mod search;

use rusqlite::ToSql;

use super::open::Store;
use super::organizations;
use super::phones::{self, NewPhone};
use super::transaction::ReadTx;
use super::{accounts, bulk::Arrival, bulk::NewUser, deliveries, invites, listing, modules};
use super::{reminders, roles, teams, traces, users};
use crate::domain::agent::AgentFacts;
use crate::domain::audit::{Action, Actor, AuditEntry, Identity, SystemLogin};
use crate::domain::email::EmailAddress;
use crate::domain::filter::{Direction, LinkFilter, Page, UserFilter, UserSort};
use crate::domain::id::{OrganizationId, UserId};
use crate::domain::pin::{Pin, Salt};
use crate::domain::status::Status;
use crate::domain::template::Template;

/// When everything happens.
pub(super) const AT: &str = "2026-01-01T00:00:00Z";

/// Who does it.
pub(super) fn actor() -> Actor {
    let login = SystemLogin { name: "test".to_owned(), uid: 0, sudo_user: None };
    Actor { identity: Identity::Operator, login }
}

/// A store in memory with an organization and people in it.
pub(super) fn store_with(people: &[&str]) -> (Store, OrganizationId) {
    let mut store = Store::rehearse().unwrap();
    let template = Template::find_builtin("contact-center").unwrap().read().unwrap();
    let mut tx = store.write(AT.parse().unwrap(), &actor()).unwrap();
    let organization =
        tx.add_organization(&"main".parse().unwrap(), &"Main".parse().unwrap(), &template).unwrap();
    let emails: Vec<_> = people.iter().map(|email| email.parse().unwrap()).collect();
    let new: Vec<_> = emails
        .iter()
        .map(|email| NewUser { email, name: None, role: organization.default_role, team: None })
        .collect();
    let arrival = Arrival { organization: organization.id, status: Status::Invited, batch: None };
    tx.add_users(arrival, &new).unwrap();
    tx.commit(&entry(people.len())).unwrap();
    (store, organization.id)
}

/// So many addresses, the first of which has this number.
pub(super) fn emails(numbers: std::ops::Range<usize>) -> Vec<EmailAddress> {
    numbers.map(|n| format!("u{n:06}@example.com").parse().unwrap()).collect()
}

/// An entry for the audit, where it does not matter what it says.
pub(super) fn entry(count: usize) -> AuditEntry {
    AuditEntry {
        action: Action::Invite,
        organization: None,
        subjects: Vec::new(),
        count: count as u64,
        batch: None,
        detail: Vec::new(),
    }
}

/// The steps of a statement, one a line; steps inside subqueries are indented.
pub(super) fn plan(tx: &ReadTx<'_>, sql: &str, parameters: &[&dyn ToSql]) -> String {
    let mut statement = tx.sql.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let steps = statement.query_map(parameters, |row| {
        let inner = row.get::<_, i64>("parent")? != 0;
        Ok(format!("{}{}", if inner { "  " } else { "" }, row.get::<_, String>("detail")?))
    });
    steps.unwrap().collect::<Result<Vec<_>, _>>().unwrap().join("\n")
}

fn list(tx: &ReadTx<'_>, organization: OrganizationId, filter: &UserFilter, page: Page) -> String {
    let way = tx.route(organization, filter, &page).unwrap().way;
    let (sql, parameters) = tx.list_by(&way, organization, filter, &page).unwrap();
    let parameters: Vec<&dyn ToSql> = parameters.iter().map(AsRef::as_ref).collect();
    plan(tx, &sql, &parameters)
}

fn count(tx: &ReadTx<'_>, organization: OrganizationId, filter: &UserFilter) -> String {
    let way = tx.reach(organization, filter).unwrap().way(filter, &PAGE);
    let (sql, parameters) = listing::count(organization, filter, &way);
    let parameters: Vec<&dyn ToSql> = parameters.iter().map(AsRef::as_ref).collect();
    plan(tx, &sql, &parameters)
}

const PAGE: Page =
    Page { sort: UserSort::Email, direction: Direction::Ascending, after: None, limit: Some(50) };

/// What every statement on users adds: role, team and open link by their numbers.
const REST: &str = "SEARCH r USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN
SEARCH t USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN
SEARCH i USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN";

/// Begins with one step through the unique index on addresses, and adds [`REST`]: nothing is sorted.
#[track_caller]
fn assert_by_address(plan: &str, condition: &str) {
    let index = "SEARCH u USING INDEX sqlite_autoindex_users_1";
    assert_eq!(plan, format!("{index} (organization_id=?{condition})\n{REST}"));
}

#[test]
fn a_user_is_found_by_address_through_the_index() {
    let (mut store, _) = store_with(&["ann@example.com"]);
    let tx = store.read().unwrap();
    let plan = plan(&tx, &users::by_email(), &[&1, &"ann@example.com"]);
    assert_by_address(&plan, " AND email=?");
}

#[test]
fn an_account_is_found_and_forgotten_without_reading_all_users() {
    let (mut store, _) = store_with(&["ann@example.com"]);
    let tx = store.read().unwrap();
    let account = "SEARCH accounts USING PRIMARY KEY (email=?)";
    assert_eq!(plan(&tx, accounts::BY_EMAIL, &[&"ann@example.com"]), account);
    let of_each = "SEARCH u USING INDEX sqlite_autoindex_users_1 (organization_id=? AND email=?)";
    for (sql, parameter) in
        [(accounts::FORGET, &"ann@example.com" as &dyn ToSql), (accounts::FORGET_OF, &1)]
    {
        let plan = plan(&tx, sql, &[parameter]);
        assert!(plan.starts_with(account), "{plan}");
        assert!(plan.contains(of_each) && !plan.contains("SCAN u"), "{plan}");
    }
}

#[test]
fn the_queue_is_read_in_its_order_and_nothing_in_it_is_sorted() {
    let (mut store, _) = store_with(&["ann@example.com"]);
    let tx = store.read().unwrap();
    for (sql, parameters, steps) in [
        (deliveries::next_in_queue(), [&9 as &dyn ToSql, &0], "due_at>? AND due_at<?"),
        (deliveries::next_of_moment(), [&9, &0], "due_at=? AND id>?"),
    ] {
        let index = format!("SEARCH d USING INDEX deliveries_due ({steps})");
        assert_eq!(plan(&tx, &sql, &parameters), index);
    }
    for sql in [deliveries::next_of_organization(), deliveries::overdue(), deliveries::of_user()] {
        let parameters = [&1 as &dyn ToSql, &0, &9];
        let count = (1..=3).filter(|n| sql.contains(&format!("?{n}"))).count();
        let plan = plan(&tx, &sql, &parameters[..count]);
        assert!(plan.starts_with("SEARCH d USING INDEX"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}

#[test]
fn what_an_address_is_elsewhere_is_looked_for_in_each_organization() {
    let (mut store, _) = store_with(&["ann@example.com"]);
    let tx = store.read().unwrap();
    let one = "SEARCH u USING INDEX sqlite_autoindex_users_1 (organization_id=? AND email=?)";
    let parameters = [&"ann@example.com" as &dyn ToSql, &1];
    for (sql, count) in [(accounts::HIGHEST_MINIMUM, 1), (accounts::IN_ANOTHER, 2)] {
        let plan = plan(&tx, sql, &parameters[..count]);
        assert!(plan.contains(one) && !plan.contains("SCAN u"), "{plan}");
    }
}

#[test]
fn invites_that_wait_are_looked_for_in_each_organization_by_address() {
    let (mut store, _) = store_with(&["ann@example.com"]);
    let tx = store.read().unwrap();
    let plan = plan(&tx, accounts::WAITING, &[&"ann@example.com", &0]);
    let user = "SEARCH u USING INDEX sqlite_autoindex_users_1 (organization_id=? AND email=?)";
    let invite = "SEARCH i USING INTEGER PRIMARY KEY (rowid=?)";
    assert!(plan.contains(&format!("{user}\n{invite}")), "{plan}");
    assert!(!plan.contains("TEMP B-TREE"), "{plan}");
}

#[test]
fn lists_by_address_walk_the_index_from_where_the_page_begins() {
    let (mut store, organization) = store_with(&["ann@example.com", "bob@example.com"]);
    let tx = store.read().unwrap();
    let mut pending = UserFilter::with_statuses(&[Status::Invited]);
    pending.link = Some(LinkFilter::NotSent);
    for filter in [UserFilter::with_statuses(&Status::CURRENT), pending] {
        assert_by_address(&list(&tx, organization, &filter, PAGE), "");
        let after = Page { after: Some(UserId::new(1)), ..PAGE };
        assert_by_address(&list(&tx, organization, &filter, after), " AND email>?");
        let back = Page { direction: Direction::Descending, ..after };
        assert_by_address(&list(&tx, organization, &filter, back), " AND email<?");
    }
}

#[test]
fn pages_that_go_on_across_who_has_no_address_walk_the_index_too() {
    let (mut store, organization) = store_with(&["ann@example.com", "bob@example.com"]);
    let mut tx = store.write(AT.parse().unwrap(), &actor()).unwrap();
    let pin: Pin = "048213".parse().unwrap();
    let salt = Salt::draw(&mut crate::random::SystemEntropy).unwrap();
    let (name, extension) = ("Lobby".parse().unwrap(), "1001".parse().unwrap());
    let phone = NewPhone {
        name: &name,
        extension: &extension,
        role: tx.current_organization().unwrap().default_role,
        team: None,
        pin: &pin.hash(&salt).unwrap(),
    };
    let arrival = Arrival { organization, status: Status::Active, batch: None };
    let phone = tx.add_phone(arrival, phone).unwrap();
    tx.commit(&entry(1)).unwrap();
    let tx = store.read().unwrap();
    let filter = UserFilter::with_statuses(&Status::CURRENT);
    let plan_after = |after, direction| {
        list(&tx, organization, &filter, Page { after: Some(after), direction, ..PAGE })
    };
    for (after, direction, conditions) in [
        (phone, Direction::Ascending, &["email=? AND rowid>?", "email>?"][..]),
        (phone, Direction::Descending, &["email=? AND rowid<?"]),
        (UserId::new(1), Direction::Ascending, &["email>?"]),
        (UserId::new(1), Direction::Descending, &["email<?", "email=?"]),
    ] {
        let plan = plan_after(after, direction);
        assert!(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN u"), "{plan}");
        for condition in conditions {
            let step = format!("sqlite_autoindex_users_1 (organization_id=? AND {condition})");
            assert!(plan.contains(&step), "{step}\n{plan}");
        }
    }
}

#[test]
fn a_user_is_found_by_extension_through_the_index() {
    let (mut store, _) = store_with(&[]);
    let tx = store.read().unwrap();
    let plan = plan(&tx, &phones::by_extension(), &[&1, &"1001"]);
    assert!(plan.contains("(organization_id=? AND extension=?)"), "{plan}");
    assert!(plan.starts_with("SEARCH u USING INTEGER PRIMARY KEY (rowid=?)"), "{plan}");
}

#[test]
fn lists_in_the_order_of_creation_walk_the_table() {
    let (mut store, organization) = store_with(&["ann@example.com", "bob@example.com"]);
    let tx = store.read().unwrap();
    let filter = UserFilter::with_statuses(&Status::CURRENT);
    let created = Page { sort: UserSort::Created, ..PAGE };
    assert_eq!(list(&tx, organization, &filter, created), format!("SCAN u\n{REST}"));
    let after = Page { after: Some(UserId::new(1)), ..created };
    let from = "SEARCH u USING INTEGER PRIMARY KEY (rowid>?)";
    assert_eq!(list(&tx, organization, &filter, after), format!("{from}\n{REST}"));
}

#[test]
fn agents_of_a_list_are_looked_up_for_its_users_alone() {
    let (mut store, organization) = store_with(&["ann@example.com"]);
    let mut tx = store.write(AT.parse().unwrap(), &actor()).unwrap();
    let key = "voice:1".parse().unwrap();
    let facts = AgentFacts { key, name: None, interactions: None, last_interaction_at: None };
    tx.put_agent(organization, &facts).unwrap();
    let agent = tx.find_agent(organization, &facts.key).unwrap().unwrap();
    tx.assign(&agent, UserId::new(1)).unwrap();
    tx.commit(&entry(1)).unwrap();
    let tx = store.read().unwrap();
    let plan = list(&tx, organization, &UserFilter::with_statuses(&Status::CURRENT), PAGE);
    assert!(
        plan.contains("SEARCH s USING INDEX assignments_user (user_id=? AND until_at=?)"),
        "{plan}"
    );
    // The few agents of one user are sorted; the users are not.
    assert!(!plan.contains("\nUSE TEMP B-TREE"), "{plan}");
}

#[test]
fn due_invites_cost_the_due_ones_and_not_the_store() {
    let (mut store, _) = store_with(&["ann@example.com"]);
    let tx = store.read().unwrap();
    let first = "SEARCH d USING INDEX invites_due (expires_at<?)
SEARCH u USING INTEGER PRIMARY KEY (rowid=?)";
    assert_eq!(plan(&tx, &invites::due(), &[&1, &0]), format!("{first}\n{REST}"));
}

#[test]
fn whether_anything_is_due_costs_the_due_invites_alone() {
    let (mut store, _) = store_with(&["ann@example.com"]);
    let tx = store.read().unwrap();
    let plan = plan(&tx, &organizations::with_due_invites(), &[&0]);
    assert!(plan.contains("SEARCH d USING INDEX invites_due (expires_at<?)"), "{plan}");
    assert!(plan.contains("SEARCH u USING INTEGER PRIMARY KEY (rowid=?)"), "{plan}");
    assert!(!plan.contains("SCAN u") && !plan.contains("TEMP B-TREE"), "{plan}");
}

#[test]
fn whom_to_remind_costs_the_invites_that_end_soon_and_not_the_store() {
    let (mut store, _) = store_with(&["ann@example.com"]);
    let tx = store.read().unwrap();
    let first = "SEARCH d USING INDEX invites_due (expires_at>? AND expires_at<?)
SEARCH u USING INTEGER PRIMARY KEY (rowid=?)";
    let plan_of = |sql: &str, parameters: &[&dyn ToSql]| plan(&tx, sql, parameters);
    let users = plan_of(&reminders::to_remind(), &[&0, &1, &1]);
    assert_eq!(users, format!("{first}\n{REST}"));
    let any = plan_of(&reminders::organizations_to_remind(), &[&0, &1]);
    assert!(any.contains("invites_due (expires_at>? AND expires_at<?)"), "{any}");
    assert!(!any.contains("SCAN") && !any.contains("TEMP B-TREE"), "{any}");
}

#[test]
fn leaders_are_looked_up_from_their_teams_and_not_among_all_users() {
    let (mut store, _) = store_with(&["ann@example.com"]);
    let tx = store.read().unwrap();
    let user = format!("SEARCH u USING INTEGER PRIMARY KEY (rowid=?)\n{REST}");
    let one = plan(&tx, &teams::leaders_of_one(), &[&1]);
    assert_eq!(one, format!("SEARCH l USING PRIMARY KEY (team_id=?)\n{user}"));
    let all = plan(&tx, &teams::leaders_of_all(), &[&1]);
    assert!(all.contains(&format!("SEARCH l USING PRIMARY KEY (team_id=?)\n{user}")), "{all}");
}

#[test]
fn the_newest_invite_is_found_by_its_number() {
    let (mut store, _) = store_with(&["ann@example.com"]);
    let tx = store.read().unwrap();
    let steps = "SEARCH u USING INTEGER PRIMARY KEY (rowid=?)
SEARCH i USING INTEGER PRIMARY KEY (rowid=?)";
    assert_eq!(plan(&tx, invites::NEWEST, &[&1]), steps);
}

#[test]
fn active_users_of_a_role_are_read_from_where_the_page_begins() {
    let (mut store, _) = store_with(&["ann@example.com"]);
    let tx = store.read().unwrap();
    let index = "SEARCH u USING INDEX users_active (organization_id=? AND role_id=? AND id>?)";
    let parameters: &[&dyn ToSql] = &[&1, &1, &500, &7];
    assert_eq!(plan(&tx, &users::active_by_role(), parameters), format!("{index}\n{REST}"));
}

#[test]
fn counting_looks_nothing_up_that_tells_nothing() {
    let (mut store, organization) = store_with(&["ann@example.com"]);
    let tx = store.read().unwrap();
    let current = UserFilter::with_statuses(&Status::CURRENT);
    let walk = "SEARCH u USING INDEX sqlite_autoindex_users_1 (organization_id=?)";
    assert_eq!(count(&tx, organization, &current), walk);
    let pending = UserFilter { link: Some(LinkFilter::NotSent), ..current };
    let invite = "SEARCH i USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN";
    assert_eq!(count(&tx, organization, &pending), format!("{walk}\n{invite}"));
}

#[test]
fn what_a_user_has_is_found_through_indexes() {
    let (mut store, _) = store_with(&["ann@example.com"]);
    let tx = store.read().unwrap();
    let plan = plan(&tx, &traces::all(), &[&1, &1]);
    let searches = plan.lines().filter(|step| step.starts_with("  SEARCH ")).count();
    assert_eq!((searches, plan.contains("  SCAN ")), (5, false), "{plan}");
}

#[test]
fn deleting_a_team_costs_its_members_and_not_the_store() {
    let (mut store, _) = store_with(&["ann@example.com"]);
    let tx = store.read().unwrap();
    let place = "SEARCH p USING PRIMARY KEY (team_id=?)";
    let user = "SEARCH u USING INTEGER PRIMARY KEY (rowid=?)";
    let members = plan(&tx, teams::MEMBERS, &[&1, &1]);
    assert_eq!(members, format!("{place}\n{user}\nUSE TEMP B-TREE FOR ORDER BY"));
    let leave = plan(&tx, &teams::leave(), &[&1]);
    assert!(leave.starts_with("SEARCH users USING INTEGER PRIMARY KEY (rowid=?)"), "{leave}");
    assert!(leave.contains("SEARCH places USING PRIMARY KEY (team_id=?)"), "{leave}");
    assert!(!leave.contains("SCAN"), "{leave}");
}

#[test]
fn holders_are_counted_from_the_assignments_of_today() {
    let (mut store, _) = store_with(&["ann@example.com"]);
    let tx = store.read().unwrap();
    let plan = plan(&tx, roles::HOLDERS, &[&1]);
    let steps = "SCAN s USING INDEX assignments_current
SEARCH u USING INTEGER PRIMARY KEY (rowid=?)";
    assert!(plan.ends_with(steps), "{plan}");
}

#[test]
fn users_with_a_module_are_read_from_where_the_page_begins() {
    let (mut store, _) = store_with(&["ann@example.com"]);
    let tx = store.read().unwrap();
    let parameters: &[&dyn ToSql] = &[&1, &1, &"reports", &500, &7];
    let index = "SEARCH g USING COVERING INDEX user_modules_module \
                 (organization_id=? AND module=? AND user_id>?)";
    let user = format!("SEARCH u USING INTEGER PRIMARY KEY (rowid=?)\n{REST}");
    assert_eq!(plan(&tx, &modules::active_by_module(), parameters), format!("{index}\n{user}"));
}
