//! Lists of users: filters, orders and pages become one statement, read row by row.

use std::fmt::{self, Display};
use std::str::FromStr;

use rusqlite::types::Type;
use rusqlite::{CachedStatement, Row, ToSql};

use super::codec::{self, Place};
use super::error::StoreError;
use super::pages::{NUMBERED, Start, sort_key};
use super::search_index::CANDIDATES;
use super::transaction::ReadTx;
use super::users;
use super::ways::{self, Route, Way};
use crate::domain::agent::AgentKey;
use crate::domain::extension::Extension;
use crate::domain::filter::{
    Direction, LinkFilter, LoginFilter, Page, TeamFilter, UserFilter, UserSort,
};
use crate::domain::holdings::Holdings;
use crate::domain::id::OrganizationId;
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
    sifted: Option<u64>,
}

/// The agents that a user holds, joined.
const HELD_AGENTS: &str = "(SELECT group_concat(k, ';') FROM
     (SELECT a.source || ':' || a.agent_id AS k FROM assignments s
      JOIN agents a ON a.id = s.agent_id
      WHERE s.user_id = u.id AND s.until_at IS NULL ORDER BY a.source, a.agent_id))";
/// The extension of a user without a login.
const EXTENSION: &str = "CASE WHEN u.email IS NULL THEN
     (SELECT p.extension FROM phones p WHERE p.user_id = u.id) END";
/// What is granted to a user by name, joined, where the role does not reach everything (1: granted).
const GRANTED_MODULES: &str = "CASE r.modules WHEN 1 THEN (SELECT group_concat(k, ';') FROM
     (SELECT m.name AS k FROM user_modules g
      JOIN modules m ON m.organization_id = g.organization_id AND m.name = g.module
      WHERE g.user_id = u.id ORDER BY m.position)) END";
const GRANTED_SUB_ACCOUNTS: &str =
    "CASE r.sub_accounts WHEN 1 THEN (SELECT group_concat(k, ';') FROM
     (SELECT s.name AS k FROM user_sub_accounts g JOIN sub_accounts s ON s.id = g.sub_account_id
      WHERE g.user_id = u.id ORDER BY s.name)) END";

/// What hangs on users, as SQL; `None` where an organization has nothing of the kind, so that it is not
/// looked for with everybody. Modules and sub-accounts ask for the role as `r`.
pub(super) struct Hanging {
    pub(super) agents: Option<&'static str>,
    pub(super) extension: Option<&'static str>,
    pub(super) modules: Option<&'static str>,
    pub(super) sub_accounts: Option<&'static str>,
}

impl fmt::Display for Hanging {
    /// As columns, in this order.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [agents, extension, modules, sub_accounts] =
            [self.agents, self.extension, self.modules, self.sub_accounts]
                .map(|sql| sql.unwrap_or("NULL"));
        write!(
            f,
            "{agents} AS agents, {extension} AS extension, {modules} AS modules, \
             {sub_accounts} AS sub_accounts"
        )
    }
}

/// A list as SQL, with its parameters.
pub(super) type Sql = (String, Vec<Box<dyn ToSql>>);

