//! Whether whoever acts may do what they are about to do (rules 1 to 4). Asked inside the transaction that
//! does it, so that nothing changes between the question and the deed; a refusal is kept in the audit.
//! Which command needs what is the table in `domain::operation`; answering `can` is `answers`'.

mod managers;
mod refusal;
mod role_gift;
mod session;

pub(super) use managers::{Managers, keep_a_manager};
pub use refusal::{Contact, Refusal};
pub(super) use role_gift::RoleGift;
pub use session::Session;
pub(super) use session::{Own, get_own_or_any};

use session::{Person, refused};

use super::each::entry;
use super::error::Error;
use super::roles::Roles;
use super::{Context, Mode, OrganizationChoice};
use crate::domain::audit::{Action, Identity};
use crate::domain::nearest::nearest;
use crate::domain::operation::{Need, Operation};
use crate::domain::organization::{Organization, Slug};
use crate::domain::permission::Scope;
use crate::domain::role::RoleDetails;
use crate::domain::user::{PortalAccess, UserState};
use crate::domain::user_ref::UserRef;
use crate::store::{ReadTx, Store, WriteTx};

/// Begins to read on behalf of whoever acts.
///
/// # Errors
/// [`Error::Forbidden`] when they may not; it is in the audit then.
pub fn read<'s>(
    store: &'s mut Store,
    context: &Context,
    operation: Operation,
) -> Result<(ReadTx<'s>, Session), Error> {
    // Asked once more before, because what is refused is written down, and a reader cannot write.
    if let Identity::Person(_) = context.actor.identity {
        look(store, context, operation, |_, _| Ok(()))?;
    }
    let tx = store.read()?;
    let session = enter(&tx, context, operation)?;
    Ok((tx, session))
}

/// Makes sure that it is the operator who acts, where there is no store to ask yet.
///
/// # Errors
/// [`Error::Forbidden`].
pub(super) fn check_operator(context: &Context, operation: Operation) -> Result<(), Error> {
    match context.actor.identity {
        Identity::Operator => Ok(()),
        Identity::Person(_) => {
            Err(Error::Forbidden(Box::new((Refusal::OperatorOnly { operation }, Vec::new()))))
        }
    }
}

/// Looks at something on behalf of whoever acts, in one go.
///
/// # Errors
/// What `view` says; [`Error::Forbidden`] is in the audit then.
pub(super) fn look<T>(
    store: &mut Store,
    context: &Context,
    operation: Operation,
    view: impl FnOnce(&ReadTx<'_>, &Session) -> Result<T, Error>,
) -> Result<T, Error> {
    let seen = {
        let tx = store.read()?;
        enter(&tx, context, operation).and_then(|session| view(&tx, &session))
    };
    note(store, context, operation, seen.as_ref().err())?;
    seen
}

/// Begins to write on behalf of whoever acts.
///
/// # Errors
/// [`Error::Forbidden`] when they may not; it is in the audit then.
pub(super) fn write<'s>(
    store: &'s mut Store,
    context: &Context,
    operation: Operation,
) -> Result<(WriteTx<'s>, Session), Error> {
    let tx = store.write(context.now, &context.actor)?;
    match enter(&tx, context, operation) {
        Ok(session) => Ok((tx, session)),
        Err(refused) => {
            keep(tx, context, operation, std::slice::from_ref(&refused))?;
            Err(refused)
        }
    }
}

/// Keeps refusals in the audit, in a transaction of their own. What else went wrong is left out.
///
/// # Errors
/// When the store fails.
pub(super) fn note<'e>(
    store: &mut Store,
    context: &Context,
    operation: Operation,
    errors: impl IntoIterator<Item = &'e Error>,
) -> Result<(), Error> {
    let forbidden: Vec<&Error> = errors.into_iter().filter(|error| is_forbidden(error)).collect();
    if forbidden.is_empty() {
        return Ok(());
    }
    let tx = store.write(context.now, &context.actor)?;
    keep(tx, context, operation, forbidden)
}

/// Keeps in the audit that so many rows of a file were refused; nothing where there are none.
///
/// # Errors
/// When the store fails.
pub(super) fn note_many(
    store: &mut Store,
    context: &Context,
    operation: Operation,
    rows: u64,
) -> Result<(), Error> {
    if rows == 0 || context.mode == Mode::DryRun {
        return Ok(());
    }
    let (tx, session) = write(store, context, operation)?;
    let detail = vec![("command", operation.command().to_owned()), ("rows", rows.to_string())];
    let mut entry = entry(Action::Refuse, &session.organization, Vec::new(), detail);
    entry.count = rows;
    tx.commit(&entry)?;
    Ok(())
}

const fn is_forbidden(error: &Error) -> bool {
    matches!(error, Error::Forbidden(_) | Error::ForeignOrganization { .. })
}

