//! Users without a login: adding them, giving them new PINs, and asking whether a PIN is right (rule 32).
//! PINs come hashed, because that takes time, and nobody else may write meanwhile.

pub mod import;

use std::collections::HashMap;

use super::access::{self};
use super::each::{Outcome, PerUser, change_each, entry, finish, get_user_to_change, subject};
use super::error::Error;
use super::roles::Roles;
use super::{Context, teams};
use crate::domain::audit::{Action, Subject};
use crate::domain::extension::Extension;
use crate::domain::failures::Failures;
use crate::domain::id::UserId;
use crate::domain::name::PersonName;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::phone::{Phone, Throttle};
use crate::domain::pin::{HashedPin, TypedPin};
use crate::domain::role::RoleName;
use crate::domain::status::Status;
use crate::domain::team::TeamName;
use crate::domain::template::LoginLess;
use crate::domain::time::Timestamp;
use crate::domain::user::{PortalAccess, Standing, User, UserState};
use crate::domain::user_ref::UserRef;
use crate::store::{Arrival, NewPhone, ReadTx, Store, StoreError};

/// Somebody without a login who is to be added.
#[derive(Clone, Debug)]
pub struct AddRequest {
    /// The name.
    pub name: PersonName,
    /// The extension.
    pub extension: Extension,
    /// The role; the organization's default where `None`.
    pub role: Option<RoleName>,
    /// The team, if any.
    pub team: Option<TeamName>,
    /// The PIN.
    pub pin: HashedPin,
}

/// Somebody who was added.
#[derive(Clone, Debug)]
pub struct Added {
    /// The number.
    pub user: UserId,
    /// As what.
    pub role: RoleName,
    /// Into which team.
    pub team: Option<TeamName>,
}

/// Adds somebody without a login, who is active at once and takes no seat.
///
/// # Errors
/// [`Error::LoginLessRefused`], [`Error::ExtensionTaken`], or when a role or team is unknown.
pub fn add(
    store: &mut Store,
    context: &Context,
    request: &AddRequest,
) -> Result<Outcome<Added>, Error> {
    let (mut tx, session) = access::write(store, context, Operation::Add)?;
    let organization = session.organization.clone();
    check_allowed(&organization)?;
    let reference = UserRef::Extension(request.extension.clone());
    let role = Roles::of(&tx, &organization)?
        .get_or_default(request.role.as_ref(), &organization)?
        .clone();
    let team = match &request.team {
        Some(name) => Some(teams::get_team(&tx, &organization, name)?),
        None => None,
    };
    if let Err(refused) = session.check_gift(&tx, &reference, &role, team.as_ref()) {
        drop(tx);
        access::note(store, context, Operation::Add, [&refused])?;
        return Err(refused);
    }
    if let Some(holder) = tx.find_user_by_extension(organization.id, &request.extension)? {
        let (extension, holder) = (request.extension.clone(), holder.reference());
        return Err(Error::ExtensionTaken { extension, holder });
    }
    request.pin.pin.check_with(&request.extension)?;
    let person = NewPhone {
        name: &request.name,
        extension: &request.extension,
        role: role.id,
        team: team.as_ref().map(|team| team.id),
        pin: &request.pin.hash,
    };
    let arrival = Arrival { organization: organization.id, status: Status::Active, batch: None };
    let user = tx.add_phone(arrival, person)?;
    let team = team.map(|team| team.name);
    let mut detail =
        vec![("extension", request.extension.to_string()), ("role", role.name.to_string())];
    detail.extend(team.as_ref().map(|team| ("team", team.to_string())));
    let number = UserRef::Number(user);
    let subjects = vec![Subject { user, reference: number.to_string() }];
    finish(tx, context, &entry(Action::AddLoginLess, &organization, subjects, detail))?;
    let added = Added { user, role: role.name, team };
    Ok(Outcome { organization, users: vec![PerUser { user: number, result: Ok(added) }] })
}

/// Makes sure that there may be users without a login here.
pub(super) fn check_allowed(organization: &Organization) -> Result<(), Error> {
    match organization.login_less {
        LoginLess::Allowed => Ok(()),
        LoginLess::Refused => {
            Err(Error::LoginLessRefused { organization: organization.slug.clone() })
        }
    }
}

/// The extensions of those users who have one: for whom [`reset`] needs PINs.
///
/// # Errors
/// When the store fails, or whoever acts may not.
pub fn extensions_for_reset(
    store: &mut Store,
    context: &Context,
    users: &[UserRef],
) -> Result<Vec<(UserId, Extension)>, Error> {
    access::look(store, context, Operation::PinReset, |tx, session| {
        let mut found = HashMap::new();
        let mut extensions = Vec::with_capacity(users.len());
        for user in users {
            let Some(user) = tx.find_user(session.organization.id, user)? else { continue };
            if let Some(phone) = tx.find_phone(user.id)?
                && found.insert(user.id, ()).is_none()
            {
                extensions.push((user.id, phone.extension));
            }
        }
        Ok(extensions)
    })
}

