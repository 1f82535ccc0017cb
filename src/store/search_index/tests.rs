//! That the index says the same after any changes as one that is made anew, and that a search finds the same
//! people with it and without it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::domain::email::EmailAddress;
use crate::domain::filter::{Direction, Page, SearchText, UserFilter, UserSort};
use crate::domain::id::OrganizationId;
use crate::domain::name::PersonName;
use crate::domain::pin::{Pin, Salt};
use crate::domain::status::Status;
use crate::domain::template::Template;
use crate::store::plans::{AT, actor, entry, store_with};
use crate::store::{Arrival, NewPhone, NewUser, Store};

/// Names with what folding, SQL and FTS5 may trip over.
const NAMES: [&str; 24] = [
    "Ann Lee",
    "ANN LEE",
    "Márta Kovács",
    "Ma\u{301}rta Kova\u{301}cs",
    "Anna Groß",
    "ANNA GROẞ",
    "İpek Işık",
    "ipek ısık",
    "ΟΔΥΣΣΕΥΣ",
    "Οδυσσεύς",
    "雪 山本",
    "👩\u{200d}💻 Ada",
    "O'Neil \"Quote\" D",
    "50% off_now",
    "NEAR AND OR NOT",
    "a*b^c{d}:e",
    "\u{10348}\u{10349}\u{10330}",
    "J\u{30c}an",
    "ǰan",
    "x",
    "xy",
    "Ǆordan ǅ ǆ",
    "\\ / -- ; DROP",
    "ann@example",
];

/// What is searched for; beside these, pieces of the names.
const NEEDLES: [&str; 26] = [
    "",
    "a",
    "an",
    "ann",
    "ANN ",
    "lee",
    "e\na",
    "leeann",
    "lee ann",
    "example.com",
    "@ex",
    "%",
    "%%%",
    "_",
    "50%",
    "f_n",
    "\"quote\"",
    "\"\"\"",
    "'ne",
    "near and",
    "AND",
    "a*b",
    "^c{",
    ":e",
    "groß",
    "GROẞ",
];

const WORDS: [&str; 6] =
    ["ΣΥΣ", "σεύς", "ışı", "İpe", "\u{10348}\u{10349}\u{10330}", "no such text"];

fn named(place: usize) -> PersonName {
    NAMES[place % NAMES.len()].parse().unwrap()
}

/// One change, or the end of a transaction.
#[derive(Clone, Debug)]
enum Step {
    Add { names: Vec<usize>, upper: bool },
    AddPhone { name: usize },
    Rename { user: usize, name: Option<usize> },
    Remove { user: usize },
    RemoveOrganization,
    Commit,
    RollBack,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (prop::collection::vec(0..NAMES.len(), 1..60), any::<bool>())
            .prop_map(|(names, upper)| Step::Add { names, upper }),
        1 => (0..NAMES.len()).prop_map(|name| Step::AddPhone { name }),
        4 => (any::<usize>(), prop::option::of(0..NAMES.len()))
            .prop_map(|(user, name)| Step::Rename { user, name }),
        4 => any::<usize>().prop_map(|user| Step::Remove { user }),
        1 => Just(Step::RemoveOrganization),
        4 => Just(Step::Commit),
        1 => Just(Step::RollBack),
    ];
    prop::collection::vec(step, 1..30)
}

/// Two organizations: the first stays, the second is deleted and made again.
struct Town {
    store: Store,
    organization: OrganizationId,
    made: usize,
}

impl Town {
    fn new() -> Self {
        let (store, organization) = store_with(&["ann@example.com", "BOB@Example.com"]);
        Self { store, organization, made: 0 }
    }

