//! What one field of a shown thing can be, and how it reads to a machine and to a person. It knows
//! no format, no terminal and no column; escaping is done by whoever writes.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::domain::time::{Timestamp, to_human, to_rfc3339};

/// A value ready to be shown. Text borrows from the thing shown, so a long list copies nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Not there: JSON `null`, an empty CSV cell, `-` to a person.
    Nothing,
    /// Plain text, untrusted.
    Text(Cow<'a, str>),
    /// Text that also has a tone, such as a status. The words alone must carry the meaning.
    Toned(Tone, Cow<'a, str>),
    /// A word of a fixed list for scripts, and what a person reads instead of it.
    Phrased {
        /// How it is to be taken.
        tone: Tone,
        /// For JSON and CSV.
        word: Cow<'a, str>,
        /// For tables.
        phrase: Cow<'a, str>,
    },
    /// Not there to a machine; a person reads this instead.
    Instead(Cow<'a, str>),
    /// A count.
    Number(i64),
    /// A yes or no.
    Truth(bool),
    /// The one of several that is meant: `true` or `false` to a machine, a ✔ or nothing to a person.
    Mark(bool),
    /// A yes or no that is good or bad news: `true` or `false` to a machine, these words to a person.
    Judged(bool, Cow<'a, str>),
    /// A moment: RFC 3339 to a machine, `2026-11-29 08:00 UTC` to a person.
    Time(Timestamp),
    /// Several of a kind.
    Many(Vec<Value<'a>>),
    /// Named parts, in the order given.
    Record(Vec<(&'static str, Value<'a>)>),
}

/// What a colour says. It is never the only sign: the text says the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it should be; green.
    Good,
    /// Worth a look; yellow.
    Warning,
    /// Wrong or refused; red.
    Bad,
    /// Beside the point; dim.
    Quiet,
}

impl<'a> Value<'a> {
    /// Text that is there.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// Text with a tone.
    pub fn toned(tone: Tone, text: impl Into<Cow<'a, str>>) -> Self {
        Self::Toned(tone, text.into())
    }

    /// Several values; each is converted.
    pub fn many<V: Into<Value<'a>>>(values: impl IntoIterator<Item = V>) -> Self {
        Self::Many(values.into_iter().map(Into::into).collect())
    }

    /// The tone, where there is one.
    pub(super) fn tone(&self) -> Option<Tone> {
        match self {
            Self::Toned(tone, _) | Self::Phrased { tone, .. } => Some(*tone),
            Self::Mark(true) => Some(Tone::Good),
            Self::Judged(true, _) => Some(Tone::Good),
            Self::Judged(false, _) => Some(Tone::Bad),
            // A line takes its tone from what it begins with.
            Self::Record(parts) => parts.first().and_then(|(_, value)| value.tone()),
            _ => None,
        }
    }

    /// One line for a person; not escaped yet.
    pub(super) fn to_person(&self) -> Cow<'_, str> {
        match self {
            Self::Nothing => Cow::Borrowed("-"),
            Self::Text(text)
            | Self::Toned(_, text)
            | Self::Phrased { phrase: text, .. }
            | Self::Instead(text)
            | Self::Judged(_, text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Truth(true) => Cow::Borrowed("yes"),
            Self::Truth(false) => Cow::Borrowed("no"),
            Self::Mark(true) => Cow::Borrowed("✔"),
            Self::Mark(false) => Cow::Borrowed(""),
            Self::Time(moment) => Cow::Owned(to_human(*moment)),
            Self::Many(values) if values.is_empty() => Cow::Borrowed("-"),
            Self::Many(values) => Cow::Owned(joined(values.iter().map(Self::to_person), ", ")),
            Self::Record(parts) => {
                let values = parts.iter().map(|(_, value)| value);
                let present = values.filter(|value| !value.is_empty());
                Cow::Owned(joined(present.map(Self::to_person), "  "))
            }
        }
    }

    /// One CSV cell, neither guarded nor quoted yet. Plain lists are joined by `;`, which is what
    /// `import` reads (rule 37); anything deeper is JSON.
    pub(super) fn to_cell(&self) -> Cow<'_, str> {
        match self {
            Self::Nothing | Self::Instead(_) => Cow::Borrowed(""),
            Self::Text(text) | Self::Toned(_, text) | Self::Phrased { word: text, .. } => {
                Cow::Borrowed(text)
            }
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Truth(true) | Self::Mark(true) | Self::Judged(true, _) => Cow::Borrowed("true"),
            Self::Truth(false) | Self::Mark(false) | Self::Judged(false, _) => {
                Cow::Borrowed("false")
            }
            Self::Time(moment) => Cow::Owned(to_rfc3339(*moment)),
            Self::Many(values) if values.is_empty() => Cow::Borrowed(""),
            Self::Many(values) if values.iter().all(Self::is_plain) => {
                Cow::Owned(joined(values.iter().map(Self::to_cell), ";"))
            }
            Self::Many(_) | Self::Record(_) => Cow::Owned(super::json::to_text(self)),
        }
    }

    /// Whether there is nothing to say of it.
    const fn is_empty(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Many(values) => values.is_empty(),
            _ => false,
        }
    }

    /// Whether it has no parts.
    pub(super) fn is_plain(&self) -> bool {
        !matches!(self, Self::Many(_) | Self::Record(_))
    }
}

fn joined<'v>(texts: impl Iterator<Item = Cow<'v, str>>, between: &str) -> String {
    let mut line = String::new();
    for (position, text) in texts.enumerate() {
        if position > 0 {
            line.push_str(between);
        }
        line.push_str(&text);
    }
    line
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing | Self::Instead(_) => serializer.serialize_unit(),
            Self::Text(text) | Self::Toned(_, text) | Self::Phrased { word: text, .. } => {
                serializer.serialize_str(text)
            }
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Truth(truth) | Self::Mark(truth) | Self::Judged(truth, _) => {
                serializer.serialize_bool(*truth)
            }
            Self::Time(moment) => serializer.serialize_str(&to_rfc3339(*moment)),
            Self::Many(values) => serializer.collect_seq(values),
            Self::Record(parts) => {
                let mut map = serializer.serialize_map(Some(parts.len()))?;
                for (key, value) in parts {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(moment: Timestamp) -> Self {
        Self::Time(moment)
    }
}

impl<'a, V: Into<Value<'a>>> From<Option<V>> for Value<'a> {
    fn from(value: Option<V>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}
