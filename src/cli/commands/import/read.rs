//! Reading the file: every good row, every bad one, and a bar on a terminal.

use crate::cli::app::App;
use crate::cli::exit::Failure;
use crate::cli::input::Input;
use crate::cli::progress::Unit;
use crate::domain::import::{ImportRow, RejectedRow};
use crate::files::users::UsersReader;
use crate::files::{ReadOptions, Record};

/// How many rows are read between two steps of the bar.
const STEP: usize = 4096;

/// What is in a file.
pub(super) struct Rows {
    pub(super) good: Vec<ImportRow>,
    pub(super) bad: Vec<RejectedRow>,
}

/// Reads the whole file.
pub(super) fn rows(app: &mut App, input: Input, options: ReadOptions) -> Result<Rows, Failure> {
    let mut bar = app.ui.progress("Reading", Unit::Bytes, input.size);
    let read = read(input.bytes, options, &mut |bytes| bar.advance_to(bytes));
    bar.finish();
    read.map_err(|error| Failure::from(error).about(&input.name))
}

fn read(
    bytes: Box<dyn std::io::Read>,
    options: ReadOptions,
    progress: &mut dyn FnMut(u64),
) -> Result<Rows, crate::files::FileError> {
    let mut reader = UsersReader::open(bytes, &options)?;
    let mut rows = Rows { good: Vec::new(), bad: Vec::new() };
    while let Some(record) = reader.next_record()? {
        match record {
            Record::Row(row) => rows.good.push(row),
            Record::Rejected(row) => rows.bad.push(row),
        }
        if rows.good.len().is_multiple_of(STEP) {
            progress(reader.bytes_read());
        }
    }
    Ok(rows)
}
