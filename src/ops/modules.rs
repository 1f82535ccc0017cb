//! Modules: which there are, adding and removing them (S2). Granting them is `holdings`'.

use super::Context;
use super::access;
use super::each::{Detail, entry, finish};
use super::error::{Error, HoldingsError};
use super::holdings::Catalog;
use crate::domain::audit::Action;
use crate::domain::module::{Module, ModuleName};
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::store::{ReadTx, Store};

/// A module and how many users it is granted to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleLine {
    /// The module.
    pub module: Module,
    /// How many users it is granted to by name.
    pub users: u64,
}

/// The modules of the organization, in the order in which they are shown.
///
/// # Errors
/// When the store cannot be read, or whoever acts may not.
pub fn list(
    store: &mut Store,
    context: &Context,
) -> Result<(Organization, Vec<ModuleLine>), Error> {
    access::look(store, context, Operation::ModuleList, |tx, session| {
        let modules = tx.modules(session.organization.id)?.into_iter();
        let lines = modules.map(|module| line(tx, &session.organization, module));
        Ok((session.organization.clone(), lines.collect::<Result<_, _>>()?))
    })
}

/// Adds modules behind the others; refuses all of them where one is there already.
///
/// # Errors
/// [`HoldingsError::ModuleExists`].
pub fn add(
    store: &mut Store,
    context: &Context,
    modules: Vec<Module>,
) -> Result<(Organization, Vec<ModuleLine>), Error> {
    let (mut tx, session) =
        access::write_if(store, context, Operation::ModuleAdd, |tx, session| {
            session.check_reach(tx, "modules", |role| role.modules)
        })?;
    let organization = session.organization;
    let mut detail = Detail::new();
    for module in &modules {
        if tx.find_module(organization.id, &module.name)?.is_some() {
            return Err(HoldingsError::ModuleExists(module.name.clone()).into());
        }
        tx.add_module(organization.id, module)?;
        detail.push(("module", module.name.to_string()));
    }
    let mut entry = entry(Action::AddModule, &organization, Vec::new(), detail);
    entry.count = modules.len() as u64;
    finish(tx, context, &entry)?;
    let lines = modules.into_iter().map(|module| ModuleLine { module, users: 0 });
    Ok((organization, lines.collect()))
}

/// Modules that are to be removed, and how many users lose them.
///
/// # Errors
/// When one is unknown, or whoever acts may not.
pub fn to_remove(
    store: &mut Store,
    context: &Context,
    names: &[ModuleName],
) -> Result<Vec<ModuleLine>, Error> {
    access::look(store, context, Operation::ModuleRemove, |tx, session| {
        named(tx, &session.organization, names)
    })
}

/// Removes modules, also from whom they are granted to: all of them, or none.
///
/// # Errors
/// When one is unknown.
pub fn remove(
    store: &mut Store,
    context: &Context,
    names: &[ModuleName],
) -> Result<(Organization, Vec<ModuleLine>), Error> {
    let (mut tx, session) =
        access::write_if(store, context, Operation::ModuleRemove, |tx, session| {
            session.check_reach(tx, "modules", |role| role.modules)
        })?;
    let organization = session.organization;
    let lines = named(&tx, &organization, names)?;
    let mut detail = Detail::new();
    for line in &lines {
        tx.remove_module(organization.id, &line.module.name)?;
        detail.push(("module", line.module.name.to_string()));
        detail.push(("users", line.users.to_string()));
    }
    let mut entry = entry(Action::RemoveModule, &organization, Vec::new(), detail);
    entry.count = lines.len() as u64;
    finish(tx, context, &entry)?;
    Ok((organization, lines))
}

fn named(
    tx: &ReadTx<'_>,
    organization: &Organization,
    names: &[ModuleName],
) -> Result<Vec<ModuleLine>, Error> {
    let catalog = Catalog::of(tx, organization)?;
    let modules = names.iter().map(|name| catalog.get_module(name).cloned());
    modules.map(|module| line(tx, organization, module?)).collect()
}

fn line(tx: &ReadTx<'_>, organization: &Organization, module: Module) -> Result<ModuleLine, Error> {
    let users = tx.count_module_holders(organization.id, &module.name)?;
    Ok(ModuleLine { module, users })
}
