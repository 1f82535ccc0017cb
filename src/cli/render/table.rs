//! A list as a table for people: a header, two blanks between columns, no lines. Short lists are
//! drawn by comfy-table where they have colours or an edge; all others stream, so that memory does not
//! grow with the store.
//!
//! A terminal's line is never exceeded: long texts are cut and end in `…`. In a pipe nothing is cut.

use std::io::{self, Write};

use comfy_table::{Attribute, CellAlignment, ColumnConstraint, ContentArrangement, Table, presets};
use unicode_width::UnicodeWidthStr;

use super::cell::{self, Cell, Kind};
use super::shape::Field;
use super::value::Value;
use super::{Colour, RenderError, Screen};
use crate::domain::text::escape;

/// Lists up to this many rows are drawn by comfy-table.
const DRAWN_ROWS: usize = 500;
/// Longer ones take the widths of their columns from this many rows.
const MEASURED_ROWS: usize = 1_000;
/// Blanks between two columns.
pub(super) const GAP: u16 = 2;
/// No column of text is cut below this width.
const NARROWEST: usize = 8;
/// Beyond this width comfy-table's 16-bit arithmetic is not trusted.
const WIDEST_DRAWN: usize = 10_000;

/// How a table may look.
#[derive(Clone, Copy)]
pub(super) struct Look {
    pub(super) screen: Screen,
    pub(super) colour: Colour,
}

impl Look {
    /// Whether nothing is cut and nothing coloured, so that there is nothing for comfy-table to do: it takes
    /// longer than all the rest of a short command.
    pub(super) const fn is_plain(self) -> bool {
        matches!((self.screen, self.colour), (Screen::Elsewhere, Colour::Off))
    }
}

/// Writes a list and says how many rows it had. An empty one writes nothing, not even the header.
pub(super) fn list<T, E>(
    out: &mut dyn Write,
    look: Look,
    fields: &[&Field<T>],
    mut rows: impl Iterator<Item = Result<T, E>>,
) -> Result<u64, RenderError<E>> {
    let mut first = Vec::new();
    while first.len() < MEASURED_ROWS {
        let Some(row) = rows.next() else { break };
        first.push(cells(fields, &row.map_err(RenderError::Rows)?));
    }
    if first.is_empty() {
        return Ok(0);
    }
    let titles: Vec<&str> = fields.iter().map(|field| field.title).collect();
    let columns = Columns::measure(look, &titles, &first);
    let mut written = first.len() as u64;
    if !look.is_plain() && first.len() <= DRAWN_ROWS && columns.total() <= WIDEST_DRAWN {
        columns.draw(out, &titles, first)?;
        return Ok(written);
    }
    let mut line = String::new();
    columns.stream_header(out, &titles, &mut line)?;
    for row in first {
        columns.stream(out, row, &mut line)?;
    }
    if written == MEASURED_ROWS as u64 {
        for row in rows {
            columns.stream(out, cells(fields, &row.map_err(RenderError::Rows)?), &mut line)?;
            written += 1;
        }
    }
    Ok(written)
}

/// Writes a short table whose columns are known only when it is shown.
pub(super) fn matrix(
    out: &mut dyn Write,
    look: Look,
    titles: &[String],
    rows: &[Vec<Value<'_>>],
) -> io::Result<()> {
    let titles: Vec<_> = titles.iter().map(|title| escape(title)).collect();
    let titles: Vec<&str> = titles.iter().map(AsRef::as_ref).collect();
    let rows: Vec<Vec<Cell>> = rows.iter().map(|row| row.iter().map(Cell::new).collect()).collect();
    Columns::measure(look, &titles, &rows).draw(out, &titles, rows)
}

/// An empty table without lines; what details share with lists.
pub(super) fn borderless(colour: Colour) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).force_no_tty();
    table.set_content_arrangement(ContentArrangement::Disabled);
    if matches!(colour, Colour::On) {
        table.enforce_styling().style_text_only();
    }
    table
}

/// Sets the gap behind every column but the last, once the columns are there.
pub(super) fn set_gaps(table: &mut Table) {
    let last = table.column_count().saturating_sub(1);
    for (position, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if position < last { GAP } else { 0 }));
    }
}

fn cells<T>(fields: &[&Field<T>], row: &T) -> Vec<Cell> {
    fields.iter().map(|field| Cell::new(&(field.value)(row))).collect()
}

struct Columns {
    look: Look,
    columns: Vec<Column>,
}

#[derive(Clone, Copy)]
struct Column {
    width: usize,
    kind: Kind,
}

