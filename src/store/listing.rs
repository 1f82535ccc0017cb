//! Lists of users: filters, orders and pages become one statement, read row by row.

use std::fmt::Display;
use std::str::FromStr;

use rusqlite::types::{Type, Value};
use rusqlite::{CachedStatement, OptionalExtension, Row, ToSql};

use super::codec::{self, Coded, Place};
use super::error::StoreError;
use super::search_index::{CANDIDATES, Reading};
use super::transaction::ReadTx;
use super::users;
use crate::domain::agent::AgentKey;
use crate::domain::extension::Extension;
use crate::domain::filter::{
    Direction, LinkFilter, LoginFilter, Page, TeamFilter, UserFilter, UserSort,
};
use crate::domain::holdings::Holdings;
use crate::domain::id::{OrganizationId, UserId};
use crate::domain::user::{PortalAccess, User};

/// A user in a list, with what hangs on the user and what is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserLine {
    /// The user.
    pub user: User,
    /// The agents, by source and ID.
    pub agents: Vec<AgentKey>,
    /// The extension of who has no login.
    pub extension: Option<Extension>,
    /// The modules and sub-accounts granted by name; none where the role reaches them all anyway.
    pub holdings: Holdings,
}

/// A list of users, to be read row by row.
pub struct UserQuery<'t> {
    statement: CachedStatement<'t>,
    parameters: Vec<Box<dyn ToSql>>,
}

/// What is granted to a user by name, joined, where the role does not reach everything (1: granted).
const GRANTED_MODULES: &str = "CASE r.modules WHEN 1 THEN (SELECT group_concat(k, ';') FROM
     (SELECT m.name AS k FROM user_modules g
      JOIN modules m ON m.organization_id = g.organization_id AND m.name = g.module
      WHERE g.user_id = u.id ORDER BY m.position)) END";
const GRANTED_SUB_ACCOUNTS: &str =
    "CASE r.sub_accounts WHEN 1 THEN (SELECT group_concat(k, ';') FROM
     (SELECT s.name AS k FROM user_sub_accounts g JOIN sub_accounts s ON s.id = g.sub_account_id
      WHERE g.user_id = u.id ORDER BY s.name)) END";

/// A list as SQL, with its parameters.
pub(super) type Sql = (String, Vec<Box<dyn ToSql>>);

impl UserQuery<'_> {
    /// The users, in the order asked for.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn rows(
        &mut self,
    ) -> Result<impl Iterator<Item = Result<UserLine, StoreError>> + '_, StoreError> {
        let parameters = rusqlite::params_from_iter(self.parameters.iter());
        let rows = self.statement.query_map(parameters, line_from_row)?;
        Ok(rows.map(|row| row.map_err(StoreError::from)))
    }
}

fn line_from_row(row: &Row<'_>) -> rusqlite::Result<UserLine> {
    // Agent IDs hold no ';' and no blanks (domain::agent), so a joined list comes apart again.
    let agents = joined(row, users::NEXT_COLUMN)?;
    let extension = codec::parsed_or_null(row, users::NEXT_COLUMN + 1)?;
    let holdings = Holdings {
        modules: joined(row, users::NEXT_COLUMN + 2)?,
        sub_accounts: joined(row, users::NEXT_COLUMN + 3)?,
    };
    Ok(UserLine { user: users::from_row(row)?, agents, extension, holdings })
}

