//! One cell of a table: escaped text, its width on a screen, its colour. It knows no other cell.
//!
//! Right-to-left text needs care on a screen that reorders lines (UAX 9): digits of the next
//! column would join it. Isolates would prevent that, but they are controls, and no control
//! reaches a terminal (trust G1). So a left-to-right mark, which is a letter without a shape and
//! cannot reorder what follows it, closes such a cell on a terminal (trust G10).

use anstyle::{AnsiColor, Effects, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::value::{Tone, Value};
use super::{Colour, Screen};
use crate::domain::text::escape;

const LEFT_TO_RIGHT_MARK: char = '\u{200e}';

/// A cell ready to be written.
pub(super) struct Cell {
    /// Escaped; on a terminal no line breaks can be in it.
    pub(super) text: String,
    /// Its tone, where it has one.
    pub(super) tone: Option<Tone>,
    /// What it holds.
    pub(super) kind: Kind,
}

/// What a cell holds, as far as laying it out needs to know.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing: it says nothing about its column.
    Empty,
    /// Text, which may be cut.
    Text,
    /// A count: to the right, never cut.
    Number,
    /// A moment or a yes or no: never cut.
    Fixed,
}

impl Cell {
    /// The cell of a value in a table's row.
    pub(super) fn new(value: &Value<'_>) -> Self {
        let kind = match value {
            Value::Nothing => Kind::Empty,
            Value::Number(_) => Kind::Number,
            Value::Time(_) | Value::Truth(_) | Value::Mark(_) => Kind::Fixed,
            _ => Kind::Text,
        };
        Self { text: escape(&value.to_person()).into_owned(), tone: value.tone(), kind }
    }

    /// Columns on a screen.
    pub(super) fn width(&self) -> usize {
        self.text.width()
    }
}

/// Cuts a text to so many columns; `…` stands for what is gone.
pub(crate) fn clip(text: &mut String, columns: usize) {
    if text.width() <= columns {
        return;
    }
    let mut end = 0;
    let mut used = 0;
    for (start, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used + 1 > columns {
            break;
        }
        end = start + c.len_utf8();
    }
    text.truncate(end);
    // A joiner at the end would join the ellipsis to the last picture.
    while text.ends_with('\u{200d}') {
        text.pop();
    }
    text.push('…');
}

/// Closes right-to-left text on a terminal, see the head of this file.
pub(super) fn close_direction(text: &mut String, screen: Screen) {
    if matches!(screen, Screen::Terminal { .. }) && text.chars().any(is_right_to_left) {
        text.push(LEFT_TO_RIGHT_MARK);
    }
}

/// The look of a tone, or none without colour.
pub(super) fn style(tone: Option<Tone>, colour: Colour) -> Style {
    match (tone, colour) {
        (_, Colour::Off) | (None, _) => Style::new(),
        (Some(Tone::Good), _) => AnsiColor::Green.on_default(),
        (Some(Tone::Warning), _) => AnsiColor::Yellow.on_default(),
        (Some(Tone::Bad), _) => AnsiColor::Red.on_default(),
        (Some(Tone::Quiet), _) => Style::new().effects(Effects::DIMMED),
    }
}

/// The same look in comfy-table's words.
pub(super) fn drawn(text: String, tone: Option<Tone>) -> comfy_table::Cell {
    let cell = comfy_table::Cell::new_owned(text);
    match tone {
        None => cell,
        Some(Tone::Good) => cell.fg(comfy_table::Color::DarkGreen),
        Some(Tone::Warning) => cell.fg(comfy_table::Color::DarkYellow),
        Some(Tone::Bad) => cell.fg(comfy_table::Color::DarkRed),
        Some(Tone::Quiet) => cell.add_attribute(comfy_table::Attribute::Dim),
    }
}

/// Blocks of right-to-left scripts (Hebrew to Arabic Extended-A, their presentation forms, the
/// historic and the newer planes).
fn is_right_to_left(c: char) -> bool {
    matches!(c,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}
