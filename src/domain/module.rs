//! Modules: the menus of a portal (S2). Which ones there are is data (`template`, `store`); who sees which
//! is decided in `ops::holdings`.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

use super::text;

/// Longest name of a module, in bytes.
pub const MODULE_NAME_MAX: usize = 40;

/// Why a text is no module's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a module's name is 1 to {MODULE_NAME_MAX} letters, digits and '-', such as user-management"
)]
pub struct ModuleNameError;

/// A module's name in its one spelling: `User Management` and `user_management` are `user-management`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleName(String);

impl ModuleName {
    /// The name in lower case, words joined by `-`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ModuleName {
    type Err = ModuleNameError;

    fn from_str(text: &str) -> Result<Self, ModuleNameError> {
        text::to_slug(text, MODULE_NAME_MAX).map(Self).ok_or(ModuleNameError)
    }
}

impl fmt::Display for ModuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who may have a module (S2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModuleAccess {
    /// It can be granted to anybody.
    #[default]
    Everyone,
    /// Only roles that reach all modules have it; it is never granted.
    AdminOnly,
}

impl ModuleAccess {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::AdminOnly => "admin-only",
        }
    }
}

/// A menu of the portal (S2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// What is typed: `user-management`.
    pub name: ModuleName,
    /// What is shown: `User Management`.
    pub title: String,
    /// Who may have it.
    pub access: ModuleAccess,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_module_in_every_spelling() {
        for spelling in ["User Management", "user_management", " USER-MANAGEMENT "] {
            assert_eq!(spelling.parse::<ModuleName>().unwrap().as_str(), "user-management");
        }
        let long = "x".repeat(MODULE_NAME_MAX + 1);
        for bad in ["", " - ", "a;b", "menü", "a,b", long.as_str()] {
            assert_eq!(bad.parse::<ModuleName>(), Err(ModuleNameError), "{bad:?}");
        }
    }
}
