//! JSON (RFC 8259) and JSON lines. A list is written row by row; each row is one line in either.

use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::ser::Formatter;

use super::RenderError;
use super::shape::Field;
use super::value::Value;
use crate::domain::text::escape;

/// What stands around and between the rows of a list.
#[derive(Clone, Copy)]
pub(super) enum Frame {
    /// One array, its brackets on their own lines.
    Array,
    /// One object a line, nothing around them.
    Lines,
}

/// Writes a list and says how many rows it had.
pub(super) fn list<T, E>(
    out: &mut dyn Write,
    frame: Frame,
    fields: &[&Field<T>],
    rows: impl Iterator<Item = Result<T, E>>,
) -> Result<u64, RenderError<E>> {
    let mut written = 0;
    let mut line = Vec::with_capacity(512);
    for row in rows {
        let row = row.map_err(RenderError::Rows)?;
        line.clear();
        match frame {
            Frame::Array if written == 0 => line.extend_from_slice(b"[\n"),
            Frame::Array => line.extend_from_slice(b",\n"),
            Frame::Lines => {}
        }
        append(&mut line, &Fields { fields, row: &row })?;
        if matches!(frame, Frame::Lines) {
            line.push(b'\n');
        }
        out.write_all(&line)?;
        written += 1;
    }
    if matches!(frame, Frame::Array) {
        out.write_all(if written == 0 { b"[]\n" } else { b"\n]\n" })?;
    }
    Ok(written)
}

/// Writes one thing as one object on one line.
pub(super) fn object<T>(
    out: &mut dyn Write,
    fields: &[&Field<T>],
    thing: &T,
) -> Result<(), io::Error> {
    let mut line = Vec::with_capacity(512);
    append(&mut line, &Fields { fields, row: thing })?;
    line.push(b'\n');
    out.write_all(&line)
}

/// A value as compact JSON.
pub(super) fn to_text(value: &Value<'_>) -> String {
    let mut line = Vec::new();
    // Memory takes every byte, and no value of ours has a map key that is no string.
    let _ = append(&mut line, value);
    String::from_utf8(line).unwrap_or_default()
}

fn append(line: &mut Vec<u8>, what: &impl Serialize) -> Result<(), io::Error> {
    what.serialize(&mut serde_json::Serializer::with_formatter(line, Visible))?;
    Ok(())
}

struct Fields<'a, T: 'static> {
    fields: &'a [&'a Field<T>],
    row: &'a T,
}

impl<T> Serialize for Fields<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.fields.len()))?;
        for field in self.fields {
            map.serialize_entry(field.key, &(field.value)(self.row))?;
        }
        map.end()
    }
}

/// Compact JSON in which every character that could steer a terminal is a `\uXXXX`, so that JSON
/// is the same bytes in a pipe and on a screen.
struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let plain = fragment.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if plain || escape(fragment) == fragment {
            return writer.write_all(fragment.as_bytes());
        }
        let mut utf8 = [0; 4];
        let mut utf16 = [0; 2];
        for c in fragment.chars() {
            let text: &str = c.encode_utf8(&mut utf8);
            if text.is_ascii() && text != "\u{7f}" || escape(text) == text {
                writer.write_all(text.as_bytes())?;
                continue;
            }
            for unit in c.encode_utf16(&mut utf16) {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }
}
