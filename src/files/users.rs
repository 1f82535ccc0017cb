//! Files of users: which columns they have and what a row means (rule 37). Whether the person, role,
//! team or agent exists is `ops::imports`' to find out.

use std::collections::HashMap;
use std::fmt::Display;
use std::io::{self, Read, Write};
use std::str::FromStr;

use super::error::FileError;
use super::header::{Field, Layout};
use super::options::ReadOptions;
use super::rows::{RawRow, Rows};
use super::{Record, rejects};
use crate::domain::agent::AgentRef;
use crate::domain::holdings::Holdings;
use crate::domain::import::{Column, ImportRow, RejectedRow, RowFault};
use crate::domain::role::RoleName;
use crate::domain::team::TeamName;

/// Reads users from CSV or JSON lines, one record at a time.
pub struct UsersReader<'a> {
    rows: Rows<'a>,
    known: Known,
}

impl<'a> UsersReader<'a> {
    /// Reads as far as the header; the first bytes tell CSV from JSON lines.
    ///
    /// # Errors
    /// When the file is no table of users.
    pub fn open(input: Box<dyn Read + 'a>, options: &ReadOptions) -> Result<Self, FileError> {
        Ok(Self { rows: Rows::open(input, options, &LAYOUT, &[EMAIL])?, known: Known::default() })
    }

    /// The next record; `None` at the end of the file. Blank lines are passed over.
    ///
    /// # Errors
    /// When the file cannot be read on: nothing more comes after that.
    pub fn next_record(&mut self) -> Result<Option<Record<ImportRow>>, FileError> {
        Ok(self.rows.next_row()?.map(|row| judge(row, &mut self.known)))
    }

    /// Bytes taken from the input so far, for a progress bar.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.rows.bytes_read()
    }
}

/// A file of users with every column, which imports into a new store whatever its template: no team or
/// agent is there yet, and not every template has modules, so what they look like stands in a note.
#[must_use]
pub const fn sample() -> &'static str {
    "email,name,role,team,agents,modules,sub_accounts,note:ignored\n\
     ann.lee@example.com,Ann Lee,admin,,,,,a role is typed as admit role list shows it\n\
     ben@example.com,\"Okafor, Ben\",,,,,,a team such as Support is there or made by --create-teams\n\
     chloe@example.com,Chloé Martin,,,,,,agent IDs such as voice:4711;chat:c.martin and modules such as dashboard;reports\n\
     dev@example.com,,,,,,,only the address is needed\n"
}

/// Writes rejected rows as CSV that reads back: [`Column::ALL`] and `reason`.
///
/// # Errors
/// When writing fails.
pub fn write_rejects(out: &mut dyn Write, rejected: &[RejectedRow]) -> io::Result<()> {
    rejects::write(out, &Column::ALL.map(Column::as_str), rejected)
}

const EMAIL: usize = 0;
const NAME: usize = 1;
const FIRST_NAME: usize = 2;
const LAST_NAME: usize = 3;
const ROLE: usize = 4;
const TEAM: usize = 5;
const AGENTS: usize = 6;
const MODULES: usize = 7;
const SUB_ACCOUNTS: usize = 8;

static LAYOUT: Layout = Layout {
    fields: &[
        Field {
            name: "email",
            names: &[
                "email",
                "mail",
                "emailaddress",
                "emailaddresses",
                "mailaddress",
                "useremail",
                "workemail",
                "primaryemail",
                "emailadresse",
            ],
        },
        Field { name: "name", names: &["name", "fullname", "displayname", "realname"] },
        Field { name: "first name", names: &["firstname", "givenname", "forename", "vorname"] },
        Field { name: "last name", names: &["lastname", "surname", "familyname", "nachname"] },
        Field {
            name: "role",
            names: &[
                "role",
                "roles",
                "userrole",
                "rolename",
                "permissiontype",
                "usertype",
                "rolle",
            ],
        },
        Field { name: "team", names: &["team", "teamname", "teams", "group", "groupname"] },
        Field { name: "agents", names: &["agents", "agent", "agentid", "agentids"] },
        Field {
            name: "modules",
            names: &["modules", "module", "modulename", "menus", "menu", "menupermissions"],
        },
        Field {
            name: "sub_accounts",
            names: &["subaccounts", "subaccount", "subaccountname", "subaccountpermissions"],
        },
    ],
    ignored: &[
        "id",
        "status",
        "pending",
        "reason",
        "organization",
        "invitedat",
        "createdat",
        "lastloginat",
        "expiresat",
        "batch",
        "extension",
        "portalaccess",
    ],
    example: "email,name,role,team,agents",
};