/// Names that SQL joined with ';', which none of them holds.
fn joined<T: FromStr<Err: Display>>(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<T>> {
    let joined = row
        .get_ref(column)?
        .as_str_or_null()
        .map_err(|error| codec::damaged(Type::Text, &column.name(row), &error.to_string()))?;
    let Some(joined) = joined else { return Ok(Vec::new()) };
    let names = joined.split(';').filter(|name| !name.is_empty());
    names
        .map(str::parse)
        .collect::<Result<_, _>>()
        .map_err(|error: T::Err| codec::damaged(Type::Text, &column.name(row), &error.to_string()))
}

/// A statement under construction.
#[derive(Default)]
struct Draft {
    conditions: Vec<String>,
    parameters: Vec<Box<dyn ToSql>>,
}

impl Draft {
    fn ask(&mut self, condition: impl Into<String>) {
        self.conditions.push(condition.into());
    }

    fn bind(&mut self, value: impl ToSql + 'static) {
        self.parameters.push(Box::new(value));
    }
}

impl ReadTx<'_> {
    /// A page of the users that meet a filter.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn users(
        &self,
        organization: OrganizationId,
        filter: &UserFilter,
        page: &Page,
    ) -> Result<UserQuery<'_>, StoreError> {
        let (sql, parameters) = self.list(organization, filter, page)?;
        Ok(UserQuery { statement: self.sql.prepare_cached(&sql)?, parameters })
    }

    /// The statement behind [`ReadTx::users`].
    pub(super) fn list(
        &self,
        organization: OrganizationId,
        filter: &UserFilter,
        page: &Page,
    ) -> Result<Sql, StoreError> {
        let candidates = self.find_candidates(organization, filter, Reading::of(page))?;
        let mut draft = filtered(organization, filter, candidates.as_deref());
        if page.sort == UserSort::Created
            && let Some(organization) = draft.conditions.first_mut()
            && !organization.starts_with('+')
        {
            // The sign keeps SQLite from the index on organization and address, so that it walks the
            // table in the order of the numbers instead of sorting everybody.
            organization.insert(0, '+');
        }
        let key = sort_key(page.sort);
        let phones = self.any_phone(organization)?;
        let starts = match page.after {
            Some(after) => self.starts_after(after, page, phones)?,
            None => vec![Start::default()],
        };
        let way = match page.direction {
            Direction::Ascending => "ASC",
            Direction::Descending => "DESC",
        };
        let limit = page.limit.map_or(String::new(), |limit| format!(" LIMIT {limit}"));
        // Where nobody holds an agent, looking for agents of everybody in the list is spared; and so are
        // extensions where everybody has a login.
        let agents = if self.any_agent_held(organization)? {
            "(SELECT group_concat(k, ';') FROM
                 (SELECT a.source || ':' || a.agent_id AS k FROM assignments s
                  JOIN agents a ON a.id = s.agent_id
                  WHERE s.user_id = u.id AND s.until_at IS NULL ORDER BY a.source, a.agent_id))"
        } else {
            "NULL"
        };
        let extension = match phones {
            true => {
                "CASE WHEN u.email IS NULL THEN \
                     (SELECT p.extension FROM phones p WHERE p.user_id = u.id) END"
            }
            false => "NULL",
        };
        let modules = if self.any_module_granted(organization)? { GRANTED_MODULES } else { "NULL" };
        let sub_accounts =
            if self.any_sub_account_granted(organization)? { GRANTED_SUB_ACCOUNTS } else { "NULL" };
        let (mut parts, mut parameters) = (Vec::with_capacity(starts.len()), Vec::new());
        let several = starts.len() > 1;
        for start in starts {
            let mut part = match several {
                true => filtered(organization, filter, candidates.as_deref()),
                false => std::mem::take(&mut draft),
            };
            part.conditions.extend(start.condition);
            part.parameters.extend(start.parameters);
            parts.push(format!(
                "SELECT {}, {agents} AS agents, {extension} AS extension, {modules} AS modules, \
                 {sub_accounts} AS sub_accounts FROM {} WHERE {}",
                users::COLUMNS,
                users::TABLES,
                part.conditions.join(" AND ")
            ));
            parameters.extend(part.parameters);
        }
        // Several are merged by columns that all of them give, so that each walks its index.
        let parts = parts.join(" UNION ALL ");
        let sql = format!("{parts} ORDER BY {key} {way}, u.id {way}{limit}");
        Ok((sql, parameters))
    }

    /// How many users meet a filter.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count_matching(
        &self,
        organization: OrganizationId,
        filter: &UserFilter,
    ) -> Result<u64, StoreError> {
        let candidates = self.find_candidates(organization, filter, Reading::Whole)?;
        let (sql, parameters) = count(organization, filter, candidates.as_deref());
        let parameters = rusqlite::params_from_iter(parameters.iter());
        Ok(self.sql.prepare_cached(&sql)?.query_row(parameters, |row| codec::count(row, "n"))?)
    }

    /// Paging by key: the page starts behind the place of a user, wherever that place is by now. Who has no
    /// address comes before all addresses, and compares with none: such a page may begin among the ones and
    /// go on with the others.
    fn starts_after(
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
            let rest = Start::on(format!("{key} IS NOT NULL"));
            return Ok(match page.direction {
                Direction::Ascending => vec![nameless, rest],
                Direction::Descending => vec![nameless],
            });
        }
        let start = Start {
            condition: Some(format!("({key}, u.id) {way} (?, ?)")),
            parameters: vec![Box::new(place), Box::new(after.get())],
        };
        let nameless = phones && page.sort == UserSort::Email;
        Ok(match page.direction {
            Direction::Descending if nameless => vec![start, Start::on(format!("{key} IS NULL"))],
            _ => vec![start],
        })
    }
}