    /// Does some steps in one transaction.
    fn act(&mut self, steps: &[Step], end: &Step) {
        let mut tx = self.store.write(AT.parse().unwrap(), &actor()).unwrap();
        for step in steps {
            let users: Vec<i64> = {
                let mut all = tx.sql.prepare("SELECT id FROM users ORDER BY id").unwrap();
                all.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
            };
            let user = |place: &usize| {
                let id = users.get(place % users.len().max(1)).copied()?;
                tx.find_user_by_number(UserId::new(id)).unwrap()
            };
            let organization = match tx.find_organization(&"lab".parse().unwrap()).unwrap() {
                Some(lab) if self.made.is_multiple_of(2) => lab,
                _ => tx.current_organization().unwrap(),
            };
            let role = organization.default_role;
            let arrival =
                Arrival { organization: organization.id, status: Status::Invited, batch: None };
            match step {
                Step::Add { names, upper } => {
                    let emails: Vec<EmailAddress> = names
                        .iter()
                        .map(|_| {
                            self.made += 1;
                            let email = format!("user{:04}@example.com", self.made);
                            let email = if *upper { email.to_uppercase() } else { email };
                            email.parse().unwrap()
                        })
                        .collect();
                    let names: Vec<PersonName> = names.iter().copied().map(named).collect();
                    let people: Vec<_> = emails
                        .iter()
                        .zip(&names)
                        .map(|(email, name)| NewUser { email, name: Some(name), role, team: None })
                        .collect();
                    tx.add_users(arrival, &people).unwrap();
                }
                Step::AddPhone { name } => {
                    self.made += 1;
                    let pin: Pin = "048213".parse().unwrap();
                    let salt = Salt::draw(&mut crate::random::SystemEntropy).unwrap();
                    let phone = NewPhone {
                        name: &named(*name),
                        extension: &format!("{}", 1000 + self.made).parse().unwrap(),
                        role,
                        team: None,
                        pin: &pin.hash(&salt).unwrap(),
                    };
                    tx.add_phone(arrival, phone).unwrap();
                }
                Step::Rename { user: place, name } => {
                    if let Some(user) = user(place) {
                        tx.set_name(&user, name.map(named).as_ref()).unwrap();
                    }
                }
                Step::Remove { user: place } => {
                    if let Some(user) = user(place) {
                        tx.remove_user(&user).unwrap();
                    }
                }
                Step::RemoveOrganization => {
                    let slug = "lab".parse().unwrap();
                    match tx.find_organization(&slug).unwrap() {
                        Some(lab) => tx.remove_organization(lab.id).unwrap(),
                        None => {
                            let template = Template::find_builtin("contact-center").unwrap();
                            let template = template.read().unwrap();
                            let name = "Lab".parse().unwrap();
                            tx.add_organization(&slug, &name, &template).unwrap();
                        }
                    }
                }
                Step::Commit | Step::RollBack => {}
            }
        }
        match end {
            Step::RollBack => drop(tx),
            _ => drop(tx.commit(&entry(0)).unwrap()),
        }
    }

    fn build(&mut self) {
        let mut tx = self.store.write(AT.parse().unwrap(), &actor()).unwrap();
        tx.begin_search_index().unwrap();
        let mut last = None;
        while let Some(indexed) = tx.index_next_users(last, 7).unwrap() {
            last = Some(indexed.last);
        }
        tx.commit(&entry(0)).unwrap();
    }

    fn drop_index(&mut self) {
        let tx = self.store.write(AT.parse().unwrap(), &actor()).unwrap();
        tx.drop_search_index().unwrap();
        tx.commit(&entry(0)).unwrap();
    }

    /// Everything that the index says, and who is in it.
    fn contents(&mut self) -> (BTreeSet<(String, i64)>, Vec<i64>) {
        let tx = self.store.read().unwrap();
        tx.sql
            .execute_batch(
                "CREATE VIRTUAL TABLE IF NOT EXISTS temp.said
                 USING fts5vocab('main', 'search_index', 'instance')",
            )
            .unwrap();
        let mut said = tx.sql.prepare("SELECT term, doc FROM temp.said").unwrap();
        let said = said.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let said = said.map(Result::unwrap).collect();
        let mut users = tx.sql.prepare("SELECT id FROM search_index_docsize ORDER BY id").unwrap();
        let users = users.query_map([], |row| row.get(0)).unwrap();
        (said, users.map(Result::unwrap).collect())
    }

    /// Whom each text finds, on a page and in all, in each organization.
    fn found(&mut self, needles: &[String]) -> Vec<(String, Vec<i64>)> {
        let tx = self.store.read().unwrap();
        let mut found = Vec::new();
        for organization in tx.organizations().unwrap() {
            for needle in needles {
                let filter = UserFilter {
                    search: Some(SearchText::new(needle)),
                    ..UserFilter::with_statuses(&[])
                };
                for sort in [UserSort::Email, UserSort::Created] {
                    let mut after = None;
                    for limit in [None, Some(5), Some(2)] {
                        let page = Page { sort, direction: Direction::Ascending, after, limit };
                        let mut query = tx.users(organization.id, &filter, &page).unwrap();
                        let lines = query.rows().unwrap();
                        let ids: Vec<_> = lines.map(|line| line.unwrap().user.id.get()).collect();
                        // The last page begins behind whoever the second begins with.
                        after = limit.and(ids.first().copied().map(UserId::new));
                        found.push((needle.clone(), ids));
                    }
                }
                let all = tx.count_matching(organization.id, &filter).unwrap();
                found.push((needle.clone(), vec![i64::try_from(all).unwrap()]));
            }
        }
        found
    }
}