fn keep<'e>(
    tx: WriteTx<'_>,
    context: &Context,
    operation: Operation,
    errors: impl IntoIterator<Item = &'e Error>,
) -> Result<(), Error> {
    let reasons: Vec<_> = errors
        .into_iter()
        .filter(|error| is_forbidden(error))
        .map(|error| ("reason", error.to_string()))
        .collect();
    if reasons.is_empty() || context.mode == Mode::DryRun {
        return Ok(());
    }
    let organization = match &context.organization {
        OrganizationChoice::Current => tx.current_organization()?,
        OrganizationChoice::Named(slug) => match tx.find_organization(slug)? {
            Some(organization) => organization,
            None => return Ok(()),
        },
    };
    let mut detail = vec![("command", operation.command().to_owned())];
    let count = reasons.len() as u64;
    detail.extend(reasons);
    let mut entry = entry(Action::Refuse, &organization, Vec::new(), detail);
    entry.count = count;
    tx.commit(&entry)?;
    Ok(())
}

/// The organization that is meant, and the right of whoever acts to do this there.
pub(super) fn enter(
    tx: &ReadTx<'_>,
    context: &Context,
    operation: Operation,
) -> Result<Session, Error> {
    let organization = organization(tx, context)?;
    let Identity::Person(actor) = &context.actor.identity else {
        return Ok(Session { organization, operation, person: None });
    };
    let refuse = |refusal: Refusal| refused(tx, &organization, operation, refusal, None);
    let user = match tx.find_user(organization.id, actor)? {
        Some(user) => user,
        None => {
            let stranger = Refusal::Stranger {
                actor: actor.clone(),
                organization: organization.slug.clone(),
                at_home: organizations_of(tx, actor)?,
            };
            // Whom to ask is not a stranger's to know.
            return Err(Error::Forbidden(Box::new((stranger, Vec::new()))));
        }
    };
    let named = || user.reference();
    if user.portal_access() == PortalAccess::None {
        return Err(refuse(Refusal::LoginLess { actor: named() })?);
    }
    if user.state != UserState::Active {
        let standing = user.state.standing();
        return Err(refuse(Refusal::NotActive { actor: named(), standing })?);
    }
    let roles = Roles::of(tx, &organization)?;
    let role = tx.role_details(roles.by_id(user.role_id)?.clone())?;
    let scope = match allowed(operation, &role) {
        Ok(scope) => scope,
        Err(lack) => {
            let (name, actor) = (role.role.name.clone(), named());
            return Err(refuse(match lack {
                Lack::Permission(permission) => Refusal::Lacks {
                    actor,
                    role: name,
                    operation,
                    permission,
                    held: role.find_scope(permission),
                },
                Lack::Operator => Refusal::OperatorOnly { operation },
            })?);
        }
    };
    let person = Person {
        gives: tx.roles_given_by(role.role.id)?,
        leads: tx.teams_led_by(user.id)?,
        user,
        role,
        scope,
        roles,
    };
    Ok(Session { organization, operation, person: Some(Box::new(person)) })
}

/// What a role lacks for an operation.
enum Lack {
    Permission(&'static str),
    Operator,
}

/// How far a role may do something.
fn allowed(operation: Operation, role: &RoleDetails) -> Result<Scope, Lack> {
    match operation.need() {
        Need::Nothing | Need::Membership => Ok(Scope::All),
        Need::OwnOr(permission) => Ok(match role.find_scope(permission) {
            Some(Scope::All) => Scope::All,
            _ => Scope::Own,
        }),
        Need::Everywhere(permission) => match role.find_scope(permission) {
            Some(Scope::All) => Ok(Scope::All),
            _ => Err(Lack::Permission(permission)),
        },
        Need::InScope(permission) => {
            role.find_scope(permission).ok_or(Lack::Permission(permission))
        }
        Need::Operator => Err(Lack::Operator),
    }
}

fn organization(tx: &ReadTx<'_>, context: &Context) -> Result<Organization, Error> {
    let OrganizationChoice::Named(slug) = &context.organization else {
        return Ok(tx.current_organization()?);
    };
    let found = tx.find_organization(slug)?;
    let known: Vec<Slug> = match &context.actor.identity {
        Identity::Operator => tx.organizations()?.into_iter().map(|one| one.slug).collect(),
        Identity::Person(actor) => organizations_of(tx, actor)?,
    };
    let near = nearest(slug.as_str(), known.iter().map(Slug::as_str));
    let nearest = near.into_iter().map(str::to_owned).collect();
    match found {
        Some(organization) if known.contains(&organization.slug) => Ok(organization),
        // Another's organization is answered for as if it were not there.
        Some(_) => Err(Error::ForeignOrganization { organization: slug.clone(), nearest }),
        None => Err(Error::UnknownOrganization { organization: slug.clone(), nearest }),
    }
}

/// The organizations that somebody is a user of, by short name.
fn organizations_of(tx: &ReadTx<'_>, actor: &UserRef) -> Result<Vec<Slug>, Error> {
    let mut slugs = Vec::new();
    for organization in tx.organizations()? {
        if tx.find_user(organization.id, actor)?.is_some() {
            slugs.push(organization.slug);
        }
    }
    Ok(slugs)
}
