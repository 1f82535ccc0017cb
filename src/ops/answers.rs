//! `can` and `who-can`: gathering the facts that decide, in one transaction. What follows from them is
//! `domain::answer`'s; that a command asks is `access`'.

mod asked;

pub(super) use asked::unknown_permission;

use std::collections::VecDeque;
use std::vec::IntoIter;

use super::Context;
use super::access::{self, Session};
use super::error::Error;
use super::roles::Roles;
use crate::domain::agent::{AgentKey, AgentRef};
use crate::domain::answer::{Answer, Reason, Step};
use crate::domain::id::UserId;
use crate::domain::module::ModuleName;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::permission::{PermissionName, Scope};
use crate::domain::role::RoleDetails;
use crate::domain::sub_account::SubAccountName;
use crate::domain::user::User;
use crate::domain::user_ref::UserRef;
use crate::store::{ReadTx, Store};
use asked::Asked;

/// What is asked about: a permission, a module, a sub-account, or several of them at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// The permission.
    pub permission: Option<PermissionName>,
    /// On which agent; with a permission alone.
    pub agent: Option<AgentRef>,
    /// The module.
    pub module: Option<ModuleName>,
    /// The sub-account, by name.
    pub sub_account: Option<SubAccountName>,
}

/// The answer to one question about one user.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Where.
    pub organization: Organization,
    /// Who.
    pub user: User,
    /// The agent, by its full name.
    pub agent: Option<AgentKey>,
    /// How far the role has the permission, if one is asked about and the role has it.
    pub scope: Option<Scope>,
    /// Yes or no, and why.
    pub answer: Answer,
}

/// Whether a user can do something, and why.
///
/// # Errors
/// When a name in the question is unknown, or whoever asks may not ask about that user.
pub fn can(
    store: &mut Store,
    context: &Context,
    user: &UserRef,
    question: &Question,
) -> Result<Verdict, Error> {
    access::look(store, context, Operation::Can, |tx, session| {
        let user = access::get_own_or_any(tx, session, user)?;
        tx.check_rows_of(&user)?;
        let asked = Asked::of(tx, session, question)?;
        let organization = session.organization.clone();
        let role = Roles::of(tx, &organization)?.by_id(user.role_id)?.clone();
        let role = tx.role_details(role)?;
        Ok(Verdict {
            organization,
            agent: asked.agent.as_ref().map(|agent| agent.key.clone()),
            scope: asked.scope(&role),
            answer: asked.facts(tx, &user, &role)?.answer(),
            user,
        })
    })
}

/// Somebody who can do it.
#[derive(Clone, Debug)]
pub struct Able {
    /// Who.
    pub user: User,
    /// How far, where a permission is asked about.
    pub scope: Option<Scope>,
    /// Why.
    pub answer: Answer,
}

/// The active users who can do something, role by role from the highest, read page by page.
#[derive(Debug)]
pub struct WhoCan<'t, 's> {
    tx: &'t ReadTx<'s>,
    /// Where.
    pub organization: Organization,
    /// Why it is nobody at all, where the plan says so.
    pub plan: Option<Reason>,
    asked: Asked,
    told: Told,
    roles: IntoIter<RoleDetails>,
    page: Option<RolePage>,
}

/// How much of the reasons is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// All of it.
    Everything,
    /// Not who leads whom, and who holds which agent IDs.
    NothingPersonal,
}

/// Some users of one role, who may be those asked for.
#[derive(Debug)]
struct RolePage {
    role: RoleDetails,
    last: UserId,
    users: VecDeque<User>,
    /// Whether the role and the organization were found to be what admit wrote.
    is_checked: bool,
}

/// How many users are read at once.
const PAGE: u32 = 500;

/// Makes sure that whoever acts may ask who can do this: about a permission everybody in the organization
/// may (rule 2). Whose an agent is and who was granted what is for those who manage users.
///
/// # Errors
/// [`Error::Forbidden`]; it is in the audit then.
pub fn check_who_can(
    store: &mut Store,
    context: &Context,
    question: &Question,
) -> Result<(), Error> {
    access::look(store, context, Operation::WhoCan, |tx, session| match question {
        Question { agent: None, module: None, sub_account: None, .. } => Ok(()),
        _ => session.require(tx, PermissionName::MANAGE_USERS),
    })
}

/// Who can do something: exactly those about whom [`can`] says yes. [`check_who_can`] comes first.
///
/// # Errors
/// When a name in the question is unknown.
pub fn who_can<'t, 's>(
    tx: &'t ReadTx<'s>,
    session: &Session,
    question: &Question,
) -> Result<WhoCan<'t, 's>, Error> {
    let asked = Asked::of(tx, session, question)?;
    let organization = session.organization.clone();
    let plan = asked.permission.as_ref().and_then(|(name, plan)| plan.explain(name));
    let plan = plan.filter(|reason| !reason.holds);
    let mut roles = Vec::new();
    for role in tx.roles(organization.id)? {
        let role = tx.role_details(role)?;
        // Whom the plan or the role rules out is not even read.
        if plan.is_none() && (asked.permission.is_none() || asked.scope(&role).is_some()) {
            roles.push(role);
        }
    }
    let told = match session.sees_everything() {
        true => Told::Everything,
        false => Told::NothingPersonal,
    };
    Ok(WhoCan { tx, organization, plan, asked, told, roles: roles.into_iter(), page: None })
}

impl WhoCan<'_, '_> {
    fn next_able(&mut self) -> Result<Option<Able>, Error> {
        loop {
            let page = match &mut self.page {
                Some(page) => page,
                none => match self.roles.next() {
                    Some(role) => none.insert(RolePage {
                        role,
                        last: UserId::new(0),
                        users: VecDeque::new(),
                        is_checked: false,
                    }),
                    None => return Ok(None),
                },
            };
            if page.users.is_empty() {
                page.users = self.asked.next_candidates(self.tx, &self.organization, page)?.into();
            }
            let Some(user) = page.users.pop_front() else {
                self.page = None;
                continue;
            };
            page.last = user.id;
            let mut answer = self.asked.facts(self.tx, &user, &page.role)?.answer();
            if answer.is_yes() {
                if !page.is_checked {
                    self.tx.check_rows_above(self.organization.id, page.role.role.id)?;
                    page.is_checked = true;
                }
                self.tx.check_rows_about(user.id)?;
                if self.told == Told::NothingPersonal {
                    let personal = [Step::Team, Step::Assignment];
                    answer.reasons.retain(|reason| !personal.contains(&reason.step));
                }
                return Ok(Some(Able { user, scope: self.asked.scope(&page.role), answer }));
            }
        }
    }
}

impl Iterator for WhoCan<'_, '_> {
    type Item = Result<Able, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_able().transpose()
    }
}
