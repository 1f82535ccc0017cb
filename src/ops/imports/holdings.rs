//! The modules and sub-accounts that a file names: whether they are there, and whether they go with the
//! role of the row. Nothing here is touched by a row that names none.

use std::collections::HashMap;

use super::lookups::sentence;
use super::plan::Planner;
use crate::domain::holdings::Holdings;
use crate::domain::import::{Column, ImportRow, RowFault};
use crate::domain::module::ModuleName;
use crate::domain::role::Role;
use crate::domain::sub_account::SubAccountName;
use crate::domain::user::User;
use crate::domain::user_ref::UserRef;
use crate::ops::each::SUGGESTIONS;
use crate::ops::error::{Error, HoldingsError, Presence};
use crate::ops::holdings::{Catalog, holdings_of};

/// What is wrong with names that are not there, each looked up once.
pub(super) type Unknown = HashMap<(Column, String), String>;

/// Whether a row changes what somebody who is there is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Regranted {
    /// It does.
    Yes,
    /// It does not.
    No,
}

/// What somebody has once a row has been applied: a kind that the row does not name stays as it is.
pub(super) fn replacing(wanted: &Holdings, held: &Holdings) -> Holdings {
    let mut after = wanted.clone();
    if after.modules.is_empty() {
        after.modules.clone_from(&held.modules);
    }
    if after.sub_accounts.is_empty() {
        after.sub_accounts.clone_from(&held.sub_accounts);
    }
    after
}

impl Planner<'_> {
    /// What is wrong with what the row names; and whether it is something else than the user has.
    pub(super) fn check_holdings(
        &mut self,
        row: &ImportRow,
        wanted: &Holdings,
        known: Option<&User>,
        role: Option<&Role>,
        faults: &mut Vec<RowFault>,
    ) -> Result<Regranted, Error> {
        let before = faults.len();
        for name in &wanted.modules {
            faults.extend(self.unknown_module(row, name));
        }
        for name in &wanted.sub_accounts {
            faults.extend(self.unknown_sub_account(row, name));
        }
        let stays = known.is_some_and(|user| self.stays(user));
        if faults.len() == before
            && !stays
            && let Some(role) = role
        {
            check_fit(&self.plan.catalog, row, wanted, role, faults);
        }
        let Some(user) = known else { return Ok(Regranted::No) };
        let held = holdings_of(self.tx, user.id)?;
        let after = replacing(wanted, &held);
        let same = after.without(&held).is_empty() && held.without(&after).is_empty();
        Ok(if same { Regranted::No } else { Regranted::Yes })
    }

    fn unknown_module(&mut self, row: &ImportRow, name: &ModuleName) -> Option<RowFault> {
        let catalog = &self.plan.catalog;
        (!catalog.has_module(name)).then(|| {
            let look = || catalog.get_module(name).err();
            unknown(&mut self.unknown, row, Column::Modules, name.as_str(), look)
        })
    }

    fn unknown_sub_account(&mut self, row: &ImportRow, name: &SubAccountName) -> Option<RowFault> {
        let catalog = &self.plan.catalog;
        (!catalog.has_sub_account(name)).then(|| {
            let look = || catalog.get_sub_account(name).err();
            unknown(&mut self.unknown, row, Column::SubAccounts, name.as_str(), look)
        })
    }

    /// Counts who is invited and sees no module.
    pub(super) fn count_without_modules(&mut self, row: &ImportRow, role: &Role) {
        let none = row.holdings.as_ref().is_none_or(|wanted| wanted.modules.is_empty());
        if none && self.needing_modules.contains(&role.id) {
            self.plan.totals.without_modules += 1;
        }
    }
}

/// What is wrong with a name that is not there. A file may hold it in every row, so it is compared with
/// those that are known once; and only the first few wrong names are.
fn unknown(
    known: &mut Unknown,
    row: &ImportRow,
    column: Column,
    name: &str,
    look: impl FnOnce() -> Option<HoldingsError>,
) -> RowFault {
    let suggests = known.len() < SUGGESTIONS;
    let reason = known.entry((column, name.to_owned())).or_insert_with(|| {
        let error = if suggests { look() } else { None };
        error.map_or_else(|| "is not there".to_owned(), |error| sentence(&error.into()))
    });
    RowFault::new(row.line, column.as_str(), name, reason)
}

/// Each name of a row on its own, so that each that does not fit is named.
fn check_fit(
    catalog: &Catalog,
    row: &ImportRow,
    wanted: &Holdings,
    role: &Role,
    faults: &mut Vec<RowFault>,
) {
    let user = UserRef::Email(row.email.clone());
    let mut check = |column: Column, name: &str, one: Holdings| {
        if let Err(error) = catalog.check_fit(&user, Presence::Arriving, role.id, &one) {
            faults.push(RowFault::new(row.line, column.as_str(), name, error));
        }
    };
    for module in &wanted.modules {
        check(Column::Modules, module.as_str(), only_module(module));
    }
    for name in &wanted.sub_accounts {
        check(Column::SubAccounts, name.as_str(), only_sub_account(name));
    }
}

fn only_module(name: &ModuleName) -> Holdings {
    Holdings { modules: vec![name.clone()], sub_accounts: Vec::new() }
}

fn only_sub_account(name: &SubAccountName) -> Holdings {
    Holdings { modules: Vec::new(), sub_accounts: vec![name.clone()] }
}
