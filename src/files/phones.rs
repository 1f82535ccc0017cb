//! Files of users without a login, as `import --type login-less` takes them (rule 33): which columns they
//! have and what a row means. A fault never quotes a PIN, nor a cell that may be one.

use std::fmt::Display;
use std::io::{self, Read, Write};
use std::str::FromStr;

use super::error::FileError;
use super::header::{Field, Layout};
use super::options::ReadOptions;
use super::rows::{RawRow, Rows};
use super::{Record, rejects};
use crate::domain::import::{RejectedRow, RowFault};
use crate::domain::phone::{PhoneColumn, PhoneRow};
use crate::domain::pin::{Pin, PinError};

/// Reads users without a login from CSV or JSON lines, one record at a time.
pub struct PhonesReader<'a> {
    rows: Rows<'a>,
}

impl<'a> PhonesReader<'a> {
    /// Reads as far as the header; the first bytes tell CSV from JSON lines.
    ///
    /// # Errors
    /// When the file is no table of such users.
    pub fn open(input: Box<dyn Read + 'a>, options: &ReadOptions) -> Result<Self, FileError> {
        Ok(Self { rows: Rows::open(input, options, &LAYOUT, &[NAME, EXTENSION])? })
    }

    /// The next record; `None` at the end of the file. Blank lines are passed over.
    ///
    /// # Errors
    /// When the file cannot be read on: nothing more comes after that.
    pub fn next_record(&mut self) -> Result<Option<Record<PhoneRow>>, FileError> {
        Ok(self.rows.next_row()?.map(judge))
    }

    /// Bytes taken from the input so far, for a progress bar.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.rows.bytes_read()
    }
}

/// A file of users without a login with every column, which imports wherever they are allowed.
#[must_use]
pub const fn sample() -> &'static str {
    "name,extension,role,team,pin,note:ignored\n\
     Lobby phone,1001,,,,the PIN is drawn and shown once\n\
     Ann Lee,1002,,,,a role is typed as admit role list shows it\n\
     \"Okafor, Ben\",1003,,,,or the PIN is given: six digits or more\n\
     Chloé Martin,1004,,,,a team such as Support is there or made by --create-teams\n"
}

/// Writes rejected rows as CSV that reads back: [`PhoneColumn::ALL`] and `reason`. They hold the PINs that
/// were in the file: it is to be its owner's alone.
///
/// # Errors
/// When writing fails.
pub fn write_rejects(out: &mut dyn Write, rejected: &[RejectedRow]) -> io::Result<()> {
    rejects::write(out, &PhoneColumn::ALL.map(PhoneColumn::as_str), rejected)
}

const NAME: usize = 0;
const EXTENSION: usize = 1;
const ROLE: usize = 2;
const TEAM: usize = 3;
const PIN: usize = 4;

static LAYOUT: Layout = Layout {
    fields: &[
        Field {
            name: "name",
            names: &["name", "fullname", "displayname", "username", "phone", "phonename", "label"],
        },
        Field {
            name: "extension",
            names: &["extension", "ext", "extensionnumber", "number", "phonenumber", "nebenstelle"],
        },
        Field { name: "role", names: &["role", "roles", "userrole", "rolename", "rolle"] },
        Field { name: "team", names: &["team", "teamname", "teams", "group", "groupname"] },
        Field { name: "pin", names: &["pin", "pincode", "pinnumber", "code", "passcode"] },
    ],
    ignored: &[
        "id",
        "user",
        "status",
        "result",
        "reason",
        "organization",
        "createdat",
        "batch",
        "email",
        "portalaccess",
    ],
    example: "name,extension,role,team,pin",
};

fn judge(row: &RawRow) -> Record<PhoneRow> {
    // What does not fit the form may be a PIN in the wrong place.
    let silent = |fault: &RowFault| RowFault { value: String::new(), ..fault.clone() };
    if let Some(row) = row.unreadable(PhoneColumn::ALL.len()) {
        let faults = row.faults.iter().map(silent).collect();
        return Record::Rejected(RejectedRow { faults, ..row });
    }
    let mut faults: Vec<RowFault> = row.faults.iter().map(silent).collect();
    let name = parse(row, NAME, PhoneColumn::Name, &mut faults);
    let extension = parse(row, EXTENSION, PhoneColumn::Extension, &mut faults);
    for (field, column) in [(NAME, PhoneColumn::Name), (EXTENSION, PhoneColumn::Extension)] {
        if row.cell(field).is_empty() {
            faults.push(RowFault::new(row.line, column.as_str(), "", "is missing"));
        }
    }
    let role = parse(row, ROLE, PhoneColumn::Role, &mut faults);
    let team = parse(row, TEAM, PhoneColumn::Team, &mut faults);
    let pin = match (row.cell(PIN), &extension) {
        ("", _) => Ok(None),
        (pin, None) => pin.parse().map(Some),
        (pin, Some(extension)) => pin.parse::<Pin>().and_then(|pin| {
            pin.check_with(extension)?;
            Ok(Some(pin))
        }),
    };
    let pin = pin.unwrap_or_else(|reason: PinError| {
        faults.push(RowFault::new(row.line, PhoneColumn::Pin.as_str(), "", reason));
        None
    });
    match (name, extension) {
        (Some(name), Some(extension)) if faults.is_empty() => {
            Record::Row(PhoneRow { line: row.line, name, extension, role, team, pin })
        }
        _ => {
            let cells = [NAME, EXTENSION, ROLE, TEAM, PIN].map(|field| row.cell(field).to_owned());
            Record::Rejected(RejectedRow { line: row.line, cells: cells.to_vec(), faults })
        }
    }
}

/// The meaning of a cell; `None` for an empty one and, with a fault, for a bad one.
fn parse<T>(
    row: &RawRow,
    field: usize,
    column: PhoneColumn,
    faults: &mut Vec<RowFault>,
) -> Option<T>
where
    T: FromStr<Err: Display>,
{
    match row.cell(field) {
        "" => None,
        cell => cell.parse().map_or_else(
            |reason| {
                faults.push(RowFault::new(row.line, column.as_str(), cell, reason));
                None
            },
            Some,
        ),
    }
}
