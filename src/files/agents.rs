//! Files of agents, as `agent import` takes them (rule 25): which columns they have and what a row means.
//! Whether a key comes twice, or is in the store already, is `ops::agents`' to find out.

use std::fmt::Display;
use std::io::Read;

use super::error::FileError;
use super::header::{Field, Layout};
use super::options::ReadOptions;
use super::rows::{RawRow, Rows};
use super::{Record, moments};
use crate::domain::agent::{AgentFacts, AgentId, AgentKey, AgentSource};
use crate::domain::import::{RejectedRow, RowFault};
use crate::domain::name::PersonName;

/// The columns of a file of agents, in the order in which admit writes them.
pub const COLUMNS: [&str; 5] =
    ["agent_id", "name", "source", "interactions", "last_interaction_at"];

/// One agent in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentRow {
    /// The physical line on which the record starts, from 1.
    pub line: u64,
    /// What it says.
    pub facts: AgentFacts,
}

/// Reads agents from CSV or JSON lines, one record at a time.
pub struct AgentsReader<'a> {
    rows: Rows<'a>,
    default_source: Option<AgentSource>,
}

impl<'a> AgentsReader<'a> {
    /// Reads as far as the header. `default_source` fills empty source cells; without it the file needs a
    /// `source` column.
    ///
    /// # Errors
    /// When the file is no table of agents.
    pub fn open(
        input: Box<dyn Read + 'a>,
        options: &ReadOptions,
        default_source: Option<AgentSource>,
    ) -> Result<Self, FileError> {
        let required: &[usize] = if default_source.is_some() { &[ID] } else { &[ID, SOURCE] };
        Ok(Self { rows: Rows::open(input, options, &LAYOUT, required)?, default_source })
    }

    /// The next record; `None` at the end of the file. Blank lines are passed over.
    ///
    /// # Errors
    /// When the file cannot be read on: nothing more comes after that.
    pub fn next_record(&mut self) -> Result<Option<Record<AgentRow>>, FileError> {
        let row = self.rows.next_row()?;
        Ok(row.map(|row| judge(row, self.default_source.as_ref())))
    }

    /// Bytes taken from the input so far, for a progress bar.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.rows.bytes_read()
    }
}

/// A file of agents with every column; reads back without faults.
#[must_use]
pub const fn sample() -> &'static str {
    "agent_id,name,source,interactions,last_interaction_at\n\
     4711,Chloé Martin,voice,1289,2026-11-20T16:05:00Z\n\
     c.martin,Chloé Martin,chat,310,2026-11-21 09:30\n\
     4712,,voice,0,\n"
}

const ID: usize = 0;
const NAME: usize = 1;
const SOURCE: usize = 2;
const INTERACTIONS: usize = 3;
const LAST: usize = 4;

static LAYOUT: Layout = Layout {
    fields: &[
        Field { name: COLUMNS[ID], names: &["agentid", "id", "agentids"] },
        Field { name: COLUMNS[NAME], names: &["name", "agentname", "displayname", "fullname"] },
        Field { name: COLUMNS[SOURCE], names: &["source", "sourcesystem", "system", "channel"] },
        Field {
            name: COLUMNS[INTERACTIONS],
            names: &["interactions", "interactioncount", "numberofinteractions", "count"],
        },
        Field {
            name: COLUMNS[LAST],
            names: &["lastinteractionat", "lastinteraction", "lastseen", "lastseenat"],
        },
    ],
    // `agent` is SOURCE:ID in a list; its two halves have columns of their own there.
    ignored: &["agent", "reason", "organization", "batch", "user", "email", "holder", "assignedat"],
    example: "agent_id,name,source,interactions,last_interaction_at",
};

fn judge(row: &RawRow, default_source: Option<&AgentSource>) -> Record<AgentRow> {
    if let Some(row) = row.unreadable(COLUMNS.len()) {
        return Record::Rejected(row);
    }
    let mut faults = row.faults.clone();
    let id = match row.cell(ID) {
        "" => fail(row, ID, "is missing", &mut faults),
        id => id.parse::<AgentId>().map_or_else(|e| fail(row, ID, e, &mut faults), Some),
    };
    let source = match (row.cell(SOURCE), default_source) {
        ("", Some(source)) => Some(source.clone()),
        ("", None) => fail(row, SOURCE, "is missing", &mut faults),
        (source, _) => source.parse().map_or_else(|e| fail(row, SOURCE, e, &mut faults), Some),
    };
    let name = match row.cell(NAME) {
        "" => None,
        name => name.parse::<PersonName>().map_or_else(|e| fail(row, NAME, e, &mut faults), Some),
    };
    let interactions = match row.cell(INTERACTIONS) {
        "" => None,
        text => count(text).or_else(|| fail(row, INTERACTIONS, "is no whole number", &mut faults)),
    };
    let last_interaction_at = match row.cell(LAST) {
        "" => None,
        text => moments::parse(text).map_or_else(|e| fail(row, LAST, e, &mut faults), Some),
    };
    match (id, source) {
        (Some(id), Some(source)) if faults.is_empty() => {
            let key = AgentKey { source, id };
            let facts = AgentFacts { key, name, interactions, last_interaction_at };
            Record::Row(AgentRow { line: row.line, facts })
        }
        _ => {
            let cells = (0..COLUMNS.len()).map(|field| row.cell(field).to_owned()).collect();
            Record::Rejected(RejectedRow { line: row.line, cells, faults })
        }
    }
}

/// Notes that a cell is bad.
fn fail<T>(
    row: &RawRow,
    field: usize,
    reason: impl Display,
    faults: &mut Vec<RowFault>,
) -> Option<T> {
    faults.push(RowFault::new(row.line, COLUMNS[field], row.cell(field), reason));
    None
}

/// A number of interactions. The store counts in 63 bits.
fn count(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|&number: &u64| digits && i64::try_from(number).is_ok())
}
