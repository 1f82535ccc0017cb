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

/// What was read, and why it ended before the file did, if it did.
pub(super) struct Read {
    pub(super) rows: Rows,
    pub(super) broken: Option<Failure>,
}

/// Reads the whole file.
pub(super) fn rows(app: &mut App, input: Input, options: ReadOptions) -> Read {
    let mut bar = app.ui.progress("Reading", Unit::Bytes, input.size);
    let mut rows = Rows { good: Vec::new(), bad: Vec::new() };
    let read = read(input.bytes, options, &mut rows, &mut |bytes| bar.advance_to(bytes));
    bar.finish();
    let broken = read.err().map(|error| Failure::from(error).about(&input.name));
    Read { rows, broken }
}

fn read(
    bytes: Box<dyn std::io::Read>,
    options: ReadOptions,
    rows: &mut Rows,
    progress: &mut dyn FnMut(u64),
) -> Result<(), crate::files::FileError> {
    let mut reader = UsersReader::open(bytes, &options)?;
    while let Some(record) = reader.next_record()? {
        match record {
            Record::Row(row) => rows.good.push(row),
            Record::Rejected(row) => rows.bad.push(row),
        }
        if rows.good.len().is_multiple_of(STEP) {
            progress(reader.bytes_read());
        }
    }
    Ok(())
}
