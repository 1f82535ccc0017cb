//! What is granted to one user by name: modules and sub-accounts (S2). What a role reaches by itself is
//! `role`'s.

use std::fmt;

use super::module::ModuleName;
use super::sub_account::SubAccountName;

/// Modules and sub-accounts, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// The modules.
    pub modules: Vec<ModuleName>,
    /// The sub-accounts.
    pub sub_accounts: Vec<SubAccountName>,
}

impl Holdings {
    /// Those named, each once, in the order in which they are named first.
    #[must_use]
    pub fn new(modules: Vec<ModuleName>, sub_accounts: Vec<SubAccountName>) -> Self {
        Self { modules: each_once(modules), sub_accounts: each_once(sub_accounts) }
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.modules.is_empty() && self.sub_accounts.is_empty()
    }

    /// What is in both.
    #[must_use]
    pub fn shared_with(&self, other: &Self) -> Self {
        self.keep(|module| other.modules.contains(module), |name| other.sub_accounts.contains(name))
    }

    /// What is in this one only.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        self.keep(
            |module| !other.modules.contains(module),
            |name| !other.sub_accounts.contains(name),
        )
    }

    fn keep(
        &self,
        module: impl Fn(&ModuleName) -> bool,
        sub_account: impl Fn(&SubAccountName) -> bool,
    ) -> Self {
        Self {
            modules: self.modules.iter().filter(|name| module(name)).cloned().collect(),
            sub_accounts: self
                .sub_accounts
                .iter()
                .filter(|name| sub_account(name))
                .cloned()
                .collect(),
        }
    }
}

/// `dashboard, reports, sub-account north`.
impl fmt::Display for Holdings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let modules = self.modules.iter().map(ToString::to_string);
        let sub_accounts = self.sub_accounts.iter().map(|name| format!("sub-account {name}"));
        f.write_str(&modules.chain(sub_accounts).collect::<Vec<_>>().join(", "))
    }
}

fn each_once<T: PartialEq>(names: Vec<T>) -> Vec<T> {
    let mut once = Vec::with_capacity(names.len());
    for name in names {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    once
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn holdings(modules: &str, sub_accounts: &str) -> Holdings {
        Holdings::new(
            modules.split_whitespace().map(|name| name.parse().unwrap()).collect(),
            sub_accounts.split_whitespace().map(|name| name.parse().unwrap()).collect(),
        )
    }

    #[test]
    fn sets_are_divided_in_the_order_of_the_first() {
        let (some, other) = (holdings("b a b", "x"), holdings("a c", "x y"));
        assert_eq!(some, holdings("b a", "x"));
        assert_eq!(some.shared_with(&other), holdings("a", "x"));
        assert_eq!(other.without(&some), holdings("c", "y"));
        assert_eq!(other.to_string(), "a, c, sub-account x, sub-account y");
        assert!(some.without(&some).is_empty());
    }
}