impl Columns {
    fn measure(look: Look, titles: &[&str], rows: &[Vec<Cell>]) -> Self {
        let mut columns: Vec<Column> =
            titles.iter().map(|title| Column { width: title.width(), kind: Kind::Empty }).collect();
        for row in rows {
            for (column, cell) in columns.iter_mut().zip(row) {
                column.width = column.width.max(cell.width());
                column.kind = match (column.kind, cell.kind) {
                    (kind, Kind::Empty) | (Kind::Empty, kind) => kind,
                    (one, other) if one == other => one,
                    _ => Kind::Text,
                };
            }
        }
        let mut measured = Self { look, columns };
        if let Screen::Terminal { columns } = look.screen {
            measured.fit(columns);
        }
        measured
    }

    fn total(&self) -> usize {
        let gaps = usize::from(GAP) * self.columns.len().saturating_sub(1);
        self.columns.iter().map(|column| column.width).sum::<usize>() + gaps
    }

    /// Takes from the widest text first, so that short columns stay whole.
    fn fit(&mut self, limit: usize) {
        let mut excess = self.total().saturating_sub(limit);
        while excess > 0 {
            let widest = self
                .columns
                .iter_mut()
                .filter(|column| column.kind == Kind::Text && column.width > NARROWEST)
                .max_by_key(|column| column.width);
            let Some(column) = widest else { return };
            column.width -= 1;
            excess -= 1;
        }
    }

    /// The text as it will stand: cut on a terminal, and closed where it runs from right to left.
    fn finish(&self, column: Column, kind: Kind, text: &mut String) {
        if matches!(self.look.screen, Screen::Terminal { .. }) && kind == Kind::Text {
            cell::clip(text, column.width);
        }
        cell::close_direction(text, self.look.screen);
    }

    fn draw(&self, out: &mut dyn Write, titles: &[&str], rows: Vec<Vec<Cell>>) -> io::Result<()> {
        let header = self.columns.iter().zip(titles).map(|(column, title)| {
            let mut text = (*title).to_owned();
            self.finish(*column, Kind::Text, &mut text);
            comfy_table::Cell::new_owned(text).add_attribute(Attribute::Bold)
        });
        let mut table = borderless(self.look.colour);
        table.set_header(header.collect::<Vec<_>>());
        set_gaps(&mut table);
        for (position, column) in self.columns.iter().enumerate() {
            if let Some(drawn) = table.column_mut(position) {
                drawn.set_constraint(ColumnConstraint::ContentWidth);
                if column.kind == Kind::Number {
                    drawn.set_cell_alignment(CellAlignment::Right);
                }
            }
        }
        for row in rows {
            let row = row.into_iter().zip(&self.columns).map(|(mut cell, column)| {
                self.finish(*column, cell.kind, &mut cell.text);
                cell::drawn(cell.text, cell.tone)
            });
            table.add_row(row.collect::<Vec<_>>());
        }
        write_lines(out, &table)
    }

    fn stream_header(
        &self,
        out: &mut dyn Write,
        titles: &[&str],
        line: &mut String,
    ) -> io::Result<()> {
        let bold = match self.look.colour {
            Colour::On => anstyle::Style::new().bold(),
            Colour::Off => anstyle::Style::new(),
        };
        line.clear();
        for (position, title) in titles.iter().enumerate() {
            let mut text = (*title).to_owned();
            self.finish(self.columns[position], Kind::Text, &mut text);
            self.push(line, position, &text, bold);
        }
        write_line(out, line)
    }

    fn stream(&self, out: &mut dyn Write, row: Vec<Cell>, line: &mut String) -> io::Result<()> {
        line.clear();
        for (position, mut cell) in row.into_iter().enumerate() {
            self.finish(self.columns[position], cell.kind, &mut cell.text);
            let style = cell::style(cell.tone, self.look.colour);
            self.push(line, position, &cell.text, style);
        }
        write_line(out, line)
    }

    fn push(&self, line: &mut String, position: usize, text: &str, style: anstyle::Style) {
        let column = self.columns[position];
        let missing = column.width.saturating_sub(text.width());
        let (before, after) = if column.kind == Kind::Number { (missing, 0) } else { (0, missing) };
        line.extend(std::iter::repeat_n(' ', before));
        line.push_str(&style.render().to_string());
        line.push_str(text);
        line.push_str(&style.render_reset().to_string());
        if position + 1 < self.columns.len() {
            line.extend(std::iter::repeat_n(' ', after + usize::from(GAP)));
        }
    }
}

/// Writes a drawn table without the blanks that fill its last column.
pub(super) fn write_lines(out: &mut dyn Write, table: &Table) -> io::Result<()> {
    table.lines().try_for_each(|line| write_line(out, &line))
}

pub(super) fn write_line(out: &mut dyn Write, line: &str) -> io::Result<()> {
    out.write_all(line.trim_end().as_bytes())?;
    out.write_all(b"\n")
}
