//! Turns things into the answer on stdout, one file a format. It decides nothing about what is
//! shown (a [`Shape`] does), opens nothing and asks no terminal: where the output goes is told.
//!
//! Untrusted text: tables always escape what could steer a terminal; CSV and references do so only
//! on a terminal, because a file must hold what the store holds; JSON always writes it as `\uXXXX`,
//! which is the same value to every reader.

mod bars;
mod cell;
mod csv;
mod details;
mod json;
mod shape;
mod table;
mod value;

#[cfg(test)]
mod tests;

use std::io::{self, Write};

use crate::domain::text::escape;

pub use bars::{Bar, Chart};
pub(crate) use cell::clip;
pub use shape::{Field, Shape, Shown, UnknownField};
pub use value::{Tone, Value};

/// `--format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Columns for people
    #[default]
    Table,
    /// One JSON array, or one object
    Json,
    /// One JSON object a line
    Jsonl,
    /// Comma-separated values with a header
    Csv,
    /// One reference a line, for another command
    Ids,
}

/// Where a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// On a terminal.
    Terminal {
        /// How many characters fit on a line.
        columns: usize,
    },
    /// In a pipe or a file.
    Elsewhere,
}

/// Whether a stream may be coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Yes.
    On,
    /// No.
    Off,
}

/// What becomes of CSV cells that a spreadsheet would run as a formula (trust G3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cells {
    /// They get a `'` in front.
    #[default]
    Guarded,
    /// They stay as they are (`--raw`).
    Raw,
}

/// How the answer of one command is to be written.
#[derive(Clone, Debug)]
pub struct Output {
    /// The format asked for.
    pub format: Format,
    /// `--fields`: which, in this order. A list in table format shows [`Shown::Always`] without it.
    pub fields: Option<Vec<String>>,
    /// What becomes of formulas in CSV.
    pub cells: Cells,
    /// Where stdout ends.
    pub screen: Screen,
    /// Whether stdout may be coloured.
    pub colour: Colour,
}

/// Why an answer was not written, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum RenderError<E> {
    /// `--fields` is wrong; nothing was read or written.
    #[error(transparent)]
    Fields(#[from] UnknownField),
    /// The output took no more: a full disk, or a pipe nobody reads
    /// ([`io::ErrorKind::BrokenPipe`], to be passed over in silence).
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
    /// The rows stopped coming.
    #[error(transparent)]
    Rows(E),
}

impl Output {
    /// Checks `--fields` against a shape, for commands that change something before they show it.
    ///
    /// # Errors
    /// A field that the shape does not have.
    pub fn check<T>(&self, shape: &Shape<T>) -> Result<(), UnknownField> {
        self.fields.as_ref().map_or(Ok(()), |names| shape.named(names).map(drop))
    }

    /// Writes a list row by row, in constant memory, and returns how many rows it had. An empty
    /// list is nothing in table format (the command says so on stderr), `[]` in JSON and the
    /// header in CSV. Nothing is flushed.
    ///
    /// # Errors
    /// See [`RenderError`]. What was written before an error stays written.
    pub fn rows<T, E>(
        &self,
        out: &mut dyn Write,
        shape: &Shape<T>,
        rows: impl Iterator<Item = Result<T, E>>,
    ) -> Result<u64, RenderError<E>> {
        let fields = match self.format {
            Format::Table => self.chosen(shape, Purpose::Row)?,
            _ => self.chosen(shape, Purpose::Whole)?,
        };
        match self.format {
            Format::Table => table::list(out, self.look(), &fields, rows),
            Format::Json => json::list(out, json::Frame::Array, &fields, rows),
            Format::Jsonl => json::list(out, json::Frame::Lines, &fields, rows),
            Format::Csv => csv::list(out, self.handling(), &fields, rows),
            Format::Ids => self.references(out, shape, rows),
        }
    }

    /// Writes a single thing: two columns in table format, an object in JSON, one row in CSV.
    ///
    /// # Errors
    /// See [`RenderError`]; there are no rows that could fail.
    pub fn one<T>(
        &self,
        out: &mut dyn Write,
        shape: &Shape<T>,
        thing: &T,
    ) -> Result<(), RenderError<std::convert::Infallible>> {
        let fields = self.chosen(shape, Purpose::Whole)?;
        match self.format {
            Format::Table => details::thing(out, self.look(), &fields, thing)?,
            Format::Json | Format::Jsonl => json::object(out, &fields, thing)?,
            Format::Csv => csv::one(out, self.handling(), &fields, thing)?,
            Format::Ids => self.reference(out, shape, thing)?,
        }
        Ok(())
    }

    /// Writes a short table for people whose columns are known only when it is shown, whatever the
    /// format is. Scripts get a [`Shape`] instead.
    ///
    /// # Errors
    /// When the output takes no more.
    pub fn matrix(
        &self,
        out: &mut dyn Write,
        titles: &[String],
        rows: &[Vec<Value<'_>>],
    ) -> io::Result<()> {
        table::matrix(out, self.look(), titles, rows)
    }

    /// Writes counts as bars, for people.
    ///
    /// # Errors
    /// When the output takes no more.
    pub fn charts(&self, out: &mut dyn Write, charts: &[Chart]) -> io::Result<()> {
        bars::charts(out, self.look(), charts)
    }

    fn chosen<T>(
        &self,
        shape: &Shape<T>,
        purpose: Purpose,
    ) -> Result<Vec<&'static Field<T>>, UnknownField> {
        match &self.fields {
            Some(names) => shape.named(names),
            None => Ok(shape
                .fields
                .iter()
                .filter(|field| purpose == Purpose::Whole || field.shown == Shown::Always)
                .collect()),
        }
    }

    fn look(&self) -> table::Look {
        table::Look { screen: self.screen, colour: self.colour }
    }

    fn handling(&self) -> csv::Handling {
        csv::Handling { cells: self.cells, screen: self.screen }
    }

    fn references<T, E>(
        &self,
        out: &mut dyn Write,
        shape: &Shape<T>,
        rows: impl Iterator<Item = Result<T, E>>,
    ) -> Result<u64, RenderError<E>> {
        let mut written = 0;
        for row in rows {
            self.reference(out, shape, &row.map_err(RenderError::Rows)?)?;
            written += 1;
        }
        Ok(written)
    }

    fn reference<T>(&self, out: &mut dyn Write, shape: &Shape<T>, thing: &T) -> io::Result<()> {
        let reference = (shape.reference)(thing);
        match self.screen {
            Screen::Terminal { .. } => out.write_all(escape(&reference).as_bytes())?,
            Screen::Elsewhere => out.write_all(reference.as_bytes())?,
        }
        out.write_all(b"\n")
    }
}

/// What the fields are chosen for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// A row of a table, where room is scarce.
    Row,
    /// Everything there is to say.
    Whole,
}
