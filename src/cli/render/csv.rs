//! CSV as RFC 4180 writes it, but for the line ends: a line feed alone. `cut`, `awk` and `while
//! read` would keep a carriage return as part of the last cell, and every reader takes either.

use std::borrow::Cow;
use std::io::{self, Write};

use super::shape::Field;
use super::value::Value;
use super::{Cells, RenderError, Screen};
use crate::domain::text::escape;
use crate::files::cells::guard;

/// Writes the header and a list, and says how many rows it had.
pub(super) fn list<T, E>(
    out: &mut dyn Write,
    handling: Handling,
    fields: &[&Field<T>],
    rows: impl Iterator<Item = Result<T, E>>,
) -> Result<u64, RenderError<E>> {
    let mut sheet = Sheet::begin(out, handling, fields)?;
    let mut written = 0;
    for row in rows {
        sheet.row(&row.map_err(RenderError::Rows)?)?;
        written += 1;
    }
    sheet.finish()?;
    Ok(written)
}

/// Writes the header and one thing.
pub(super) fn one<T>(
    out: &mut dyn Write,
    handling: Handling,
    fields: &[&Field<T>],
    thing: &T,
) -> io::Result<()> {
    let mut sheet = Sheet::begin(out, handling, fields)?;
    sheet.row(thing)?;
    sheet.finish()
}

/// What is done to the cells.
#[derive(Clone, Copy)]
pub(super) struct Handling {
    pub(super) cells: Cells,
    pub(super) screen: Screen,
}

struct Sheet<'a, T: 'static> {
    writer: ::csv::Writer<&'a mut dyn Write>,
    /// The row at hand: a whole one is written faster than its cells one by one.
    record: ::csv::ByteRecord,
    handling: Handling,
    fields: &'a [&'a Field<T>],
}

impl<'a, T> Sheet<'a, T> {
    fn begin(
        out: &'a mut dyn Write,
        handling: Handling,
        fields: &'a [&'a Field<T>],
    ) -> io::Result<Self> {
        let mut writer = ::csv::WriterBuilder::new()
            .terminator(::csv::Terminator::Any(b'\n'))
            .buffer_capacity(32 * 1024)
            .from_writer(out);
        writer.write_record(fields.iter().map(|field| field.key)).map_err(into_io)?;
        Ok(Self { writer, record: ::csv::ByteRecord::new(), handling, fields })
    }

    fn row(&mut self, thing: &T) -> io::Result<()> {
        self.record.clear();
        for field in self.fields {
            let value = (field.value)(thing);
            self.record.push_field(cell(&value, self.handling).as_bytes());
        }
        self.writer.write_byte_record(&self.record).map_err(into_io)
    }

    fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

fn cell<'v>(value: &'v Value<'_>, handling: Handling) -> Cow<'v, str> {
    let mut text = value.to_cell();
    let is_text = !matches!(value, Value::Number(_) | Value::Truth(_) | Value::Time(_));
    if is_text && matches!(handling.cells, Cells::Guarded) {
        text = applied(text, guard);
    }
    if matches!(handling.screen, Screen::Terminal { .. }) {
        text = applied(text, escape);
    }
    text
}

fn applied<'v>(text: Cow<'v, str>, change: fn(&str) -> Cow<'_, str>) -> Cow<'v, str> {
    match change(&text) {
        Cow::Owned(changed) => Cow::Owned(changed),
        Cow::Borrowed(_) => text,
    }
}

/// Keeps the kind of the error (the crate's own conversion loses it), so that a broken pipe stays one.
fn into_io(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
