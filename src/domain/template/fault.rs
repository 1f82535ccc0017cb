//! What can be wrong with a template, and where. Finding it is `parse` and `check`; which file it was
//! is known to whoever read it.

use std::fmt;

use crate::domain::role::RoleName;
use crate::domain::text::TextError;

/// A template that cannot be used: everything that is wrong with it, shown one fault a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// The faults in the order in which they were met; never empty.
    pub faults: Vec<TemplateFault>,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.faults.iter().enumerate() {
            let separator = if n == 0 { "" } else { "\n" };
            write!(f, "{separator}{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for TemplateError {}

/// One thing that is wrong; shown as `roles.clerk.title: is empty`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct TemplateFault {
    /// Where.
    pub place: FaultPlace,
    /// What.
    pub reason: FaultReason,
}

/// Where in a template something is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultPlace {
    /// A place in the text, both counted from 1, the column in characters.
    Text {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// A key: `roles.editor.permissions.view-alerts`. What has no usable name is counted from 1: `roles.#2`.
    Key(String),
}

impl fmt::Display for FaultPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { line, column } => write!(f, "line {line}, column {column}"),
            Self::Key(key) => f.write_str(key),
        }
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultReason {
    /// Not TOML, an unknown or missing key, or a value of the wrong type.
    #[error("{0}")]
    Shape(String),
    /// A text that is empty or too long.
    #[error("{0}")]
    Text(#[from] TextError),
    /// A permission that admit itself asks for cannot wait for a plan: nobody could raise it.
    #[error("cannot be premium: admit itself asks for it, whatever the plan")]
    PremiumOfAdmits,
    /// A text that is not one line of plain characters.
    #[error("holds a line break or another control character")]
    ControlCharacter,
    /// A word that its type refuses.
    #[error("{value:?} does not fit: {rule}")]
    Malformed {
        /// The word, cut to a length that can be shown.
        value: String,
        /// The sentence of its type.
        rule: String,
    },
    /// A template without roles.
    #[error("there is no role")]
    NoRoles,
    /// A list that is too long.
    #[error("there are {count}, and {max} is the limit")]
    TooMany {
        /// How many there are.
        count: usize,
        /// How many there may be.
        max: usize,
    },
    /// A name used twice.
    #[error("the {noun} {name} is there twice")]
    Duplicate {
        /// What it names.
        noun: TemplateNoun,
        /// The name.
        name: String,
    },
    /// A name that the template does not define.
    #[error("there is no {noun} {name}{}", Suggestion(.nearest.as_deref()))]
    Undefined {
        /// What it should name.
        noun: TemplateNoun,
        /// The name.
        name: String,
        /// The most similar name that is defined, where one is similar at all.
        nearest: Option<String>,
    },
    /// A role that could hand out a higher one (rule 3).
    #[error("{handed_out} is above {by}, and nobody hands out a role above their own")]
    AboveOwnRank {
        /// The higher role.
        handed_out: RoleName,
        /// The role that would hand it out.
        by: RoleName,
    },
    /// Roles to hand out, but no permission to invite.
    #[error("it hands out roles but is not granted invite-users")]
    InvitesWithoutPermission,
    /// Permission to invite, but no role to hand out.
    #[error("it is granted invite-users but hands out no role")]
    PermissionWithoutInvites,
    /// An organization that nobody could run.
    #[error("no role has both invite-users and manage-users with the scope all")]
    NoManager,
}

/// What a name in a template names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateNoun {
    /// One of `roles`.
    Role,
    /// One of `permissions`.
    Permission,
    /// One of `modules`.
    Module,
}

impl fmt::Display for TemplateNoun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Role => "role",
            Self::Permission => "permission",
            Self::Module => "module",
        })
    }
}

struct Suggestion<'a>(Option<&'a str>);

impl fmt::Display for Suggestion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(nearest) => write!(f, "; did you mean {nearest}?"),
            None => Ok(()),
        }
    }
}
