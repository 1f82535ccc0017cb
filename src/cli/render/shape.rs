//! What is shown of a kind of thing: its fields, their names, and how one is named in a list of
//! references. It holds no value and writes nothing.

use super::value::Value;

/// The fields of one kind of thing, in the order they are shown.
pub struct Shape<T: 'static> {
    /// Every field it has; the keys differ.
    pub fields: &'static [Field<T>],
    /// What names the thing in another command, such as `ann@example.com` or `#12`. One line.
    pub reference: fn(&T) -> String,
}

/// One field of a thing.
pub struct Field<T: 'static> {
    /// Its name in JSON, CSV and `--fields`; stable across versions.
    pub key: &'static str,
    /// Its heading to a person.
    pub title: &'static str,
    /// When a list shows it.
    pub shown: Shown,
    /// Takes it from the thing.
    pub value: for<'a> fn(&'a T) -> Value<'a>,
}

impl<T> Field<T> {
    /// A field that every table shows.
    pub const fn new(
        key: &'static str,
        title: &'static str,
        value: for<'a> fn(&'a T) -> Value<'a>,
    ) -> Self {
        Self { key, title, shown: Shown::Always, value }
    }

    /// A field that a list in table format shows only when `--fields` names it.
    pub const fn on_request(
        key: &'static str,
        title: &'static str,
        value: for<'a> fn(&'a T) -> Value<'a>,
    ) -> Self {
        Self { key, title, shown: Shown::OnRequest, value }
    }
}

/// When a list in table format shows a field. JSON, CSV and a single thing always show every field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// In every table.
    Always,
    /// Only when `--fields` names it.
    OnRequest,
}

/// `--fields` names a field that the thing does not have: a mistake on the command line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no field `{name}`; the fields are {}", known.join(", "))]
pub struct UnknownField {
    /// What was asked for, escaped.
    pub name: String,
    /// What could have been.
    pub known: Vec<&'static str>,
}

impl<T> Shape<T> {
    /// The fields named, in that order and each once.
    ///
    /// # Errors
    /// A name that is no field's key.
    pub fn named(&self, names: &[String]) -> Result<Vec<&'static Field<T>>, UnknownField> {
        let mut chosen: Vec<&'static Field<T>> = Vec::with_capacity(names.len());
        for name in names.iter().map(|name| name.trim()) {
            let field =
                self.fields.iter().find(|field| field.key == name).ok_or_else(|| UnknownField {
                    name: crate::domain::text::escape(name).into_owned(),
                    known: self.fields.iter().map(|field| field.key).collect(),
                })?;
            if !chosen.iter().any(|earlier| earlier.key == field.key) {
                chosen.push(field);
            }
        }
        Ok(chosen)
    }
}