impl UserQuery<'_> {
    /// How many users may be read without being shown: those whom no index has in this order, or by all that
    /// the filter asks for. `None` where every user that is read is shown.
    #[must_use]
    pub const fn sifted(&self) -> Option<u64> {
        self.sifted
    }

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
pub(super) fn joined<T: FromStr<Err: Display>>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Vec<T>> {
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
        let Route { way, sifted } = self.route(organization, filter, page)?;
        let (sql, parameters) = self.list_by(&way, organization, filter, page)?;
        Ok(UserQuery { statement: self.sql.prepare_cached(&sql)?, parameters, sifted })
    }

    /// The statement behind [`ReadTx::users`], by one way: all of them give the same users in the same order.
    pub(super) fn list_by(
        &self,
        way: &Way,
        organization: OrganizationId,
        filter: &UserFilter,
        page: &Page,
    ) -> Result<Sql, StoreError> {
        let key = sort_key(page.sort);
        let phones = self.any_phone(organization)?;
        let starts = match page.after {
            Some(after) => self.starts_after(after, page, phones)?,
            None if page.sort == UserSort::LastLogin && *way == Way::Walk => {
                vec![Start::on("u.last_login_at IS NULL"), Start::on("u.last_login_at IS NOT NULL")]
            }
            None => vec![Start::default()],
        };
        let from = way.from();
        let direction = match page.direction {
            Direction::Ascending => "ASC",
            Direction::Descending => "DESC",
        };
        let limit = page.limit.map_or(String::new(), |limit| format!(" LIMIT {limit}"));
        let hanging = self.hanging(organization)?;
        let (mut parts, mut parameters) = (Vec::with_capacity(starts.len()), Vec::new());
        for start in starts {
            let mut part = filtered(organization, filter, way);
            if *way == Way::Walk
                && start.walks_numbers(page.sort)
                && let Some(organization) = part.conditions.first_mut()
            {
                NUMBERED.clone_into(organization);
            }
            part.conditions.extend(start.condition);
            part.parameters.extend(start.parameters);
            parts.push(format!(
                "SELECT {}, {hanging} FROM {from}{} WHERE {}",
                users::COLUMNS,
                users::TABLES,
                part.conditions.join(" AND ")
            ));
            parameters.extend(part.parameters);
        }
        // Several are merged by columns that all of them give, so that each walks its index.
        let parts = parts.join(" UNION ALL ");
        let sql = format!("{parts} ORDER BY {key} {direction}, u.id {direction}{limit}");
        Ok((sql, parameters))
    }

    /// What hangs on users, as columns of a list.
    pub(super) fn hanging(&self, organization: OrganizationId) -> Result<Hanging, StoreError> {
        let of = |any: bool, sql: &'static str| any.then_some(sql);
        Ok(Hanging {
            agents: of(self.any_agent_held(organization)?, HELD_AGENTS),
            extension: of(self.any_phone(organization)?, EXTENSION),
            modules: of(self.any_module_granted(organization)?, GRANTED_MODULES),
            sub_accounts: of(self.any_sub_account_granted(organization)?, GRANTED_SUB_ACCOUNTS),
        })
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
        if let Some(users) = self.reach(organization, filter)?.count(filter) {
            return Ok(users);
        }
        let route = self.route(organization, filter, &WHOLE)?;
        let (sql, parameters) = count(organization, filter, &route.way);
        let parameters = rusqlite::params_from_iter(parameters.iter());
        Ok(self.sql.prepare_cached(&sql)?.query_row(parameters, |row| codec::count(row, "n"))?)
    }
}

/// All of a list, where the order does not matter.
const WHOLE: Page =
    Page { sort: UserSort::Email, direction: Direction::Ascending, after: None, limit: None };

/// Counts who meets a filter. Roles and teams tell nothing about that, and invites only whether one was
/// sent, so they are not looked up.
pub(super) fn count(organization: OrganizationId, filter: &UserFilter, way: &Way) -> Sql {
    let draft = filtered(organization, filter, way);
    let from = way.from();
    let links = match filter.link {
        Some(LinkFilter::NotSent) => users::OPEN_INVITE,
        None => "",
    };
    let conditions = draft.conditions.join(" AND ");
    let sql = format!("SELECT count(*) AS n FROM {from}users u {links} WHERE {conditions}");
    (sql, draft.parameters)
}

/// What the filter asks, of those alone whom the search index names where it is asked.
fn filtered(organization: OrganizationId, filter: &UserFilter, way: &Way) -> Draft {
    let mut draft = Draft { conditions: Vec::new(), parameters: Vec::new() };
    if *way == Way::Places {
        draft.conditions = ways::conditions(filter);
        draft.bind(organization.get());
    }
    draft.ask("u.organization_id = ?");
    draft.bind(organization.get());
    draft.conditions.extend(codec::one_of("u.status", &filter.statuses));
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
    if let Way::Named(numbers) = way {
        // The signs keep SQLite from every index, so that it begins with those who may be meant.
        for condition in draft.conditions.iter_mut().filter(|it| it.starts_with("u.")) {
            condition.insert(0, '+');
        }
        draft.ask(CANDIDATES);
        draft.bind(numbers.clone());
    }
    draft
}
