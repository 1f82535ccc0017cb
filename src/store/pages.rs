//! Where a page of users begins: behind the place of a user, wherever that place is by now.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, ToSql};

use super::error::StoreError;
use super::transaction::ReadTx;
use crate::domain::filter::{Direction, Page, UserSort};
use crate::domain::id::UserId;

impl ReadTx<'_> {
    /// Paging by key: the page starts behind the place of a user, wherever that place is by now. Who has no
    /// address comes before all addresses, and compares with none: such a page may begin among the ones and
    /// go on with the others.
    pub(super) fn starts_after(
        &self,
        after: UserId,
        page: &Page,
        phones: bool,
    ) -> Result<Vec<Start>, StoreError> {
        let key = sort_key(page.sort);
        let sql = format!("SELECT {key} FROM users u WHERE u.id = ?1");
        let place = self
            .sql
            .prepare_cached(&sql)?
            .query_row([after.get()], |row| row.get::<_, Value>(0))
            .optional()?
            .unwrap_or(Value::Null);
        let way = match page.direction {
            Direction::Ascending => ">",
            Direction::Descending => "<",
        };
        if place == Value::Null {
            let nameless = Start {
                condition: Some(format!("{key} IS NULL AND u.id {way} ?")),
                parameters: vec![Box::new(after.get())],
            };
            let rest = Start::on(&format!("{key} IS NOT NULL"));
            return Ok(match page.direction {
                Direction::Ascending => vec![nameless, rest],
                Direction::Descending => vec![nameless],
            });
        }
        // Said twice for the index of logins, which knows nobody who never did.
        let known = match page.sort {
            UserSort::LastLogin => " AND u.last_login_at IS NOT NULL",
            UserSort::Email | UserSort::Name | UserSort::Created => "",
        };
        let start = Start {
            condition: Some(format!("({key}, u.id) {way} (?, ?){known}")),
            parameters: vec![Box::new(place), Box::new(after.get())],
        };
        let nameless = match page.sort {
            UserSort::Email => phones,
            UserSort::LastLogin => true,
            UserSort::Name | UserSort::Created => false,
        };
        Ok(match page.direction {
            Direction::Descending if nameless => {
                vec![start, Start::on(&format!("{key} IS NULL"))]
            }
            _ => vec![start],
        })
    }
}

/// Where a page, or a part of one, begins.
#[derive(Default)]
pub(super) struct Start {
    pub(super) condition: Option<String>,
    pub(super) parameters: Vec<Box<dyn ToSql>>,
}

/// The sign keeps SQLite from the index on organization and address, so that it walks the table in the order
/// of the numbers instead of sorting everybody. One parameter, as without it.
pub(super) const NUMBERED: &str = "+u.organization_id = ?";

impl Start {
    /// Whether its users come in the order of their numbers.
    pub(super) fn walks_numbers(&self, sort: UserSort) -> bool {
        let nobody = |condition: &String| condition.starts_with("u.last_login_at IS NULL");
        sort == UserSort::Created || self.condition.as_ref().is_some_and(nobody)
    }

    pub(super) fn on(condition: &str) -> Self {
        Self { condition: Some(condition.to_owned()), parameters: Vec::new() }
    }
}

/// What is compared; the address, the number and the last login are indexed.
pub(super) const fn sort_key(sort: UserSort) -> &'static str {
    match sort {
        UserSort::Email => "u.email",
        UserSort::Name => "coalesce(admit_fold(u.name), '')",
        UserSort::Created => "u.id",
        UserSort::LastLogin => "u.last_login_at",
    }
}