/// Somebody who has a new PIN.
#[derive(Debug)]
pub struct PinReset {
    /// The user.
    pub user: User,
    /// The extension.
    pub extension: Extension,
}

/// Gives users new PINs; the old ones end. Who has a login is refused.
///
/// # Errors
/// When the store fails; per user in the outcome otherwise.
pub fn reset(
    store: &mut Store,
    context: &Context,
    users: &[UserRef],
    pins: &HashMap<UserId, HashedPin>,
) -> Result<Outcome<PinReset>, Error> {
    let operation = Operation::PinReset;
    change_each(store, context, operation, Action::ResetPin, users, |tx, session, user, _| {
        let phone = get_phone(tx, user)?;
        // Who came after the PINs were made is none of those who were meant.
        let Some(pin) = pins.get(&user.id) else {
            return Err(Error::UnknownUser {
                user: user.reference(),
                organization: session.organization.slug.to_string(),
                nearest: Vec::new(),
            });
        };
        pin.pin.check_with(&phone.extension)?;
        tx.set_pin(user.id, &pin.hash)?;
        Ok(PinReset { user: user.clone(), extension: phone.extension })
    })
}

/// Whether a PIN is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinVerdict {
    /// It is.
    Right,
    /// It is not.
    Wrong,
    /// Nobody was let try: too many were wrong.
    Throttled(Throttle),
    /// The user is not in.
    NotActive(Standing),
}

/// What came of a try.
#[derive(Debug)]
pub struct PinTried {
    /// Where.
    pub organization: Organization,
    /// Whose PIN it was to be.
    pub user: User,
    /// The answer.
    pub verdict: PinVerdict,
}

/// Tries a PIN. A wrong one counts, and is in the audit; after a few one waits (NIST SP 800-63B-4 §3.2.2).
///
/// # Errors
/// When there is no such user, or the user has a login.
pub fn verify(
    store: &mut Store,
    context: &Context,
    user: &UserRef,
    typed: &TypedPin,
) -> Result<PinTried, Error> {
    let operation = Operation::PinVerify;
    let (phone, state) = access::look(store, context, operation, |tx, session| {
        let user = get_user_to_change(tx, session, user)?;
        Ok((get_phone(tx, &user)?, user.state))
    })?;
    let may_try = state == UserState::Active && is_open(phone.failures, context.now);
    // Before the transaction, because it takes time; told only after it, which lets one try at a time
    // through and knows of all that came before.
    let fits = may_try && phone.pin.is_of(typed);
    let (mut tx, session) = access::write(store, context, operation)?;
    let user = get_user_to_change(&tx, &session, user)?;
    tx.check_rows_of(&user)?;
    let now = get_phone(&tx, &user)?;
    let verdict = if user.state != UserState::Active {
        PinVerdict::NotActive(user.state.standing())
    } else if !is_open(now.failures, context.now) {
        PinVerdict::Throttled(now.failures.throttle(context.now))
    } else if fits && now.pin == phone.pin {
        PinVerdict::Right
    } else {
        PinVerdict::Wrong
    };
    let organization = session.organization;
    let note = |action, reason: &str, failures: Failures| {
        let detail = vec![("result", reason.to_owned()), ("failures", failures.count.to_string())];
        entry(action, &organization, vec![subject(&user)], detail)
    };
    match verdict {
        // Nothing is to be forgotten, so nothing is written.
        PinVerdict::Right if now.failures == Failures::default() => drop(tx),
        PinVerdict::Right => {
            tx.set_failures(user.id, Failures::default())?;
            finish(tx, context, &note(Action::AcceptPin, "right", now.failures))?;
        }
        PinVerdict::Wrong => {
            let failures = now.failures.and_one_at(context.now);
            tx.set_failures(user.id, failures)?;
            finish(tx, context, &note(Action::RefusePin, "wrong", failures))?;
        }
        PinVerdict::Throttled(_) => {
            finish(tx, context, &note(Action::RefusePin, "too many tries", now.failures))?;
        }
        PinVerdict::NotActive(standing) => {
            let standing = standing.to_string();
            finish(tx, context, &note(Action::RefusePin, &standing, now.failures))?;
        }
    }
    Ok(PinTried { organization, user, verdict })
}

fn is_open(failures: Failures, now: Timestamp) -> bool {
    failures.throttle(now) == Throttle::Open
}

/// The phone of a user who must have one.
fn get_phone(tx: &ReadTx<'_>, user: &User) -> Result<Phone, Error> {
    match tx.find_phone(user.id)? {
        Some(phone) => Ok(phone),
        None if user.portal_access() == PortalAccess::Granted => {
            Err(Error::HasLogin { user: user.reference() })
        }
        None => {
            let reason = format!("user {} has neither an address nor an extension", user.id);
            Err(StoreError::Damaged(reason).into())
        }
    }
}
