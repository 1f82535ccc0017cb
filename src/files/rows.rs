//! Rows of cells in the order of a [`Layout`], from CSV or JSON lines alike: the last step before
//! `users` and `agents` give the cells a meaning.

use std::io::Read;

use super::RECORD_LINES_MAX;
use super::cells::{trim, unguard};
use super::error::FileError;
use super::header::{Layout, Target};
use super::json_lines::JsonLines;
use super::kind::FileKind;
use super::options::ReadOptions;
use super::records::{RawRecord, Records};
use super::source::Source;
use crate::domain::import::{RejectedRow, RowFault};

/// A row's cells by field, and what is wrong with its form.
#[derive(Debug, Default)]
pub(super) struct RawRow {
    /// The physical line on which it starts.
    pub(super) line: u64,
    /// What is wrong with it as a record; mostly nothing.
    pub(super) faults: Vec<RowFault>,
    cells: Vec<String>,
    form: Form,
}

#[derive(Debug, Default)]
enum Form {
    /// Its cells are what stands in it.
    #[default]
    Readable,
    /// What stands in it cannot be known.
    Unreadable,
}

impl RawRow {
    /// The cell of a field without surrounding blanks; empty where the file has none.
    pub(super) fn cell(&self, field: usize) -> &str {
        self.cells.get(field).map_or("", String::as_str)
    }

    /// Clears the row for the record on this line.
    pub(super) fn begin(&mut self, line: u64) {
        self.line = line;
        self.faults.clear();
        self.cells.iter_mut().for_each(String::clear);
        self.form = Form::Readable;
    }

    /// Notes that nothing can be known of the row but this.
    pub(super) fn give_up(&mut self, fault: RowFault) {
        self.faults.push(fault);
        self.form = Form::Unreadable;
    }

    /// The rejected row where nothing can be known of it: its cells are empty, and nothing is missing.
    pub(super) fn unreadable(&self, columns: usize) -> Option<RejectedRow> {
        matches!(self.form, Form::Unreadable).then(|| RejectedRow {
            line: self.line,
            cells: vec![String::new(); columns],
            faults: self.faults.clone(),
        })
    }

    /// Puts a text into the cell of a field, without its surrounding blanks.
    pub(super) fn set(&mut self, field: usize, text: &str) {
        if let Some(cell) = self.cells.get_mut(field) {
            cell.clear();
            cell.push_str(trim(text));
        }
    }
}

/// The rows of a file.
pub(super) struct Rows<'a> {
    format: Format<'a>,
    row: RawRow,
}

enum Format<'a> {
    Csv(Box<Records<'a>>, Vec<Target>),
    JsonLines(JsonLines<'a>),
}

impl<'a> Rows<'a> {
    /// Reads as far as the header, or the first object of JSON lines.
    ///
    /// # Errors
    /// When the file is no table that fits the layout. `required` fields are asked of a header only.
    pub(super) fn open(
        input: Box<dyn Read + 'a>,
        options: &ReadOptions,
        layout: &'static Layout,
        required: &[usize],
    ) -> Result<Self, FileError> {
        let source = Source::open(input, options.encoding)?;
        let format = match source.opening().first() {
            Some(b'{') => Format::JsonLines(JsonLines::open(source, layout)?),
            Some(b'[') => return Err(FileError::WrongKind(FileKind::Json)),
            _ => {
                let mut records = Records::open(source, options.delimiter)?;
                let targets = find_header(&mut records, layout, required)?;
                Format::Csv(Box::new(records), targets)
            }
        };
        let cells = vec![String::new(); layout.fields.len()];
        Ok(Self { format, row: RawRow { cells, ..RawRow::default() } })
    }

    /// Bytes taken from the reader so far.
    pub(super) fn bytes_read(&self) -> u64 {
        match &self.format {
            Format::Csv(records, _) => records.bytes_read(),
            Format::JsonLines(lines) => lines.bytes_read(),
        }
    }

    /// The next row that is not blank; `None` at the end of the file.
    pub(super) fn next_row(&mut self) -> Result<Option<&RawRow>, FileError> {
        let found = match &mut self.format {
            Format::JsonLines(lines) => lines.read(&mut self.row)?,
            Format::Csv(records, targets) => loop {
                match records.next_record()? {
                    Some(record) if record.is_blank() => {}
                    Some(record) => {
                        place(&record, targets, &mut self.row);
                        break Some(());
                    }
                    None => break None,
                }
            },
        };
        Ok(found.map(|()| &self.row))
    }
}

/// Maps the first record that is not blank: sheets may start with rows of bare delimiters.
fn find_header(
    records: &mut Records<'_>,
    layout: &Layout,
    required: &[usize],
) -> Result<Vec<Target>, FileError> {
    for _ in 0..RECORD_LINES_MAX {
        match records.next_record()? {
            Some(record) if record.is_blank() => {}
            Some(header) => return layout.map(&header, required),
            None => return Err(FileError::Empty),
        }
    }
    Err(FileError::NoHeader)
}

fn place(record: &RawRecord<'_>, targets: &[Target], row: &mut RawRow) {
    row.begin(record.line);
    for (index, target) in targets.iter().enumerate() {
        match *target {
            Target::Field(field) => row.set(field, unguard(&record.cell(index))),
            Target::Ignored => {}
            Target::Unnamed => {
                let cell = record.cell(index);
                if !cell.is_empty() {
                    let reason = format!("stands in column {}, which has no name", index + 1);
                    row.faults.push(RowFault::new(record.line, "", &cell, reason));
                }
            }
        }
    }
    let surplus = (targets.len()..record.len()).find(|&index| !record.cell(index).is_empty());
    if let Some(first) = surplus {
        let reason =
            format!("has {} cells, the header has {} columns", record.len(), targets.len());
        row.faults.push(RowFault::new(record.line, "", &record.cell(first), reason));
    }
}
