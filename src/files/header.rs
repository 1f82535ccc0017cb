//! From the names people give to columns to the fields admit knows; the keys of JSON lines go the same
//! way. Which fields there are is said by `users` and `agents` in a [`Layout`].

use std::borrow::Cow;

use super::error::FileError;
use super::records::RawRecord;
use crate::domain::email::EmailAddress;
use crate::domain::import::quoted;

/// A field and the names it goes by.
pub(super) struct Field {
    /// The word that messages use.
    pub(super) name: &'static str,
    /// Its names, in [`squash`]ed form.
    pub(super) names: &'static [&'static str],
}

/// What a kind of file may hold.
pub(super) struct Layout {
    /// The fields; a row's cells come in this order.
    pub(super) fields: &'static [Field],
    /// Squashed names of columns that are read over: those of admit's own lists.
    pub(super) ignored: &'static [&'static str],
    /// The header that hints show.
    pub(super) example: &'static str,
}

/// What a column is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// It fills this field.
    Field(usize),
    /// It is read over.
    Ignored,
    /// It has no name, so nothing may stand in it.
    Unnamed,
}

impl Layout {
    /// Maps each column of a header.
    ///
    /// # Errors
    /// When the line is no header, or a column is unknown, doubled or missing.
    pub(super) fn map(
        &self,
        header: &RawRecord<'_>,
        required: &[usize],
    ) -> Result<Vec<Target>, FileError> {
        let line = header.line;
        let names: Vec<Cow<'_, str>> = (0..header.len()).map(|i| header.cell(i)).collect();
        if let Some(address) = names.iter().find(|name| is_address(name)) {
            let address = quoted(address);
            return Err(FileError::AddressInHeader { line, address, example: self.example });
        }
        let found: Vec<Option<Target>> = names.iter().map(|name| self.target(name)).collect();
        if !found.iter().any(|target| matches!(target, Some(Target::Field(_)))) {
            return Err(FileError::NoKnownColumn { line, example: self.example });
        }
        let unknown = |(name, target): (&Cow<'_, str>, &Option<Target>)| {
            target.is_none().then(|| name.clone().into_owned())
        };
        let unknown: Vec<String> = names.iter().zip(&found).filter_map(unknown).collect();
        if !unknown.is_empty() {
            return Err(self.unknown(line, &unknown));
        }
        let targets: Vec<Target> = found.into_iter().flatten().collect();
        self.check_twins(line, &targets, &names)?;
        for &field in required {
            if !targets.contains(&Target::Field(field)) {
                let column = self.fields[field].name;
                return Err(FileError::MissingColumn { line, column, example: self.example });
            }
        }
        Ok(targets)
    }

    /// What a column of this name is good for; `None` when nobody knows it.
    pub(super) fn target(&self, name: &str) -> Option<Target> {
        let name = name.trim();
        if name.is_empty() {
            return Some(Target::Unnamed);
        }
        let lower = name.to_lowercase();
        if lower.ends_with(":ignored") || lower.ends_with(":excluded") {
            return Some(Target::Ignored);
        }
        let name = squash(&lower);
        let field = self.fields.iter().position(|field| field.names.contains(&name.as_str()));
        let ignored = || self.ignored.contains(&name.as_str()).then_some(Target::Ignored);
        field.map(Target::Field).or_else(ignored)
    }

    /// The refusal of columns that nobody knows.
    pub(super) fn unknown(&self, line: u64, names: &[String]) -> FileError {
        FileError::UnknownColumns {
            line,
            nearest: names.first().and_then(|name| self.nearest(name)),
            columns: names.iter().map(|name| quoted(name)).collect(),
            example: self.example,
        }
    }

    fn check_twins(
        &self,
        line: u64,
        targets: &[Target],
        names: &[Cow<'_, str>],
    ) -> Result<(), FileError> {
        let mut seen: Vec<Option<usize>> = vec![None; self.fields.len()];
        for (place, target) in targets.iter().enumerate() {
            let Target::Field(field) = *target else { continue };
            if let Some(first) = seen[field].replace(place) {
                return Err(FileError::DuplicateColumn {
                    line,
                    column: self.fields[field].name,
                    first: quoted(&names[first]),
                    second: quoted(&names[place]),
                });
            }
        }
        Ok(())
    }

    /// The known name that is nearest to this one, if one is near.
    pub(super) fn nearest(&self, name: &str) -> Option<&'static str> {
        /// Below this likeness a suggestion misleads more than it helps.
        const ALIKE: f64 = 0.6;
        let name = squash(name);
        let likeness = |field: &'static Field| {
            let names = field.names.iter();
            names
                .map(|known| (strsim::normalized_damerau_levenshtein(&name, known), field.name))
                .max_by(|a, b| a.0.total_cmp(&b.0))
        };
        let best = self.fields.iter().filter_map(likeness).max_by(|a, b| a.0.total_cmp(&b.0));
        best.filter(|(alike, _)| *alike >= ALIKE).map(|(_, name)| name)
    }
}

/// Lower case, letters and digits only: what `E-Mail`, `e_mail` and ` E mail ` share.
fn squash(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn is_address(cell: &str) -> bool {
    cell.contains('@') && cell.parse::<EmailAddress>().is_ok()
}
