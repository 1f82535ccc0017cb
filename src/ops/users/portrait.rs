//! One user on one screen: who they are, what they hold, what happened to them, what can be done next.

use crate::domain::agent::Agent;
use crate::domain::audit::AuditRecord;
use crate::domain::delivery::Delivery;
use crate::domain::invite::Invite;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::phone::Phone;
use crate::domain::role::AgentHolding;
use crate::domain::status::Verb;
use crate::domain::team::Team;
use crate::domain::user::{PortalAccess, User};
use crate::domain::user_ref::UserRef;
use crate::ops::Context;
use crate::ops::access::{self, Session};
use crate::ops::audit::History;
use crate::ops::error::Error;
use crate::ops::holdings::{Catalog, Sight};
use crate::store::{ReadTx, Store, Trace};

/// One person on one screen.
#[derive(Debug)]
pub struct Portrait {
    /// Where.
    pub organization: Organization,
    /// The user.
    pub user: User,
    /// The newest invite, if there ever was one.
    pub invite: Option<Invite>,
    /// The newest mail, if there ever was one.
    pub mail: Option<Delivery>,
    /// The teams led.
    pub leads: Vec<Team>,
    /// The agents held.
    pub agents: Vec<Agent>,
    /// The extension and PIN of who has no login.
    pub phone: Option<Phone>,
    /// The modules and sub-accounts.
    pub sight: Sight,
    /// What the audit says.
    pub history: Vec<AuditRecord>,
    /// What can be done next.
    pub next: Vec<Verb>,
}

/// Everything about one user.
///
/// # Errors
/// When there is no such user, or the store fails.
pub fn show(
    store: &mut Store,
    context: &Context,
    user: &UserRef,
    history: History,
) -> Result<Portrait, Error> {
    access::look(store, context, Operation::Show, |tx, session| {
        portrait(tx, session, user, history)
    })
}

fn portrait(
    tx: &ReadTx<'_>,
    session: &Session,
    user: &UserRef,
    history: History,
) -> Result<Portrait, Error> {
    let organization = session.organization.clone();
    let mut user = access::get_own_or_any(tx, session, user)?;
    if !session.sees_last_logins(tx)? && session.person().is_none_or(|own| own.id != user.id) {
        user.last_login_at = None;
    }
    let mut history: Vec<AuditRecord> =
        tx.audit(&history.filter(&user))?.rows()?.collect::<Result<_, _>>()?;
    if !session.sees_everything() {
        history.iter_mut().for_each(|record| leave_out_others(record, &user));
    }
    let traces = tx.traces_of(user.id, organization.id)?;
    let agents = traces.read(Trace::Agent, || tx.agents_of(user.id))?;
    let catalog = Catalog::of(tx, &organization)?;
    let holds = catalog.get_role(user.role_id)?.agents;
    let sight = catalog.sight_of(user.role_id, catalog.holdings_of(tx, user.id)?);
    // Who may only look at themselves can do nothing next.
    let manages = session.sees_everything();
    let fits = |verb: &Verb| match verb {
        _ if !manages => false,
        Verb::SetTeam => traces.has(Trace::Team),
        Verb::AssignAgent => holds == AgentHolding::Allowed,
        Verb::UnassignAgent => !agents.is_empty(),
        Verb::Grant => catalog.has_something_for(user.role_id),
        Verb::Revoke => !sight.granted.is_empty(),
        _ => true,
    };
    let phone = match user.portal_access() {
        PortalAccess::Granted => None,
        PortalAccess::None => tx.find_phone(user.id)?,
    };
    Ok(Portrait {
        invite: traces.read(Trace::Invite, || tx.find_newest_invite(user.id))?,
        mail: traces.read(Trace::Delivery, || tx.find_newest_delivery(user.id))?,
        leads: traces.read(Trace::Lead, || tx.teams_led_by(user.id))?,
        phone,
        next: user.state.next_verbs().filter(fits).collect(),
        history,
        agents,
        sight,
        organization,
        user,
    })
}

/// Leaves of an entry what is about others: an entry on several people says of all of them what was done.
fn leave_out_others(record: &mut AuditRecord, user: &User) {
    if record.subjects.value.iter().any(|subject| subject.user != user.id) {
        record.subjects.value.retain(|subject| subject.user == user.id);
        record.detail.value.clear();
    }
}
