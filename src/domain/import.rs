//! What a bulk import hands over: one person a row, and what is wrong with a row. Reading files is
//! `files`; deciding what happens to a row is `ops::imports`.

use std::fmt;
use std::str::FromStr;

use super::agent::AgentRef;
use super::email::EmailAddress;
use super::holdings::Holdings;
use super::name::PersonName;
use super::role::RoleName;
use super::team::TeamName;

/// Longest piece of a bad value that a message quotes, in characters.
pub const QUOTED_MAX: usize = 60;

/// A column of a users file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// The e-mail address; the only one that must be there.
    Email,
    /// The person's name.
    Name,
    /// The role.
    Role,
    /// The team.
    Team,
    /// Agent IDs, separated by `;`.
    Agents,
    /// Modules, separated by `;`.
    Modules,
    /// Sub-accounts, separated by `;`.
    SubAccounts,
}

impl Column {
    /// All of them, in the order in which admit writes them.
    pub const ALL: [Self; 7] = [
        Self::Email,
        Self::Name,
        Self::Role,
        Self::Team,
        Self::Agents,
        Self::Modules,
        Self::SubAccounts,
    ];

    /// The header that admit writes and the word that messages use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Name => "name",
            Self::Role => "role",
            Self::Team => "team",
            Self::Agents => "agents",
            Self::Modules => "modules",
            Self::SubAccounts => "sub_accounts",
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One person in a users file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// The physical line on which the record starts, from 1.
    pub line: u64,
    /// Who.
    pub email: EmailAddress,
    /// The person's name, where the file has one.
    pub name: Option<PersonName>,
    /// The role, where the file has one.
    pub role: Option<RoleName>,
    /// The team, where the file has one.
    pub team: Option<TeamName>,
    /// The agent IDs.
    pub agents: Vec<AgentRef>,
    /// The modules and sub-accounts, where the file has any; apart, since most files have none and
    /// rows are moved about by the million.
    pub holdings: Option<Box<Holdings>>,
}

impl ImportRow {
    /// The row as text again, in the order of [`Column::ALL`]; reads back to the same row.
    #[must_use]
    pub fn cells(&self) -> [String; 7] {
        let text = |value: Option<String>| value.unwrap_or_default();
        let holdings = self.holdings.as_deref();
        [
            self.email.as_typed().to_owned(),
            text(self.name.as_ref().map(ToString::to_string)),
            text(self.role.as_ref().map(ToString::to_string)),
            text(self.team.as_ref().map(ToString::to_string)),
            joined(&self.agents),
            holdings.map_or_else(String::new, |holdings| joined(&holdings.modules)),
            holdings.map_or_else(String::new, |holdings| joined(&holdings.sub_accounts)),
        ]
    }
}

impl ImportRow {
    /// Whether it names agents, modules or sub-accounts.
    #[must_use]
    pub const fn names_more(&self) -> bool {
        !self.agents.is_empty() || self.holdings.is_some()
    }

    /// The agents, modules and sub-accounts as one text, for [`ImportRow::set_more`].
    pub(crate) fn more(&self) -> String {
        let [.., agents, modules, sub_accounts] = self.cells();
        [agents, modules, sub_accounts].join("\n")
    }

    /// Takes agents, modules and sub-accounts back from such a text.
    pub(crate) fn set_more(&mut self, more: &str) {
        let mut cells = more.split('\n');
        self.agents = names(cells.next());
        let (modules, sub_accounts) = (names(cells.next()), names(cells.next()));
        let holdings = Holdings::new(modules, sub_accounts);
        self.holdings = (!holdings.is_empty()).then(|| Box::new(holdings));
    }
}

/// The names in a cell that [`joined`] made, each of which was one before.
fn names<T: FromStr>(cell: Option<&str>) -> Vec<T> {
    cell.unwrap_or_default().split(';').filter_map(|name| name.parse().ok()).collect()
}

fn joined<T: ToString>(names: &[T]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(";")
}

/// What is wrong with one cell of one row; printed `file:line: column: value: reason` (rule 35).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// The physical line on which the record starts, from 1.
    pub line: u64,
    /// The header of the cell; empty where the whole record is at fault.
    pub column: String,
    /// The value, cut to [`QUOTED_MAX`] characters.
    pub value: String,
    /// What is wrong, in lower case, without a period.
    pub reason: String,
}

impl RowFault {
    /// A fault in one cell.
    pub fn new(
        line: u64,
        column: impl Into<String>,
        value: &str,
        reason: impl fmt::Display,
    ) -> Self {
        Self { line, column: column.into(), value: quoted(value), reason: reason.to_string() }
    }
}

/// A row that could not be used: what it held, for the file of rejects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow {
    /// The physical line on which the record starts, from 1.
    pub line: u64,
    /// Its cells, in the order of the columns of the rejects file.
    pub cells: Vec<String>,
    /// Everything that is wrong with it.
    pub faults: Vec<RowFault>,
}

/// The beginning of a value, for a message.
#[must_use]
pub fn quoted(value: &str) -> String {
    match value.char_indices().nth(QUOTED_MAX) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}
