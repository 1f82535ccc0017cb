//! Whether whoever acts may do what they are about to do (rules 1 to 4). Asked inside the transaction that
//! does it, so that nothing changes between the question and the deed; a refusal is kept in the audit.
//! Which command needs what is the table in `domain::operation`; answering `can` is `answers`'.

mod contacts;
mod managers;
mod refusal;
mod role_gift;
mod session;

pub(super) use managers::{Managers, keep_a_manager};
pub use refusal::{Contact, Refusal};
pub(super) use role_gift::RoleGift;
pub use session::Session;
pub(super) use session::get_own_or_any;

use contacts::refused;
use session::Person;

use super::each::entry;
use super::error::Error;
use super::roles::Roles;
use super::{Context, Mode, OrganizationChoice};
use crate::domain::audit::{Action, AuditEntry, Identity};
use crate::domain::nearest::near_names;
use crate::domain::operation::{Need, Operation};
use crate::domain::organization::{Organization, Slug};
use crate::domain::permission::Scope;
use crate::domain::role::RoleDetails;
use crate::domain::user::{PortalAccess, User, UserState};
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
    write_if(store, context, operation, |_, _| Ok(()))
}

/// The same, where there is more to be sure of than the table says.
///
/// # Errors
/// What `check` says; [`Error::Forbidden`] is in the audit then.
pub(super) fn write_if<'s>(
    store: &'s mut Store,
    context: &Context,
    operation: Operation,
    check: impl FnOnce(&ReadTx<'_>, &Session) -> Result<(), Error>,
) -> Result<(WriteTx<'s>, Session), Error> {
    let mut tx = store.write(context.now, &context.actor)?;
    let entered = enter(&tx, context, operation).and_then(|session| {
        check(&tx, &session)?;
        Ok(session)
    });
    match entered {
        Ok(session) => {
            // The audit knows one name of a person, however they named themselves.
            if let Some(user) = session.person() {
                tx.act_as(user.reference());
            }
            Ok((tx, session))
        }
        Err(refused) => {
            if leaves_trace(context, &refused) {
                keep(tx, context, operation, &[&refused])?;
            }
            Err(refused)
        }
    }
}

/// Makes sure that whoever acts may do something else as well, in the midst of a command.
///
/// # Errors
/// [`Error::Forbidden`].
pub(super) fn check_also(
    tx: &ReadTx<'_>,
    context: &Context,
    operation: Operation,
) -> Result<(), Error> {
    enter(tx, context, operation).map(drop)
}

/// Begins to write what was allowed already, when it was decided: nothing is asked again.
///
/// # Errors
/// When the store fails.
pub(super) fn go_on<'s>(store: &'s mut Store, context: &Context) -> Result<WriteTx<'s>, Error> {
    let mut tx = store.write(context.now, &context.actor)?;
    // Whoever is gone by now, or whose organization is called otherwise, keeps the name that they gave.
    if let Identity::Person(actor) = &context.actor.identity
        && let Ok(organization) = organization(&tx, context)
        && let Some(user) = tx.find_user(organization.id, actor)?
    {
        tx.act_as(user.reference());
    }
    Ok(tx)
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
    let errors = errors.into_iter();
    let forbidden: Vec<&Error> = errors.filter(|error| leaves_trace(context, error)).collect();
    if forbidden.is_empty() {
        return Ok(());
    }
    let tx = store.write(context.now, &context.actor)?;
    keep(tx, context, operation, &forbidden)
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
    if rows == 0 || context.mode == Mode::Suggest {
        return Ok(());
    }
    let (tx, session) = write(store, context, operation)?;
    let detail = vec![("command", operation.command().to_owned()), ("rows", rows.to_string())];
    let mut entry = entry(Action::Refuse, &session.organization, Vec::new(), detail);
    entry.count = rows;
    tx.commit(&entry)?;
    Ok(())
}

/// Whether something was tried that whoever acts may not. An organization that is not there and one of
/// others leave the same trace; so does a dry run, otherwise rights could be probed unseen. Suggesting
/// words tries nothing.
const fn leaves_trace(context: &Context, error: &Error) -> bool {
    match error {
        _ if matches!(context.mode, Mode::Suggest) => false,
        Error::Forbidden(_) => true,
        Error::ForeignOrganization { .. } | Error::UnknownOrganization { .. } => {
            matches!(context.actor.identity, Identity::Person(_))
        }
        _ => false,
    }
}

/// Writes down refusals that leave a trace.
fn keep(
    mut tx: WriteTx<'_>,
    context: &Context,
    operation: Operation,
    forbidden: &[&Error],
) -> Result<(), Error> {
    // What was tried in an organization that is not theirs is the operator's to see, not its people's.
    let elsewhere = forbidden.iter().any(|error| !matches!(error, Error::Forbidden(_)));
    let organization = match &context.organization {
        _ if elsewhere => None,
        OrganizationChoice::Current => Some(tx.current_organization()?),
        OrganizationChoice::Named(slug) => tx.find_organization(slug)?,
    };
    if let (Some(organization), Identity::Person(actor)) = (&organization, &context.actor.identity)
        && let Some(user) = tx.find_user(organization.id, actor)?
    {
        tx.act_as(user.reference());
    }
    let mut detail = vec![("command", operation.command().to_owned())];
    detail.extend(forbidden.iter().map(|error| ("reason", error.to_string())));
    tx.commit(&AuditEntry {
        action: Action::Refuse,
        organization: organization.map(|organization| (organization.id, organization.slug)),
        subjects: Vec::new(),
        count: forbidden.len() as u64,
        batch: None,
        detail,
    })?;
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
                // Whose number or extension it is would tell who is where.
                at_home: match actor {
                    UserRef::Email(_) => organizations_open_to(tx, actor)?,
                    _ => Vec::new(),
                },
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
    tx.check_rows_of(&user)?;
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
        Need::Nothing | Need::Secret | Need::Membership => Ok(Scope::All),
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
    if let Some(organization) = &found {
        let is_theirs = match &context.actor.identity {
            Identity::Operator => true,
            Identity::Person(actor) => tx.find_user(organization.id, actor)?.is_some(),
        };
        if is_theirs {
            return Ok(organization.clone());
        }
    }
    let known: Vec<Slug> = match &context.actor.identity {
        Identity::Operator => tx.organizations()?.into_iter().map(|one| one.slug).collect(),
        Identity::Person(actor) => organizations_open_to(tx, actor)?,
    };
    let nearest = near_names(slug.as_str(), known.iter().map(Slug::as_str));
    let organization = slug.clone();
    // Another's organization is answered for as if it were not there.
    Err(match found {
        Some(_) => Error::ForeignOrganization { organization, nearest },
        None => Error::UnknownOrganization { organization, nearest },
    })
}

/// The organizations in which somebody may act, by short name.
fn organizations_open_to(tx: &ReadTx<'_>, actor: &UserRef) -> Result<Vec<Slug>, Error> {
    let mut slugs = Vec::new();
    for organization in tx.organizations()? {
        let user = tx.find_user(organization.id, actor)?;
        let may_act = |user: User| {
            user.state == UserState::Active && user.portal_access() == PortalAccess::Granted
        };
        if user.is_some_and(may_act) {
            slugs.push(organization.slug);
        }
    }
    Ok(slugs)
}
