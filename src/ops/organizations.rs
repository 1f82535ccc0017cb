//! Organizations: a new store with its first one, and more of them in a store. Looking at them, changing
//! and deleting them have files of their own.

mod listing;
mod removal;
mod settings;

pub use listing::{OrganizationLine, OrganizationList, OrganizationPortrait, Seating, list, show};
pub use removal::{Holdings, delete, holdings};
pub use settings::{Changes, Premium, Setting, SettingChange, change, rename, use_as_current};

use std::path::Path;

use super::delivery::{Outlet, Sending, let_out};
use super::each::finish;
use super::error::Error;
use super::invites::Addressee;
use super::{Context, Mode, OrganizationChoice, access};
use crate::domain::audit::{Action, AuditEntry, Identity, Subject};
use crate::domain::email::EmailAddress;
use crate::domain::id::UserId;
use crate::domain::invite::Purpose;
use crate::domain::operation::Operation;
use crate::domain::organization::{Organization, OrganizationName, Slug};
use crate::domain::status::Status;
use crate::domain::template::Template;
use crate::domain::token::Entropy;
use crate::store::{Arrival, NewUser, Store, WriteTx};

/// What a new organization is to be.
#[derive(Debug)]
pub struct InitRequest<'a> {
    /// What the organization is set up from.
    pub template: &'a Template,
    /// The organization's short name.
    pub slug: Slug,
    /// The organization's name.
    pub name: OrganizationName,
    /// Who made it: active at once in the highest role (S2).
    pub owner: Option<EmailAddress>,
    /// How the owner's link leaves.
    pub outlet: Outlet,
}

/// A new organization.
#[derive(Debug)]
pub struct InitOutcome {
    /// The organization.
    pub organization: Organization,
    /// The owner's link to set a password, if there is an owner.
    pub owner: Option<(UserId, Sending)>,
}

/// Makes sure that it is the operator who makes a store; where one is already, it keeps that somebody tried.
///
/// # Errors
/// [`Error::Forbidden`].
pub fn check_init(store: Option<&mut Store>, context: &Context) -> Result<(), Error> {
    let refused = access::check_operator(context, Operation::Init);
    if let (Err(refused), Some(store)) = (&refused, store) {
        access::note(store, context, Operation::Init, [refused])?;
    }
    refused
}

/// Makes a store where none is. Either the whole store stands there afterwards, or nothing.
///
/// # Errors
/// When something is there already, or cannot be written.
pub fn init(
    path: &Path,
    context: &Context,
    entropy: &mut dyn Entropy,
    request: &InitRequest<'_>,
) -> Result<InitOutcome, Error> {
    access::check_operator(context, Operation::Init)?;
    let mut new = Store::begin(path)?;
    let outcome = set_up(new.store(), context, entropy, request)?;
    match context.mode {
        Mode::Apply => new.publish()?,
        Mode::DryRun | Mode::Suggest => drop(new),
    }
    Ok(outcome)
}

/// A store in memory, for a dry run where no store exists yet.
///
/// # Errors
/// When there is no room for it.
pub fn rehearse(
    context: &Context,
    entropy: &mut dyn Entropy,
    request: &InitRequest<'_>,
) -> Result<(Store, InitOutcome), Error> {
    let mut store = Store::rehearse()?;
    let outcome = set_up(&mut store, context, entropy, request)?;
    Ok((store, outcome))
}

/// The organization that commands work in where nothing else is said.
///
/// # Errors
/// When the store cannot be read.
pub fn current(store: &mut Store) -> Result<Slug, Error> {
    Ok(store.read()?.current_organization()?.slug)
}

/// Makes an organization more, in a store that is there. The current one stays so.
///
/// # Errors
/// [`Error::OrganizationExists`].
pub fn create(
    store: &mut Store,
    context: &Context,
    entropy: &mut dyn Entropy,
    request: &InitRequest<'_>,
) -> Result<InitOutcome, Error> {
    // It need not be the first: a variable may name it already.
    let context = match context.actor.identity {
        Identity::Operator => {
            &Context { organization: OrganizationChoice::Current, ..context.clone() }
        }
        Identity::Person(_) => context,
    };
    let (mut tx, _) = access::write(store, context, Operation::OrgCreate)?;
    if tx.find_organization(&request.slug)?.is_some() {
        return Err(Error::OrganizationExists(request.slug.clone()));
    }
    let (outcome, entry) = add(&mut tx, context, entropy, request)?;
    finish(tx, context, &entry)?;
    Ok(outcome)
}

fn set_up(
    store: &mut Store,
    context: &Context,
    entropy: &mut dyn Entropy,
    request: &InitRequest<'_>,
) -> Result<InitOutcome, Error> {
    access::check_operator(context, Operation::Init)?;
    let mut tx = store.write(context.now, &context.actor)?;
    let (outcome, entry) = add(&mut tx, context, entropy, request)?;
    // Also in a dry run: the whole store is thrown away then, or lives in memory only.
    tx.commit(&entry)?;
    Ok(outcome)
}

fn add(
    tx: &mut WriteTx<'_>,
    context: &Context,
    entropy: &mut dyn Entropy,
    request: &InitRequest<'_>,
) -> Result<(InitOutcome, AuditEntry), Error> {
    let organization = tx.add_organization(&request.slug, &request.name, request.template)?;
    let mut subjects = Vec::new();
    let mut owner = None;
    if let Some(email) = &request.owner {
        let highest = tx.roles(organization.id)?;
        let role = highest.first().map_or(organization.default_role, |role| role.id);
        let arrival =
            Arrival { organization: organization.id, status: Status::Active, batch: None };
        let person = NewUser { email, name: None, role, team: None };
        let user = tx.add_users(arrival, &[person])?;
        let lifetime = organization.lifetime;
        request.outlet.check_default_sender(&organization)?;
        let addressee = Addressee { organization: organization.id, user, inviter: None };
        let purpose = Purpose::SetPassword;
        let sending = let_out(tx, entropy, &request.outlet, addressee, purpose, lifetime)?;
        owner = Some((user, sending.shown_in(context.mode)));
        subjects.push(Subject { user, reference: email.to_string() });
    }
    let entry = AuditEntry {
        action: Action::CreateOrganization,
        organization: Some((organization.id, organization.slug.clone())),
        subjects,
        count: 1,
        batch: None,
        detail: vec![("template", request.template.name.to_string())],
    };
    Ok((InitOutcome { organization, owner }, entry))
}

/// The same question, about the organization that is named, if one is.
fn at(context: &Context, slug: Option<&Slug>) -> Context {
    match slug {
        Some(slug) => {
            Context { organization: OrganizationChoice::Named(slug.clone()), ..context.clone() }
        }
        None => context.clone(),
    }
}
