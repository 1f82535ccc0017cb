//! What an organization is set to: the current one, its names, its rules and its plan.

use std::num::NonZeroU32;

use super::at;
use super::listing::{Seating, premium_permissions};
use crate::domain::audit::Action;
use crate::domain::email::EmailAddress;
use crate::domain::lifetime::Lifetime;
use crate::domain::operation::Operation;
use crate::domain::organization::{Organization, OrganizationName, PlanName, SignOn, Slug};
use crate::domain::password::PasswordMinimum;
use crate::domain::permission::PermissionName;
use crate::domain::portal::PortalAddress;
use crate::domain::role::RoleName;
use crate::domain::template::{Delivery, Disposable, LoginLess};
use crate::ops::each::{Detail, entry, finish};
use crate::ops::error::Error;
use crate::ops::roles::Roles;
use crate::ops::{Context, access};
use crate::store::{Store, WriteTx};

/// Makes an organization the one that commands work in where nobody names one. Says which it was
/// before; where it is the same, nothing is changed.
///
/// # Errors
/// When there is no such organization, or the store fails.
pub fn use_as_current(
    store: &mut Store,
    context: &Context,
    slug: &Slug,
) -> Result<(Organization, Organization), Error> {
    let (mut tx, session) = access::write(store, &at(context, Some(slug)), Operation::OrgUse)?;
    let organization = session.organization;
    let before = tx.current_organization()?;
    if before.id != organization.id {
        tx.make_current(organization.id)?;
        let detail: Detail = vec![("from", before.slug.to_string())];
        let mut entry = entry(Action::UseOrganization, &organization, Vec::new(), detail);
        entry.count = 1;
        finish(tx, context, &entry)?;
    }
    Ok((before, organization))
}

/// Gives an organization another short name, another name, or both. Says what it was before.
///
/// # Errors
/// [`Error::OrganizationExists`].
pub fn rename(
    store: &mut Store,
    context: &Context,
    slug: &Slug,
    new: Option<Slug>,
    name: Option<OrganizationName>,
) -> Result<Changes, Error> {
    let (mut tx, session) = access::write(store, &at(context, Some(slug)), Operation::OrgRename)?;
    let before = session.organization;
    let organization = Organization {
        slug: new.unwrap_or_else(|| before.slug.clone()),
        name: name.unwrap_or_else(|| before.name.clone()),
        ..before.clone()
    };
    if organization.slug != before.slug && tx.find_organization(&organization.slug)?.is_some() {
        return Err(Error::OrganizationExists(organization.slug));
    }
    let text = |text: &dyn ToString| Some(text.to_string());
    let changes = [
        SettingChange::of("organization", text(&before.slug), text(&organization.slug)),
        SettingChange::of("name", text(&before.name), text(&organization.name)),
    ];
    let changes = Changes {
        seats: Seating::of(&tx, &organization)?,
        settings: changes.into_iter().flatten().collect(),
        organization,
    };
    if !changes.settings.is_empty() {
        tx.keep_organization(&changes.organization)?;
        // The entry carries the name that it was known by until now.
        finish_changes(tx, context, Action::RenameOrganization, &before, &changes)?;
    }
    Ok(changes)
}

/// A setting, and what it is to be.
#[derive(Clone, Debug)]
pub enum Setting {
    /// How long a link lives.
    Lifetime(Lifetime),
    /// How people log in.
    SignOn(SignOn),
    /// How many characters a password has at least.
    PasswordMinimum(PasswordMinimum),
    /// What it pays for.
    Plan(Option<PlanName>),
    /// How many seats there are.
    Seats(Option<NonZeroU32>),
    /// Which premium permissions the plan has.
    Premium(Premium),
    /// Whom mails come from.
    Sender(Option<EmailAddress>),
    /// What links start with.
    Portal(Option<PortalAddress>),
    /// The role of who is invited without one.
    DefaultRole(RoleName),
    /// Whether disposable addresses are invited.
    Disposable(Disposable),
    /// Whether there may be users without a login.
    LoginLess(LoginLess),
    /// Whether inviting makes the link at once.
    Delivery(Delivery),
}

/// Which premium permissions a plan has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Premium {
    /// All that there are.
    All,
    /// These.
    These(Vec<PermissionName>),
}

/// A setting that is another now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingChange {
    /// Its key, as `org show` has it.
    pub setting: &'static str,
    /// What it was.
    pub was: Option<String>,
    /// What it is.
    pub now: Option<String>,
}

impl SettingChange {
    fn of(setting: &'static str, was: Option<String>, now: Option<String>) -> Option<Self> {
        (was != now).then_some(Self { setting, was, now })
    }
}

/// What was changed of an organization.
#[derive(Debug)]
pub struct Changes {
    /// As it is now.
    pub organization: Organization,
    /// What is another now, in the order asked for.
    pub settings: Vec<SettingChange>,
    /// The seats now.
    pub seats: Seating,
}

