//! JSON lines: one object a line, as `export --format jsonl` writes them. Cuts lines and flattens an
//! object into cells; what the cells mean is `users`' and `agents`' to say.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::error::FileError;
use super::header::{Layout, Target};
use super::kind::FileKind;
use super::lines::{self, LineEnd};
use super::rows::RawRow;
use super::source::Source;
use crate::domain::import::{RowFault, quoted};

/// Most keys that are remembered: any number of them may end in `:ignored`.
const KNOWN_KEYS_MAX: usize = 64;

/// The objects of a text, one after the other.
pub(super) struct JsonLines<'a> {
    source: Source<'a>,
    layout: &'static Layout,
    line: u64,
    /// The targets of keys seen before: nearly always the same few.
    known: HashMap<String, Target>,
}

impl<'a> JsonLines<'a> {
    /// Checks that the first object stands on one line.
    ///
    /// # Errors
    /// When it does not: that is a JSON document, not JSON lines.
    pub(super) fn open(mut source: Source<'a>, layout: &'static Layout) -> Result<Self, FileError> {
        let blank = source.window().iter().take_while(|b| b.is_ascii_whitespace()).count();
        let before = &source.window()[..blank];
        let line = 1 + lines::count_breaks(before);
        source.consume(blank);
        let first = lines::peek(&mut source, line)?;
        let text = source.window().get(..first.length).unwrap_or_default().trim_ascii();
        if !(text.starts_with(b"{") && text.ends_with(b"}")) {
            return Err(FileError::WrongKind(FileKind::Json));
        }
        Ok(Self { source, layout, line, known: HashMap::new() })
    }

    /// Bytes taken from the reader so far.
    pub(super) fn bytes_read(&self) -> u64 {
        self.source.bytes_read()
    }

    /// Fills the row from the next object; `None` at the end of the file.
    pub(super) fn read(&mut self, row: &mut RawRow) -> Result<Option<()>, FileError> {
        loop {
            let line = self.line;
            let here = lines::peek(&mut self.source, line)?;
            let bytes = self.source.window().get(..here.length).unwrap_or_default();
            if bytes.contains(&0) {
                return Err(FileError::Nul { line });
            }
            let Ok(text) = std::str::from_utf8(bytes) else {
                return Err(FileError::Encoding { line, encoding: "UTF-8" });
            };
            let text = text.trim();
            let object = match text {
                "" => None,
                text => Some(serde_json::from_str::<Object>(text).map_err(|error| {
                    let reason = format!("is not a JSON object: {}", without_place(&error));
                    RowFault::new(line, "", text, reason)
                })),
            };
            self.source.consume(here.length + here.end.width());
            self.line += 1;
            match object {
                Some(Ok(object)) => self.flatten(object, line, row),
                Some(Err(fault)) => {
                    row.begin(line);
                    row.give_up(fault);
                }
                None if here.end == LineEnd::OfFile => return Ok(None),
                None => continue,
            }
            return Ok(Some(()));
        }
    }

    fn flatten(&mut self, object: Object, line: u64, row: &mut RawRow) {
        row.begin(line);
        let mut seen: Vec<Option<String>> = vec![None; self.layout.fields.len()];
        for (key, value) in object.0 {
            let field = match self.target(&key) {
                Some(Target::Field(field)) => field,
                Some(Target::Ignored | Target::Unnamed) => continue,
                None => {
                    let reason = self.unknown(&key);
                    row.faults.push(RowFault::new(line, quoted(&key), &value.to_string(), reason));
                    continue;
                }
            };
            let column = self.layout.fields[field].name;
            match flat(&value) {
                Ok(text) => row.set(field, &text),
                Err(reason) => {
                    let text = value.to_string();
                    row.set(field, &text);
                    row.faults.push(RowFault::new(line, column, &text, reason));
                }
            }
            if let Some(first) = seen[field].replace(quoted(&key)) {
                let reason = format!("comes twice, as {first:?} and as {:?}", quoted(&key));
                row.faults.push(RowFault::new(line, column, &value.to_string(), reason));
            }
        }
    }

    fn target(&mut self, key: &str) -> Option<Target> {
        if let Some(&target) = self.known.get(key) {
            return Some(target);
        }
        let target = self.layout.target(key)?;
        if self.known.len() < KNOWN_KEYS_MAX {
            self.known.insert(key.to_owned(), target);
        }
        Some(target)
    }

    fn unknown(&self, key: &str) -> String {
        match self.layout.nearest(key) {
            Some(near) => format!("is an unknown key; did you mean {near}?"),
            None => "is an unknown key; one that ends in :ignored is left unread".to_owned(),
        }
    }
}

/// An object with its keys in order, doubled ones included.
struct Object(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Object, M::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Object(entries))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

/// A value as the text of a cell. Whole numbers are taken: agent IDs and counts often are some.
fn flat(value: &Value) -> Result<String, &'static str> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) if !number.is_f64() => Ok(number.to_string()),
        Value::Array(items) => {
            let parts: Result<Vec<String>, _> = items.iter().map(flat_item).collect();
            Ok(parts?.join(";"))
        }
        Value::Number(_) | Value::Bool(_) | Value::Object(_) => {
            Err("is neither a text nor a list of texts")
        }
    }
}

fn flat_item(item: &Value) -> Result<String, &'static str> {
    match item {
        Value::String(text) if text.contains(';') => Err("has a ';' inside a text of the list"),
        Value::Array(_) => Err("is neither a text nor a list of texts"),
        other => flat(other),
    }
}

/// The parser's message without its "at line 1 column 5": it has seen one line alone.
fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let reason = message.rsplit_once(" at line ").map_or(message.as_str(), |(reason, _)| reason);
    format!("{reason} in column {}", error.column())
}
