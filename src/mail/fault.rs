//! What can be wrong with the words of a mail.

use crate::domain::text::escape;
use crate::domain::wording::Part;

use super::wording::VALUES;

/// A part of a mail that cannot be used, and where in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {part}{}: {fault}", Line(*.line))]
pub struct WordingError {
    /// Which part.
    pub part: Part,
    /// The line in its source, counted from 1, where one is to blame.
    pub line: Option<usize>,
    /// What is wrong.
    pub fault: WordingFault,
}

impl WordingError {
    /// Of the part as a whole.
    pub(super) const fn new(part: Part, fault: WordingFault) -> Self {
        Self { part, line: None, fault }
    }
}

struct Line(Option<usize>);

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.map_or(Ok(()), |line| write!(f, ", line {line}"))
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordingFault {
    /// A source beyond all use.
    #[error("it is longer than {} KB", max / 1024)]
    TooLarge {
        /// The limit, in bytes.
        max: usize,
    },
    /// A character that no text has.
    #[error("it holds a control character (U+{:04X})", u32::from(*.0))]
    Control(char),
    /// No template, or one that uses what there is not.
    #[error("{}", escape(.0))]
    Engine(String),
    /// A value that no mail has.
    #[error("there is no value {:?}; there are {}", escape(.name), VALUES.join(", "))]
    UnknownValue {
        /// Its name.
        name: String,
    },
    /// A tag that goes on for too long.
    #[error("a tag is longer than {max} bytes")]
    TagTooLong {
        /// The limit.
        max: usize,
    },
    /// More tags than any mail needs.
    #[error("it has more than {max} tags")]
    TooManyTags {
        /// The limit.
        max: usize,
    },
    /// A character that would make it hard to say where a tag ends.
    #[error("a tag holds {0:?}, which may stand outside of tags only")]
    InTag(char),
    /// A block whose tags are none.
    #[error("there is no raw block here")]
    Raw,
    /// A template that goes on for too long.
    #[error("it takes too much work to fill in")]
    TooMuchWork,
    /// A template that makes too much of little.
    #[error("it becomes longer than {} KB", max / 1024)]
    TooMuch {
        /// The limit, in bytes.
        max: usize,
    },
    /// A mail that nobody could act on.
    #[error("it does not hold the link: {{{{ link }}}}")]
    NoLink,
    /// A secret where everybody sees it.
    #[error("the link is a secret, which no subject holds")]
    LinkInSubject,
    /// A subject that says nothing.
    #[error("it is empty")]
    Empty,
    /// A subject that would end its header.
    #[error("it is not one line")]
    SeveralLines,
    /// A subject that would be shown as something else (RFC 2047).
    #[error("it holds a ready-made encoded word (=?…?=), which a mail program shows as other text")]
    EncodedWord,
    /// A subject that nobody reads to its end.
    #[error("it is longer than {max} characters, in a mail with names of ordinary length")]
    SubjectTooLong {
        /// The limit.
        max: usize,
    },
}