/// Where a page, or a part of one, begins.
#[derive(Default)]
struct Start {
    condition: Option<String>,
    parameters: Vec<Box<dyn ToSql>>,
}

impl Start {
    fn on(condition: String) -> Self {
        Self { condition: Some(condition), parameters: Vec::new() }
    }
}

/// What is compared; the address and the number are indexed.
const fn sort_key(sort: UserSort) -> &'static str {
    match sort {
        UserSort::Email => "u.email",
        UserSort::Name => "coalesce(admit_fold(u.name), '')",
        UserSort::Created => "u.id",
        UserSort::LastLogin => "coalesce(u.last_login_at, -9223372036854775807)",
    }
}

/// Counts who meets a filter. Roles and teams tell nothing about that, and invites only whether one was
/// sent, so they are not looked up.
pub(super) fn count(
    organization: OrganizationId,
    filter: &UserFilter,
    candidates: Option<&str>,
) -> Sql {
    let draft = filtered(organization, filter, candidates);
    let links = match filter.link {
        Some(LinkFilter::NotSent) => users::OPEN_INVITE,
        None => "",
    };
    let conditions = draft.conditions.join(" AND ");
    let sql = format!("SELECT count(*) AS n FROM users u {links} WHERE {conditions}");
    (sql, draft.parameters)
}

/// What the filter asks, of those alone whom the search index names where it is asked.
fn filtered(organization: OrganizationId, filter: &UserFilter, candidates: Option<&str>) -> Draft {
    let mut draft = Draft { conditions: Vec::new(), parameters: Vec::new() };
    // With the sign, SQLite does not walk the organization where it can walk the team.
    draft.ask(match filter.team {
        Some(TeamFilter::In(_)) => "+u.organization_id = ?",
        Some(TeamFilter::WithoutTeam) | None => "u.organization_id = ?",
    });
    draft.bind(organization.get());
    let statuses: Vec<String> =
        filter.statuses.iter().map(|status| format!("u.status = {}", status.code())).collect();
    if !statuses.is_empty() {
        draft.ask(format!("({})", statuses.join(" OR ")));
    }
    if let Some(role) = filter.role {
        draft.ask("u.role_id = ?");
        draft.bind(role.get());
    }
    match filter.team {
        Some(TeamFilter::In(team)) => {
            draft.ask("u.team_id = ?");
            draft.bind(team.get());
        }
        Some(TeamFilter::WithoutTeam) => draft.ask("u.team_id IS NULL"),
        None => {}
    }
    match filter.link {
        Some(LinkFilter::NotSent) => draft.ask("u.status = 1 AND i.id IS NULL"),
        None => {}
    }
    match filter.login {
        Some(LoginFilter::Never) => draft.ask("u.last_login_at IS NULL"),
        Some(LoginFilter::NotSince(moment)) => {
            draft.ask("coalesce(u.last_login_at < ?, TRUE)");
            draft.bind(moment.timestamp());
        }
        None => {}
    }
    match filter.access {
        Some(PortalAccess::Granted) => draft.ask("u.email IS NOT NULL"),
        Some(PortalAccess::None) => draft.ask("u.email IS NULL"),
        None => {}
    }
    if let Some(batch) = filter.batch {
        draft.ask("u.batch_id = ?");
        draft.bind(batch.get());
    }
    if let Some(search) = &filter.search {
        draft.ask(
            "(admit_holds(u.name, ?) OR admit_holds(u.email, ?) OR admit_holds(u.email_typed, ?))",
        );
        for _ in 0..3 {
            draft.bind(search.folded().to_owned());
        }
    }
    if let Some(candidates) = candidates {
        // The signs keep SQLite from every index, so that it begins with those who may be meant.
        for condition in draft.conditions.iter_mut().filter(|it| it.starts_with("u.")) {
            condition.insert(0, '+');
        }
        draft.ask(CANDIDATES);
        draft.bind(candidates.to_owned());
    }
    draft
}