/// What is searched for in the end: the fixed texts, and every run of one to four characters of a few names.
fn needles(seed: usize) -> Vec<String> {
    let mut needles: Vec<String> =
        NEEDLES.iter().chain(&WORDS).map(|text| (*text).to_owned()).collect();
    for place in [seed, seed + 7, seed + 13] {
        let name: Vec<char> = NAMES[place % NAMES.len()].chars().collect();
        for length in 1..=4 {
            needles.extend(name.windows(length).map(|run| run.iter().collect::<String>()));
        }
    }
    needles
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn after_any_changes_the_index_is_as_if_made_anew(steps in steps(), seed in 0..NAMES.len()) {
        let mut town = Town::new();
        town.build();
        for part in steps.split_inclusive(|step| matches!(step, Step::Commit | Step::RollBack)) {
            town.act(part, part.last().unwrap());
        }
        let kept_up = town.contents();
        let needles = needles(seed);
        let found = town.found(&needles);
        town.build();
        prop_assert_eq!(&kept_up, &town.contents());
        town.drop_index();
        prop_assert_eq!(found, town.found(&needles));
    }
}

#[test]
fn many_who_come_at_once_are_put_in_before_the_end_and_once() {
    let mut town = Town::new();
    town.build();
    let emails: Vec<EmailAddress> =
        (0..100_007).map(|n| format!("u{n:06}@example.com").parse().unwrap()).collect();
    let mut tx = town.store.write(AT.parse().unwrap(), &actor()).unwrap();
    let role = tx.current_organization().unwrap().default_role;
    let arrival = Arrival { organization: town.organization, status: Status::Invited, batch: None };
    for block in emails.chunks(10_000) {
        let people: Vec<_> =
            block.iter().map(|email| NewUser { email, name: None, role, team: None }).collect();
        tx.add_users(arrival, &people).unwrap();
    }
    assert_eq!(tx.search_index_size().unwrap().users, 100_002);
    let gone = tx.find_user_by_email(town.organization, &emails[5]).unwrap().unwrap();
    tx.remove_user(&gone).unwrap();
    tx.commit(&entry(0)).unwrap();
    let tx = town.store.read().unwrap();
    assert_eq!(tx.search_index_size().unwrap().users, 100_008);
}

#[test]
fn an_index_of_other_tables_of_unicode_is_not_asked_and_goes_with_the_next_change() {
    let mut town = Town::new();
    let old = definition().replace(&column(), "folded_1_0_1_0");
    town.store.connection.execute_batch(&old).unwrap();
    assert_eq!(town.store.read().unwrap().search_index().unwrap(), SearchIndex::Outdated);
    let found = town.found(&["ann".to_owned()]);
    assert_eq!(found.first(), Some(&("ann".to_owned(), vec![1])));
    let step = Step::Rename { user: 0, name: Some(0) };
    town.act(std::slice::from_ref(&step), &Step::RollBack);
    assert_eq!(town.store.read().unwrap().search_index().unwrap(), SearchIndex::Outdated);
    town.act(&[step], &Step::Commit);
    assert_eq!(town.store.read().unwrap().search_index().unwrap(), SearchIndex::Absent);
}

#[test]
fn what_is_searched_is_each_part_once() {
    let text = |name, email, typed| searched(name, email, typed);
    assert_eq!(text(Some("ANN Lee"), Some("ann@x.org"), Some("Ann@X.org")), "ann lee\nann@x.org");
    assert_eq!(text(None, Some("ann@xn--e.org"), Some("Ann@É.org")), "ann@xn--e.org\nann@é.org");
    assert_eq!(text(Some("Lobby"), None, None), "lobby");
    assert_eq!(text(None, None, None), "");
}

#[test]
fn whoever_goes_with_an_organization_goes_from_the_index_be_they_few_or_most() {
    for many in [1, 40] {
        let mut town = Town::new();
        town.build();
        town.act(&[Step::RemoveOrganization], &Step::Commit);
        let come = Step::Add { names: vec![0; many], upper: false };
        town.act(&[come], &Step::Commit);
        assert_eq!(town.contents().1.len(), 2 + many);
        // Somebody is called otherwise and somebody comes in the same transaction.
        let rename = Step::Rename { user: 0, name: Some(2) };
        let phone = Step::AddPhone { name: 3 };
        town.act(&[rename, Step::RemoveOrganization, phone], &Step::Commit);
        let kept_up = town.contents();
        assert_eq!(kept_up.1.len(), 3);
        town.build();
        assert_eq!(town.contents(), kept_up);
    }
}
