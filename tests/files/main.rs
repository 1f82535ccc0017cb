//! Files that people really hand over, whole: what is read, what is refused and in which words.
//! How single cells and delimiters are recognised is tested beside the code.
#![allow(clippy::unwrap_used)]

mod agents;
mod hostile;
mod users;

use admit::domain::import::{ImportRow, RejectedRow, RowFault};
use admit::files::users::UsersReader;
use admit::files::{FileError, ReadOptions, Record};

const ANN: &str = "ann@example.com";

/// Everything a file of users holds, one line of text a record.
fn read_with(bytes: &[u8], options: &ReadOptions) -> Result<Vec<String>, FileError> {
    let mut reader = UsersReader::open(Box::new(bytes), options)?;
    let mut all = Vec::new();
    while let Some(record) = reader.next_record()? {
        all.push(match record {
            Record::Row(row) => format!("{}: {}", row.line, shown(&row)),
            Record::Rejected(row) => format!("{}! {}", row.line, faults(&row)),
        });
    }
    assert_eq!(reader.bytes_read(), bytes.len() as u64);
    Ok(all)
}

/// The cells of a row; modules and sub-accounts only where there are any.
fn shown(row: &ImportRow) -> String {
    let cells = row.cells();
    let first = if row.holdings.is_none() { 5 } else { cells.len() };
    cells[..first].join("|")
}

fn faults(row: &RejectedRow) -> String {
    let fault = |f: &RowFault| {
        assert_eq!(f.line, row.line);
        format!("{}: {}: {}", f.column, f.value, f.reason)
    };
    row.faults.iter().map(fault).collect::<Vec<_>>().join(" / ")
}

fn read(text: &str) -> Vec<String> {
    read_with(text.as_bytes(), &ReadOptions::default()).unwrap()
}

fn refusal(bytes: &[u8]) -> FileError {
    read_with(bytes, &ReadOptions::default()).unwrap_err()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}