/// How many words of a column are remembered.
const REMEMBERED: usize = 10_000;

type Meanings<T> = HashMap<Box<str>, T, foldhash::fast::RandomState>;

/// What words mean that came before.
#[derive(Default)]
struct Known {
    roles: Meanings<RoleName>,
    teams: Meanings<TeamName>,
}

fn judge(row: &RawRow, known: &mut Known) -> Record<ImportRow> {
    if let Some(row) = row.unreadable(Column::ALL.len()) {
        return Record::Rejected(row);
    }
    let mut faults = row.faults.clone();
    let joined;
    let name = match (row.cell(NAME), row.cell(FIRST_NAME), row.cell(LAST_NAME)) {
        ("", first, "") => first,
        ("", "", last) => last,
        ("", first, last) => {
            joined = format!("{first} {last}");
            &joined
        }
        (name, _, _) => name,
    };
    if row.cell(EMAIL).is_empty() {
        faults.push(RowFault::new(row.line, Column::Email.as_str(), "", "is missing"));
    }
    let email = parse(row.cell(EMAIL), Column::Email, row.line, &mut faults);
    let parsed_name = parse(name, Column::Name, row.line, &mut faults);
    let role = recall(&mut known.roles, row.cell(ROLE), Column::Role, row.line, &mut faults);
    let team = recall(&mut known.teams, row.cell(TEAM), Column::Team, row.line, &mut faults);
    let agents: Vec<AgentRef> = parse_all(row.cell(AGENTS), Column::Agents, row.line, &mut faults);
    let holdings = match (row.cell(MODULES), row.cell(SUB_ACCOUNTS)) {
        ("", "") => None,
        (modules, sub_accounts) => {
            let modules = parse_all(modules, Column::Modules, row.line, &mut faults);
            let column = Column::SubAccounts;
            let sub_accounts = parse_all(sub_accounts, column, row.line, &mut faults);
            let holdings = Holdings::new(modules, sub_accounts);
            (!holdings.is_empty()).then(|| Box::new(holdings))
        }
    };
    match email {
        Some(email) if faults.is_empty() => {
            let line = row.line;
            Record::Row(ImportRow { line, email, name: parsed_name, role, team, agents, holdings })
        }
        _ => {
            let known = [ROLE, TEAM, AGENTS, MODULES, SUB_ACCOUNTS].map(|field| row.cell(field));
            let cells = [row.cell(EMAIL), name].into_iter().chain(known);
            let cells = cells.map(str::to_owned).collect();
            Record::Rejected(RejectedRow { line: row.line, cells, faults })
        }
    }
}

/// The meanings of a cell that holds several, divided by `;`.
fn parse_all<T>(cell: &str, column: Column, line: u64, faults: &mut Vec<RowFault>) -> Vec<T>
where
    T: FromStr<Err: Display>,
{
    if cell.is_empty() {
        return Vec::new();
    }
    cell.split(';').filter_map(|one| parse(one.trim(), column, line, faults)).collect()
}

/// The meaning of a cell that many rows share.
fn recall<T: Clone + FromStr<Err: Display>>(
    known: &mut Meanings<T>,
    cell: &str,
    column: Column,
    line: u64,
    faults: &mut Vec<RowFault>,
) -> Option<T> {
    if let Some(meaning) = known.get(cell) {
        return Some(meaning.clone());
    }
    let meaning = parse(cell, column, line, faults)?;
    if known.len() < REMEMBERED {
        known.insert(cell.into(), T::clone(&meaning));
    }
    Some(meaning)
}

/// The meaning of a cell; `None` for an empty one and, with a fault, for a bad one.
fn parse<T>(cell: &str, column: Column, line: u64, faults: &mut Vec<RowFault>) -> Option<T>
where
    T: FromStr<Err: Display>,
{
    if cell.is_empty() {
        return None;
    }
    match cell.parse() {
        Ok(value) => Some(value),
        Err(reason) => {
            faults.push(RowFault::new(line, column.as_str(), cell, reason));
            None
        }
    }
}
