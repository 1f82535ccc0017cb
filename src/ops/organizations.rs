//! Organizations: a new store with its first one.

use std::path::Path;

use super::error::Error;
use super::invites::{self, Addressee, SentLink};
use super::{Context, Mode, access};
use crate::domain::audit::{Action, AuditEntry, Subject};
use crate::domain::email::EmailAddress;
use crate::domain::id::OrganizationId;
use crate::domain::invite::Purpose;
use crate::domain::operation::Operation;
use crate::domain::organization::{Organization, OrganizationName, Slug};
use crate::domain::status::Status;
use crate::domain::template::Template;
use crate::domain::token::Entropy;
use crate::store::{Arrival, NewUser, Store};

/// What a new store is to hold.
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
}

/// A new store.
#[derive(Debug)]
pub struct InitOutcome {
    /// Its organization.
    pub organization: Organization,
    /// The owner's link to set a password, if there is an owner.
    pub owner: Option<SentLink>,
}

/// The organizations of a store, as far as whoever acts may know of them.
#[derive(Debug)]
pub struct OrganizationList {
    /// By short name.
    pub organizations: Vec<Organization>,
    /// The one that commands work in that name none.
    pub current: OrganizationId,
}

/// Which organizations there are.
///
/// # Errors
/// When the store cannot be read, or whoever acts may not.
pub fn list(store: &mut Store, context: &Context) -> Result<OrganizationList, Error> {
    access::look(store, context, Operation::OrgList, |tx, session| {
        let organizations = session.known_organizations(tx)?;
        Ok(OrganizationList { organizations, current: tx.current_organization()?.id })
    })
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
    let mut new = Store::begin(path)?;
    let outcome = set_up(new.store(), context, entropy, request)?;
    match context.mode {
        Mode::Apply => new.publish()?,
        Mode::DryRun => drop(new),
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

fn set_up(
    store: &mut Store,
    context: &Context,
    entropy: &mut dyn Entropy,
    request: &InitRequest<'_>,
) -> Result<InitOutcome, Error> {
    access::check_operator(context, Operation::Init)?;
    let mut tx = store.write(context.now, &context.actor)?;
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
        let addressee = Addressee { organization: organization.id, user };
        let link = invites::make_link(&mut tx, entropy, addressee, Purpose::SetPassword, lifetime)?;
        owner = Some(link.shown_in(context.mode));
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
    // Also in a dry run: the whole store is thrown away then, or lives in memory only.
    tx.commit(&entry)?;
    Ok(InitOutcome { organization, owner })
}