/// Changes settings of the organization that is named, or of the one that commands work in. What is so
/// already is no change.
///
/// # Errors
/// When a role or permission is unknown, or the store fails; nothing was changed then.
pub fn change(
    store: &mut Store,
    context: &Context,
    slug: Option<&Slug>,
    settings: Vec<Setting>,
) -> Result<Changes, Error> {
    let (mut tx, session) = access::write(store, &at(context, slug), Operation::OrgSet)?;
    let mut organization = session.organization;
    let mut changed = Vec::new();
    for setting in settings {
        changed.extend(apply(&mut tx, &mut organization, setting)?);
    }
    tx.keep_organization(&organization)?;
    let seats = Seating::of(&tx, &organization)?;
    let changes = Changes { organization, settings: changed, seats };
    if !changes.settings.is_empty() {
        finish_changes(tx, context, Action::SetOrganization, &changes.organization, &changes)?;
    }
    Ok(changes)
}

fn apply(
    tx: &mut WriteTx<'_>,
    organization: &mut Organization,
    setting: Setting,
) -> Result<Option<SettingChange>, Error> {
    let text = |value: &dyn ToString| Some(value.to_string());
    Ok(match setting {
        Setting::Lifetime(new) => {
            let old = std::mem::replace(&mut organization.lifetime, new);
            SettingChange::of("lifetime", text(&old), text(&new))
        }
        Setting::SignOn(new) => {
            let old = std::mem::replace(&mut organization.sign_on, new);
            SettingChange::of("sso", text(&old.as_switch()), text(&new.as_switch()))
        }
        Setting::PasswordMinimum(new) => {
            let old = std::mem::replace(&mut organization.password_minimum, new);
            SettingChange::of("password_minimum", text(&old), text(&new))
        }
        Setting::Plan(new) => {
            let old = std::mem::replace(&mut organization.plan, new);
            SettingChange::of("plan", texts(old.as_ref()), texts(organization.plan.as_ref()))
        }
        Setting::Seats(new) => {
            let old = std::mem::replace(&mut organization.seat_limit, new);
            SettingChange::of("seat_limit", texts(old.as_ref()), texts(new.as_ref()))
        }
        Setting::Premium(wanted) => {
            let old = tx.premium_features(organization.id)?;
            let new = premium(tx, organization, wanted)?;
            tx.keep_premium_features(organization.id, &new)?;
            SettingChange::of("premium", listed(&old), listed(&new))
        }
        Setting::Sender(new) => {
            let old = std::mem::replace(&mut organization.sender, new);
            SettingChange::of("sender", texts(old.as_ref()), texts(organization.sender.as_ref()))
        }
        Setting::Portal(new) => {
            let old = std::mem::replace(&mut organization.portal, new);
            SettingChange::of("portal", texts(old.as_ref()), texts(organization.portal.as_ref()))
        }
        Setting::DefaultRole(name) => {
            let roles = Roles::of(tx, organization)?;
            let new = roles.get(&name)?;
            let old = roles.by_id(std::mem::replace(&mut organization.default_role, new.id))?;
            SettingChange::of("default_role", text(&old.name), text(&new.name))
        }
        Setting::Disposable(new) => {
            let old = std::mem::replace(&mut organization.disposable, new);
            SettingChange::of("disposable_addresses", text(&old.as_str()), text(&new.as_str()))
        }
        Setting::LoginLess(new) => {
            let old = std::mem::replace(&mut organization.login_less, new);
            SettingChange::of("login_less", text(&old.as_str()), text(&new.as_str()))
        }
        Setting::Delivery(new) => {
            let old = std::mem::replace(&mut organization.delivery, new);
            SettingChange::of("delivery", text(&old.as_str()), text(&new.as_str()))
        }
    })
}

/// The premium permissions that are meant, in the order in which they are shown.
fn premium(
    tx: &WriteTx<'_>,
    organization: &Organization,
    wanted: Premium,
) -> Result<Vec<PermissionName>, Error> {
    let known = premium_permissions(tx, organization)?;
    let Premium::These(wanted) = wanted else { return Ok(known) };
    match wanted.iter().find(|permission| !known.contains(permission)) {
        Some(unknown) => Err(Error::UnknownPremium {
            permission: unknown.clone(),
            organization: organization.slug.clone(),
            known,
        }),
        None => Ok(known.into_iter().filter(|permission| wanted.contains(permission)).collect()),
    }
}

fn finish_changes(
    tx: WriteTx<'_>,
    context: &Context,
    action: Action,
    organization: &Organization,
    changes: &Changes,
) -> Result<(), Error> {
    let word = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    let mut detail = Detail::new();
    for change in &changes.settings {
        detail.push(("setting", change.setting.to_owned()));
        detail.push(("from", word(&change.was)));
        detail.push(("to", word(&change.now)));
    }
    let mut entry = entry(action, organization, Vec::new(), detail);
    entry.count = changes.settings.len() as u64;
    finish(tx, context, &entry)
}

fn texts<T: ToString>(value: Option<&T>) -> Option<String> {
    value.map(ToString::to_string)
}

fn listed(permissions: &[PermissionName]) -> Option<String> {
    let names: Vec<&str> = permissions.iter().map(PermissionName::as_str).collect();
    (!names.is_empty()).then(|| names.join(","))
}
