//! How searches are gone about: with the index of three characters, those who may be meant are looked up by
//! number; without it, and where many are meant, the list is walked.

use std::ops::ControlFlow;

use super::{AT, PAGE, REST, actor, assert_by_address, entry, plan, store_with};
use crate::domain::filter::{Direction, Page, SearchText, TeamFilter, UserFilter, UserSort};
use crate::domain::id::{OrganizationId, TeamId, UserId};
use crate::domain::status::Status;
use crate::store::listing;
use crate::store::ways::Way;
use crate::store::{ReadTx, Store};

/// A filter that searches.
fn searching(text: &str) -> UserFilter {
    let search = Some(SearchText::new(text));
    UserFilter { search, ..UserFilter::with_statuses(&Status::CURRENT) }
}

fn index(store: &mut Store) {
    let mut tx = store.write(AT.parse().unwrap(), &actor()).unwrap();
    tx.begin_search_index().unwrap();
    let mut last = None;
    let mut fill = || match tx.index_next_users(last, 3).unwrap() {
        Some(indexed) => {
            last = Some(indexed.last);
            ControlFlow::Continue(())
        }
        None => ControlFlow::Break(()),
    };
    while fill().is_continue() {}
    tx.commit(&entry(0)).unwrap();
}

fn listed(
    tx: &ReadTx<'_>,
    organization: OrganizationId,
    filter: &UserFilter,
    page: Page,
) -> String {
    super::list(tx, organization, filter, page)
}

/// The candidates first, each by number, and nobody else.
fn by_candidates(order: &str) -> String {
    format!(
        "SEARCH u USING INTEGER PRIMARY KEY (rowid=?)\nLIST SUBQUERY 1\n  \
         SCAN json_each VIRTUAL TABLE INDEX 1:\n{REST}{order}"
    )
}

#[test]
fn a_search_looks_at_those_alone_whom_the_index_names() {
    let (mut store, organization) = store_with(&["ann@example.com", "bob@example.com"]);
    index(&mut store);
    let tx = store.read().unwrap();
    let sorted = by_candidates("\nUSE TEMP B-TREE FOR ORDER BY");
    let team = Some(TeamFilter::In(TeamId::new(1)));
    for filter in [searching("ann"), UserFilter { team, ..searching("ann") }] {
        for direction in [Direction::Ascending, Direction::Descending] {
            for after in [None, Some(UserId::new(1))] {
                for sort in [UserSort::Email, UserSort::Name] {
                    let page = Page { sort, direction, after, limit: PAGE.limit };
                    assert_eq!(listed(&tx, organization, &filter, page), sorted, "{page:?}");
                }
                let logins = Page { sort: UserSort::LastLogin, direction, after, ..PAGE };
                let plan = listed(&tx, organization, &filter, logins);
                assert!(plan.contains("SCAN json_each") && !plan.contains("SCAN u"), "{plan}");
            }
        }
        let created = Page { sort: UserSort::Created, ..PAGE };
        assert_eq!(listed(&tx, organization, &filter, created), by_candidates(""));
        let whole = Page { limit: None, ..PAGE };
        let way = tx.route(organization, &filter, &whole).unwrap().way;
        assert_eq!(way, Way::Named("[1]".to_owned()));
        let (sql, parameters) = listing::count(organization, &filter, &way);
        let parameters: Vec<_> = parameters.iter().map(AsRef::as_ref).collect();
        let counted = by_candidates("").replace(&format!("\n{REST}"), "");
        assert_eq!(plan(&tx, &sql, &parameters), counted);
    }
}

#[test]
fn a_short_text_is_looked_for_on_the_walk() {
    let (mut store, organization) = store_with(&["ann@example.com"]);
    index(&mut store);
    let tx = store.read().unwrap();
    for text in ["", "a", "an", "ß2"] {
        assert_by_address(&listed(&tx, organization, &searching(text), PAGE), "");
    }
}

#[test]
fn a_text_that_many_hold_is_looked_for_on_the_walk() {
    let emails: Vec<String> = (0..20_001).map(|n| format!("u{n:05}@example.com")).collect();
    let (mut store, organization) =
        store_with(&emails.iter().map(String::as_str).collect::<Vec<_>>());
    index(&mut store);
    let tx = store.read().unwrap();
    assert_by_address(&listed(&tx, organization, &searching("example.com"), PAGE), "");
    let some = listed(&tx, organization, &searching("u0000"), PAGE);
    assert!(some.contains("LIST SUBQUERY"), "{some}");
}

#[test]
fn without_the_index_everybody_is_walked() {
    let (mut store, organization) = store_with(&["ann@example.com"]);
    let tx = store.read().unwrap();
    assert_by_address(&listed(&tx, organization, &searching("ann"), PAGE), "");
}
