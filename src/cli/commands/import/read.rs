//! Reading the file: every good row, every bad one, and a bar on a terminal.

use std::path::Path;

use crate::cli::app::App;
use crate::cli::exit::Failure;
use crate::cli::input::Input;
use crate::cli::progress::Unit;
use crate::domain::import::RejectedRow;
use crate::files::users::UsersReader;
use crate::files::{FileError, ReadOptions, Record};
use crate::ops;
use crate::ops::imports::RowSorter;

/// How many rows are read between two steps of the bar.
const STEP: u64 = 4096;

/// What is in a file.
pub(super) struct Rows {
    pub(super) good: RowSorter,
    pub(super) bad: Vec<RejectedRow>,
}

/// What was read, and why it ended before the file did, if it did.
pub(super) struct Read {
    pub(super) rows: Rows,
    pub(super) broken: Option<Failure>,
}

/// Reads the whole file. Rows that do not fit in memory are kept in this directory meanwhile.
pub(super) fn rows(app: &mut App, input: Input, options: ReadOptions, directory: &Path) -> Read {
    let mut bar = app.ui.progress("Reading", Unit::Bytes, input.size);
    let mut rows = Rows { good: RowSorter::new(directory), bad: Vec::new() };
    let read = read(input, options, &mut rows, &mut |bytes| bar.advance_to(bytes));
    bar.finish();
    Read { rows, broken: read.err() }
}

fn read(
    input: Input,
    options: ReadOptions,
    rows: &mut Rows,
    progress: &mut dyn FnMut(u64),
) -> Result<(), Failure> {
    let about = |error: FileError| Failure::from(error).about(&input.name);
    let mut reader = UsersReader::open(input.bytes, &options).map_err(about)?;
    while let Some(record) = reader.next_record().map_err(about)? {
        match record {
            Record::Row(row) => rows.good.push(&row).map_err(ops::Error::from)?,
            Record::Rejected(row) => rows.bad.push(row),
        }
        if rows.good.taken().is_multiple_of(STEP) {
            progress(reader.bytes_read());
        }
    }
    Ok(())
}
