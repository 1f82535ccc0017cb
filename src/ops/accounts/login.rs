//! Whether somebody may in to an organization, and that they were in (rules 13 and 20). Whoever is not let in
//! is told nothing but that; why stands in the audit.

use super::{Compared, Proof};
use crate::domain::account::WaitingInvite;
use crate::domain::audit::Action;
use crate::domain::email::EmailAddress;
use crate::domain::operation::Operation;
use crate::domain::organization::{Organization, SignOn};
use crate::domain::password::TypedPassword;
use crate::domain::role::Role;
use crate::domain::time::Timestamp;
use crate::domain::token::Entropy;
use crate::domain::user::{User, UserState};
use crate::ops::Context;
use crate::ops::access::{self, Refusal};
use crate::ops::each::{Detail, entry, finish, subject};
use crate::ops::error::Error;
use crate::ops::roles::Roles;
use crate::store::{ReadTx, Store, WriteTx};

/// Who was let in.
#[derive(Debug)]
pub struct LoggedIn {
    /// The user, as they were before: `last_login_at` is when they were in last.
    pub user: User,
    /// The role.
    pub role: Role,
    /// The invites that wait for the same person, in any organization.
    pub waiting: Vec<WaitingInvite>,
}

/// What came of a try.
#[derive(Debug)]
pub struct LoginTried {
    /// Where to.
    pub organization: Organization,
    /// Whose address it was.
    pub email: EmailAddress,
    /// Who was let in; nobody where the answer is no.
    pub person: Option<Box<LoggedIn>>,
}

/// Why somebody is not let in; for the audit alone.
enum Obstacle {
    Proof(Proof),
    SignOn,
    Stranger,
    NotActive(User),
}

/// Lets a person in who knows the password of an address, or does not. The last login is recorded. Every no
/// is the same, and takes as long.
///
/// # Errors
/// When the organization is unknown to whoever acts, or the store fails.
pub fn login(
    store: &mut Store,
    context: &Context,
    email: &EmailAddress,
    typed: &TypedPassword,
    entropy: &mut dyn Entropy,
) -> Result<LoginTried, Error> {
    let compared = Compared::with(store, email, typed, entropy)?;
    let (mut tx, session) = access::write(store, context, Operation::Login)?;
    let organization = session.organization;
    let proof = compared.prove(&mut tx, context.now)?;
    let found = match (proof, organization.sign_on) {
        (Proof::Right, SignOn::Single) => Err(Obstacle::SignOn),
        (Proof::Right, SignOn::Password) => find_active(&tx, &organization, email)?,
        (wrong, _) => Err(Obstacle::Proof(wrong)),
    };
    settle(tx, context, organization, email, found, "password")
}

/// Records that somebody logged in elsewhere, through their organization's single sign-on (rule 12).
///
/// # Errors
/// [`Error::Forbidden`] unless the operator acts, who vouches for it; [`Error::NoSignOn`].
pub fn login_sso(
    store: &mut Store,
    context: &Context,
    email: &EmailAddress,
) -> Result<LoginTried, Error> {
    let (tx, session) =
        access::write_if(store, context, Operation::Login, |_, session| match session.person() {
            None => Ok(()),
            Some(_) => Err(Error::Forbidden(Box::new((Refusal::VouchingIsOperators, Vec::new())))),
        })?;
    let organization = session.organization;
    if organization.sign_on != SignOn::Single {
        return Err(Error::NoSignOn { organization: organization.slug });
    }
    let found = find_active(&tx, &organization, email)?;
    settle(tx, context, organization, email, found, "sso")
}

fn find_active(
    tx: &ReadTx<'_>,
    organization: &Organization,
    email: &EmailAddress,
) -> Result<Result<User, Obstacle>, Error> {
    Ok(match tx.find_user_by_email(organization.id, email)? {
        None => Err(Obstacle::Stranger),
        Some(user) if user.state == UserState::Active => {
            tx.check_rows_of(&user)?;
            Ok(user)
        }
        Some(user) => Err(Obstacle::NotActive(user)),
    })
}

/// Writes down what came of it, either way.
fn settle(
    mut tx: WriteTx<'_>,
    context: &Context,
    organization: Organization,
    email: &EmailAddress,
    found: Result<User, Obstacle>,
    how: &'static str,
) -> Result<LoginTried, Error> {
    let email = email.clone();
    let user = match found {
        Ok(user) => user,
        Err(obstacle) => {
            let user = match &obstacle {
                Obstacle::NotActive(user) => Some(user.clone()),
                _ => tx.find_user_by_email(organization.id, &email)?,
            };
            let mut detail = vec![("how", how.to_owned())];
            match &user {
                Some(_) => detail.extend(reason(&obstacle)),
                // Who is nobody here is known by what was typed; whether they have an account elsewhere is
                // not to be learnt from this organization's audit.
                None => {
                    detail.extend(reason(&Obstacle::Stranger));
                    detail.push(("address", email.as_normal().to_owned()));
                }
            }
            let subjects = user.iter().map(subject).collect();
            let mut entry = entry(Action::RefuseLogin, &organization, subjects, detail);
            entry.count = 1;
            finish(tx, context, &entry)?;
            return Ok(LoginTried { organization, email, person: None });
        }
    };
    let role = Roles::of(&tx, &organization)?.by_id(user.role_id)?.clone();
    let waiting = tx.invites_waiting_for(&email, context.now)?;
    tx.record_login(&user)?;
    let detail = vec![("how", how.to_owned())];
    finish(tx, context, &entry(Action::AcceptLogin, &organization, vec![subject(&user)], detail))?;
    let person = Some(Box::new(LoggedIn { user, role, waiting }));
    Ok(LoginTried { organization, email, person })
}

fn reason(obstacle: &Obstacle) -> Detail {
    let (why, failures) = match obstacle {
        Obstacle::Proof(Proof::NoAccount) => ("no account".to_owned(), None),
        Obstacle::Proof(Proof::Throttled(failures)) => {
            ("too many tries".to_owned(), Some(failures.count))
        }
        Obstacle::Proof(Proof::Wrong(failures)) => {
            ("wrong password".to_owned(), Some(failures.count))
        }
        Obstacle::Proof(Proof::Right) => ("right password".to_owned(), None),
        Obstacle::SignOn => ("single sign-on".to_owned(), None),
        Obstacle::Stranger => ("no user".to_owned(), None),
        Obstacle::NotActive(user) => (user.state.standing().to_string(), None),
    };
    let mut detail = vec![("reason", why)];
    detail.extend(failures.map(|failures| ("failures", failures.to_string())));
    detail
}

/// When a person was in last.
impl LoggedIn {
    /// The login before this one.
    #[must_use]
    pub const fn previous_login_at(&self) -> Option<Timestamp> {
        self.user.last_login_at
    }
}
