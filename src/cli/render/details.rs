//! One thing as two columns: what it is called, what it is. Parts of a part are indented, several
//! of a kind stand one below the other. On a terminal long values wrap; nothing is ever cut.

use std::io::{self, Write};

use comfy_table::{Attribute, Cell, ColumnConstraint, ContentArrangement};
use unicode_width::UnicodeWidthStr;

use super::cell::{close_direction, drawn};
use super::shape::Field;
use super::table::{GAP, Look, borderless, set_gaps, write_line, write_lines};
use super::value::{Tone, Value};
use super::{Colour, Screen};
use crate::domain::text::escape;

/// Writes one thing.
pub(super) fn thing<T>(
    out: &mut dyn Write,
    look: Look,
    fields: &[&Field<T>],
    thing: &T,
) -> io::Result<()> {
    let mut lines = Lines { screen: look.screen, lines: Vec::new() };
    for field in fields {
        lines.add(field.title, 0, &(field.value)(thing));
    }
    if lines.lines.is_empty() {
        return Ok(());
    }
    if look.is_plain() {
        return plainly(out, &lines.lines);
    }
    draw(out, look, lines.lines)
}

/// Writes lines that neither wrap nor have a colour.
fn plainly(out: &mut dyn Write, lines: &[Line]) -> io::Result<()> {
    let titles = lines.iter().map(|line| line.title.width()).max().unwrap_or_default();
    let mut text = String::new();
    lines.iter().try_for_each(|Line { title, value, .. }| {
        text.clear();
        text.push_str(title);
        text.extend(std::iter::repeat_n(' ', titles - title.width() + usize::from(GAP)));
        text.push_str(value);
        write_line(out, &text)
    })
}

fn draw(out: &mut dyn Write, look: Look, lines: Vec<Line>) -> io::Result<()> {
    let mut table = borderless(look.colour);
    for line in lines {
        let title = Cell::new_owned(line.title);
        let title = if matches!(look.colour, Colour::On) {
            title.add_attribute(Attribute::Bold)
        } else {
            title
        };
        table.add_row(vec![title, drawn(line.value, line.tone)]);
    }
    set_gaps(&mut table);
    if let Some(titles) = table.column_mut(0) {
        titles.set_constraint(ColumnConstraint::ContentWidth);
    }
    if let Screen::Terminal { columns } = look.screen {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(columns).unwrap_or(u16::MAX));
    }
    write_lines(out, &table)
}

struct Lines {
    screen: Screen,
    lines: Vec<Line>,
}

struct Line {
    title: String,
    value: String,
    tone: Option<Tone>,
}

impl Lines {
    fn add(&mut self, title: &str, depth: usize, value: &Value<'_>) {
        let title = format!("{}{title}", "  ".repeat(depth));
        match value {
            Value::Record(parts) if !parts.is_empty() => {
                self.lines.push(Line { title, value: String::new(), tone: None });
                for (key, part) in parts {
                    self.add(&heading(key), depth + 1, part);
                }
            }
            Value::Many(values) if !values.is_empty() => {
                let mut title = title;
                for value in values {
                    self.push(std::mem::take(&mut title), value);
                }
            }
            plain => self.push(title, plain),
        }
    }

    fn push(&mut self, title: String, value: &Value<'_>) {
        let mut text = escape(&value.to_person()).into_owned();
        close_direction(&mut text, self.screen);
        self.lines.push(Line { title, value: text, tone: value.tone() });
    }
}

/// The heading of a part: `last_login` is `Last login`.
fn heading(key: &str) -> String {
    let mut letters = key.replace('_', " ");
    if let Some(first) = letters.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    letters
}
