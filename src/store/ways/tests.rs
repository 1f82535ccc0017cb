//! Every way to a list gives the same users in the same order, and the counters count what is there.

#![allow(clippy::unwrap_used)]
use std::sync::LazyLock;

use proptest::prelude::*;
use rusqlite::params_from_iter;

use super::*;
use crate::domain::email::EmailAddress;
use crate::domain::filter::{Direction, LoginFilter, SearchText};
use crate::domain::id::{RoleId, UserId};
use crate::domain::pin::{Pin, PinHash, Salt};
use crate::domain::user::{PortalAccess, UserState};
use crate::store::Store;
use crate::store::bulk::{Arrival, NewUser};
use crate::store::phones::NewPhone;
use crate::store::plans::{AT, actor, entry, store_with};

/// A PIN, hashed once for all.
static PIN: LazyLock<PinHash> = LazyLock::new(|| {
    let pin: Pin = "048213".parse().unwrap();
    pin.hash(&Salt::draw(&mut crate::random::SystemEntropy).unwrap()).unwrap()
});

/// A user to be: role, team, status and last login, each one of a few.
type Someone = (i64, usize, u8, Option<i64>);

fn filled(people: &[Someone]) -> (Store, OrganizationId) {
    let (mut store, organization) = store_with(&[]);
    let mut tx = store.write(AT.parse().unwrap(), &actor()).unwrap();
    let teams =
        ["A", "B"].map(|name| tx.add_team(organization, &name.parse().unwrap()).unwrap().id);
    for (n, (role, team, status, login)) in people.iter().enumerate() {
        // Neither in the order of the numbers nor against it.
        let email: EmailAddress = format!("U{:03}x{n}@example.com", n * 37 % 101).parse().unwrap();
        let name = format!("Name {}", n * 53 % 7).parse().unwrap();
        let (role, team) = (RoleId::new(*role), teams.get(*team).copied());
        let arrival = Arrival { organization, status: Status::Invited, batch: None };
        let user = if n % 5 == 4 {
            let extension = format!("{}", 1000 + n).parse().unwrap();
            let phone = NewPhone { name: &name, extension: &extension, role, team, pin: &PIN };
            tx.add_phone(Arrival { status: Status::Active, ..arrival }, phone).unwrap()
        } else {
            tx.add_users(arrival, &[NewUser { email: &email, name: Some(&name), role, team }])
                .unwrap()
        };
        let state = match status {
            0 => None,
            1 => Some(UserState::Active),
            2 => Some(UserState::Deactivated),
            _ => Some(UserState::Expired),
        };
        if let Some(state) = state {
            let user = tx.find_user_by_number(user).unwrap().unwrap();
            if user.state != state {
                tx.set_state(&user, state).unwrap();
            }
        }
        let set = "UPDATE users SET last_login_at = ?2 WHERE id = ?1";
        tx.sql.execute(set, (user.get(), login)).unwrap();
    }
    tx.commit(&entry(people.len())).unwrap();
    (store, organization)
}

fn numbers(
    tx: &ReadTx<'_>,
    way: &Way,
    organization: OrganizationId,
    filter: &UserFilter,
    page: &Page,
) -> Vec<i64> {
    let (sql, parameters) = tx.list_by(way, organization, filter, page).unwrap();
    let mut statement = tx.sql.prepare(&sql).unwrap();
    let rows = statement.query_map(params_from_iter(parameters.iter()), |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn any_filter() -> impl Strategy<Value = UserFilter> {
    let statuses = proptest::sample::select(vec![
        Status::CURRENT.to_vec(),
        Status::INACTIVE.to_vec(),
        vec![Status::Active],
        Vec::new(),
    ]);
    let role = proptest::option::of((1_i64..4).prop_map(RoleId::new));
    let team = proptest::option::of(prop_oneof![
        (1_i64..3).prop_map(|team| TeamFilter::In(TeamId::new(team))),
        Just(TeamFilter::WithoutTeam),
    ]);
    let access = proptest::option::of(proptest::sample::select(vec![
        PortalAccess::Granted,
        PortalAccess::None,
    ]));
    let others = proptest::sample::select(vec![0_u8, 0, 0, 1, 2, 3]);
    (statuses, role, team, access, others).prop_map(|(statuses, role, team, access, others)| {
        UserFilter {
            role,
            team,
            access,
            login: (others == 1).then_some(LoginFilter::Never),
            link: (others == 2).then_some(LinkFilter::NotSent),
            search: (others == 3).then(|| SearchText::new("x1")),
            ..UserFilter::with_statuses(&statuses)
        }
    })
}

fn any_page() -> impl Strategy<Value = Page> {
    let sort = proptest::sample::select(vec![
        UserSort::Email,
        UserSort::Name,
        UserSort::Created,
        UserSort::LastLogin,
    ]);
    let direction = proptest::sample::select(vec![Direction::Ascending, Direction::Descending]);
    let after = proptest::option::of(1_i64..30);
    let limit = proptest::option::of(1_u32..9);
    (sort, direction, after, limit).prop_map(|(sort, direction, after, limit)| Page {
        sort,
        direction,
        after: after.map(UserId::new),
        limit,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn every_way_leads_to_the_same_users(
        people in proptest::collection::vec(
            (1_i64..4, 0_usize..3, 0_u8..4, proptest::option::of(0_i64..4)), 30..31),
        asked in proptest::collection::vec((any_filter(), any_page()), 12),
    ) {
        let (mut store, organization) = filled(&people);
        let tx = store.read().unwrap();
        for (filter, page) in asked {
            let walked = numbers(&tx, &Way::Walk, organization, &filter, &page);
            let placed = numbers(&tx, &Way::Places, organization, &filter, &page);
            prop_assert_eq!(&walked, &placed, "{:?} {:?}", filter, page);
            let everybody: Vec<String> = (1..=30).map(|n: i64| n.to_string()).collect();
            let named = Way::Named(format!("[{}]", everybody.join(",")));
            let named = numbers(&tx, &named, organization, &filter, &page);
            prop_assert_eq!(&walked, &named, "{:?} {:?}", filter, page);
            let whole = Page { after: None, limit: None, ..page };
            let there = numbers(&tx, &Way::Walk, organization, &filter, &whole).len() as u64;
            prop_assert_eq!(tx.count_matching(organization, &filter).unwrap(), there);
        }
    }
}
