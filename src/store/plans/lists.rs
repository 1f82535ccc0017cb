//! How lists are read: every filter and order of `list`, with few who are meant and with many.

use super::{PAGE, REST, list, store_with};
use crate::domain::filter::{
    Direction, LoginFilter, Page, SearchText, TeamFilter, UserFilter, UserSort,
};
use crate::domain::id::{BatchId, OrganizationId, RoleId, TeamId, UserId};
use crate::domain::status::Status;
use crate::domain::user::PortalAccess;
use crate::store::bulk::{Arrival, NewUser};
use crate::store::open::Store;
use crate::store::transaction::ReadTx;

/// How many users the store has; 30 of them are in team 1.
const USERS: usize = 3000;

/// One among many is in a team, has another role, was deactivated.
fn large_store() -> (Store, OrganizationId) {
    let (mut store, organization) = store_with(&[]);
    let mut tx = store.write(super::AT.parse().unwrap(), &super::actor()).unwrap();
    let role = tx.current_organization().unwrap().default_role;
    let admin = admin_role(&tx, organization);
    let team = tx.add_team(organization, &"Support".parse().unwrap()).unwrap().id;
    let emails = super::emails(0..USERS);
    let new: Vec<_> = emails
        .iter()
        .enumerate()
        .map(|(n, email)| NewUser {
            email,
            name: None,
            role: if n % 100 == 1 { admin } else { role },
            team: (n % 100 == 0).then_some(team),
        })
        .collect();
    let arrival = Arrival { organization, status: Status::Invited, batch: None };
    tx.add_users(arrival, &new).unwrap();
    for n in [7, 8, 9] {
        let user = tx.find_user_by_number(UserId::new(n)).unwrap().unwrap();
        tx.set_state(&user, crate::domain::user::UserState::Deactivated).unwrap();
    }
    tx.commit(&super::entry(USERS)).unwrap();
    (store, organization)
}

fn admin_role(tx: &ReadTx<'_>, organization: OrganizationId) -> RoleId {
    let roles = tx.roles(organization).unwrap();
    roles.iter().find(|role| role.name.as_str() == "admin").unwrap().id
}

fn current() -> UserFilter {
    UserFilter::with_statuses(&Status::CURRENT)
}

/// From the counters over the places to the users.
const FROM_PLACES: &str = "SEARCH p USING PRIMARY KEY (team_id=? AND role_id=? AND status=?)
SEARCH u USING INTEGER PRIMARY KEY (rowid=?)";

#[test]
fn the_few_of_a_place_are_read_from_there() {
    let (mut store, organization) = large_store();
    let tx = store.read().unwrap();
    let admin = admin_role(&tx, organization);
    let team = Some(TeamFilter::In(TeamId::new(1)));
    for filter in [
        UserFilter { team, ..current() },
        UserFilter { role: Some(admin), ..current() },
        UserFilter::with_statuses(&Status::INACTIVE),
        UserFilter { team, search: Some(SearchText::new("u001")), ..current() },
    ] {
        let whole = Page { limit: None, ..PAGE };
        let behind = Page { after: Some(UserId::new(1)), ..PAGE };
        for page in [PAGE, whole, behind, Page { sort: UserSort::Name, ..PAGE }] {
            let plan = list(&tx, organization, &filter, page);
            let (counters, rest) = plan.split_once('\n').unwrap();
            assert!(
                counters.starts_with("SEARCH c USING PRIMARY KEY (organization_id=?"),
                "{plan}"
            );
            let steps = format!("{FROM_PLACES}\n{REST}\nUSE TEMP B-TREE FOR ORDER BY");
            assert_eq!(rest, steps, "{filter:?} {page:?}");
        }
    }
}

#[test]
fn the_many_of_a_place_are_met_on_the_way_along_the_addresses() {
    let (mut store, organization) = large_store();
    let tx = store.read().unwrap();
    let walk = format!("SEARCH u USING INDEX sqlite_autoindex_users_1 (organization_id=?)\n{REST}");
    let role = tx.current_organization().unwrap().default_role;
    for filter in [
        UserFilter { team: Some(TeamFilter::WithoutTeam), ..current() },
        UserFilter { role: Some(role), ..current() },
        UserFilter::with_statuses(&[Status::Invited]),
        UserFilter { batch: Some(BatchId::new(1)), ..current() },
        UserFilter { login: Some(LoginFilter::Never), ..current() },
        UserFilter { search: Some(SearchText::new("u001")), ..current() },
    ] {
        assert_eq!(list(&tx, organization, &filter, PAGE), walk, "{filter:?}");
    }
    let access = Some(PortalAccess::Granted);
    let granted = list(&tx, organization, &UserFilter { access, ..current() }, PAGE);
    assert!(granted.contains("sqlite_autoindex_users_1") && !granted.contains("TEMP"), "{granted}");
}

#[test]
fn last_logins_are_read_in_their_order() {
    let (mut store, organization) = large_store();
    let tx = store.read().unwrap();
    for direction in [Direction::Ascending, Direction::Descending] {
        for after in [None, Some(UserId::new(1))] {
            let page = Page { sort: UserSort::LastLogin, direction, after, ..PAGE };
            let plan = list(&tx, organization, &current(), page);
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        }
    }
}
