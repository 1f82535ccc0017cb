//! What can be wrong with a file as a whole: after one of these nothing more is read. What is wrong with
//! one row is a [`RowFault`](crate::domain::import::RowFault).

use std::io;

use super::kind::FileKind;
use super::{RECORD_BYTES_MAX, RECORD_LINES_MAX};

/// Why a file cannot be read on. The sentence names the line where one is known.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The reader failed.
    #[error("reading failed on line {line}")]
    Read {
        /// The line it had come to.
        line: u64,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// Nothing in it but blanks.
    #[error("the file is empty")]
    Empty,
    /// Not a table at all.
    #[error("the file is {0}")]
    WrongKind(FileKind),
    /// Text holds no NULs.
    #[error("line {line} holds a NUL byte")]
    Nul {
        /// Where.
        line: u64,
    },
    /// Bytes that the encoding does not know.
    #[error("line {line} is not valid {encoding}")]
    Encoding {
        /// Where.
        line: u64,
        /// The encoding it was read as.
        encoding: &'static str,
    },
    /// Blank lines and nothing else, for too long.
    #[error("no header in the first {RECORD_LINES_MAX} lines")]
    NoHeader,
    /// The first line is data: it holds an address.
    #[error("the first line is no header: it holds the address {address}")]
    AddressInHeader {
        /// The line.
        line: u64,
        /// The address.
        address: String,
        /// A header that would do.
        example: &'static str,
    },
    /// The first line names nothing that is known.
    #[error("the first line is no header: no cell of it names a column")]
    NoKnownColumn {
        /// The line.
        line: u64,
        /// A header that would do.
        example: &'static str,
    },
    /// A column that must be there is not.
    #[error("the header has no {column} column")]
    MissingColumn {
        /// The header's line.
        line: u64,
        /// The column.
        column: &'static str,
        /// A header that would do.
        example: &'static str,
    },
    /// Columns that mean nothing to admit.
    #[error("unknown {}", named(columns))]
    UnknownColumns {
        /// The header's line.
        line: u64,
        /// Their names as written.
        columns: Vec<String>,
        /// The known column that is nearest to the first of them.
        nearest: Option<&'static str>,
        /// A header with every column.
        example: &'static str,
    },
    /// Two headers for one column.
    #[error("{first:?} and {second:?} both name the {column} column")]
    DuplicateColumn {
        /// The header's line.
        line: u64,
        /// The column.
        column: &'static str,
        /// The header that came first.
        first: String,
        /// The other.
        second: String,
    },
    /// A quoted cell that never ends, or not within the limits of a record.
    #[error("the quote opened on line {line} is never closed")]
    UnclosedQuote {
        /// Where it was opened.
        line: u64,
    },
    /// A quoted cell goes on after its end.
    #[error("text after a closing quote on line {line}; the quote was opened on line {opened}")]
    TextAfterQuote {
        /// Where the text is.
        line: u64,
        /// Where the cell's first quote is.
        opened: u64,
    },
    /// A record beyond [`RECORD_BYTES_MAX`].
    #[error("the record on line {line} is longer than {} KiB", RECORD_BYTES_MAX / 1024)]
    RecordTooLarge {
        /// Where it starts.
        line: u64,
    },
}

impl FileError {
    /// The physical line, from 1, where one is known.
    #[must_use]
    pub const fn line(&self) -> Option<u64> {
        match self {
            Self::Empty | Self::WrongKind(_) | Self::NoHeader => None,
            Self::Read { line, .. }
            | Self::Nul { line }
            | Self::Encoding { line, .. }
            | Self::AddressInHeader { line, .. }
            | Self::NoKnownColumn { line, .. }
            | Self::MissingColumn { line, .. }
            | Self::UnknownColumns { line, .. }
            | Self::DuplicateColumn { line, .. }
            | Self::UnclosedQuote { line }
            | Self::TextAfterQuote { line, .. }
            | Self::RecordTooLarge { line } => Some(*line),
        }
    }

    /// What to do about it, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::WrongKind(kind) => Some(kind.hint().to_owned()),
            Self::Nul { .. } => Some("hand over text: CSV or JSON lines in UTF-8".to_owned()),
            Self::Encoding { encoding: "UTF-8", .. } => Some(
                "save it as UTF-8, or give its encoding, such as --encoding windows-1252"
                    .to_owned(),
            ),
            Self::Encoding { .. } => Some("give another --encoding".to_owned()),
            Self::AddressInHeader { example, .. } | Self::NoKnownColumn { example, .. } => {
                Some(format!("put a header first, such as {example}"))
            }
            Self::MissingColumn { example, .. } => Some(format!("a full header is {example}")),
            Self::UnknownColumns { columns, nearest, example, .. } => {
                let meant = nearest.map(|near| format!("did you mean {near}? "));
                let first = columns.first().map_or("", String::as_str);
                Some(format!(
                    "{}the columns are {example}; one named \"{first}:ignored\" is left unread",
                    meant.unwrap_or_default()
                ))
            }
            Self::DuplicateColumn { second, .. } => {
                Some(format!("rename the one to leave unread to \"{second}:ignored\""))
            }
            Self::UnclosedQuote { .. } | Self::TextAfterQuote { .. } => Some(
                "a quote inside a quoted cell is written twice: \"Ann \"\"Annie\"\" Lee\""
                    .to_owned(),
            ),
            Self::RecordTooLarge { .. } => Some("does the file have line ends?".to_owned()),
            Self::Read { .. } | Self::Empty | Self::NoHeader => None,
        }
    }
}

/// Names a few of the columns and counts the others.
fn named(columns: &[String]) -> String {
    const SHOWN: usize = 5;
    let word = if columns.len() == 1 { "column" } else { "columns" };
    let shown: Vec<String> = columns.iter().take(SHOWN).map(|c| format!("{c:?}")).collect();
    match columns.len().saturating_sub(SHOWN) {
        0 => format!("{word} {}", shown.join(", ")),
        more => format!("{word} {} and {more} more", shown.join(", ")),
    }
}
